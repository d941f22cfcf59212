//! The pages for people: the data of the report, with the times and costs that are no part of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::data::Report;
use super::data::Stage;
use crate::base::diag::Failure;
use crate::base::template;
use crate::llm::record::Record;
use crate::stages;
use crate::stages::challenge::model::Challenge;

/// The page's template.
pub(super) const TEMPLATE: &str = include_str!("../../../templates/report/report.html.j2");
/// Its style.
pub(super) const CSS: &str = include_str!("../../../templates/report/report.css");

/// What compares two states.
pub(super) const SCRIPT: &str = include_str!("../../../templates/report/compare.js");

#[derive(Serialize)]
struct Page<'a> {
    css: &'a str,
    script: &'a str,
    version: &'a str,
    system: &'a str,
    module: &'a str,
    source_digest: &'a str,
    verdict: &'a super::data::Verdict,
    stages: Vec<StageRow>,
    check: &'a super::data::Check,
    traces: &'a super::data::Traces,
    challenge: Option<ChallengePage<'a>>,
    coverage: &'a super::data::Coverage,
    rounds: &'a [super::data::Round],
    findings: &'a [super::data::Finding],
    calls: Vec<CallRow>,
    blocks: &'a [super::data::Block],
}

/// A stage with what it took.
#[derive(Serialize)]
pub(super) struct StageRow {
    name: String,
    did: String,
    seconds: String,
    calls: usize,
    tokens_in: String,
    tokens_out: String,
    cost: String,
}

#[derive(Serialize)]
struct ChallengePage<'a> {
    text: String,
    all: &'a Challenge,
}

#[derive(Serialize)]
struct CallRow {
    stage: String,
    key: String,
    model: String,
    prompt: usize,
    reply: usize,
    seconds: String,
}

/// The stages with the seconds and model calls of each.
pub(super) fn stage_rows(report: &Report, seconds: &BTreeMap<String, f64>, calls: &[Record]) -> Vec<StageRow> {
    let row = |stage: &Stage| {
        let own: Vec<&Record> = calls.iter().filter(|call| owner(report, call) == stage.name).collect();
        let tokens =
            |of: fn(&Record) -> Option<u64>| sum(own.iter().map(|c| of(c)), 0, |a, b| a + b, |n| n.to_string());
        StageRow {
            name: stage.name.clone(),
            did: stage.did.clone(),
            seconds: seconds.get(&stage.name).map(|s| format!("{s:.1}")).unwrap_or_default(),
            calls: own.len(),
            tokens_in: tokens(|c| c.usage.input_tokens),
            tokens_out: tokens(|c| c.usage.output_tokens),
            cost: sum(own.iter().map(|c| c.usage.cost_usd), 0.0, |a, b| a + b, |n| format!("{n:.4}")),
        }
    };
    report.stages.iter().map(row).collect()
}

/// The sum of what is known: marked where something is not, and no number where nothing is.
fn sum<T: Copy>(values: impl Iterator<Item = Option<T>>, zero: T, add: fn(T, T) -> T, show: fn(T) -> String) -> String {
    let values: Vec<Option<T>> = values.collect();
    let known = values.iter().flatten().count();
    let total = values.iter().flatten().fold(zero, |a, b| add(a, *b));
    match (values.len(), known) {
        (0, _) => String::new(),
        (_, 0) => "unknown".to_owned(),
        (all, known) if known < all => format!("≥ {}", show(total)),
        _ => show(total),
    }
}

/// Whose call it was. A round of correct is known by the replies in its attempts.
fn owner<'a>(report: &'a Report, call: &Record) -> &'a str {
    if !["correct", "finding"].contains(&call.request.stage.as_str()) {
        return stages::DRAFT;
    }
    let round =
        report.stages.iter().find(|s| s.name.starts_with(stages::CORRECT) && s.replies.contains(&call.reply.sha256));
    round.map_or(stages::CORRECT, |s| s.name.as_str())
}

/// report.html.
pub(super) fn html(report: &Report, seconds: &BTreeMap<String, f64>, calls: &[Record]) -> Result<String, Failure> {
    let call = |c: &Record| CallRow {
        stage: c.request.stage.clone(),
        key: c.key.chars().take(12).collect(),
        model: format!("{} {}", c.provider, c.model.as_deref().unwrap_or("(model not told)")),
        prompt: c.prompt.bytes,
        reply: c.reply.bytes,
        seconds: format!("{:.1}", c.seconds),
    };
    let page = Page {
        css: CSS,
        script: SCRIPT,
        version: env!("CARGO_PKG_VERSION"),
        system: &report.system,
        module: &report.module,
        source_digest: &report.source_digest,
        verdict: &report.verdict,
        stages: stage_rows(report, seconds, calls),
        check: &report.check,
        traces: &report.traces,
        challenge: report.challenge.as_ref().map(|c| ChallengePage { text: c.sentence(), all: c }),
        coverage: &report.coverage,
        rounds: &report.rounds,
        findings: &report.findings,
        calls: calls.iter().map(call).collect(),
        blocks: &report.blocks,
    };
    Ok(template::render("report.html.j2", TEMPLATE, &page)?)
}

/// summary.md.
pub(super) fn summary(report: &Report, seconds: &BTreeMap<String, f64>, calls: &[Record]) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_summary(&mut text, report, &stage_rows(report, seconds, calls));
    text
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn write_summary(out: &mut String, report: &Report, stages: &[StageRow]) -> std::fmt::Result {
    writeln!(out, "# {}\n\n**{}**\n", report.system, report.verdict.text)?;
    writeln!(
        out,
        "## Stages\n\n| stage | what it did | seconds | calls | tokens in | tokens out | cost, USD |\n|---|---|--:|--:|--:|--:|--:|"
    )?;
    for s in stages {
        writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {} | {} |",
            s.name,
            cell(&s.did),
            s.seconds,
            s.calls,
            s.tokens_in,
            s.tokens_out,
            s.cost
        )?;
    }
    writeln!(out, "\n## Properties\n\n| property | verdict |\n|---|---|")?;
    for p in &report.check.properties {
        writeln!(out, "| `{}` | {} |", p.name, cell(&p.verdict))?;
    }
    if !report.check.searches.is_empty() {
        writeln!(out, "\n## Searches\n\n| search | why | verdict |\n|---|---|---|")?;
    }
    for s in &report.check.searches {
        writeln!(out, "| {} | {} | {} |", s.name, cell(&s.why), cell(&s.verdict))?;
    }
    writeln!(out, "\nTLC looked at no state beyond these bounds:\n\n```tla\n{}\n```", report.check.bounds.trim_end())?;
    if let Some(challenge) = &report.challenge {
        writeln!(out, "\n## Challenge\n\n{}.", challenge.sentence())?;
    }
    writeln!(out, "\n## Traces\n\n{}\n\n| trace | verdict |\n|---|---|", report.traces.text)?;
    for t in &report.traces.each {
        writeln!(out, "| {} | {} |", t.label, cell(&t.title))?;
    }
    for d in &report.traces.divergences {
        writeln!(out, "\n### {}\n\n```\n{}\n```", d.title, d.text.trim_end())?;
    }
    write_coverage(out, report)?;
    if !report.findings.is_empty() {
        writeln!(out, "\n## Findings")?;
    }
    for f in &report.findings {
        writeln!(out, "\n### {}\n\n```text\n{}\n```", f.title, f.text)?;
    }
    writeln!(out, "\n## Rounds\n")?;
    if report.rounds.is_empty() {
        writeln!(out, "There was no round after the first.")?;
    }
    for r in &report.rounds {
        let (plus, minus) = (changed(&r.diff, '+'), changed(&r.diff, '-'));
        writeln!(
            out,
            "\n### {}: {plus} lines of the IISpec added, {minus} removed\n\n{}",
            r.title,
            r.problem.trim_end()
        )?;
        writeln!(out, "\n```diff\n{}\n```", r.diff.trim_end())?;
    }
    Ok(())
}

fn changed(diff: &str, sign: char) -> usize {
    diff.lines().skip(2).filter(|l| l.starts_with(sign)).count()
}

fn write_coverage(out: &mut String, report: &Report) -> std::fmt::Result {
    let coverage = &report.coverage;
    writeln!(out, "\n## Coverage by the accepted traces\n\n| event | count |\n|---|--:|")?;
    for e in &coverage.events {
        writeln!(out, "| `{}` | {} |", e.name, e.count)?;
    }
    writeln!(out, "\n| source function | events |\n|---|--:|")?;
    for f in &coverage.functions {
        let how = match (f.probed, f.silent) {
            (true, _) => "",
            (false, false) => " (no probe: by action)",
            (false, true) => " (no event: by silent steps)",
        };
        writeln!(out, "| `{}`{how} | {} |", f.name, f.count)?;
    }
    let list = |names: &[String]| {
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
        }
    };
    writeln!(
        out,
        "\nCompared after every event whose state has it: {}.\n\nVariables no check looks at: {}.",
        list(&coverage.checked),
        list(&coverage.unchecked)
    )
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use serde_json::json;

    use super::*;

    fn page(divergences: &Value) -> String {
        html(&report(divergences, &json!([])), &BTreeMap::new(), &[]).unwrap()
    }

    fn report(divergences: &Value, findings: &Value) -> Report {
        let report = json!({
            "format": 5, "system": "s", "module": "M", "source_digest": "d", "verdict": {"class": "bad", "text": "no"},
            "stages": [], "challenge": null, "rounds": [], "findings": findings, "blocks": [],
            "check": {"text": "t", "properties": [], "searches": [], "bounds": "b", "config": "c"},
            "traces": {"text": "one", "each": [], "divergences": divergences},
            "coverage": {"events": [], "functions": [], "checked": [], "unchecked": []},
        });
        serde_json::from_value(report).unwrap()
    }

    #[test]
    fn findings_have_a_section_where_there_are_any() {
        let found = json!([{"title": "TypeOK: the system has a bug", "text": "n < 3 is no guard"}]);
        let (with, without) = (report(&json!([]), &found), report(&json!([]), &json!([])));
        let shown = html(&with, &BTreeMap::new(), &[]).unwrap();
        assert!(shown.contains("<h3>TypeOK: the system has a bug</h3><pre>n &lt; 3 is no guard</pre>"), "{shown}");
        let text = summary(&with, &BTreeMap::new(), &[]);
        assert!(text.contains("### TypeOK: the system has a bug\n\n```text\nn < 3 is no guard\n```"), "{text}");
        assert!(!html(&without, &BTreeMap::new(), &[]).unwrap().contains("Findings"));
        assert!(!summary(&without, &BTreeMap::new(), &[]).contains("Findings"));
    }

    fn state(x: &str) -> Value {
        let leaf = json!({"class": "false", "came": "false", "place": "M.tla:7", "text": "x < 3", "operands": ["x = 4"], "parts": []});
        let branch = json!({"class": "false", "came": "false", "place": "M.tla:6", "text": "\\/ x < 3", "operands": [], "parts": [leaf]});
        let held = json!({"class": "true", "came": "true", "place": "M.tla:5", "text": "y = <<1>>", "operands": [], "parts": []});
        json!({"failing": 1, "variables": [["x", x], ["y", "<<1>>"]], "parts": [held, branch]})
    }

    #[test]
    fn the_search_of_a_rejected_trace_can_be_opened_and_two_states_compared() {
        let search = json!({
            "explained": 2, "events": 5, "last": ["line 3: Up on n1 {}"], "event": "line 4: Up on n1", "candidates": 12,
            "states": [state("4"), state("5")], "differences": [["n", "1, or 2", "3"]],
        });
        let shown = page(&json!([{"title": "t is rejected", "text": "why", "search": search}]));
        for part in [
            "2 of 5 events are explained, the last of them:",
            "State 2: conditions of the action that do not hold: 1",
            "what was before it: 12, of which 2 are shown",
            "<li class=\"true\"><b>true</b> <code>y = &lt;&lt;1&gt;&gt;</code>",
            // A part inside a part.
            "<ul><li class=\"false\"><b>false</b> <code>x &lt; 3</code> <span class=\"small\">M.tla:7</span><ul><li><code>x = 4</code></li></ul></li></ul>",
            "<td><code>1, or 2</code></td><td><code>3</code></td>",
            "<option>State 1</option><option>State 2</option>",
        ] {
            assert!(shown.contains(part), "no {part} in {shown}");
        }
        assert_eq!(shown.matches("<table class=\"state\">").count(), 2);
        // It works from a file, alone.
        assert!(!shown.contains("http") && !shown.contains(" src=") && !shown.contains("<link"), "{shown}");
        assert_eq!(shown.matches("<script>").count(), 1);
        assert!(shown.contains(SCRIPT.trim_end()) && !SCRIPT.contains("</"));
    }

    #[test]
    fn a_trace_without_such_a_search_has_its_text_alone() {
        let one = json!({"explained": 0, "events": 1, "last": [], "event": "e", "candidates": 1, "states": [{"failing": 0, "variables": [["x", "1"]], "parts": []}], "differences": []});
        let both = json!([{"title": "a", "text": "why"}, {"title": "b", "text": "why", "search": one}]);
        let shown = page(&both);
        assert_eq!((shown.matches("class=\"search\"").count(), shown.matches("class=\"compare\"").count()), (1, 0));
    }
}
