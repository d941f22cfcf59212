//! Verdicts on traces that were come to before: a file each in `build/verdicts` of the session, named by the digest of all that
//! the verdict depends on. Any of them may be deleted at any time.

use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde::Deserialize;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::disk;
use crate::session::Inputs;
use crate::session::Session;
use crate::trace::Mapping;
use crate::validate::Judged;
use crate::validate::Specification;

/// What the entries of a session may take together. An entry has a few kilobytes, and some hundred where a rejection has much to
/// explain: there is room for hundreds of traces and several states of the specification, beside instrumented copies and harnesses
/// of the same size.
const MOST_BYTES: u64 = 64 << 20;

/// The format of an entry.
const FORMAT: u32 = 1;

/// The verdicts that were kept of one specification and mapping, by one program.
#[derive(Debug)]
pub struct Cache {
    folder: Utf8PathBuf,
    inputs: Inputs,
}

/// A file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    format: u32,
    /// All that the verdict depends on.
    inputs: Inputs,
    /// The digest of the verdict's text.
    sum: String,
    verdict: Box<RawValue>,
}

impl Cache {
    /// Where the verdicts of this session are; `judge` says which program judges, in which version, and how it was asked. `None`
    /// where a verdict may depend on what no digest is of.
    pub fn of(session: &Session, spec: &Specification, mapping: &Mapping, judge: Inputs) -> Option<Self> {
        if spec.looks_elsewhere(mapping) {
            return None;
        }
        let mut inputs = judge;
        // Only the program that is itself an input writes and reads these forms.
        inputs.insert("specification".to_owned(), disk::sha256(format!("{spec:?}").as_bytes()));
        inputs.insert("mapping".to_owned(), disk::sha256(format!("{mapping:?}").as_bytes()));
        Some(Self { folder: session.verdicts(), inputs })
    }

    /// What is known of a trace with this digest; an entry that is not as it was written is none, and told.
    pub fn look(&self, file: &str, digest: &str) -> Result<Option<Judged>, Diagnostic> {
        let inputs = self.inputs_of(file, digest);
        let path = self.path(&inputs);
        match disk::read_if_there(&path) {
            Ok(None) => Ok(None),
            Ok(Some(bytes)) => match read(&bytes, &inputs, file) {
                Ok(judged) => Ok(Some(Judged { cached: true, ..judged })),
                Err(why) => Err(told(&path, &format!("the kept verdict is not as it was written: {why}"))
                    .hint("it is passed over, and the trace judged anew")),
            },
            Err(error) => Err(told(&path, &error.to_string()).hint("the trace is judged anew")),
        }
    }

    /// Keeps a verdict, whole or not at all, if asking again can only say the same.
    pub fn keep(&self, digest: &str, judged: &Judged) -> Result<(), Diagnostic> {
        if !judged.verdict.is_final() {
            return Ok(());
        }
        let inputs = self.inputs_of(&judged.trace, digest);
        let path = self.path(&inputs);
        let told = |why: String| told(&path, &why).hint("the verdict stands; it is not kept for the next time");
        let verdict = serde_json::value::to_raw_value(judged).map_err(|e| told(e.to_string()))?;
        let entry = Entry { format: FORMAT, inputs, sum: disk::sha256(verdict.get().as_bytes()), verdict };
        let text = serde_json::to_string(&entry).map_err(|e| told(e.to_string()))?;
        disk::put(&path, text + "\n").map_err(|e| told(e.to_string()))
    }

    /// Removes the entries that were written first, as long as all together are larger than they may be. Called once what is new has
    /// been kept.
    pub fn tidy(&self) -> Result<(), Diagnostic> {
        tidy(&self.folder, MOST_BYTES).map_err(|why| told(&self.folder, &why).hint("old verdicts stay where they are"))
    }

    /// The file's name is a part: it stands in the verdict.
    fn inputs_of(&self, file: &str, digest: &str) -> Inputs {
        let mut inputs = self.inputs.clone();
        inputs.insert("trace".to_owned(), digest.to_owned());
        inputs.insert("trace file".to_owned(), file.to_owned());
        inputs
    }

    fn path(&self, inputs: &Inputs) -> Utf8PathBuf {
        let lines: String = inputs.iter().map(|(name, value)| format!("{name:?}: {value:?}\n")).collect();
        self.folder.join(format!("{}.json", disk::sha256(lines.as_bytes())))
    }
}

fn read(bytes: &[u8], inputs: &Inputs, file: &str) -> Result<Judged, String> {
    let entry: Entry = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    let text = entry.verdict.get();
    if entry.format != FORMAT || entry.inputs != *inputs || entry.sum != disk::sha256(text.as_bytes()) {
        return Err("its digests do not hold".to_owned());
    }
    let judged: Judged = serde_json::from_str(text).map_err(|e| e.to_string())?;
    if judged.trace == file && judged.verdict.is_final() { Ok(judged) } else { Err("it is no such verdict".to_owned()) }
}

fn tidy(folder: &Utf8Path, most: u64) -> Result<(), String> {
    let names = disk::names_in(folder).map_err(|e| e.to_string())?;
    // One that is gone in the meantime was removed by another run.
    let entry = |path: Utf8PathBuf| Some((disk::modified(&path).ok()?, disk::length(&path).ok()?, path));
    let kept = names.iter().filter(|name| name.ends_with(".json")).map(|name| folder.join(name));
    let mut entries: Vec<_> = kept.filter_map(entry).collect();
    entries.sort_by(|(one, _, of), (another, _, other)| one.cmp(another).then_with(|| of.cmp(other)));
    let mut all: u64 = entries.iter().map(|(_, length, _)| length).sum();
    for (_, length, path) in entries {
        if all <= most {
            break;
        }
        disk::remove(&path).map_err(|e| e.to_string())?;
        all -= length;
    }
    Ok(())
}

fn told(path: &Utf8PathBuf, why: &str) -> Diagnostic {
    Diagnostic::warning("session/verdict-cache", why).at(Place::at(path.as_str(), 1, 1, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entries_go_first_and_no_more_than_have_to() {
        let scratch = disk::Scratch::new().unwrap();
        let folder = scratch.path().join("verdicts");
        tidy(&folder, 10).unwrap();
        // Where two were written at one moment, the name decides.
        for name in ["a.json", "b.json", "c.json", "d.json"] {
            disk::put(&folder.join(name), "12345").unwrap();
        }
        disk::put(&folder.join("other"), "1234567890").unwrap();
        let left = |most| {
            tidy(&folder, most).unwrap();
            disk::names_in(&folder).unwrap().join(" ")
        };
        assert_eq!(left(20), "a.json b.json c.json d.json other");
        assert_eq!(left(19), "b.json c.json d.json other");
        assert_eq!(left(10), "c.json d.json other");
        assert_eq!(left(4), "other");
    }
}
