//! Which action a step is of, where the model checker names only Next.
//!
//! TLC splits Next into actions at `\/` and at `\E` over sets that are the same in every state. What stands below any
//! other quantifier, as `\E m \in messages : Receive(m)`, it calls Next and says where it is: there the name stands.

use std::collections::BTreeMap;

use super::Modules;
use crate::base::span::LineIndex;
use crate::engine::Region;
use crate::tla;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Module;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// The modules of a specification, each read when it is first asked for.
pub(super) struct Actions<'a> {
    modules: &'a Modules,
    read: BTreeMap<&'a str, (Option<Module>, LineIndex)>,
}

impl<'a> Actions<'a> {
    pub(super) fn of(modules: &'a Modules) -> Self {
        Self { modules, read: BTreeMap::new() }
    }

    /// The operator that the formula at `region` calls below its quantifiers, and where the operator's body stands.
    /// `None` where the formula is no such call, as for an action that TLC named itself.
    pub(super) fn called(&mut self, region: &Region) -> Option<(String, Region)> {
        let (name, (file, text)) = self.modules.get_key_value(&region.module)?;
        let read = || (tla::parse_module(text, file).module, LineIndex::new(text));
        let (module, lines) = self.read.entry(name).or_insert_with(read);
        let module = module.as_ref()?;
        let line = lines.line_span(region.line)?;
        let (column, _) = text.get(line.range())?.char_indices().nth(region.column.checked_sub(1)?)?;
        let mut found = None;
        for definition in definitions(module) {
            visit::walk(&definition.body, &mut |expr| {
                if found.is_none() && expr.span.start == line.start + column {
                    found = call(expr);
                }
            });
        }
        let called = definitions(module).find(|definition| Some(definition.name.text.as_str()) == found)?;
        let body = called.body.span;
        let (first, last) = (lines.position(text, body.start), lines.position(text, body.end.saturating_sub(1)));
        let region = Region {
            module: region.module.clone(),
            line: first.line,
            column: first.column,
            last_line: last.line,
            last_column: last.column,
        };
        Some((called.name.text.clone(), region))
    }
}

fn definitions(module: &Module) -> impl Iterator<Item = &Definition> {
    module.units.iter().filter_map(|unit| match &unit.kind {
        UnitKind::Definition(definition) => Some(&**definition),
        _ => None,
    })
}

/// `F` of `\E x \in S : F(x)`.
fn call(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Quant(Quantifier::Some, _, body) => match &body.kind {
            ExprKind::Name { path, name, .. } if path.is_empty() => Some(name),
            _ => call(body),
        },
        ExprKind::Paren(inner) => call(inner),
        _ => None,
    }
}
