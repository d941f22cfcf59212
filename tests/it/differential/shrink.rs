//! A module that shows a difference, made smaller as long as it shows one.

use specgen::tla::parse_module;
use specgen::tla::print_module;
use specgen::tla::syntax::Expr;
use specgen::tla::syntax::ExprKind;
use specgen::tla::syntax::Module;
use specgen::tla::syntax::UnitKind;
use specgen::tla::visit;
use specgen::verify::Answer;
use specgen::verify::Difference;
use specgen::verify::Said;
use specgen::verify::Specification;
use specgen::verify::Wish;

use super::By;
use super::Tally;
use super::generate;
use super::modules;
use super::mutate::changed;
use super::mutate::drop_update;
use super::run;
use super::shown;
use super::specification;
use crate::front::say;

/// Smaller modules that are tried at once.
const CANDIDATES: usize = 60;

/// What sort of difference this is, so that another is not taken for it: what was said of the output, in its first words, and the
/// answer of the interpreter without its values.
fn kind(difference: &Difference) -> (Vec<&str>, std::mem::Discriminant<Said>) {
    const WORDS: usize = 3;
    let said = match &difference.output {
        Answer::Successors(_) => "",
        Answer::Error(said) => said,
    };
    (said.split_whitespace().take(WORDS).collect(), std::mem::discriminant(&difference.interpreter))
}

/// The smallest module found that still differs in the same way.
pub(crate) fn smallest(
    start: &Specification,
    wish: &Wish,
    difference: &Difference,
    change: &dyn Fn(&str) -> Option<String>,
    by: By<'_>,
) -> (Specification, Difference) {
    let mut best = (start.clone(), difference.clone());
    let wish = Wish { reached: 3, mixed: 0, states: wish.states.clone(), seed: wish.seed };
    'smaller: loop {
        let module = parse_module(&best.0.iispec, "x.tla").module.unwrap();
        let mut candidates = smaller(&module);
        candidates.retain(|text| text.len() < best.0.iispec.len());
        candidates.sort_by_key(String::len);
        candidates.dedup();
        for some in candidates.chunks(CANDIDATES) {
            let mut tally = Tally::default();
            let named = some.iter().enumerate().filter_map(|(number, text)| {
                // Modules in one run need names of their own.
                let name = format!("S{number}");
                let text = text.replacen(&format!("MODULE {}", best.0.module), &format!("MODULE {name}"), 1);
                let module = generate::Module { name, text, states: Vec::new() };
                specification(&module, change).ok().flatten()
            });
            let named: Vec<_> = named.map(|specification| (specification, wish.clone())).collect();
            tally.compare(named, by);
            tally.different.retain(|(.., found)| kind(found) == kind(&best.1));
            tally.different.sort_by_key(|(specification, ..)| specification.iispec.len());
            if let Some((specification, _, difference)) = tally.different.into_iter().next() {
                best = (specification, difference);
                continue 'smaller;
            }
        }
        return best;
    }
}

/// Modules with a unit, a bullet or a branch less, or an expression replaced by a part of it.
fn smaller(module: &Module) -> Vec<String> {
    let mut found = Vec::new();
    for index in 0..module.units.len() {
        // The constants and variables stay, since the states are made of them.
        let UnitKind::Definition(definition) = &module.units[index].kind else { continue };
        let mut fewer = module.clone();
        fewer.units.remove(index);
        found.push(print_module(&fewer));
        let mut count = 0;
        visit::walk(&definition.body, &mut |_| count += 1);
        for place in 0..count {
            for way in 0..4 {
                let mut left = place;
                let mut done = false;
                let mut changed = (**definition).clone();
                changed.body = at(&definition.body, &mut left, way, &mut done);
                if done {
                    let mut module = module.clone();
                    module.units[index].kind = UnitKind::Definition(Box::new(changed));
                    found.push(print_module(&module));
                }
            }
        }
    }
    found
}

/// The expression with this number made smaller in this way.
fn at(expr: &Expr, left: &mut usize, way: usize, done: &mut bool) -> Expr {
    if *done {
        return expr.clone();
    }
    if *left == 0 {
        *done = true;
        return reduced(expr, way).unwrap_or_else(|| {
            *done = false;
            *left = usize::MAX;
            expr.clone()
        });
    }
    *left -= 1;
    visit::map(expr, &mut |child| at(child, left, way, done))
}

fn reduced(expr: &Expr, way: usize) -> Option<Expr> {
    if let ExprKind::Junction(and, items) = &expr.kind {
        if way >= items.len() {
            return None;
        }
        let mut fewer = items.clone();
        let removed = fewer.remove(way);
        return Some(match fewer.len() {
            0 => removed.expr,
            1 => fewer.swap_remove(0).expr,
            _ => Expr::new(ExprKind::Junction(*and, fewer), expr.span),
        });
    }
    let mut children = Vec::new();
    visit::children(&expr.kind, &mut |child| children.push(child.clone()));
    children.into_iter().nth(way)
}

#[test]
fn a_difference_is_made_small() {
    let change = |text: &str| changed(text, drop_update);
    let found = run(&modules(1, 20), &change, By::Evaluator).different;
    let (specification, wish, difference) = found.first().unwrap();
    let (small, still) = smallest(specification, wish, difference, &change, By::Evaluator);
    say(&shown(&small, &still));
    assert!(small.iispec.len() < 700 && small.iispec.len() * 2 < specification.iispec.len(), "{}", small.iispec);
}
