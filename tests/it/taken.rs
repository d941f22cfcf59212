//! Whether each action of the demo is taken within the bounds of its searches, by the evaluator, on what the transform makes of
//! the recorded IISpec.

use std::collections::BTreeSet;
use std::collections::HashSet;
use std::collections::VecDeque;

use camino::Utf8Path;
use serde_yaml::Value;
use specgen::base::disk;
use specgen::eval;
use specgen::eval::Budget;
use specgen::eval::Expression;
use specgen::eval::Machine;
use specgen::eval::Program;
use specgen::eval::Setup;
use specgen::eval::State;
use specgen::tla::check::Library;
use specgen::tla::check::Source;
use specgen::tla::parse_module;
use specgen::tla::syntax::Expr;
use specgen::tla::syntax::ExprKind;
use specgen::tla::syntax::Quantifier;
use specgen::tla::uses;
use specgen::transform;
use specgen::transform::Transformed;
use specgen::verify;
use specgen::verify::Effort;
use specgen::verify::Judge;
use specgen::verify::Specification;
use specgen::verify::Wish;

use crate::front::say;

/// A search is left after so many states without a new action: it is gone through for the actions alone.
const PATIENCE: usize = 600;

/// The IISpec as the model wrote it: the recorded reply that is one.
fn iispec() -> String {
    let calls = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/etcd/calls");
    let replies = disk::files_under(&calls).unwrap().into_iter().filter(|path| path.as_str().ends_with(".reply.md"));
    let texts: Vec<String> = replies.map(|path| disk::read_text(&calls.join(path)).unwrap()).collect();
    let module = |text: &String| text.strip_prefix("```tla\n")?.strip_suffix("```\n").map(str::to_owned);
    let found: Vec<String> = texts.iter().filter_map(module).collect();
    let [iispec] = found.as_slice() else { panic!("{} replies are a module", found.len()) };
    iispec.clone()
}

fn settings() -> Value {
    let path = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/etcd/specgen.yaml");
    serde_yaml::from_str(&disk::read_text(&path).unwrap()).unwrap()
}

fn texts(settings: &Value) -> Vec<(String, String)> {
    let pairs = settings.as_mapping().unwrap().iter();
    pairs.map(|(name, value)| (name.as_str().unwrap().to_owned(), value.as_str().unwrap().to_owned())).collect()
}

/// The module beside the root.
pub(crate) struct One(pub(crate) Source);

impl Library for One {
    fn find(&self, name: &str) -> Option<Source> {
        (self.0.path == format!("{name}.tla")).then(|| self.0.clone())
    }
}

/// The formulas that a next-state relation chooses from, each below the quantifiers around it, and what it calls.
pub(crate) fn disjuncts(next: &Expr) -> Vec<(String, Expr)> {
    match &next.kind {
        ExprKind::Paren(inner) => disjuncts(inner),
        ExprKind::Junction(false, items) => items.iter().flat_map(|item| disjuncts(&item.expr)).collect(),
        ExprKind::Infix(op, a, b) if op == "\\/" => [disjuncts(a), disjuncts(b)].concat(),
        ExprKind::Quant(Quantifier::Some, bounds, body) => {
            let around = |(name, inner): (String, Expr)| {
                (name, Expr::new(ExprKind::Quant(Quantifier::Some, bounds.clone(), Box::new(inner)), next.span))
            };
            disjuncts(body).into_iter().map(around).collect()
        }
        _ => vec![(next.as_call().map(|(name, _)| name.to_owned()).unwrap_or_default(), next.clone())],
    }
}

struct Demo {
    program: Program,
    init: Expression,
    actions: Vec<(String, Expression)>,
    constraints: Vec<(String, Expression)>,
    /// The names of the actions.
    all: BTreeSet<String>,
}

impl Demo {
    fn new(made: &str, settings: &Value) -> Self {
        let searches = settings["check"]["searches"].as_sequence().unwrap();
        let mut module = vec!["---- MODULE MC ----\nEXTENDS Raft".to_owned()];
        let mut setup = Setup::default();
        for (name, value) in texts(&settings["check"]["constants"]) {
            module.push(format!("given_{name} == {value}"));
            setup.replaced.push((name.clone(), format!("given_{name}")));
        }
        for (number, search) in searches.iter().enumerate() {
            module.push(format!("Bound{number} ==\n{}", search["constraint"].as_str().unwrap()));
        }
        module.push("====\n".to_owned());
        let root = Source { path: "MC.tla".to_owned(), text: module.join("\n") };
        let raft = Source { path: "Raft.tla".to_owned(), text: made.to_owned() };
        let parsed = parse_module(made, "Raft.tla").module.unwrap();
        let next = disjuncts(&uses::definitions(&parsed)["Next"].body);
        let all = next.iter().map(|(name, _)| name.clone()).collect();
        let mut program = Program::load(&root, &One(raft), &setup).unwrap();
        let actions =
            next.into_iter().map(|(name, formula)| (name, program.expression(&formula, &[]).unwrap())).collect();
        let constraints = searches.iter().enumerate().map(|(number, search)| {
            let name = search["name"].as_str().unwrap().to_owned();
            (name, program.definition(&format!("Bound{number}")).unwrap())
        });
        let constraints = constraints.collect();
        Self { init: program.definition("Init").unwrap(), program, actions, constraints, all }
    }

    /// Searches breadth first within a constraint until each action was taken, here or before, or none of the last [`PATIENCE`]
    /// states had a new one; how many states were looked at.
    fn search(&self, constraint: &Expression, taken: &mut BTreeSet<String>) -> usize {
        let mut machine = Machine::new(&self.program, Budget::default());
        let mut known = HashSet::new();
        let mut waiting: VecDeque<State> = machine.initial_states(&self.init).unwrap().into();
        let (mut looked_at, mut last) = (0, 0);
        while let Some(state) = waiting.pop_front().filter(|_| looked_at < last + PATIENCE) {
            looked_at += 1;
            for (name, action) in &self.actions {
                machine.set_now(&state);
                for next in machine.successors(action).unwrap() {
                    machine.set_now(&next);
                    if !machine.holds(constraint).unwrap() {
                        continue;
                    }
                    if taken.insert(name.clone()) {
                        last = looked_at;
                    }
                    if *taken == self.all {
                        return looked_at;
                    }
                    if known.insert(eval::fingerprint(&next)) {
                        waiting.push_back(next);
                    }
                }
            }
        }
        looked_at
    }
}

fn made() -> (String, Transformed) {
    let iispec = iispec();
    let made = transform::transform(&iispec, "Raft.tla", &transform::Options::default()).unwrap();
    (iispec, made)
}

#[test]
fn every_action_of_the_demo_is_taken_in_one_of_its_searches() {
    let (_, made) = made();
    let (taken, all) = eval::on_large_stack(|| {
        let demo = Demo::new(&made.text, &settings());
        let mut taken = BTreeSet::new();
        for (name, constraint) in &demo.constraints {
            let looked_at = if taken == demo.all { 0 } else { demo.search(constraint, &mut taken) };
            say(&format!("{name}: {looked_at} states, {} of {} actions taken", taken.len(), demo.all.len()));
        }
        (taken, demo.all)
    });
    assert!(all.len() > 10 && taken == all, "never taken: {:?}", all.difference(&taken));
}

#[test]
fn the_demo_does_after_the_transform_what_its_iispec_says() {
    let (iispec, made) = made();
    let values = texts(&settings()["check"]["constants"]);
    let specification = Specification::new("Raft.tla", &iispec, &made, values).unwrap();
    let wish = Wish { reached: 25, mixed: 10, ..Wish::default() };
    let judge = Judge::Native { instead: None };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let compared = runtime.block_on(verify::verify(judge, specification, wish, Effort::default())).unwrap();
    say(&compared.sentence());
    assert!(compared.open == 0 && compared.successors > 0 && compared.actions > 10, "{compared:?}");
}
