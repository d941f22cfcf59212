//! Asking the model, and what it is shown: the survey, and the text of the chosen functions with their line numbers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::RangeInclusive;

use camino::Utf8Path;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::instrument::TraceConfig;
use crate::llm::Reply;
use crate::llm::prompt::Fields;
use crate::llm::prompt::Template;
use crate::source;
use crate::source::Found;
use crate::source::Outline;
use crate::stages::Desk;
use crate::stages::shared::cited;

/// The description of the language that every prompt about it holds.
pub const IISPEC: &str = include_str!("../../../prompts/iispec.md");

/// What is known of the source: survey and text, ready for prompts, and what its functions are in the spec.
#[derive(Clone, Debug)]
pub struct Material {
    /// The survey.
    pub outline: Outline,
    /// The language's name for people.
    pub language: String,
    /// The survey as text.
    pub survey: String,
    /// The source with line numbers.
    pub source: String,
    /// Each action of the trace mapping, with the functions of the source that it stands for.
    pub actions: BTreeMap<String, Vec<String>>,
}

impl Material {
    /// Surveys the target's files.
    pub fn gather(desk: &Desk<'_>) -> Result<Self, Failure> {
        let target = &desk.settings.config.target;
        if target.files.is_empty() {
            return Err(Diagnostic::error("config/missing", "target.files names no source file")
                .hint("name the files to model on the command line or in specgen.yaml")
                .into());
        }
        let empty = || Diagnostic::error("source/empty", "the survey found nothing");
        let outline = source::survey(&desk.source.root, &target.files).map_err(|d| Failure::of(d, empty()))?;
        if outline.files.iter().all(|file| file.functions.is_empty()) {
            let files: Vec<_> = target.files.iter().map(|file| file.as_str()).collect();
            return Err(Diagnostic::error(
                "source/empty",
                format!("survey {}: there is no function", files.join(", ")),
            )
            .hint("name the files with the code of the system under target.files")
            .into());
        }
        let focus = (!target.show.is_empty()).then_some(target.show.as_slice());
        let survey = source::render(&outline, focus);
        let language = outline.files.first().map(|f| f.language.to_string()).unwrap_or_default();
        let source = text_of(desk, &outline, &target.show)?;
        let actions = match desk.trace_mapping_if_named()? {
            Some((mapping, path)) => {
                named(&mapping, &path, &outline)?;
                cited::functions_by_action(&mapping)
            }
            None => BTreeMap::new(),
        };
        Ok(Self { outline, language, survey, source, actions })
    }
}

/// Whether the survey has every function that an action of the trace mapping is said to stand for.
fn named(config: &TraceConfig, path: &Utf8Path, outline: &Outline) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    for (item, action) in config.actions.iter().enumerate() {
        for function in &action.functions {
            let Found::None(near) = source::find(outline, None, function) else { continue };
            let message = format!("{path}: the action `{}` names the function `{function}`", action.name);
            let error = Diagnostic::error("source/unknown-name", format!("{message}, which the survey has not"))
                .at(config.lines.place(&config.lines.actions, item));
            wrong.push(match near.is_empty() {
                true => error.hint("name functions of the files under target.files, as the survey has them"),
                false => error.hint(format!("the closest names are {}", near.join(", "))),
            });
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure { diagnostics: wrong }) }
}

/// The places of the names of target.show, by file. A name that fits nothing is an error.
fn chosen(outline: &Outline, show: &[String]) -> Result<Vec<(String, RangeInclusive<usize>)>, Failure> {
    let mut places = Vec::new();
    let mut wrong = Vec::new();
    for name in show {
        let types = outline.files.iter().flat_map(|f| f.types.iter().map(move |t| (f, t)));
        let found: Vec<_> =
            types.filter(|(_, t)| t.name == *name).map(|(f, t)| (f.path.clone(), t.line..=t.last_line)).collect();
        if !found.is_empty() {
            places.extend(found);
            continue;
        }
        let error = |hint: String| {
            Diagnostic::error("source/unknown-name", format!("target.show: no function or type `{name}`")).hint(hint)
        };
        match source::find(outline, None, name) {
            Found::One(file, function) => places.push((file.path.clone(), function.first_line..=function.last_line)),
            Found::Many(all) => wrong.push(error(format!("it could be any of {}", all.join(", ")))),
            Found::None(near) => wrong.push(error(format!("the closest names are {}", near.join(", ")))),
        }
    }
    match wrong.is_empty() {
        true => Ok(places),
        false => Err(Failure { diagnostics: wrong }),
    }
}

/// The text of `target.show`, or all of it.
fn text_of(desk: &Desk<'_>, outline: &Outline, show: &[String]) -> Result<String, Failure> {
    let whole = || outline.files.iter().map(|file| (file.path.clone(), 1..=file.lines)).collect();
    text_at(desk, outline, &if show.is_empty() { whole() } else { chosen(outline, show)? })
}

/// The lines at `places` (from 1, both ends in), numbered, each file under its name.
pub fn text_at(
    desk: &Desk<'_>,
    outline: &Outline,
    places: &[(String, RangeInclusive<usize>)],
) -> Result<String, Failure> {
    let mut text = String::new();
    for file in &outline.files {
        let ranges: Vec<_> =
            places.iter().filter(|(path, _)| *path == file.path).map(|(_, range)| range.clone()).collect();
        if ranges.is_empty() {
            continue;
        }
        let contents = disk::read_text(&desk.source.root.join(&file.path))?;
        let fence = file.language.to_string().to_lowercase();
        // Writing to a String cannot fail.
        let _ = write!(text, "## {}\n\n```{fence}\n{}```\n\n", file.path, source::numbered(&contents, &ranges));
    }
    Ok(text)
}

/// Asks the model with a filled prompt; the text of its reply.
pub async fn ask(desk: &Desk<'_>, stage: &str, what: &str, prompt: &str, fields: &Fields) -> Result<String, Failure> {
    Ok(sampled(desk, stage, what, prompt, fields, 0).await?.text)
}

/// Asks the model with a filled prompt for the `sample`th time, from 0; its whole reply.
pub async fn sampled(
    desk: &Desk<'_>,
    stage: &str,
    what: &str,
    prompt: &str,
    fields: &Fields,
    sample: u32,
) -> Result<Reply, Failure> {
    desk.ui.waiting(&format!("the model ({}): {what}", desk.client.provider()));
    let filled = Template::parse(stage, prompt)?.fill(fields)?;
    let request = filled.request(stage, desk.settings.config.llm.max_tokens).sample(sample);
    desk.client.ask(&request).await.map_err(|e| Failure::from(*e.diagnostic))
}
