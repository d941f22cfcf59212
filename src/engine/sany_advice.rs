//! SANY's sentences as codes, messages and hints.

use crate::base::diag::Diagnostic;

/// Operators people use without extending their module.
const HOMES: [(&str, &[&str]); 6] = [
    ("Sequences", &["Append", "Head", "Len", "SelectSeq", "Seq", "SubSeq", "Tail", "\\o", "\\circ"]),
    ("FiniteSets", &["Cardinality", "IsFiniteSet"]),
    ("Integers", &["Int", "-."]),
    ("Naturals", &["Nat", "+", "-", "*", "^", "<", ">", "<=", "=<", ">=", "\\leq", "\\geq", "..", "%", "\\div"]),
    (
        "TLC",
        &[
            "Assert",
            "JavaTime",
            "Permutations",
            "Print",
            "PrintT",
            "RandomElement",
            "SortSeq",
            "TLCGet",
            "TLCSet",
            "ToString",
            ":>",
            "@@",
        ],
    ),
    ("Bags", &["BagToSet", "SetToBag", "EmptyBag", "BagIn", "CopiesIn", "(+)", "(-)", "BagCardinality"]),
];

/// Characters people type for the ASCII operators.
const ASCII: [(char, &str); 16] = [
    ('∈', "\\in"),
    ('∉', "\\notin"),
    ('∧', "/\\"),
    ('∨', "\\/"),
    ('¬', "~"),
    ('∀', "\\A"),
    ('∃', "\\E"),
    ('≤', "<="),
    ('≥', ">="),
    ('≠', "/="),
    ('≜', "=="),
    ('→', "->"),
    ('⟨', "<<"),
    ('⟩', ">>"),
    ('∪', "\\union"),
    ('∩', "\\intersect"),
];

/// Adds a hint where there is one.
pub(super) fn hinted(diagnostic: Diagnostic, hint: Option<String>) -> Diagnostic {
    match hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// A sentence as a fragment: first letter small, no full stop.
pub(super) fn lower(sentence: &str) -> String {
    let sentence = sentence.trim().trim_end_matches('.');
    let mut letters = sentence.chars();
    let second_is_small = sentence.chars().nth(1).is_some_and(|c| !c.is_uppercase());
    match letters.next() {
        Some(first) if second_is_small => first.to_lowercase().chain(letters).collect(),
        _ => sentence.to_owned(),
    }
}

/// An operator as it is written: SANY says `\land` and `\lor`.
pub(super) fn shown(operator: &str) -> &str {
    match operator {
        "\\land" => "/\\",
        "\\lor" => "\\/",
        other => other,
    }
}

/// A word for one of the parser's constructs.
pub(super) fn construct(name: &str) -> String {
    match name {
        "ExtendableExpr" | "Case Other Arm" | "Some [] Form" | "Some { } form" => "expression".to_owned(),
        "AND-OR Junction" => "list of `/\\` or `\\/`".to_owned(),
        other => other.to_lowercase(),
    }
}

/// What to say beside the place of a semantic error.
pub(super) fn label(code: &str) -> &'static str {
    match code {
        "sany/arity" => "wrong number of arguments",
        "sany/level" => "too high a level here",
        "sany/multiple-definition" => "defined again",
        "sany/unknown-operator" => "not declared or defined before this line",
        _ => "",
    }
}

/// The module that is missing and the one that wants it.
pub(super) fn missing_module(message: &str) -> Option<(&str, &str)> {
    let rest = message.split_once("Cannot find source file for module ")?.1;
    let (module, importer) = rest.split_once(" imported in module ")?;
    Some((module.trim(), importer.trim().trim_end_matches('.')))
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = text.split_once(before)?.1;
    Some(rest.rsplit_once(after)?.0)
}

/// The diagnostic, still without a place, for a message of a section.
pub(super) fn for_message(message: &str) -> Diagnostic {
    let name = between(message, "Unknown operator: `", "'")
        .or_else(|| between(message, "declaration or definition of symbol '", "'"));
    if let Some(name) = name {
        return hinted(Diagnostic::error("sany/unknown-operator", format!("unknown operator `{name}`")), home(name));
    }
    if let Some(name) = between(message, "operator symbol `", "'") {
        let message = format!("operator symbol cannot be resolved: `{name}`");
        return hinted(Diagnostic::error("sany/unknown-operator", message), home(name));
    }
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let (code, hint) = if has(&["requires", "different arity", "wrong number of arguments", "-parameter operator"]) {
        ("sany/arity", Some("give as many arguments as the definition has parameters"))
    } else if has(&["already defined or declared", "Multiply-defined", "Multiple declarations", "conflicts with"]) {
        ("sany/multiple-definition", Some("rename one of them, or delete it if an extended module defines it already"))
    } else if has(&["[] followed by action"]) {
        ("sany/level", Some("write `[][A]_vars`: always, A or nothing in `vars` changes"))
    } else if has(&["<> followed by action"]) {
        ("sany/level", Some("write `<><<A>>_vars`: at some time, A happens and something in `vars` changes"))
    } else if has(&[
        "both temporal formula and action",
        "Action used where only",
        "Action-level bound",
        "Temporal formula used as set",
    ]) {
        (
            "sany/level",
            Some(
                "an action (with primes) stands in a temporal formula only as `[][A]_vars`, `<><<A>>_vars` or in WF and SF",
            ),
        )
    } else if has(&["Level error", "level of"]) {
        (
            "sany/level",
            Some(
                "a constant must not depend on variables, a state not on primes, and a prime stands on unprimed expressions only",
            ),
        )
    } else if has(&["Cannot find source file"]) {
        (
            "sany/missing-module",
            Some(
                "only the standard modules come with the tools; define what is needed in the module itself, or put the file beside it",
            ),
        )
    } else if has(&["does not match the name"]) {
        ("sany/name-mismatch", Some("make the name after MODULE and the file name the same"))
    } else if has(&["Substitution missing"]) {
        ("sany/other", Some("add `WITH name <- expression` to the INSTANCE, or declare the name"))
    } else if has(&["declared in RECURSIVE statement but not defined"]) {
        ("sany/other", Some("define it after the RECURSIVE statement, or delete the statement"))
    } else if has(&["Non-unique fields"]) {
        ("sany/other", Some("a record has each field once"))
    } else {
        ("sany/other", None)
    };
    hinted(Diagnostic::error(code, lower(message)), hint.map(str::to_owned))
}

fn home(name: &str) -> Option<String> {
    let home = HOMES.iter().find(|(_, names)| names.contains(&name));
    Some(match home {
        Some((module, _)) => format!("add {module} to EXTENDS"),
        None => {
            "define it above this line (definitions come before their use), or declare it in VARIABLES or CONSTANTS"
                .to_owned()
        }
    })
}

/// What helps against an unexpected token.
pub(super) fn for_token(token: &str, after: &str, expected: Option<&str>) -> Option<String> {
    let hint = match token {
        _ if expected.is_some_and(|e| e.contains("---- MODULE")) => {
            "start the file with `---- MODULE Name ----`, without a code fence or other text after it"
        }
        "<EOF>" => "end the module with a line of at least four `=`",
        "Beginning of definition" => "look for a bracket that is not closed, or an operator with nothing after it",
        "in" => "write `\\in`",
        "and" | "or" | "not" => "write `/\\`, `\\/` or `~`",
        ":=" => "write `=` for equality and `==` for a definition; `:=` is PlusCal",
        "|->" => "a record is `[a |-> 1, b |-> 2]`, a set of records `[a : S, b : T]`",
        "==" => "`==` stands only after the name and parameters of a definition; equality is `=`",
        "!=" => "write `/=` or `#`",
        "&&" | "||" => "write `/\\` or `\\/`",
        "/\\" | "\\/" => "something stands unfinished before this list item; check the line above and the indentation",
        "ELSE" | "THEN" => "IF, THEN and ELSE come together, and ELSE is never left out",
        "IN" => "between LET and IN stand definitions only: `name == expression`",
        _ if after == "LET" || after == "IN" => "between LET and IN stand definitions only: `name == expression`",
        _ if expected.is_some_and(|e| e.contains("====")) => {
            "no definition or statement begins here; check the line above, and that the module ends with `====`"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

/// The message and the hint for what a lexical error says: `"\u2264" (8804), after : ""`.
pub(super) fn for_character(said: &str) -> (String, Option<String>) {
    if said.contains("<EOF>") {
        let hint = "close the comment with `*)`, or the string with `\"`".to_owned();
        return ("the file ends inside a comment or a string".to_owned(), Some(hint));
    }
    let code = said.split_once('(').and_then(|(_, rest)| rest.split_once(')')).and_then(|(code, _)| code.parse().ok());
    let Some(character) = code.and_then(char::from_u32) else {
        return ("character that is not part of TLA+".to_owned(), None);
    };
    if character == '\n' || character == '\r' {
        return ("string is not closed on its line".to_owned(), Some("close it with `\"`".to_owned()));
    }
    let ascii = ASCII.iter().find(|(known, _)| *known == character).map(|(_, ascii)| format!("write `{ascii}`"));
    let hint = match (ascii, character) {
        (Some(hint), _) => Some(hint),
        (None, ';') => Some("TLA+ has no `;`: put definitions on lines of their own".to_owned()),
        (None, '`') => Some("take out code fences and quotes that are not part of the module".to_owned()),
        (None, other) if !other.is_ascii() => Some("use ASCII characters outside comments".to_owned()),
        _ => None,
    };
    (format!("`{character}` is not part of TLA+ here"), hint)
}
