//! A formula that is to be true of every state of a behaviour.

use super::explore::same;
use super::machine::State;
use super::program::Expression;
use super::program::Program;
use super::reads::looks_ahead;
use super::reads::reads;
use crate::base::diag::Diagnostic;

/// An invariant by its name.
#[derive(Debug)]
pub struct Invariant {
    /// The definition's name.
    pub name: String,
    /// What it says.
    pub formula: Expression,
    /// One flag a variable; `None` where the value may differ although no variable does.
    reads: Option<Vec<bool>>,
}

impl Invariant {
    /// The definition of the root module with this name.
    ///
    /// # Errors
    /// There is none, or it has a prime.
    pub fn of(program: &mut Program, name: &str) -> Result<Self, Vec<Diagnostic>> {
        let formula = program.definition(name)?;
        if looks_ahead(program, &formula) {
            let message = format!("`{name}` has a prime, and is to be said of one state");
            return Err(vec![Diagnostic::error("eval/config", message)]);
        }
        Ok(Self { name: name.to_owned(), reads: reads(program, &formula), formula })
    }

    /// Whether a step has changed something that it looks at.
    pub fn is_touched(&self, before: &State, after: &State) -> bool {
        let Some(reads) = &self.reads else { return true };
        let both = before.iter().zip(after);
        both.zip(reads).any(|((before, after), reads)| *reads && !same(before.as_ref(), after.as_ref()))
    }

    /// Whether it looks at the variable with this number.
    pub fn looks_at(&self, variable: usize) -> bool {
        self.reads.as_ref().is_none_or(|reads| reads.get(variable).copied().unwrap_or(true))
    }
}
