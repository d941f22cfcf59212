//! Levels: what the built-in operators take and give, and what may not stand where.

use super::Checker;
use super::Stage;
use super::symbol::ACTION;
use super::symbol::CONSTANT;
use super::symbol::Level;
use super::symbol::STATE;
use super::symbol::TEMPORAL;
use super::symbol::Value;
use super::symbol::level_name;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;

/// A built-in operator: the highest level of each operand, and the level of the result; `None` is that of the operands.
#[derive(Clone, Copy, Debug)]
pub(super) struct BuiltIn {
    pub(super) arity: usize,
    max: Level,
    gives: Option<Level>,
}

/// The built-in operator with this canonical spelling. `prefix` tells `-`, which is not built in, from nothing else.
pub(super) fn built_in(op: &str) -> Option<BuiltIn> {
    let (arity, max, gives) = match op {
        "=" | "/=" | "\\in" | "\\notin" | "\\subseteq" | "\\" | "\\cap" | "\\cup" | "\\X" => (2, ACTION, None),
        "/\\" | "\\/" | "=>" | "\\equiv" => (2, TEMPORAL, None),
        "~" => (1, TEMPORAL, None),
        "SUBSET" | "UNION" | "DOMAIN" => (1, ACTION, None),
        "'" => (1, STATE, Some(ACTION)),
        "ENABLED" => (1, ACTION, Some(STATE)),
        "UNCHANGED" => (1, STATE, Some(ACTION)),
        "\\cdot" => (2, ACTION, Some(ACTION)),
        "[]" | "<>" => (1, TEMPORAL, Some(TEMPORAL)),
        "~>" | "-+->" => (2, TEMPORAL, Some(TEMPORAL)),
        _ => return None,
    };
    Some(BuiltIn { arity, max, gives })
}

impl Checker<'_> {
    /// The level of a built-in operator applied to operands.
    pub(super) fn apply_built_in(
        &mut self,
        op: &str,
        operator: BuiltIn,
        operands: &[(Value, Node<'_>)],
        node: Node<'_>,
    ) -> Value {
        let mut result = Value::of(operator.gives.unwrap_or(CONSTANT));
        for (value, operand) in operands {
            self.check_level(value, operator.max, *operand, &format!("`{op}`"));
            if operator.gives.is_none() {
                result.join(value);
            }
        }
        match op {
            "[]" | "<>" => self.check_temporal_operand(op, operands),
            "~>" | "-+->" => {
                for (_, operand) in operands.iter().filter(|(value, _)| value.level == ACTION) {
                    let message =
                        format!("`{op}` is between temporal formulas or state predicates, but this is an action");
                    self.level_error(*operand, message, "write `[A]_v` under `[]`, or a predicate without primes");
                }
            }
            "/\\" | "\\/" | "=>" | "\\equiv" => self.check_mixture(op, &result, operands.iter().map(|(v, _)| v), node),
            _ => {}
        }
        result
    }

    /// `[]` wants `[A]_v` and `<>` wants `<<A>>_v` where their operand is an action.
    fn check_temporal_operand(&mut self, op: &str, operands: &[(Value, Node<'_>)]) {
        let Some((value, mut operand)) = operands.first().map(|(value, operand)| (value, *operand)) else { return };
        while operand.is(Kind::Paren)
            && let Some(inner) = operand.child(0)
        {
            operand = inner;
        }
        let (wanted, form) = if op == "[]" { (Kind::Action, "[A]_v") } else { (Kind::AngleAction, "<<A>>_v") };
        if value.level == ACTION && !operand.is(wanted) {
            let message = format!("`{op}` is before an action that is not of the form `{form}`");
            self.level_error(operand, message, &format!("write `{op}{form}` with the variables as `v`"));
        }
    }

    /// A temporal formula and an action cannot be joined.
    pub(super) fn check_mixture<'v>(
        &mut self,
        op: &str,
        result: &Value,
        parts: impl Iterator<Item = &'v Value>,
        node: Node<'_>,
    ) {
        if result.level == TEMPORAL && parts.into_iter().any(|part| part.level == ACTION) {
            let message = format!("`{op}` joins a temporal formula and an action");
            self.level_error(
                node,
                message,
                "an action stands in a temporal formula only as `[A]_v`, `<<A>>_v` or in WF_v(A)",
            );
        }
    }

    /// Report a level above `max`, and see to it that parameters stay below it.
    pub(super) fn check_level(&mut self, value: &Value, max: Level, node: Node<'_>, owner: &str) {
        if max >= TEMPORAL {
            return;
        }
        for id in &value.depends {
            let symbol = &mut self.symbols[*id as usize];
            symbol.max = symbol.max.min(max);
        }
        self.check_level_here(value, max, node, owner);
    }

    /// The same without regard to parameters, of which SANY asks nothing where they are sets of bound variables.
    pub(super) fn check_level_here(&mut self, value: &Value, max: Level, node: Node<'_>, owner: &str) {
        if value.level > max {
            let message = format!("{owner} takes at most {}, but this is {}", level_name(max), level_name(value.level));
            let hint = match (max, value.level) {
                (STATE, ACTION) => "what has been primed cannot be primed again",
                _ if value.level == TEMPORAL => "`[]`, `<>`, `~>`, WF_ and SF_ make a formula temporal",
                _ => "",
            };
            self.level_error(node, message, hint);
        }
    }

    pub(super) fn level_error(&mut self, node: Node<'_>, message: String, hint: &str) {
        let hints: Vec<_> = (!hint.is_empty()).then(|| hint.to_owned()).into_iter().collect();
        self.say(Stage::Levels, self.scope.file, node.span(), "tla/level", message, &hints);
    }
}
