//! A variable without a next value: `UNCHANGED v` at the end of each branch that says nothing of it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Draft;
use super::Proposal;
use super::edit::Edit;
use crate::base::text::column;
use crate::tla::check;
use crate::tla::ops;
use crate::tla::syntax::Arm;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Item;
use crate::tla::syntax::Module;
use crate::tla::syntax::Quantifier;
use crate::tla::uses;

/// Operators that call each other deeper than this are not followed.
const DEEP: usize = 40;

/// For a message of the evaluator that a variable `is given no value in the next state`.
pub(super) fn propose(draft: &Draft, module: &Module, frozen: &BTreeSet<String>, message: &str) -> Option<Proposal> {
    let variable = message.strip_suffix("` is given no value in the next state")?.strip_prefix('`')?;
    let definitions = uses::definitions(module);
    let next = next_of(draft, &definitions)?;
    let mut completer = Completer {
        text: &draft.module,
        variable,
        definitions: &definitions,
        frozen,
        done: BTreeSet::new(),
        edits: Vec::new(),
    };
    completer.operator(&next, DEEP);
    let edits = completer.edits;
    let why = format!("the branch says nothing of `{variable}`, and a step changes nothing that it does not speak of");
    (!edits.is_empty()).then(|| Proposal { fixer: "unchanged", why, decision: None, module: edits, config: Vec::new() })
}

/// The next-state relation: what NEXT names, or what stands in the box of the specification.
fn next_of(draft: &Draft, definitions: &BTreeMap<&str, &Definition>) -> Option<String> {
    let config = crate::eval::Config::parse(&draft.config, &draft.config_path).ok()?;
    if let Some(next) = config.next() {
        return Some(next.to_owned());
    }
    let specification = definitions.get(config.specification()?)?;
    let mut next = None;
    crate::tla::visit::walk(&specification.body, &mut |e| {
        if let ExprKind::Action(false, action, _) = &e.kind {
            next = next.take().or_else(|| action.as_name().map(str::to_owned));
        }
    });
    next
}

/// Whether an expression gives the variable a next value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// On no path.
    No,
    /// On some.
    Partly,
    /// On all.
    Yes,
    /// It cannot be told, so nothing is proposed.
    Unclear,
}

struct Completer<'a> {
    text: &'a str,
    variable: &'a str,
    definitions: &'a BTreeMap<&'a str, &'a Definition>,
    frozen: &'a BTreeSet<String>,
    done: BTreeSet<String>,
    edits: Vec<Edit>,
}

impl Completer<'_> {
    fn operator(&mut self, name: &str, deep: usize) {
        let Some(definition) = self.definitions.get(name).copied().filter(|_| deep > 0) else { return };
        if !self.frozen.contains(name) && self.done.insert(name.to_owned()) {
            self.complete(&definition.body, deep);
        }
    }

    /// Make each path of an action say something of the variable.
    fn complete(&mut self, expr: &Expr, deep: usize) {
        let says = self.says(expr, deep);
        if says == Says::Yes {
            return;
        }
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::Let(_, inner) | ExprKind::Label(_, _, inner) => {
                self.complete(inner, deep);
            }
            ExprKind::Quant(Quantifier::Some, _, body) => self.complete(body, deep),
            ExprKind::Junction(false, items) => items.iter().for_each(|item| self.complete(&item.expr, deep)),
            ExprKind::Infix(op, a, b) if ops::canonical(op) == "\\/" => {
                [a, b].into_iter().for_each(|part| self.complete(part, deep));
            }
            ExprKind::If(_, a, b) => [a, b].into_iter().for_each(|part| self.complete(part, deep)),
            ExprKind::Case(arms) => arms.iter().for_each(|Arm { body, .. }| self.complete(body, deep)),
            ExprKind::Name { name, .. } if self.is_action(name, deep) => self.operator(name, deep - 1),
            // An alternative that cannot be followed keeps no other from being completed; a conjunct does.
            _ if says == Says::Unclear => {}
            ExprKind::Junction(true, items) => self.conjunction(expr.span.start, items, deep),
            ExprKind::Infix(op, a, b) if ops::canonical(op) == "/\\" => {
                match [a, b].into_iter().find(|part| self.says(part, deep) == Says::Partly) {
                    Some(part) => self.complete(part, deep),
                    None => self.add(expr),
                }
            }
            _ => self.add(expr),
        }
    }

    fn conjunction(&mut self, bullet: usize, items: &[Item], deep: usize) {
        if let Some(part) = items.iter().find(|item| self.says(&item.expr, deep) == Says::Partly) {
            return self.complete(&part.expr, deep);
        }
        let Some(last) = items.last() else { return };
        let end = self.line_end(last.expr.span.end);
        let line = format!("\n{}/\\ UNCHANGED {}", " ".repeat(column(self.text, bullet)), self.variable);
        self.push(Edit::at(end, line));
    }

    /// Behind what ends at `at`: a comment on its line stays there.
    fn line_end(&self, at: usize) -> usize {
        let rest = self.text[at..].split('\n').next().unwrap_or_default();
        if rest.trim_start().starts_with("\\*") { at + rest.trim_end().len() } else { at }
    }

    fn add(&mut self, expr: &Expr) {
        self.push(Edit::at(expr.span.end, format!(" /\\ UNCHANGED {}", self.variable)));
    }

    fn push(&mut self, edit: Edit) {
        if !self.edits.contains(&edit) {
            self.edits.push(edit);
        }
    }

    /// Whether an operator is an action, so that it has to speak of the variable itself.
    fn is_action(&self, name: &str, deep: usize) -> bool {
        let acts = |definition: &&&Definition| {
            let reached = uses::reachable(self.definitions, [definition.name.text.clone()]);
            reached.iter().any(|name| !uses::assigned_in(&self.definitions[name.as_str()].body).is_empty())
        };
        deep > 0 && !self.frozen.contains(name) && self.definitions.get(name).filter(acts).is_some()
    }

    fn says(&self, expr: &Expr, deep: usize) -> Says {
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::Let(_, inner) | ExprKind::Label(_, _, inner) => self.says(inner, deep),
            ExprKind::Quant(Quantifier::Some, _, body) => self.says(body, deep),
            ExprKind::Junction(true, items) => self.all(items.iter().map(|item| &item.expr), deep),
            ExprKind::Junction(false, items) => self.each(items.iter().map(|item| &item.expr), deep),
            ExprKind::Infix(op, a, b) => match (ops::canonical(op), &a.kind) {
                ("/\\", _) => self.all([&**a, &**b], deep),
                ("\\/", _) => self.each([&**a, &**b], deep),
                ("=" | "\\in", ExprKind::Postfix(prime, of)) if prime == "'" => self.names(of, deep),
                _ => Says::No,
            },
            ExprKind::Prefix(op, of) if op == "UNCHANGED" => self.names(of, deep),
            ExprKind::If(_, a, b) => self.each([&**a, &**b], deep),
            ExprKind::Case(arms) => self.each(arms.iter().map(|arm| &arm.body), deep),
            ExprKind::Name { path, name, args } => match self.definitions.get(name.as_str()) {
                _ if !path.is_empty() => Says::Unclear,
                Some(definition) if deep > 0 => self.says(&definition.body, deep - 1),
                Some(_) => Says::Unclear,
                // A parameter that is an operator, or one of a LET.
                None if !args.is_empty() && !check::is_standard_operator(name) => Says::Unclear,
                None => Says::No,
            },
            _ => Says::No,
        }
    }

    /// Whether the variable is the expression, or part of the tuple it is.
    fn names(&self, expr: &Expr, deep: usize) -> Says {
        match &expr.kind {
            ExprKind::Paren(inner) => self.names(inner, deep),
            ExprKind::Tuple(parts) if parts.iter().any(|part| self.names(part, deep) == Says::Yes) => Says::Yes,
            ExprKind::Name { name, .. } if name == self.variable => Says::Yes,
            ExprKind::Name { name, .. } => match self.definitions.get(name.as_str()) {
                Some(definition) if deep > 0 => self.names(&definition.body, deep - 1),
                _ => Says::No,
            },
            _ => Says::No,
        }
    }

    fn all<'e>(&self, parts: impl IntoIterator<Item = &'e Expr>, deep: usize) -> Says {
        let said: Vec<Says> = parts.into_iter().map(|part| self.says(part, deep)).collect();
        for says in [Says::Yes, Says::Unclear, Says::Partly] {
            if said.contains(&says) {
                return says;
            }
        }
        Says::No
    }

    fn each<'e>(&self, parts: impl IntoIterator<Item = &'e Expr>, deep: usize) -> Says {
        let said: Vec<Says> = parts.into_iter().map(|part| self.says(part, deep)).collect();
        match () {
            () if said.contains(&Says::Unclear) => Says::Unclear,
            () if said.iter().all(|says| *says == Says::Yes) => Says::Yes,
            () if said.iter().all(|says| *says == Says::No) => Says::No,
            () => Says::Partly,
        }
    }
}
