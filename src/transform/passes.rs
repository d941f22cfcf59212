//! The passes: one reason a line, in the order in which they run.

use super::OperatorReport;
use super::Options;
use super::Style;
use super::assemble::actions;
use super::assemble::operator_report;
use super::plain::Bodies;
use crate::tla::syntax::Unit;

/// What is done with a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pass {
    /// Everything that makes a proper module of it.
    #[default]
    All,
    /// Only the analysis: what each operator is, reads and writes.
    Analysis,
    /// Cut procedures where another process may run.
    Cuts,
    /// Give the reads of values that were just assigned their primes.
    Primes,
    /// Complete UNCHANGED.
    Unchanged,
}

/// The passes with their names on the command line, and why each is there. The linter (`lint`) stands beside them: it changes
/// nothing.
pub const PASSES: [(Pass, &str, &str); 5] = [
    (Pass::Analysis, "sa", "everything else asks what an operator reads, writes and calls"),
    (
        Pass::Cuts,
        "pc",
        "another process may only run where the source lets it; comes first, for what it leaves has no cuts",
    ),
    (Pass::Primes, "ud", "a value that was just assigned is read with a prime, so that people see which one is meant"),
    (Pass::Unchanged, "uc", "TLA+ wants every variable mentioned on every path"),
    (Pass::All, "all", "cuts, then calls for values, then state passing or UNCHANGED, whichever the procedure needs"),
];

/// What the analysis says of each operator.
pub(super) fn report(bodies: &Bodies<'_>, options: &Options) -> Vec<OperatorReport> {
    let actions = actions(bodies, options);
    let definitions = bodies.facts.module.units.iter().filter_map(Unit::definition);
    let names = definitions.map(|definition| definition.name.text.as_str());
    names.map(|name| operator_report(bodies, name, actions.contains(name), Style::Kept)).collect()
}
