//! `specgen status`: fresh, stale and because of what, failed, missing, or skipped.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::desk::Workplace;
use super::stages::session_root;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::pipeline;
use crate::session::Freshness;
use crate::session::Inputs;
use crate::session::Session;
use crate::session::events;
use crate::stages;
use crate::stages::Desk;
use crate::stages::challenge::model as challenge;
use crate::stages::correct;
use crate::stages::report::Pages;
use crate::stages::validate;

/// How it stands with a session.
#[derive(Serialize, JsonSchema)]
pub(super) struct Shown {
    /// Its folder.
    #[schemars(with = "String")]
    session: Utf8PathBuf,
    /// In the order of a run.
    stages: Vec<Row>,
}

/// How it stands with a stage.
#[derive(Serialize, JsonSchema)]
struct Row {
    /// Its folder in the session.
    stage: String,
    /// What a run would do with it.
    state: State,
    /// The reasons; none where it is fresh, or never ran.
    because: Vec<String>,
    /// Wall seconds of its last run.
    seconds: Option<f64>,
}

/// What a run as of now would do with a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum State {
    /// Nothing: its digests still hold.
    Fresh,
    /// Run it again, unless what it reads comes out as it was.
    Stale,
    /// Run it again: the last time it failed.
    Failed,
    /// Run it.
    Missing,
    /// Leave it out.
    Skipped,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Failed => "failed",
            Self::Missing => "missing",
            Self::Skipped => "skipped",
        }
    }
}

/// Holds what is on disk against the inputs of now. Nothing is run and nothing is written.
pub(super) async fn status(context: &Context) -> Result<Answer, Failure> {
    let root = session_root(&context.settings);
    let session = Session::look(root.clone())?;
    let workplace = Workplace::to_look_at(context, &context.settings, session).await?;
    let rows = rows(&workplace.desk())?;
    let mut text = format!("session {root}\n");
    for row in &rows {
        let seconds = row.seconds.map(|s| format!("{s:.1}s")).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ =
            writeln!(text, "  {:<16} {:<8} {:>8}  {}", row.stage, row.state.word(), seconds, row.because.join("; "));
    }
    Ok(Answer::of(&Shown { session: root, stages: rows }, text))
}

/// The rows of the stages looked at so far, in the order of the run.
struct Table<'a> {
    desk: &'a Desk<'a>,
    seconds: BTreeMap<String, f64>,
    rows: Vec<Row>,
}

impl Table<'_> {
    /// A stage by its own inputs, and by the stages that it reads: what one of them makes anew, it may have to read anew.
    fn add(&mut self, stage: &str, round: u32, inputs: Result<Inputs, Failure>) -> Result<(), Failure> {
        let name = stages::in_round(stage, round);
        let freshness = match inputs {
            Ok(inputs) => self.desk.session.freshness(&name, &inputs)?,
            // An input that is not there yet is an earlier stage's to make.
            Err(_) => match self.desk.session.freshness(&name, &Inputs::new())? {
                Freshness::Missing => Freshness::Missing,
                _ => Freshness::Stale(vec!["what it reads is not there".to_owned()]),
            },
        };
        let mut before = Vec::new();
        for read in pipeline::reads(stage, round) {
            let row = self.rows.iter().find(|row| row.stage == read);
            before.extend(row.filter(|row| row.is_due()).map(|row| format!("{} is {}", row.stage, row.state.word())));
        }
        let (state, because) = match freshness {
            Freshness::Fresh if before.is_empty() => (State::Fresh, before),
            Freshness::Fresh => (State::Stale, before),
            Freshness::Stale(reasons) => (State::Stale, reasons.into_iter().chain(before).collect()),
            Freshness::Missing if disk::exists(&self.desk.session.root.join(format!("{name}.partial"))) => {
                (State::Failed, vec![format!("what it wrote is in {name}.partial; `specgen resume` runs it again")])
            }
            Freshness::Missing => (State::Missing, Vec::new()),
        };
        self.rows.push(Row { seconds: self.seconds.get(&name).copied(), stage: name, state, because });
        Ok(())
    }

    /// The pages beside the stage looked at last, which a run writes anew in any case.
    fn add_pages(&mut self) {
        let Some(row) = self.rows.last_mut().filter(|row| row.state == State::Fresh) else { return };
        let amiss = Pages::of(&self.desk.session.root).and_then(|pages| pages.amiss());
        row.because = amiss.unwrap_or_else(|failure| vec![failure.to_string()]);
        if !row.because.is_empty() {
            row.state = State::Stale;
        }
    }

    /// A stage that a run as of now leaves out.
    fn skip(&mut self, stage: &str, why: &str) {
        self.rows.push(Row {
            stage: stage.to_owned(),
            state: State::Skipped,
            because: vec![why.to_owned()],
            seconds: None,
        });
    }

    /// Whether a run would go past the last stage looked at without running it.
    fn ends_fresh(&self) -> bool {
        self.rows.last().is_some_and(|row| !row.is_due())
    }
}

impl Row {
    /// Whether a run comes to it.
    fn is_due(&self) -> bool {
        !matches!(self.state, State::Fresh | State::Skipped)
    }

    fn sentence(&self) -> String {
        let why = if self.because.is_empty() { String::new() } else { format!(": {}", self.because.join("; ")) };
        format!("{} is {}{why}", self.stage, self.state.word())
    }
}

/// The stages that a run as of now comes to, each with the reasons.
pub(super) fn due(desk: &Desk<'_>) -> Result<Vec<String>, Failure> {
    Ok(rows(desk)?.iter().filter(|row| row.is_due()).map(Row::sentence).collect())
}

/// The stages that made the spec and are not as a run would leave them now, each with the reasons.
pub(super) fn behind(desk: &Desk<'_>) -> Result<Vec<String>, Failure> {
    let spec = |row: &&Row| row.stage == stages::DRAFT || row.stage.starts_with(stages::CORRECT);
    Ok(rows(desk)?.iter().filter(spec).filter(|row| row.is_due()).map(Row::sentence).collect())
}

fn rows(desk: &Desk<'_>) -> Result<Vec<Row>, Failure> {
    let seconds = events::seconds(&desk.session.root)?;
    let mut table = Table { desk, seconds, rows: Vec::new() };
    table.add(stages::DRAFT, 0, stages::draft::inputs(desk))?;
    let mut round = 0;
    let mut divergences = String::new();
    loop {
        let start = correct::start(desk, round, &divergences);
        table.add(stages::CORRECT, round, start.and_then(|s| correct::inputs(desk, &s)))?;
        if round == 0 {
            table.add(stages::INSTRUMENT, 0, stages::instrument::inputs(desk))?;
            table.add(stages::EXERCISE, 0, stages::exercise::inputs(desk))?;
        }
        table.add(stages::VALIDATE, round, validate::inputs(desk, round))?;
        // What a stale validation asked for may not be asked for again, but the rounds that it began are there.
        divergences = validate::feedback(desk, round).unwrap_or_default();
        if pipeline::is_last(desk, round, &divergences) {
            break;
        }
        round += 1;
    }
    if table.ends_fresh() && !challenge::applies(desk, round)? {
        table.skip(stages::CHALLENGE, "not every trace is accepted");
    } else {
        table.add(stages::CHALLENGE, round, pipeline::challenge_inputs(desk, round))?;
    }
    table.add(stages::REPORT, round, stages::report::inputs(desk, round))?;
    table.add_pages();
    Ok(table.rows)
}
