//! # Interpret — an IISpec, run as it reads
//!
//! | reads  | the text of a module, a state, an action and its arguments                           |
//! | writes | the states that may come of it, or why an expression has no value, with its place     |
//! | calls  | `eval` for expressions that call no procedure                                        |
//! | never  | shares code with `transform`, whose output is compared with what this says           |
//!
//! It is written from `docs/iispec.md` alone and made to be read, not to be fast: a statement is run from one state to the
//! list of all states it may end in, and the next statement from each of these.

mod acting;
mod functions;
mod program;
mod read;
mod run;
mod scope;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use self::acting::Acting;
use self::acting::Writing;
use self::functions::Functions;
use self::program::Procedure;
use self::program::Stmt;
use self::program::StmtKind;
use self::program::Term;
use self::read::Reader;
use self::read::Unreadable;
use self::run::At;
use self::run::truth;
use self::scope::Scope;
use self::scope::fault;
use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::span::Span;
use crate::eval::Budget;
use crate::eval::Eval;
use crate::eval::Fault;
use crate::eval::Kind;
use crate::eval::Program;
use crate::eval::Setup;
use crate::eval::State;
use crate::eval::Value;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;
use crate::tla::parse_module;
use crate::tla::syntax::Definition;
use crate::tla::syntax::ExprKind;
use crate::tla::visit;

/// What one expression may cost.
const BUDGET: Budget =
    Budget { steps: 20_000_000, depth: 5_000, elements: 1_000_000, successors: 2_000_000, time: None };

/// A call of an action.
#[derive(Clone, Debug)]
pub struct Call {
    /// The operator.
    pub action: String,
    /// Its arguments.
    pub arguments: Vec<Value>,
}

/// A module that can be run.
pub struct Interpreter {
    source: Source,
    /// Where the module ends; what is behind that in the program is not in the text.
    end: usize,
    program: RefCell<Program>,
    variables: Vec<String>,
    functions: Functions,
    procedures: BTreeMap<String, Procedure>,
    initial: BTreeMap<String, Procedure>,
    /// The names of the initial predicate and of the next-state relation.
    roots: (String, String),
    budget: Budget,
    /// Statements run and expressions evaluated for the call that was asked for last.
    steps: Cell<u64>,
}

impl Interpreter {
    /// Reads `source`; `given` are definitions behind its last, and `setup` says what its constants are.
    ///
    /// # Errors
    /// What does not parse or cannot be compiled, and procedures that have no imperative reading.
    pub fn new(source: Source, given: &str, setup: &Setup) -> Result<Self, Vec<Diagnostic>> {
        let parsed = parse_module(&source.text, &source.path);
        let module = match parsed.module {
            Some(module) if parsed.diagnostics.is_empty() => module,
            _ => return Err(parsed.diagnostics),
        };
        let acting = Acting::of(&module);
        let mut refused = Vec::new();
        let mut read = |writing| {
            let mut reader = Reader::new(&acting, writing);
            let mut procedures = BTreeMap::new();
            for name in acting.set(writing) {
                match reader.procedure(acting.definitions[name]) {
                    Ok(procedure) => drop(procedures.insert((*name).to_owned(), procedure)),
                    Err(unreadable) => refused.push(unreadable),
                }
            }
            procedures
        };
        let (procedures, initial) = (read(Writing::Primed), read(Writing::Initial));
        if !refused.is_empty() {
            return Err(refused.iter().map(|unreadable| refusal(unreadable, &source)).collect());
        }
        let (roots, variables) = (roots(&acting), acting.variables.clone());
        let functions = Functions::of(&acting, &source.text);
        let text = functions.text(&module, &source.text, given);
        let program = Program::load(&Source { path: source.path.clone(), text }, &NoLibrary, setup)?;
        let program = RefCell::new(program);
        let end = module.end;
        Ok(Self {
            source,
            end,
            program,
            variables,
            functions,
            procedures,
            initial,
            roots,
            budget: BUDGET,
            steps: Cell::new(0),
        })
    }

    /// The variables; a state holds their values in this order.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// The program, for making values.
    pub fn program(&self) -> std::cell::Ref<'_, Program> {
        self.program.borrow()
    }

    /// An error, to show.
    pub fn diagnostic(&self, fault: &Fault) -> Diagnostic {
        match fault.site {
            Some(site) if site.file == 0 => {
                let place = Place::of(&self.source.path, &self.source.text, site.span);
                Diagnostic::error(fault.kind.code(), fault.message.clone()).at(place)
            }
            _ => self.program.borrow().diagnostic(fault),
        }
    }

    /// The initial states; one may come more than once.
    ///
    /// # Errors
    /// An expression without a value, or a variable that gets none.
    pub fn initial_states(&self) -> Eval<Vec<State>> {
        let Some(procedure) = self.initial.get(&self.roots.0) else {
            let message = format!("`{}` gives no variable its first value", self.roots.0);
            return Err(fault(Kind::Unsupported, &message, Span::default()));
        };
        let nothing = Rc::new(vec![None; self.variables.len()]);
        let states = self.from(procedure, &nothing, &Scope::default(), Writing::Initial)?;
        match states.iter().flat_map(|state| self.variables.iter().zip(state)).find(|(_, value)| value.is_none()) {
            Some((name, _)) => {
                Err(fault(Kind::Unassigned, &format!("`{name}` has no first value"), procedure.body.span))
            }
            None => Ok(states),
        }
    }

    /// The states that `call` may lead to from `state`; one may come more than once.
    ///
    /// # Errors
    /// An expression on the way to one of them has no value.
    pub fn successors(&self, call: &Call, state: &State) -> Eval<Vec<State>> {
        let Some(procedure) = self.procedures.get(&call.action) else {
            return Err(fault(Kind::Unsupported, &format!("`{}` does not act", call.action), Span::default()));
        };
        let given = procedure.parameters.iter().zip(&call.arguments);
        let scope = given.fold(Scope::default(), |scope, (name, value)| scope.with(name, Ok(value.clone())));
        self.from(procedure, &Rc::new(state.clone()), &scope, Writing::Primed)
    }

    fn from(&self, procedure: &Procedure, state: &Rc<State>, scope: &Scope, writing: Writing) -> Eval<Vec<State>> {
        self.steps.set(0);
        let outcomes = self.run(&procedure.body, At { state, scope, depth: 0, writing }, false)?;
        Ok(outcomes.into_iter().map(|outcome| (*outcome.state).clone()).collect())
    }

    /// The next-state relation as a call.
    pub fn next(&self) -> Call {
        Call { action: self.roots.1.clone(), arguments: Vec::new() }
    }

    /// The calls that the next-state relation may make first in `state`, and those that these make first, guards that are
    /// false and branches not taken aside. One may come more than once.
    ///
    /// # Errors
    /// An expression on the way has no value.
    pub fn calls(&self, state: &State) -> Eval<Vec<Call>> {
        let mut calls = Vec::new();
        self.steps.set(0);
        if let Some(next) = self.procedures.get(&self.roots.1) {
            let (state, scope) = (Rc::new(state.clone()), Scope::default());
            self.gather(
                &next.body,
                At { state: &state, scope: &scope, depth: 0, writing: Writing::Primed },
                &mut calls,
            )?;
        }
        Ok(calls)
    }

    /// Adds the calls of `stmt` from its first state; the result is whether what follows may still be in that state.
    fn gather(&self, stmt: &Stmt, at: At<'_>, calls: &mut Vec<Call>) -> Eval<bool> {
        match &stmt.kind {
            StmtKind::Nothing => Ok(true),
            StmtKind::Formula(term @ Term::Pure(_)) => {
                self.term(term, at)?.first().map_or(Ok(false), |outcome| truth(&outcome.value, stmt.span))
            }
            StmtKind::Sequence(list) => {
                for stmt in list {
                    if !self.gather(stmt, at, calls)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            StmtKind::Choice(list) => {
                for alternative in list {
                    self.gather(alternative, at, calls)?;
                }
                Ok(false)
            }
            StmtKind::Call(name, arguments) => {
                self.gather_call(name, arguments, at, calls)?;
                Ok(false)
            }
            // What these do is run to find where they lead; a call inside is seen through `inside`.
            StmtKind::If(..) | StmtKind::Case(_) | StmtKind::Some(..) | StmtKind::Let(..) => {
                self.inside(stmt, at, &mut |stmt, at| self.gather(stmt, at, calls).map(drop))?;
                Ok(false)
            }
            StmtKind::Assign(..) | StmtKind::Pick(..) | StmtKind::Formula(_) | StmtKind::Each(..) => Ok(false),
        }
    }

    fn gather_call(&self, name: &str, arguments: &[Term], at: At<'_>, calls: &mut Vec<Call>) -> Eval<()> {
        let Some(procedure) = self.procedures.get(name) else { return Ok(()) };
        let mut values = Vec::new();
        for argument in arguments {
            let Term::Pure(pure) = argument else { return Ok(()) };
            values.push(self.value(pure, at.state, at.scope)?);
        }
        let given = procedure.parameters.iter().zip(&values);
        let scope = given.fold(Scope::default(), |scope, (name, value)| scope.with(name, Ok(value.clone())));
        calls.push(Call { action: name.to_owned(), arguments: values });
        if at.depth < 20 {
            self.gather(&procedure.body, At { scope: &scope, depth: at.depth + 1, ..at }, calls)?;
        }
        Ok(())
    }
}

/// The names of the initial predicate and the next-state relation: those of a formula `Init /\ [][Next]_v`.
fn roots(acting: &Acting<'_>) -> (String, String) {
    let mut roots = ("Init".to_owned(), "Next".to_owned());
    for definition in acting.definitions.values() {
        visit::walk(&definition.body, &mut |e| {
            if let ExprKind::Prefix(op, inner) = &e.kind
                && let (true, ExprKind::Action(false, next, _)) = (op == "[]", &inner.kind)
                && let Some(next) = next.as_name().filter(|next| acting.procedures.contains(next))
                && let Some(init) = initial_of(definition, acting)
            {
                roots = (init, next.to_owned());
            }
        });
    }
    roots
}

/// The conjunct of a specification that is an initial predicate.
fn initial_of(definition: &Definition, acting: &Acting<'_>) -> Option<String> {
    let mut found = None;
    visit::walk(&definition.body, &mut |e| {
        if let Some(name) = e.as_name().filter(|name| acting.initial.contains(name)) {
            found.get_or_insert(name.to_owned());
        }
    });
    found
}

fn refusal(unreadable: &Unreadable, source: &Source) -> Diagnostic {
    Diagnostic::error("interpret/no-reading", unreadable.why.clone())
        .at(Place::of(&source.path, &source.text, unreadable.span))
        .hint("docs/iispec.md lists what has an imperative reading")
}
