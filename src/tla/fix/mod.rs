//! # Repair of modules without a model
//!
//! | reads  | a module, however broken                                                       |
//! | writes | its text with the smallest edits that lower the number of errors, each recorded |
//! | calls  | `tla::tree`, `tla::check`                                                      |
//! | never  | drops, empties or weakens a definition, or changes one that no diagnostic touches |
//!
//! Check, take the first fixer of the list (`fixers::FIXERS`) that has something to propose for a diagnostic, apply,
//! check again. A fix stays if the text is better for it and the `guard` has nothing against it. The edits that one
//! fixer proposes for all its diagnostics are tried together first, without those that this does as well without, then one
//! by one.

mod edit;
mod fixers;
mod guard;
mod view;
mod walk;

#[cfg(test)]
mod tests;

pub use edit::Fix;
pub use guard::shape;
pub use guard::word;

use std::collections::HashSet;
use std::hash::DefaultHasher;
use std::hash::Hash as _;
use std::hash::Hasher as _;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::tla::check::Library;
use crate::tla::check::Source;
use crate::tla::check::Verdict;
use edit::Proposal;
use fixers::Fixer;
use view::Score;
use view::View;

/// How often a text is checked at most; what is left then is for somebody else.
const MAX_CHECKS: usize = 600;
/// How many bytes are looked through at most, so that a long text ends as soon as a short one: each check looks through
/// the whole text, each fixer that is asked for proposals through about a part of it.
const MAX_WORK: usize = 16 << 20;
const ASKING: usize = 8;
/// How many proposals of one fixer for one problem are tried.
const MAX_PROPOSALS: usize = 40;

/// What came of a repair.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The text with all fixes that were kept; as it was if there were none.
    pub text: String,
    /// The fixes, in the order in which they were made.
    pub fixes: Vec<Fix>,
    /// What is wrong with `text` still.
    pub left: Vec<Diagnostic>,
    /// What SANY would say of `text`.
    pub verdict: Verdict,
    /// Whether the limits on checks or bytes ended the repair, so that not all was looked at.
    pub spent: bool,
}

impl Fixed {
    /// A warning where the limits ended the repair of `file`.
    pub fn unfinished(&self, file: &str) -> Option<Diagnostic> {
        let what = "the repair ended at its limit, so not every error was looked at";
        self.spent.then(|| Diagnostic::warning("tla/fix-limit", what).at(Place::at(file, 1, 1, None)))
    }
}

/// The fixers by name, with the codes each is for and the reason for its place in the list.
pub fn fixers() -> impl Iterator<Item = (&'static str, &'static [&'static str], &'static str)> {
    fixers::FIXERS.iter().map(|fixer| (fixer.name, fixer.codes, fixer.why))
}

/// Repair a module as far as that is possible without knowing what it is about.
pub fn fix(source: &Source, library: &dyn Library) -> Fixed {
    with(fixers::FIXERS, source, library, &mut |_, _, _| {}, &|_, _| true)
}

/// The same, with those fixes alone that `allow`, given the text before and after, has nothing against.
pub fn fix_if(source: &Source, library: &dyn Library, allow: &Judge<'_>) -> Fixed {
    with(fixers::FIXERS, source, library, &mut |_, _, _| {}, allow)
}

/// The same, and `observe` is called with each fix that is kept, the text before it and the text after it.
pub fn fix_observed(source: &Source, library: &dyn Library, observe: &mut Observer<'_>) -> Fixed {
    with(fixers::FIXERS, source, library, observe, &|_, _| true)
}

/// Who wants to see each step.
pub type Observer<'a> = dyn FnMut(&Fix, &str, &str) + 'a;

/// Who may know more of the module than its text says.
pub type Judge<'a> = dyn Fn(&str, &str) -> bool + 'a;

fn with(
    list: &[Fixer],
    source: &Source,
    library: &dyn Library,
    observe: &mut Observer<'_>,
    allow: &Judge<'_>,
) -> Fixed {
    let mut repair = Repair {
        observe,
        allow,
        library,
        path: &source.path,
        view: View::of(source, library),
        checks: 0,
        work: 0,
        fixes: Vec::new(),
        failed: HashSet::new(),
    };
    let done = |view: &View| view.verdict == Verdict::Clean && view.tree.foreign().next().is_none();
    while !done(&repair.view) && !repair.is_spent() {
        if !list.iter().any(|fixer| repair.run(fixer)) {
            break;
        }
    }
    let spent = repair.is_spent() && !done(&repair.view);
    let Repair { view, fixes, .. } = repair;
    // What nothing was done to stays what it was, however little of it could be read.
    let text = if fixes.is_empty() { source.text.clone() } else { view.text().to_owned() };
    Fixed { spent, text, fixes, verdict: view.verdict, left: view.diagnostics }
}

struct Repair<'a, 'o> {
    observe: &'a mut Observer<'o>,
    allow: &'a Judge<'o>,
    library: &'a dyn Library,
    path: &'a str,
    view: View,
    checks: usize,
    /// Bytes looked through.
    work: usize,
    fixes: Vec<Fix>,
    /// What was tried in vain, so that it is tried again only where something near it has changed.
    failed: HashSet<u64>,
}

impl Repair<'_, '_> {
    fn is_spent(&self) -> bool {
        self.checks >= MAX_CHECKS || self.work >= MAX_WORK
    }

    /// Make the first fix of this fixer that helps.
    fn run(&mut self, fixer: &Fixer) -> bool {
        let mut all: Vec<(String, String, Vec<Proposal>)> = Vec::new();
        for problem in &self.view.problems {
            if fixer.codes.contains(&problem.code.as_str()) && self.work < MAX_WORK {
                self.work += self.view.text().len() / ASKING;
                let mut proposals = (fixer.propose)(&self.view, problem);
                proposals.truncate(MAX_PROPOSALS);
                let fresh = |proposal: &Proposal| !self.failed.contains(&self.key(fixer, proposal));
                let proposals: Vec<_> = proposals.into_iter().filter(fresh).collect();
                if !proposals.is_empty() {
                    all.push((problem.code.clone(), problem.message.clone(), proposals));
                }
            }
        }
        if all.len() > 1 {
            let first: Vec<&Proposal> = all.iter().map(|(_, _, proposals)| &proposals[0]).collect();
            let needed = self.needed(&first);
            let together = Proposal::joined(needed.iter().map(|number| first[*number].clone()));
            if let [one, _, ..] = needed.as_slice()
                && together != *first[*one]
            {
                let message = format!("{} (and {} more)", all[*one].1, needed.len() - 1);
                if self.attempt(fixer, &all[*one].0, &message, &together) {
                    return true;
                }
            }
        }
        for (code, message, proposals) in &all {
            if proposals.iter().any(|proposal| self.attempt(fixer, code, message, proposal)) {
                return true;
            }
        }
        false
    }

    /// Of proposals that are better together those, by number, without which they are not as good. Where each takes an error
    /// away that are all; where one only comes along it would stand in the text without a reason.
    fn needed(&mut self, proposals: &[&Proposal]) -> Vec<usize> {
        let mut kept: Vec<usize> = (0..proposals.len()).collect();
        let Some(together) = self.score_of(proposals, &kept) else { return kept };
        let before = self.view.score();
        if !together.is_better_than(before) || together.fewer_than(before) >= kept.len() {
            return kept;
        }
        for number in (0..proposals.len()).rev() {
            let others: Vec<usize> = kept.iter().copied().filter(|other| *other != number).collect();
            if self.score_of(proposals, &others).is_some_and(|without| !together.is_better_than(without)) {
                kept = others;
            }
        }
        kept
    }

    /// The score of the text with some of these proposals in it.
    fn score_of(&mut self, proposals: &[&Proposal], numbers: &[usize]) -> Option<Score> {
        if self.is_spent() {
            return None;
        }
        let text = Proposal::joined(numbers.iter().map(|number| proposals[*number].clone())).apply(self.view.text())?;
        self.checks += 1;
        self.work += text.len();
        Some(View::of(&Source { path: self.path.to_owned(), text }, self.library).score())
    }

    /// What tells a proposal from others; the text of the units it changes is in it, so that it is new where they are.
    fn key(&self, fixer: &Fixer, proposal: &Proposal) -> u64 {
        let mut key = DefaultHasher::new();
        fixer.name.hash(&mut key);
        let units = self.view.units();
        let mut last = None;
        for edit in &proposal.edits {
            let at = units.partition_point(|unit| unit.span().end <= edit.span.start);
            let unit = units.get(at).filter(|unit| unit.span().start <= edit.span.start);
            if last != Some(at) {
                unit.map_or("", |unit| unit.text()).hash(&mut key);
                last = Some(at);
            }
            (edit.span.start, &edit.new).hash(&mut key);
        }
        key.finish()
    }

    /// Apply, check, and keep it if the text is better for it.
    fn attempt(&mut self, fixer: &Fixer, code: &str, message: &str, proposal: &Proposal) -> bool {
        if self.is_spent() {
            return false;
        }
        let Some(text) = proposal.apply(self.view.text()) else { return false };
        self.checks += 1;
        self.work += text.len();
        let after = View::of(&Source { path: self.path.to_owned(), text }, self.library);
        let better = after.score().is_better_than(self.view.score());
        let allowed = || (self.allow)(self.view.text(), after.text());
        if !better || guard::refusal(&self.view, &after, proposal).is_some() || !allowed() {
            let key = self.key(fixer, proposal);
            self.failed.insert(key);
            return false;
        }
        let fix = Fix::of(fixer.name, fixer.why, code, message, (self.view.text(), after.text()));
        (self.observe)(&fix, self.view.text(), after.text());
        self.fixes.push(fix);
        self.view = after;
        true
    }
}
