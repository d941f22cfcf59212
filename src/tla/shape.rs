//! The shape of a definition: what it says, without places, comments, layout and redundant parentheses.

use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
#[cfg(test)]
use crate::tla::syntax::Module;
use crate::tla::syntax::Notes;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// Two definitions with the same shape mean the same wherever the names in them do.
pub fn of_definition(definition: &Definition) -> String {
    let unit = Unit {
        kind: UnitKind::Definition(Box::new(definition.clone())),
        span: crate::base::span::Span::default(),
        notes: Notes::default(),
    };
    let shown = format!("{:?}", bare_unit(&unit));
    without_places(&shown)
}

/// The same for a module, a line for each of its parts.
#[cfg(test)]
pub(super) fn of_module(module: &Module) -> String {
    let units: Vec<String> =
        module.units.iter().map(|unit| without_places(&format!("{:?}", bare_unit(unit)))).collect();
    let extends: Vec<&str> = module.extends.iter().map(|name| name.text.as_str()).collect();
    format!("{} {extends:?}\n{}", module.name.text, units.join("\n"))
}

/// The same for an expression.
pub fn of_expr(expr: &Expr) -> String {
    without_places(&format!("{:?}", bare_expr(expr)))
}

fn bare_expr(expr: &Expr) -> Expr {
    if let ExprKind::Paren(inner) = &expr.kind {
        return bare_expr(inner);
    }
    let mut bare = visit::map(expr, &mut bare_expr);
    bare.notes = Notes::default();
    if let ExprKind::Let(units, body) = bare.kind {
        let units = units.iter().map(bare_unit).collect();
        bare = Expr::new(ExprKind::Let(units, body), bare.span);
    }
    if let ExprKind::Junction(_, items) = &mut bare.kind {
        items.iter_mut().for_each(|item| item.notes = Notes::default());
    }
    bare
}

fn bare_unit(unit: &Unit) -> Unit {
    let mut bare = visit::map_unit(unit, &mut bare_expr);
    bare.notes = Notes::default();
    match &mut bare.kind {
        UnitKind::Definition(definition) => definition.name.notes = Notes::default(),
        UnitKind::Module(module) => {
            module.units = module.units.iter().map(bare_unit).collect();
            module.end = 0;
            module.opening.clear();
            module.trailing.clear();
        }
        _ => {}
    }
    bare
}

/// Drops `Span { start: 1, end: 2 }` and `height: 3` from debug output. Neither can stand inside a string literal of
/// the module without being escaped, as debug output quotes strings.
fn without_places(shown: &str) -> String {
    let mut kept = String::with_capacity(shown.len());
    let mut rest = shown;
    while let Some(at) = rest.find("Span { ") {
        kept.push_str(&rest[..at]);
        rest = rest[at..].split_once(" }").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let mut out = String::with_capacity(kept.len());
    let mut rest = kept.as_str();
    while let Some(at) = rest.find("height: ") {
        out.push_str(&rest[..at]);
        rest = rest[at + "height: ".len()..].trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tla::parse_module;

    fn shape(body: &str) -> String {
        let text = format!("---- MODULE M ----\nVARIABLE x\nOp(a) == {body}\n====\n");
        let module = parse_module(&text, "M.tla").module.unwrap();
        of_definition(module.units.iter().find_map(Unit::definition).unwrap())
    }

    #[test]
    fn layout_comments_and_parentheses_do_not_count() {
        assert_eq!(shape("a = 1 /\\ x = 2"), shape("(a  =  1) (* c *)\n    /\\ ((x = 2)) \\* end"));
    }

    #[test]
    fn everything_else_counts() {
        for other in ["a = 1 /\\ x = 3", "a = 1 \\/ x = 2", "a = 1", "x = 1 /\\ x = 2", "TRUE"] {
            assert_ne!(shape("a = 1 /\\ x = 2"), shape(other), "{other}");
        }
    }
}
