//! A call of itself, with its own arguments, below conditions that nothing on the way there changes: where a procedure comes to
//! it once, it comes to it again and again.

use super::facts::Names;
use super::plain::Bodies;
use super::read::Refusal;
use super::stmt::Stmt;
use super::stmt::StmtKind;
use crate::tla::free::free_names;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::Unit;

/// A refusal for each such call in the procedure `name`.
pub(super) fn refusals(bodies: &Bodies<'_>, name: &str, definition: &Definition, stmt: &Stmt) -> Vec<Refusal> {
    let params: Vec<_> = definition.params().iter().map(|param| param.name.text.as_str()).collect();
    let mut search = Search { bodies, name, params, found: Vec::new() };
    search.follow(stmt, Way::default());
    search.found
}

/// What happened on the way to a statement.
#[derive(Clone, Default)]
struct Way {
    /// Variables that may have been assigned.
    changed: Names,
    /// Variables that conditions have read.
    tested: Names,
    /// Names that do not stand for what the parameters of the procedure, constants and variables are.
    bound: Names,
    /// Whether it was open where the way would lead.
    open: bool,
}

struct Search<'a> {
    bodies: &'a Bodies<'a>,
    name: &'a str,
    params: Vec<&'a str>,
    found: Vec<Refusal>,
}

impl Search<'_> {
    /// The way after `stmt`, whichever way leads through it.
    fn follow(&mut self, stmt: &Stmt, mut way: Way) -> Way {
        match &stmt.kind {
            StmtKind::Skip(_) | StmtKind::Return(_) => {}
            StmtKind::Guard(e) => self.test(e, &mut way),
            StmtKind::Assign(variable, _) => {
                way.changed.insert(variable.clone());
            }
            StmtKind::Pick(variable, set) => {
                self.test(set, &mut way);
                way.changed.insert(variable.clone());
            }
            StmtKind::Call(callee, args) => self.call(stmt, (callee, args), &mut way),
            StmtKind::Seq(list) => way = list.iter().fold(way, |way, step| self.follow(step, way)),
            StmtKind::If(c, a, b) => {
                self.test(c, &mut way);
                let ways = [a, b].map(|branch| self.follow(branch, way.clone()));
                way = joined(ways.into_iter().collect());
            }
            StmtKind::Case(arms) => {
                arms.iter().filter_map(|(guard, _)| guard.as_ref()).for_each(|guard| self.test(guard, &mut way));
                way = joined(arms.iter().map(|(_, body)| self.follow(body, way.clone())).collect());
            }
            StmtKind::Or(list) => way = joined(list.iter().map(|body| self.follow(body, way.clone())).collect()),
            StmtKind::Let(units, body) => {
                let names = units.iter().filter_map(Unit::definition).map(|local| local.name.text.clone());
                way = self.inside(names.collect(), body, way);
            }
            StmtKind::Bind(outcome, run, then) => {
                let after = self.follow(run, way);
                way = self.inside(Names::from([outcome.clone()]), then, after);
            }
            StmtKind::Exists(bounds, body) | StmtKind::Loop(bounds, body) => {
                bounds.iter().filter_map(|bound| bound.set.as_ref()).for_each(|set| self.test(set, &mut way));
                if let StmtKind::Loop(..) = &stmt.kind {
                    way.changed.extend(self.bodies.writes_of(body));
                }
                way = self.inside(names_of(bounds), body, way);
            }
        }
        way
    }

    /// A statement below names that are bound around it.
    fn inside(&mut self, names: Names, body: &Stmt, mut way: Way) -> Way {
        let around = way.bound.clone();
        way.bound.extend(names);
        Way { bound: around, ..self.follow(body, way) }
    }

    /// A condition on the way. One that reads a name that is bound on the way may be another the next time.
    fn test(&self, condition: &Expr, way: &mut Way) {
        let (reads, primes) = self.bodies.facts.reads(condition);
        way.tested.extend(reads.into_iter().chain(primes));
        way.open |= self.bodies.facts.calls(condition);
        way.open |= free_names(condition).iter().any(|name| way.bound.contains(name));
    }

    fn call(&mut self, stmt: &Stmt, (callee, args): (&str, &[Expr]), way: &mut Way) {
        let own = |(arg, param): (&Expr, &&str)| arg.as_name() == Some(*param) && !way.bound.contains(*param);
        let same = callee == self.name && args.len() == self.params.len() && args.iter().zip(&self.params).all(own);
        if same && !way.open && way.tested.is_disjoint(&way.changed) {
            let written = self.bodies.written(self.name);
            let message = format!(
                "run `{written}` again with its own arguments: nothing that was tested on the way has changed, so that it never ends"
            );
            let hint = "change an argument, or a variable that is tested before, or leave the call out";
            self.found.push(Refusal { span: stmt.span, code: "transform/endless", message, hint });
        }
        // What is called may not get through, by what it reads.
        way.tested.extend(self.bodies.reads.get(callee).into_iter().flatten().cloned());
        way.changed.extend(self.bodies.writes_of(stmt));
        way.open |= args.iter().any(|arg| free_names(arg).iter().any(|name| way.bound.contains(name)));
    }
}

fn names_of(bounds: &[Bound]) -> Names {
    bounds.iter().flat_map(|bound| &bound.names).map(|name| name.text.clone()).collect()
}

/// What may have happened on one way or another.
fn joined(ways: Vec<Way>) -> Way {
    let mut ways = ways.into_iter();
    let Some(first) = ways.next() else { return Way::default() };
    ways.fold(first, |mut all, way| {
        all.changed.extend(way.changed);
        all.tested.extend(way.tested);
        all.open |= way.open;
        all
    })
}
