//! What a module declares, and which of its operators are procedures, functions or formulas about behaviours.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::stmt::acts;
use super::stmt::calls;
use crate::base::span::Span;
use crate::tla::free::free_names_of;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Head;
use crate::tla::syntax::Module;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

pub(super) type Names = BTreeSet<String>;

/// What is known about one operator.
#[derive(Clone, Debug, Default)]
pub(super) struct Operator {
    /// How many parameters it has.
    pub(super) arity: usize,
    /// The operators of this module that its body names.
    pub(super) refs: Names,
    /// It speaks about behaviours.
    pub(super) temporal: bool,
    /// It acts.
    pub(super) procedure: bool,
    /// Variables it or what it calls reads.
    pub(super) reads: Names,
    /// Variables it or what it calls reads with a prime.
    pub(super) primed: Names,
    /// Whether it or what it calls puts a prime on something else than a variable, which may hold what it is given.
    pub(super) primes_more: bool,
}

/// What is known about a module.
pub(super) struct Facts<'a> {
    pub(super) module: &'a Module,
    /// The variables in order of declaration.
    pub(super) variables: Vec<String>,
    pub(super) operators: BTreeMap<String, Operator>,
    /// Operators that are tuples of variables.
    pub(super) aliases: BTreeMap<String, Names>,
    /// The names of the next-state relations, whether they act or not.
    pub(super) next: Names,
    /// The next-state relations that act.
    pub(super) roots: Names,
    /// Where a specification has a next-state relation without a name.
    pub(super) unnamed: Vec<Span>,
    /// Actions named in fairness conditions.
    pub(super) fair: Names,
    /// Parameters and names of LETs, which may stand for an expression with variables.
    pub(super) given: Names,
    /// Names that are bound somewhere in the module: those, and the names of quantifiers.
    bound: Names,
    /// Every identifier of the module, for choosing new ones.
    pub(super) identifiers: Names,
}

impl<'a> Facts<'a> {
    pub(super) fn of(module: &'a Module, identifiers: Names) -> Self {
        let mut facts = Self {
            module,
            variables: Vec::new(),
            operators: BTreeMap::new(),
            aliases: BTreeMap::new(),
            next: Names::new(),
            roots: Names::new(),
            unnamed: Vec::new(),
            fair: Names::new(),
            given: Names::new(),
            bound: Names::new(),
            identifiers,
        };
        for unit in &module.units {
            if let UnitKind::Variables(names) = &unit.kind {
                facts.variables.extend(names.iter().map(|name| name.text.clone()));
            }
        }
        let definitions: Vec<_> = module.units.iter().filter_map(crate::tla::syntax::Unit::definition).collect();
        let names: Names = definitions.iter().map(|d| d.name.text.clone()).collect();
        for definition in &definitions {
            facts.operators.insert(definition.name.text.clone(), direct(definition, &names, &facts.variables));
        }
        definitions.iter().for_each(|definition| facts.find_bound(definition));
        facts.close(&definitions, &Names::new());
        facts.find_aliases(&definitions);
        facts.find_roots(&definitions);
        // What calls procedures for their values acts too, unless only properties use it.
        let served = facts.served();
        facts.close(&definitions, &served);
        facts.find_roots(&definitions);
        facts
    }

    /// Carry what is known of an operator to those that name it, until nothing changes. In the operators of `served`, a call
    /// anywhere counts, and not only one that stands as a statement.
    fn close(&mut self, definitions: &[&Definition], served: &Names) {
        until_still(definitions, |definition| self.carry(definition));
        until_still(definitions, |definition| self.find_acting(definition, served.contains(&definition.name.text)));
    }

    /// Whether what an operator names lets more be known of it than was.
    fn carry(&mut self, definition: &Definition) -> bool {
        let name = definition.name.text.as_str();
        let Some(operator) = self.operators.get(name) else { return false };
        let mut new = operator.clone();
        for other in operator.refs.iter().filter_map(|name| self.operators.get(name)) {
            new.reads.extend(other.reads.iter().cloned());
            new.primed.extend(other.primed.iter().cloned());
            new.temporal |= other.temporal;
            new.primes_more |= other.primes_more;
        }
        let known = |operator: &Operator| {
            (operator.reads.len(), operator.primed.len(), operator.temporal, operator.primes_more)
        };
        let more = known(&new) != known(operator);
        self.operators.insert(name.to_owned(), new);
        more
    }

    /// Whether an operator is found to be a procedure.
    fn find_acting(&mut self, definition: &Definition, served: bool) -> bool {
        let is_procedure = |name: &str| self.is_procedure(name);
        let acting = acts(&definition.body, &is_procedure) || (served && calls(&definition.body, &is_procedure));
        let Some(operator) = self.operators.get_mut(&definition.name.text) else { return false };
        let more = acting && !operator.temporal && !operator.procedure;
        operator.procedure |= more;
        more
    }

    fn find_bound(&mut self, definition: &Definition) {
        self.given.extend(definition.params().iter().map(|param| param.name.text.clone()));
        let mut bound = Names::new();
        if let Head::Function(bounds) = &definition.head {
            bound.extend(names_of(bounds));
        }
        visit::walk(&definition.body, &mut |e| match &e.kind {
            ExprKind::Let(units, _) => {
                for local in units.iter().filter_map(crate::tla::syntax::Unit::definition) {
                    let params = local.params().iter().map(|param| param.name.text.clone());
                    self.given.extend(params.chain([local.name.text.clone()]));
                }
            }
            ExprKind::Lambda(params, _) => self.given.extend(params.iter().map(|param| param.name.text.clone())),
            ExprKind::Quant(_, bounds, _) | ExprKind::Function(bounds, _) | ExprKind::Map(_, bounds) => {
                bound.extend(names_of(bounds));
            }
            ExprKind::Choose(one, _) | ExprKind::Filter(one, _) => bound.extend(names_of(std::slice::from_ref(&**one))),
            _ => {}
        });
        bound.extend(self.given.iter().cloned());
        self.bound.extend(bound);
    }

    fn find_aliases(&mut self, definitions: &[&Definition]) {
        for _ in definitions {
            for definition in definitions {
                let ExprKind::Tuple(parts) = &definition.body.kind else { continue };
                // With parameters, or as a function, the name alone is none.
                if !matches!(&definition.head, Head::Operator(params, _) if params.is_empty()) {
                    continue;
                }
                let parts: Option<Vec<_>> = parts.iter().map(|part| self.variables_of(part)).collect();
                if let Some(parts) = parts {
                    self.aliases.insert(definition.name.text.clone(), parts.into_iter().flatten().collect());
                }
            }
        }
    }

    fn find_roots(&mut self, definitions: &[&Definition]) {
        let mut roots = Names::new();
        let mut fair = Names::new();
        let mut unnamed = Vec::new();
        for definition in definitions {
            let mut conjuncts = Vec::new();
            conjuncts_of(&definition.body, &mut conjuncts);
            let starts = conjuncts
                .iter()
                .any(|e| e.as_name().is_some_and(|n| !self.operators.get(n).is_some_and(|op| op.temporal)));
            let begins = conjuncts.iter().any(|e| self.is_of_states(e));
            for conjunct in conjuncts {
                if let ExprKind::Prefix(op, inner) = &conjunct.kind
                    && let ("[]", ExprKind::Action(false, action, _)) = (op.as_str(), &inner.kind)
                {
                    match action.as_name() {
                        Some(name) if starts => roots.extend([name.to_owned()]),
                        None if begins && self.calls(action) => unnamed.push(action.span),
                        _ => {}
                    }
                }
            }
            visit::walk(&definition.body, &mut |e| {
                if let ExprKind::Fair(_, _, action) = &e.kind {
                    fair.extend(action.as_call().map(|(name, _)| name.to_owned()));
                }
            });
        }
        if roots.is_empty() {
            roots.insert("Next".to_owned());
        }
        self.unnamed = unnamed;
        self.next.clone_from(&roots);
        self.roots = roots.into_iter().filter(|name| self.is_procedure(name)).collect();
        self.fair = fair.into_iter().filter(|name| self.is_procedure(name)).collect();
    }

    /// Whether a conjunct of a specification speaks of states alone, as its initial predicate does.
    fn is_of_states(&self, expr: &Expr) -> bool {
        let mut temporal = false;
        visit::walk(expr, &mut |e| {
            temporal |= match &e.kind {
                ExprKind::Fair(..) | ExprKind::Action(..) => true,
                ExprKind::Prefix(op, _) => ["[]", "<>"].contains(&op.as_str()),
                ExprKind::Infix(op, ..) => ["~>", "-+->"].contains(&op.as_str()),
                _ => e.as_call().is_some_and(|(name, _)| self.operators.get(name).is_some_and(|op| op.temporal)),
            };
        });
        !temporal
    }

    pub(super) fn is_procedure(&self, name: &str) -> bool {
        self.operators.get(name).is_some_and(|op| op.procedure)
    }

    /// The operators that a next-state relation or a procedure uses and that do not act.
    pub(super) fn served(&self) -> Names {
        let mut reached: Names = self.next.iter().cloned().collect();
        reached.extend(self.operators.iter().filter(|(_, op)| op.procedure).map(|(name, _)| name.clone()));
        loop {
            let refs =
                reached.iter().filter_map(|name| self.operators.get(name)).flat_map(|op| op.refs.iter().cloned());
            let more: Names = refs.chain(reached.iter().cloned()).collect();
            if more.len() == reached.len() {
                return reached.into_iter().filter(|name| !self.is_procedure(name)).collect();
            }
            reached = more;
        }
    }

    /// Whether `expr` calls a procedure anywhere.
    pub(super) fn calls(&self, expr: &Expr) -> bool {
        calls(expr, &|name| self.is_procedure(name))
    }

    pub(super) fn is_variable(&self, name: &str) -> bool {
        self.variables.iter().any(|v| v == name)
    }

    /// The variables that `UNCHANGED expr` names; `None` if it is something else.
    pub(super) fn variables_of(&self, expr: &Expr) -> Option<Names> {
        match &expr.kind {
            ExprKind::Tuple(parts) => {
                let parts: Option<Vec<_>> = parts.iter().map(|part| self.variables_of(part)).collect();
                Some(parts?.into_iter().flatten().collect())
            }
            ExprKind::Paren(inner) => self.variables_of(inner),
            _ => {
                let name = expr.as_name()?;
                if self.is_variable(name) {
                    Some(Names::from([name.to_owned()]))
                } else {
                    self.aliases.get(name).cloned()
                }
            }
        }
    }

    /// The name of the tuple of these variables, if it has one that nothing else in the module has.
    pub(super) fn alias_of(&self, names: &Names) -> Option<&str> {
        let mut named = self.aliases.iter().filter(|(alias, set)| *set == names && !self.bound.contains(*alias));
        named.next().map(|(alias, _)| alias.as_str())
    }

    /// All variables.
    pub(super) fn all(&self) -> Names {
        self.variables.iter().cloned().collect()
    }

    /// A name that the module does not use, the first of `wanted`, else the last with underscores.
    pub(super) fn fresh(&self, wanted: &[&str]) -> String {
        let taken = |name: &str| {
            self.identifiers
                .iter()
                .any(|id| id.strip_prefix(name).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit())))
        };
        let mut last = String::new();
        for name in wanted {
            last = (*name).to_owned();
            if !taken(name) {
                return last;
            }
        }
        while taken(&last) {
            last.push('_');
        }
        last
    }

    /// The unprimed and primed variables that evaluating `expr` reads, through operators too.
    pub(super) fn reads(&self, expr: &Expr) -> (Names, Names) {
        let mut reads = Names::new();
        let mut primes = Names::new();
        self.read_into(expr, false, &mut reads, &mut primes);
        (reads, primes)
    }

    fn read_into(&self, expr: &Expr, primed: bool, reads: &mut Names, primes: &mut Names) {
        let primed = primed || matches!(&expr.kind, ExprKind::Postfix(op, _) if op == "'");
        if let ExprKind::Prefix(op, action) = &expr.kind
            && op == "ENABLED"
        {
            // The next values in it are its own.
            return self.read_into(action, primed, reads, &mut Names::new());
        }
        if let Some((name, _)) = expr.as_call() {
            let into = if primed { &mut *primes } else { &mut *reads };
            if self.is_variable(name) {
                into.insert(name.to_owned());
            } else if let Some(operator) = self.operators.get(name) {
                into.extend(operator.reads.iter().cloned());
                primes.extend(operator.primed.iter().cloned());
            }
        }
        visit::children(&expr.kind, &mut |child| self.read_into(child, primed, reads, primes));
    }
}

/// Look at each definition until there is nothing new, in the order of the text and against it in turn, since what one names
/// mostly stands on one side of it.
fn until_still(definitions: &[&Definition], mut look: impl FnMut(&Definition) -> bool) {
    let mut order = definitions.to_vec();
    while order.iter().fold(false, |new, definition| look(definition) | new) {
        order.reverse();
    }
}

pub(super) fn conjuncts_of<'e>(expr: &'e Expr, out: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Paren(e) => conjuncts_of(e, out),
        ExprKind::Junction(true, items) => items.iter().for_each(|item| conjuncts_of(&item.expr, out)),
        ExprKind::Infix(op, a, b) if op == "/\\" => {
            conjuncts_of(a, out);
            conjuncts_of(b, out);
        }
        _ => out.push(expr),
    }
}

/// The names that bounds bind.
fn names_of(bounds: &[Bound]) -> impl Iterator<Item = String> {
    bounds.iter().flat_map(|bound| &bound.names).map(|name| name.text.clone())
}

/// What the body of a definition shows by itself.
fn direct(definition: &Definition, names: &Names, variables: &[String]) -> Operator {
    let mut operator = Operator { arity: definition.params().len(), ..Operator::default() };
    gather(&definition.body, false, names, variables, &mut operator);
    if let crate::tla::syntax::Head::Function(bounds) = &definition.head {
        bounds.iter().filter_map(|b| b.set.as_ref()).for_each(|e| gather(e, false, names, variables, &mut operator));
    }
    let free = free_names_of(definition);
    operator.refs.retain(|name| free.contains(name));
    operator
}

fn gather(expr: &Expr, primed: bool, names: &Names, variables: &[String], operator: &mut Operator) {
    let mut primed = primed;
    match &expr.kind {
        ExprKind::Name { path, name, .. } if path.is_empty() => {
            if names.contains(name) {
                operator.refs.insert(name.clone());
            } else if variables.contains(name) {
                let set = if primed { &mut operator.primed } else { &mut operator.reads };
                set.insert(name.clone());
            }
        }
        ExprKind::Postfix(op, _) if op == "'" => {
            primed = true;
            operator.primes_more |= !super::stmt::primed(expr).is_some_and(|name| variables.iter().any(|v| v == name));
        }
        ExprKind::Prefix(op, _) if op == "[]" || op == "<>" => operator.temporal = true,
        ExprKind::Infix(op, ..) if op == "~>" || op == "-+->" => operator.temporal = true,
        ExprKind::Action(..) | ExprKind::Fair(..) => operator.temporal = true,
        _ => {}
    }
    visit::children(&expr.kind, &mut |child| gather(child, primed, names, variables, operator));
}
