//! # Verify — is the output of the transform what the input says?
//!
//! | reads  | an IISpec, the module the transform made of it, values for its constants      |
//! | writes | how many successors were compared, and the smallest state and action that differ |
//! | calls  | `interpret` for what the input says, TLC (through `engine`) for the output      |
//! | never  | counts a case as equal that one of the two gave no answer to                    |

mod expect;
mod tlc;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;

use camino::Utf8Path;
use schemars::JsonSchema;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::engine::Engine;
use crate::eval;
use crate::tla::parse_module;
use crate::tla::syntax::UnitKind;
use crate::tla::uses;
use crate::tla::value::Value;
use crate::transform::TLA_MARK;
use crate::transform::Transformed;

pub use expect::Expectation;
pub use expect::Expected;
pub use expect::Said;
pub use tlc::Answer;
pub use tlc::Answers;
pub use tlc::Case;
pub use tlc::Question;
pub use tlc::State;
pub use tlc::Subject;
pub use tlc::ask;

/// A module before and after the transform.
#[derive(Clone, Debug, Default)]
pub struct Specification {
    /// Its name.
    pub module: String,
    /// Where the IISpec comes from, to show.
    pub path: String,
    /// The IISpec.
    pub iispec: String,
    /// What the transform made of it.
    pub transformed: String,
    /// The operators that are actions of the output.
    pub actions: BTreeSet<String>,
    /// An expression for each constant.
    pub constants: Vec<(String, String)>,
    /// The names that are model values in these.
    pub models: Vec<String>,
}

impl Specification {
    /// `iispec`, the contents of `path`, and what the transform made of it.
    ///
    /// # Errors
    /// A value that is no expression, a constant without a value.
    pub fn new(path: &str, iispec: &str, made: &Transformed, values: Vec<(String, String)>) -> Result<Self, Failure> {
        let (constants, models) = constants(iispec, values)?;
        let name = parse_module(&made.text, path).module.map(|module| module.name.text);
        let actions = made.report.iter().filter(|operator| operator.action).map(|operator| operator.name.clone());
        Ok(Self {
            module: name.unwrap_or_default(),
            path: path.to_owned(),
            iispec: iispec.to_owned(),
            transformed: made.text.clone(),
            actions: actions.collect(),
            constants,
            models,
        })
    }
}

/// Expressions for constants, and the model values in them.
type Constants = (Vec<(String, String)>, Vec<String>);

/// Which states are looked at.
#[derive(Clone, Debug)]
pub struct Wish {
    /// So many from the initial ones outward.
    pub reached: usize,
    /// So many mixed from these.
    pub mixed: usize,
    /// And these.
    pub states: Vec<State>,
    /// What the mixing depends on.
    pub seed: u64,
}

impl Default for Wish {
    fn default() -> Self {
        Self { reached: 100, mixed: 100, states: Vec::new(), seed: 1 }
    }
}

/// How TLC is asked.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Cases in which the interpreter finds an error, each of which costs a run of TLC, are asked up to so many.
    pub errors: usize,
    /// After so many errors of TLC in other cases, each of which costs a run as well, the cases that are left stay open.
    pub unexpected: usize,
    /// The time limit of one run.
    pub limit: Duration,
}

impl Default for Effort {
    fn default() -> Self {
        Self { errors: 3, unexpected: 3, limit: Duration::from_secs(300) }
    }
}

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
    /// What TLC says of the output.
    pub tlc: Answer,
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
    /// Cases that were not compared: the interpreter made no claim, or an error that TLC was not asked about.
    pub open: usize,
    /// How many of these are open for which reason.
    pub reasons: BTreeMap<String, usize>,
    /// How often TLC was started.
    pub runs: usize,
    /// Where the two differ, the smallest first.
    #[serde(skip)]
    pub differences: Vec<Difference>,
    /// What SANY refused, by the number of the specification.
    #[serde(skip)]
    pub refused: BTreeMap<usize, Diagnostic>,
}

/// What the interpreter says of each specification.
pub fn expect(specifications: &[Specification], wishes: &[Wish]) -> Vec<Result<Expected, Vec<Diagnostic>>> {
    eval::on_large_stack(|| {
        specifications.iter().zip(wishes).map(|(specification, wish)| expect::expect(specification, wish)).collect()
    })
}

/// Values for the constants of a module, and the names in them that are model values: those that the module does not know.
/// Values for what the module does not declare are left out.
///
/// # Errors
/// A value that is no expression, a constant without a value.
fn constants(text: &str, values: Vec<(String, String)>) -> Result<Constants, Failure> {
    const KNOWN: [&str; 6] = ["TRUE", "FALSE", "BOOLEAN", "STRING", "Nat", "Int"];
    let parsed = parse_module(text, "the module");
    let Some(module) = parsed.module.filter(|_| parsed.diagnostics.is_empty()) else {
        return Err(Failure { diagnostics: parsed.diagnostics });
    };
    let mut given = Vec::new();
    let mut models = BTreeSet::new();
    let declared = module.units.iter().filter_map(|unit| match &unit.kind {
        UnitKind::Constants(params) => Some(params),
        _ => None,
    });
    for name in declared.flatten().map(|param| &param.name.text) {
        let Some((_, value)) = values.iter().find(|(other, _)| other == name) else {
            let diagnostic = Diagnostic::error("verify/no-constant", format!("the constant `{name}` has no value"));
            let hint = "give it one with --constant, or under check.constants of specgen.yaml";
            return Err(diagnostic.hint(hint).into());
        };
        let parsed =
            parse_module(&format!("---- MODULE M ----\nvalue == {value}\n===="), &format!("the value of {name}"));
        let definitions = parsed.module.iter().flat_map(|module| uses::definitions(module).into_values().cloned());
        let Some(body) = definitions.map(|d| d.body).next().filter(|_| parsed.diagnostics.is_empty()) else {
            return Err(Failure { diagnostics: parsed.diagnostics });
        };
        let known = uses::definitions(&module);
        let unknown = uses::names_in(&body).into_iter().filter(|name| !KNOWN.contains(&name.as_str()));
        models.extend(unknown.filter(|name| !known.contains_key(name.as_str())));
        given.push((name.clone(), value.clone()));
    }
    Ok((given, models.into_iter().collect()))
}

/// Compares what the interpreter said with what TLC says. What is generated is put into `folder`.
///
/// # Errors
/// TLC gave no answer for a reason that is not about the specifications.
pub async fn compare(
    engine: &dyn Engine,
    folder: &Utf8Path,
    subjects: &[(Specification, Expected)],
    effort: Effort,
) -> Result<Compared, Diagnostic> {
    let mut certain = Vec::new();
    let mut failing = Vec::new();
    let mut compared = Compared { modules: subjects.len(), ..Compared::default() };
    for (subject, (_, expected)) in subjects.iter().enumerate() {
        compared.states += expected.states.len();
        for expectation in &expected.cases {
            let (action, arguments) = (expectation.action.clone(), expectation.arguments.clone());
            let case = (Case { subject, state: expectation.state, action, arguments }, &expectation.said);
            match &expectation.said {
                Said::Successors(_) => certain.push(case),
                Said::Error(_) => failing.push(case),
                Said::Nothing(why) => compared.leave_open(&why.message),
            }
        }
    }
    let models: BTreeSet<String> = subjects.iter().flat_map(|(s, _)| s.models.iter().cloned()).collect();
    let models: Vec<String> = models.into_iter().collect();
    let asked: Vec<Subject> =
        subjects.iter().map(|(specification, expected)| subject(specification, expected)).collect();
    // TLC stops at an error: what should have none is asked all at once, what should have one each by itself.
    for (cases, at_once, errors) in [(certain, tlc::CASES_A_RUN, effort.unexpected), (failing, 1, effort.errors)] {
        let list: Vec<Case> = cases.iter().map(|(case, _)| case.clone()).collect();
        let question =
            Question { subjects: &asked, models: &models, cases: &list, at_once, errors, limit: effort.limit };
        let answers = ask(engine, folder, &question).await?;
        compared.add(subjects, &cases, answers);
    }
    compared.count_actions(subjects);
    compared.differences.sort_by_key(size);
    Ok(compared)
}

/// Why the output of a text with this reading is not compared: only the imperative one is run.
fn not_imperative(iispec: &str, path: &str) -> Option<Diagnostic> {
    let mark = iispec.lines().position(|line| line.trim() == TLA_MARK)?;
    let message = "this text is read as TLA+, so that there is no imperative reading to compare with";
    Some(Diagnostic::error("verify/reading", message).at(Place::at(path, mark + 1, 1, Some(iispec))))
}

/// Verifies one specification: an error where a state and an action differ, the smallest of those found.
///
/// # Errors
/// A difference (`verify/differs`), an IISpec that cannot be run, an output that SANY refuses, no answer from TLC.
pub async fn verify(
    engine: &dyn Engine,
    folder: &Utf8Path,
    specification: Specification,
    wish: Wish,
    effort: Effort,
) -> Result<Compared, Failure> {
    if let Some(diagnostic) = not_imperative(&specification.iispec, &specification.path) {
        return Err(diagnostic.into());
    }
    let said = expect(std::slice::from_ref(&specification), &[wish]).pop();
    let expected = said.unwrap_or_else(|| Ok(Expected::default())).map_err(|diagnostics| Failure { diagnostics })?;
    let names = expected.variables.clone();
    let mut compared = compare(engine, folder, &[(specification, expected)], effort).await?;
    if let Some((_, refused)) = compared.refused.pop_first() {
        return Err(refused.into());
    }
    match compared.differences.first() {
        Some(difference) => Err(difference.diagnostic(&names).into()),
        None => Ok(compared),
    }
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
        let what = match (&self.interpreter, &self.tlc) {
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
        format!(
            "the output agrees with the IISpec in {} states: {} cases of {} actions, {} successors{}",
            self.states,
            self.cases,
            self.actions,
            self.successors,
            reasons.collect::<String>()
        )
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

/// What the smallest difference is judged by.
fn size(difference: &Difference) -> (usize, usize) {
    let length = |values: &[Value]| values.iter().map(|value| value.to_string().len()).sum::<usize>();
    (length(&difference.state), length(&difference.arguments))
}

impl Compared {
    fn add(&mut self, subjects: &[(Specification, Expected)], cases: &[(Case, &Said)], answers: Answers) {
        self.runs += answers.runs;
        for (number, (case, said)) in cases.iter().enumerate() {
            match (said, answers.of.get(&number)) {
                (_, None) => self.leave_open("TLC, which ends at an error, was not asked"),
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
                    interpreter: (*said).clone(),
                    tlc: answer.clone(),
                }),
            }
        }
        self.refused.extend(answers.refused);
    }

    fn leave_open(&mut self, why: &str) {
        self.open += 1;
        *self.reasons.entry(why.to_owned()).or_default() += 1;
    }

    fn count_actions(&mut self, subjects: &[(Specification, Expected)]) {
        let actions = subjects.iter().enumerate().flat_map(|(subject, (_, expected))| {
            expected.cases.iter().map(move |case| (subject, case.action.as_str()))
        });
        self.actions = actions.collect::<BTreeSet<_>>().len();
    }
}
