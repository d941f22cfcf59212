//! A module that does not run as it stands: what is made of it runs, and its errors are found in the module again.

use std::collections::BTreeSet;

use crate::base::diag::Diagnostic;
use crate::base::span::LineIndex;
use crate::base::span::Span;
use crate::tla;
use crate::tla::check::Library;
use crate::tla::check::Source;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Module;
use crate::tla::syntax::Unit;
use crate::tla::uses;
use crate::tla::visit;
use crate::transform::LineOrigin;

/// What runs in the place of a text; `None` where nothing can be made of it.
pub type Make<'a> = &'a dyn Fn(&str) -> Option<Made>;

/// What runs in the place of a module.
#[derive(Clone, Debug)]
pub struct Made {
    /// The module that is loaded first, and extends the other.
    pub root: Source,
    /// What was made.
    pub module: Source,
    /// For each of its lines, the lines it was made of.
    pub origin: Vec<LineOrigin>,
}

impl Made {
    /// The expression of `text` that something of the made module was copied from; `None` where there is none, or more than one.
    pub(super) fn behind(&self, text: &str, wrong: &Diagnostic, span: Span) -> Option<Span> {
        let place = wrong.places.first().filter(|place| place.file == self.module.path)?;
        let wanted = bare(self.module.text.get(span.range())?);
        let origin = self.origin.iter().find(|origin| origin.line == place.line)?;
        let lines = LineIndex::new(text);
        let module = tla::parse_module(text, "").module?;
        let mut found = BTreeSet::new();
        for definition in module.units.iter().filter_map(Unit::definition) {
            visit::walk(&definition.body, &mut |e| {
                let there = origin.from_lines.contains(&lines.line(e.span.start));
                if there && !matches!(e.kind, ExprKind::Paren(_)) && bare(&text[e.span.range()]) == wanted {
                    found.insert(e.span);
                }
            });
        }
        let span = found.pop_first()?;
        found.is_empty().then_some(span)
    }

    /// The operators of the module that the root names, with all they need: what bounds the search.
    pub(super) fn rests_on(&self, module: &Module) -> BTreeSet<String> {
        let root = tla::parse_module(&self.root.text, &self.root.path).module;
        let bodies = root.iter().flat_map(|root| &root.units).filter_map(Unit::definition);
        let names = bodies.flat_map(|definition| uses::names_in(&definition.body)).collect::<Vec<_>>();
        uses::reachable(&uses::definitions(module), names)
    }
}

/// Without white space and primes, which is where the two differ.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect()
}

/// The modules beside the root, with what was made among them.
pub(super) struct With<'a> {
    pub(super) library: &'a dyn Library,
    pub(super) made: Option<&'a Made>,
}

impl Library for With<'_> {
    fn find(&self, name: &str) -> Option<Source> {
        let made = self.made.map(|made| &made.module).filter(|module| module.path == format!("{name}.tla"));
        made.cloned().or_else(|| self.library.find(name))
    }
}
