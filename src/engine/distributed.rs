//! TLC spread over processes and machines: a server that holds the states, and workers that compute successors.
//!
//! What was seen of it (version 2.15 of 2020): workers wait for their server and fetch the spec from it; a worker that
//! dies is dropped and what it had is computed again; different states are counted as by a single run, generated ones
//! are not. Temporal properties are not looked at. Of a violation the server prints two states, ends with status 0, and
//! says neither what is violated nor how the states are reached.

use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::base::diag::Diagnostic;
use crate::base::disk;
use crate::base::process::Command;
use crate::base::process::Exit;
use crate::base::process::Finished;
use crate::base::process::ProcessError;
use crate::engine::config::TlcConfig;
use crate::engine::tools::Tla2Tools;

/// The classes of the jar.
pub(super) const SERVER: &str = "tlc2.tool.distributed.TLCServer";
const WORKER: &str = "tlc2.tool.distributed.TLCWorker";

/// How long a server without workers may take to come to its end.
const ENDING: Duration = Duration::from_secs(10);

/// How a search is spread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// The name or address at which workers reach the server.
    pub server: String,
    /// The port of its registry.
    pub port: u16,
    /// Workers started on this machine.
    pub local: u32,
    /// Machines on which workers are started, as `ssh` knows them.
    pub hosts: Vec<String>,
    /// Threads of each worker.
    pub threads: usize,
}

impl Distribution {
    /// A port nobody listens on.
    pub fn free_port() -> Result<u16, Diagnostic> {
        let bound = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        bound
            .map(|address| address.port())
            .map_err(|error| Diagnostic::error("tlc/distributed", format!("find a free port: {error}")))
    }

    /// Refuses a model whose verdict distributed TLC would not reach: it passes over temporal properties.
    pub fn fits(config: &str) -> Result<(), Diagnostic> {
        match TlcConfig::parse(config).properties.first() {
            None => Ok(()),
            Some(property) => Err(Diagnostic::error(
                "tlc/distributed",
                format!("distributed TLC does not check properties, and the config names {property}"),
            )
            .hint(
                "check the properties in a run without --distributed, and take PROPERTY out of the config of this one",
            )),
        }
    }

    /// What starts a worker by hand on another machine that has the jar.
    pub fn worker_line(&self) -> String {
        let options = self.options("HOST").join(" ");
        format!("java {options} -cp tla2tools.jar {WORKER} {}", self.server)
    }

    /// Options of a JVM that is reached as `host`.
    fn options(&self, host: &str) -> Vec<String> {
        vec![
            format!("-Djava.rmi.server.hostname={host}"),
            format!("-Dtlc2.tool.distributed.TLCServer.port={}", self.port),
            format!("-Dtlc2.tool.distributed.TLCWorker.threadCount={}", self.threads),
        ]
    }

    /// Those of the server.
    pub(super) fn server_options(&self) -> Vec<String> {
        self.options(&self.server)
    }

    /// Whether workers are started here, so that somebody has to be left.
    fn starts_workers(&self) -> bool {
        self.local > 0 || !self.hosts.is_empty()
    }
}

/// Runs `server` to its end beside its workers, which end with it.
pub(super) async fn beside_workers(
    server: impl Future<Output = Result<Finished, ProcessError>>,
    tools: &Tla2Tools,
    memory: Option<u32>,
    distribution: &Distribution,
    scratch: &Utf8Path,
) -> Result<Finished, Diagnostic> {
    let mut workers = JoinSet::new();
    for number in 0..distribution.local {
        let place = scratch.join(format!("worker-{number}"));
        disk::create_dir(&place).map_err(|error| error.diagnostic())?;
        workers.spawn(local(tools, memory, distribution, &place).run());
    }
    for host in &distribution.hosts {
        let (jar, host, distribution) = (tools.jar().to_owned(), host.clone(), distribution.clone());
        workers.spawn(async move { remote(&jar, &host, &distribution).await });
    }
    tokio::pin!(server);
    let mut last = String::new();
    let all_ended = async {
        while let Some(ended) = workers.join_next().await {
            last = said(ended.ok().and_then(Result::ok));
        }
    };
    tokio::select! {
        biased;
        finished = &mut server => finished.map_err(|error| error.diagnostic()),
        () = all_ended, if distribution.starts_workers() => match timeout(ENDING, server).await {
            Ok(finished) => finished.map_err(|error| error.diagnostic()),
            Err(_) => Err(Diagnostic::error("tlc/distributed", format!("no worker is left: {last}"))
                .hint("tlc.log has what the server printed; a worker needs Java, and on another machine a way back to the server")),
        },
    }
}

fn local(tools: &Tla2Tools, memory: Option<u32>, distribution: &Distribution, scratch: &Utf8Path) -> Command {
    tools
        .java(true, memory, scratch)
        .args(distribution.options(&distribution.server))
        .args([WORKER, &distribution.server])
        .directory(scratch)
}

/// Takes the jar to the machine under a name of its digest, and runs a worker there.
async fn remote(jar: &Utf8PathBuf, host: &str, distribution: &Distribution) -> Result<Finished, ProcessError> {
    let digest = disk::sha256_file(jar)?;
    let there = format!(".specgen-tla2tools-{}.jar", &digest[..12]);
    let copied = Command::new("scp").args(["-q", "-B", jar.as_str()]).arg(format!("{host}:{there}")).run().await?;
    if copied.exit != Exit::Success {
        return Ok(copied);
    }
    let name = host.rsplit('@').next().unwrap_or(host);
    let options = distribution.options(name).join(" ");
    let line = format!("java {options} -cp {there} {WORKER} {}", distribution.server);
    // A terminal of its own ends the worker with the connection.
    Command::new("ssh").args(["-o", "BatchMode=yes", "-tt", host]).arg(line).run().await
}

/// The last words of a worker.
fn said(ended: Option<Finished>) -> String {
    let Some(ended) = ended else { return "it could not be started".to_owned() };
    let words = ended.stdout.lines().chain(ended.stderr.lines()).rfind(|line| !line.trim().is_empty());
    format!("{}: {}", ended.exit, words.unwrap_or("it said nothing").trim())
}
