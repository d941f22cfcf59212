//! Doctor: what is there, what is missing, and the line that installs it. Data only; the command shows it.

use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use schemars::JsonSchema;
use serde::Serialize;

use crate::base::disk;
use crate::base::process;
use crate::base::process::Command;
use crate::toolchain::Toolchain;
use crate::toolchain::is_at_least;
use crate::toolchain::jar;
use crate::toolchain::java;
use crate::toolchain::prerequisites;
use crate::toolchain::prerequisites::Needed;
use crate::toolchain::prerequisites::Prerequisite;
use crate::toolchain::version_in;

/// How it stands with one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// There and new enough.
    Ok,
    /// Not there.
    Missing,
    /// There, but too old.
    TooOld,
    /// There, with a reservation.
    Warning,
}

/// A line that installs something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Install {
    /// Debian and its kin.
    pub debian: &'static str,
    /// Homebrew.
    pub brew: &'static str,
}

/// What was found out about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// What it is needed for.
    pub purpose: &'static str,
    /// Whether nothing works without it.
    pub required: bool,
    /// How it stands.
    pub status: Status,
    /// Version found.
    pub version: Option<String>,
    /// Where it is.
    #[schemars(with = "Option<String>")]
    pub path: Option<Utf8PathBuf>,
    /// More to say.
    pub detail: String,
    /// How to install it.
    pub install: Option<Install>,
}

/// Where to look.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// A jar of one's own.
    pub named: Option<jar::Named>,
    /// Value of `JAVA_HOME`.
    pub java_home: Option<Utf8PathBuf>,
    /// The library directory.
    pub library: Utf8PathBuf,
    /// Where sessions are written.
    pub work: Utf8PathBuf,
}

/// Looks at everything.
pub async fn examine(toolchain: &Toolchain, places: &Places) -> Vec<Check> {
    let mut checks = Vec::new();
    for program in prerequisites::all() {
        checks.push(match program.name {
            "java" => look_at_java(&program, places.java_home.as_deref()).await,
            _ => look(&program).await,
        });
    }
    checks.push(look_at_jar(toolchain, places).await);
    checks.push(look_at_disk(toolchain, &places.work));
    checks
}

/// A program of which nothing is known yet.
fn unseen(program: &Prerequisite) -> Check {
    Check {
        name: program.name,
        purpose: program.why,
        required: program.needed == Needed::Always,
        status: Status::Missing,
        version: None,
        path: None,
        detail: String::new(),
        install: Some(Install { debian: program.debian, brew: program.brew }),
    }
}

async fn look(program: &Prerequisite) -> Check {
    let mut check = unseen(program);
    let mut words = program.command.split(' ');
    let first = words.next().unwrap_or_default();
    let Ok(path) = process::find_program(first, "") else {
        check.detail = format!("`{first}` is not in PATH");
        return check;
    };
    let command = Command::new(path.as_str()).args(words).limit(Duration::from_secs(20));
    let said = match command.run().await {
        Ok(finished) if finished.exit == process::Exit::Success => finished.stdout,
        Ok(finished) => {
            check.detail = format!("`{}` ended with {}", program.command, finished.exit);
            return check;
        }
        Err(error) => {
            check.detail = error.to_string();
            return check;
        }
    };
    check.path = Some(path);
    let numbers = version_in(&said);
    check.version = numbers.as_ref().map(|n| n.iter().map(u64::to_string).collect::<Vec<_>>().join("."));
    check.status = match (numbers, program.oldest) {
        (Some(numbers), Some(oldest)) if !is_at_least(&numbers, oldest) => {
            check.outdated(program);
            Status::TooOld
        }
        (None, Some(_)) => {
            check.detail = format!("no version in `{}`", said.trim());
            Status::Warning
        }
        _ => Status::Ok,
    };
    check
}

impl Check {
    /// It is older than it may be.
    fn outdated(&mut self, program: &Prerequisite) {
        self.status = Status::TooOld;
        self.detail = format!("older than {}", program.oldest.unwrap_or_default());
        if let Some(debian) = program.newer {
            self.install = Some(Install { debian, brew: program.brew });
        }
    }
}

async fn look_at_java(program: &Prerequisite, home: Option<&Utf8Path>) -> Check {
    let mut check = Check { status: Status::Ok, ..unseen(program) };
    let asked = match java::locate(home) {
        Ok(path) => java::ask(&path).await,
        Err(missing) => Err(missing),
    };
    match asked {
        Ok(found) => {
            if program.oldest.is_some_and(|oldest| !is_at_least(&[found.major], oldest)) {
                check.outdated(program);
            }
            check.version = Some(found.version);
            check.path = Some(found.path);
        }
        Err(error) => {
            check.status = Status::Missing;
            check.detail = error.message;
        }
    }
    check
}

async fn look_at_jar(toolchain: &Toolchain, places: &Places) -> Check {
    let install = Install { debian: "specgen setup", brew: "specgen setup" };
    let mut check = Check {
        name: "tla2tools",
        purpose: "parse and check specifications",
        required: true,
        status: Status::Ok,
        version: None,
        path: None,
        detail: String::new(),
        install: Some(install),
    };
    let located = jar::locate(toolchain, places.named.as_ref(), &places.library);
    let identified = match located.and_then(jar::Located::trusted) {
        Ok(located) => {
            let identified = jar::identify(toolchain, &located, places.java_home.as_deref()).await;
            check.path = Some(located.path);
            check.detail = format!("sha256 {}", located.sha256);
            check.version = located.pinned;
            identified
        }
        Err(error) => Err(error),
    };
    match identified {
        Ok(_) if check.version.is_some() => {}
        Ok(what) => {
            check.status = Status::Warning;
            check.detail = format!("{what}; {}, which is not one of the pinned ones", check.detail);
        }
        Err(error) => {
            check.status = Status::Missing;
            check.detail = error.message;
        }
    }
    check
}

fn look_at_disk(toolchain: &Toolchain, work: &Utf8Path) -> Check {
    let wanted = toolchain.minimum.free_megabytes;
    let (status, detail) = match disk::free_space(work) {
        Ok(bytes) if bytes >> 20 < wanted => {
            (Status::Warning, format!("{} MB free; TLC may need more than {wanted} MB for its states", bytes >> 20))
        }
        Ok(bytes) => (Status::Ok, format!("{} MB free", bytes >> 20)),
        Err(error) => (Status::Warning, error.to_string()),
    };
    Check {
        name: "disk",
        purpose: "keep sessions and TLC's states",
        required: false,
        status,
        version: None,
        path: Some(work.to_owned()),
        detail,
        install: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_check_has_a_status_and_what_is_missing_a_line_that_installs_it() {
        let scratch = disk::Scratch::new().unwrap();
        let places =
            Places { library: scratch.path().join("lib"), work: scratch.path().to_owned(), ..Places::default() };
        let checks = examine(&Toolchain::built_in(), &places).await;
        let names: Vec<&str> = checks.iter().map(|check| check.name).collect();
        let listed = prerequisites::all().into_iter().map(|p| p.name).chain(["tla2tools", "disk"]);
        assert_eq!(names, listed.collect::<Vec<_>>());
        let tools = &checks[names.len() - 2];
        assert_eq!((tools.status, tools.install.unwrap().debian), (Status::Missing, "specgen setup"));
        for check in &checks {
            assert!(check.status == Status::Ok || !check.detail.is_empty(), "{check:?}");
            assert!(check.name == "disk" || check.install.is_some(), "{check:?}");
        }
        assert!(serde_json::to_string(&checks).unwrap().contains("\"status\":\"missing\""));
    }

    #[tokio::test]
    async fn a_program_that_is_too_old_says_so() {
        let git = prerequisites::named("git").unwrap();
        let check = look(&Prerequisite { oldest: Some("999"), newer: Some("there"), ..git }).await;
        if check.path.is_some() {
            assert_eq!((check.status, check.detail.as_str()), (Status::TooOld, "older than 999"));
            assert_eq!(check.install.unwrap().debian, "there");
        }
    }

    #[tokio::test]
    async fn what_was_named_and_cannot_be_asked_or_is_no_jar_is_missing() {
        let scratch = disk::Scratch::new().unwrap();
        let own = scratch.path().join("own.jar");
        disk::put(&own, "own").unwrap();
        let named = Some(jar::Named { path: own.clone(), by: "--tla-tools".to_owned() });
        let places = Places { named, ..Places::default() };
        let check = look_at_jar(&Toolchain::built_in(), &places).await;
        assert_eq!((check.status, check.path), (Status::Missing, Some(own.clone())));
        let why = if java::locate(None).is_ok() { own.as_str() } else { "find java" };
        assert!(check.detail.contains(why), "{}", check.detail);
    }
}
