//! The symbols of TLA+ and their spellings, as SANY reads them.

/// The ASCII symbols that start with this byte and are not a backslash and letters, longest first.
pub(super) fn starting_with(first: u8) -> &'static [&'static str] {
    match first {
        b'!' => &["!!", "!"],
        b'#' => &["##", "#"],
        b'$' => &["$$", "$"],
        b'%' => &["%%", "%"],
        b'&' => &["&&", "&"],
        b'\'' => &["'"],
        b'(' => &["(\\X)", "(+)", "(-)", "(.)", "(/)", "("],
        b')' => &[")"],
        b'*' => &["**", "*"],
        b'+' => &["++", "+"],
        b',' => &[","],
        b'-' => &["-+->", "-|-", "-|", "->", "--", "-.", "-"],
        b'.' => &["...", "..", "."],
        b'/' => &["//", "/\\", "/=", "/"],
        b':' => &["::=", "::", ":=", ":>", ":"],
        b'<' => &["<=>", "<<", "<>", "<=", "<:", "<-", "<"],
        b'=' => &["==", "=>", "=<", "=|", "="],
        b'>' => &[">>_", ">>", ">=", ">"],
        b'?' => &["??"],
        b'@' => &["@@"],
        b'[' => &["[]", "["],
        b'\\' => &["\\/", "\\"],
        b']' => &["]_", "]"],
        b'^' => &["^^", "^+", "^*", "^#", "^"],
        b'_' => &["_"],
        b'{' => &["{|", "{"],
        b'|' => &["|->", "|-", "|=", "||", "|}", "|"],
        b'}' => &["}"],
        b'~' => &["~>", "~"],
        _ => &[],
    }
}

/// The ASCII spelling of a symbol that SANY 1.8.0 also reads in Unicode.
pub(super) fn unicode(c: char) -> Option<&'static str> {
    UNICODE.binary_search_by_key(&c, |(symbol, _)| *symbol).ok().map(|at| UNICODE[at].1)
}

/// The letters of number sets are names, not symbols.
pub(super) fn is_number_set(c: char) -> bool {
    matches!(c, 'ℕ' | 'ℤ' | 'ℝ')
}

const UNICODE: &[(char, &str)] = &[
    ('¬', "\\lnot"),
    ('×', "\\X"),
    ('÷', "\\div"),
    ('‖', "||"),
    ('‥', ".."),
    ('…', "..."),
    ('‼', "!!"),
    ('⁇', "??"),
    ('⁺', "^+"),
    ('←', "<-"),
    ('→', "->"),
    ('↝', "~>"),
    ('↦', "|->"),
    ('⇒', "=>"),
    ('⇔', "<=>"),
    ('⇸', "-+->"),
    ('∀', "\\A"),
    ('∃', "\\E"),
    ('∈', "\\in"),
    ('∉', "\\notin"),
    ('∘', "\\o"),
    ('∝', "\\propto"),
    ('∧', "/\\"),
    ('∨', "\\/"),
    ('∩', "\\cap"),
    ('∪', "\\cup"),
    ('∷', "::"),
    ('∼', "\\sim"),
    ('≀', "\\wr"),
    ('≃', "\\simeq"),
    ('≅', "\\cong"),
    ('≈', "\\approx"),
    ('≍', "\\asymp"),
    ('≐', "\\doteq"),
    ('≔', ":="),
    ('≜', "=="),
    ('≠', "/="),
    ('≡', "\\equiv"),
    ('≤', "\\leq"),
    ('≥', "\\geq"),
    ('≪', "\\ll"),
    ('≫', "\\gg"),
    ('≺', "\\prec"),
    ('≻', "\\succ"),
    ('⊂', "\\subset"),
    ('⊃', "\\supset"),
    ('⊆', "\\subseteq"),
    ('⊇', "\\supseteq"),
    ('⊎', "\\uplus"),
    ('⊏', "\\sqsubset"),
    ('⊐', "\\sqsupset"),
    ('⊑', "\\sqsubseteq"),
    ('⊒', "\\sqsupseteq"),
    ('⊓', "\\sqcap"),
    ('⊔', "\\sqcup"),
    ('⊕', "\\oplus"),
    ('⊖', "\\ominus"),
    ('⊗', "\\otimes"),
    ('⊘', "\\oslash"),
    ('⊙', "\\odot"),
    ('⊢', "|-"),
    ('⊣', "-|"),
    ('⊨', "|="),
    ('⋅', "\\cdot"),
    ('⋆', "\\star"),
    ('□', "[]"),
    ('◇', "<>"),
    ('●', "\\bullet"),
    ('◯', "\\bigcirc"),
    ('⟨', "<<"),
    ('⟩', ">>"),
    ('⩴', "::="),
    ('⪯', "\\preceq"),
    ('⪰', "\\succeq"),
    ('⫤', "=|"),
];

/// The symbols that are a backslash and letters, sorted, each with the spelling used inside.
pub(super) fn word(letters: &str) -> Option<&'static str> {
    WORDS.binary_search_by_key(&letters, |symbol| &symbol[1..]).ok().map(|at| match WORDS[at] {
        "\\forall" => "\\A",
        "\\exists" => "\\E",
        other => other,
    })
}

const WORDS: &[&str] = &[
    "\\A",
    "\\AA",
    "\\E",
    "\\EE",
    "\\X",
    "\\approx",
    "\\asymp",
    "\\bigcirc",
    "\\bullet",
    "\\cap",
    "\\cdot",
    "\\circ",
    "\\cong",
    "\\cup",
    "\\div",
    "\\doteq",
    "\\equiv",
    "\\exists",
    "\\forall",
    "\\geq",
    "\\gg",
    "\\in",
    "\\intersect",
    "\\land",
    "\\leq",
    "\\ll",
    "\\lnot",
    "\\lor",
    "\\neg",
    "\\notin",
    "\\o",
    "\\odot",
    "\\ominus",
    "\\oplus",
    "\\oslash",
    "\\otimes",
    "\\prec",
    "\\preceq",
    "\\propto",
    "\\sim",
    "\\simeq",
    "\\sqcap",
    "\\sqcup",
    "\\sqsubset",
    "\\sqsubseteq",
    "\\sqsupset",
    "\\sqsupseteq",
    "\\star",
    "\\subset",
    "\\subseteq",
    "\\succ",
    "\\succeq",
    "\\supset",
    "\\supseteq",
    "\\times",
    "\\union",
    "\\uplus",
    "\\wr",
];

/// The reserved word `text` is, in the spelling used inside (one for singular and plural).
pub(super) fn keyword(text: &str) -> Option<&'static str> {
    KEYWORDS.binary_search_by_key(&text, |(word, _)| word).ok().map(|at| KEYWORDS[at].1)
}

const KEYWORDS: &[(&str, &str)] = &[
    ("ACTION", "ACTION"),
    ("ACTIONS", "ACTION"),
    ("ASSUME", "ASSUME"),
    ("ASSUMPTION", "AXIOM"),
    ("AXIOM", "AXIOM"),
    ("BY", "BY"),
    ("CASE", "CASE"),
    ("CHOOSE", "CHOOSE"),
    ("CONSTANT", "CONSTANT"),
    ("CONSTANTS", "CONSTANT"),
    ("COROLLARY", "THEOREM"),
    ("DEF", "DEF"),
    ("DEFINE", "DEFINE"),
    ("DEFS", "DEF"),
    ("DOMAIN", "DOMAIN"),
    ("ELSE", "ELSE"),
    ("ENABLED", "ENABLED"),
    ("EXCEPT", "EXCEPT"),
    ("EXTENDS", "EXTENDS"),
    ("HAVE", "HAVE"),
    ("HIDE", "HIDE"),
    ("IF", "IF"),
    ("IN", "IN"),
    ("INSTANCE", "INSTANCE"),
    ("LAMBDA", "LAMBDA"),
    ("LEMMA", "THEOREM"),
    ("LET", "LET"),
    ("LOCAL", "LOCAL"),
    ("MODULE", "MODULE"),
    ("NEW", "NEW"),
    ("OBVIOUS", "OBVIOUS"),
    ("OMITTED", "OMITTED"),
    ("ONLY", "ONLY"),
    ("OTHER", "OTHER"),
    ("PICK", "PICK"),
    ("PROOF", "PROOF"),
    ("PROPOSITION", "THEOREM"),
    ("PROVE", "PROVE"),
    ("QED", "QED"),
    ("RECURSIVE", "RECURSIVE"),
    ("STATE", "STATE"),
    ("SUBSET", "SUBSET"),
    ("SUFFICES", "SUFFICES"),
    ("TAKE", "TAKE"),
    ("TEMPORAL", "TEMPORAL"),
    ("TEMPORALS", "TEMPORAL"),
    ("THEN", "THEN"),
    ("THEOREM", "THEOREM"),
    ("UNCHANGED", "UNCHANGED"),
    ("UNION", "UNION"),
    ("USE", "USE"),
    ("VARIABLE", "VARIABLE"),
    ("VARIABLES", "VARIABLE"),
    ("WITH", "WITH"),
    ("WITNESS", "WITNESS"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_tried_longest_first() {
        assert!(WORDS.is_sorted_by_key(|word| &word[1..]));
        assert!(KEYWORDS.is_sorted());
        assert!(UNICODE.is_sorted());
        for first in 0..=255 {
            let symbols = starting_with(first);
            assert!(symbols.windows(2).all(|pair| pair[0].len() >= pair[1].len()), "{symbols:?}");
            assert!(symbols.iter().all(|symbol| symbol.as_bytes()[0] == first));
        }
    }

    #[test]
    fn every_operator_of_the_precedence_table_can_be_read() {
        use crate::tla::ops;
        for first in 0..=255 {
            for symbol in starting_with(first) {
                let _known = ops::infix(symbol);
            }
        }
        for op in ["\\cup", "\\in", "\\o", "\\bigcirc", "\\sqsupseteq"] {
            assert!(word(&op[1..]).is_some_and(|read| ops::infix(read).is_some()), "{op}");
        }
    }
}
