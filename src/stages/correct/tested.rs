//! Whether each property is put to the test by mutants of the spec, where `correct.mutants` asks for it.

use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;

use super::Desk;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::config::model::Search;
use crate::eval::Config;
use crate::mutation;
use crate::mutation::Effort;
use crate::mutation::Report;
use crate::mutation::Standing;
use crate::stages::shared::bounds;
use crate::stages::shared::explore::SEED;
use crate::tla::check::Library;
use crate::tla::check::Source;

/// The modules of the stage's folder, by their file names: paths of this machine are in no artefact.
struct Folder(Utf8PathBuf);

impl Library for Folder {
    fn find(&self, name: &str) -> Option<Source> {
        let path = format!("{name}.tla");
        let text = disk::read_text_if_there(&self.0.join(&path)).ok()??;
        Some(Source { path, text })
    }
}

/// The mutants of the spec in `folder`, within the bounds of the first search of all states; `None` where none are asked for.
pub(super) fn by_mutants(desk: &Desk<'_>, folder: &Utf8Path) -> Result<Option<Report>, Failure> {
    let config = &desk.settings.config;
    let searches: Vec<Search> = bounds::chosen(config)?;
    let Some(search) = searches.iter().find(|search| search.simulate.is_none()) else { return Ok(None) };
    if config.correct.mutants == 0 {
        return Ok(None);
    }
    let name = bounds::config_name(search);
    let parsed = Config::parse(&disk::read_text(&folder.join(&name))?, &name)?;
    let root = Source { path: "MC.tla".to_owned(), text: disk::read_text(&folder.join("MC.tla"))? };
    let effort = Effort {
        mutants: config.correct.mutants,
        states: config.correct.mutant_states,
        time: Duration::from_secs(search.time_limit.unwrap_or(config.check.time_limit)),
        seed: SEED,
        deadlock: config.check.deadlock,
    };
    let tell = |what: &str| desk.ui.waiting(what);
    let report = mutation::run(&root, &Folder(folder.to_owned()), &parsed, effort, &tell)?;
    report.diagnostics.iter().for_each(|diagnostic| desk.ui.diagnostic(diagnostic));
    Ok(Some(report))
}

/// The score, and what is not put to the test, in a sentence.
pub fn sentence(report: &Report) -> String {
    let score = report.score.map_or_else(|| "no score".to_owned(), |score| format!("score {score} %"));
    let counts = &report.counts;
    let mut parts = vec![format!("mutants: {score}, {} of {} killed", counts.killed, counts.searched)];
    for standing in [Standing::Vacuous, Standing::Unknown] {
        let such = report.properties.iter().filter(|property| property.standing == standing);
        let names: Vec<&str> = such.map(|property| property.name.as_str()).collect();
        if !names.is_empty() {
            parts.push(format!("{}: {}", standing.name(), names.join(", ")));
        }
    }
    parts.join("; ")
}
