//! The operators of TLA+ and how tightly they bind, after the table in Lamport's *Specifying Systems*.

/// A range of precedences; two operators whose ranges meet need parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Loosest.
    pub low: u8,
    /// Tightest.
    pub high: u8,
    /// Whether the operator may follow itself without parentheses.
    pub associative: bool,
}

const fn binding(low: u8, high: u8, associative: bool) -> Binding {
    Binding { low, high, associative }
}

/// How a prefix operator binds.
pub fn prefix(op: &str) -> Option<Binding> {
    Some(match op {
        "~" | "\\lnot" | "\\neg" => binding(4, 4, true),
        "ENABLED" | "UNCHANGED" | "[]" | "<>" => binding(4, 15, true),
        // The book says 8 for the first two and 9 for the last; SANY's table is what specifications are read by.
        "SUBSET" | "UNION" | "DOMAIN" => binding(10, 13, true),
        "-" | "-." => binding(12, 12, true),
        _ => return None,
    })
}

/// How an infix operator binds.
pub fn infix(op: &str) -> Option<Binding> {
    Some(match op {
        "=>" => binding(1, 1, false),
        "-+->" | "<=>" | "\\equiv" | "~>" => binding(2, 2, false),
        "\\/" | "/\\" | "\\lor" | "\\land" => binding(3, 3, true),
        "\\cdot" => binding(5, 14, true),
        "@@" => binding(6, 6, true),
        ":>" | "<:" => binding(7, 7, false),
        "\\" => binding(8, 8, false),
        "\\cap" | "\\intersect" | "\\cup" | "\\union" => binding(8, 8, true),
        ".." | "..." => binding(9, 9, false),
        "!!" => binding(9, 13, false),
        "##" | "$" | "$$" | "??" | "\\sqcap" | "\\sqcup" | "\\uplus" => binding(9, 13, true),
        "\\wr" => binding(9, 14, false),
        "+" | "++" | "\\oplus" | "(+)" => binding(10, 10, true),
        "%" => binding(10, 11, false),
        "%%" | "|" | "||" => binding(10, 11, true),
        "\\X" | "\\times" => binding(10, 13, true),
        "-" | "--" | "\\ominus" | "(-)" => binding(11, 11, true),
        "&" | "&&" | "\\odot" | "(.)" | "\\otimes" | "(\\X)" | "*" | "**" => binding(13, 13, true),
        "\\bigcirc" | "\\bullet" | "\\o" | "\\circ" | "\\star" => binding(13, 13, true),
        "/" | "//" | "\\oslash" | "(/)" | "\\div" => binding(13, 13, false),
        "^" | "^^" => binding(14, 14, false),
        _ if RELATIONS.contains(&op) => binding(5, 5, false),
        _ => return None,
    })
}

/// How a postfix operator binds.
pub fn postfix(op: &str) -> Option<Binding> {
    matches!(op, "'" | "^+" | "^*" | "^#").then_some(binding(15, 15, false))
}

/// The infix operators at level 5.
const RELATIONS: &[&str] = &[
    "=",
    "/=",
    "#",
    "-|",
    "|-",
    "|=",
    "=|",
    "::=",
    ":=",
    "<",
    "=<",
    "<=",
    "\\leq",
    ">",
    ">=",
    "\\geq",
    "\\approx",
    "\\asymp",
    "\\cong",
    "\\doteq",
    "\\gg",
    "\\ll",
    "\\in",
    "\\notin",
    "\\prec",
    "\\preceq",
    "\\propto",
    "\\sim",
    "\\simeq",
    "\\sqsubset",
    "\\sqsubseteq",
    "\\sqsupset",
    "\\sqsupseteq",
    "\\subset",
    "\\subseteq",
    "\\succ",
    "\\succeq",
    "\\supset",
    "\\supseteq",
];

/// How two operators side by side are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// The left one takes the operand between them.
    Left,
    /// The right one takes it.
    Right,
    /// Parentheses are needed.
    Conflict,
}

/// Which of two operators takes the operand between them.
pub fn group(left: (&str, Binding), right: (&str, Binding)) -> Grouping {
    let (left_op, left) = left;
    let (right_op, right) = right;
    if left.low > right.high {
        Grouping::Left
    } else if right.low > left.high {
        Grouping::Right
    } else if left.associative && same(left_op, right_op) {
        Grouping::Left
    } else {
        Grouping::Conflict
    }
}

/// The operators that the language itself defines, which no module can.
const BUILT_IN: &[&str] = &[
    "=",
    "/=",
    "=>",
    "~>",
    "-+->",
    "\\equiv",
    "\\/",
    "/\\",
    "~",
    "[]",
    "<>",
    "\\in",
    "\\notin",
    "\\subseteq",
    "\\",
    "\\cap",
    "\\cup",
    "\\X",
    "\\cdot",
    "'",
    "ENABLED",
    "UNCHANGED",
    "SUBSET",
    "UNION",
    "DOMAIN",
];

/// Whether a module may define this operator: one of its own, or one that a standard module defines.
pub fn is_definable(op: &str) -> bool {
    !BUILT_IN.contains(&canonical(op))
}

/// All spellings of an operator that a module may define.
pub fn spellings(op: &str) -> Vec<&str> {
    const SAME: &[&[&str]] = &[
        &["\\leq", "<=", "=<"],
        &["\\geq", ">="],
        &["\\o", "\\circ"],
        &["(+)", "\\oplus"],
        &["(-)", "\\ominus"],
        &["(.)", "\\odot"],
        &["(/)", "\\oslash"],
        &["(\\X)", "\\otimes"],
    ];
    SAME.iter().find(|group| group.contains(&op)).map_or_else(|| vec![op], |group| group.to_vec())
}

/// Whether two spellings are the same operator.
pub fn same(a: &str, b: &str) -> bool {
    canonical(a) == canonical(b)
}

/// The one of an operator's spellings by which definitions and uses are matched.
pub fn canonical(op: &str) -> &str {
    match op {
        "\\land" => "/\\",
        "\\lor" => "\\/",
        "\\lnot" | "\\neg" => "~",
        "<=>" => "\\equiv",
        "#" => "/=",
        "<=" | "=<" => "\\leq",
        ">=" => "\\geq",
        "\\union" => "\\cup",
        "\\intersect" => "\\cap",
        "\\times" => "\\X",
        "\\circ" => "\\o",
        "\\oplus" => "(+)",
        "\\ominus" => "(-)",
        "\\odot" => "(.)",
        "\\oslash" => "(/)",
        "\\otimes" => "(\\X)",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_operator_are_the_same_and_no_others() {
        let all: Vec<&str> =
            RELATIONS.iter().copied().chain(["\\o", "\\circ", "(+)", "\\oplus", "\\otimes", "+", "-", "++"]).collect();
        for a in all.iter().filter(|op| is_definable(op)) {
            for b in &all {
                assert_eq!(spellings(a).contains(b), same(a, b), "{a} {b}");
            }
        }
        assert!(!is_definable("\\land") && !is_definable("#") && !is_definable("\\union") && is_definable("<="));
    }

    #[test]
    fn tighter_operators_take_the_operand() {
        let by = |a, b| group((a, infix(a).unwrap()), (b, infix(b).unwrap()));
        assert_eq!(by("/\\", "="), Grouping::Right);
        assert_eq!(by("=", "/\\"), Grouping::Left);
        assert_eq!(by("+", "+"), Grouping::Left);
        assert_eq!(by("/\\", "\\/"), Grouping::Conflict);
        assert_eq!(by("\\cup", "\\cap"), Grouping::Conflict);
        assert_eq!(by("+", "-"), Grouping::Right);
        assert_eq!(by("-", "+"), Grouping::Left);
        assert_eq!(by("=>", "=>"), Grouping::Conflict);
    }
}
