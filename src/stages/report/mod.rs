//! # Report: what was found, for people
//!
//! | reads  | the folders of all earlier stages, the source; for [`Pages`] also `events.ndjson` and `calls/`      |
//! | writes | `report.json`; beside the stage's folder, as they hold times, `report.html` and `summary.md`          |
//! | calls  | nothing                                                                                               |
//! | never  | judges anew: every verdict is one that an earlier stage wrote                                         |
//! | stops  | always                                                                                                |

mod coverage;
pub mod data;
mod gather;
mod page;
mod tree;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use data::FORMAT;
use data::Report;

use super::Desk;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::llm::record;
use crate::session::Inputs;
use crate::session::events;

/// What the stage depends on.
pub fn inputs(desk: &Desk<'_>, round: u32) -> Result<Inputs, Failure> {
    let mut inputs = Inputs::new();
    let manifest = desk.session.manifest()?;
    for name in gather::earlier(desk, round)? {
        let output = manifest.stages.get(&name).map(|row| row.output.clone()).unwrap_or_default();
        inputs.insert(name, output);
    }
    let (_, path) = desk.trace_mapping()?;
    inputs.insert("trace mapping".to_owned(), disk::sha256(disk::read_text(&path)?.as_bytes()));
    inputs.insert("source".to_owned(), desk.source.digest.clone());
    inputs.insert("templates".to_owned(), disk::sha256([page::TEMPLATE, page::CSS, page::SCRIPT].concat().as_bytes()));
    let target = &desk.settings.config.target;
    super::setting_inputs(&mut inputs, "target", &(&target.system, &target.module));
    inputs.insert("stage format".to_owned(), FORMAT.to_string());
    Ok(inputs)
}

/// Gathers the data into `folder`.
pub async fn run(desk: &Desk<'_>, folder: &Utf8Path, round: u32) -> Result<String, Failure> {
    let report = gather::gather(desk, round)?;
    super::write_json(&folder.join("report.json"), &report)?;
    Ok(format!(
        "{} operators beside their source, {} traces, {} round(s) after the first",
        report.blocks.len(),
        report.traces.each.len(),
        report.rounds.len()
    ))
}

/// The pages for people, which lie in the session's folder: they hold times, so they are no part of the stage's folder,
/// which is the same after every run.
pub struct Pages {
    /// report.html.
    pub html: Utf8PathBuf,
    /// summary.md.
    pub summary: Utf8PathBuf,
    texts: [String; 2],
}

impl Pages {
    /// As the stage's folder, `events.ndjson` and `calls/` of the session in `root` have it now.
    pub fn of(root: &Utf8Path) -> Result<Self, Failure> {
        let report: Report = super::read_json(&root.join(super::REPORT).join("report.json"))?;
        let seconds = events::seconds(root)?;
        let calls = record::all(&root.join("calls")).map_err(|e| Failure::from(*e.diagnostic))?;
        let texts = [page::html(&report, &seconds, &calls)?, page::summary(&report, &seconds, &calls)];
        Ok(Self { html: root.join("report.html"), summary: root.join("summary.md"), texts })
    }

    fn each(&self) -> impl Iterator<Item = (&Utf8PathBuf, &String)> {
        [&self.html, &self.summary].into_iter().zip(&self.texts)
    }

    /// Writes them.
    pub fn publish(&self) -> Result<(), Failure> {
        self.each().try_for_each(|(file, text)| Ok(disk::put(file, text)?))
    }

    /// What is amiss with the files that are there, in words: nobody may take an edited page for the verdict.
    pub fn amiss(&self) -> Result<Vec<String>, Failure> {
        let mut amiss = Vec::new();
        for (file, text) in self.each() {
            let name = file.file_name().unwrap_or_default();
            match disk::read_if_there(file)? {
                None => amiss.push(format!("{name} is missing")),
                Some(found) if found != text.as_bytes() => {
                    amiss.push(format!("{name} is not what the session's records say"));
                }
                Some(_) => {}
            }
        }
        Ok(amiss)
    }
}
