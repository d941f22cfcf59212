//! Walks over expressions: every child once, in the order of the text.

use crate::tla::syntax::Arm;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Head;
use crate::tla::syntax::Notes;
use crate::tla::syntax::Step;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;

/// One more than the highest child.
pub(crate) fn height_of(kind: &ExprKind) -> u32 {
    let mut height = 0;
    children(kind, &mut |child| height = height.max(child.height()));
    height + 1
}

/// Call `f` on each expression directly below `kind`.
pub fn children<'a>(kind: &'a ExprKind, f: &mut dyn FnMut(&'a Expr)) {
    match kind {
        ExprKind::Symbol(_) | ExprKind::Number(_) | ExprKind::Str(_) | ExprKind::At => {}
        ExprKind::Name { path, args, .. } => {
            path.iter().flat_map(|part| &part.args).chain(args).for_each(f);
        }
        ExprKind::Paren(e) | ExprKind::Prefix(_, e) | ExprKind::Postfix(_, e) | ExprKind::Field(e, _) => f(e),
        ExprKind::Lambda(_, e) | ExprKind::Label(_, _, e) => f(e),
        ExprKind::Infix(_, a, b)
        | ExprKind::FunctionSet(a, b)
        | ExprKind::Action(_, a, b)
        | ExprKind::Fair(_, a, b) => {
            f(a);
            f(b);
        }
        ExprKind::Junction(_, items) => items.iter().for_each(|item| f(&item.expr)),
        ExprKind::If(a, b, c) => [a, b, c].into_iter().for_each(|e| f(e)),
        ExprKind::Case(arms) => arms.iter().for_each(|Arm { guard, body }| {
            guard.iter().for_each(&mut *f);
            f(body);
        }),
        ExprKind::Let(units, body) => {
            units.iter().for_each(|unit| unit_children(unit, f));
            f(body);
        }
        ExprKind::Quant(_, bounds, e) | ExprKind::Function(bounds, e) => {
            sets(bounds, f);
            f(e);
        }
        ExprKind::Map(e, bounds) => {
            f(e);
            sets(bounds, f);
        }
        ExprKind::Choose(bound, e) | ExprKind::Filter(bound, e) => {
            bound.set.iter().for_each(&mut *f);
            f(e);
        }
        ExprKind::Tuple(es) | ExprKind::Set(es) => es.iter().for_each(f),
        ExprKind::Apply(e, es) => {
            f(e);
            es.iter().for_each(f);
        }
        ExprKind::Record(fields) | ExprKind::RecordSet(fields) => fields.iter().for_each(|(_, e)| f(e)),
        ExprKind::Except(e, updates) => {
            f(e);
            for update in updates {
                for step in &update.path {
                    if let Step::Index(es) = step {
                        es.iter().for_each(&mut *f);
                    }
                }
                f(&update.value);
            }
        }
    }
}

fn sets<'a>(bounds: &'a [Bound], f: &mut dyn FnMut(&'a Expr)) {
    bounds.iter().filter_map(|bound| bound.set.as_ref()).for_each(f);
}

/// Call `f` on each expression directly below a unit.
pub fn unit_children<'a>(unit: &'a Unit, f: &mut dyn FnMut(&'a Expr)) {
    match &unit.kind {
        UnitKind::Definition(definition) => {
            if let Head::Function(bounds) = &definition.head {
                sets(bounds, f);
            }
            f(&definition.body);
        }
        UnitKind::Assume { body, .. } => f(body),
        UnitKind::Instance(instance) => instance.with.iter().for_each(|(_, e)| f(e)),
        UnitKind::Module(module) => module.units.iter().for_each(|unit| unit_children(unit, f)),
        UnitKind::Constants(_) | UnitKind::Variables(_) | UnitKind::Recursive(_) => {}
        UnitKind::Separator | UnitKind::Opaque(_) => {}
    }
}

/// Call `f` on `expr` and everything below it, parents first.
pub fn walk<'a>(expr: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    f(expr);
    children(&expr.kind, &mut |child| walk(child, f));
}

/// Whether `test` holds anywhere in `expr`.
pub fn any(expr: &Expr, test: &dyn Fn(&Expr) -> bool) -> bool {
    let mut found = false;
    walk(expr, &mut |e| found = found || test(e));
    found
}

/// The same node with each direct child replaced by what `f` makes of it.
pub fn map(expr: &Expr, f: &mut dyn FnMut(&Expr) -> Expr) -> Expr {
    let mut new = Expr::new(map_kind(&expr.kind, f), expr.span);
    new.notes = expr.notes.clone();
    new
}

/// A copy without comments.
pub fn bare(expr: &Expr) -> Expr {
    let mut bare = map(expr, &mut bare);
    bare.notes = Notes::default();
    if let ExprKind::Junction(_, items) = &mut bare.kind {
        items.iter_mut().for_each(|item| item.notes = Notes::default());
    }
    bare
}

fn map_kind(kind: &ExprKind, f: &mut dyn FnMut(&Expr) -> Expr) -> ExprKind {
    let mut boxed = |e: &Expr| Box::new(f(e));
    match kind {
        ExprKind::Paren(e) => ExprKind::Paren(boxed(e)),
        ExprKind::Prefix(op, e) => ExprKind::Prefix(op.clone(), boxed(e)),
        ExprKind::Postfix(op, e) => ExprKind::Postfix(op.clone(), boxed(e)),
        ExprKind::Field(e, name) => ExprKind::Field(boxed(e), name.clone()),
        ExprKind::Lambda(params, e) => ExprKind::Lambda(params.clone(), boxed(e)),
        ExprKind::Label(name, params, e) => ExprKind::Label(name.clone(), params.clone(), boxed(e)),
        ExprKind::Infix(op, a, b) => ExprKind::Infix(op.clone(), boxed(a), boxed(b)),
        ExprKind::FunctionSet(a, b) => ExprKind::FunctionSet(boxed(a), boxed(b)),
        ExprKind::Action(angle, a, b) => ExprKind::Action(*angle, boxed(a), boxed(b)),
        ExprKind::Fair(strong, a, b) => ExprKind::Fair(*strong, boxed(a), boxed(b)),
        ExprKind::If(a, b, c) => ExprKind::If(boxed(a), boxed(b), boxed(c)),
        _ => map_list_kind(kind, f),
    }
}

fn map_list_kind(kind: &ExprKind, f: &mut dyn FnMut(&Expr) -> Expr) -> ExprKind {
    match kind {
        ExprKind::Name { path, name, args } => {
            let path = path.iter().cloned().map(|mut part| {
                part.args = part.args.iter().map(&mut *f).collect();
                part
            });
            let path = path.collect();
            ExprKind::Name { path, name: name.clone(), args: args.iter().map(f).collect() }
        }
        ExprKind::Junction(and, items) => {
            let items =
                items.iter().map(|item| crate::tla::syntax::Item { expr: f(&item.expr), notes: item.notes.clone() });
            ExprKind::Junction(*and, items.collect())
        }
        ExprKind::Case(arms) => {
            let arm = |arm: &Arm| {
                let guard = arm.guard.as_ref().map(&mut *f);
                Arm { guard, body: f(&arm.body) }
            };
            ExprKind::Case(arms.iter().map(arm).collect())
        }
        ExprKind::Let(units, body) => {
            let units = units.iter().map(|unit| map_unit(unit, f)).collect();
            ExprKind::Let(units, Box::new(f(body)))
        }
        ExprKind::Quant(kind, bounds, e) => ExprKind::Quant(*kind, map_bounds(bounds, f), Box::new(f(e))),
        ExprKind::Function(bounds, e) => ExprKind::Function(map_bounds(bounds, f), Box::new(f(e))),
        ExprKind::Map(e, bounds) => {
            let e = Box::new(f(e));
            ExprKind::Map(e, map_bounds(bounds, f))
        }
        ExprKind::Choose(bound, e) => ExprKind::Choose(Box::new(map_bound(bound, f)), Box::new(f(e))),
        ExprKind::Filter(bound, e) => ExprKind::Filter(Box::new(map_bound(bound, f)), Box::new(f(e))),
        ExprKind::Tuple(es) => ExprKind::Tuple(es.iter().map(f).collect()),
        ExprKind::Set(es) => ExprKind::Set(es.iter().map(f).collect()),
        ExprKind::Apply(e, es) => {
            let e = Box::new(f(e));
            ExprKind::Apply(e, es.iter().map(f).collect())
        }
        ExprKind::Record(fields) => ExprKind::Record(fields.iter().map(|(n, e)| (n.clone(), f(e))).collect()),
        ExprKind::RecordSet(fields) => ExprKind::RecordSet(fields.iter().map(|(n, e)| (n.clone(), f(e))).collect()),
        ExprKind::Except(e, updates) => {
            let e = Box::new(f(e));
            ExprKind::Except(e, updates.iter().map(|update| map_update(update, f)).collect())
        }
        other => other.clone(),
    }
}

fn map_update(update: &crate::tla::syntax::Update, f: &mut dyn FnMut(&Expr) -> Expr) -> crate::tla::syntax::Update {
    let path = update.path.iter().map(|step| match step {
        Step::Field(name) => Step::Field(name.clone()),
        Step::Index(es) => Step::Index(es.iter().map(&mut *f).collect()),
    });
    let path = path.collect();
    crate::tla::syntax::Update { path, value: f(&update.value) }
}

fn map_bound(bound: &Bound, f: &mut dyn FnMut(&Expr) -> Expr) -> Bound {
    Bound { names: bound.names.clone(), tuple: bound.tuple, set: bound.set.as_ref().map(f) }
}

fn map_bounds(bounds: &[Bound], f: &mut dyn FnMut(&Expr) -> Expr) -> Vec<Bound> {
    bounds.iter().map(|bound| map_bound(bound, f)).collect()
}

/// The same unit with each expression directly below it replaced.
pub fn map_unit(unit: &Unit, f: &mut dyn FnMut(&Expr) -> Expr) -> Unit {
    let mut new = unit.clone();
    match &mut new.kind {
        UnitKind::Definition(definition) => {
            if let Head::Function(bounds) = &mut definition.head {
                *bounds = map_bounds(bounds, f);
            }
            definition.body = f(&definition.body);
        }
        UnitKind::Assume { body, .. } => *body = f(body),
        UnitKind::Instance(instance) => instance.with.iter_mut().for_each(|(_, e)| *e = f(e)),
        UnitKind::Module(_) | UnitKind::Constants(_) | UnitKind::Variables(_) | UnitKind::Recursive(_) => {}
        UnitKind::Separator | UnitKind::Opaque(_) => {}
    }
    new
}
