//! Patterns of file names, where no shell has made names of them.

use camino::Utf8Path;
use camino::Utf8PathBuf;

use super::exists;
use crate::base::diag::Diagnostic;

/// The files that a pattern such as `traces/*.ndjson` stands for, sorted; what is no pattern, or the name of a file, is itself.
///
/// # Errors
/// It stands for nothing, or is no pattern.
pub fn matching(pattern: &Utf8Path) -> Result<Vec<Utf8PathBuf>, Diagnostic> {
    if !pattern.as_str().contains(['*', '?', '[']) || exists(pattern) {
        return Ok(vec![pattern.to_owned()]);
    }
    let wrong = |why: String| {
        Diagnostic::error("disk/not-found", format!("read {pattern}: {why}"))
            .hint("`*` and `?` stand for parts of a name, `**` for folders, `[ab]` for one of these characters")
    };
    let paths = glob::glob(pattern.as_str()).map_err(|error| wrong(error.to_string()))?;
    // What cannot be looked into, or has a name that is no text, is told when it is named.
    let files: Vec<_> = paths.flatten().filter_map(|path| Utf8PathBuf::from_path_buf(path).ok()).collect();
    if files.is_empty() { Err(wrong("no file has such a name".to_owned())) } else { Ok(files) }
}
