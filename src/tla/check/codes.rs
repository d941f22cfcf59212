//! What kind of error a code of the front end is. What each means stands in `lib/codes/tla.yaml`.

/// Whether SANY would stop at this before it looks at names.
pub fn is_of_parsing(code: &str) -> bool {
    code.split_once('/').is_some_and(|(_, what)| what.starts_with("parse-"))
        || ["tla/module-name", "tla/missing-module", "tla/broken-module", "tla/cyclic-modules"].contains(&code)
}
