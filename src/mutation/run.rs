//! Every mutant searched, and what that says of each invariant.

use std::collections::BTreeMap;
use std::time::Duration;

use super::make;
use super::make::Mistake;
use super::model::Counts;
use super::model::Fate;
use super::model::Mutant;
use super::model::Property;
use super::model::Report;
use super::model::Standing;
use super::scope;
use super::scope::File;
use super::scope::Scope;
use super::twin;
use super::twin::Mutated;
use crate::base::chance::Chance;
use crate::base::clock::Stopwatch;
use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::base::text::one_line;
use crate::eval;
use crate::eval::Answer;
use crate::eval::Asked;
use crate::eval::Bounds;
use crate::eval::Budget;
use crate::eval::Config;
use crate::eval::End;
use crate::eval::Fault;
use crate::eval::Machine;
use crate::eval::Model;
use crate::tla::check::Library;
use crate::tla::check::Source;

/// What a state without a successor is called among what is violated.
const DEADLOCK: &str = "deadlock";

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Mutants that are searched, at most.
    pub mutants: usize,
    /// Different states of each search.
    pub states: u64,
    /// Time for all of it.
    pub time: Duration,
    /// By which mutants are chosen where there are too many.
    pub seed: i64,
    /// Whether a state without a successor is an error.
    pub deadlock: bool,
}

/// What one search came to, without the program it was of.
struct Found {
    asked: Asked,
    /// What is wrong with the initial states.
    failed: Option<Diagnostic>,
    fault: Option<Diagnostic>,
    /// What had no value, of the properties.
    faults: Vec<Option<Diagnostic>>,
}

/// Puts each invariant and property that `config` names to the test; `tell` hears how far it is.
///
/// # Errors
/// The specification cannot be loaded, violates something itself, or has nothing to mutate.
pub fn run(
    root: &Source,
    library: &dyn Library,
    config: &Config,
    effort: Effort,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Report, Failure> {
    let since = Stopwatch::start();
    let files = scope::files(root, library).map_err(|diagnostics| Failure { diagnostics })?;
    let (config, beyond) = within_reach(root, library, config)?;
    tell("the specification itself");
    let bounds = Bounds { states: effort.states, time: effort.time, deadlock: effort.deadlock, until_answered: true };
    let base = search(root, library, &config, bounds).map_err(|diagnostics| Failure { diagnostics })?;
    let scope = Scope::of(&files, &config);
    let all = all(&scope);
    holds(&base, &all)?;
    let chosen = chosen(all.len(), effort);
    let mut mutants = Vec::new();
    for (done, number) in chosen.iter().enumerate() {
        let Some(left) = effort.time.checked_sub(since.elapsed()) else { break };
        tell(&format!("mutant {} of {}", done + 1, chosen.len()));
        let (name, mistake) = &all[*number];
        let bounds = Bounds { time: left, ..bounds };
        let found =
            twin::mutated(&scope, name, mistake).map(|mutated| of_texts(&files, library, &config, &mutated, bounds));
        mutants.push(judged(&scope, name, mistake, &base, found));
    }
    Ok(report(&base, all.len(), mutants, beyond, effort))
}

/// The config without the properties that only TLC can check, and what is wrong with those.
fn within_reach(
    root: &Source,
    library: &dyn Library,
    config: &Config,
) -> Result<(Config, Vec<(String, Diagnostic)>), Failure> {
    let loads = |config: &Config| eval::on_large_stack(|| Model::load(root, library, config).err());
    let mut config = config.clone();
    let mut beyond = Vec::new();
    loop {
        let Some(wrong) = loads(&config) else { return Ok((config, beyond)) };
        // The property at fault is the one without which it loads, or is refused for another reason.
        let names: Vec<String> = config.properties().map(str::to_owned).collect();
        let is_other = |name: &&String| loads(&config.without_property(name)).as_ref() != Some(&wrong);
        let unsupported = wrong.iter().any(|diagnostic| diagnostic.code == "eval/unsupported");
        match names.iter().find(is_other).filter(|_| unsupported) {
            Some(name) => {
                config = config.without_property(name);
                beyond.extend(wrong.into_iter().take(1).map(|diagnostic| (name.clone(), diagnostic)));
            }
            None => return Err(Failure { diagnostics: wrong }),
        }
    }
}

/// Every mistake, by definition and place.
fn all(scope: &Scope<'_>) -> Vec<(String, Mistake)> {
    let mut all = Vec::new();
    for name in scope.own.iter().chain(&scope.shared) {
        let Some((file, unit, definition)) = scope.definition(name) else { continue };
        let mistakes = make::mistakes(&definition.body, &scope.files[file].source.text, &scope.acting);
        all.extend(mistakes.into_iter().map(|mistake| ((file, unit.span.start), (name.clone(), mistake))));
    }
    all.sort_by_key(|(place, (_, mistake))| (*place, mistake.edit.span));
    all.into_iter().map(|(_, one)| one).collect()
}

/// Numbers of those that are searched, in order.
fn chosen(count: usize, effort: Effort) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..count).collect();
    if count > effort.mutants {
        let mut chance = Chance::new(effort.seed.cast_unsigned());
        for at in 0..effort.mutants {
            let other = at + chance.below(count - at);
            numbers.swap(at, other);
        }
        numbers.truncate(effort.mutants);
        numbers.sort_unstable();
    }
    numbers
}

/// Mutants show nothing where the specification itself is wrong, or has no states.
fn holds(base: &Found, all: &[(String, Mistake)]) -> Result<(), Failure> {
    let wrong = |what: String| {
        Diagnostic::error("mutation/violated", format!("the specification itself {what}"))
            .hint("mutants show what an invariant notices only where the specification keeps it")
    };
    if let Some(diagnostic) = base.failed.clone().or_else(|| base.fault.clone()) {
        return Err(diagnostic.into());
    }
    for ((name, answer), fault) in base.asked.answers.iter().zip(&base.faults) {
        match (answer, fault) {
            (Answer::Violated(length), _) => {
                return Err(wrong(format!("violates {name}, in a behaviour of {length} states")).into());
            }
            (Answer::Failed(fault), Some(diagnostic)) if !fault.kind.is_limit() => {
                return Err(diagnostic.clone().into());
            }
            _ => {}
        }
    }
    if let Some(length) = base.asked.deadlock {
        return Err(wrong(format!("comes to a state without a successor, in a behaviour of {length} states")).into());
    }
    let none = |what: &str| Err(Diagnostic::error("mutation/nothing", what.to_owned()).into());
    match () {
        () if base.asked.distinct == 0 => none("there is no state, so nothing is put to the test"),
        () if base.asked.answers.is_empty() => none("the config names no invariant and no property"),
        () if all.is_empty() => none("nothing in the steps can be mutated"),
        () => Ok(()),
    }
}

struct Overlay<'a> {
    files: &'a [File],
    texts: &'a BTreeMap<usize, String>,
    library: &'a dyn Library,
}

impl Library for Overlay<'_> {
    fn find(&self, name: &str) -> Option<Source> {
        let source = self.library.find(name)?;
        let number = self.files.iter().position(|file| file.source.path == source.path);
        match number.and_then(|number| self.texts.get(&number)) {
            Some(text) => Some(Source { text: text.clone(), ..source }),
            None => Some(source),
        }
    }
}

fn of_texts(
    files: &[File],
    library: &dyn Library,
    config: &Config,
    mutated: &Mutated,
    bounds: Bounds,
) -> Result<Found, Vec<Diagnostic>> {
    let root = &files[0].source;
    let texts = &mutated.texts;
    let config = match &mutated.next {
        Some(next) => &config.with_next(next),
        None => config,
    };
    let text = texts.get(&0).unwrap_or(&root.text).clone();
    search(&Source { path: root.path.clone(), text }, &Overlay { files, texts, library }, config, bounds)
}

fn search(root: &Source, library: &dyn Library, config: &Config, bounds: Bounds) -> Result<Found, Vec<Diagnostic>> {
    eval::on_large_stack(|| {
        let (program, model) = Model::load(root, library, config)?;
        let mut machine = Machine::new(&program, Budget::of_seconds(bounds.time.as_secs().saturating_add(1)));
        let asked = eval::ask(&mut machine, &model, bounds);
        let told = |fault: &Fault| program.diagnostic(fault);
        let failed = match &asked.end {
            End::Failed(fault) => Some(told(fault)),
            _ => None,
        };
        let fault = asked.fault.as_ref().map(|fault| told(fault));
        let faults = asked.answers.iter().map(|(_, answer)| match answer {
            Answer::Failed(fault) => Some(told(fault)),
            _ => None,
        });
        Ok(Found { failed, fault, faults: faults.collect(), asked })
    })
}

/// A mutant, and for each property whether it was asked to the end.
struct Judged {
    mutant: Mutant,
    asked: Vec<bool>,
}

fn judged(
    scope: &Scope<'_>,
    name: &str,
    mistake: &Mistake,
    base: &Found,
    found: Option<Result<Found, Vec<Diagnostic>>>,
) -> Judged {
    let file = scope.definition(name).map_or(0, |(file, ..)| file);
    let Source { path, text } = &scope.files[file].source;
    let (shown, edit) = (mistake.shown, &mistake.edit);
    let after = format!("{}{}{}", &text[shown.start..edit.span.start], edit.with, &text[edit.span.end..shown.end]);
    let mut mutant = Mutant {
        kind: mistake.kind,
        definition: name.to_owned(),
        place: Place::of(path.as_str(), text, edit.span),
        before: one_line(&text[shown.range()]),
        after: one_line(&after),
        fate: Fate::Invalid,
        violates: Vec::new(),
        first: None,
        why: None,
        distinct: 0,
    };
    let found = match found {
        Some(Ok(found)) => found,
        Some(Err(wrong)) => {
            mutant.why = wrong.first().map(|diagnostic| diagnostic.message.clone());
            return Judged { mutant, asked: vec![false; base.asked.answers.len()] };
        }
        None => {
            mutant.why = Some("the operator is recursive or a symbol, and has no copy for the steps alone".to_owned());
            return Judged { mutant, asked: vec![false; base.asked.answers.len()] };
        }
    };
    let violated = found.asked.answers.iter().filter_map(|(name, answer)| match answer {
        Answer::Violated(length) => Some((*length, name.clone())),
        _ => None,
    });
    let violated: Vec<(u64, String)> =
        violated.chain(found.asked.deadlock.map(|length| (length, DEADLOCK.to_owned()))).collect();
    mutant.first = violated.iter().min_by_key(|(length, _)| *length).map(|(_, name)| name.clone());
    mutant.violates = violated.into_iter().map(|(_, name)| name).collect();
    mutant.distinct = found.asked.distinct;
    (mutant.fate, mutant.why) = fate(&found, base, !mutant.violates.is_empty());
    let whole = matches!(found.asked.end, End::Whole | End::Answered);
    let asked = found.asked.answers.iter().map(|(_, answer)| match answer {
        Answer::Kept => whole,
        Answer::Violated(_) => true,
        Answer::Failed(fault) => !fault.kind.is_limit(),
    });
    Judged { mutant, asked: asked.collect() }
}

fn fate(found: &Found, base: &Found, killed: bool) -> (Fate, Option<String>) {
    let limits = |(_, answer): &(String, Answer)| matches!(answer, Answer::Failed(fault) if fault.kind.is_limit());
    let faults = || found.failed.iter().chain(&found.fault).chain(found.faults.iter().flatten());
    let first = || faults().next().map(|diagnostic| diagnostic.message.clone());
    match &found.asked.end {
        _ if killed => (Fate::Killed, first()),
        End::Spent(why) => (Fate::Unknown, Some(why.clone())),
        End::Failed(fault) if fault.kind.is_limit() => (Fate::Unknown, first()),
        _ if found.asked.answers.iter().all(limits) => (Fate::Unknown, first()),
        _ if faults().any(|diagnostic| diagnostic.code != "eval/unsupported") => (Fate::Failed, first()),
        _ if found.asked.mark == base.asked.mark && found.asked.distinct == base.asked.distinct => {
            (Fate::SameStates, None)
        }
        _ => (Fate::Survived, None),
    }
}

fn report(base: &Found, made: usize, judged: Vec<Judged>, beyond: Vec<(String, Diagnostic)>, effort: Effort) -> Report {
    let mut counts = Counts { made, searched: judged.len(), ..Counts::default() };
    for Judged { mutant, .. } in &judged {
        *match mutant.fate {
            Fate::Killed => &mut counts.killed,
            Fate::Survived => &mut counts.survived,
            Fate::SameStates => &mut counts.same_states,
            Fate::Failed => &mut counts.failed,
            Fate::Unknown => &mut counts.unknown,
            Fate::Invalid => &mut counts.invalid,
        } += 1;
    }
    let mut properties = Vec::new();
    for (number, (name, _)) in base.asked.answers.iter().enumerate() {
        let violated_by = judged.iter().filter(|one| one.mutant.violates.contains(name)).count();
        let alone = judged.iter().filter(|one| one.mutant.violates == std::slice::from_ref(name)).count();
        let invalid = |one: &&Judged| one.mutant.fate == Fate::Invalid;
        let unasked = judged.iter().filter(|one| !invalid(one) && !one.asked[number]).count() + made - judged.len();
        let standing = match () {
            () if violated_by > 0 => Standing::Tested,
            () if unasked > 0 || judged.iter().all(|one| !one.asked[number]) => Standing::Unknown,
            () => Standing::Vacuous,
        };
        properties.push(Property { name: name.clone(), standing, violated_by, alone, unasked });
    }
    let mut diagnostics: Vec<Diagnostic> = properties.iter().filter_map(said).collect();
    for (name, why) in beyond {
        let of_it = |property: &Property| property.name == name;
        if !properties.iter().any(of_it) {
            let (standing, unasked) = (Standing::Unknown, made);
            properties.push(Property { name, standing, violated_by: 0, alone: 0, unasked });
        }
        let message = format!("not put to the test: {}", why.message);
        diagnostics.push(Diagnostic::warning("mutation/no-verdict", message));
    }
    let unfinished = match &base.asked.end {
        End::Spent(why) => Some(why.clone()),
        _ => None,
    };
    let judging = counts.killed + counts.survived;
    Report {
        distinct: base.asked.distinct,
        unfinished,
        counts,
        score: (judging > 0).then(|| in_a_hundred(counts.killed, judging)),
        seed: effort.seed,
        properties,
        mutants: judged.into_iter().map(|one| one.mutant).collect(),
        diagnostics,
    }
}

/// To one digit behind the point.
#[expect(clippy::cast_precision_loss, reason = "no specification has so many mutants")]
fn in_a_hundred(part: usize, whole: usize) -> f64 {
    (part as f64 * 1000.0 / whole as f64).round() / 10.0
}

/// What is to be said of a property.
fn said(property: &Property) -> Option<Diagnostic> {
    let Property { name, standing, unasked, .. } = property;
    match standing {
        Standing::Tested => None,
        Standing::Vacuous => Some(
            Diagnostic::warning("mutation/vacuous", format!("no mutant of the steps violates `{name}`"))
                .hint("say more in it, or see whether the bounds of the model keep the steps from what it forbids"),
        ),
        Standing::Unknown => {
            let message = format!("no mutant violates `{name}`, and {unasked} were not asked to the end");
            let hint = "raise --mutants, --states or --limit, or bound the model by smaller constants or a CONSTRAINT";
            Some(Diagnostic::warning("mutation/no-verdict", message).hint(hint))
        }
    }
}
