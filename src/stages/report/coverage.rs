//! What the accepted traces exercise: events, source functions, and the variables that are compared.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::data::Counted;
use super::data::Coverage;
use super::data::Function;
use super::data::Silent;
use crate::base::diag::Failure;
use crate::instrument::StateField;
use crate::instrument::TraceConfig;
use crate::stages;
use crate::stages::Desk;
use crate::stages::validate::model::Verdicts;
use crate::tla;
use crate::tla::syntax::UnitKind;
use crate::trace::model::Event;
use crate::trace::probes;
use crate::trace::read;
use crate::validate::Verdict;

/// Stands for the actions of steps of which TLC only tells how many there are.
const UNTOLD: &str = "(judged by TLC: any)";

/// The coverage by the accepted traces.
pub(super) fn of(desk: &Desk<'_>, verdicts: &Verdicts, spec: &str) -> Result<Coverage, Failure> {
    let (config, _) = desk.trace_mapping()?;
    let events = events(&config, verdicts);
    let silent = silent(&config, verdicts);
    let functions = functions(&config, &probed(desk, verdicts)?, &events, &silent);
    let fields: Vec<_> = config.state.iter().filter(|f| verdicts.checked.contains(&f.field)).collect();
    let under = |f: &StateField| f.when.as_ref().map_or_else(String::new, |when| format!(" (where {when})"));
    let checked =
        fields.iter().filter_map(|f| Some(format!("{} = {}{}", f.field, f.spec.as_deref()?, under(f)))).collect();
    let mentioned: BTreeSet<&str> = fields.iter().filter_map(|f| f.spec.as_deref()).flat_map(words).collect();
    let unchecked = variables(spec).into_iter().filter(|v| !mentioned.contains(v.as_str())).collect();
    let most = events.values().copied().max().unwrap_or(0).max(1);
    let counted =
        |(name, count): (String, usize)| Counted { name, count, percent: count * 100 / most, class: never(count) };
    let mut events: Vec<_> = events.into_iter().map(counted).collect();
    events.sort_by_key(|e| std::cmp::Reverse(e.count));
    Ok(Coverage { events, silent, functions, checked, unchecked })
}

/// Silent steps of the accepted traces by action, of the behaviours that were found.
fn silent(config: &TraceConfig, verdicts: &Verdicts) -> Vec<Silent> {
    let mut counts: BTreeMap<String, usize> = config.silent.iter().map(|silent| (silent.name.clone(), 0)).collect();
    for judged in &verdicts.traces {
        let Verdict::Accepted { evidence, .. } = &judged.verdict else { continue };
        let silent = evidence.silent();
        for (name, steps) in &silent.by_action {
            *counts.entry(name.clone()).or_insert(0) += steps;
        }
        if silent.by_action.is_empty() && silent.steps > 0 {
            *counts.entry(UNTOLD.to_owned()).or_insert(0) += silent.steps;
        }
    }
    counts.into_iter().map(|(name, count)| Silent { name, count, class: never(count) }).collect()
}

fn never(count: usize) -> String {
    if count == 0 { "never".to_owned() } else { String::new() }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

fn variables(spec: &str) -> Vec<String> {
    let units = tla::parse_module(spec, "spec").module.map(|m| m.units).unwrap_or_default();
    let names = units.into_iter().filter_map(|unit| match unit.kind {
        UnitKind::Variables(names) => Some(names),
        _ => None,
    });
    names.flatten().map(|name| name.text).collect()
}

/// Events of the accepted traces by kind; actions of the mapping that never happened have 0.
fn events(config: &TraceConfig, verdicts: &Verdicts) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = config.actions.iter().map(|a| (a.name.clone(), 0)).collect();
    for judged in verdicts.traces.iter().filter(|t| matches!(t.verdict, Verdict::Accepted { .. })) {
        for (name, count) in &judged.events {
            *counts.entry(name.clone()).or_insert(0) += count;
        }
    }
    counts
}

/// The functions of the source that ran in an event: none where the harness wrote it by itself.
fn ran(event: Event) -> BTreeSet<String> {
    if probes::is_harness(&event.probe) {
        return BTreeSet::new();
    }
    event.path.into_iter().chain(Some(event.function)).filter(|f| !f.is_empty()).collect()
}

/// In how many events of the accepted traces each function ran, as far as they say so.
fn probed(desk: &Desk<'_>, verdicts: &Verdicts) -> Result<BTreeMap<String, usize>, Failure> {
    let mut seen = BTreeMap::new();
    let exercise = desk.session.folder(stages::EXERCISE);
    for judged in verdicts.traces.iter().filter(|t| matches!(t.verdict, Verdict::Accepted { .. })) {
        for event in read::read(&exercise.join(&judged.trace), read::Options::default())?.events {
            for function in ran(event) {
                *seen.entry(function).or_insert(0) += 1;
            }
        }
    }
    Ok(seen)
}

/// How often each function ran. One without a probe is counted by the actions that name it, and one that no event tells of
/// by the silent actions that do.
fn functions(
    config: &TraceConfig,
    probed: &BTreeMap<String, usize>,
    events: &BTreeMap<String, usize>,
    silent: &[Silent],
) -> Vec<Function> {
    let mut seen: BTreeMap<String, usize> = config.probes.iter().map(|p| (p.function.clone(), 0)).collect();
    seen.extend(probed.iter().map(|(function, count)| (function.clone(), *count)));
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for action in &config.actions {
        for function in action.functions.iter().filter(|f| !seen.contains_key(*f)) {
            *named.entry(function.clone()).or_insert(0) += events.get(&action.name).copied().unwrap_or(0);
        }
    }
    let steps = |name: &str| silent.iter().find(|known| known.name == name).map_or(0, |known| known.count);
    let untold = steps(UNTOLD) > 0;
    let mut silently: BTreeMap<String, usize> = BTreeMap::new();
    for action in &config.silent {
        let told = |function: &String| [&seen, &named].iter().any(|by| by.get(function).is_some_and(|n| *n > 0));
        for function in action.functions.iter().filter(|function| !told(function)) {
            *silently.entry(function.clone()).or_insert(0) += steps(&action.name);
        }
    }
    let mut functions = Vec::new();
    for (by, probed) in [(seen, true), (named, false)] {
        for (name, count) in by.into_iter().filter(|(name, _)| !silently.contains_key(name)) {
            functions.push(Function { name, count, probed, silent: false, class: never(count) });
        }
    }
    for (name, count) in silently {
        // Where it is only known that there were silent steps, it is not known that these were not.
        let class = if untold { String::new() } else { never(count) };
        functions.push(Function { name, count, probed: false, silent: true, class });
    }
    functions.sort_by_key(|f| std::cmp::Reverse(f.count));
    functions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_harness_is_no_function_of_the_source() {
        let event = |probe: &str, function: &str| Event {
            line: 2,
            seq: 1,
            name: "E".to_owned(),
            node: "n1".to_owned(),
            params: Default::default(),
            state: Default::default(),
            probe: probe.to_owned(),
            function: function.to_owned(),
            path: vec!["b".to_owned()],
            aborted: false,
            stamp: Default::default(),
        };
        let functions = |event| ran(event).into_iter().collect::<Vec<_>>();
        assert_eq!(functions(event("raft.go:7", "a")), ["a", "b"]);
        assert!(functions(event("harness:Drop", "harness")).is_empty());
    }

    #[test]
    fn a_function_that_no_event_tells_of_is_counted_by_the_silent_steps_that_stand_for_it() {
        let text = "probes: [PROBES]\nnode_parameter: s\nstate: []\n\
            actions: [{name: Put, functions: [put, write]}]\n\
            silent:\n- {name: Expire, functions: [expire, put], before: [Put]}\n- {name: Drop, functions: [drop], before: [Put]}\n";
        let probe = |function: &str| format!("{{file: a.go, function: {function}, trigger: exit}}");
        let text = text.replace("PROBES", &["put", "expire", "lose"].map(probe).join(", "));
        let config: TraceConfig = serde_yaml::from_str(&format!("format: 1\nsystem: x\n{text}")).unwrap();
        let counts = |all: &[(&str, usize)]| all.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        let silent = |name: &str, count| Silent { name: name.to_owned(), count, class: never(count) };
        let of = |silent: &[Silent]| -> Vec<(String, usize, bool, bool, String)> {
            let all = functions(&config, &counts(&[("put", 3)]), &counts(&[("Put", 3)]), silent);
            all.into_iter().map(|f| (f.name, f.count, f.probed, f.silent, f.class)).collect()
        };
        let row =
            |name: &str, count, probed, silent, class: &str| (name.to_owned(), count, probed, silent, class.to_owned());
        let known = [silent("Expire", 2), silent("Drop", 0)];
        let expected = [
            row("put", 3, true, false, ""),
            row("write", 3, false, false, ""),
            row("expire", 2, false, true, ""),
            row("lose", 0, true, false, "never"),
            row("drop", 0, false, true, "never"),
        ];
        assert_eq!(of(&known), expected);
        let by_tlc = of(&[silent(UNTOLD, 2)]);
        assert!(by_tlc.contains(&row("drop", 0, false, true, "")), "{by_tlc:?}");
    }
}
