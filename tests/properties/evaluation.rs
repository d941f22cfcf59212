//! What holds of evaluating any text: the property tests try it on some texts, the fuzz target on many.

use specgen::eval::Budget;
use specgen::eval::Config;
use specgen::eval::Machine;
use specgen::eval::Model;
use specgen::eval::Program;
use specgen::eval::Search;
use specgen::eval::Setup;
use specgen::eval::Value;
use specgen::eval::explore;
use specgen::eval::on_large_stack;
use specgen::tla::check::NoLibrary;
use specgen::tla::check::Source;

/// So much is evaluated that no text takes longer than a second.
const BUDGET: Budget = Budget { steps: 100_000, depth: 2_000, elements: 20_000, successors: 20_000, time: None };

/// How many states of a model are looked at.
const STATES: u64 = 100;

/// Evaluation of any text ends, with a value or an error: of a module with a config behind its end the states, of what is no
/// module the value of the expression.
pub(crate) fn evaluation_ends(text: &str) {
    match text.trim_start().starts_with("---") {
        true => model_ends(text),
        false => value_is_its_text(text),
    }
}

fn model_ends(text: &str) {
    let end = text.rfind("\n====").map_or(text.len(), |line| line + 1);
    let end = text[end..].find('\n').map_or(text.len(), |length| end + length + 1);
    let Ok(config) = Config::parse(&text[end..], "M.cfg") else { return };
    let source = Source { path: "M.tla".to_owned(), text: text[..end].to_owned() };
    on_large_stack(|| {
        let Ok((program, model)) = Model::load(&source, &NoLibrary, &config) else { return };
        let mut machine = Machine::new(&program, BUDGET);
        let search = Search { deadlock: config.deadlock.unwrap_or(true), limit: STATES, deep: false };
        let explored = explore(&mut machine, &model, search);
        assert!(explored.distinct <= explored.generated.max(1), "a state is made before it is seen");
    });
}

/// A value that is printed and read again is the same value.
fn value_is_its_text(text: &str) {
    on_large_stack(|| {
        let Some(value) = valued(text, |value| value.is_solid().then(|| value.to_string())).flatten() else { return };
        let same = valued(&format!("({text}) = ({value})"), |same| matches!(same, Value::Bool(true)));
        assert!(same.unwrap_or(true), "{text} is not what is printed of it: {value}");
    });
}

fn valued<T>(text: &str, look: impl FnOnce(&Value) -> T) -> Option<T> {
    let text = format!("---- MODULE M ----\nEXTENDS Integers, Sequences, FiniteSets, Bags, TLC\nE == {text}\n====\n");
    let mut program = Program::load(&Source { path: "M.tla".to_owned(), text }, &NoLibrary, &Setup::default()).ok()?;
    let expression = program.definition("E").ok()?;
    let value = Machine::new(&program, BUDGET).eval(&expression).ok()?;
    Some(look(&value))
}
