//! The interpreter of IISpecs against the evaluator and TLC on what the transform makes of them, on random modules.

mod cuts;
mod expression;
pub(crate) mod generate;
mod judges;
mod mutate;
mod shrink;
mod statement;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use specgen::base::disk;
use specgen::engine::Tla2Tools;
use specgen::transform;
use specgen::verify;
use specgen::verify::Compared;
use specgen::verify::Difference;
use specgen::verify::Effort;
use specgen::verify::Expected;
use specgen::verify::Judge;
use specgen::verify::Specification;
use specgen::verify::Tlc;
use specgen::verify::Wish;

use crate::front::say;
use crate::project::tools;
use generate::Module;

/// Modules in one batch, which TLC judges in one run.
const BATCH: usize = 100;

/// The folder in which a long run leaves what it found.
const FOUND: &str = "target/verify";

/// Who finds the successors by what the transform made; how much TLC is asked.
#[derive(Clone, Copy)]
pub(crate) enum By<'a> {
    Evaluator,
    Tlc(&'a Tla2Tools, Effort),
}

/// How random modules fared.
#[derive(Debug, Default)]
struct Tally {
    compared: Compared,
    /// Modules that the transform or the interpreter refused, by the code and the message.
    refused: BTreeMap<String, usize>,
    /// Modules for which SANY refused what the transform made.
    invalid: Vec<String>,
    different: Vec<(Specification, Wish, Difference)>,
    /// Modules in which the transform made an action whose values read what it has assigned, with primes.
    primed: usize,
    /// Modules in which it left a procedure as a part of actions.
    with_parts: usize,
}

pub(crate) fn engine() -> Option<Tla2Tools> {
    let jar = Utf8PathBuf::from_path_buf(tools()?).unwrap();
    let java = specgen::toolchain::java::locate(None).unwrap();
    Some(Tla2Tools::new(java, jar))
}

/// The module before and after the transform; `change` makes a mistake in what the transform made.
fn specification(module: &Module, change: &dyn Fn(&str) -> Option<String>) -> Result<Option<Specification>, String> {
    let file = format!("{}.tla", module.name);
    let made = transform::transform(&module.text, &file, &transform::Options::default());
    let made = made.map_err(|diagnostics| {
        disk::put(&Utf8Path::new(FOUND).join(&file), &module.text).unwrap();
        format!("transform: {}", diagnostics[0])
    })?;
    let Some(transformed) = change(&made.text) else { return Ok(None) };
    let nodes = format!("{{{}}}", generate::NODES.join(", "));
    let values = vec![("Node".to_owned(), nodes), ("Nil".to_owned(), "Nil".to_owned())];
    let made = Specification::new(&file, &module.text, &made, values).unwrap();
    Ok(Some(Specification { transformed, ..made }))
}

/// Whether a procedure of the module is a formula in the output, and no action by itself.
fn has_part(specification: &Specification) -> bool {
    let heads = specification.transformed.lines().filter_map(|line| line.split([' ', '(']).next());
    let named = heads.filter(|head| generate::PROCEDURES.iter().any(|name| is_numbered(head, name)));
    let mut parts = named.filter(|head| !specification.actions.contains(*head));
    parts.any(|head| !specification.transformed.contains(&format!("\n{head}_on")))
}

/// Whether `word` is `name` with a number.
fn is_numbered(word: &str, name: &str) -> bool {
    word.strip_prefix(name).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

fn wish(module: &Module) -> Wish {
    Wish { reached: 8, mixed: 2, states: module.states.clone(), seed: 1 }
}

/// Compares modules, a batch at a time.
fn run(modules: &[Module], change: &dyn Fn(&str) -> Option<String>, by: By<'_>) -> Tally {
    let mut tally = Tally::default();
    for batch in modules.chunks(BATCH) {
        let mut specifications = Vec::new();
        for module in batch {
            match specification(module, change) {
                Ok(found) => specifications.extend(found.map(|specification| {
                    tally.primed +=
                        usize::from(mutate::changed(&specification.transformed, mutate::lose_prime).is_some());
                    tally.with_parts += usize::from(has_part(&specification));
                    (specification, wish(module))
                })),
                Err(why) => *tally.refused.entry(shape(&why)).or_default() += 1,
            }
        }
        tally.compare(specifications, by);
    }
    tally.compared.differences.clear();
    tally
}

/// A message without the names and the places in it, so that alike ones are counted together.
fn shape(message: &str) -> String {
    let message = message.split(" (").next().unwrap_or_default();
    let parts = message.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { "`_`" } else { part }).collect()
}

impl Tally {
    fn compare(&mut self, specifications: Vec<(Specification, Wish)>, by: By<'_>) {
        let (specifications, wishes): (Vec<_>, Vec<_>) = specifications.into_iter().unzip();
        let said = verify::expect(&specifications, &wishes);
        let mut subjects: Vec<(Specification, Expected)> = Vec::new();
        let mut kept = Vec::new();
        for ((specification, wish), expected) in specifications.into_iter().zip(wishes).zip(said) {
            match expected {
                Ok(expected) => {
                    subjects.push((specification, expected));
                    kept.push(wish);
                }
                Err(why) => *self.refused.entry(shape(&format!("interpreter: {}", why[0]))).or_default() += 1,
            }
        }
        let folder = disk::Scratch::new().unwrap();
        let (judge, effort) = match by {
            By::Evaluator => (Judge::Native { instead: None }, Effort::default()),
            By::Tlc(engine, effort) => (Judge::Tlc(Tlc { engine, folder: folder.path() }), effort),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let compared = runtime.block_on(verify::compare(judge, &subjects, effort));
        let mut compared = compared.unwrap_or_else(|diagnostic| panic!("{}", diagnostic.render(false)));
        for (subject, diagnostic) in &compared.refused {
            let Specification { module, iispec, transformed, .. } = &subjects[*subject].0;
            disk::put(&Utf8Path::new(FOUND).join(format!("{module}.txt")), format!("{iispec}\n{transformed}")).unwrap();
            self.invalid.push(format!("{module}: {diagnostic}"));
        }
        for difference in std::mem::take(&mut compared.differences) {
            let (subject, wish) = (subjects[difference.subject].0.clone(), kept[difference.subject].clone());
            self.different.push((subject, wish, difference));
        }
        self.add(&compared);
    }

    fn add(&mut self, more: &Compared) {
        let all = &mut self.compared;
        all.modules += more.modules;
        all.actions += more.actions;
        all.states += more.states;
        all.cases += more.cases;
        all.successors += more.successors;
        all.disabled += more.disabled;
        all.choices += more.choices;
        all.errors += more.errors;
        all.open += more.open;
        for (why, count) in &more.reasons {
            *all.reasons.entry(shape(why)).or_default() += count;
        }
        all.evaluated += more.evaluated;
        all.runs += more.runs;
    }

    fn take(&mut self, more: Self) {
        self.add(&more.compared);
        for (why, count) in more.refused {
            *self.refused.entry(why).or_default() += count;
        }
        self.invalid.extend(more.invalid);
        self.primed += more.primed;
        self.with_parts += more.with_parts;
        self.different.extend(more.different);
    }

    /// That nothing differs and nothing is refused, and that nearly everything was compared.
    fn is_clean(&self) {
        let c = &self.compared;
        assert!(
            self.different.is_empty(),
            "{}",
            self.different.first().map(|(s, _, d)| shown(s, d)).unwrap_or_default()
        );
        assert!(self.invalid.is_empty() && self.refused.is_empty(), "{}", self.report());
        assert!(c.cases > 0 && c.open * 100 < c.cases, "{}", self.report());
    }

    /// The modules that differ.
    fn differing(&self) -> BTreeSet<&str> {
        self.different.iter().map(|(subject, ..)| subject.module.as_str()).collect()
    }

    fn report(&self) -> String {
        let c = &self.compared;
        let refused: Vec<String> = self.refused.iter().map(|(why, count)| format!("\n  {count} {why}")).collect();
        let open: Vec<String> = c.reasons.iter().map(|(why, count)| format!("\n  {count} {why}")).collect();
        let invalid: Vec<String> = self.invalid.iter().map(|why| format!("\n  {why}")).collect();
        format!(
            "modules {} ({} with primes, {} with parts), actions {}, states {}, cases {} ({} by the evaluator; disabled {}, several successors {}, errors {}), successors {}, runs of TLC {}\nopen: {}{}\nmodules that differ: {}\nrefused by transform or interpreter: {}{}\nrefused by SANY: {}{}",
            c.modules,
            self.primed,
            self.with_parts,
            c.actions,
            c.states,
            c.cases,
            c.evaluated,
            c.disabled,
            c.choices,
            c.errors,
            c.successors,
            c.runs,
            c.open,
            open.concat(),
            self.differing().len(),
            self.refused.values().sum::<usize>(),
            refused.concat(),
            self.invalid.len(),
            invalid.concat(),
        )
    }
}

fn modules(first: u64, count: usize) -> Vec<Module> {
    (first..).take(count).map(|seed| generate::module(&format!("G{seed}"), seed)).collect()
}

/// A difference, to read.
fn shown(specification: &Specification, difference: &Difference) -> String {
    let state: Vec<String> = difference.state.iter().map(ToString::to_string).collect();
    let arguments: Vec<String> = difference.arguments.iter().map(ToString::to_string).collect();
    format!(
        "{}({}) in <<{}>>\ninterpreter: {:?}\noutput: {:?}\n\n{}\n\n{}",
        difference.action,
        arguments.join(", "),
        state.join(", "),
        difference.interpreter,
        difference.output,
        specification.iispec,
        specification.transformed,
    )
}

fn unchanged(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn random_modules_do_after_the_transform_what_they_say() {
    let tally = run(&modules(1, 200), &unchanged, By::Evaluator);
    say(&tally.report());
    tally.is_clean();
    // The modules would show a mistake: they act, choose, and are disabled now and then.
    let c = &tally.compared;
    assert!(tally.primed > c.modules / 40 && tally.with_parts > c.modules / 40, "{}", tally.report());
    assert!(c.successors > c.modules * 10 && c.choices > c.modules && c.disabled > c.modules, "{c:?}");
}

#[test]
fn tlc_and_the_evaluator_find_the_same_successors_of_random_modules() {
    let Some(engine) = engine() else { return };
    let modules = modules(1, 60);
    let [evaluator, tlc] = [By::Evaluator, By::Tlc(&engine, Effort { errors: 2, ..Effort::default() })]
        .map(|by| run(&modules, &unchanged, by));
    say(&tlc.report());
    for tally in [&evaluator, &tlc] {
        tally.is_clean();
    }
    let counts = |c: &Compared| (c.states, c.cases - c.errors, c.successors, c.disabled, c.choices);
    assert_eq!(counts(&evaluator.compared), counts(&tlc.compared));
    assert!(evaluator.compared.evaluated == evaluator.compared.cases && tlc.compared.evaluated == 0);
}

#[expect(
    clippy::disallowed_methods,
    reason = "`make verify` and `make agreement` say how much they want and from which seed on"
)]
pub(crate) fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
#[ignore = "takes long; `make verify` runs it"]
fn many_random_modules_do_after_the_transform_what_they_say() {
    let engine = engine();
    let (count, first) = (number("MODULES", 1_000), number("SEED", 1));
    let (effort, share) = (Effort { errors: number("ERRORS", 2), ..Effort::default() }, number("TLC", 10));
    let (mut whole, mut both) = (Tally::default(), Tally::default());
    for (batch, start) in (first..first + count).step_by(BATCH).enumerate() {
        let modules = modules(start as u64, BATCH.min(first + count - start));
        whole.take(run(&modules, &unchanged, By::Evaluator));
        if let Some(engine) = engine.as_ref().filter(|_| share > 0 && batch % share == 0) {
            both.take(run(&modules, &unchanged, By::Tlc(engine, effort)));
        }
        say(&format!("up to {}: {}\nby TLC as well: {}", start + BATCH, whole.report(), both.report()));
    }
    let by = match &engine {
        Some(engine) if whole.different.is_empty() => By::Tlc(engine, effort),
        _ => By::Evaluator,
    };
    whole.take(both);
    if let Some((specification, wish, difference)) = whole.different.first() {
        let (specification, difference) = shrink::smallest(specification, wish, difference, &unchanged, by);
        let shown = shown(&specification, &difference);
        disk::put(&Utf8Path::new(FOUND).join(format!("{}.txt", specification.module)), &shown).unwrap();
        say(&shown);
    }
    whole.is_clean();
}
