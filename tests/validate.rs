//! The judge of traces, run on a small lock service and on traces of it with mistakes.

use std::sync::Arc;

use camino::Utf8PathBuf;
use specgen::engine::Engine;
use specgen::engine::Tla2Tools;
use specgen::trace::Mapping;
use specgen::trace::Trace;
use specgen::validate;
use specgen::validate::Constant;
use specgen::validate::Report;
use specgen::validate::Settings;
use specgen::validate::Specification;
use specgen::validate::Verdict;

#[path = "validate/lock.rs"]
mod lock;

/// The tools, or `None` and a word about it.
#[expect(clippy::disallowed_methods, clippy::print_stderr, reason = "a test that needs what may not be there says so")]
fn tools() -> Option<Arc<dyn Engine>> {
    let named = std::env::var("SPECGEN_TLA_TOOLS").ok().map(Utf8PathBuf::from);
    let jar = named.unwrap_or_else(|| Utf8PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/lib/tla2tools.jar")));
    if !jar.exists() {
        eprintln!("skipped: no tla2tools.jar");
        return None;
    }
    Some(Arc::new(Tla2Tools::new("java", jar)))
}

fn spec() -> Specification {
    let constants = vec![Constant::nodes("Server"), Constant::text("None", "\"none\"")];
    Specification::new("Lock", include_str!("validate/Lock.tla"), constants)
}

fn mapping() -> Mapping {
    serde_yaml::from_str(include_str!("validate/lock.yaml")).unwrap()
}

fn judge_with(engine: Arc<dyn Engine>, spec: &Specification, mapping: &Mapping, traces: &[Trace]) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
    let path = match option_env!("SPECGEN_KEEP") {
        Some(keep) => Utf8PathBuf::from(keep),
        None => path,
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let settings = Settings::default();
    let judged = validate::judge(engine, spec, mapping, traces, &path, &settings);
    runtime.block_on(judged).unwrap()
}

#[test]
fn true_traces_are_accepted_with_evidence() {
    let Some(engine) = tools() else { return };
    let traces: Vec<Trace> = (1..=4).map(|seed| lock::trace(seed, 2 + seed as usize % 2, 100)).collect();
    let report = judge_with(engine, &spec(), &mapping(), &traces);
    for judged in &report.traces {
        let Verdict::Accepted { events: 100, evidence } = &judged.verdict else { panic!("{judged:#?}") };
        assert!(evidence.marker().contains("accepted"));
        assert!(evidence.run().claim().closing.contains("No error"));
    }
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}
