//! The successors of given states by given actions, computed by the evaluator: no file and no child.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Specification;
use super::expect::Expected;
use super::question::Answer;
use super::question::Answers;
use super::question::Case;
use crate::base::diag::Diagnostic;
use crate::base::diag::Severity;
use crate::base::span::Span;
use crate::eval;
use crate::eval::Budget;
use crate::eval::Eval;
use crate::eval::Expression;
use crate::eval::Kind;
use crate::eval::Machine;
use crate::eval::Program;
use crate::tla::check;
use crate::tla::check::Library;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;
use crate::tla::syntax::Expr;
use crate::tla::value::Value;

/// What one case may cost: seconds, where a case takes less than a millisecond.
const STEPS: u64 = 200_000_000;

/// The name of the module around the output.
const MODULE: &str = "SpecgenSuccessors";

/// An operator and how many arguments it has.
type Called<'a> = (&'a str, usize);

/// Answers `cases`.
pub(super) fn ask(subjects: &[(Specification, Expected)], cases: &[Case]) -> Answers {
    let mut of_subject: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, case) in cases.iter().enumerate() {
        of_subject.entry(case.subject).or_default().push(number);
    }
    eval::on_large_stack(|| {
        let mut answers = Answers::default();
        for (subject, numbers) in of_subject {
            let (specification, expected) = &subjects[subject];
            let calls = numbers.iter().map(|number| (cases[*number].action.as_str(), cases[*number].arguments.len()));
            match Loaded::new(specification, &expected.variables, calls.collect()) {
                Ok(loaded) => numbers.iter().for_each(|number| {
                    let case = &cases[*number];
                    loaded.tell(*number, &expected.states[case.state], case, &mut answers);
                }),
                Err(why) if why.code == Kind::Unsupported.code() => {
                    answers.lacking.extend(numbers.iter().map(|number| (*number, why.message.clone())));
                }
                Err(why) => drop(answers.refused.insert(subject, why)),
            }
        }
        answers
    })
}

/// An output that can be evaluated.
struct Loaded<'a> {
    program: Program,
    actions: BTreeMap<Called<'a>, Expression>,
    /// For each variable of the program its place in a state that is asked about.
    places: Vec<usize>,
}

impl<'a> Loaded<'a> {
    /// Compiles the output and calls of its actions. It has to be a proper module, which the evaluator does not ask for.
    fn new(
        specification: &Specification,
        variables: &[String],
        calls: BTreeSet<Called<'a>>,
    ) -> Result<Self, Diagnostic> {
        let path = format!("{}.tla", specification.module);
        let output = Source { path, text: specification.transformed.clone() };
        let found = check::check(&output, &NoLibrary).diagnostics;
        if let Some(wrong) = found.into_iter().find(|diagnostic| diagnostic.severity == Severity::Error) {
            return Err(wrong);
        }
        let (setup, given) = specification.setup();
        let text = format!("---- MODULE {MODULE} ----\nEXTENDS {}\n{given}====\n", specification.module);
        let root = Source { path: format!("{MODULE}.tla"), text };
        let mut program = Program::load(&root, &Beside(&output), &setup).map_err(first)?;
        let place = |name: &String| variables.iter().position(|other| other == name);
        let places: Option<Vec<usize>> = program.variables().iter().map(place).collect();
        let places = places.filter(|places| places.len() == variables.len()).ok_or_else(|| {
            let message =
                format!("the output has the variables {}, and the input others", program.variables().join(", "));
            Diagnostic::error("verify/differs", message)
        })?;
        let mut actions = BTreeMap::new();
        for (name, arity) in calls {
            let names: Vec<String> = (1..=arity).map(|number| format!("verify_{number}_")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let arguments = names.iter().map(|name| Expr::name(*name, Span::default())).collect();
            let call = Expr::call(name, arguments, Span::default());
            actions.insert((name, arity), program.expression(&call, &names).map_err(first)?);
        }
        Ok(Self { program, actions, places })
    }

    /// Notes the answer to a case.
    fn tell(&self, number: usize, state: &[Value], case: &Case, answers: &mut Answers) {
        match self.successors(state, case) {
            Ok(Some(states)) => drop(answers.of.insert(number, Answer::Successors(states))),
            Ok(None) => drop(answers.open.insert(number, super::infinite().message)),
            Err(fault) if fault.kind == Kind::Unsupported => drop(answers.lacking.insert(number, fault.message)),
            Err(fault) if fault.kind.is_limit() => drop(answers.open.insert(number, fault.message)),
            Err(fault) => drop(answers.of.insert(number, Answer::Error(fault.message))),
        }
    }

    /// The successors; `None` where one of them holds an infinite set.
    fn successors(&self, state: &[Value], case: &Case) -> Eval<Option<BTreeSet<Vec<Value>>>> {
        let strings = self.program.strings();
        let value = |place: &usize| eval::evaluated(&state[*place], strings).map(Some);
        let now: eval::State = self.places.iter().map(value).collect::<Eval<_>>()?;
        let arguments: Vec<eval::Value> =
            case.arguments.iter().map(|argument| eval::evaluated(argument, strings)).collect::<Eval<_>>()?;
        let mut machine = Machine::new(&self.program, Budget { steps: STEPS, ..Budget::default() });
        machine.set_now(&now);
        let action = &self.actions[&(case.action.as_str(), case.arguments.len())];
        let found = machine.successors_with(action, &arguments)?;
        Ok(found.iter().map(|next| self.printed(next)).collect())
    }

    /// A state of the program with its values in the order of those that are asked about.
    fn printed(&self, state: &eval::State) -> Option<Vec<Value>> {
        let mut values = vec![None; state.len()];
        for (place, value) in self.places.iter().zip(state) {
            values[*place] = eval::printed(value.as_ref()?);
        }
        values.into_iter().collect()
    }
}

/// What is beside the module around the output.
struct Beside<'a>(&'a Source);

impl Library for Beside<'_> {
    fn find(&self, name: &str) -> Option<Source> {
        (self.0.path == format!("{name}.tla")).then(|| self.0.clone())
    }
}

fn first(diagnostics: Vec<Diagnostic>) -> Diagnostic {
    let unknown = || Diagnostic::error("verify/no-answer", "the output cannot be evaluated");
    diagnostics.into_iter().next().unwrap_or_else(unknown)
}
