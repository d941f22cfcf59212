//! The actions of a specification, as its next-state relation names them.

use std::collections::BTreeMap;

use crate::tla;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Head;
use crate::tla::syntax::Quantifier;
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
}

/// The actions that `Next` is a disjunction of, below quantifiers, and below operators that are themselves nothing else.
/// What is not the call of an operator is left out.
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
    if let Some((next, _)) = definitions.get(NEXT) {
        Reader { definitions: &definitions }.read(&next.body, &[], 0, &mut found);
    }
    found
}

struct Reader<'a> {
    definitions: &'a BTreeMap<&'a str, (&'a Definition, String)>,
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
                    let Some(set) = bound.set.as_ref().filter(|_| !bound.tuple) else { return false };
                    inner.extend(bound.names.iter().map(|name| (name.text.clone(), set.clone())));
                }
                self.read(body, &inner, depth, found)
            }
            ExprKind::Name { path, name, args } if path.is_empty() => self.call(name, args, choices, depth, found),
            _ => false,
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
        found.push(Action { name: name.to_owned(), place: place.clone(), choices, arguments });
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
            ]
        );
    }
}
