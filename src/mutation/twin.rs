//! The text of a specification with one mistake.
//!
//! What only the steps need is changed where it stands. What a property needs as well stays, and the steps get a copy of
//! it, so that no mistake changes what must hold.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::make::Mistake;
use super::scope::Scope;
use super::splice::Edit;
use super::splice::splice;
use crate::base::span::Span;
use crate::base::text::column;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Fixity;
use crate::tla::syntax::Head;
use crate::tla::uses;
use crate::tla::visit;

/// What differs.
pub(super) struct Mutated {
    /// The files, by their numbers.
    pub(super) texts: BTreeMap<usize, String>,
    /// What NEXT of the config names instead.
    pub(super) next: Option<String>,
}

/// The specification with the mistake; `None` where it is in what cannot be copied.
pub(super) fn mutated(scope: &Scope<'_>, name: &str, mistake: &Mistake) -> Option<Mutated> {
    let (file, ..) = scope.definition(name)?;
    if scope.own.contains(name) {
        let text = splice(&scope.files[file].source.text, std::slice::from_ref(&mistake.edit));
        return Some(Mutated { texts: BTreeMap::from([(file, text)]), next: None });
    }
    let names = copies(scope, name)?;
    let mut edits: BTreeMap<usize, Vec<Edit>> = BTreeMap::new();
    for own in &scope.own {
        let (file, _, definition) = scope.definition(own)?;
        edits.entry(file).or_default().extend(renamed(&definition.body, &names));
    }
    // A property may name the steps as a whole.
    for (file, steps) in &scope.boxes {
        edits.entry(*file).or_default().extend(renamed(steps, &names));
    }
    for shared in names.keys() {
        let (file, unit, definition) = scope.definition(shared)?;
        let text = &scope.files[file].source.text;
        let mut inside = renamed(&definition.body, &names);
        inside.push(Edit { span: definition.name.span, with: names[shared].clone() });
        inside.extend((shared == name).then(|| mistake.edit.clone()));
        let indent = column(text, unit.span.start);
        let at = |offset: usize| offset - unit.span.start + indent;
        for edit in &mut inside {
            edit.span = Span::new(at(edit.span.start), at(edit.span.end));
        }
        let copy = splice(&format!("{}{}", " ".repeat(indent), &text[unit.span.range()]), &inside);
        let end = Span::new(unit.span.end, unit.span.end);
        edits.entry(file).or_default().push(Edit { span: end, with: format!("\n{copy}") });
    }
    let texts = edits.into_iter().map(|(file, edits)| (file, splice(&scope.files[file].source.text, &edits)));
    let next = scope.next.as_ref().and_then(|next| names.get(next).cloned());
    Some(Mutated { texts: texts.collect(), next })
}

/// The shared operators on the way from the steps to `name`, this one included, with the names of their copies.
fn copies(scope: &Scope<'_>, name: &str) -> Option<BTreeMap<String, String>> {
    let bodies = scope.definitions.iter().filter_map(|(name, (_, unit))| Some((*name, unit.definition()?))).collect();
    let leads = |other: &&String| uses::reachable(&bodies, [(*other).clone()]).contains(name);
    let on_the_way: BTreeSet<&String> = scope.shared.iter().filter(leads).collect();
    let taken = |name: &str| scope.files.iter().any(|file| file.source.text.contains(name));
    let mut names = BTreeMap::new();
    for shared in on_the_way {
        let (_, _, definition) = scope.definition(shared)?;
        let plain = match &definition.head {
            Head::Operator(_, fixity) => *fixity == Fixity::Named,
            Head::Function(_) => true,
        };
        if !plain || scope.recursive.contains(shared) {
            return None;
        }
        let mut copy = format!("{shared}_m");
        while taken(&copy) {
            copy.push('_');
        }
        names.insert(shared.clone(), copy);
    }
    Some(names)
}

/// Every use of a name by its other name.
fn renamed(body: &Expr, names: &BTreeMap<String, String>) -> Vec<Edit> {
    let mut edits = Vec::new();
    visit::walk(body, &mut |expr| {
        let ExprKind::Name { path, name, .. } = &expr.kind else { return };
        if let Some(other) = names.get(name).filter(|_| path.is_empty()) {
            let start = expr.span.start;
            edits.push(Edit { span: Span::new(start, start + name.len()), with: other.clone() });
        }
    });
    edits
}
