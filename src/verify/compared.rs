//! What a comparison showed: how much agrees, what differs, what stays open.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::Effort;
use super::Specification;
use super::Tlc;
use super::expect::Expected;
use super::expect::Said;
use super::native;
use super::question::Answer;
use super::question::Answers;
use super::question::Case;
use super::question::State;
use super::tlc;
use super::tlc::Question;
use super::tlc::Subject;
use crate::base::diag::Diagnostic;
use crate::tla::value::Value;

/// An action in a state for which the two differ.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The number of the specification.
    pub subject: usize,
    /// The state.
    pub state: State,
    /// The operator.
    pub action: String,
    /// Its arguments.
    pub arguments: Vec<Value>,
    /// What the interpreter says of the IISpec.
    pub interpreter: Said,
    /// What is said of the output.
    pub output: Answer,
}

/// What a comparison showed.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Compared {
    /// Modules compared.
    pub modules: usize,
    /// Pairs of a module and one of its actions that were compared in some state.
    pub actions: usize,
    /// States.
    pub states: usize,
    /// Actions with arguments in states, for which both gave the same answer.
    pub cases: usize,
    /// Successors that both found.
    pub successors: usize,
    /// Cases of these without a successor.
    pub disabled: usize,
    /// Cases of these with more than one successor.
    pub choices: usize,
    /// Cases of these in which both found that an expression has no value.
    pub errors: usize,
    /// Cases that were not compared: the interpreter made no claim, or there is no answer about the output.
    pub open: usize,
    /// How many of these are open for which reason.
    pub reasons: BTreeMap<String, usize>,
    /// Cases in which the evaluator said what the output does; in the others TLC did.
    pub evaluated: usize,
    /// What the evaluator cannot evaluate, with the number of cases that TLC was asked about for that.
    pub lacking: BTreeMap<String, usize>,
    /// How often TLC was started.
    pub runs: usize,
    /// Where the two differ, the smallest first.
    #[serde(skip)]
    pub differences: Vec<Difference>,
    /// What SANY refused, by the number of the specification.
    #[serde(skip)]
    pub refused: BTreeMap<usize, Diagnostic>,
}

/// What the smallest difference is judged by.
pub(super) fn size(difference: &Difference) -> (usize, usize) {
    let length = |values: &[Value]| values.iter().map(|value| value.to_string().len()).sum::<usize>();
    (length(&difference.state), length(&difference.arguments))
}

impl Difference {
    /// To show; `names` are those of the variables.
    pub fn diagnostic(&self, names: &[String]) -> Diagnostic {
        let record = |state: &State| {
            let fields = names.iter().zip(state).map(|(name, value)| format!("{name} |-> {value}"));
            format!("[{}]", fields.collect::<Vec<_>>().join(", "))
        };
        let only = |some: &BTreeSet<State>, others: &BTreeSet<State>| {
            let first = some.difference(others).min_by_key(|state| record(state).len());
            first.map(record)
        };
        let what = match (&self.interpreter, &self.output) {
            (Said::Successors(ours), Answer::Successors(theirs)) => match (only(ours, theirs), only(theirs, ours)) {
                (Some(lost), Some(gained)) => format!("{lost} became {gained}"),
                (Some(lost), None) => format!("{lost} is lost"),
                (None, gained) => format!("{} is new", gained.unwrap_or_default()),
            },
            (Said::Successors(_), Answer::Error(why)) => format!("the output cannot be evaluated: {why}"),
            (Said::Error(why) | Said::Nothing(why), _) => format!("only the IISpec cannot be evaluated: {why}"),
        };
        let arguments: Vec<String> = self.arguments.iter().map(ToString::to_string).collect();
        let call = if arguments.is_empty() {
            self.action.clone()
        } else {
            format!("{}({})", self.action, arguments.join(", "))
        };
        let message = format!("`{call}` does something else after the transform, from {}: {what}", record(&self.state));
        Diagnostic::error("verify/differs", message)
            .hint("this is a mistake of specgen, not of the spec: please report it with the IISpec")
    }
}

impl Compared {
    /// In a sentence.
    pub fn sentence(&self) -> String {
        let reasons = self.reasons.iter().map(|(why, count)| format!("; {count} cases open: {why}"));
        let errors = match self.errors {
            0 => String::new(),
            errors => format!(" ({errors} of them errors of both)"),
        };
        format!(
            "the output agrees with the IISpec in {} states: {} cases{errors} of {} actions, {} successors, by {}{}",
            self.states,
            self.cases,
            self.actions,
            self.successors,
            self.judges(),
            reasons.collect::<String>()
        )
    }

    /// Who said what the output does.
    fn judges(&self) -> String {
        let lacking: Vec<&str> = self.lacking.keys().map(String::as_str).collect();
        match (self.evaluated, self.cases.saturating_sub(self.evaluated)) {
            (_, 0) => "the evaluator".to_owned(),
            (0, _) if lacking.is_empty() => "TLC".to_owned(),
            (_, tlc) => format!("the evaluator and, in {tlc} cases, TLC ({})", lacking.join("; ")),
        }
    }
}

/// A case and what the interpreter says of it.
pub(super) type Asked<'a> = (Case, &'a Said);

impl Compared {
    /// Asks the evaluator; what it lacks something for is left.
    pub(super) fn ask_native<'a>(
        &mut self,
        subjects: &[(Specification, Expected)],
        asked: Vec<Asked<'a>>,
    ) -> Vec<Asked<'a>> {
        let cases: Vec<Case> = asked.iter().map(|(case, _)| case.clone()).collect();
        let answers = native::ask(subjects, &cases);
        let (lacking, answered): (Vec<_>, Vec<_>) =
            asked.into_iter().enumerate().partition(|(number, _)| answers.lacking.contains_key(number));
        for why in answers.lacking.values() {
            *self.lacking.entry(why.clone()).or_default() += 1;
        }
        let before = self.cases;
        self.add(subjects, answered, answers);
        self.evaluated = self.cases - before;
        lacking.into_iter().map(|(_, asked)| asked).collect()
    }

    /// Asks TLC. It stops at an error: what should have none is asked all at once, what should have one each by itself.
    pub(super) async fn ask_tlc(
        &mut self,
        Tlc { engine, folder }: Tlc<'_>,
        subjects: &[(Specification, Expected)],
        asked: Vec<Asked<'_>>,
        effort: Effort,
    ) -> Result<(), Diagnostic> {
        let models: BTreeSet<String> = subjects.iter().flat_map(|(s, _)| s.models.iter().cloned()).collect();
        let models: Vec<String> = models.into_iter().collect();
        let modules: Vec<Subject> =
            subjects.iter().map(|(specification, expected)| subject(specification, expected)).collect();
        let (failing, certain) = asked.into_iter().partition(|(_, said)| matches!(said, Said::Error(_)));
        for (asked, at_once, errors) in
            [(certain, tlc::CASES_A_RUN, effort.unexpected), (failing, 1, effort.errors)] as [(Vec<_>, _, _); 2]
        {
            let cases: Vec<Case> = asked.iter().map(|(case, _)| case.clone()).collect();
            let question =
                Question { subjects: &modules, models: &models, cases: &cases, at_once, errors, limit: effort.limit };
            let answers = match tlc::ask(engine, folder, &question).await {
                // What the evaluator has compared stands without TLC.
                Err(why) if self.evaluated > 0 && why.code != "process/interrupted" => {
                    let open = (0..cases.len()).map(|case| (case, why.message.clone())).collect();
                    Answers { open, ..Answers::default() }
                }
                answers => answers?,
            };
            self.add(subjects, asked.into_iter().enumerate().collect(), answers);
        }
        Ok(())
    }

    /// Takes in the answers to some cases, by their numbers.
    fn add(&mut self, subjects: &[(Specification, Expected)], asked: Vec<(usize, Asked<'_>)>, answers: Answers) {
        self.runs += answers.runs;
        for (number, (case, said)) in asked {
            match (said, answers.of.get(&number)) {
                (_, None) => {
                    let why = answers.open.get(&number).map(String::as_str);
                    self.leave_open(why.unwrap_or("TLC, which ends at an error, was not asked"));
                }
                (Said::Successors(ours), Some(Answer::Successors(theirs))) if ours == theirs => {
                    self.cases += 1;
                    self.successors += ours.len();
                    self.disabled += usize::from(ours.is_empty());
                    self.choices += usize::from(ours.len() > 1);
                }
                (Said::Error(_), Some(Answer::Error(_))) => {
                    self.cases += 1;
                    self.errors += 1;
                }
                (_, Some(answer)) => self.differences.push(Difference {
                    subject: case.subject,
                    state: subjects[case.subject].1.states[case.state].clone(),
                    action: case.action.clone(),
                    arguments: case.arguments.clone(),
                    interpreter: said.clone(),
                    output: answer.clone(),
                }),
            }
        }
        self.refused.extend(answers.refused);
    }

    pub(super) fn leave_open(&mut self, why: &str) {
        self.open += 1;
        *self.reasons.entry(why.to_owned()).or_default() += 1;
    }

    pub(super) fn count_actions(&mut self, subjects: &[(Specification, Expected)]) {
        let actions = subjects.iter().enumerate().flat_map(|(subject, (_, expected))| {
            expected.cases.iter().map(move |case| (subject, case.action.as_str()))
        });
        self.actions = actions.collect::<BTreeSet<_>>().len();
    }
}

fn subject(specification: &Specification, expected: &Expected) -> Subject {
    Subject {
        module: specification.module.clone(),
        text: specification.transformed.clone(),
        variables: expected.variables.clone(),
        constants: specification.constants.clone(),
        states: expected.states.clone(),
    }
}
