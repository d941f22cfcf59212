//! Which probe may have written an event: what an event says of its origin, held against what was instrumented.

use std::collections::BTreeSet;

use super::fields::Line;
use super::model::Event;
use crate::base::diag::Diagnostic;
use crate::instrument::Point;
use crate::instrument::TraceConfig;
use crate::instrument::Trigger;

/// What the emitters' probe begins with in events that no probe of the source wrote.
const HARNESS: &str = "harness:";

/// The function of such events.
const HARNESS_FUNCTION: &str = "harness";

/// What an event of the harness says of its origin, as the emitters write it: a probe and a function.
pub fn of_harness(event: &str) -> (String, String) {
    (format!("{HARNESS}{event}"), HARNESS_FUNCTION.to_owned())
}

/// Whether the probe is that of an event that the harness wrote by itself.
pub fn is_harness(probe: &str) -> bool {
    probe.starts_with(HARNESS)
}

/// The probes of an instrumented copy.
#[derive(Clone, Debug, Default)]
pub struct Probes {
    writers: Vec<Writer>,
    functions: BTreeSet<String>,
}

/// A place that writes events.
#[derive(Clone, Debug)]
struct Writer {
    /// `file:line`, as the event has it.
    probe: String,
    function: String,
    names: Names,
}

#[derive(Clone, Debug)]
enum Names {
    One(String),
    /// An expression of the source names the event.
    By(String),
}

impl Probes {
    /// Those at `points`, which `config` asked for.
    pub fn new(config: &TraceConfig, points: &[Point]) -> Self {
        let writing = points.iter().filter(|point| point.trigger != Trigger::Path);
        let writer = |point: &Point| {
            let text = point.event.clone()?;
            let named = config.probes.get(point.probe.checked_sub(1)?)?.event.is_some();
            let names = if named { Names::One(text) } else { Names::By(text) };
            let probe = format!("{}:{}", point.file, point.line);
            Some(Writer { probe, function: point.function.clone(), names })
        };
        Self {
            writers: writing.filter_map(writer).collect(),
            functions: points.iter().map(|point| point.function.clone()).collect(),
        }
    }

    /// Whether this place may write events of this name. An expression may give any name but one that another probe has
    /// for itself.
    fn may_write(&self, writer: &Writer, name: &str) -> bool {
        match &writer.names {
            Names::One(own) => own == name,
            Names::By(expression) => {
                let owned = self.writers.iter().any(|other| matches!(&other.names, Names::One(own) if own == name));
                !owned || expression.contains(&format!("\"{name}\""))
            }
        }
    }

    /// That the origin the event claims is one of its name. An event that claims none is let pass.
    pub(super) fn check(&self, line: Line<'_>, event: &Event, by_harness: bool) -> Result<(), Diagnostic> {
        let wrong = |message: String, hint: String, part: &str| {
            Err(line.error("trace/unknown-probe", message, Some(part)).hint(hint).hint(
                "is the trace of another instrumented copy? record it anew, or leave `probe`, `function` and `path` out",
            ))
        };
        let Event { name, probe, function, .. } = event;
        if let Some(inner) = event.path.iter().find(|inner| !self.functions.contains(*inner)) {
            let message = format!("`{inner}` is in the path of event `{name}`, and has no probe");
            return wrong(message, "only functions with a probe join a path".to_owned(), "\"path\"");
        }
        if probe.is_empty() && function.is_empty() || by_harness && (probe, function) == pair(&of_harness(name)) {
            return Ok(());
        }
        let fitting = || self.writers.iter().filter(|writer| self.may_write(writer, name));
        if fitting().any(|writer| (&writer.probe, &writer.function) == (probe, function)) {
            return Ok(());
        }
        let mut known: Vec<String> =
            fitting().map(|writer| format!("{} in {}", writer.probe, writer.function)).collect();
        if by_harness {
            known.push(format!("the harness, as `{HARNESS}{name}` in `{HARNESS_FUNCTION}`"));
        }
        let hint = match known.is_empty() {
            true => "no probe writes it; mark its action with `harness: true` where the harness does".to_owned(),
            false => format!("it is written by {}", known.join(", ")),
        };
        wrong(format!("event `{name}` claims to be written at `{probe}` in `{function}`"), hint, "\"probe\"")
    }
}

fn pair((probe, function): &(String, String)) -> (&String, &String) {
    (probe, function)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::model::Object;
    use crate::trace::model::Stamp;

    const CONFIG: &str = "format: 1\nsystem: x\nlanguage: go\nnode: n\nprobes:\n\
        - {function: F, file: a.go, trigger: exit, event: Up}\n\
        - {function: G, file: a.go, trigger: exit, event_expression: 'name(\"Down\")'}\n\
        - {function: H, file: a.go, trigger: path}\n\
        - {function: K, file: b.go, trigger: exit, event: Down}\n";

    fn probes() -> Probes {
        let point =
            |probe: usize, event: Option<&str>, function: &str, file: &str, line: usize, trigger: Trigger| Point {
                probe,
                event: event.map(str::to_owned),
                function: function.to_owned(),
                file: file.to_owned(),
                line,
                trigger,
            };
        let points = [
            point(1, Some("Up"), "F", "a.go", 3, Trigger::Exit),
            point(2, Some("name(\"Down\")"), "G", "a.go", 9, Trigger::Exit),
            point(3, None, "H", "a.go", 20, Trigger::Path),
            point(4, Some("Down"), "K", "b.go", 5, Trigger::Exit),
        ];
        Probes::new(&TraceConfig::read(CONFIG, "t.yaml").unwrap(), &points)
    }

    fn checked(name: &str, probe: &str, function: &str, path: &[&str], by_harness: bool) -> Result<(), Diagnostic> {
        let line = Line { file: "t.ndjson", number: 7, text: "{\"event\":\"..\",\"probe\":\"..\"}" };
        let mut event = line.event_of(name.to_owned(), "n".to_owned(), Object::new(), Object::new(), Stamp::default());
        (event.probe, event.function) = (probe.to_owned(), function.to_owned());
        event.path = path.iter().map(|&function| function.to_owned()).collect();
        probes().check(line, &event, by_harness)
    }

    #[test]
    fn an_event_is_written_by_a_probe_of_its_name_or_says_nothing_of_its_origin() {
        for (name, probe, function, by_harness) in [
            ("Up", "a.go:3", "F", false),
            ("Other", "a.go:9", "G", false),
            ("Down", "a.go:9", "G", false),
            ("Down", "b.go:5", "K", false),
            ("Up", "", "", false),
            ("Lost", "harness:Lost", "harness", true),
            ("Lost", "", "", true),
            ("Up", "a.go:3", "F", true),
        ] {
            checked(name, probe, function, &["H", "K"], by_harness).unwrap();
        }
    }

    #[test]
    fn a_forged_origin_is_named_with_its_line_and_the_true_ones() {
        for (name, probe, function, by_harness) in [
            ("Up", "a.go:4", "F", false),
            ("Up", "b.go:3", "F", false),
            ("Up", "a.go:3", "Evil", false),
            ("Up", "a.go:9", "G", false),
            ("Up", "a.go:3", "", false),
            ("Up", "", "F", false),
            ("Up", "a.go:20", "H", false),
            ("Up", "harness:Up", "harness", false),
            ("Lost", "harness:Up", "harness", true),
            ("Lost", "harness:Lost", "F", true),
            ("Down", "a.go:3", "F", false),
        ] {
            let wrong = checked(name, probe, function, &[], by_harness).unwrap_err();
            let place = (wrong.code.as_str(), wrong.places[0].line);
            assert_eq!(place, ("trace/unknown-probe", 7), "{name} {probe} {function}");
        }
        let wrong = checked("Up", "a.go:3", "Evil", &[], false).unwrap_err();
        assert_eq!(wrong.message, "event `Up` claims to be written at `a.go:3` in `Evil`");
        assert_eq!(wrong.hints[0], "it is written by a.go:3 in F");
        assert!(checked("Up", "a.go:3", "F", &["H", "Evil"], false).unwrap_err().message.starts_with("`Evil` is in"));
    }
}
