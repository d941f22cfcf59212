//! `SYMMETRY`: states that are the same but for a permutation of model values are one state.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::error::Eval;
use super::error::Fault;
use super::error::Kind;
use super::explore::fingerprint;
use super::machine::Machine;
use super::machine::State;
use super::program::Expression;
use super::text::Text;
use super::value::Domain;
use super::value::Value;

/// More permutations than this are not held; TLC takes minutes then, too.
const MOST: usize = 100_000;

/// What becomes of each model value.
type Permutation = BTreeMap<Text, Text>;

/// The group that is made of the permutations of a config, as TLC makes it (`tlc2.util.MVPerms`).
pub(super) struct Symmetry {
    group: Vec<Permutation>,
}

impl Symmetry {
    /// The value of what the config names: a set of functions from model values to model values.
    pub(super) fn of(machine: &mut Machine<'_>, named: &Expression) -> Eval<Self> {
        let set = machine.eval(named)?;
        let given = machine.items(&set)?.iter().map(permutation).collect::<Eval<Vec<Permutation>>>()?;
        let identity: Permutation = given.iter().flatten().map(|(from, _)| (from.clone(), from.clone())).collect();
        let mut group = vec![identity];
        let mut at = 0;
        while let Some(one) = group.get(at).cloned() {
            for other in &given {
                let after = one.iter().map(|(from, to)| (from.clone(), image(to, other))).collect();
                if !group.contains(&after) {
                    group.push(after);
                }
            }
            if group.len() > MOST {
                return Err(Fault::new(Kind::TooLarge, format!("the symmetry has more than {MOST} permutations")));
            }
            at += 1;
        }
        Ok(Self { group })
    }

    /// The same for all states that a permutation makes of each other.
    pub(super) fn fingerprint(&self, state: &State) -> Eval<u64> {
        let mut least = u64::MAX;
        for permutation in &self.group {
            let values = state.iter().map(|value| value.as_ref().map(|value| permuted(value, permutation)).transpose());
            least = least.min(fingerprint(&values.collect::<Eval<State>>()?));
        }
        Ok(least)
    }
}

fn permutation(function: &Value) -> Eval<Permutation> {
    let wrong =
        || Fault::new(Kind::Operand, format!("SYMMETRY needs functions of model values, not {}", function.brief()));
    let Value::Function(pairs) = function else { return Err(wrong()) };
    let Domain::Set(domain) = pairs.domain() else { return Err(wrong()) };
    let both = |(from, to): (&Value, &Value)| match (from, to) {
        (Value::Model(from), Value::Model(to)) => Ok((from.clone(), to.clone())),
        _ => Err(wrong()),
    };
    let found: Permutation = domain.items().iter().zip(pairs.items()).map(both).collect::<Eval<_>>()?;
    let images: BTreeSet<&Text> = found.values().collect();
    if images.into_iter().eq(found.keys()) { Ok(found) } else { Err(wrong()) }
}

fn image(model: &Text, permutation: &Permutation) -> Text {
    permutation.get(model).unwrap_or(model).clone()
}

fn permuted(value: &Value, permutation: &Permutation) -> Eval<Value> {
    let all = |items: &[Value]| items.iter().map(|item| permuted(item, permutation)).collect::<Eval<Vec<Value>>>();
    match value {
        Value::Model(name) => Ok(Value::Model(image(name, permutation))),
        Value::Set(set) => Value::set(all(set.items())?),
        Value::Tuple(tuple) => Value::tuple(all(tuple.items())?),
        Value::Record(record) => Value::record_of(record.names().clone(), all(record.items())?),
        Value::Function(function) => match function.domain() {
            Domain::From(_) => Value::function_of(function.domain().clone(), all(function.items())?),
            Domain::Set(domain) => {
                Value::mapping(all(domain.items())?.into_iter().zip(all(function.items())?).collect())
            }
        },
        other => Ok(other.clone()),
    }
}
