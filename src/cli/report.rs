//! `specgen report`: what the last finished run wrote, or what there is of one that is not finished.

use std::fmt::Write as _;

use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use super::Context;
use super::desk::Workplace;
use super::exit::ExitCode;
use super::stages::session_root;
use super::status;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::disk;
use crate::session::Session;
use crate::stages;
use crate::stages::report::Pages;

/// Where the report is.
#[derive(Serialize, JsonSchema)]
pub(super) struct Reported {
    /// The page; null where the session is not finished.
    #[schemars(with = "Option<String>")]
    report: Option<Utf8PathBuf>,
    /// The same in short, as Markdown.
    #[schemars(with = "String")]
    summary: Utf8PathBuf,
    /// Whether the run came to its end; without it there is no verdict on the whole.
    finished: bool,
    /// The finished stages.
    stages: Vec<String>,
    /// That a run as of now would make some stages anew, and because of what; or that this could not be found out.
    diagnostics: Vec<Diagnostic>,
}

/// Shows the report of a finished session, or makes a summary of an unfinished one.
pub(super) async fn report(context: &Context) -> Result<Answer, Failure> {
    let root = session_root(&context.settings);
    let session = Session::look(root.clone())?;
    let stages: Vec<String> = session.manifest()?.stages.into_keys().collect();
    if !stages.iter().any(|stage| stage == stages::REPORT) {
        return unfinished(&session);
    }
    let mut changed = session.changed()?;
    if changed.is_empty() {
        changed = Pages::of(&root)?.amiss()?;
    }
    let (file, summary) = (root.join("report.html"), root.join("summary.md"));
    if !changed.is_empty() {
        let message = format!("the report is not about what is there now: {}", changed.join(", "));
        return Err(Diagnostic::error("session/changed", message)
            .at(Place::at(file, 1, 1, None))
            .hint("`specgen resume` makes them and the report anew; `specgen status` says more")
            .into());
    }
    let diagnostics: Vec<_> = stale(context, session).await.into_iter().collect();
    diagnostics.iter().for_each(|diagnostic| context.ui.diagnostic(diagnostic));
    let text = format!("{}\nreport: {file}", disk::read_text(&summary)?);
    Ok(Answer::of(&Reported { report: Some(file), summary, finished: true, stages, diagnostics }, text))
}

/// That the session is not the one that a run would make now.
async fn stale(context: &Context, session: Session) -> Option<Diagnostic> {
    let root = session.root.clone();
    let due = async {
        let workplace = Workplace::to_look_at(context, &context.settings, session).await?;
        status::due(&workplace.desk())
    };
    let warning = |message: String| {
        Diagnostic::warning("session/stale", message).at(Place::at(root.join("session.json"), 1, 1, None))
    };
    match due.await {
        Ok(due) if due.is_empty() => None,
        Ok(due) => Some(
            due.iter()
                .fold(warning(format!("the report of {root} is not up to date")), |told, why| told.hint(why))
                .hint("it is about the session as it was made; `specgen resume` makes the one of now"),
        ),
        // What is reported was found all the same.
        Err(failure) => Some(
            warning(format!("whether the report of {root} is up to date cannot be told")).hint(failure.to_string()),
        ),
    }
}

/// The sentences of the stages that are finished. It is no success: there is no verdict on the whole.
fn unfinished(look: &Session) -> Result<Answer, Failure> {
    let root = &look.root;
    let mut rows = Vec::new();
    for stage in look.manifest()?.stages.keys().filter(|stage| disk::exists(&look.folder(stage))) {
        let did: stages::Did = stages::read_json(&look.folder(stage).join("did.json"))?;
        rows.push((stage.clone(), did.did));
    }
    if rows.is_empty() {
        return Err(Diagnostic::error("session/no-report", format!("no stage of the session {root} is finished"))
            .at(Place::at(root.join("session.json"), 1, 1, None))
            .hint("`specgen run` goes on; `specgen status` says what is missing")
            .into());
    }
    let mut text = "# UNFINISHED: there is no verdict on the whole\n\n`specgen status` says what is missing, `specgen resume` goes on.\n\n\
        | finished stage | what it did |\n|---|---|\n"
        .to_owned();
    for (stage, did) in &rows {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| `{stage}` | {} |", did.replace('|', "\\|"));
    }
    let file = root.join("summary.md");
    // A run that is under way holds the lock, and its own summary may be about to be written.
    let _session = Session::open(root.clone())?;
    disk::put(&file, &text)?;
    let text = format!("{text}\nsummary: {file}");
    let stages = rows.into_iter().map(|(stage, _)| stage).collect();
    let reported = Reported { report: None, summary: file, finished: false, stages, diagnostics: Vec::new() };
    Ok(Answer::of(&reported, text).exit(ExitCode::Unknown))
}
