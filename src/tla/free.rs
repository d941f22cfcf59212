//! The names that an expression takes from around it, which are not those that it binds itself.

use std::collections::BTreeSet;

use crate::tla::ops;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Head;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// The names in an expression that nothing in it binds, symbols that a module may define among them; those of other modules
/// (`I!Op`) aside.
pub fn free_names(expr: &Expr) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    free_under(expr, &mut Vec::new(), &mut names);
    names
}

/// The names in a definition that neither it nor anything in it binds; its own name counts.
pub fn free_names_of(definition: &Definition) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Head::Function(bounds) = &definition.head {
        bounds.iter().filter_map(|b| b.set.as_ref()).for_each(|set| free_under(set, &mut Vec::new(), &mut names));
    }
    free_under(&definition.body, &mut parameters(definition), &mut names);
    names
}

fn free_under<'a>(expr: &'a Expr, bound: &mut Vec<&'a str>, names: &mut BTreeSet<String>) {
    walk(expr, bound, &mut |e, bound| {
        let free = |name: &&str| !bound.iter().any(|other| ops::same(other, name));
        match &e.kind {
            ExprKind::Name { path, name, .. } if path.is_empty() => {
                names.extend(Some(name.as_str()).filter(free).map(str::to_owned));
            }
            // Which of its spellings a definition has is not known here.
            ExprKind::Symbol(op) | ExprKind::Prefix(op, _) | ExprKind::Postfix(op, _) | ExprKind::Infix(op, ..)
                if ops::is_definable(op) && free(&op.as_str()) =>
            {
                names.extend(ops::spellings(op).into_iter().map(str::to_owned));
            }
            _ => {}
        }
    });
}

fn walk<'a>(expr: &'a Expr, bound: &mut Vec<&'a str>, f: &mut dyn FnMut(&Expr, &[&str])) {
    f(expr, bound);
    let over = bound_over(&expr.kind);
    let (depth, mut number) = (bound.len(), 0);
    visit::children(&expr.kind, &mut |child| {
        bound.extend(over.get(number).into_iter().flatten());
        walk(child, bound, f);
        bound.truncate(depth);
        number += 1;
    });
}

/// The same expression with each part replaced by what `f` makes of it, innermost first; `f` is given the names that are
/// bound there, `bound` among them.
pub fn map_with_bound(expr: &Expr, bound: &[&str], f: &dyn Fn(Expr, &[&str]) -> Expr) -> Expr {
    let over = bound_over(&expr.kind);
    let mut number = 0;
    let made = visit::map(expr, &mut |child| {
        let inner: Vec<&str> = bound.iter().chain(over.get(number).into_iter().flatten()).copied().collect();
        number += 1;
        map_with_bound(child, &inner, f)
    });
    f(made, bound)
}

/// The names that a definition binds over its body.
pub fn parameters(definition: &Definition) -> Vec<&str> {
    match &definition.head {
        Head::Operator(params, _) => params.iter().map(|param| param.name.text.as_str()).collect(),
        Head::Function(bounds) => names(bounds).collect(),
    }
}

/// The names bound over each expression directly below `kind`, in the order of `visit::children`; nothing is bound over
/// those past the end.
fn bound_over(kind: &ExprKind) -> Vec<Vec<&str>> {
    match kind {
        ExprKind::Lambda(params, _) => vec![params.iter().map(|param| param.name.text.as_str()).collect()],
        ExprKind::Let(units, _) => bound_by_let(units),
        ExprKind::Quant(_, bounds, _) | ExprKind::Function(bounds, _) => {
            let mut over = vec![Vec::new(); sets(bounds)];
            over.push(names(bounds).collect());
            over
        }
        ExprKind::Map(_, bounds) => vec![names(bounds).collect()],
        ExprKind::Choose(bound, _) | ExprKind::Filter(bound, _) => {
            let bounds = std::slice::from_ref(&**bound);
            let mut over = vec![Vec::new(); sets(bounds)];
            over.push(names(bounds).collect());
            over
        }
        _ => Vec::new(),
    }
}

fn bound_by_let(units: &[Unit]) -> Vec<Vec<&str>> {
    let (mut known, mut over) = (Vec::new(), Vec::new());
    for unit in units {
        match &unit.kind {
            UnitKind::Recursive(params) => known.extend(params.iter().map(|param| param.name.text.as_str())),
            UnitKind::Definition(definition) => {
                let name = definition.name.text.as_str();
                if let Head::Function(bounds) = &definition.head {
                    over.resize(over.len() + sets(bounds), known.clone());
                    // It sees itself.
                    known.push(name);
                }
                over.push(known.iter().copied().chain(parameters(definition)).collect());
                known.push(name);
            }
            _ => visit::unit_children(unit, &mut |_| over.push(known.clone())),
        }
    }
    over.push(known);
    over
}

fn names(bounds: &[Bound]) -> impl Iterator<Item = &str> {
    bounds.iter().flat_map(|bound| &bound.names).map(|name| name.text.as_str())
}

fn sets(bounds: &[Bound]) -> usize {
    bounds.iter().filter(|bound| bound.set.is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tla::parse_module;

    fn free(expr: &str) -> String {
        let text = format!("---- MODULE M ----\nA == {expr}\n====\n");
        let module = parse_module(&text, "M.tla").module.unwrap();
        let body = &module.units[0].definition().unwrap().body;
        // Names in the sets are those of around, whether the walk or the map looks.
        let seen = std::cell::RefCell::new(BTreeSet::new());
        map_with_bound(body, &[], &|e, bound| {
            let own = e.as_call().filter(|(name, _)| !bound.contains(name)).map(|(name, _)| name.to_owned());
            seen.borrow_mut().extend(own);
            e
        });
        let is_word = |name: &String| name.starts_with(|c: char| c.is_alphanumeric());
        assert_eq!(seen.into_inner(), free_names(body).into_iter().filter(is_word).collect(), "{expr}");
        free_names(body).into_iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_symbol_is_free_where_nothing_around_it_defines_it() {
        assert_eq!(free("x ++ y = -z"), "++ - x y z");
        assert_eq!(free("x^+ \\cup {y} /\\ x \\in y"), "^+ x y");
        assert_eq!(free("Fold(++, x)"), "++ Fold x");
        assert_eq!(free("LET a ++ b == a -- b IN x ++ y"), "-- x y");
        assert_eq!(free("LET a <= b == a IN x =< y \\leq z"), "x y z");
        assert_eq!(free("x \\oplus y"), "(+) \\oplus x y");
        assert_eq!(free("F(LAMBDA k : k ## k)"), "## F");
    }

    #[test]
    fn a_name_is_free_where_nothing_around_it_binds_it() {
        assert_eq!(free("x + f(y)"), "+ f x y");
        assert_eq!(free("\\A x \\in x, y \\in S : x = y"), "S x");
        assert_eq!(free("\\E <<x, y>> \\in S : x = y /\\ z"), "S z");
        assert_eq!(free("{x + k : x \\in S, y \\in x}"), "+ S k x");
        assert_eq!(free("{x \\in x : x = y}"), "x y");
        assert_eq!(free("(CHOOSE x : x = y) = CHOOSE x \\in S : x"), "S y");
        assert_eq!(free("[x \\in S |-> x][x]"), "S x");
        assert_eq!(free("LET m(k) == k + n\n n == k\n IN m(n)"), "+ k n");
        assert_eq!(free("LET f[k \\in k] == f[k] IN f"), "k");
        assert_eq!(free("LET RECURSIVE m(_)\n m(k) == m(k) IN m"), "");
        assert_eq!(free("F(LAMBDA k : k + x, k)"), "+ F k x");
        assert_eq!(free("[f EXCEPT ![a].b = @ + c]"), "+ a c f");
    }
}
