//! Constants that the config leaves without a value: as few values as show something, by what the module does with them.

use std::fmt::Write as _;

use super::Draft;
use super::Proposal;
use super::edit::Edit;
use crate::eval::Config;
use crate::tla::ops;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Head;
use crate::tla::syntax::Module;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// The constants without a value, in the order of their declarations; operators are not among them.
pub(super) fn missing(module: &Module, config: &Config) -> Vec<String> {
    let setup = &config.setup;
    let given = |name: &str| {
        setup.constants.iter().any(|(given, _)| given == name) || setup.replaced.iter().any(|(given, _)| given == name)
    };
    let declared = module.units.iter().filter_map(|unit| match &unit.kind {
        UnitKind::Constants(params) => Some(params),
        _ => None,
    });
    let values = declared.flatten().filter(|param| param.arity == 0);
    values.map(|param| param.name.text.clone()).filter(|name| !given(name)).collect()
}

/// A value for each of them.
pub(super) fn propose(draft: &Draft, module: &Module, config: &Config) -> Option<Proposal> {
    let mut lines = String::new();
    for name in missing(module, config) {
        let (value, why) = match used(module, &name) {
            Used::Set => {
                let stem = name.to_lowercase();
                let values = format!("{{{stem}1, {stem}2, {stem}3}}");
                (values, "three model values: the fewest of which two are more than half")
            }
            Used::Number => ("2".to_owned(), "the least number that lets something happen twice"),
            Used::Value => (name.clone(), "a model value, equal to itself alone"),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "    \\* {why}\n    {name} = {value}");
    }
    let end = draft.config.len();
    let gap = if draft.config.is_empty() || draft.config.ends_with('\n') { "" } else { "\n" };
    let with = format!("{gap}CONSTANTS\n{lines}");
    let why = "the config has to give every constant a value".to_owned();
    (!lines.is_empty()).then(|| Proposal {
        fixer: "constants",
        why,
        decision: None,
        module: Vec::new(),
        config: vec![Edit::at(end, with)],
    })
}

/// What a constant is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Used {
    Set,
    Number,
    Value,
}

fn used(module: &Module, name: &str) -> Used {
    let (mut sets, mut numbers) = (0, 0);
    let is = |e: &Expr| e.as_name() == Some(name);
    let mut look = |e: &Expr| {
        let (set, number) = uses_of(e, &is);
        sets += set;
        numbers += number;
    };
    for unit in &module.units {
        visit::unit_children(unit, &mut |body| visit::walk(body, &mut look));
    }
    match (sets, numbers) {
        (0, 0) if of_functions(module, &is) => Used::Set,
        (0, 0) => Used::Value,
        (sets, numbers) if sets >= numbers => Used::Set,
        _ => Used::Number,
    }
}

/// Whether a function is defined over it.
fn of_functions(module: &Module, is: &dyn Fn(&Expr) -> bool) -> bool {
    let heads = module.units.iter().filter_map(Unit::definition).map(|definition| &definition.head);
    heads.into_iter().any(|head| matches!(head, Head::Function(bounds) if bound(bounds, is)))
}

fn bound(bounds: &[Bound], is: &dyn Fn(&Expr) -> bool) -> bool {
    bounds.iter().filter_map(|bound| bound.set.as_ref()).any(is)
}

/// How often an expression uses it as a set, and as a number.
fn uses_of(expr: &Expr, is: &dyn Fn(&Expr) -> bool) -> (usize, usize) {
    let (mut set, mut number) = (false, false);
    match &expr.kind {
        ExprKind::Quant(_, bounds, _) | ExprKind::Function(bounds, _) | ExprKind::Map(_, bounds) => {
            set = bound(bounds, is);
        }
        ExprKind::Choose(one, _) | ExprKind::Filter(one, _) => set = bound(std::slice::from_ref(&**one), is),
        ExprKind::FunctionSet(a, b) => set = is(a) || is(b),
        ExprKind::RecordSet(fields) => set = fields.iter().any(|(_, field)| is(field)),
        ExprKind::Prefix(op, a) => set = (op == "SUBSET" || op == "UNION") && is(a),
        ExprKind::Name { name, args, .. } => set = name == "Cardinality" && args.iter().any(is),
        ExprKind::Infix(op, a, b) => match ops::canonical(op) {
            "\\in" | "\\notin" => set = is(b),
            "\\cup" | "\\cap" | "\\" | "\\subseteq" | "\\X" => set = is(a) || is(b),
            "+" | "-" | "*" | "\\div" | "%" | ".." | "<" | ">" | "\\leq" | "\\geq" | "^" => number = is(a) || is(b),
            _ => {}
        },
        _ => {}
    }
    (usize::from(set), usize::from(number))
}
