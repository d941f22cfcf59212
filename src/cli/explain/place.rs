//! The source lines behind a line of the spec.

use std::fmt::Write as _;

use camino::Utf8Path;

use super::Explained;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::cli::Answer;
use crate::cli::Context;
use crate::cli::stages::session_root;
use crate::provenance;
use crate::provenance::Block;
use crate::provenance::Citation;
use crate::provenance::Said;
use crate::session::Session;
use crate::source;
use crate::source::Outline;
use crate::stages;
use crate::transform::LineOrigin;

/// The stages that write specs.
const WITH_SPECS: [&str; 3] = [stages::DRAFT, stages::CORRECT, stages::VALIDATE];

/// Finds the newest artefact of that name and shows what its line cites, or says why it cites nothing.
pub(super) async fn explain(context: &Context, name: &str, line: usize) -> Result<Answer, Failure> {
    let session = Session::look(session_root(&context.settings))?;
    let file = newest(&session, name)?;
    let spec = disk::read_text(&session.root.join(&file))?;
    let text = spec.lines().nth(line.wrapping_sub(1)).ok_or_else(|| {
        Diagnostic::error("explain/place", format!("{file} has no line {line}"))
            .hint(format!("it has {} lines", spec.lines().count()))
    })?;
    let found = behind(context, &session, &file, &spec, line)?;
    let operator = found.operator.as_ref().map(|name| format!(", operator {name}")).unwrap_or_default();
    let mut words = format!("{file}:{line}{operator}\n    {}\n", text.trim());
    if let Some(Citation { file, first, last, function: Some(function), .. }) = &found.function {
        // Writing to a String cannot fail.
        let _ = write!(words, "\ntranslated from {function}, {file}:{first}-{last}\n");
    }
    if let Some(citation) = &found.mapping {
        words.push_str(&shown(&context.settings.project, citation, "")?);
    }
    if !found.citations.is_empty() {
        let tree = crate::fetch::fetch(&context.settings).await?;
        let outline: Outline = stages::read_json(&session.folder(stages::DRAFT).join("outline.json"))?;
        for citation in &found.citations {
            let inside = outline.function_at(&citation.file, citation.first);
            let inside = inside.map(|f| format!(" in {}", f.qualified)).unwrap_or_default();
            words.push_str(&shown(&tree.root, citation, &inside)?);
        }
    }
    if let Some(why) = &found.without {
        // Writing to a String cannot fail.
        let _ = write!(words, "\nno source: {why}\n");
    }
    let Behind { operator, function, mapping, citations, without } = found;
    let citations = mapping.into_iter().chain(citations).collect();
    Ok(Answer::of(&Explained::Place { file, line, operator, function, citations, without }, words))
}

/// What stands behind a line of a spec: citations, or the reason why there are none.
#[derive(Default)]
struct Behind {
    operator: Option<String>,
    function: Option<Citation>,
    /// The line of the trace mapping that says what this line has to be.
    mapping: Option<Citation>,
    citations: Vec<Citation>,
    without: Option<String>,
}

fn behind(context: &Context, session: &Session, file: &str, spec: &str, line: usize) -> Result<Behind, Failure> {
    let generated = generated(file);
    let Some((block, said)) = provenance::behind(spec, line) else {
        let without =
            generated.unwrap_or("it is part of no operator, and only operators are translated from the source");
        return Ok(Behind { without: Some(without.to_owned()), ..Behind::default() });
    };
    let mut found = Behind { mapping: stated(context, &block, spec, line), ..Behind::default() };
    match (said, generated) {
        (Said::Cites(cited), Some(_)) => {
            // What a line of the mapping says is from no probe above it.
            let beside = |c: &Citation| found.mapping.as_ref().is_none_or(|m| m.spec_line == c.spec_line);
            found.citations = cited.into_iter().filter(beside).collect();
        }
        (_, Some(why)) => found.without = found.mapping.is_none().then(|| why.to_owned()),
        (said, None) => {
            let own = matches!(&said, Said::Cites(cited) if cited[0].spec_line == line);
            match said {
                _ if !own && added(session, file, line)? => {
                    found.without = Some("the transform added it to what the IISpec says".to_owned());
                }
                Said::Cites(cited) => found.citations = cited,
                Said::NoSource(reason) => found.without = Some(reason),
                Said::Nothing => match &block.function {
                    Some(whole) => found.citations = vec![Citation { function: None, ..whole.clone() }],
                    None => found.without = Some(format!("{} cites no line of the source", block.operator)),
                },
            }
        }
    }
    Ok(Behind { operator: Some(block.operator), function: block.function, ..found })
}

/// What a file is that specgen writes from other things than the source.
fn generated(file: &str) -> Option<&'static str> {
    let (stage, name) = file.split_once('/')?;
    let is_of = |of: &str| stage.split('.').next() == Some(of);
    if is_of(stages::VALIDATE) {
        return Some("specgen generates this part of every trace spec");
    }
    let bounds = is_of(stages::CORRECT) && (name.starts_with("MC-") || name.starts_with("MC."));
    bounds.then_some("it says how TLC explores the spec, from `check` and `target.properties` of the settings")
}

/// Whether the transform made this line of the spec without a line of the IISpec behind it.
fn added(session: &Session, file: &str, line: usize) -> Result<bool, Failure> {
    let Some((folder, name)) = file.rsplit_once('/') else { return Ok(false) };
    let origin = session.root.join(folder).join("origin.json");
    if !name.ends_with(".tla") || !disk::exists(&origin) {
        return Ok(false);
    }
    let origin: Vec<LineOrigin> = stages::read_json(&origin)?;
    Ok(origin.iter().any(|row| row.line == line && row.from_lines.is_empty()))
}

/// The line of the trace mapping that a line of a generated trace spec comes from: its own, else the nearest above inside
/// the operator.
fn stated(context: &Context, block: &Block, spec: &str, line: usize) -> Option<Citation> {
    let mapping = context.settings.config.target.trace.as_ref()?;
    let mark = format!("{}:", mapping.file_name()?);
    let comment = |text: &'_ str| text.split_once("\\*").map(|(_, comment)| comment.to_owned());
    let lines: Vec<&str> = spec.lines().collect();
    let found = (block.first..=line).rev().find_map(|number| {
        let comment = comment(lines.get(number - 1)?)?;
        let (_, rest) = comment.split_once(&mark)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some((number, digits.parse().ok()?))
    });
    let (spec_line, first) = found?;
    Some(Citation { file: mapping.to_string(), first, last: first, function: None, spec_line })
}

fn shown(root: &Utf8Path, citation: &Citation, inside: &str) -> Result<String, Failure> {
    let Citation { file, first, last, .. } = citation;
    let contents = disk::read_text(&root.join(file))?;
    let numbered = source::numbered(&contents, &[*first..=*last]);
    // The marks of what is left out before and after; a line of the source is never as short, as it has its number.
    let lines = numbered.lines().filter(|line| *line != "...").map(|line| format!("{line}\n"));
    Ok(format!("\n{file}:{first}{inside}\n{}", lines.collect::<String>()))
}

/// The path, relative to the session, of the newest artefact called `name`: later stages and rounds win.
fn newest(session: &Session, name: &str) -> Result<String, Failure> {
    if disk::exists(&session.root.join(name)) {
        return Ok(name.to_owned());
    }
    let stages = session.manifest()?.stages;
    let mut folders: Vec<_> = stages.keys().filter(|s| WITH_SPECS.iter().any(|stage| s.starts_with(stage))).collect();
    folders.sort_by_key(|s| {
        (s.split('.').next().map(str::to_owned), s.split('.').nth(1).and_then(|r| r.parse::<u32>().ok()))
    });
    let found = folders.iter().rev().map(|s| format!("{s}/{name}")).find(|f| disk::exists(&session.root.join(f)));
    found.ok_or_else(|| {
        Diagnostic::error("explain/file", format!("no finished stage of the session wrote a file `{name}`"))
            .hint("<Module>.tla and iispec/<Module>.tla are there after `specgen correct`, <Module>Trace.tla after `specgen validate`")
            .into()
    })
}
