//! `specgen status`: fresh, stale and because of what, failed, or missing.

use std::fmt::Write as _;

use serde::Serialize;

use super::Answer;
use super::Context;
use super::desk::Workplace;
use super::stages::session_root;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::session::Freshness;
use crate::session::Session;
use crate::session::events;
use crate::stages;
use crate::stages::Desk;
use crate::stages::correct;
use crate::stages::validate;

#[derive(Serialize)]
struct Row {
    stage: String,
    state: &'static str,
    because: Vec<String>,
    seconds: Option<f64>,
}

/// Holds what is on disk against the inputs of now. Nothing is run and nothing is written.
pub(super) async fn status(context: &Context) -> Result<Answer, Failure> {
    let root = session_root(&context.settings);
    let session = Session::look(root.clone())?;
    let workplace = Workplace::around(context, &context.settings, session).await?;
    let rows = rows(&workplace.desk())?;
    let mut text = format!("session {root}\n");
    for row in &rows {
        let seconds = row.seconds.map(|s| format!("{s:.1}s")).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {:<16} {:<8} {:>8}  {}", row.stage, row.state, seconds, row.because.join("; "));
    }
    Ok(Answer::of(&rows, text))
}

fn rows(desk: &Desk<'_>) -> Result<Vec<Row>, Failure> {
    let root = &desk.session.root;
    let seconds = events::seconds(root)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut add = |stage: String, freshness: Freshness| {
        let (state, because) = match freshness {
            Freshness::Fresh => ("fresh", Vec::new()),
            Freshness::Stale(reasons) => ("stale", reasons),
            Freshness::Missing if disk::exists(&root.join(format!("{stage}.partial"))) => {
                ("failed", vec![format!("what it wrote is in {stage}.partial; `specgen resume` runs it again")])
            }
            Freshness::Missing => ("missing", Vec::new()),
        };
        let fresh = state == "fresh";
        rows.push(Row { seconds: seconds.get(&stage).copied(), stage, state, because });
        fresh
    };
    let state = |stage: &str, inputs: Result<crate::session::Inputs, Failure>| match inputs {
        Ok(inputs) => desk.session.freshness(stage, &inputs),
        // An input that is not there yet is an earlier stage's to make.
        Err(_) => Ok(Freshness::Missing),
    };
    add(stages::DRAFT.to_owned(), state(stages::DRAFT, stages::draft::inputs(desk))?);
    let mut round = 0;
    let mut divergences = String::new();
    loop {
        let start = correct::start(desk, round, &divergences);
        let name = stages::in_round(stages::CORRECT, round);
        add(name.clone(), state(&name, start.and_then(|s| correct::inputs(desk, &s)))?);
        if round == 0 {
            add(stages::INSTRUMENT.to_owned(), state(stages::INSTRUMENT, stages::instrument::inputs(desk))?);
            add(stages::EXERCISE.to_owned(), state(stages::EXERCISE, stages::exercise::inputs(desk))?);
        }
        let name = stages::in_round(stages::VALIDATE, round);
        let fresh = add(name.clone(), state(&name, validate::inputs(desk, round))?);
        divergences = if fresh { validate::feedback(desk, round)? } else { String::new() };
        if divergences.is_empty() || round >= desk.settings.config.correct.max_rounds {
            break;
        }
        round += 1;
    }
    add(stages::CHALLENGE.to_owned(), state(stages::CHALLENGE, crate::pipeline::challenge_inputs(desk, round))?);
    add(stages::REPORT.to_owned(), state(stages::REPORT, stages::report::inputs(desk, round))?);
    Ok(rows)
}
