//! Which definitions are mutated: those that the steps need, and of those that a property needs as well a copy.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::base::diag::Diagnostic;
use crate::eval::Config;
use crate::tla;
use crate::tla::check;
use crate::tla::check::Library;
use crate::tla::check::Source;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Module;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::uses;
use crate::tla::visit;

use super::make::acts;

/// A module of the specification; the first is the root.
pub(super) struct File {
    pub(super) source: Source,
    pub(super) module: Module,
}

/// What is needed by what.
pub(super) struct Scope<'f> {
    pub(super) files: &'f [File],
    /// Each operator with its file and its unit.
    pub(super) definitions: BTreeMap<&'f str, (usize, &'f Unit)>,
    /// What the steps need and nothing else does.
    pub(super) own: BTreeSet<String>,
    /// What the steps need, and a property, a constraint or the initial predicate, too.
    pub(super) shared: BTreeSet<String>,
    /// Operators with primes.
    pub(super) acting: BTreeSet<String>,
    /// Declared by RECURSIVE.
    pub(super) recursive: BTreeSet<String>,
    /// The steps where the specification names them, with the file.
    pub(super) boxes: Vec<(usize, &'f Expr)>,
    /// What NEXT of the config names.
    pub(super) next: Option<String>,
}

/// The root and the modules it extends, as far as they are files.
pub(super) fn files(root: &Source, library: &dyn Library) -> Result<Vec<File>, Vec<Diagnostic>> {
    let mut files: Vec<File> = Vec::new();
    let mut waiting = vec![root.clone()];
    let mut seen = BTreeSet::new();
    while let Some(source) = waiting.pop() {
        if !seen.insert(source.path.clone()) {
            continue;
        }
        let parsed = tla::parse_module(&source.text, &source.path);
        let Some(module) = parsed.module else { return Err(parsed.diagnostics) };
        let extended = module.extends.iter().filter(|name| !check::is_stateless_module(&name.text));
        waiting.extend(extended.filter_map(|name| library.find(&name.text)));
        files.push(File { source, module });
    }
    Ok(files)
}

impl<'f> Scope<'f> {
    /// What the model of `config` mutates.
    pub(super) fn of(files: &'f [File], config: &Config) -> Self {
        let mut definitions: BTreeMap<&str, (usize, &Unit)> = BTreeMap::new();
        let mut bodies: BTreeMap<&str, &Definition> = BTreeMap::new();
        let mut twice = BTreeSet::new();
        for (number, file) in files.iter().enumerate() {
            for unit in &file.module.units {
                let Some(definition) = unit.definition() else { continue };
                let name = definition.name.text.as_str();
                if definitions.insert(name, (number, unit)).is_some() {
                    twice.insert(name.to_owned());
                }
                bodies.insert(name, definition);
            }
        }
        let Roots { mut judged, mut steps, boxes } = Roots::of(files, config, &definitions);
        // What the config replaces is not used, and what stands for it is part of the model.
        let replaced: BTreeSet<String> = config.setup.replaced.iter().map(|(from, _)| from.clone()).collect();
        judged.extend(config.setup.replaced.iter().map(|(_, to)| to.clone()));
        steps.retain(|name| !replaced.contains(name));
        let judged = uses::reachable(&bodies, judged);
        let mut cone = uses::reachable(&bodies, steps);
        cone.retain(|name| !replaced.contains(name) && !twice.contains(name));
        let acting = acting(&bodies);
        let shared = cone.intersection(&judged).cloned().collect();
        let own = cone.difference(&judged).cloned().collect();
        let recursive = files.iter().flat_map(|file| &file.module.units).filter_map(|unit| match &unit.kind {
            UnitKind::Recursive(params) => Some(params.iter().map(|param| param.name.text.clone())),
            _ => None,
        });
        let next = config.next().map(str::to_owned);
        Self { files, definitions, own, shared, acting, recursive: recursive.flatten().collect(), boxes, next }
    }

    /// The definition of an operator.
    pub(super) fn definition(&self, name: &str) -> Option<(usize, &'f Unit, &'f Definition)> {
        let (file, unit) = self.definitions.get(name)?;
        Some((*file, unit, unit.definition()?))
    }
}

/// The operators that have primes, through others, too. Those of a LET are known by their names alone: a condition that only
/// looks like an action is not mutated.
fn acting(bodies: &BTreeMap<&str, &Definition>) -> BTreeSet<String> {
    let mut all: Vec<&Definition> = bodies.values().copied().collect();
    for definition in bodies.values() {
        visit::walk(&definition.body, &mut |e| {
            if let ExprKind::Let(units, _) = &e.kind {
                all.extend(units.iter().filter_map(Unit::definition));
            }
        });
    }
    let mut acting = BTreeSet::new();
    loop {
        let found = all.iter().filter(|one| !acting.contains(&one.name.text) && acts(&one.body, &acting));
        let more: Vec<String> = found.map(|one| one.name.text.clone()).collect();
        if more.is_empty() {
            return acting;
        }
        acting.extend(more);
    }
}

/// What everything begins with.
#[derive(Default)]
struct Roots<'f> {
    /// What must hold, bounds the search, or is true of the first state.
    judged: Vec<String>,
    /// What the steps name.
    steps: Vec<String>,
    /// The steps of the specification, and the file they stand in.
    boxes: Vec<(usize, &'f Expr)>,
}

impl<'f> Roots<'f> {
    fn of(files: &'f [File], config: &Config, definitions: &BTreeMap<&'f str, (usize, &'f Unit)>) -> Self {
        let mut roots = Self { judged: config.judged().map(str::to_owned).collect(), ..Self::default() };
        match config.specification().map(|name| definitions.get(name)) {
            Some(Some((file, unit))) => {
                if let Some(definition) = unit.definition() {
                    roots.split(&definition.body, *file, definitions, definitions.len());
                }
            }
            Some(None) => {}
            None => {
                roots.judged.extend(config.init().map(str::to_owned));
                roots.steps.extend(config.next().map(str::to_owned));
            }
        }
        for unit in files.iter().flat_map(|file| &file.module.units) {
            if let UnitKind::Assume { body, .. } = &unit.kind {
                roots.judged.extend(uses::names_in(body));
            }
        }
        roots
    }

    /// `Init /\ [][Next]_vars /\ WF_vars(A)`: what is in the box is the steps'; fairness names actions that are among them.
    fn split(&mut self, expr: &'f Expr, file: usize, definitions: &BTreeMap<&'f str, (usize, &'f Unit)>, depth: usize) {
        let temporal = |e: &Expr| matches!(e.kind, ExprKind::Action(..) | ExprKind::Fair(..));
        match &expr.kind {
            ExprKind::Action(_, action, _) => {
                self.steps.extend(uses::names_in(action));
                self.boxes.push((file, action));
            }
            ExprKind::Fair(..) => {}
            ExprKind::Name { name, .. } => {
                let named = definitions.get(name.as_str()).and_then(|(file, unit)| Some((*file, unit.definition()?)));
                match named {
                    Some((file, definition)) if depth > 0 && visit::any(&definition.body, &temporal) => {
                        self.split(&definition.body, file, definitions, depth - 1);
                    }
                    _ => self.judged.push(name.clone()),
                }
            }
            kind => visit::children(kind, &mut |child| self.split(child, file, definitions, depth)),
        }
    }
}
