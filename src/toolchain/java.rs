//! Java: found, asked for its version, and told from one that is too old.

use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::process;
use crate::base::process::Command;
use crate::base::process::ProcessError;
use crate::toolchain::prerequisites;
use crate::toolchain::version_in;

/// How to install Java, a line a platform.
pub const INSTALL: &str =
    "install it: `apt-get install -y openjdk-17-jre-headless` (Debian, Ubuntu) or `brew install openjdk` (macOS)";

/// A Java that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Java {
    /// The program.
    pub path: Utf8PathBuf,
    /// Its version as it printed it, for example `17.0.15`.
    pub version: String,
    /// 17 of `17.0.15`, 8 of `1.8.0_292`.
    pub major: u64,
}

/// The oldest version that will do.
pub fn oldest() -> &'static str {
    prerequisites::named("java").and_then(|java| java.oldest).unwrap_or_default()
}

/// Finds Java in `home` (the caller passes JAVA_HOME) or in PATH, and refuses one older than `minimum`.
pub async fn find(home: Option<&Utf8Path>, minimum: &str) -> Result<Java, Diagnostic> {
    let java = ask(&locate(home)?).await?;
    let wanted = version_in(minimum).and_then(|numbers| numbers.first().copied()).unwrap_or(0);
    if java.major < wanted {
        let message = format!("Java {} at {} is older than {minimum}", java.version, java.path);
        return Err(Diagnostic::error("toolchain/java-too-old", message).hint(INSTALL));
    }
    Ok(java)
}

/// Where Java is, without running it.
pub fn locate(home: Option<&Utf8Path>) -> Result<Utf8PathBuf, Diagnostic> {
    let at_home = home.map(|home| home.join("bin/java")).filter(|path| process::is_program(path));
    match at_home {
        Some(path) => Ok(path),
        None => process::find_program("java", INSTALL).map_err(|missing| {
            let message = "find java: it is neither in JAVA_HOME nor in PATH, and the TLA+ tools need it";
            Diagnostic { code: "toolchain/java-missing".to_owned(), message: message.to_owned(), ..missing }
        }),
    }
}

/// Asks a Java for its version.
pub async fn ask(path: &Utf8Path) -> Result<Java, Diagnostic> {
    let command = Command::new(path.as_str()).arg("-version").limit(Duration::from_secs(20));
    let finished = command.run().await.map_err(|error| match error {
        ProcessError::Start { .. } => Diagnostic::error("toolchain/java", error.to_string()).hint(INSTALL),
        other => other.diagnostic(),
    })?;
    // It prints to stderr: `openjdk version "17.0.15" 2025-04-15`, behind a line on JAVA_TOOL_OPTIONS if that is set.
    let line = finished.stderr.lines().chain(finished.stdout.lines()).find(|line| line.contains("version"));
    let version = line.and_then(|line| line.split('"').nth(1)).unwrap_or_default().to_owned();
    match major(&version) {
        Some(major) => Ok(Java { path: path.to_owned(), version, major }),
        None => {
            let message = format!("ask {path} for its version: it ended with {} and named none", finished.exit);
            Err(Diagnostic::error("toolchain/java", message).hint(INSTALL))
        }
    }
}

/// Java called itself 1.x up to 8.
fn major(version: &str) -> Option<u64> {
    match version_in(version)?.as_slice() {
        [1, second, ..] => Some(*second),
        [first, ..] => Some(*first),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::disk;

    #[test]
    fn the_old_and_the_new_way_to_count_are_read() {
        assert_eq!(major("1.8.0_292"), Some(8));
        assert_eq!(major("17.0.15"), Some(17));
        assert_eq!(major("25"), Some(25));
        assert_eq!(major(""), None);
    }

    /// A directory with a program `bin/java` that prints `said`.
    #[cfg(unix)]
    fn home(said: &str) -> disk::Scratch {
        use std::os::unix::fs::PermissionsExt as _;
        let scratch = disk::Scratch::new().unwrap();
        let program = scratch.path().join("bin/java");
        disk::put(&program, format!("#!/bin/sh\necho '{said}' >&2\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        scratch
    }

    #[tokio::test]
    #[cfg(unix)]
    async fn a_java_that_is_too_old_is_told_with_its_version() {
        let scratch = home("java version \"1.8.0_292\"");
        let error = find(Some(scratch.path()), "11").await.unwrap_err();
        assert_eq!(error.code, "toolchain/java-too-old");
        assert!(error.message.contains("1.8.0_292"), "{}", error.message);
        assert_eq!(find(Some(scratch.path()), "8").await.unwrap().major, 8);
    }

    #[tokio::test]
    #[cfg(unix)]
    async fn a_java_that_names_no_version_or_is_no_program_is_an_error() {
        let scratch = home("hello");
        assert_eq!(find(Some(scratch.path()), "11").await.unwrap_err().code, "toolchain/java");
        disk::put(&scratch.path().join("bin/java"), "no program").unwrap();
        assert_eq!(ask(&scratch.path().join("bin/java")).await.unwrap_err().code, "toolchain/java");
    }
}
