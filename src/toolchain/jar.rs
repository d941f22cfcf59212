//! The jar: which one to use, and what it can do, found out by asking it.

use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::disk;
use crate::engine::CheckRequest;
use crate::engine::Engine as _;
use crate::engine::Outcome;
use crate::engine::ParseRequest;
use crate::engine::Parsed;
use crate::engine::tools::Tla2Tools;
use crate::toolchain::Toolchain;
use crate::toolchain::java;

/// The jar's place under the library directory.
pub const FILE_NAME: &str = "tla2tools.jar";

/// A jar of one's own.
#[derive(Clone, Debug)]
pub struct Named {
    /// Where it should be.
    pub path: Utf8PathBuf,
    /// Who said so: a flag, a variable, a file.
    pub by: String,
}

/// A jar that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Located {
    /// Where.
    pub path: Utf8PathBuf,
    /// Whether somebody named it; otherwise it is where `specgen setup` puts it.
    pub named: bool,
    /// Its digest.
    pub sha256: String,
    /// What the pinned list calls it; `None` for a jar of one's own.
    pub pinned: Option<String>,
}

impl Located {
    /// The same, unless it lies where `specgen setup` puts a pinned one and is another: nobody has asked for that one.
    pub fn trusted(self) -> Result<Self, Diagnostic> {
        if self.named || self.pinned.is_some() {
            return Ok(self);
        }
        let message = format!("use the TLA+ tools {}: the SHA-256 is {}, of no pinned version", self.path, self.sha256);
        Err(Diagnostic::error("toolchain/digest", message)
            .hint("run `specgen setup` to get a pinned one in its place")
            .hint(format!("if it is meant, say so: `--tla-tools {}`", self.path)))
    }
}

/// What a jar is, in words: a pinned one is known by its digest, any other is asked, for which there has to be a Java
/// (`home` is the value of JAVA_HOME). A file that is no TLA+ tools jar is the error.
pub async fn identify(toolchain: &Toolchain, located: &Located, home: Option<&Utf8Path>) -> Result<String, Diagnostic> {
    if let Some(pinned) = &located.pinned {
        return Ok(pinned.clone());
    }
    let java = java::find(home, java::oldest()).await?;
    let tools = Tla2Tools::new(java.path, &located.path).flags(toolchain.jvm.clone());
    Ok(ask(&tools).await?.to_string())
}

/// The jar to use: the one that is named, else that in `library`. One that was named but is not there is an error and does
/// not fall through.
pub fn locate(toolchain: &Toolchain, named: Option<&Named>, library: &Utf8Path) -> Result<Located, Diagnostic> {
    let ours = library.join(FILE_NAME);
    let path = named.map_or(ours.as_path(), |named| &named.path);
    if !disk::exists(path) {
        let by = named.map(|named| format!(" (named by {})", named.by)).unwrap_or_default();
        let message = format!("find the TLA+ tools: {path} is not there{by}");
        return Err(Diagnostic::error("toolchain/tla2tools-missing", message)
            .hint("run `specgen setup`, or name a tla2tools.jar with --tla-tools or SPECGEN_TLA_TOOLS"));
    }
    let sha256 = disk::sha256_file(path).map_err(|e| not_a_jar(path, &e.diagnostic().message))?;
    let pinned = toolchain.pinned(&sha256).map(crate::toolchain::Source::name);
    Ok(Located { path: disk::absolute(path), named: named.is_some(), sha256, pinned })
}

/// What a jar can do beyond what every version since 2020 can.
#[derive(Debug)]
struct Capabilities {
    /// TLC's version line.
    version: String,
    /// `-workers auto`.
    workers_auto: bool,
    /// `CHECK_DEADLOCK` in the config file.
    check_deadlock: bool,
    /// `POSTCONDITION` in the config file.
    postcondition: bool,
    /// The module `Json` is in the jar.
    json_module: bool,
}

impl std::fmt::Display for Capabilities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let can = [
            ("`-workers auto`", self.workers_auto),
            ("CHECK_DEADLOCK", self.check_deadlock),
            ("POSTCONDITION", self.postcondition),
            ("the module Json", self.json_module),
        ];
        f.write_str(&self.version)?;
        for (word, wanted) in [("with", true), ("without", false)] {
            let names: Vec<&str> = can.iter().filter(|(_, is)| *is == wanted).map(|(name, _)| *name).collect();
            if !names.is_empty() {
                write!(f, ", {word} {}", names.join(" and "))?;
            }
        }
        Ok(())
    }
}

const PROBE: &str = "---- MODULE Probe ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == x' = 1 - x\nOk == x < 2\nAfter == TRUE\n====\n";
const PROBE_CONFIG: &str = "INIT Init\nNEXT Next\nINVARIANT Ok\n";
const PROBE_JSON: &str = "---- MODULE ProbeJson ----\nEXTENDS Json\n====\n";

/// Asks a jar, with some tiny runs, what it can do.
async fn ask(tools: &Tla2Tools) -> Result<Capabilities, Diagnostic> {
    let scratch = disk::Scratch::new().map_err(|e| e.diagnostic())?;
    let put = |name: &str, text: &str| disk::put(&scratch.path().join(name), text).map_err(|e| e.diagnostic());
    put("Probe.tla", PROBE)?;
    put("ProbeJson.tla", PROBE_JSON)?;
    put("plain.cfg", PROBE_CONFIG)?;
    put("deadlock.cfg", &format!("{PROBE_CONFIG}CHECK_DEADLOCK FALSE\n"))?;
    put("after.cfg", &format!("{PROBE_CONFIG}POSTCONDITION After\n"))?;
    let request = |config: &str, extra: &[&str]| CheckRequest {
        limit: Duration::from_secs(60),
        extra: extra.iter().map(|word| (*word).to_owned()).collect(),
        ..CheckRequest::new(scratch.path().join("Probe.tla"), scratch.path().join(config))
    };
    let plain = tools
        .check(&request("plain.cfg", &[]), &mut |_| {})
        .await
        .map_err(|error| not_a_jar(tools.jar(), &error.message))?;
    let version = match (plain.outcome, plain.run.version) {
        (Outcome::Holds { .. }, Some(version)) => version,
        (outcome, _) => {
            return Err(not_a_jar(tools.jar(), &format!("a two-state model came out as {}", word(&outcome))));
        }
    };
    let holds = async |config: &str, extra: &[&str]| {
        let checked = tools.check(&request(config, extra), &mut |_| {}).await;
        checked.is_ok_and(|checked| matches!(checked.outcome, Outcome::Holds { .. }))
    };
    let json = tools.parse(&ParseRequest::new(scratch.path().join("ProbeJson.tla"))).await?;
    Ok(Capabilities {
        version: version.trim().to_owned(),
        workers_auto: holds("plain.cfg", &["-workers", "auto"]).await,
        check_deadlock: holds("deadlock.cfg", &[]).await,
        postcondition: holds("after.cfg", &[]).await,
        json_module: matches!(json, Parsed::Clean { .. }),
    })
}

fn word(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Holds { .. } => "holding, but without a version".to_owned(),
        Outcome::Violated { .. } => "violated".to_owned(),
        Outcome::Rejected { diagnostics } => diagnostics.first().map_or("rejected".to_owned(), ToString::to_string),
        Outcome::Unknown { why } => why.message.clone(),
    }
}

fn not_a_jar(jar: &Utf8Path, why: &str) -> Diagnostic {
    Diagnostic::error("toolchain/not-tla2tools", format!("use {jar} as the TLA+ tools: {why}"))
        .hint("name a tla2tools.jar, or run `specgen setup`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::process::find_program;

    fn library() -> Utf8PathBuf {
        Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("lib")
    }

    #[test]
    fn a_jar_that_is_named_is_the_one_and_needs_no_pin() {
        let scratch = disk::Scratch::new().unwrap();
        for name in ["mine.jar", FILE_NAME] {
            disk::put(&scratch.path().join(name), name).unwrap();
        }
        let found = |name: Option<&str>| {
            let by = "$SPECGEN_TLA_TOOLS".to_owned();
            let named = name.map(|name| Named { path: scratch.path().join(name), by });
            locate(&Toolchain::built_in(), named.as_ref(), scratch.path())
        };
        assert!(found(Some("mine.jar")).unwrap().path.ends_with("mine.jar"));
        assert!(found(None).unwrap().path.ends_with(FILE_NAME));
        let gone = found(Some("gone.jar")).unwrap_err();
        assert_eq!(gone.code, "toolchain/tla2tools-missing");
        assert!(gone.message.ends_with("gone.jar is not there (named by $SPECGEN_TLA_TOOLS)"), "{gone:?}");
        let trusted = |name: Option<&str>| found(name).and_then(Located::trusted);
        assert!(trusted(Some("mine.jar")).is_ok());
        let other = trusted(None).unwrap_err();
        assert_eq!(other.code, "toolchain/digest");
        assert!(other.message.contains(scratch.path().join(FILE_NAME).as_str()), "{other:?}");
    }

    #[test]
    fn the_place_where_a_jar_should_be_is_told() {
        let error = locate(&Toolchain::built_in(), None, Utf8Path::new("/nowhere")).unwrap_err();
        assert!(error.message.contains("/nowhere/tla2tools.jar"), "{}", error.message);
    }

    #[tokio::test]
    #[expect(clippy::print_stderr, reason = "a test that did not run must say so")]
    async fn the_jar_in_the_library_says_what_it_can() {
        let Ok(java) = find_program("java", "") else {
            eprintln!("skipped: no java");
            return;
        };
        let scratch = disk::Scratch::new().unwrap();
        let fake = scratch.path().join("fake.jar");
        disk::put(&fake, "not a jar").unwrap();
        let error = ask(&Tla2Tools::new(&java, &fake)).await.unwrap_err();
        assert_eq!(error.code, "toolchain/not-tla2tools");
        if !disk::exists(&library().join(FILE_NAME)) {
            eprintln!("skipped: no lib/tla2tools.jar");
            return;
        }
        let jar = library().join(FILE_NAME);
        let asked = ask(&Tla2Tools::new(&java, &jar)).await.unwrap();
        if asked.version.contains("2.15") {
            let can = (asked.workers_auto, asked.check_deadlock, asked.postcondition, asked.json_module);
            assert_eq!(can, (false, false, false, false));
        }
    }
}
