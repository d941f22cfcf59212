//! The actions of a specification, as its next-state relation names them.

use std::collections::BTreeMap;

use crate::base::text::one_line;
use crate::tla;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Head;
use crate::tla::syntax::Quantifier;
use crate::validate::scan::Scan;
use crate::validate::spec::Specification;

/// What a next-state relation is called.
const NEXT: &str = "Next";

/// Operators in operators that are followed down to an action.
const DEPTH: usize = 20;

/// An operator that is taken as one step.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Action {
    pub(super) name: String,
    /// The module's file and the line of its definition.
    pub(super) place: String,
    /// What the arguments are over: names, each with the set that it is chosen from, over the names before it.
    pub(super) choices: Vec<(String, Expr)>,
    pub(super) arguments: Vec<Expr>,
    /// What is done: the call, and what stands beside it.
    pub(super) step: Expr,
}

/// The module's file and the line of a definition.
pub(super) fn place(spec: &Specification, name: &str) -> Option<String> {
    spec.modules().find_map(|(module, text)| {
        let parsed = tla::parse_module(text, &format!("{module}.tla")).module?;
        let found = parsed.units.iter().filter_map(|unit| unit.definition()).find(|d| d.name.text == name)?;
        let line = text.get(..found.name.span.range().start)?.matches('\n').count() + 1;
        Some(format!("{module}.tla:{line}"))
    })
}

/// The names and places of the actions that `Next` is a disjunction of.
pub fn names(spec: &Specification) -> Vec<(String, String)> {
    let mut named = Vec::new();
    for Action { name, place, .. } in actions(spec) {
        if named.iter().all(|(known, _)| *known != name) {
            named.push((name, place));
        }
    }
    named
}

/// The actions that `Next` is a disjunction of, below quantifiers, and below operators that are themselves nothing else. What is
/// more than the call of an operator has the name of the one action that it calls, or is named by its text.
pub(super) fn actions(spec: &Specification) -> Vec<Action> {
    let modules: Vec<_> = spec
        .modules()
        .filter_map(|(name, text)| Some((name, text, tla::parse_module(text, &format!("{name}.tla")).module?)))
        .collect();
    let mut definitions = BTreeMap::new();
    for (module, text, parsed) in &modules {
        for definition in parsed.units.iter().filter_map(|unit| unit.definition()) {
            let line =
                text.get(..definition.name.span.range().start).map_or(0, |before| before.matches('\n').count() + 1);
            definitions.insert(definition.name.text.as_str(), (definition, format!("{module}.tla:{line}")));
        }
    }
    let mut found = Vec::new();
    if let Some((next, place)) = definitions.get(NEXT) {
        let within = place.split_once(".tla:").map_or("", |(module, _)| module);
        let text = spec.modules().find(|(name, _)| *name == within).map_or("", |(_, text)| text);
        let reader = Reader { definitions: &definitions, scan: spec.scan(), module: within, text };
        reader.read(&next.body, &[], 0, &mut found);
    }
    found
}

struct Reader<'a> {
    definitions: &'a BTreeMap<&'a str, (&'a Definition, String)>,
    scan: Scan,
    /// The module of the next-state relation, and its text.
    module: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    /// Whether all of the expression is a choice among actions; those that there are, are put into `found` in any case.
    fn read(&self, expr: &Expr, choices: &[(String, Expr)], depth: usize, found: &mut Vec<Action>) -> bool {
        let mut all = |parts: &[&Expr]| {
            let understood: Vec<bool> = parts.iter().map(|part| self.read(part, choices, depth, found)).collect();
            understood.into_iter().all(|understood| understood)
        };
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::Label(_, _, inner) => all(&[inner]),
            ExprKind::Junction(false, items) => all(&items.iter().map(|item| &item.expr).collect::<Vec<_>>()),
            ExprKind::Infix(operator, left, right) if operator == "\\/" => all(&[left, right]),
            ExprKind::Quant(Quantifier::Some, bounds, body) => {
                let mut inner = choices.to_vec();
                for bound in bounds {
                    let Some(set) = bound.set.as_ref().filter(|_| !bound.tuple) else {
                        return self.other(expr, choices, depth, found);
                    };
                    inner.extend(bound.names.iter().map(|name| (name.text.clone(), set.clone())));
                }
                self.read(body, &inner, depth, found)
            }
            ExprKind::Name { path, name, args } if path.is_empty() && self.definitions.contains_key(name.as_str()) => {
                self.call(name, args, choices, depth, found)
            }
            _ => self.other(expr, choices, depth, found),
        }
    }

    /// What is no call: in an operator the operator is the step, in the next-state relation itself it is one.
    fn other(&self, expr: &Expr, choices: &[(String, Expr)], depth: usize, found: &mut Vec<Action>) -> bool {
        let Some(text) = self.text.get(expr.span.range()).filter(|_| depth == 0) else { return false };
        if !self.scan.mentions_next(text) {
            return false;
        }
        let mut calls = Vec::new();
        self.actions_in(expr, &mut calls);
        let (name, arguments, place) = match calls[..] {
            [(name, arguments)] => (name.to_owned(), arguments.to_vec(), self.definitions[name].1.clone()),
            _ => {
                let line = self.text[..expr.span.range().start].matches('\n').count() + 1;
                (one_line(text), Vec::new(), format!("{}.tla:{line}", self.module))
            }
        };
        found.push(Action { name, place, choices: choices.to_vec(), arguments, step: expr.clone() });
        true
    }

    /// The calls of actions that an expression is a conjunction of.
    fn actions_in<'e>(&self, expr: &'e Expr, calls: &mut Vec<(&'e str, &'e [Expr])>) {
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::Label(_, _, inner) => self.actions_in(inner, calls),
            ExprKind::Junction(true, items) => items.iter().for_each(|item| self.actions_in(&item.expr, calls)),
            ExprKind::Infix(operator, left, right) if operator == "/\\" => {
                self.actions_in(left, calls);
                self.actions_in(right, calls);
            }
            ExprKind::Name { path, name, args }
                if path.is_empty()
                    && self.definitions.contains_key(name.as_str())
                    && self.scan.mentions_next(&format!(" {name} ")) =>
            {
                calls.push((name, args));
            }
            _ => {}
        }
    }

    fn call(
        &self,
        name: &str,
        arguments: &[Expr],
        choices: &[(String, Expr)],
        depth: usize,
        found: &mut Vec<Action>,
    ) -> bool {
        let Some((definition, place)) = self.definitions.get(name) else { return false };
        if let Some(inner) = within(definition, arguments, choices).filter(|_| depth < DEPTH) {
            let mut actions = Vec::new();
            if self.read(&definition.body, &inner, depth + 1, &mut actions) {
                found.extend(actions);
                return true;
            }
        }
        let (choices, arguments) = (choices.to_vec(), arguments.to_vec());
        let span = arguments.first().map_or_else(Default::default, |argument| argument.span);
        let step = Expr::call(name, arguments.clone(), span);
        found.push(Action { name: name.to_owned(), place: place.clone(), choices, arguments, step });
        true
    }
}

/// The choices within an operator: a parameter is chosen from the set of its argument alone. `None` where a name would
/// stand for two things.
fn within(definition: &Definition, arguments: &[Expr], choices: &[(String, Expr)]) -> Option<Vec<(String, Expr)>> {
    let Head::Operator(parameters, _) = &definition.head else { return None };
    let mut inner = choices.to_vec();
    for (parameter, argument) in parameters.iter().zip(arguments) {
        let name = &parameter.name.text;
        if argument.as_name() == Some(name) {
            continue;
        }
        if parameter.arity > 0 || inner.iter().any(|(known, _)| known == name) {
            return None;
        }
        inner.push((name.clone(), Expr::new(ExprKind::Set(vec![argument.clone()]), argument.span)));
    }
    Some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_actions_are_found_below_quantifiers_and_operators_that_only_choose() {
        let text = r"---- MODULE M ----
EXTENDS Naturals
CONSTANT Node
VARIABLE x
Tick(s) == x' = x + s
Lose == x' = 0
Send(s, m) == \/ x' = m
              \/ x' = s
Network == Lose \/ \E m \in 1..2 : Send(m, m + 1)
Local(t) == Tick(t) \/ Send(t, 0)
Other(s) == Local(s + 1)
Next == \/ \E s, r \in Node : \/ Local(s)
                              \/ Other(r)
        \/ Network
        \/ x' = 7
        \/ \E s \in Node : x > 0 /\ Tick(s)
        \/ \E <<s, t>> \in Node \X Node : Tick(s) /\ Lose
        \/ x = 3
====";
        let spec = Specification::new("M", text, Vec::new());
        let shown = |expr: &Expr| text[expr.span.range()].to_owned();
        let one = |action: &Action| {
            let over: Vec<String> = action.choices.iter().map(|(name, set)| format!("{name}:{}", shown(set))).collect();
            let arguments: Vec<String> = action.arguments.iter().map(shown).collect();
            format!("{}({}) {} {}", action.name, arguments.join(","), over.join(" "), action.place)
        };
        let found: Vec<String> = actions(&spec).iter().map(one).collect();
        assert_eq!(
            found,
            [
                "Tick(t) s:Node r:Node t:s M.tla:5",
                "Send(t,0) s:Node r:Node t:s M.tla:7",
                "Other(r) s:Node r:Node M.tla:11",
                "Lose()  M.tla:6",
                "Send(m,m + 1) m:1..2 M.tla:7",
                "x' = 7()  M.tla:15",
                "Tick(s) s:Node M.tla:5",
                "\\E <<s, t>> \\in Node \\X Node : Tick(s) /\\ Lose()  M.tla:17",
            ]
        );
    }
}
