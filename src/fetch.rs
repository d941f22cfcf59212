//! The target's source on this machine: through the language's own client, and checked by its sum. Never written to.

use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde::Deserialize;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::base::process;
use crate::base::process::Command;
use crate::base::process::Exit;
use crate::config::Settings;
use crate::config::model::Source;
use crate::config::model::SourceKind;

/// How long a package client may take.
const LIMIT: Duration = Duration::from_secs(300);

/// A source tree that is only read.
#[derive(Clone, Debug)]
pub struct SourceTree {
    /// Its root.
    pub root: Utf8PathBuf,
    /// What identifies its contents: the package's sum, or a digest of the folder.
    pub digest: String,
}

/// Obtains the target's source.
pub async fn fetch(settings: &Settings) -> Result<SourceTree, Failure> {
    let source = &settings.config.target.source;
    if source.kind == SourceKind::Path {
        return local(&settings.project.join(&source.name));
    }
    let sum = pinned(source)?;
    let tree = unpinned(source).await?;
    check_sum(source, sum, tree.digest.trim_start_matches("sha256:"))?;
    Ok(tree)
}

/// Obtains a package at its version, whatever its sum: for the one who pins it.
pub async fn unpinned(source: &Source) -> Result<SourceTree, Failure> {
    let version = source.version.as_deref().unwrap_or_default();
    match source.kind {
        SourceKind::Path => local(Utf8Path::new(&source.name)),
        SourceKind::GoModule => go_module(source, version).await,
        SourceKind::CargoCrate => cargo_crate(source, version).await,
    }
}

fn local(root: &Utf8Path) -> Result<SourceTree, Failure> {
    if !disk::exists(root) {
        return Err(Diagnostic::error("source/missing", format!("no source at {root}"))
            .hint("target.source.name of specgen.yaml is relative to that file")
            .into());
    }
    Ok(SourceTree { root: root.to_owned(), digest: disk::sha256_tree(root)? })
}

/// The sum that the package must have; it and the version have to be there.
fn pinned(source: &Source) -> Result<&str, Diagnostic> {
    let need = |what: &str, value: &Option<String>| {
        value.as_ref().map(|_| ()).ok_or_else(|| {
            Diagnostic::error(
                "config/source-not-pinned",
                format!("target.source.{what} is missing for {}", source.name),
            )
            .hint(match source.kind {
                SourceKind::CargoCrate => {
                    format!("add `{what}`; the sum is `checksum` of {} in a Cargo.lock that has it", source.name)
                }
                _ => format!("add `{what}`; `go mod download -json {}@VERSION` prints the sum as `Sum`", source.name),
            })
            .hint("a package is taken at one version and checked by its sum, so that everybody sees the same source")
        })
    };
    need("version", &source.version)?;
    need("sum", &source.sum)?;
    Ok(source.sum.as_deref().unwrap_or_default())
}

fn check_sum(source: &Source, expected: &str, found: &str) -> Result<(), Diagnostic> {
    if expected == found {
        return Ok(());
    }
    Err(Diagnostic::error("source/sum", format!("{} has the sum {found}, not the pinned {expected}", source.name))
        .hint("the package is not the one this target was made for; do not use it"))
}

fn client_failed(source: &Source, client: &str, said: &str) -> Diagnostic {
    let version = source.version.as_deref().unwrap_or_default();
    let message = format!("get {} {version} with {client}: {}", source.name, reason(said));
    Diagnostic::error("source/client", message).hint(
        "check target.source (name and version), the network, and the proxy or registry that the client is set to",
    )
}

/// The line of a client's output that says what went wrong: its first error with what follows on it, else the last line.
fn reason(said: &str) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let error = lines.iter().position(|line| line.starts_with("error"));
    match error {
        Some(at) => lines[at..].iter().take(2).copied().collect::<Vec<_>>().join("; "),
        None => lines.last().map_or_else(|| "it said nothing".to_owned(), |line| (*line).to_owned()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GoDownload {
    dir: Option<Utf8PathBuf>,
    sum: Option<String>,
    error: Option<String>,
}

async fn go_module(source: &Source, version: &str) -> Result<SourceTree, Failure> {
    process::find_program("go", "install Go 1.22 or later: apt-get install golang-go, brew install go, or go.dev/dl")
        .map_err(|d| Diagnostic { code: "toolchain/go-missing".to_owned(), ..d })?;
    let scratch = disk::Scratch::new()?;
    let command = Command::new("go").args(["mod", "download", "-json"]).arg(format!("{}@{version}", source.name));
    let finished = command.directory(scratch.path()).limit(LIMIT).run().await.map_err(|e| e.diagnostic())?;
    let answer: GoDownload = serde_json::from_str(&finished.stdout)
        .map_err(|_| client_failed(source, "go mod download", &finished.stderr))?;
    if let Some(error) = answer.error {
        return Err(client_failed(source, "go mod download", &error).into());
    }
    let (Some(root), Some(found)) = (answer.dir, answer.sum) else {
        return Err(client_failed(source, "go mod download", "the answer has no Dir or Sum").into());
    };
    Ok(SourceTree { root, digest: found })
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    manifest_path: Utf8PathBuf,
}

async fn cargo_crate(source: &Source, version: &str) -> Result<SourceTree, Failure> {
    let scratch = disk::Scratch::new()?;
    let manifest = format!(
        "[package]\nname = \"specgen-fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\n{} = \"={version}\"\n",
        source.name
    );
    disk::put(&scratch.path().join("Cargo.toml"), manifest)?;
    disk::put(&scratch.path().join("src/lib.rs"), "")?;
    let command = Command::new("cargo").args(["metadata", "--format-version", "1", "--quiet"]);
    let finished = command.directory(scratch.path()).limit(LIMIT).run().await.map_err(|e| e.diagnostic())?;
    if finished.exit != Exit::Success {
        return Err(client_failed(source, "cargo metadata", &finished.stderr).into());
    }
    let metadata: Metadata =
        serde_json::from_str(&finished.stdout).map_err(|e| client_failed(source, "cargo metadata", &e.to_string()))?;
    let package = metadata.packages.iter().find(|p| p.name == source.name && p.version == version);
    let package = package.ok_or_else(|| client_failed(source, "cargo metadata", "the crate is not in the answer"))?;
    let lock = disk::read_text(&scratch.path().join("Cargo.lock"))?;
    let found = checksum(&lock, &source.name)
        .ok_or_else(|| client_failed(source, "cargo metadata", "Cargo.lock has no checksum"))?;
    let root = package.manifest_path.parent().unwrap_or(Utf8Path::new("/")).to_owned();
    Ok(SourceTree { root, digest: format!("sha256:{found}") })
}

/// The checksum of a package in the text of a Cargo.lock, whose entries are blocks of `key = "value"` lines.
fn checksum<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let block = lock.split("[[package]]").find(|b| b.lines().any(|l| l == format!("name = \"{name}\"")))?;
    block.lines().find_map(|l| l.strip_prefix("checksum = \"")?.strip_suffix('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_found_by_package_name() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1\"\nchecksum = \"11\"\n\n[[package]]\nname = \"ab\"\nchecksum = \"22\"\n";
        assert_eq!(checksum(lock, "ab"), Some("22"));
        assert_eq!(checksum(lock, "b"), None);
    }

    #[test]
    fn the_reason_of_a_client_is_its_first_error() {
        let cargo = "    Updating index\nerror: failed to select a version for `spin = \"=99\"`\ncandidate versions found: 0.12\nlocation: here\nrequired by package `x`\n";
        assert_eq!(
            reason(cargo),
            "error: failed to select a version for `spin = \"=99\"`; candidate versions found: 0.12"
        );
        assert_eq!(
            reason("go: m@v9: reading https://proxy: 404\n\tserver response: not found\n\n"),
            "server response: not found"
        );
        assert_eq!(reason("\n"), "it said nothing");
    }

    #[test]
    fn another_sum_is_refused() {
        let source = Source { kind: SourceKind::GoModule, name: "m".to_owned(), version: None, sum: None };
        assert_eq!(check_sum(&source, "h1:a", "h1:b").unwrap_err().code, "source/sum");
        assert_eq!(pinned(&source).unwrap_err().code, "config/source-not-pinned");
    }
}
