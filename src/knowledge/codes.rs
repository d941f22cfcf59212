//! What each diagnostic code means: `lib/codes/*.yaml`, one file a room, compiled into the program.
//!
//! A new code is an entry there; a test holds the entries against the codes that the source can emit, both ways.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::spelling;
use crate::base::yaml;
use crate::knowledge::Card;

/// The format of the files.
const FORMAT: u64 = 1;

macro_rules! embedded {
    ($($room:literal),* $(,)?) => { &[$(($room, include_str!(concat!("../../lib/codes/", $room, ".yaml")))),*] };
}

/// Every room's name and file, by name.
const EMBEDDED: &[(&str, &str)] = embedded![
    "challenge",
    "config",
    "correct",
    "disk",
    "draft",
    "eval",
    "explain",
    "harness",
    "iispec",
    "instrument",
    "internal",
    "interpret",
    "knowledge",
    "lint",
    "llm",
    "mutation",
    "process",
    "sany",
    "session",
    "source",
    "tla",
    "tlc",
    "toolchain",
    "trace",
    "transform",
    "validate",
    "verify",
];

/// The explanation of a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// `room/what`, as diagnostics have it.
    pub code: String,
    /// What it says, in a sentence or two.
    pub means: String,
    /// A message of this code.
    pub example: String,
    /// The repair card whose texts show it, where it is about text and has one.
    #[serde(default)]
    pub card: Option<String>,
    /// A text that leads to it, where there is no such card: a module, perhaps with those it needs below it.
    #[serde(default)]
    pub before: Option<String>,
    /// The same text, mended.
    #[serde(default)]
    pub after: Option<String>,
    /// Why it mostly comes.
    pub cause: String,
    /// What to do.
    pub fix: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u64,
    codes: Vec<Entry>,
}

/// Every code's explanation, by code.
pub fn all() -> Result<Vec<Entry>, Diagnostic> {
    let mut entries = Vec::new();
    for (room, text) in EMBEDDED {
        entries.extend(parse(room, text)?);
    }
    Ok(entries)
}

fn parse(room: &str, text: &str) -> Result<Vec<Entry>, Diagnostic> {
    let name = format!("lib/codes/{room}.yaml");
    let file: File = yaml::read(text, &name, "knowledge/card")?;
    let refuse = |what: String| Err(Diagnostic::error("knowledge/card", format!("read {name}: {what}")));
    if file.format != FORMAT {
        return refuse(format!("format {}, this specgen reads {FORMAT}", file.format));
    }
    for entry in &file.codes {
        let Entry { code, means, example, card, before, after, cause, fix } = entry;
        if code.split_once('/').is_none_or(|(own, what)| own != room || what.is_empty()) {
            return refuse(format!("{code} is not of this room"));
        }
        if [means, example, cause, fix].iter().any(|text| text.trim().is_empty()) {
            return refuse(format!("{code} leaves something empty"));
        }
        if before.is_some() != after.is_some() || (card.is_some() && before.is_some()) {
            return refuse(format!("{code} has a card, or a text before and one after, or neither"));
        }
    }
    if !file.codes.is_sorted_by(|a, b| a.code < b.code) {
        return refuse("the codes are not in order, or one is there twice".to_owned());
    }
    Ok(file.codes)
}

impl Entry {
    /// A text that leads to the code, and the same text mended, where one shows it.
    pub fn texts<'a>(&'a self, cards: &'a [Card]) -> Option<(&'a str, &'a str)> {
        let named = self.card.as_ref().and_then(|id| cards.iter().find(|card| card.id == *id));
        let of_card = named.map(|card| (card.before.as_str(), card.after.as_str()));
        of_card.or_else(|| Some((self.before.as_deref()?, self.after.as_deref()?)))
    }
}

/// The explanation of `code`, or the nearest codes there are.
pub fn find<'a>(entries: &'a [Entry], code: &str) -> Result<&'a Entry, Diagnostic> {
    if let Some(entry) = entries.iter().find(|entry| entry.code == code) {
        return Ok(entry);
    }
    let codes = || entries.iter().map(|entry| entry.code.as_str());
    // Whoever leaves out the room means the rest.
    let same: Vec<&str> = codes().filter(|known| known.split('/').nth(1) == Some(code)).collect();
    let error = Diagnostic::error("explain/unknown-code", format!("there is no diagnostic `{code}`"));
    let error = match spelling::nearest(code, codes()) {
        _ if !same.is_empty() => error.hint(format!("did you mean `{}`?", same.join("` or `"))),
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    };
    Err(error.hint(format!("`specgen explain` lists all; the rooms are {}", rooms(entries).join(", "))))
}

/// The parts before the slash.
pub fn rooms(entries: &[Entry]) -> Vec<&str> {
    let rooms: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.code.split('/').next()).collect();
    rooms.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use super::*;
    use crate::base::disk;

    #[test]
    fn the_list_of_rooms_is_the_folder_and_every_file_is_read() {
        let folder = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("lib/codes");
        let files = disk::files_under(&folder).unwrap();
        let files: BTreeSet<&str> = files.iter().filter_map(|file| file.file_stem()).collect();
        assert_eq!(files, EMBEDDED.iter().map(|(room, _)| *room).collect());
        let entries = all().unwrap_or_else(|error| panic!("{}", error.render(false)));
        assert_eq!(rooms(&entries), EMBEDDED.iter().map(|(room, _)| *room).collect::<Vec<_>>());
    }

    #[test]
    fn an_entry_of_another_room_out_of_order_or_without_a_fix_is_refused() {
        let entry = |code: &str| format!("- {{code: {code}, means: m, example: e, cause: c, fix: f}}\n");
        let file = |entries: &[String]| format!("format: 1\ncodes:\n{}", entries.concat());
        assert_eq!(parse("disk", &file(&[entry("disk/a"), entry("disk/b")])).unwrap().len(), 2);
        assert!(parse("disk", &file(&[entry("disk/b"), entry("disk/a")])).is_err());
        assert!(parse("disk", &file(&[entry("disk/a"), entry("disk/a")])).is_err());
        assert!(parse("disk", &file(&[entry("disc/a")])).is_err());
        assert!(parse("disk", &file(&[entry("disk/a").replace("fix: f", "fix: ''")])).is_err());
        assert!(parse("disk", &file(&[entry("disk/a").replace(", fix: f", "")])).is_err());
        assert!(parse("disk", &file(&[entry("disk/a").replace("fix: f", "fix: f, before: b")])).is_err());
        let twice = entry("disk/a").replace("fix: f", "fix: f, before: b, after: a, card: c");
        assert!(parse("disk", &file(std::slice::from_ref(&twice))).is_err());
        assert!(parse("disk", &file(&[twice.replace(", card: c", "")])).is_ok());
        assert!(parse("disk", &file(&[]).replace("format: 1", "format: 2")).is_err());
    }

    #[test]
    fn a_near_miss_and_a_code_without_its_room_are_told_what_was_meant() {
        let entries = all().unwrap();
        assert_eq!(find(&entries, "llm/rate-limited").unwrap().code, "llm/rate-limited");
        let hint = |code: &str| find(&entries, code).unwrap_err().hints[0].clone();
        assert_eq!(hint("llm/rate-limit"), "did you mean `llm/rate-limited`?");
        assert_eq!(hint("rate-limited"), "did you mean `llm/rate-limited`?");
        assert_eq!(hint("level"), "did you mean `sany/level` or `tla/level`?");
        assert!(hint("xyzzy").starts_with("`specgen explain` lists all"));
    }
}
