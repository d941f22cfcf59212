//! Recursion that never ends: a procedure of which every way leads back into it.

use super::facts::Names;
use super::plain::Bodies;
use super::read::Refusal;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use crate::tla::syntax::Unit;

/// A refusal for each procedure that no way through it ends. What may be disabled on the way, or calls for a value, is not
/// accused.
pub(super) fn refusals(bodies: &Bodies<'_>) -> Vec<Refusal> {
    let mut ending = Names::new();
    loop {
        let before = ending.len();
        for (name, stmt) in &bodies.stmts {
            if ends(stmt, bodies, &ending) {
                ending.insert(name.clone());
            }
        }
        if ending.len() == before {
            break;
        }
    }
    let definitions = bodies.facts.module.units.iter().filter_map(Unit::definition);
    let endless = definitions.filter(|d| bodies.stmts.contains_key(&d.name.text) && !ending.contains(&d.name.text));
    let refusal =
        |name: &str| format!("run `{name}`: each way through it leads to another call of it, so that it never ends");
    let hint =
        "give it a way that ends, or a line `\\* @yield` where other processes may run, with --granularity yield";
    let refused =
        endless.map(|d| Refusal { span: d.name.span, code: "transform/endless", message: refusal(&d.name.text), hint });
    refused.collect()
}

/// Whether some way through `stmt` ends, given the procedures that are known to.
fn ends(stmt: &Stmt, bodies: &Bodies<'_>, ending: &Names) -> bool {
    match &stmt.kind {
        StmtKind::Call(name, _) => ending.contains(name) || !bodies.is_single(stmt),
        StmtKind::Seq(list) => {
            let until = list.iter().position(|step| !bodies.is_single(step)).unwrap_or(list.len());
            list[..until].iter().all(|step| ends(step, bodies, ending))
        }
        StmtKind::If(_, a, b) => ends(a, bodies, ending) || ends(b, bodies, ending),
        StmtKind::Case(arms) => arms.iter().any(|(_, s)| ends(s, bodies, ending)),
        StmtKind::Let(_, s) => ends(s, bodies, ending),
        _ => true,
    }
}
