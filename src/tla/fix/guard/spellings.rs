//! What may be written for what without anything being lost: the one list of the guard. Fixers propose from it.

use crate::tla::tree;

/// Where a pair is proposed. The guard allows it wherever a fixer has a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tla::fix) enum Where {
    /// TLA+ does not have it, so it is what is wrong wherever reading stops near it, or where nobody defines it.
    Foreign,
    /// TLA+ has it, but not there: only the very token where reading stopped.
    Stop,
    /// Sums and differences of bags as they are written by who knows `\cup`.
    Bags,
    /// Only where a fixer has looked at what is around it.
    Seen,
}

use Where::Bags;
use Where::Foreign;
use Where::Seen;
use Where::Stop;

/// What is written, what TLA+ has for it, and where that is proposed. Operators of Unicode are in [`ascii`].
pub(in crate::tla::fix) const SPELLINGS: &[(&str, &str, Where)] = &[
    // Go, C, Java, Rust.
    ("&&", "/\\", Foreign),
    ("||", "\\/", Foreign),
    ("&", "/\\", Foreign),
    ("!=", "#", Foreign),
    ("!", "~", Stop),
    // Python, Pascal, SQL, Haskell.
    ("and", "/\\", Foreign),
    ("AND", "/\\", Foreign),
    ("or", "\\/", Foreign),
    ("OR", "\\/", Foreign),
    ("not", "~", Foreign),
    ("NOT", "~", Foreign),
    ("Not", "~", Seen),
    ("not in", "\\notin", Foreign),
    ("not \\in", "\\notin", Foreign),
    ("NOT IN", "\\notin", Foreign),
    ("~ \\in", "\\notin", Foreign),
    ("~\\in", "\\notin", Foreign),
    ("in", "\\in", Foreign),
    ("IN", "\\in", Stop),
    ("notin", "\\notin", Foreign),
    ("<>", "#", Stop),
    ("=/=", "#", Foreign),
    ("**", "^", Foreign),
    ("//", "\\div", Foreign),
    ("mod", "%", Foreign),
    ("MOD", "%", Foreign),
    ("div", "\\div", Foreign),
    ("DIV", "\\div", Foreign),
    ("==>", "=>", Foreign),
    ("implies", "=>", Foreign),
    ("IMPLIES", "=>", Foreign),
    ("iff", "<=>", Foreign),
    ("forall", "\\A", Foreign),
    ("FORALL", "\\A", Foreign),
    ("exists", "\\E", Foreign),
    ("EXISTS", "\\E", Foreign),
    ("elif", "ELSE IF", Foreign),
    ("ELIF", "ELSE IF", Foreign),
    ("elsif", "ELSE IF", Foreign),
    ("ELSIF", "ELSE IF", Foreign),
    ("elseif", "ELSE IF", Foreign),
    ("ELSEIF", "ELSE IF", Foreign),
    ("is in", "\\in", Foreign),
    ("is not", "#", Foreign),
    ("is", "=", Foreign),
    ("...", "..", Foreign),
    ("%%", "%", Foreign),
    ("UNION", "\\cup", Stop),
    ("union", "\\cup", Foreign),
    ("intersect", "\\cap", Foreign),
    ("true", "TRUE", Foreign),
    ("false", "FALSE", Foreign),
    // LaTeX. A backslash and the word after it are two tokens.
    ("\\setminus", "\\", Foreign),
    ("\\neq", "#", Foreign),
    ("\\ne", "#", Foreign),
    ("\\le", "<=", Foreign),
    ("\\ge", ">=", Foreign),
    ("\\leqslant", "<=", Foreign),
    ("\\geqslant", ">=", Foreign),
    ("\\nin", "\\notin", Foreign),
    ("\\not\\in", "\\notin", Foreign),
    ("\\emptyset", "{}", Foreign),
    ("set()", "{}", Foreign),
    ("\\varnothing", "{}", Foreign),
    ("\\bigcup", "UNION", Foreign),
    ("\\not", "~", Foreign),
    ("\\land", "/\\", Foreign),
    ("\\lor", "\\/", Foreign),
    ("\\wedge", "/\\", Foreign),
    ("\\vee", "\\/", Foreign),
    ("\\and", "/\\", Foreign),
    ("\\or", "\\/", Foreign),
    ("\\exists", "\\E", Foreign),
    ("\\Exists", "\\E", Foreign),
    ("\\forall", "\\A", Foreign),
    ("\\Forall", "\\A", Foreign),
    ("\\triangleq", "==", Foreign),
    ("\\defeq", "==", Foreign),
    ("\\mod", "%", Foreign),
    ("\\implies", "=>", Foreign),
    ("\\Rightarrow", "=>", Foreign),
    ("\\iff", "<=>", Foreign),
    ("\\Leftrightarrow", "<=>", Foreign),
    ("\\rightarrow", "->", Foreign),
    ("\\to", "->", Foreign),
    ("\\lambda", "LAMBDA", Foreign),
    ("\\leadsto", "~>", Foreign),
    ("\\mapsto", "|->", Foreign),
    ("\\ldots", "..", Foreign),
    ("\\dots", "..", Foreign),
    ("\\langle", "<<", Foreign),
    ("\\rangle", ">>", Foreign),
    ("\\Box", "[]", Foreign),
    ("\\Diamond", "<>", Foreign),
    // A definition and an equation.
    (":=", "=", Foreign),
    (":=", "' =", Seen),
    ("=", "==", Seen),
    (":=", "==", Seen),
    ("==", "=", Stop),
    ("===", "==", Foreign),
    (":", "==", Seen),
    ("ELSE", "[] OTHER ->", Seen),
    ("ELSE ->", "[] OTHER ->", Seen),
    ("ELSE", "OTHER", Seen),
    ("Else", "OTHER", Seen),
    ("else", "OTHER", Seen),
    ("OTHERWISE", "OTHER", Seen),
    ("Otherwise", "OTHER", Seen),
    ("otherwise", "OTHER", Seen),
    ("DEFAULT", "OTHER", Seen),
    ("Default", "OTHER", Seen),
    ("default", "OTHER", Seen),
    ("_", "OTHER", Seen),
    // Lists of modules.
    ("import", "EXTENDS", Seen),
    ("IMPORT", "EXTENDS", Seen),
    ("var", "VARIABLES", Seen),
    ("VAR", "VARIABLES", Seen),
    ("const", "CONSTANTS", Seen),
    ("CONST", "CONSTANTS", Seen),
    // HTML.
    ("&lt;", "<", Foreign),
    ("&gt;", ">", Foreign),
    // Signs of TLA+ that stand for one another inside brackets.
    ("|", ":", Foreign),
    ("|->", "->", Stop),
    ("->", "|->", Stop),
    ("=>", "->", Stop),
    ("=>", "|->", Stop),
    (":", "|->", Stop),
    ("=", "|->", Stop),
    ("->", ":", Stop),
    ("|->", "=", Stop),
    ("->", "=", Stop),
    (":", "->", Stop),
    (":", "=", Stop),
    ("\\subseteq", "\\in SUBSET", Stop),
    ("<-", "\\in", Stop),
    ("<-", "=", Stop),
    ("s.t.", ":", Foreign),
    ("|", "[]", Seen),
    (":", "\\in", Seen),
    ("/\\", ",", Seen),
    (";", ",", Seen),
    ("::", ":", Seen),
    ("for", ":", Seen),
    ("where", ":", Seen),
    ("if", ":", Seen),
    ("-=", "= @ -", Seen),
    ("+=", "= @ +", Seen),
    ("<", "<<", Seen),
    (">", ">>", Seen),
    ("[]", "<<>>", Seen),
    ("\\uplus", "(+)", Bags),
    ("\\+", "(+)", Bags),
    ("\\-", "(-)", Bags),
    ("-+", "(-)", Bags),
    ("\\oplus", "(+)", Bags),
    ("\\ominus", "(-)", Bags),
];

/// Symbols of Unicode that no version of SANY reads.
const SYMBOLS: &[(char, &str)] = &[
    ('\u{a0}', " "),
    ('\u{2009}', " "),
    ('\u{202f}', " "),
    ('\u{3000}', " "),
    ('\u{200b}', ""),
    ('\u{feff}', ""),
    ('∅', "{}"),
    ('Ø', "{}"),
    ('ø', "{}"),
    ('∖', "\\"),
    ('⋃', "UNION"),
    ('⋀', "/\\"),
    ('⋁', "\\/"),
    ('⟹', "=>"),
    ('⟶', "->"),
    ('⟼', "|->"),
    ('⟺', "<=>"),
    ('↔', "<=>"),
    ('≙', "=="),
    ('≝', "=="),
    ('≔', ":="),
    ('⩽', "<="),
    ('⩾', ">="),
    ('∌', "\\notin"),
    ('∣', "|"),
    ('∗', "*"),
    ('−', "-"),
    ('–', "-"),
    ('⊤', "TRUE"),
    ('⊥', "FALSE"),
    ('′', "'"),
    ('’', "'"),
    ('〈', "<<"),
    ('〉', ">>"),
    ('《', "<<"),
    ('》', ">>"),
    ('◻', "[]"),
    ('⬜', "[]"),
    ('◊', "<>"),
    ('⋄', "<>"),
    ('ℕ', "Nat"),
    ('ℤ', "Int"),
    ('ℝ', "Real"),
];

/// Pairs of quotation marks that are no `"`.
const QUOTES: &[(char, char)] =
    &[('“', '”'), ('”', '”'), ('„', '“'), ('„', '”'), ('«', '»'), ('‘', '’'), ('\'', '\''), ('＂', '＂')];

/// Names that every module knows.
const VALUES: &[&str] = &["BOOLEAN", "STRING", "TRUE", "FALSE", "Nat", "Int"];

/// What starts a comment elsewhere and what ends it; those without an end go to the end of the line.
const COMMENTS: &[(&str, &str)] = &[("//", ""), ("#", ""), ("--", ""), (";", ""), ("%", ""), ("—", ""), ("/*", "*/")];

/// What ASCII has for `text`, if all of it is symbols of Unicode.
pub(in crate::tla::fix) fn ascii(text: &str) -> Option<String> {
    let one = |c: char| match c {
        '¬' => Some("~".to_owned()),
        '≠' => Some("#".to_owned()),
        '≤' => Some("<=".to_owned()),
        '≥' => Some(">=".to_owned()),
        '…' | '‥' => Some("..".to_owned()),
        '\u{ff01}'..='\u{ff5e}' if c != '＂' => char::from_u32(u32::from(c) - 0xfee0).map(String::from),
        _ => {
            let known = SYMBOLS.iter().find(|(symbol, _)| *symbol == c).map(|(_, right)| *right);
            known.or_else(|| tree::ascii(c)).map(str::to_owned)
        }
    };
    let all: Option<Vec<String>> = text.chars().map(one).collect();
    all.filter(|_| !text.is_ascii()).map(|all| all.concat())
}

/// The string `text` is between other marks than `"`, or one that its line ends before it.
pub(in crate::tla::fix) fn string(text: &str) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || "_-. :".contains(c);
    let first = text.chars().next()?;
    if let Some(inner) = text.strip_prefix('"') {
        let word = !inner.is_empty() && inner.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
        return word.then(|| format!("\"{inner}\""));
    }
    let last = text.chars().next_back()?;
    let inner = text.get(first.len_utf8()..text.len().checked_sub(last.len_utf8())?)?;
    let known = QUOTES.contains(&(first, last)) && !inner.is_empty() && inner.chars().all(plain);
    known.then(|| format!("\"{inner}\""))
}

/// Whether the word is one of prose: no word of TLA+, and none that stands for an operator in another language.
fn is_plain(word: &str) -> bool {
    let word = word.trim_matches([',', '.', ':', ';']);
    let operator = SPELLINGS.iter().any(|(wrong, _, _)| *wrong == word) || VALUES.contains(&word);
    let owner = word.strip_suffix("'s").unwrap_or(word);
    !operator && !owner.is_empty() && owner.chars().all(char::is_alphabetic) && !tree::is_keyword(word)
}

fn side_by_side(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).any(|pair| is_plain(pair[0]) && is_plain(pair[1]) && !pair[0].ends_with([',', ':']))
}

/// The comment of TLA+ for one of another language. It has to be prose: two words side by side, and no `==`, so that it
/// is no part of a formula.
pub(in crate::tla::fix) fn comment(text: &str) -> Option<String> {
    let (open, close) = COMMENTS.iter().find(|(open, _)| text.starts_with(open))?;
    let inner = text.strip_prefix(open)?.strip_suffix(close)?;
    let lines = inner.lines().count() <= 1 || !close.is_empty();
    let safe = side_by_side(inner) && lines && !["==", "(*", "*)"].iter().any(|mark| inner.contains(mark));
    safe.then(|| if close.is_empty() { format!("\\*{inner}") } else { format!("(*{inner}*)") })
}

/// A comment of a line that is nothing but words and their punctuation: three at least, two after the mark of an item of
/// a list, one where marks say that it is a title.
pub(in crate::tla::fix) fn prose(line: &str) -> Option<String> {
    let item = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark));
    let number = line.split_once(". ").filter(|(number, _)| number.chars().all(|c| c.is_ascii_digit()));
    let (inner, least) = item.or(number.map(|(_, rest)| rest)).map_or((line, 3), |rest| (rest, 2));
    let words: Vec<&str> = inner.split_whitespace().collect();
    let all = words.len() >= least && words.iter().all(|word| is_plain(word)) && side_by_side(inner);
    (!line.contains('\n') && (all || is_title(line) || is_sentence(inner, |_| false))).then(|| format!("\\* {line}"))
}

/// A title of Markdown, which can be no part of a formula: nobody defines `##`, and no expression ends with `**`.
pub(in crate::tla::fix) fn is_title(line: &str) -> bool {
    let bold =
        line.trim_end_matches(':').strip_prefix("**").and_then(|rest| rest.trim_end_matches(':').strip_suffix("**"));
    let heading = line.strip_prefix("##").map(|rest| rest.trim_start_matches('#')).filter(|rest| rest.starts_with(' '));
    let is_word = |word: &str| word.chars().all(|c| c.is_alphanumeric() || "-_.,:()/&'`".contains(c));
    let words = |text: &str| !text.trim().is_empty() && text.split_whitespace().all(is_word);
    bold.or(heading).is_some_and(|text| words(text.trim_matches('*')))
}

/// Words of prose that stand for operators elsewhere.
const OF_BOTH: &[&str] = &["is", "for", "in", "and", "or", "not", "if", "then", "union"];

/// Four words in a row, two of them no operators of any language side by side, which no formula has, and no sign of an
/// operator around them.
pub(in crate::tla::fix) fn is_sentence(line: &str, names: impl Fn(&str) -> bool) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_word = |word: &&str| word.chars().all(|c| c.is_alphanumeric() || ".,:;()-_'’\"`/!?".contains(c));
    let is_of_prose = |word: &&str| !names(word) && (is_plain(word) || OF_BOTH.contains(word));
    let run = |four: &[&str]| {
        four.iter().all(is_of_prose)
            && four[..3].iter().all(|word| word.ends_with(char::is_alphabetic))
            && four.windows(2).any(|pair| is_plain(pair[0]) && is_plain(pair[1]))
    };
    let is_reserved = |word: &&str| tree::is_keyword(word.trim_matches(|c: char| !c.is_alphanumeric()));
    words.iter().all(is_word) && !words.iter().any(is_reserved) && !line.contains("(*") && words.windows(4).any(run)
}

/// The name of a field without the quotation marks around it, with the sign that makes it one.
pub(in crate::tla::fix) fn field(text: &str) -> Option<String> {
    let is_name = |name: &str| {
        name.starts_with(char::is_alphabetic)
            && name.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !tree::is_keyword(name)
    };
    let bare = |quoted: &str| {
        let name = quoted.strip_prefix('"')?.strip_suffix('"')?;
        is_name(name).then(|| name.to_owned())
    };
    if let Some(name) = text.strip_prefix('.') {
        return bare(name).map(|name| format!(".{name}"));
    }
    let sign = ["|->", "->", ":", "="].into_iter().find(|sign| text.ends_with(sign))?;
    let right = if sign == ":" { ":" } else { "|->" };
    bare(text.strip_suffix(sign)?.trim_end()).map(|name| format!("{name} {right}"))
}

/// `field |->` for `"field":`, which gives the field of one record its value.
fn value_of(text: &str) -> Option<String> {
    field(&format!("{}|->", text.strip_suffix(':')?))
}

/// `A_v` as the action `A` and the tuple `v`, with `[A]_v`.
pub(in crate::tla::fix) fn boxed(name: &str) -> Option<(&str, &str, String)> {
    let (action, tuple) = name.rsplit_once('_').filter(|(action, tuple)| !action.is_empty() && !tuple.is_empty())?;
    Some((action, tuple, format!("[{action}]_{tuple}")))
}

/// `IF c THEN a ELSE b` for `c ? a : b` and `a if c else b`, on one line and with one condition.
pub(in crate::tla::fix) fn conditional(text: &str) -> Option<String> {
    let plain = !["\"", "\n", "\\*", "(*", "IF", "CASE"].iter().any(|other| text.contains(other));
    let once = |sign: &str| text.split_once(sign).filter(|(_, rest)| plain && !rest.contains(sign));
    let parts = match (once("?"), once(" if ")) {
        (Some((condition, rest)), None) => once(":").and(rest.split_once(':')).map(|(a, b)| (condition, a, b)),
        (None, Some((a, rest))) => rest.split_once(" else ").map(|(condition, b)| (condition, a, b)),
        _ => None,
    };
    let (condition, a, b) = parts?;
    let parts = [condition.trim(), a.trim(), b.trim()];
    let whole = parts.iter().all(|part| !part.is_empty() && !part.contains(" else "));
    whole.then(|| format!("IF {} THEN {} ELSE {}", parts[0], parts[1], parts[2]))
}

/// `x' = x + e` for `x += e`, of which `text` is what stands before `e`; `x' = x + 1` for `x++`.
pub(in crate::tla::fix) fn updated(text: &str) -> Option<String> {
    if let Some(rest) = counted(text) {
        return updated(&rest).map(|left| format!("{left} 1"));
    }
    let (op, rest) = [("+", text.strip_suffix("+=")), ("-", text.strip_suffix("-="))]
        .into_iter()
        .find_map(|(op, rest)| Some((op, rest?.trim_end())))?;
    // `x' = x++` says it twice.
    let rest = rest.split_once("' =").filter(|(next, now)| *next == now.trim()).map_or(rest, |(next, _)| next);
    let name = rest.strip_suffix('\'').unwrap_or(rest);
    let is_name = name.starts_with(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_name.then(|| format!("{name}' = {name} {op}"))
}

/// `x += ` for `x++`.
pub(in crate::tla::fix) fn counted(text: &str) -> Option<String> {
    let steps = [("++", "+="), ("--", "-=")].into_iter();
    steps.filter_map(|(step, sign)| Some(format!("{}{sign}", text.strip_suffix(step)?))).next()
}

/// The comment for the type of a parameter, `: Nat`: names, brackets and arrows.
pub(in crate::tla::fix) fn annotation(text: &str) -> Option<String> {
    let is_type = |c: char| c.is_alphanumeric() || "_ :[](){},->.".contains(c);
    let plain = text.starts_with(':') && text.len() > 1 && text.chars().all(is_type);
    plain.then(|| format!(" (* {text} *)"))
}

/// A line of marks that fences code in prose.
fn is_fence(text: &str) -> bool {
    text.strip_prefix("```").is_some_and(|rest| rest.trim_end().chars().all(|c| c.is_ascii_alphabetic() || c == '+'))
}

/// Whether `old` is a reserved word in another case, and `new` that word.
fn is_keyword_in_other_case(old: &str, new: &str) -> bool {
    tree::is_keyword(new) && !tree::is_keyword(old) && old.to_ascii_uppercase() == new
}

/// Whether `new` is what TLA+ has for `old`.
pub(in crate::tla::fix) fn is_spelling(old: &str, new: &str) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (plain, right) = (words(old), new.trim());
    SPELLINGS.iter().any(|(wrong, known, _)| (*wrong, *known) == (plain.as_str(), right))
        || is_keyword_in_other_case(old, right)
        || (right.is_empty() && is_fence(old))
        || [
            ascii(old),
            string(old),
            comment(old),
            prose(old),
            field(old),
            value_of(old),
            conditional(old),
            updated(old),
        ]
        .into_iter()
        .flatten()
        .any(|known| known.trim_end() == right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pair_stands_twice_and_none_turns_a_connective_into_its_opposite() {
        let groups: [&[&str]; 4] = [
            &["/\\", "\\/", "~", "=>", "<=>"],
            &["\\A", "\\E"],
            &["\\cup", "\\cap", "\\"],
            &["\\in", "\\notin", "=", "#", "<", ">", "<=", ">="],
        ];
        for (index, pair) in SPELLINGS.iter().enumerate() {
            assert!(!SPELLINGS[index + 1..].iter().any(|other| (other.0, other.1) == (pair.0, pair.1)), "{pair:?}");
            assert!(!groups.iter().any(|group| group.contains(&pair.0) && group.contains(&pair.1)), "{pair:?}");
        }
    }

    #[test]
    fn prose_becomes_a_comment_and_no_formula_does() {
        assert_eq!(comment("// the initial state").as_deref(), Some("\\* the initial state"));
        assert_eq!(comment("/* the initial\n state */").as_deref(), Some("(* the initial\n state *)"));
        for text in ["# b", "# x /\\ y", "// 2", "-- x == the value", "// IF a THEN b", "# a, b, c"] {
            assert_eq!(comment(text), None, "{text}");
        }
    }

    #[test]
    fn symbols_and_quotes_have_a_spelling_in_ascii() {
        assert_eq!(ascii("∅").as_deref(), Some("{}"));
        assert_eq!(ascii("⟨").as_deref(), Some("<<"));
        assert_eq!(ascii("x"), None);
        assert_eq!(ascii("ä"), None);
        assert_eq!(string("“idle”").as_deref(), Some("\"idle\""));
        assert_eq!(string("'a' /\\ 'b'"), None);
    }
}
