use camino::Utf8PathBuf;

use super::*;
use crate::base::ui::Ui;
use crate::config;
use crate::config::Environment;
use crate::engine::Tla2Tools;
use crate::fetch::SourceTree;
use crate::llm::Client;
use crate::llm::handoff::Handoff;
use crate::session::Session;
use crate::stages::challenge::specs;

/// Counts to three and then turns back, so that `Low` holds only as long as nobody looks beyond two.
const COUNTER: &str = "---- MODULE Counter ----\nEXTENDS Naturals\nVARIABLE n\nInit == n = 0\nUp == n < 3 /\\ n' = n + 1\nDown == n > 0 /\\ n' = n - 1\n\
                       Next == Up \\/ Down\nSpec == Init /\\ [][Next]_n\nTypeOK == n \\in 0..3\nLow == n < 3\nEven == n # 1\n====\n";

struct Bench {
    _keep: tempfile::TempDir,
    root: Utf8PathBuf,
    check: String,
}

impl Bench {
    fn new(check: &str) -> Self {
        let keep = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(keep.path().to_owned()).unwrap();
        Self { _keep: keep, root, check: check.to_owned() }
    }

    /// The controls of `mutations`, after the searches of the settings; nothing where there is no Java or no jar.
    #[expect(clippy::print_stdout, reason = "a test that needs what may not be there says so")]
    async fn controls(&self, mutations: &str) -> Option<Vec<Control>> {
        let jar = disk::absolute(Utf8Path::new("lib/tla2tools.jar"));
        if !disk::exists(&jar) || crate::toolchain::java::locate(None).is_err() {
            println!("skipped: no Java or no lib/tla2tools.jar");
            return None;
        }
        let yaml = format!("format: 1\ntarget: {{module: Counter, properties: [TypeOK]}}\ncheck: {}\n", self.check);
        disk::put(&self.root.join("specgen.yaml"), yaml).unwrap();
        let settings = config::load(&self.root, &Environment::default(), &[], true).unwrap();
        let session = Session::open(self.root.join("session")).unwrap();
        let desk = Desk {
            settings: &settings,
            ui: &Ui::new(true),
            session: &session,
            client: &Client::new(Box::new(Handoff::new(self.root.join("handoff"))), self.root.join("calls")),
            tools: &Tla2Tools::new("java", jar),
            tools_digest: "",
            source: &SourceTree { root: self.root.clone(), digest: String::new() },
        };
        let file = self.root.join("mutations.yaml");
        disk::put(&file, format!("format: 1\nmutations:\n{mutations}")).unwrap();
        let searches = bounds::searches(&settings.config).unwrap();
        let place = self.root.join("build");
        let properties = &settings.config.target.properties;
        let mut check = Check { format: 2, invariants: properties.clone(), searches: Vec::new() };
        disk::put(&place.join("Counter.tla"), COUNTER).unwrap();
        disk::put(
            &place.join("MC.tla"),
            bounds::module(&settings.config, "Counter", &searches, &Ui::new(true)).unwrap(),
        )
        .unwrap();
        for search in &searches {
            let text = bounds::config(&settings.config, search, properties).unwrap();
            disk::put(&place.join(bounds::config_name(search)), text).unwrap();
            let outcome = explore(&desk, &place, search, 60, "search").await.unwrap().outcome;
            check.searches.push(Searched::new(search, outcome));
        }
        let edits = specs::read(&file).unwrap();
        Some(run(&desk, &check, &searches, (COUNTER, ""), &edits, &place).await.unwrap())
    }
}

fn mutation(name: &str, violates: &str, bounds: &str) -> String {
    format!("- {{name: {name}, violates: {violates}, why: w, old: x, new: y{bounds}}}\n")
}

#[tokio::test]
async fn a_constraint_under_which_the_spec_itself_falls_fails_the_challenge() {
    let bench = Bench::new("{}");
    let mutations =
        mutation("within", "Low", ", constraint: n < 2") + &mutation("beyond", "Low", ", constraint: n < 3");
    let Some(controls) = bench.controls(&mutations).await else { return };
    let seen: Vec<_> = controls.iter().map(|c| (c.mutations[0].as_str(), c.passed)).collect();
    assert_eq!(seen, [("within", Passed::Whole), ("beyond", Passed::No)]);
    let failure = failed(&controls).unwrap_err();
    assert_eq!(failure.code, "challenge/control");
    assert!(failure.message.contains("`beyond`") && failure.message.contains("Low is violated"), "{failure}");
    assert!(failed(&controls[..1]).is_ok());
}

#[tokio::test]
async fn one_constraint_has_one_control_for_all_its_invariants() {
    let bench = Bench::new("{}");
    let both = mutation("a", "TypeOK", ", constraint: n < 9") + &mutation("b", "Even", ", constraint: n < 9");
    let Some(controls) = bench.controls(&both).await else { return };
    assert_eq!(controls.len(), 1);
    assert_eq!(controls[0].properties, ["TypeOK", "Even"]);
    assert_eq!(controls[0].passed, Passed::No, "{controls:?}");
}

#[tokio::test]
async fn a_search_of_the_check_is_not_made_again_unless_it_looked_at_something_else() {
    let bench = Bench::new("{searches: [{name: small, why: w, constraint: n < 2}]}");
    let both = mutation("a", "TypeOK", ", search: small") + &mutation("b", "TypeOK", "");
    let Some(controls) = bench.controls(&both).await else { return };
    assert_eq!((controls.len(), controls[0].search.as_deref()), (1, Some("small")));
    assert_eq!(controls[0].passed, Passed::Whole);
    assert!(!disk::exists(&bench.root.join("build/control-01")));
    // `Low` is no invariant of the check.
    let controls = bench.controls(&mutation("c", "Low", ", search: small")).await.unwrap();
    assert_eq!((controls[0].search.as_deref(), controls[0].passed), (None, Passed::Whole));
    assert!(disk::exists(&bench.root.join("build/control-01/MC-small.cfg")));
}

#[tokio::test]
async fn a_control_that_cannot_be_explored_fails_and_a_random_one_passes_in_part() {
    let bench = Bench::new("{}");
    let Some(controls) = bench.controls(&mutation("a", "TypeOK", ", constraint: n < z")).await else { return };
    assert_eq!(controls[0].passed, Passed::No, "{controls:?}");
    let random = ", simulate: {behaviours: 20, depth: 9}";
    let controls = bench.controls(&mutation("a", "TypeOK", random)).await.unwrap();
    assert_eq!(controls[0].passed, Passed::Part);
    assert!(controls[0].verdict.starts_with("simulation, not exhaustive: "), "{controls:?}");
    let controls = bench.controls(&mutation("a", "Low", random)).await.unwrap();
    assert_eq!(controls[0].passed, Passed::No);
}

#[test]
fn time_running_out_passes_in_part_and_silence_does_not() {
    let of = |reason| {
        let why = crate::engine::Why { reason, message: "m".to_owned(), reached: Default::default() };
        passed(&Searched::new(&bounds::unnamed(None), Outcome::Unknown { why }))
    };
    assert_eq!(of(Reason::TimedOut), Passed::Part);
    for reason in [Reason::Silent, Reason::OutOfMemory, Reason::Killed, Reason::NoStates, Reason::Contradiction] {
        assert_eq!(of(reason), Passed::No, "{reason:?}");
    }
}
