//! The stages: each reads artefacts of earlier ones and writes a folder of its own.

pub mod challenge;
pub mod correct;
pub mod draft;
pub mod exercise;
pub mod instrument;
pub mod report;
pub mod shared;
pub mod validate;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::disk;
use crate::base::ui::Ui;
use crate::config::Settings;
use crate::engine::Tla2Tools;
use crate::fetch::SourceTree;
use crate::instrument::TraceConfig;
use crate::llm::Client;
use crate::session::Inputs;
use crate::session::Session;

/// Folder of the stage draft.
pub const DRAFT: &str = "01-draft";
/// Folder of the first round of the stage correct.
pub const CORRECT: &str = "02-correct";
/// Folder of the stage instrument.
pub const INSTRUMENT: &str = "03-instrument";
/// Folder of the stage exercise.
pub const EXERCISE: &str = "04-exercise";
/// Folder of the first round of the stage validate.
pub const VALIDATE: &str = "05-validate";
/// Folder of the stage challenge.
pub const CHALLENGE: &str = "06-challenge";
/// Folder of the stage report.
pub const REPORT: &str = "07-report";

/// The folder of a stage in a round: later rounds stand beside the first, so that nothing is replaced. Only correct and
/// validate take part in rounds; of every other stage there is one folder.
pub fn in_round(stage: &str, round: u32) -> String {
    let in_rounds = [CORRECT, VALIDATE].contains(&stage);
    if round == 0 || !in_rounds { stage.to_owned() } else { format!("{stage}.{round}") }
}

/// Where a folder keeps the IISpec: in a file that has the module's name, as SANY and every other tool ask for. The spec
/// that is made of it has that name as well, so it has a folder of its own.
pub fn iispec(folder: &Utf8Path, module: &str) -> Utf8PathBuf {
    folder.join(format!("{IISPEC}/{module}.tla"))
}

/// The folder of an IISpec in that of a stage, or of an attempt.
pub const IISPEC: &str = "iispec";

/// Everything outside a stage that it may use.
pub struct Desk<'a> {
    /// Values in force.
    pub settings: &'a Settings,
    /// For people.
    pub ui: &'a Ui,
    /// The open session.
    pub session: &'a Session,
    /// Model calls.
    pub client: &'a Client,
    /// SANY and TLC.
    pub tools: &'a Tla2Tools,
    /// Digest of the TLA+ tools, an input of every stage that runs them.
    pub tools_digest: &'a str,
    /// The target's source.
    pub source: &'a SourceTree,
}

impl Desk<'_> {
    /// A path of the settings, which are relative to the project.
    pub fn project(&self, path: &Utf8Path) -> Utf8PathBuf {
        self.settings.project.join(path)
    }

    /// The module's name.
    pub fn module(&self) -> Result<&str, Diagnostic> {
        required(self.settings.config.target.module.as_deref(), "target.module")
    }

    /// What is modelled, in words.
    pub fn system(&self) -> Result<&str, Diagnostic> {
        required(self.settings.config.target.system.as_deref(), "target.system")
    }

    /// The mapping of the target's events to the spec, and the file it is in.
    pub fn trace_mapping(&self) -> Result<(TraceConfig, Utf8PathBuf), Failure> {
        let path = self.project(required(self.settings.config.target.trace.as_deref(), "target.trace")?);
        let config = TraceConfig::read(&disk::read_text(&path)?, path.as_str())?;
        Ok((config, path))
    }

    /// The same, where the settings name one.
    pub fn trace_mapping_if_named(&self) -> Result<Option<(TraceConfig, Utf8PathBuf)>, Failure> {
        self.settings.config.target.trace.as_ref().map(|_| self.trace_mapping()).transpose()
    }

    /// The brief's text, where the settings name one: only a question to the model needs it.
    pub fn brief_if_named(&self) -> Result<Option<String>, Failure> {
        self.settings.config.target.brief.as_ref().map(|_| self.brief()).transpose()
    }

    /// The brief's text.
    pub fn brief(&self) -> Result<String, Failure> {
        let path = self.project(required(self.settings.config.target.brief.as_deref(), "target.brief")?);
        let text = disk::read_text(&path)?;
        if text.trim().is_empty() {
            return Err(Diagnostic::error("config/missing", format!("the brief {path} is empty"))
                .at(Place::at(path.as_str(), 1, 1, Some(&text)))
                .hint("say in it what the source cannot: what is modelled, what is left out, and what each property means")
                .into());
        }
        Ok(text)
    }
}

/// A setting that a stage cannot do without.
pub fn required<'a, T: ?Sized>(value: Option<&'a T>, name: &str) -> Result<&'a T, Diagnostic> {
    value.ok_or_else(|| {
        Diagnostic::error("config/missing", format!("{name} is not set"))
            .hint(format!("add `{name}` to specgen.yaml, or give it with --set"))
    })
}

/// What a stage did, in one sentence; part of its artefacts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Did {
    /// Format number.
    pub format: u32,
    /// The sentence.
    pub did: String,
}

/// Writes `did.json`.
pub fn write_did(folder: &Utf8Path, did: &str) -> Result<(), Failure> {
    write_json(&folder.join("did.json"), &Did { format: 1, did: did.to_owned() })
}

/// Writes pretty JSON with a last newline.
pub fn write_json(path: &Utf8Path, value: &impl Serialize) -> Result<(), Failure> {
    let mut text = serde_json::to_string_pretty(value)
        .map_err(|e| Diagnostic::error("internal/json", format!("write {path}: {e}")))?;
    text.push('\n');
    Ok(disk::put(path, text)?)
}

/// Reads JSON that a stage wrote.
pub fn read_json<T: serde::de::DeserializeOwned>(path: &Utf8Path) -> Result<T, Failure> {
    let text = disk::read_text(path)?;
    serde_json::from_str(&text).map_err(|e| {
        Diagnostic::error("session/damaged", format!("read {path}: {e}"))
            .at(Place::at(path.as_str(), e.line().max(1), e.column().max(1), Some(&text)))
            .hint("delete the stage's folder and run `specgen resume`")
            .into()
    })
}

/// Adds a slice of the settings to the inputs of a stage.
pub fn setting_inputs(inputs: &mut Inputs, name: &str, values: &impl Serialize) {
    let text = serde_json::to_string(values).expect("settings have string keys");
    inputs.insert(format!("settings {name}"), disk::sha256(text.as_bytes()));
}
