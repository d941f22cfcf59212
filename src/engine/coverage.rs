//! What a complete search never did: actions that are never taken, and the condition that stops them.
//!
//! TLC lists for each action how often it was taken, and then its conjuncts in order with how often each was evaluated. In
//! an action that is never taken, the last conjunct that was evaluated before one that was not is never true.

use crate::base::diag::Diagnostic;
use crate::engine::Coverage;
use crate::engine::sany_report::Sources;
use crate::engine::tlc_advice;
use crate::engine::tlc_output::CoverageKind;

/// One warning for each action that was never taken.
pub(super) fn never(coverage: &[Coverage], sources: &Sources) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    let mut rest = coverage;
    while let Some((action, after)) = rest.split_first() {
        let end = after.iter().position(|entry| entry.kind != CoverageKind::Expression).unwrap_or(after.len());
        let (expressions, next) = after.split_at(end);
        if action.kind == CoverageKind::Action && action.count == 0 {
            warnings.push(warning(action, expressions, sources));
        }
        rest = next;
    }
    warnings
}

fn warning(action: &Coverage, expressions: &[Coverage], sources: &Sources) -> Diagnostic {
    let place = |entry: &Coverage| tlc_advice::place(&entry.region, sources);
    let warn = |code: &str, what: &str| {
        let diagnostic = Diagnostic::warning(code, format!("the action {} is never taken{what}", action.name));
        diagnostic.at(place(action).label("this action"))
    };
    let unreached = expressions.iter().position(|entry| entry.count == 0);
    match unreached.and_then(|index| index.checked_sub(1)) {
        Some(guard) => warn("tlc/guard-never-true", ", as one of its conditions is never true")
            .at(place(&expressions[guard]).label("never true"))
            .hint("see whether the bounds of the model forbid it, or whether the condition contradicts another"),
        None => warn("tlc/action-never-taken", "")
            .hint("see whether the bounds of the model forbid it, or whether Next names it at all"),
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use super::*;
    use crate::base::disk;
    use crate::engine::tlc_output::Event;
    use crate::engine::tlc_output::Reader;

    fn of(name: &str, module: &str) -> Vec<String> {
        let folder = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tlc");
        let text = disk::read_text(&folder.join(format!("{name}.out"))).unwrap();
        let mut reader = Reader::default();
        let entries: Vec<Coverage> = text
            .lines()
            .filter_map(|line| reader.line(line))
            .filter_map(|event| if let Event::Coverage(entry) = event { Some(entry) } else { None })
            .collect();
        let mut sources = Sources::default();
        let file = format!("{module}.tla");
        sources.add(module, &file, Some(disk::read_text(&folder.join(&file)).unwrap()));
        never(&entries, &sources).iter().map(|warning| warning.render(false)).collect()
    }

    #[test]
    fn an_action_that_is_never_taken_is_shown_with_the_condition_that_stops_it() {
        insta::assert_snapshot!(of("idle", "Idle").join("\n"));
    }

    #[test]
    fn an_action_that_finds_no_new_state_is_taken_all_the_same() {
        assert_eq!(of("coverage", "Counter"), [] as [&str; 0]);
    }
}
