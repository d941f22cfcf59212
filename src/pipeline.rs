//! The list of stages, each with the reason why it stands where it does; skipping what is fresh; rounds.

use camino::Utf8Path;
use camino::Utf8PathBuf;

use crate::base::clock::Stopwatch;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::process::metered;
use crate::session::Freshness;
use crate::session::Inputs;
use crate::session::events;
use crate::session::events::Took;
use crate::stages;
use crate::stages::Desk;
use crate::stages::challenge;
use crate::stages::correct;
use crate::stages::draft;
use crate::stages::exercise;
use crate::stages::instrument;
use crate::stages::report;
use crate::stages::validate;

/// A disk with fewer free bytes is full: what fails then is not asked why.
const NO_ROOM: u64 = 64 << 10;

/// Why there is no other round, where no question to the model could be answered.
const NOBODY_TO_ASK: &str = "  training traces are rejected, and nobody is there to mend the spec: no call of this project was ever recorded. \
                             With `--provider NAME` the model would be asked; or mend the spec that is given, and run again";

/// Where a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// After instrument, which needs no spec: nothing else is run.
    Instrument,
    /// After the draft.
    Draft,
    /// After the first round of correct.
    Correct,
    /// After validate, all rounds.
    Validate,
    /// After the report.
    Report,
}

impl Goal {
    /// Whether a run up to this one comes past the end of `stage`.
    pub fn includes(self, stage: Self) -> bool {
        match stage {
            Self::Instrument => self == Self::Instrument || self >= Self::Validate,
            stage => self >= stage,
        }
    }
}

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// The last round of correct that is finished.
    pub round: u32,
    /// Where the report is, if it was reached.
    pub report: Option<Utf8PathBuf>,
}

/// Runs the stages up to `goal`, skipping those that are fresh.
pub async fn run(desk: &Desk<'_>, goal: Goal) -> Result<Reached, Failure> {
    if goal == Goal::Instrument {
        exercised(desk, false).await?;
        return Ok(Reached::default());
    }
    // Everything later cites lines of the source, so the spec is written beside the source first.
    stage(desk, stages::DRAFT, draft::inputs(desk)?, async |folder| draft::run(desk, folder).await).await?;
    let mut reached = Reached::default();
    if goal == Goal::Draft {
        return Ok(reached);
    }
    let mut divergences = String::new();
    loop {
        // A spec that TLC cannot explore cannot be compared with anything either.
        let start = correct::start(desk, reached.round, &divergences)?;
        let name = stages::in_round(stages::CORRECT, reached.round);
        stage(desk, &name, correct::inputs(desk, &start)?, async |folder| correct::run(desk, folder, &start).await)
            .await?;
        if goal == Goal::Correct {
            return Ok(reached);
        }
        // The instrumented copy and its traces do not depend on the spec: in later rounds they are fresh.
        stage(desk, stages::INSTRUMENT, instrument::inputs(desk)?, async |folder| instrument::run(desk, folder).await)
            .await?;
        stage(desk, stages::EXERCISE, exercise::inputs(desk)?, async |folder| exercise::run(desk, folder).await)
            .await?;
        // The verdict: what the spec allows against what the system did.
        let name = stages::in_round(stages::VALIDATE, reached.round);
        let round = reached.round;
        stage(desk, &name, validate::inputs(desk, round)?, async |folder| validate::run(desk, folder, round).await)
            .await?;
        divergences = validate::feedback(desk, round)?;
        if is_last(desk, round, &divergences) {
            if !divergences.is_empty() && desk.client.is_mute() {
                desk.ui.say(NOBODY_TO_ASK);
            }
            break;
        }
        // The one back edge, as data: what was rejected is an input of the next round.
        desk.ui.say("  training traces are rejected: a new round of correct");
        reached.round += 1;
    }
    if goal >= Goal::Report {
        reached.report = Some(reported(desk, reached.round).await?);
    }
    Ok(reached)
}

/// The verdict challenged, and what came of the run as pages.
async fn reported(desk: &Desk<'_>, round: u32) -> Result<Utf8PathBuf, Failure> {
    // A verdict of acceptance only: what a rejection means, its divergence says.
    if challenge::model::applies(desk, round)? {
        let inputs = challenge_inputs(desk, round)?;
        stage(desk, stages::CHALLENGE, inputs, async |folder| challenge::run(desk, folder, round).await).await?;
    } else {
        desk.ui.say(&format!("{} is skipped: not every trace is accepted", stages::CHALLENGE));
    }
    // Last, as it reads everything.
    let inputs = report::inputs(desk, round)?;
    stage(desk, stages::REPORT, inputs, async |folder| report::run(desk, folder, round).await).await?;
    // The pages hold times, so they are written anew even where the stage was fresh.
    let pages = report::Pages::of(&desk.session.root)?;
    pages.publish()?;
    Ok(pages.html)
}

/// Whether no round of correct follows the one in which `divergences` were found: there are none, there were rounds enough, or
/// nobody can be asked to mend the spec.
pub fn is_last(desk: &Desk<'_>, round: u32, divergences: &str) -> bool {
    divergences.is_empty() || round >= desk.settings.config.correct.max_rounds || desk.client.is_mute()
}

/// Makes the instrumented copy, and with `traces` records those of the settings: neither needs a spec.
pub async fn exercised(desk: &Desk<'_>, traces: bool) -> Result<(), Failure> {
    stage(desk, stages::INSTRUMENT, instrument::inputs(desk)?, async |folder| instrument::run(desk, folder).await)
        .await?;
    if traces {
        stage(desk, stages::EXERCISE, exercise::inputs(desk)?, async |folder| exercise::run(desk, folder).await)
            .await?;
    }
    Ok(())
}

/// The stages whose artefacts a stage reads: while one of them is not fresh, nobody knows yet whether this one stays so.
pub fn reads(stage: &str, round: u32) -> Vec<String> {
    let correct = stages::in_round(stages::CORRECT, round);
    let validate = stages::in_round(stages::VALIDATE, round);
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match stage {
        stages::CORRECT => match round.checked_sub(1) {
            None => named(&[stages::DRAFT]),
            Some(before) => vec![stages::in_round(stages::CORRECT, before), stages::in_round(stages::VALIDATE, before)],
        },
        stages::EXERCISE => named(&[stages::INSTRUMENT]),
        stages::VALIDATE => named(&[&correct, stages::EXERCISE]),
        stages::CHALLENGE => named(&[&correct, stages::EXERCISE, &validate]),
        stages::REPORT => {
            named(&[stages::DRAFT, &correct, stages::INSTRUMENT, stages::EXERCISE, &validate, stages::CHALLENGE])
        }
        _ => Vec::new(),
    }
}

/// What the stage challenge depends on: it instruments, exercises and validates again.
pub fn challenge_inputs(desk: &Desk<'_>, round: u32) -> Result<Inputs, Failure> {
    let mut again = validate::inputs(desk, round)?;
    again.extend(instrument::inputs(desk)?);
    again.extend(exercise::inputs(desk)?);
    challenge::inputs(desk, round, again)
}

/// Runs one stage unless it is fresh. An error leaves what was written to look at.
async fn stage(
    desk: &Desk<'_>,
    name: &str,
    inputs: Inputs,
    run: impl AsyncFnOnce(&Utf8Path) -> Result<String, Failure>,
) -> Result<(), Failure> {
    match desk.session.freshness(name, &inputs)? {
        Freshness::Fresh => {
            let did: stages::Did = stages::read_json(&desk.session.folder(name).join("did.json"))?;
            desk.ui.say(&format!("{name} is fresh: {}", did.did));
            return events::append(&desk.session.root, name, events::Kind::Skipped, None);
        }
        Freshness::Stale(reasons) => desk.ui.say(&format!("{name} runs again: {}", reasons.join("; "))),
        Freshness::Missing => {}
    }
    desk.ui.begin(name);
    let watch = Stopwatch::start();
    let folder = desk.session.begin(name)?;
    let (result, taken) = metered(run(&folder)).await;
    let took = || Took { seconds: watch.elapsed().as_secs_f64(), taken };
    let done = result.and_then(|did| {
        stages::write_did(&folder, &did)?;
        desk.session.finish(name, &folder, inputs, took())?;
        Ok(did)
    });
    match done {
        Ok(did) => {
            desk.ui.end(&did);
            Ok(())
        }
        Err(failure) => {
            desk.ui.end("failed");
            // What failed is what counts, even where the reason also keeps it from being written down.
            let _ = desk.session.fail(name, &folder, took());
            Err(for_want_of_room(failure, &desk.session.root))
        }
    }
}

/// Not every child says why it could not write, and what it says instead would be taken for a fault of its own.
fn for_want_of_room(failure: Failure, root: &Utf8Path) -> Failure {
    if ["disk/full", "process/interrupted"].contains(&failure.code()) {
        return failure;
    }
    match disk::require_space(root, NO_ROOM) {
        Ok(()) => failure,
        Err(full) => full.hint(format!("what failed is: {failure}")).into(),
    }
}
