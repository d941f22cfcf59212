//! What a complete search never did: actions that are never taken, and the condition that stops them.
//!
//! TLC lists for each action how often it was taken, and then its conjuncts in order with how often each was evaluated. In
//! an action that is never taken, the last conjunct that was evaluated before one that was not is never true.

use crate::base::diag::Diagnostic;
use crate::base::span::LineIndex;
use crate::base::span::Position;
use crate::engine::Coverage;
use crate::engine::sany_report::Sources;
use crate::engine::tlc_advice;
use crate::engine::tlc_output::CoverageKind;
use crate::engine::tlc_output::Region;
use crate::tla::parse_module;
use crate::tla::uses;
use crate::tla::visit;

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
    let place = |region: &Region| tlc_advice::place(region, sources);
    let name = &action.name;
    let (what, at) = match &action.part {
        None => (format!("the action {name} is never taken"), place(&action.region).label("this action")),
        Some(part) => {
            let at = place(part).label(format!("this part of {name}"));
            match taken_in(part, sources) {
                Some(taken) => (format!("the action {taken} is never taken here"), at),
                None => (format!("a part of the action {name} is never taken"), at),
            }
        }
    };
    let warn = |code: &str, why: &str| Diagnostic::warning(code, format!("{what}{why}")).at(at.clone());
    let unreached = expressions.iter().position(|entry| entry.count == 0);
    match unreached.and_then(|index| index.checked_sub(1)) {
        Some(guard) => warn("tlc/guard-never-true", ", as one of its conditions is never true")
            .at(place(&expressions[guard].region).label("never true"))
            .hint("see whether the bounds of the model forbid it, or whether the condition contradicts another"),
        None => warn("tlc/action-never-taken", "")
            .hint("see whether the bounds of the model forbid it, or whether Next names it at all"),
    }
}

/// The first operator with primes that is named in a part of a definition.
fn taken_in(part: &Region, sources: &Sources) -> Option<String> {
    let text = sources.text(&part.module)?;
    let module = parse_module(text, &part.module).module?;
    let definitions = uses::definitions(&module);
    let lines = LineIndex::new(text);
    let mut named: Vec<(usize, &str)> = Vec::new();
    for definition in definitions.values() {
        visit::walk(&definition.body, &mut |e| {
            let Position { line, column } = lines.position(text, e.span.start);
            let inside =
                (part.line, part.column) <= (line, column) && (line, column) <= (part.last_line, part.last_column);
            if let Some((name, _)) = e.as_call().filter(|_| inside) {
                named.push((e.span.start, name));
            }
        });
    }
    named.sort_unstable();
    let acts = |name: &str| {
        let reached = uses::reachable(&definitions, [name.to_owned()]);
        reached.iter().any(|name| visit::any(&definitions[name.as_str()].body, &uses::looks_ahead))
    };
    named.into_iter().map(|(_, name)| name).find(|name| acts(name)).map(str::to_owned)
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
    fn a_part_of_next_that_is_never_taken_is_shown_by_the_action_it_names() {
        insta::assert_snapshot!(of("parts", "Parts").join("\n"));
    }

    #[test]
    fn an_action_that_finds_no_new_state_is_taken_all_the_same() {
        assert_eq!(of("coverage", "Counter"), [] as [&str; 0]);
    }
}
