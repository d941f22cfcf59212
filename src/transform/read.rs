//! Reading the body of a procedure as statements, and refusing what has no imperative meaning.

use std::collections::BTreeSet;

use super::facts::Facts;
use super::facts::Names;
use super::pass::local;
use super::pass::name;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use super::stmt::acts;
use super::stmt::all_notes;
use super::stmt::primed;
use crate::base::span::Span;
use crate::tla::check;
use crate::tla::ops;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Fixity;
use crate::tla::syntax::Head;
use crate::tla::syntax::Notes;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// Something that cannot be transformed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Refusal {
    pub(super) span: Span,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) hint: &'static str,
}

pub(super) struct Reader<'a> {
    facts: &'a Facts<'a>,
    /// Whether the text is to be run, and not read as TLA+.
    imperative: bool,
    /// Operators that are infinite sets.
    infinite: Names,
    /// Names around the place at hand, and whether each is an infinite set.
    locals: Vec<(String, bool)>,
    /// How many names were given to the sets of loops.
    sets: usize,
    /// Infinite sets from which a statement chooses.
    pub(super) choices: BTreeSet<Span>,
    pub(super) refusals: Vec<Refusal>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(facts: &'a Facts<'a>, imperative: bool) -> Self {
        let mut reader = Self {
            facts,
            imperative,
            infinite: Names::new(),
            locals: Vec::new(),
            sets: 0,
            choices: BTreeSet::new(),
            refusals: Vec::new(),
        };
        // A definition reads those before it.
        for definition in facts.module.units.iter().filter_map(Unit::definition) {
            if reader.is_infinite_by(definition) {
                reader.infinite.insert(definition.name.text.clone());
            }
        }
        reader
    }

    /// The statement that the body of a procedure is.
    pub(super) fn procedure(&mut self, definition: &Definition) -> Stmt {
        self.locals = definition.params().iter().map(|param| (param.name.text.clone(), false)).collect();
        if matches!(definition.head, Head::Function(_)) {
            let message = format!("`{}` is a function and cannot assign", definition.name.text);
            self.refuse(
                "transform/assignment-in-expression",
                definition.name.span,
                message,
                "make it an operator with parameters",
            );
        }
        if matches!(definition.head, Head::Operator(_, fixity) if fixity != Fixity::Named) {
            let message = format!("`{}` is a symbol and cannot assign", definition.name.text);
            let hint = "give it a name: `Add(a, b) == ...`, called as a statement";
            self.refuse("transform/assignment-in-expression", definition.name.span, message, hint);
        }
        self.stmt(&definition.body)
    }

    fn refuse(&mut self, code: &'static str, span: Span, message: String, hint: &'static str) {
        self.refusals.push(Refusal { span, code, message, hint });
    }

    fn acts(&self, expr: &Expr) -> bool {
        acts(expr, &|name| self.facts.is_procedure(name)) || self.facts.calls(expr)
    }

    fn stmt(&mut self, expr: &Expr) -> Stmt {
        let mut stmt = match &expr.kind {
            ExprKind::Paren(e) | ExprKind::Label(_, _, e) if self.acts(e) => self.stmt(e),
            _ if !self.acts(expr) => {
                self.guard(expr);
                let mut bare = expr.clone();
                let notes = std::mem::take(&mut bare.notes);
                return Stmt { kind: StmtKind::Guard(bare), span: expr.span, notes };
            }
            _ => Stmt::new(self.kind(expr), expr.span),
        };
        stmt.notes.wrap(expr.notes.clone());
        if let StmtKind::Skip(_) = &stmt.kind {
            stmt.notes = all_notes(expr);
        }
        stmt
    }

    fn kind(&mut self, expr: &Expr) -> StmtKind {
        match &expr.kind {
            ExprKind::Junction(and, items) => {
                let list = items.iter().map(|item| {
                    let mut stmt = self.stmt(&item.expr);
                    stmt.notes.wrap(item.notes.clone());
                    stmt
                });
                let list = list.collect();
                if *and { StmtKind::Seq(list) } else { StmtKind::Or(list) }
            }
            ExprKind::Infix(op, a, b) if op == "/\\" || op == "\\/" => {
                let mut list = Vec::new();
                for side in [a, b] {
                    match (&side.kind, self.stmt(side)) {
                        (ExprKind::Infix(inner, ..), Stmt { kind: StmtKind::Seq(more) | StmtKind::Or(more), .. })
                            if inner == op =>
                        {
                            list.extend(more);
                        }
                        (_, stmt) => list.push(stmt),
                    }
                }
                if op == "/\\" { StmtKind::Seq(list) } else { StmtKind::Or(list) }
            }
            ExprKind::Infix(op, a, b) if (op == "=" || op == "\\in") && primed(a).is_some() => self.assign(op, a, b),
            ExprKind::Prefix(op, inner) if op == "UNCHANGED" => {
                let mut bare = expr.clone();
                bare.notes = Notes::default();
                let named = match self.facts.variables_of(inner) {
                    Some(_) => Some(visit::bare(inner)),
                    // What else stands there says nothing, and may be gone from the output.
                    None if self.imperative => Some(Expr::new(ExprKind::Tuple(Vec::new()), inner.span)),
                    None => None,
                };
                if let Some(named) = named {
                    bare.kind = ExprKind::Prefix("UNCHANGED".to_owned(), Box::new(named));
                }
                StmtKind::Skip(bare)
            }
            ExprKind::Name { path, name, args } if path.is_empty() && self.facts.is_procedure(name) => {
                args.iter().for_each(|arg| self.value(arg));
                StmtKind::Call(name.clone(), args.clone())
            }
            ExprKind::If(c, a, b) => {
                self.value(c);
                StmtKind::If((**c).clone(), Box::new(self.stmt(a)), Box::new(self.stmt(b)))
            }
            ExprKind::Case(arms) => {
                let arms = arms.iter().map(|arm| {
                    arm.guard.iter().for_each(|guard| self.value(guard));
                    (arm.guard.clone(), self.stmt(&arm.body))
                });
                StmtKind::Case(arms.collect())
            }
            ExprKind::Let(units, body) => self.locals(units, body),
            ExprKind::Quant(quantifier, bounds, body) if self.acts(body) => {
                self.quantified(*quantifier, bounds, body, expr.span)
            }
            _ => {
                // A formula around a call that is made for its value.
                self.guard(expr);
                let mut bare = expr.clone();
                bare.notes = Notes::default();
                StmtKind::Guard(bare)
            }
        }
    }

    fn assign(&mut self, op: &str, target: &Expr, value: &Expr) -> StmtKind {
        let name = primed(target).unwrap_or_default().to_owned();
        if !self.facts.is_variable(&name) {
            let message = format!("assign to `{name}`: it is not a variable");
            self.refuse(
                "transform/not-a-variable",
                target.span,
                message,
                "declare it in VARIABLES, or use LET for a local value",
            );
        }
        self.value(value);
        if op != "=" && self.is_infinite(value) {
            self.choices.insert(value.span);
        }
        if op == "=" { StmtKind::Assign(name, value.clone()) } else { StmtKind::Pick(name, value.clone()) }
    }

    fn locals(&mut self, units: &[Unit], body: &Expr) -> StmtKind {
        let depth = self.locals.len();
        for unit in units {
            match &unit.kind {
                UnitKind::Definition(definition) => {
                    let infinite = self.is_infinite_by(definition);
                    self.locals.push((definition.name.text.clone(), infinite));
                    let acting = acts(&definition.body, &|_| false);
                    let simple = matches!(&definition.head, Head::Operator(params, _) if params.is_empty());
                    if acting || (!simple && self.facts.calls(&definition.body)) {
                        let what = if acting { "assigns" } else { "has parameters and calls a procedure" };
                        let message = format!("the local operator `{}` {what}", definition.name.text);
                        self.refuse(
                            "transform/local-procedure",
                            definition.name.span,
                            message,
                            "define it at the level of the module",
                        );
                    } else {
                        self.value(&definition.body);
                    }
                }
                UnitKind::Recursive(_) => {}
                _ => {
                    let message = "use INSTANCE in a LET of a procedure".to_owned();
                    self.refuse(
                        "transform/local-instance",
                        unit.span,
                        message,
                        "instantiate at the level of the module",
                    );
                }
            }
        }
        let body = self.stmt(body);
        self.locals.truncate(depth);
        StmtKind::Let(units.to_vec(), Box::new(body))
    }

    fn quantified(&mut self, quantifier: Quantifier, bounds: &[Bound], body: &Expr, span: Span) -> StmtKind {
        let depth = self.locals.len();
        for bound in bounds {
            match &bound.set {
                Some(set) => {
                    self.value(set);
                    let infinite = self.is_infinite(set);
                    if infinite && quantifier == Quantifier::Some {
                        self.choices.insert(set.span);
                    } else if infinite && self.imperative {
                        let message = "loop over a set without end".to_owned();
                        let hint = "say over which finite set: `\\A n \\in 0..Max : ...`";
                        self.refuse("transform/unbounded", set.span, message, hint);
                    }
                }
                None => {
                    let message = "quantify statements without a set".to_owned();
                    self.refuse(
                        "transform/unbounded",
                        span,
                        message,
                        "say over which finite set: `\\E x \\in S : ...`",
                    );
                }
            }
            self.locals.extend(bound.names.iter().map(|name| (name.text.clone(), false)));
        }
        let body = Box::new(self.stmt(body));
        self.locals.truncate(depth);
        match quantifier {
            Quantifier::Some => StmtKind::Exists(bounds.to_vec(), body),
            _ if bounds.iter().map(variables).sum::<usize>() > 1 => self.nested_loop(bounds, body, span),
            _ => StmtKind::Loop(bounds.to_vec(), body),
        }
    }

    /// A loop with several variables becomes one loop in another, but its sets are evaluated once, before both.
    fn nested_loop(&mut self, bounds: &[Bound], body: Box<Stmt>, span: Span) -> StmtKind {
        let mut units = Vec::new();
        let mut over = bounds.to_vec();
        for bound in &mut over {
            self.sets += 1;
            let set_name = format!("{}{}", self.facts.fresh(&["all", "whole"]), self.sets);
            units.extend(bound.set.replace(name(&set_name)).map(|set| local(&set_name, set)));
        }
        StmtKind::Let(units, Box::new(Stmt::new(StmtKind::Loop(over, body), span)))
    }

    /// Check an expression that stands as a statement and does not act.
    fn guard(&mut self, expr: &Expr) {
        if let ExprKind::Infix(op, left, _) = &expr.kind
            && op == "="
            && let Some(variable) = part_of_primed(left)
        {
            let message = format!("assign to a part of `{variable}`");
            self.refuse(
                "transform/assignment-to-part",
                left.span,
                message,
                "write `v' = [v EXCEPT ![i] = e]`; a comparison needs the other side first",
            );
        }
        if let Some((name, args)) = expr.as_call() {
            let known = matches!(name, "TRUE" | "FALSE")
                || check::is_standard_operator(name)
                || self.locals.iter().any(|(local, _)| local == name)
                || self.facts.operators.contains_key(name)
                || self.facts.is_variable(name)
                || (args.is_empty() && self.is_constant(name));
            if !known {
                let message = format!("call `{name}`: there is no such operator");
                self.refuse("transform/unknown-operator", expr.span, message, "define it, or remove the statement");
            }
        }
        self.formula(expr);
        self.value(expr);
    }

    /// Check that nothing in a formula looks like an assignment.
    fn formula(&mut self, expr: &Expr) {
        visit::walk(expr, &mut |e| {
            if let ExprKind::Infix(op, left, _) = &e.kind
                && (op == "=" || op == "\\in")
                && let Some(variable) = primed(left)
            {
                let message = format!("assign to `{variable}` inside a formula");
                let hint =
                    "an assignment is a statement: use IF ... THEN ... ELSE UNCHANGED <<>> instead of `=>` or `~`";
                self.refusals.push(Refusal { span: e.span, code: "transform/assignment-in-expression", message, hint });
            }
        });
    }

    /// Refuse assignments, and values of actions, in operators that procedures use and that are none themselves; in those that
    /// nothing uses as well, which no property reads as TLA+.
    pub(super) fn functions(&mut self) {
        let served = self.facts.served();
        for definition in self.facts.module.units.iter().filter_map(Unit::definition) {
            let name = &definition.name.text;
            if served.contains(name) {
                self.formula(&definition.body);
                self.actions(&definition.body);
            } else if self.is_idle(name) {
                self.formula(&definition.body);
                if self.facts.calls(&definition.body) {
                    self.calls(&definition.body, true);
                }
            }
        }
    }

    /// Whether an operator does not act and nothing else of the module names it.
    fn is_idle(&self, name: &str) -> bool {
        let operators = &self.facts.operators;
        let idle = operators.get(name).is_some_and(|operator| !operator.procedure && !operator.temporal);
        idle && !operators.iter().any(|(other, operator)| other != name && operator.refs.contains(name))
    }

    /// Refuse instances of modules that may have variables.
    pub(super) fn instances(&mut self) {
        for unit in &self.facts.module.units {
            if let UnitKind::Instance(instance) = &unit.kind
                && !check::is_stateless_module(&instance.module.text)
            {
                let message = format!("instantiate `{}`, which may have variables", instance.module.text);
                self.refuse("transform/instance", unit.span, message, "copy the operators that are needed");
            }
        }
    }

    /// Whether `set` is infinite by its text, or by that of what it names. The sets beside an infinite one are taken to have
    /// elements.
    fn is_infinite(&self, set: &Expr) -> bool {
        match &set.kind {
            ExprKind::Paren(inner) => self.is_infinite(inner),
            ExprKind::Prefix(op, inner) => op == "SUBSET" && self.is_infinite(inner),
            ExprKind::Infix(op, a, b) => match ops::canonical(op) {
                "\\cup" | "\\X" => self.is_infinite(a) || self.is_infinite(b),
                "\\" => self.is_infinite(a) && !self.is_infinite(b),
                _ => false,
            },
            ExprKind::FunctionSet(from, to) => self.is_infinite(from) || self.is_infinite(to),
            ExprKind::RecordSet(fields) => fields.iter().any(|(_, field)| self.is_infinite(field)),
            _ => {
                let Some((name, args)) = set.as_call() else { return false };
                if let Some((_, infinite)) = self.locals.iter().rev().find(|(local, _)| local == name) {
                    return *infinite;
                }
                if self.facts.operators.contains_key(name) {
                    return self.infinite.contains(name);
                }
                !self.is_constant(name)
                    && matches!((name, args), ("Nat" | "Int" | "Real" | "STRING", []) | ("Seq", [_]))
            }
        }
    }

    /// Whether a definition without parameters is that of an infinite set.
    fn is_infinite_by(&self, definition: &Definition) -> bool {
        matches!(&definition.head, Head::Operator(params, _) if params.is_empty()) && self.is_infinite(&definition.body)
    }

    fn is_constant(&self, name: &str) -> bool {
        self.facts.module.units.iter().any(|unit| match &unit.kind {
            UnitKind::Constants(params) => params.iter().any(|param| param.name.text == name),
            _ => false,
        })
    }

    /// Check an expression that is evaluated.
    fn value(&mut self, expr: &Expr) {
        self.actions(expr);
        self.calls(expr, false);
    }

    /// Refuse what makes a value of an action.
    fn actions(&mut self, expr: &Expr) {
        visit::walk(expr, &mut |e| {
            if let ExprKind::Prefix(op, _) = &e.kind
                && (op == "ENABLED" || op == "UNCHANGED")
            {
                let message = format!("evaluate `{op}` inside a procedure");
                self.refuse("transform/not-a-value", e.span, message, "compare the values themselves");
            }
        });
    }

    /// Check the calls of procedures in a value; `open` says that it is evaluated any number of times.
    fn calls(&mut self, expr: &Expr, open: bool) {
        if let Some((name, args)) = expr.as_call().filter(|(name, _)| self.facts.is_procedure(name)) {
            let arity = self.facts.operators.get(name).map_or(0, |operator| operator.arity);
            let problem = if args.is_empty() && arity > 0 {
                Some(format!("hand over the procedure `{name}` as an argument"))
            } else {
                open.then(|| format!("call the procedure `{name}` where it is open how often it runs"))
            };
            if let Some(message) = problem {
                let hint = "run it before, `LET r == P(a) IN ...`, or write a loop: `\\A x \\in S : P(x)`";
                self.refuse("transform/procedure-as-value", expr.span, message, hint);
            }
        }
        match &expr.kind {
            ExprKind::Quant(_, bounds, body) | ExprKind::Function(bounds, body) | ExprKind::Map(body, bounds) => {
                bounds.iter().filter_map(|bound| bound.set.as_ref()).for_each(|set| self.calls(set, open));
                self.calls(body, true);
            }
            ExprKind::Choose(bound, body) | ExprKind::Filter(bound, body) => {
                bound.set.iter().for_each(|set| self.calls(set, open));
                self.calls(body, true);
            }
            ExprKind::Lambda(_, body) => self.calls(body, true),
            ExprKind::Postfix(op, body) if op == "'" => self.calls(body, true),
            ExprKind::Let(units, body) => {
                for definition in units.iter().filter_map(Unit::definition) {
                    let simple = matches!(&definition.head, Head::Operator(params, _) if params.is_empty());
                    self.calls(&definition.body, open || !simple);
                }
                self.calls(body, open);
            }
            kind => visit::children(kind, &mut |child| self.calls(child, open)),
        }
    }
}

/// How many variables a bound has that a loop goes through.
fn variables(bound: &Bound) -> usize {
    if bound.tuple { 1 } else { bound.names.len() }
}

/// The variable of `v'[i]`, `v'.f` or `v[i]'`.
fn part_of_primed(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Apply(e, _) | ExprKind::Field(e, _) => primed(e).or_else(|| part_of_primed(e)),
        ExprKind::Postfix(op, e) if op == "'" => part_of_primed_inner(e),
        _ => None,
    }
}

fn part_of_primed_inner(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Apply(e, _) | ExprKind::Field(e, _) => e.as_name().or_else(|| part_of_primed_inner(e)),
        _ => None,
    }
}

/// The names that occur in a text as identifiers.
pub(super) fn identifiers(text: &str) -> Names {
    let tree = crate::tla::tree::parse(text).tree;
    let names = tree.tokens().iter().filter(|token| token.kind == crate::tla::tree::TokenKind::Name);
    names.map(|token| text[token.span().range()].to_owned()).collect()
}
