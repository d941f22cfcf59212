//! Real IISpecs: what the transform makes of them, what SANY and TLC say of it, and whether it does what they say.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use camino::Utf8Path;
use specgen::base::disk;
use specgen::base::disk::Scratch;
use specgen::engine::CheckRequest;
use specgen::engine::Checked;
use specgen::engine::CoverageKind;
use specgen::engine::Engine as _;
use specgen::engine::Outcome;
use specgen::engine::ParseRequest;
use specgen::engine::Parsed;
use specgen::engine::Tla2Tools;
use specgen::tla::check::NoLibrary;
use specgen::tla::check::Source;
use specgen::tla::fix;
use specgen::transform;
use specgen::verify;
use specgen::verify::Compared;
use specgen::verify::Effort;
use specgen::verify::Judge;
use specgen::verify::Specification;
use specgen::verify::Tlc;
use specgen::verify::Wish;

use crate::differential::engine;
use crate::front::say;

/// Files nobody on this project wrote.
const DATA: &str = "../shared/data/cfa";

/// An IISpec, and the bounds within which TLC explores what is made of it.
struct Input {
    file: &'static str,
    /// Slips of the input itself, which TLC would stop at, and what stands there instead.
    mended: &'static [(&'static str, &'static str)],
    constants: &'static [(&'static str, &'static str)],
    bound: &'static str,
}

const INPUTS: [Input; 6] = [
    Input { file: "pc_example.tla", mended: &[], constants: &[], bound: "TRUE" },
    Input { file: "uc_example.tla", mended: &[], constants: &[], bound: "x < 30 /\\ y > 0 - 5 /\\ y < 5 /\\ z < 5" },
    Input { file: "ud_example.tla", mended: &[], constants: &[], bound: "counter < 40 /\\ index < 40" },
    Input { file: "SpinLock.tla", mended: &[], constants: &[("Threads", "{t1, t2}")], bound: "TRUE" },
    Input {
        file: "mutex.tla",
        mended: &[],
        constants: &[("Threads", "{t1, t2}"), ("Mutexes", "{m1}"), ("Value", "{0, 1}")],
        bound: "\\A m \\in Mutexes : Len(queue[m]) < 3",
    },
    RAFT,
];

const RAFT: Input = Input {
    file: "etcd_step1/Raft.tla",
    mended: &[
        // A set of records, where a record is meant.
        ("[voters: Server, learners: {}]", "[voters |-> Server, learners |-> {}]"),
        // Messages lack the fields that are zero in Go, and that `Step` reads.
        ("Step(s, m)\n\nSpec", "Step(s, m @@ Zero)\n\nSpec"),
        (
            "Min(S) ==",
            "Zero == [term |-> 0, index |-> 0, logTerm |-> 0, entries |-> <<>>, commit |-> 0, context |-> \"\", \
             reject |-> FALSE, rejectHint |-> 0]\n\nMin(S) ==",
        ),
    ],
    constants: &[("Server", "{1, 2}"), ("Value", "{\"v\"}"), ("Nil", "0"), ("NoLimit", "100")],
    bound: "Cardinality(messages) <= 5 /\\ \\A s \\in Server : currentTerm[s] <= 1 /\\ Len(log[s]) <= 1 /\\ \
            electionElapsed[s] <= 10 /\\ heartbeatElapsed[s] <= 1",
};

impl Input {
    /// Its text, mended if that is wanted; a module without EXTENDS gets what `specgen fix` gives it.
    fn text(&self, mended: bool) -> Option<String> {
        let path = Path::new(DATA).join(self.file);
        if !path.exists() {
            say(&format!("skipped: no {}", path.display()));
            return None;
        }
        let mut text = disk::read_text(Utf8Path::from_path(&path).unwrap()).unwrap();
        for (slip, meant) in self.mended.iter().filter(|_| mended) {
            assert!(text.contains(slip), "{}: {slip}", self.file);
            text = text.replacen(slip, meant, 1);
        }
        Some(fix::fix(&Source { path: self.file.to_owned(), text }, &NoLibrary).text)
    }

    fn values(&self) -> Vec<(String, String)> {
        self.constants.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// The module that the transform makes, compared with the interpreter, and explored within the bound.
    fn run(&self, mended: bool, wish: Wish, engine: &Tla2Tools) -> Option<(Specification, Compared, Checked)> {
        let text = self.text(mended)?;
        let options = transform::Options { reading: Some(transform::Reading::Iispec), ..transform::Options::default() };
        let made = transform::transform(&text, self.file, &options).unwrap();
        let specification = Specification::new(self.file, &text, &made, self.values()).unwrap();
        let scratch = Scratch::new().unwrap();
        let folder = scratch.path();
        let effort = Effort { errors: 30, ..Effort::default() };
        // The evaluator is asked as well, and has to say the same.
        let [compared, evaluated] = [Judge::Tlc(Tlc { engine, folder }), Judge::Native { instead: None }]
            .map(|judge| block_on(verify::verify(judge, specification.clone(), wish.clone(), effort)));
        let [compared, evaluated] = [compared, evaluated]
            .map(|compared| compared.unwrap_or_else(|failure| panic!("{}: {failure:?}", self.file)));
        let counts = |c: &Compared| (c.states, c.cases, c.successors, c.disabled, c.choices, c.errors, c.open);
        assert_eq!(counts(&compared), counts(&evaluated), "{}", self.file);
        disk::put(&folder.join(format!("{}.tla", specification.module)), &made.text).unwrap();
        self.put_bounded(&specification, folder);
        let checked = explored(engine, folder, "Bounded", "Bounded");
        Some((specification, compared, checked))
    }

    /// Writes the module and the config that bound the search.
    fn put_bounded(&self, specification: &Specification, folder: &Utf8Path) {
        let mut module = vec![format!("---- MODULE Bounded ----\nEXTENDS {}", specification.module)];
        let mut config = vec!["SPECIFICATION Spec\nCONSTRAINT Bound\nINVARIANT Explored".to_owned()];
        for model in &specification.models {
            module.push(format!("CONSTANT {model}"));
            config.push(format!("CONSTANT {model} = {model}"));
        }
        for (name, value) in self.constants {
            module.push(format!("given_{name} == {value}"));
            config.push(format!("CONSTANT {name} <- given_{name}"));
        }
        module.push(format!("Bound == {}\nExplored == TRUE\n====\n", self.bound));
        let (module, config) = (module.join("\n"), config.join("\n"));
        disk::put(&folder.join("Bounded.tla"), module).unwrap();
        disk::put(&folder.join("Bounded.cfg"), config).unwrap();
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// What TLC finds, with the count of each action; SANY has to be content first.
fn explored(engine: &Tla2Tools, folder: &Utf8Path, module: &str, config: &str) -> Checked {
    let module = folder.join(format!("{module}.tla"));
    let parsed = block_on(engine.parse(&ParseRequest::new(module.clone()))).unwrap();
    assert!(matches!(&parsed, Parsed::Clean { warnings, .. } if warnings.is_empty()), "{module}: {parsed:?}");
    let request = CheckRequest {
        deadlock: false,
        coverage: Some(1),
        limit: Duration::from_secs(60 * 60),
        ..CheckRequest::new(module, folder.join(format!("{config}.cfg")))
    };
    block_on(engine.check(&request, &mut |_| {})).unwrap()
}

/// How often each action was taken.
fn taken(checked: &Checked) -> BTreeMap<String, u64> {
    let mut taken = BTreeMap::new();
    for action in checked.run.coverage.iter().filter(|coverage| coverage.kind == CoverageKind::Action) {
        *taken.entry(format!("{} {}", action.name, action.region.line)).or_default() += action.count;
    }
    taken
}

fn row(name: &str, specification: &Specification, compared: &Compared, states: u64, taken: &BTreeMap<String, u64>) {
    let covered = taken.values().filter(|count| **count > 0).count();
    say(&format!(
        "| {name} | {} | {} | {states} | {covered} of {} | {} | {} | {} | 0 |",
        specification.iispec.lines().count(),
        specification.transformed.lines().count(),
        taken.len(),
        compared.states,
        compared.cases,
        compared.successors,
    ));
}

const HEAD: &str = "| input | lines | lines after | distinct states | actions taken | states compared | cases | successors | differences |\n\
                    |---|--:|--:|--:|--:|--:|--:|--:|--:|";

#[test]
fn the_inputs_of_the_predecessor_become_modules_that_tlc_explores_and_that_do_what_they_say() {
    let Some(engine) = engine() else { return };
    say(HEAD);
    for input in &INPUTS {
        let Some((specification, compared, checked)) = input.run(true, Wish::default(), &engine) else { return };
        let Outcome::Holds { evidence } = &checked.outcome else { panic!("{}: {:?}", input.file, checked.outcome) };
        let taken = taken(&checked);
        row(input.file, &specification, &compared, evidence.claim().distinct_states, &taken);
        assert!(!taken.is_empty() && taken.values().all(|count| *count > 0), "{}: {taken:?}", input.file);
        assert_eq!(compared.open, 0, "{}: {:?}", input.file, compared.reasons);
        assert!(compared.cases > 0 && compared.successors > 0, "{}: {compared:?}", input.file);
    }
}

#[test]
fn a_slip_of_an_input_is_the_same_error_before_and_after_the_transform() {
    let Some(engine) = engine() else { return };
    // Each error costs a run of TLC, and most cases are one.
    let few = Wish { reached: 4, mixed: 4, ..Wish::default() };
    let Some((_, compared, checked)) = RAFT.run(false, few, &engine) else { return };
    assert!(matches!(checked.outcome, Outcome::Rejected { .. }), "{:?}", checked.outcome);
    assert!(compared.errors > 0 && compared.open == 0, "{compared:?}");
}
