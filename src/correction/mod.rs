//! # Correction — errors of running a specification, mended without a model
//!
//! | reads  | a module with its config, both as text                                          |
//! | writes | both with the smallest edits that get the search further, each recorded          |
//! | calls  | `tla` for the places, `eval` for the search, `source` for the conditions of the system |
//! | never  | edits what a property, a constraint, a view or fairness says                     |
//!
//! Search, take what has no value, let the fixer for it propose one edit, search again. An edit stays if what it was for is
//! gone and no state was lost but those that it says are left out; else it is taken back. `docs/correct.md` lists the fixers.

mod bounds;
mod constants;
mod edit;
mod guards;
mod made;
mod overflow;
mod unchanged;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::span::Span;
use crate::eval;
use crate::eval::Answer;
use crate::eval::Bounds;
use crate::eval::Budget;
use crate::eval::Config;
use crate::eval::End;
use crate::eval::Fault;
use crate::eval::Kind;
use crate::eval::Machine;
use crate::eval::Model;
use crate::tla;
use crate::tla::check;
use crate::tla::check::Library;
use crate::tla::check::Source;
use crate::tla::check::Verdict;
use crate::tla::syntax::Module;
use crate::tla::uses;
use edit::Edit;
pub use guards::Texts;
pub use made::Made;
pub use made::Make;

/// More corrections than this are not tried.
const MOST: usize = 40;

/// How far each search goes.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Different states.
    pub states: u64,
    /// Time of each search.
    pub time: Duration,
    /// Whether a state without a successor is an error, unless the config says otherwise.
    pub deadlock: bool,
}

/// An edit that was kept, or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Correction {
    /// Which fixer made it.
    pub fixer: String,
    /// The code of what it is for.
    pub code: String,
    /// What had no value.
    pub message: String,
    /// The file that changes: the module's, or the config's.
    pub file: String,
    /// The line of the first change, from 1.
    pub line: usize,
    /// The lines as they were; empty where lines are added.
    pub before: String,
    /// The lines as they are.
    pub after: String,
    /// Why this is the right correction.
    pub why: String,
    /// What it leaves out of the behaviours, or of the search; null where it leaves out nothing.
    pub decision: Option<String>,
}

/// A module and its config, corrected as far as that is possible without knowing what they are about.
#[derive(Clone, Debug)]
pub struct Corrected {
    /// The module's text.
    pub module: String,
    /// The config's text.
    pub config: String,
    /// Kept, in the order in which they were made.
    pub kept: Vec<Correction>,
    /// Made and taken back, as they did not help.
    pub taken_back: Vec<Correction>,
    /// What still has no value; `None` where everything that was searched has.
    pub left: Option<Diagnostic>,
    /// The invariants and properties that were found violated, which no fixer mends.
    pub violated: Vec<String>,
    /// Different states that were searched in the end.
    pub distinct: u64,
    /// Whether all states were searched in the end.
    pub whole: bool,
}

/// The two texts, and what is known of the module.
struct Draft {
    path: String,
    module: String,
    config_path: String,
    config: String,
}

/// What a fixer proposes: edits of the module and of the config that belong together.
struct Proposal {
    fixer: &'static str,
    why: String,
    decision: Option<String>,
    module: Vec<Edit>,
    config: Vec<Edit>,
}

/// What a search came to.
struct Run {
    trouble: Option<Trouble>,
    violated: Vec<String>,
    distinct: u64,
    whole: bool,
}

/// What has no value, and the bytes of the module that are to blame.
struct Trouble {
    kind: Option<Kind>,
    /// The place in the module itself; `None` where it stands in another.
    span: Option<Span>,
    diagnostic: Diagnostic,
}

/// What is known beside a module and its config.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    /// The modules beside it.
    pub library: &'a dyn Library,
    /// The source that it cites, where there is one.
    pub texts: Option<Texts<'a>>,
    /// What runs in its place, where it does not run as it stands; `None` of a text of which nothing can be made.
    pub made: Option<Make<'a>>,
}

/// Corrects a module.
pub fn correct(module: &Source, config: &Source, beside: Beside<'_>, effort: Effort) -> Corrected {
    let mut draft = Draft {
        path: module.path.clone(),
        module: module.text.clone(),
        config_path: config.path.clone(),
        config: config.text.clone(),
    };
    let (mut kept, mut taken_back) = (Vec::new(), Vec::new());
    let mut run = draft.search(beside, effort);
    let mut refused: BTreeSet<String> = BTreeSet::new();
    for _ in 0..MOST {
        let Some(trouble) = run.trouble.as_ref().filter(|one| !refused.contains(&one.diagnostic.message)) else {
            break;
        };
        let proposal = match draft.proposal(trouble, beside) {
            Ok(proposal) => proposal,
            Err(why) => {
                run.trouble.iter_mut().for_each(|one| one.diagnostic.hints.extend(why.clone()));
                break;
            }
        };
        let corrections = draft.recorded(&proposal, trouble);
        let next = draft.with(&proposal);
        let after = next.search(beside, effort);
        let better = next.reads(beside.library) && after.is_better(&run, &proposal);
        let message = trouble.diagnostic.message.clone();
        if better {
            kept.extend(corrections);
            (draft, run) = (next, after);
        } else {
            taken_back.extend(corrections);
            refused.insert(message);
        }
    }
    Corrected {
        module: draft.module,
        config: draft.config,
        kept,
        taken_back,
        left: run.trouble.map(|trouble| trouble.diagnostic),
        violated: run.violated,
        distinct: run.distinct,
        whole: run.whole,
    }
}

impl Run {
    /// What it was for is gone, and no state was lost but those that the proposal leaves out.
    fn is_better(&self, before: &Self, proposal: &Proposal) -> bool {
        let said = |run: &Self| run.trouble.as_ref().map(|one| (one.kind, one.diagnostic.message.clone()));
        let keeps_what_is_violated = before.violated.iter().all(|name| self.violated.contains(name));
        match proposal.fixer {
            // A bound that leaves the initial states alone puts nothing to the test.
            "overflow" => self.distinct > 1 && said(self) != said(before) && keeps_what_is_violated,
            _ => self.distinct > before.distinct || self.distinct == before.distinct && said(self) != said(before),
        }
    }
}

impl Draft {
    fn source(&self) -> Source {
        Source { path: self.path.clone(), text: self.module.clone() }
    }

    fn parsed(&self) -> Option<Module> {
        tla::parse_module(&self.module, &self.path).module
    }

    /// Whether the front end has nothing against it.
    fn reads(&self, library: &dyn Library) -> bool {
        check::check(&self.source(), library).verdict() == Verdict::Clean
    }

    /// The same with the edits.
    fn with(&self, proposal: &Proposal) -> Self {
        Self {
            path: self.path.clone(),
            module: edit::applied(&self.module, &proposal.module),
            config_path: self.config_path.clone(),
            config: edit::applied(&self.config, &proposal.config),
        }
    }

    fn recorded(&self, proposal: &Proposal, trouble: &Trouble) -> Vec<Correction> {
        let of = |file: &str, text: &str, edits: &[Edit]| -> Vec<Correction> {
            let shown = edits.iter().map(|one| edit::shown(text, one));
            let correction = |(line, before, after)| Correction {
                fixer: proposal.fixer.to_owned(),
                code: trouble.diagnostic.code.clone(),
                message: trouble.diagnostic.message.clone(),
                file: file.to_owned(),
                line,
                before,
                after,
                why: proposal.why.clone(),
                decision: proposal.decision.clone(),
            };
            shown.map(correction).collect()
        };
        let mut all = of(&self.path, &self.module, &proposal.module);
        all.extend(of(&self.config_path, &self.config, &proposal.config));
        all
    }

    /// What the fixer for this kind of trouble proposes, or why it does not.
    fn proposal(&self, trouble: &Trouble, beside: Beside<'_>) -> Result<Proposal, Option<String>> {
        let module = self.parsed().ok_or(None)?;
        let config = Config::parse(&self.config, &self.config_path).map_err(|_| None)?;
        let mut frozen = frozen(&module, &config);
        if let Some(made) = beside.made.and_then(|make| make(&self.module)) {
            frozen.extend(made.rests_on(&module));
        }
        match trouble.kind.ok_or(None)? {
            Kind::Unassigned => unchanged::propose(self, &module, &frozen, &trouble.diagnostic.message).ok_or(None),
            Kind::NoConstant => constants::propose(self, &module, &config).ok_or(None),
            Kind::NotEnumerable => bounds::propose(self, &module, &frozen, trouble.span.ok_or(None)?).ok_or(None),
            Kind::Overflow => overflow::propose(self, &module, trouble).ok_or(None),
            Kind::Undefined => guards::propose(self, &module, &frozen, trouble.span, beside.texts)
                .map_err(|why| Some(format!("no guard of the source is added: {why}"))),
            _ => Err(None),
        }
    }

    fn search(&self, beside: Beside<'_>, effort: Effort) -> Run {
        let stopped = |kind: Option<Kind>, diagnostic: Diagnostic| Run {
            trouble: Some(Trouble { kind, span: None, diagnostic }),
            violated: Vec::new(),
            distinct: 0,
            whole: false,
        };
        let config = match Config::parse(&self.config, &self.config_path) {
            Ok(config) => config,
            Err(diagnostic) => return stopped(None, diagnostic),
        };
        // TLC refuses a config that leaves a constant without a value, whether it is needed or not.
        if let Some(name) = self.parsed().and_then(|module| constants::missing(&module, &config).into_iter().next()) {
            let message = format!("the constant `{name}` has no value");
            return stopped(Some(Kind::NoConstant), Diagnostic::error("eval/no-constant", message));
        }
        let made = match beside.made.map(|make| make(&self.module)) {
            Some(None) => {
                return stopped(None, Diagnostic::error("eval/config", "nothing that runs can be made of it"));
            }
            made => made.flatten(),
        };
        let root = made.as_ref().map_or_else(|| self.source(), |made| made.root.clone());
        let library = made::With { library: beside.library, made: made.as_ref() };
        eval::on_large_stack(|| {
            let (program, model) = match Model::load(&root, &library, &config) {
                Ok(loaded) => loaded,
                Err(mut wrong) if !wrong.is_empty() => return stopped(None, wrong.remove(0)),
                Err(_) => return stopped(None, Diagnostic::error("eval/config", "the model cannot be loaded")),
            };
            let mut machine = Machine::new(&program, Budget::of_seconds(effort.time.as_secs().saturating_add(1)));
            let deadlock = config.deadlock.unwrap_or(effort.deadlock);
            let bounds = Bounds { states: effort.states, time: effort.time, deadlock, until_answered: false };
            let asked = eval::ask(&mut machine, &model, bounds);
            let trouble = |fault: &Fault| {
                let diagnostic = program.diagnostic(fault);
                let span = match &made {
                    // The root is the first file of a program.
                    None => fault.site.filter(|site| site.file == 0).map(|site| site.span),
                    Some(made) => fault.site.and_then(|site| made.behind(&self.module, &diagnostic, site.span)),
                };
                Trouble { kind: Some(fault.kind), span, diagnostic }
            };
            let failed = asked.answers.iter().filter_map(|(_, answer)| match answer {
                Answer::Failed(fault) => Some(&**fault),
                _ => None,
            });
            let of_end = match &asked.end {
                End::Failed(fault) => Some(&**fault),
                _ => None,
            };
            let first = of_end.into_iter().chain(asked.fault.as_deref()).chain(failed).next();
            let violated = asked.answers.iter().filter(|(_, answer)| matches!(answer, Answer::Violated(_)));
            let mut violated: Vec<String> = violated.map(|(name, _)| name.clone()).collect();
            violated.extend(asked.deadlock.map(|_| "deadlock".to_owned()));
            let whole = matches!(asked.end, End::Whole | End::Answered);
            Run { trouble: first.map(trouble), violated, distinct: asked.distinct, whole }
        })
    }
}

/// What no fixer may touch: what must hold and what bounds the search, with all they need.
fn frozen(module: &Module, config: &Config) -> BTreeSet<String> {
    let definitions = uses::definitions(module);
    let mut frozen = uses::reachable(&definitions, config.judged().map(str::to_owned));
    frozen.extend(config.specification().map(str::to_owned));
    frozen
}
