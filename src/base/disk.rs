//! Files: read with the path in the error, written whole or not at all. The only module that touches the file system.

use std::io::Read as _;
use std::io::Seek as _;
use std::io::Write as _;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use sha2::Digest as _;
use sha2::Sha256;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::text;

mod links;
mod matching;

pub use links::Leads;
pub use links::Link;
pub use links::leads_outside;
pub use links::links_under;
pub use matching::matching;

/// Larger than any file specgen has business with, so that a mistaken path ends in a sentence and not in swap.
pub const MAX_FILE_BYTES: u64 = 1 << 30;

/// What to do about text in another encoding.
const NOT_UTF8: &str = "the file must be UTF-8 text; `iconv -f latin1 -t utf8 FILE` prints one in Latin-1 so";

/// What to do about a full disk.
const MAKE_ROOM: &str = "free some space and run `specgen resume`; finished stages and paid calls are kept";

/// How the names of files begin that [`put`] has not renamed yet.
const UNFINISHED: &str = ".specgen-put-";

/// A file operation that failed, and on which path.
#[derive(Debug, thiserror::Error)]
#[error("{action} {path}: {source}")]
pub struct DiskError {
    /// What was tried, as a verb.
    pub action: &'static str,
    /// On which path.
    pub path: Utf8PathBuf,
    /// What the operating system said.
    #[source]
    pub source: std::io::Error,
    /// Where in the file, if that is known.
    place: Option<Box<Place>>,
}

impl DiskError {
    pub(super) fn new(action: &'static str, path: &Utf8Path, source: std::io::Error) -> Self {
        Self { action, path: path.to_owned(), source, place: None }
    }

    /// As a diagnostic with a hint where the cause is a common one.
    pub fn diagnostic(&self) -> Diagnostic {
        use std::io::ErrorKind;
        let (code, hint) = match self.source.kind() {
            ErrorKind::NotFound => (
                "disk/not-found",
                "check the path; one on the command line starts at the working directory, one in specgen.yaml at that file",
            ),
            ErrorKind::PermissionDenied => ("disk/permission", "check the owner and the mode of the path"),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ("disk/full", MAKE_ROOM),
            // `ulimit -f` stops a write like a full disk does.
            ErrorKind::FileTooLarge if self.action == "write" => ("disk/full", MAKE_ROOM),
            ErrorKind::InvalidData => ("disk/not-text", NOT_UTF8),
            ErrorKind::FileTooLarge => ("disk/too-large", "name a smaller file"),
            ErrorKind::IsADirectory => ("disk/io", "the path is a folder; name a file in it"),
            ErrorKind::NotADirectory => ("disk/io", "a part of the path is a file, where a folder is needed"),
            _ => ("disk/io", "check that every folder of the path can be reached, and that the disk is in order"),
        };
        Diagnostic::error(code, self.to_string()).at(self.place.as_deref().cloned()).hint(hint)
    }
}

/// The diagnostic of a full disk.
pub fn full(message: impl Into<String>) -> Diagnostic {
    Diagnostic::error("disk/full", message).hint(MAKE_ROOM)
}

/// Refuses to begin what needs room where there is less than `bytes`.
pub fn require_space(path: &Utf8Path, bytes: u64) -> Result<(), Diagnostic> {
    // Where the system does not tell, the writing itself will.
    match free_space(path) {
        Ok(free) if free < bytes => {
            Err(full(format!("{free} bytes are free on the disk of {path}, at least {bytes} are needed")))
        }
        _ => Ok(()),
    }
}

/// Lower-case hexadecimal SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Lower-case hexadecimal SHA-256 of a file, streamed.
pub fn sha256_file(path: &Utf8Path) -> Result<String, DiskError> {
    let mut file = fs_err::File::open(path).map_err(|e| DiskError::new("read", path, e))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer).map_err(|e| DiskError::new("read", path, e))?;
        if count == 0 {
            return Ok(hex(&hasher.finalize()));
        }
        hasher.update(&buffer[..count]);
    }
}

/// When the file was written last.
pub fn modified(path: &Utf8Path) -> Result<std::time::SystemTime, DiskError> {
    std::fs::metadata(path).and_then(|data| data.modified()).map_err(|e| DiskError::new("read", path, e))
}

/// How many bytes the file has.
pub fn length(path: &Utf8Path) -> Result<u64, DiskError> {
    std::fs::metadata(path).map(|data| data.len()).map_err(|e| DiskError::new("read", path, e))
}

/// How long the file is and when it was written last: of two states of one file another text.
pub fn stamp(path: &Utf8Path) -> Result<String, DiskError> {
    let failed = |e| DiskError::new("read", path, e);
    let data = std::fs::metadata(path).map_err(failed)?;
    let written = data.modified().map_err(failed)?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Ok(format!("{} bytes, written at {}", data.len(), written.as_nanos()))
}

/// The file's bytes; refuses what is larger than [`MAX_FILE_BYTES`].
pub fn read(path: &Utf8Path) -> Result<Vec<u8>, DiskError> {
    read_at_most(path, MAX_FILE_BYTES)
}

fn read_at_most(path: &Utf8Path, most: u64) -> Result<Vec<u8>, DiskError> {
    let refused = |kind: std::io::ErrorKind| Err(DiskError::new("read", path, kind.into()));
    let metadata = std::fs::metadata(path).map_err(|e| DiskError::new("read", path, e))?;
    if metadata.is_dir() {
        return refused(std::io::ErrorKind::IsADirectory);
    }
    if metadata.len() > most {
        return refused(std::io::ErrorKind::FileTooLarge);
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|e| DiskError::new("read", path, e))?;
    // What is no plain file can be longer than its length says.
    let count = file.take(most + 1).read_to_end(&mut bytes).map_err(|e| DiskError::new("read", path, e))?;
    if count as u64 > most { refused(std::io::ErrorKind::FileTooLarge) } else { Ok(bytes) }
}

/// The file's text; an error where it is not UTF-8.
pub fn read_text(path: &Utf8Path) -> Result<String, DiskError> {
    as_text(path, read(path)?)
}

/// The same of a file that has `most` bytes at the most; a longer one is too large, and not read.
pub fn read_text_at_most(path: &Utf8Path, most: usize) -> Result<String, DiskError> {
    as_text(path, read_at_most(path, most as u64)?)
}

/// What was read from `path` as text; an error with its place where it is not UTF-8.
pub fn as_text(path: &Utf8Path, bytes: Vec<u8>) -> Result<String, DiskError> {
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let message = format!("not UTF-8 text at byte {at}");
        let error = DiskError::new("read", path, std::io::Error::new(std::io::ErrorKind::InvalidData, message));
        let (line, column, shown) = text::place(e.as_bytes(), at);
        let place = Place { text: shown, ..Place::at(path.as_str(), line, column, None) };
        DiskError { place: Some(Box::new(place)), ..error }
    })
}

/// The file's text, or `None` where there is no such file.
pub fn read_text_if_there(path: &Utf8Path) -> Result<Option<String>, DiskError> {
    if_there(read_text(path))
}

/// The file's bytes, or `None` where there is no such file.
pub fn read_if_there(path: &Utf8Path) -> Result<Option<Vec<u8>>, DiskError> {
    if_there(read(path))
}

fn if_there<T>(read: Result<T, DiskError>) -> Result<Option<T>, DiskError> {
    match read {
        Ok(contents) => Ok(Some(contents)),
        Err(error) if error.source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Opens a file for reading line by line.
pub fn open(path: &Utf8Path) -> Result<std::io::BufReader<std::fs::File>, DiskError> {
    std::fs::File::open(path).map(std::io::BufReader::new).map_err(|e| DiskError::new("read", path, e))
}

/// Writes the whole file or leaves what was there: a temporary neighbour, synced and renamed. A pipe or a device is
/// written to.
pub fn put(path: &Utf8Path, bytes: impl AsRef<[u8]>) -> Result<(), DiskError> {
    if is_special(path) {
        let open = std::fs::File::options().write(true).open(path);
        return open.and_then(|mut file| file.write_all(bytes.as_ref())).map_err(|e| DiskError::new("write", path, e));
    }
    let mut file = Whole::begin(path)?;
    file.write(bytes)?;
    file.finish()
}

/// Whether something is there that is neither a file nor a folder.
fn is_special(path: &Utf8Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The folder that holds a file.
pub fn beside(path: &Utf8Path) -> &Utf8Path {
    path.parent().filter(|parent| !parent.as_str().is_empty()).unwrap_or(Utf8Path::new("."))
}

/// A file that is written piece by piece, and appears whole at its end or not at all.
#[derive(Debug)]
pub struct Whole {
    file: std::io::BufWriter<tempfile::NamedTempFile>,
    path: Utf8PathBuf,
}

impl Whole {
    /// Begins the file; its directory is created. A link stays one, and what it leads to is written; a pipe or a device,
    /// which renaming would replace, is refused.
    pub fn begin(path: &Utf8Path) -> Result<Self, DiskError> {
        if is_special(path) {
            let error = std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is no plain file");
            return Err(DiskError::new("write", path, error));
        }
        let path = &if path.is_symlink() { path.canonicalize_utf8() } else { Ok(path.to_owned()) }
            .map_err(|e| DiskError::new("write", path, e))?;
        let parent = beside(path);
        create_dir(parent)?;
        let file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(parent);
        let file = file.map_err(|e| DiskError::new("write", path, e))?;
        Ok(Self { file: std::io::BufWriter::new(file), path: path.to_owned() })
    }

    /// Adds `bytes` at the end.
    pub fn write(&mut self, bytes: impl AsRef<[u8]>) -> Result<(), DiskError> {
        self.file.write_all(bytes.as_ref()).map_err(|e| DiskError::new("write", &self.path, e))
    }

    /// Puts the file in its place; one that is dropped before is gone.
    pub fn finish(self) -> Result<(), DiskError> {
        let attempt = || -> std::io::Result<()> {
            let file = self.file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            readable_by_all(file.as_file())?;
            file.persist(&self.path).map_err(|e| e.error)?;
            Ok(())
        };
        attempt().map_err(|e| DiskError::new("write", &self.path, e))
    }
}

/// Removes what a killed [`put`] or [`Whole`] has left in `folder` itself. Only for who alone writes there.
pub fn sweep(folder: &Utf8Path) -> Result<(), DiskError> {
    for name in names_in(folder)?.iter().filter(|name| name.starts_with(UNFINISHED)) {
        remove(&folder.join(name))?;
    }
    Ok(())
}

/// The names of what lies in `folder` itself, sorted; none where there is no such folder.
pub fn names_in(folder: &Utf8Path) -> Result<Vec<String>, DiskError> {
    let failed = |e| DiskError::new("list", folder, e);
    let entries = match folder.read_dir_utf8() {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let names: Result<Vec<String>, _> = entries.map(|entry| entry.map(|e| e.file_name().to_owned())).collect();
    let mut names = names.map_err(failed)?;
    names.sort();
    Ok(names)
}

/// Temporary files are made private; artefacts are meant to be opened.
#[cfg(unix)]
fn readable_by_all(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_file: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

/// Adds a line at the end of the file in one write, so that a crash leaves whole earlier lines. A line that was cut off
/// there is ended first, or it would take this one with it.
pub fn append_line(path: &Utf8Path, line: &str) -> Result<(), DiskError> {
    if let Some(parent) = path.parent().filter(|p| !p.as_str().is_empty()) {
        create_dir(parent)?;
    }
    let attempt = || -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let mut last = [b'\n'];
        if file.metadata()?.len() > 0 {
            file.seek(std::io::SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        let torn = if last == *b"\n" { "" } else { "\n" };
        file.write_all(format!("{torn}{line}\n").as_bytes())
    };
    attempt().map_err(|e| DiskError::new("write", path, e))
}

/// Creates the directory and its parents.
pub fn create_dir(path: &Utf8Path) -> Result<(), DiskError> {
    std::fs::create_dir_all(path).map_err(|e| DiskError::new("create", path, e))
}

/// A new directory in `parent` whose name begins with `prefix` and was never used before.
pub fn create_dir_unique(parent: &Utf8Path, prefix: &str) -> Result<Utf8PathBuf, DiskError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Temporary directories are made private; artefacts are meant to be opened.
        builder.permissions(std::fs::Permissions::from_mode(0o755));
    }
    let made = builder.tempdir_in(parent).map_err(|e| DiskError::new("create a directory in", parent, e))?;
    utf8(made.keep(), parent)
}

fn utf8(path: std::path::PathBuf, parent: &Utf8Path) -> Result<Utf8PathBuf, DiskError> {
    Utf8PathBuf::from_path_buf(path).map_err(|_| {
        let message = "the path is not UTF-8";
        DiskError::new("create", parent, std::io::Error::new(std::io::ErrorKind::InvalidData, message))
    })
}

/// Removes a file or a whole directory; nothing there is fine.
pub fn remove(path: &Utf8Path) -> Result<(), DiskError> {
    let result = match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(error) => Err(error),
    };
    match result {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(DiskError::new("remove", path, error)),
        _ => Ok(()),
    }
}

/// Renames, which on one file system happens whole or not at all.
pub fn rename(from: &Utf8Path, to: &Utf8Path) -> Result<(), DiskError> {
    std::fs::rename(from, to).map_err(|e| DiskError::new("rename", from, e))
}

/// Whether something is at the path.
pub fn exists(path: &Utf8Path) -> bool {
    path.exists()
}

/// Whether a relative path leads to something in the folder it is joined to, as far as its text tells.
pub fn stays_inside(path: &Utf8Path) -> bool {
    use camino::Utf8Component as Part;
    !path.as_str().contains('\0') && path.components().all(|part| matches!(part, Part::Normal(_) | Part::CurDir))
}

/// Free bytes on the file system that holds `path`, or its nearest parent that is there.
pub fn free_space(path: &Utf8Path) -> Result<u64, DiskError> {
    let there = path.ancestors().find(|p| p.exists()).unwrap_or(Utf8Path::new("."));
    fs4::available_space(there).map_err(|e| DiskError::new("ask for the free space of", there, e))
}

/// The path from the root on, without resolving links; as it is where the current directory is not known.
pub fn absolute(path: &Utf8Path) -> Utf8PathBuf {
    camino::absolute_utf8(path).unwrap_or_else(|_| path.to_owned())
}

/// The names of the folders in `root`, in no order; what is gone by the time it is looked at is left out.
pub fn folders_in(root: &Utf8Path) -> Result<Vec<String>, DiskError> {
    let entries = root.read_dir_utf8().map_err(|e| DiskError::new("list", root, e))?;
    let folders = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    Ok(folders.map(|entry| entry.file_name().to_owned()).collect())
}

/// All files under `root`, relative to it, sorted, hidden ones too; symbolic links are left out, and folders that change
/// without the source in them: sessions (`.specgen`), `.git`, and caches marked as such (`CACHEDIR.TAG`, as cargo's `target`).
pub fn files_under(root: &Utf8Path) -> Result<Vec<Utf8PathBuf>, DiskError> {
    let mut found = Vec::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(directory) = waiting.pop() {
        let entries = directory.read_dir_utf8().map_err(|e| DiskError::new("list", &directory, e))?;
        for entry in entries {
            let entry = entry.map_err(|e| DiskError::new("list", &directory, e))?;
            let kind = entry.file_type().map_err(|e| DiskError::new("list", entry.path(), e))?;
            let passing =
                || [".specgen", ".git"].contains(&entry.file_name()) || exists(&entry.path().join("CACHEDIR.TAG"));
            if kind.is_dir() && passing() {
                continue;
            }
            if kind.is_dir() {
                waiting.push(entry.path().to_owned());
            } else if kind.is_file() {
                found.push(entry.path().strip_prefix(root).unwrap_or(entry.path()).to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The bytes in the files under `root`, as [`files_under`] lists them; what is gone by the time it is looked at counts
/// nothing.
pub fn bytes_under(root: &Utf8Path) -> u64 {
    let files = files_under(root).unwrap_or_default();
    files.iter().filter_map(|file| Some(root.join(file).metadata().ok()?.len())).sum()
}

/// Copies the files under `from` into `to`, which is created; modes become writable (module caches are read-only).
pub fn copy_tree(from: &Utf8Path, to: &Utf8Path) -> Result<(), DiskError> {
    create_dir(to)?;
    for file in files_under(from)? {
        let target = to.join(&file);
        if let Some(parent) = target.parent() {
            create_dir(parent)?;
        }
        put(&target, read(&from.join(&file))?)?;
    }
    Ok(())
}

/// One digest for all files under `root`: of their sorted relative paths and contents.
pub fn sha256_tree(root: &Utf8Path) -> Result<String, DiskError> {
    let mut hasher = Sha256::new();
    for file in files_under(root)? {
        hasher.update(file.as_str().as_bytes());
        hasher.update([0]);
        hasher.update(sha256_file(&root.join(&file))?.as_bytes());
        hasher.update([b'\n']);
    }
    Ok(hex(&hasher.finalize()))
}

/// A file lock held for as long as the value lives; the operating system lets go of it when the process dies.
#[derive(Debug)]
pub struct Lock {
    _file: std::fs::File,
}

impl Lock {
    /// Takes the lock, or `None` where another process has it.
    pub fn take(path: &Utf8Path) -> Result<Option<Self>, DiskError> {
        let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(path);
        let file = file.map_err(|e| DiskError::new("lock", path, e))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(e)) => Err(DiskError::new("lock", path, e)),
        }
    }
}

/// A file written as things happen, for logs: unlike [`put`], what is there is seen at once and may be cut off.
#[derive(Debug)]
pub struct Log {
    file: std::fs::File,
    path: Utf8PathBuf,
}

impl Log {
    /// Creates the file and its directory, or empties what was there.
    pub fn create(path: &Utf8Path) -> Result<Self, DiskError> {
        if let Some(parent) = path.parent().filter(|p| !p.as_str().is_empty()) {
            create_dir(parent)?;
        }
        let file = std::fs::File::create(path).map_err(|e| DiskError::new("create", path, e))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Adds `bytes` at the end.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), DiskError> {
        self.file.write_all(bytes).map_err(|e| DiskError::new("write", &self.path, e))
    }
}

/// A directory of one's own that is removed when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    path: Utf8PathBuf,
    _keep: tempfile::TempDir,
}

impl Scratch {
    /// A new, empty directory under the system's place for temporary files.
    pub fn new() -> Result<Self, DiskError> {
        Self::from_made(tempfile::Builder::new().prefix("specgen-").tempdir(), Utf8Path::new("the temporary directory"))
    }

    /// A new, empty directory under `parent`, which is created.
    pub fn new_in(parent: &Utf8Path) -> Result<Self, DiskError> {
        create_dir(parent)?;
        Self::from_made(tempfile::Builder::new().prefix(".specgen-").tempdir_in(parent), parent)
    }

    fn from_made(made: std::io::Result<tempfile::TempDir>, parent: &Utf8Path) -> Result<Self, DiskError> {
        let keep = made.map_err(|e| DiskError::new("create a directory in", parent, e))?;
        let path = utf8(keep.path().to_owned(), parent)?;
        Ok(Self { path, _keep: keep })
    }

    /// Where it is.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }
}

#[cfg(test)]
mod tests;
