//! Every code the front end prints, with what it means in a sentence.

/// Codes and their meaning, in the order in which a text goes through the stages.
pub const CODES: &[(&str, &str)] = &[
    ("tla/parse-too-large", "the file is larger than any specification"),
    ("tla/parse-lexical", "a character, string or comment that is not TLA+"),
    ("tla/parse-no-module", "there is no `---- MODULE Name ----`"),
    ("tla/parse-unclosed-module", "the module does not end with `====`"),
    ("tla/parse-unexpected", "a token stands where the grammar wants another"),
    ("tla/parse-indentation", "a part of a bulleted item stands left of its bullet"),
    ("tla/parse-precedence", "two operators that bind equally tightly stand side by side"),
    ("tla/parse-too-deep", "expressions nest too deep"),
    ("tla/parse-proof", "a proof without its QED"),
    ("tla/junction-column", "a bullet stands in another column than its list and is read as an operator (warning)"),
    ("tla/module-name", "the name of a module is not that of its file"),
    ("tla/missing-module", "a module that is extended or instantiated cannot be found"),
    ("tla/broken-module", "a module that is extended or instantiated cannot be read"),
    ("tla/cyclic-modules", "modules extend or instantiate each other in a circle"),
    ("tla/unknown-name", "a name that is neither declared nor defined before its use"),
    ("tla/unknown-operator", "an operator symbol that no module in scope defines"),
    ("tla/arity", "an operator with too many or too few arguments"),
    ("tla/operator-argument", "an operator where an expression belongs, or the other way round"),
    ("tla/duplicate", "a name that is declared or defined twice"),
    ("tla/duplicate-field", "a record with two fields of one name"),
    ("tla/conflicting-modules", "two extended modules declare and define the same name"),
    ("tla/ambiguous-modules", "two extended modules define the same name (warning)"),
    ("tla/recursive", "a RECURSIVE declaration without its definition, or with another arity"),
    ("tla/substitution", "a substitution of INSTANCE that is missing, double, or for a name that is none"),
    ("tla/no-meaning", "a form that the grammar has but that means nothing"),
    ("tla/unsupported", "a form the transformation cannot work on, such as the number of a proof step"),
    ("tla/level", "a formula of a level (constant, state, action, temporal) that cannot stand there"),
    ("tla/format-changed", "the layout of `specgen fmt` would change the tree or a comment, so it is not used"),
    ("tla/format-unstable", "the layout of `specgen fmt` does not come to rest, so it is not used"),
    ("tla/format-too-deep", "the tree is too high for `specgen fmt`"),
];

/// Whether SANY would stop at this before it looks at names.
pub fn is_of_parsing(code: &str) -> bool {
    code.starts_with("tla/parse-")
        || ["tla/module-name", "tla/missing-module", "tla/broken-module", "tla/cyclic-modules"].contains(&code)
}
