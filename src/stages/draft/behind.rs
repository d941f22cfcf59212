//! The source behind what a repair is about: a citation that is missing can only be given by who sees the lines.

use std::ops::RangeInclusive;

use crate::base::diag::Diagnostic;
use crate::provenance;
use crate::source::Found;
use crate::source::find;
use crate::stages::shared::asking::Material;

/// The places (file, first and last line) of the functions that the operators stand for at which diagnostics about
/// citations point: the function named above the operator, and those that the trace mapping gives an action.
pub(super) fn functions(spec: &str, found: &[Diagnostic], material: &Material) -> Vec<(String, RangeInclusive<usize>)> {
    let lines: Vec<usize> =
        found.iter().filter(|d| is_about_citations(d)).flat_map(|d| d.places.first()).map(|p| p.line).collect();
    let mut places = Vec::new();
    for block in provenance::blocks(spec) {
        if !lines.iter().any(|line| (block.first..=block.last).contains(line)) {
            continue;
        }
        let named = block.function.iter().filter_map(|f| Some((Some(f.file.as_str()), f.function.as_deref()?)));
        let of_action = material.actions.get(&block.operator).into_iter().flatten().map(|name| (None, name.as_str()));
        for (file, name) in named.chain(of_action) {
            if let Found::One(file, function) = find(&material.outline, file, name) {
                let place = (file.path.clone(), function.first_line..=function.last_line);
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
    }
    places
}

fn is_about_citations(diagnostic: &Diagnostic) -> bool {
    matches!(
        diagnostic.code.as_str(),
        "draft/citation-missing"
            | "draft/citation-file"
            | "draft/citation-function"
            | "draft/citation-line"
            | "draft/citation-outside"
            | "draft/no-function"
            | "draft/no-source-denied"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diag::Place;
    use crate::source::Outline;
    use crate::source::survey_text;

    const SPEC: &str = "---- MODULE M ----
VARIABLE x

\\* n.go:3-5 up
up ==
    /\\ x' = 1
    /\\ x' = 2  \\* n.go:4

\\* no source: none
act == up
====
";

    fn shown(code: &str, line: usize) -> Vec<(String, RangeInclusive<usize>)> {
        let go = "package n\n\nfunc up() {\n\tx = 1\n}\n\nfunc enter() {\n\tup()\n}\n";
        let material = Material {
            outline: Outline { format: 1, files: vec![survey_text("n.go", go).unwrap()] },
            language: String::new(),
            survey: String::new(),
            source: String::new(),
            actions: [("act".to_owned(), vec!["enter".to_owned(), "up".to_owned()])].into(),
        };
        let found = [Diagnostic::error(code, "").at(Place::at("M.tla", line, 1, Some(SPEC)))];
        functions(SPEC, &found, &material)
    }

    #[test]
    fn a_missing_citation_shows_the_functions_its_operator_stands_for() {
        let up = ("n.go".to_owned(), 3..=5);
        assert_eq!(shown("draft/no-source-denied", 10), [("n.go".to_owned(), 7..=9), up.clone()]);
        assert_eq!(shown("draft/citation-missing", 6), [up]);
        assert!(shown("draft/citation-missing", 2).is_empty());
        assert!(shown("tla/unknown-name", 6).is_empty(), "a question of TLA+ needs no source");
    }
}
