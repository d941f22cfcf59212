//! The explanation of a diagnostic code, and the list of all.

use std::fmt::Write as _;

use super::Card;
use super::Explained;
use super::Line;
use super::Texts;
use crate::base::diag::Failure;
use crate::cli::Answer;
use crate::cli::exit::ExitCode;
use crate::knowledge;
use crate::knowledge::card;
use crate::knowledge::codes;
use crate::knowledge::codes::Entry;

/// One code, or all of a room.
pub(super) fn explain(what: &str) -> Result<Answer, Failure> {
    let entries = codes::all()?;
    if codes::rooms(&entries).contains(&what) {
        return list(Some(what));
    }
    let entry = codes::find(&entries, what)?;
    let exit = ExitCode::of_code(&entry.code);
    let mut cards = knowledge::cards()?;
    let texts = entry.texts(&cards).map(|(before, after)| Texts { before: before.to_owned(), after: after.to_owned() });
    cards.retain(|card| card.is_about(&entry.code));
    let Entry { code, means, example, cause, fix, .. } = entry;
    let shown = texts.as_ref().map(shown).unwrap_or_default();
    let mut text = format!(
        "{code}: {means}\n\nFor example\n    {example}\n\n{shown}Cause\n    {cause}\n\nWhat to do\n    {fix}\n"
    );
    if !cards.is_empty() {
        text.push_str("\nMistakes that lead to it\n");
    }
    for card in &cards {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    {}: {} {}", card.id, card.cause.trim(), card.fix.trim());
    }
    let _ = write!(text, "\nWhere it ends a run, the exit code is {}.", exit as u8);
    let cards = cards.into_iter().map(|card| Card { id: card.id, cause: card.cause, fix: card.fix }).collect();
    let (code, means, example) = (code.clone(), means.clone(), example.clone());
    let data = Explained::Code { code, means, example, texts, cause: cause.clone(), fix: fix.clone(), exit, cards };
    Ok(Answer::of(&data, text))
}

/// Where the two texts differ.
fn shown(texts: &Texts) -> String {
    let (before, after) = card::excerpts(&texts.before, &texts.after);
    let indented = |text: &str| text.lines().map(|line| format!("    {line}\n")).collect::<String>();
    let file = card::module_name(&texts.after).map(|name| format!(", here in {name}.tla")).unwrap_or_default();
    format!("Text that leads to it{file}\n{}\nMended\n{}\n", indented(&before), indented(&after))
}

/// Every code, or every one of a room, with what it means.
pub(super) fn list(room: Option<&str>) -> Result<Answer, Failure> {
    let mut entries = codes::all()?;
    entries.retain(|entry| room.is_none_or(|room| entry.code.split('/').next() == Some(room)));
    let width = entries.iter().map(|entry| entry.code.len()).max().unwrap_or_default();
    let mut text = String::new();
    for Entry { code, means, .. } in &entries {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{code:<width$}  {means}");
    }
    text.push_str("\n`specgen explain CODE` says more of one.");
    let codes = entries.into_iter().map(|entry| Line { code: entry.code, means: entry.means }).collect();
    Ok(Answer::of(&Explained::List { codes }, text))
}
