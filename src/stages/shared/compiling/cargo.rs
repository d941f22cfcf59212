//! Rust: `cargo check`; of a package without a lock file as a dependency of an empty crate, where what only its own tests
//! need is not asked for.

use std::sync::LazyLock;

use camino::Utf8Path;
use regex::Regex;
use serde::Deserialize;

use super::Compiler;
use super::Outcome;
use super::Ran;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::process::Command;
use crate::base::span::Span;
use crate::instrument::blame::Complaint;

/// What cargo says where it may not fetch something; the name of that is the first group.
static LACKING: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        r"no matching package named `([^`]+)` found",
        r"failed to download `([^`]+)`",
        r"failed to select a version for the requirement `([^`]+)`",
        r"unable to update (\S+)",
    ]
    .map(|pattern| Regex::new(pattern).expect("it is a regular expression"))
});

/// A line of `--message-format=json`.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    message: String,
    #[serde(default)]
    spans: Vec<At>,
}

#[derive(Deserialize)]
struct At {
    file_name: String,
    byte_start: usize,
    byte_end: usize,
    line_start: usize,
    is_primary: bool,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

pub(super) async fn run(compiler: &Compiler<'_>, tree: &Utf8Path) -> Result<Ran, Failure> {
    let ran = check(compiler, tree, tree).await?;
    if !matches!(ran.outcome, Outcome::Lacks(_)) {
        return Ok(ran);
    }
    match user_of(compiler, tree).await? {
        Some(user) => {
            let second = check(compiler, user.path(), tree).await?;
            // What both lack is said of the package itself.
            Ok(if matches!(second.outcome, Outcome::Lacks(_)) { ran } else { second })
        }
        None => Ok(ran),
    }
}

/// An empty crate that depends on the package in `tree`, if it is one.
async fn user_of(compiler: &Compiler<'_>, tree: &Utf8Path) -> Result<Option<disk::Scratch>, Failure> {
    let command = Command::new("cargo").args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let finished = compiler.finish(command, tree).await?;
    let metadata: Option<Metadata> = serde_json::from_str(&finished.stdout).ok();
    let Some([Package { name }]) = metadata.as_ref().map(|metadata| metadata.packages.as_slice()) else {
        return Ok(None);
    };
    let user = disk::Scratch::new_in(compiler.scratch)?;
    let manifest = format!(
        "[package]\nname = \"specgen-user\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\n{name} = {{ path = {} }}\n\n[workspace]\n",
        serde_json::Value::from(disk::absolute(tree).as_str())
    );
    disk::put(&user.path().join("Cargo.toml"), manifest)?;
    disk::put(&user.path().join("src/lib.rs"), "")?;
    Ok(Some(user))
}

/// Runs cargo in `folder`; what it says is about files of `tree`.
async fn check(compiler: &Compiler<'_>, folder: &Utf8Path, tree: &Utf8Path) -> Result<Ran, Failure> {
    let mut command = Command::new("cargo").args(["check", "--quiet"]);
    if compiler.offline {
        command = command.arg("--offline");
    }
    let line = command.line();
    let command = command.args(["--message-format=json", "--target-dir"]).arg(compiler.scratch.as_str());
    let finished = compiler.finish(command, folder).await?;
    let complaints = complaints(&finished.stdout, tree);
    // Where it complains of the code it had all that it needs.
    let missing = if complaints.is_empty() { missing(&finished.stderr) } else { Vec::new() };
    let outcome = super::judged(compiler, &finished, complaints, missing);
    Ok(Ran { line, outcome })
}

fn missing(said: &str) -> Vec<String> {
    let offline = ["offline", "no matching package"].iter().any(|word| said.contains(word));
    if offline { super::named(LACKING.as_slice(), said) } else { Vec::new() }
}

/// The errors with a place, from the compiler's messages.
fn complaints(said: &str, tree: &Utf8Path) -> Vec<Complaint> {
    let messages = said.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok()?.message);
    let errors = messages.filter(|message| message.level.starts_with("error"));
    let complaint = |message: Message| {
        let at = message.spans.iter().find(|at| at.is_primary)?;
        let root = disk::absolute(tree);
        let file = Utf8Path::new(&at.file_name);
        let file = file.strip_prefix(&root).unwrap_or(file).as_str().trim_start_matches("./").to_owned();
        let text = disk::read_text(&tree.join(&file)).unwrap_or_default();
        // Bytes are of the whole file.
        let start = text.get(..at.byte_start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        let columns = Span::new(at.byte_start.saturating_sub(start), at.byte_end.saturating_sub(start));
        Some(Complaint { file, line: at.line_start, columns: Some(columns), message: message.message })
    };
    errors.filter_map(complaint).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_may_not_fetch_is_named() {
        let said = "error: no matching package named `loom` found\nlocation searched: crates.io index\nAs a reminder, you're using offline mode (--offline)";
        assert_eq!(missing(said), ["loom"]);
        assert!(missing("error: could not compile `x`").is_empty());
    }
}
