//! Mistakes that a transform could make, made in its output, and whether the comparison finds them.

use specgen::tla::parse_module;
use specgen::tla::print_module;
use specgen::tla::syntax::Expr;
use specgen::tla::syntax::ExprKind;
use specgen::tla::syntax::Head;
use specgen::tla::syntax::Module as Tree;
use specgen::tla::syntax::UnitKind;
use specgen::tla::visit;

use super::By;
use super::generate;
use super::generate::Module;
use super::modules;
use super::run;
use super::specification;
use crate::front::say;

/// A change of one expression, where it applies; the name is that of the operator around it.
pub(crate) type Change = fn(&str, &Expr) -> Option<Expr>;

/// Every expression that `change` applies to is changed: a pass that is broken is so wherever it is used.
pub(crate) fn changed(text: &str, change: Change) -> Option<String> {
    let module = parse_module(text, "x.tla").module.unwrap();
    let mut done = false;
    let units = module.units.iter().map(|unit| {
        let mut unit = unit.clone();
        if let UnitKind::Definition(definition) = &mut unit.kind
            && !["Next", "Spec", "Init"].contains(&definition.name.text.as_str())
            && matches!(definition.head, Head::Operator(..))
        {
            definition.body = everywhere(&definition.name.text, &definition.body, change, &mut done);
        }
        unit
    });
    let module = Tree { units: units.collect(), ..module.clone() };
    done.then(|| print_module(&module))
}

fn everywhere(name: &str, expr: &Expr, change: Change, done: &mut bool) -> Expr {
    let new = change(name, expr);
    *done |= new.is_some();
    visit::map(new.as_ref().unwrap_or(expr), &mut |child| everywhere(name, child, change, done))
}

fn truth(expr: &Expr) -> Expr {
    Expr::name("TRUE", expr.span)
}

/// A conjunct `UNCHANGED ...` of an action is lost.
fn drop_unchanged(_: &str, expr: &Expr) -> Option<Expr> {
    matches!(&expr.kind, ExprKind::Prefix(op, _) if op == "UNCHANGED").then(|| truth(expr))
}

/// The branches of an IF are swapped.
fn swap_branches(_: &str, expr: &Expr) -> Option<Expr> {
    let ExprKind::If(c, a, b) = &expr.kind else { return None };
    Some(Expr::new(ExprKind::If(c.clone(), b.clone(), a.clone()), expr.span))
}

/// The name that states have in a module, and the number of this one; the first of an operator has none.
fn state_named(name: &str) -> Option<(&str, Option<usize>)> {
    let state = ["st", "sys", "cur"].into_iter().find(|state| name.starts_with(state))?;
    match &name[state.len()..] {
        "" => Some((state, None)),
        number => Some((state, Some(number.parse().ok()?))),
    }
}

/// A variable is read as it was when the procedure began: `st2.x` becomes `st.x`.
fn read_old(name: &str, expr: &Expr) -> Option<Expr> {
    let ExprKind::Field(owner, field) = &expr.kind else { return None };
    let (state, number) = state_named(owner.as_name()?).filter(|_| name.contains("_on"))?;
    number?;
    Some(Expr::new(ExprKind::Field(Box::new(Expr::name(state, owner.span)), field.clone()), expr.span))
}

/// A variable is read as it was before the action, though it was assigned: `x'` becomes `x` in the value of an assignment and in
/// the condition of an IF.
pub(crate) fn lose_prime(_: &str, expr: &Expr) -> Option<Expr> {
    let is_prime = |e: &Expr| matches!(&e.kind, ExprKind::Postfix(op, _) if op == "'");
    match &expr.kind {
        ExprKind::Infix(op, left, right) if (op == "=" || op == "\\in") && is_prime(left) => {
            visit::any(right, &is_prime).then(|| Expr::infix(op, (**left).clone(), unprimed(right)))
        }
        ExprKind::If(c, a, b) if visit::any(c, &is_prime) => {
            Some(Expr::new(ExprKind::If(Box::new(unprimed(c)), a.clone(), b.clone()), expr.span))
        }
        _ => None,
    }
}

fn unprimed(expr: &Expr) -> Expr {
    match &expr.kind {
        ExprKind::Postfix(op, inner) if op == "'" => unprimed(inner),
        _ => visit::map(expr, &mut unprimed),
    }
}

/// A loop leaves out its first element.
fn skip_element(name: &str, expr: &Expr) -> Option<Expr> {
    let (callee, args) = expr.as_call().filter(|(callee, _)| callee.contains("_loop") && !name.contains("_loop"))?;
    let set = args.get(1)?.clone();
    let choice = Expr::new(
        ExprKind::Choose(
            Box::new(specgen::tla::syntax::Bound {
                names: vec![specgen::tla::syntax::Name::new("skipped", expr.span)],
                tuple: false,
                set: Some(set.clone()),
            }),
            Box::new(truth(expr)),
        ),
        expr.span,
    );
    let fewer = Expr::infix("\\", set.clone(), Expr::new(ExprKind::Set(vec![choice]), expr.span));
    let empty = Expr::infix("=", set.clone(), Expr::new(ExprKind::Set(Vec::new()), expr.span));
    let fewer = Expr::new(ExprKind::If(Box::new(empty), Box::new(set), Box::new(fewer)), expr.span);
    let mut args = args.to_vec();
    args[1] = Expr::new(ExprKind::Paren(Box::new(fewer)), expr.span);
    Some(Expr::call(callee, args, expr.span))
}

/// What follows a guard happens although it is false: the states before it are what is left.
fn ignore_guard(_: &str, expr: &Expr) -> Option<Expr> {
    let ExprKind::If(_, then, otherwise) = &expr.kind else { return None };
    matches!(&otherwise.kind, ExprKind::Set(items) if items.is_empty()).then(|| (**then).clone())
}

/// An assignment is lost.
pub(crate) fn drop_update(name: &str, expr: &Expr) -> Option<Expr> {
    let ExprKind::Except(base, _) = &expr.kind else { return None };
    base.as_name().and_then(state_named).filter(|_| name.contains("_on"))?;
    Some((**base).clone())
}

/// Only the first of several outcomes is kept.
fn first_outcome(_: &str, expr: &Expr) -> Option<Expr> {
    let ExprKind::Infix(op, a, _) = &expr.kind else { return None };
    (op == "\\cup" && matches!(a.kind, ExprKind::Paren(_))).then(|| (**a).clone())
}

/// So many modules have to show each mistake.
const MODULES: usize = 24;

#[test]
fn a_mistake_in_what_the_transform_makes_is_found() {
    let mistakes: [(&str, Change); 8] = [
        ("an UNCHANGED is lost", drop_unchanged),
        ("branches are swapped", swap_branches),
        ("an old value is read", read_old),
        ("a prime is lost", lose_prime),
        ("a loop leaves out an element", skip_element),
        ("a false guard is ignored", ignore_guard),
        ("an assignment is lost", drop_update),
        ("only one of several outcomes is kept", first_outcome),
    ];
    for (name, change) in mistakes {
        let applies = |module: &Module| {
            let made = specification(module, &|text| changed(text, change));
            made.ok().flatten().is_some()
        };
        // Few actions of other modules have primes, and fewer of these have what other passes make.
        let once = name == "a prime is lost";
        let fitting = (1..800).filter(|seed| generate::is_once(*seed) == once).flat_map(|seed| modules(seed, 1));
        let modules: Vec<_> = fitting.filter(applies).take(MODULES).collect();
        let tally = run(&modules, &|text| changed(text, change), By::Evaluator);
        let (found, made) = (tally.differing().len(), tally.compared.modules);
        say(&format!("{name}: {found} of {made} modules differ"));
        assert!(found > 0, "{name}: {}", tally.report());
    }
}
