//! An IISpec of one's own in place of a drafted one.

use camino::Utf8Path;
use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::disk;
use crate::stages::Desk;

/// Format number of [`Given`].
const FORMAT: u32 = 1;

/// The artefact that says where an IISpec came from that no model drafted.
pub const FILE: &str = "given.json";

/// given.json.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The format of this file.
    pub format: u32,
    /// The file: its path in the project, or its bare name where it lies elsewhere, so that artefacts name no machine's paths.
    pub file: String,
    /// Digest of the text as it was given.
    pub sha256: String,
}

/// The IISpec that `draft.from` names, and what is recorded of it; `None` where a model drafts one.
pub(super) fn given(desk: &Desk<'_>) -> Result<Option<(String, Given)>, Failure> {
    let Some(from) = &desk.settings.config.draft.from else { return Ok(None) };
    let path = desk.project(from);
    let file = name(&desk.settings.project, &path);
    let text = disk::read_text_if_there(&path)?.ok_or_else(|| {
        Diagnostic::error("iispec/missing", format!("draft.from: there is no file {path}"))
            .hint("--iispec FILE starts at the working directory, draft.from in specgen.yaml at the project")
    })?;
    check(&text, &file, desk.module()?)?;
    let given = Given { format: FORMAT, sha256: disk::sha256(text.as_bytes()), file };
    Ok(Some((text, given)))
}

fn name(project: &Utf8Path, path: &Utf8Path) -> String {
    let (project, path) = (disk::absolute(project), disk::absolute(path));
    let inside = path.strip_prefix(&project).ok().map(Utf8Path::as_str);
    inside.or_else(|| path.file_name()).unwrap_or(path.as_str()).to_owned()
}

/// Whether the text begins the module it has to; what else is wrong with it, the syntax loop finds.
fn check(text: &str, file: &str, module: &str) -> Result<(), Diagnostic> {
    let hint = format!("it begins with `---- MODULE {module} ----`, after target.module of specgen.yaml");
    let header = text.lines().enumerate().find_map(|(at, line)| {
        let rest = line.trim_start().strip_prefix("----")?.trim_start_matches('-').trim_start();
        let name = rest.strip_prefix("MODULE ")?.trim().trim_end_matches('-').trim_end();
        Some((at + 1, name))
    });
    match header {
        Some((_, name)) if name == module => Ok(()),
        Some((line, name)) => {
            let message = format!("{file} holds the module `{name}`, not `{module}`");
            Err(Diagnostic::error("iispec/other-module", message).at(Place::at(file, line, 1, Some(text))).hint(hint))
        }
        None => Err(Diagnostic::error("iispec/no-module", format!("{file} holds no TLA+ module")).hint(hint)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<String> {
        check(text, "mine.tla", "Raft").err().map(|d| d.code)
    }

    #[test]
    fn the_text_has_to_hold_the_module_of_the_target() {
        assert_eq!(code("\\* a comment\n---- MODULE Raft ----\n====\n"), None);
        assert_eq!(code("-------MODULE Raft-------\n====\n"), None);
        assert_eq!(code("---- MODULE Paxos ----\n====\n").as_deref(), Some("iispec/other-module"));
        assert_eq!(code("Init == x = 0\n").as_deref(), Some("iispec/no-module"));
        assert_eq!(code("").as_deref(), Some("iispec/no-module"));
    }

    #[test]
    fn a_file_outside_the_project_is_called_by_its_bare_name() {
        let project = Utf8Path::new("/here/project");
        assert_eq!(name(project, Utf8Path::new("/here/project/specs/Raft.tla")), "specs/Raft.tla");
        assert_eq!(name(project, Utf8Path::new("/elsewhere/Raft.tla")), "Raft.tla");
    }
}
