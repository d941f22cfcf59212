use camino::Utf8PathBuf;
use std::time::Duration;

use super::*;
use crate::base::process::find_program;
use crate::engine::Engine as _;
use crate::engine::Outcome;
use crate::engine::ParseRequest;
use crate::engine::Parsed;
use crate::engine::Reason;
use crate::engine::Simulation;

/// The tools, where Java and the jar are on this machine; otherwise the test says what is missing and passes.
fn tools() -> Option<Tla2Tools> {
    let jar = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("lib/tla2tools.jar");
    match find_program("java", "") {
        Ok(java) if disk::exists(&jar) => return Some(Tla2Tools::new(java, jar)),
        Ok(_) => skipped("no lib/tla2tools.jar"),
        Err(_) => skipped("no java"),
    }
    None
}

#[expect(clippy::print_stderr, reason = "a test that did not run must say so")]
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

fn data(path: &str) -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path)
}

fn request(module: &str, config: &str) -> CheckRequest {
    CheckRequest::new(data(&format!("tlc/{module}.tla")), data(&format!("tlc/{config}.cfg")))
}

#[test]
fn the_command_line_has_every_switch_where_it_belongs() {
    let tools = Tla2Tools::new("java", "/lib/t.jar");
    let request = CheckRequest {
        deadlock: false,
        workers: 0,
        simulate: Some(Simulation { behaviours: Some(3), depth: 20 }),
        coverage: Some(1),
        memory: Some(512),
        seed: Some(-7),
        extra: vec!["-difftrace".to_owned()],
        ..CheckRequest::new("specs/MC.tla", "/specs/MC.cfg")
    };
    let line = command(&tools, &request, Utf8Path::new("specs"), Utf8Path::new("/own")).line();
    assert_eq!(
        line,
        "java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Xss64m -Xmx512m -Djava.io.tmpdir=/own -cp /lib/t.jar \
         tlc2.TLC -tool -metadir /own/states -workers 1 -deadlock -simulate num=3 -depth 20 -coverage 1 -seed -7 \
         -difftrace -config /specs/MC.cfg MC.tla"
    );
}

#[tokio::test]
async fn a_missing_module_or_config_is_told_before_java_starts() {
    let tools = Tla2Tools::new("no-such-java", "no.jar");
    let nothing = &mut |_| {};
    let error = tools.check(&CheckRequest::new("nowhere/M.tla", "nowhere/M.cfg"), nothing).await.unwrap_err();
    assert_eq!(error.code, "disk/not-found");
    let error = tools.check(&request("Counter", "success"), nothing).await.unwrap_err();
    assert_eq!(error.code, "process/program-missing");
}

#[tokio::test]
async fn real_runs_agree_with_the_recorded_ones() {
    let Some(tools) = tools() else { return };
    let mut seen = Vec::new();
    let good = tools.check(&request("Counter", "success"), &mut |progress| seen.push(progress)).await.unwrap();
    assert!(matches!(good.outcome, Outcome::Holds { .. }), "{good:?}");
    assert_eq!(seen.last().map(|p| (p.states, p.distinct)), Some((5, Some(4))));
    assert_eq!(good.run.printed.len(), 4);
    let bad = tools.check(&request("Counter", "invariant"), &mut |_| {}).await.unwrap();
    assert!(matches!(&bad.outcome, Outcome::Violated { violation } if violation.behaviour.len() == 4), "{bad:?}");
    let off = CheckRequest { deadlock: false, ..request("Counter", "deadlock") };
    assert!(matches!(tools.check(&off, &mut |_| {}).await.unwrap().outcome, Outcome::Holds { .. }));
    let parse = tools.check(&request("Broken", "parse"), &mut |_| {}).await.unwrap();
    assert!(
        matches!(&parse.outcome, Outcome::Rejected { diagnostics } if diagnostics[0].code == "sany/unknown-operator")
    );
}

#[tokio::test]
async fn a_real_endless_run_ends_at_its_limit_and_a_simulation_proves_nothing() {
    let Some(tools) = tools() else { return };
    let endless = CheckRequest { limit: Duration::from_secs(3), ..request("Big", "endless") };
    let checked = tools.check(&endless, &mut |_| {}).await.unwrap();
    assert!(matches!(&checked.outcome, Outcome::Unknown { why } if why.reason == Reason::TimedOut), "{checked:?}");
    let simulate = Some(Simulation { behaviours: Some(5), depth: 5 });
    let checked = tools.check(&CheckRequest { simulate, ..request("Counter", "success") }, &mut |_| {}).await.unwrap();
    assert!(matches!(&checked.outcome, Outcome::Unknown { why } if why.reason == Reason::Simulated), "{checked:?}");
}

#[tokio::test]
async fn two_runs_at_once_do_not_disturb_each_other() {
    let Some(tools) = tools() else { return };
    let (request, mut one, mut two) = (request("Counter", "success"), |_| {}, |_| {});
    let (first, second) = tokio::join!(tools.check(&request, &mut one), tools.check(&request, &mut two));
    assert!(matches!(first.unwrap().outcome, Outcome::Holds { .. }));
    assert!(matches!(second.unwrap().outcome, Outcome::Holds { .. }));
}

/// A sample of the drafts in ../shared/data/syntax, whose verdicts come from another version of SANY.
#[tokio::test]
async fn verdicts_on_real_drafts_are_those_of_the_main_branch() {
    agree_on_drafts(17).await;
}

/// The same for all of them; two minutes.
#[tokio::test]
#[ignore = "takes two minutes"]
async fn verdicts_on_all_real_drafts_are_those_of_the_main_branch() {
    agree_on_drafts(1).await;
}

/// Compares every `step`th draft.
async fn agree_on_drafts(step: usize) {
    let Some(tools) = tools() else { return };
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/syntax");
    let Ok(Some(table)) = disk::read_text_if_there(&root.join("verdicts.tsv")) else {
        skipped("no ../shared/data/syntax");
        return;
    };
    for row in table.lines().skip(1).step_by(step) {
        let cells: Vec<&str> = row.split('\t').collect();
        let parsed = tools.parse(&ParseRequest::new(root.join(cells[0]))).await.unwrap();
        let class = match &parsed {
            Parsed::Clean { .. } => "0",
            // The table was made with the community modules at hand; without them nothing more can be said.
            Parsed::Rejected { diagnostics } if diagnostics[0].code == "sany/missing-module" => continue,
            // The main branch knows the Unicode operators.
            Parsed::Rejected { diagnostics } if !diagnostics[0].message.is_ascii() => continue,
            // The status of the main branch: 2 for what does not parse, 4 for what parses but means nothing.
            Parsed::Rejected { diagnostics } => match diagnostics[0].code.as_str() {
                "sany/indentation" | "sany/lexical-error" | "sany/name-mismatch" | "sany/parse-error"
                | "sany/precedence" => "2",
                _ => "4",
            },
            Parsed::Unknown { .. } => "unknown",
        };
        assert_eq!(class, cells[1], "{}: {parsed:?}", cells[0]);
    }
}
