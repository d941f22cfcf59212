//! The source lines behind a line of the spec.

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
use crate::session::Session;
use crate::source;
use crate::source::Outline;
use crate::stages;

/// The stages that write specs.
const WITH_SPECS: [&str; 3] = [stages::DRAFT, stages::CORRECT, stages::VALIDATE];

/// Finds the newest artefact of that name and shows what its line cites.
pub(super) async fn explain(context: &Context, name: &str, line: usize) -> Result<Answer, Failure> {
    let session = Session::look(session_root(&context.settings))?;
    let file = newest(&session, name)?;
    let spec = disk::read_text(&session.root.join(&file))?;
    let text = spec.lines().nth(line.wrapping_sub(1)).ok_or_else(|| {
        Diagnostic::error("explain/place", format!("{file} has no line {line}"))
            .hint(format!("it has {} lines", spec.lines().count()))
    })?;
    let Some((block, cited)) = provenance::behind(&spec, line) else {
        let words = format!(
            "{file}:{line}\n    {}\n\nno operator of the spec holds this line, so it has no source",
            text.trim()
        );
        let nothing = Explained::Place { file, line, operator: None, function: None, citations: Vec::new() };
        return Ok(Answer::of(&nothing, words));
    };
    let tree = crate::fetch::fetch(&context.settings).await?;
    let outline: Outline = stages::read_json(&session.folder(stages::DRAFT).join("outline.json"))?;
    let stated = stated(context, &block, &spec, line);
    let mut words = format!("{file}:{line}, operator {}\n    {}\n", block.operator, text.trim());
    if let Some(citation) = &stated {
        words.push_str(&shown(&context.settings.project, &outline, citation)?);
    }
    let cited: Vec<Citation> = match &stated {
        // What a line of the mapping says is from no probe above it.
        Some(of_mapping) => cited.into_iter().filter(|c| c.spec_line == of_mapping.spec_line).collect(),
        None => cited,
    };
    for citation in block.function.iter().chain(&cited) {
        words.push_str(&shown(&tree.root, &outline, citation)?);
    }
    let cited = stated.into_iter().chain(cited).collect();
    let (operator, function) = (Some(block.operator), block.function);
    Ok(Answer::of(&Explained::Place { file, line, operator, function, citations: cited }, words))
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

fn shown(root: &camino::Utf8Path, outline: &Outline, citation: &Citation) -> Result<String, Failure> {
    let Citation { file, first, last, function, .. } = citation;
    if let Some(function) = function {
        return Ok(format!("\ntranslated from {function}, {file}:{first}-{last}\n"));
    }
    let contents = disk::read_text(&root.join(file))?;
    let inside = outline.function_at(file, *first).map(|f| format!(" in {}", f.qualified)).unwrap_or_default();
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
