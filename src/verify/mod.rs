//! # Verify — is the output of the transform what the input says?
//!
//! | reads  | an IISpec, the module the transform made of it, values for its constants      |
//! | writes | how many successors were compared, and the smallest state and action that differ |
//! | calls  | `interpret` for what the input says, `eval` for the output, or TLC (through `engine`)     |
//! | never  | counts a case as equal that one of the two gave no answer to                    |

mod compared;
mod expect;
mod native;
mod question;
mod tlc;

use std::collections::BTreeSet;
use std::time::Duration;

use crate::base::diag::Diagnostic;
use crate::base::diag::Failure;
use crate::base::diag::Place;
use crate::config::JudgingEngine;
use crate::engine::Engine;
use crate::eval;
use crate::eval::Constant;
use crate::eval::Setup;
use crate::tla::parse_module;
use crate::tla::syntax::UnitKind;
use crate::tla::uses;
use crate::transform::TLA_MARK;
use crate::transform::Transformed;
use camino::Utf8Path;

use compared::Asked;
pub use compared::Compared;
pub use compared::Difference;
use compared::size;
pub use expect::Expectation;
pub use expect::Expected;
pub use expect::Said;
pub use question::Answer;
use question::Case;
pub use question::State;

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

    /// What the constants are for the evaluator, and the definitions that this needs behind those of the module.
    fn setup(&self) -> (Setup, String) {
        let mut setup = Setup::default();
        let mut given = String::new();
        for model in &self.models {
            setup.constants.push((model.clone(), Constant::Model(model.clone())));
            if self.constants.iter().all(|(name, _)| name != model) {
                given.push_str(&["\nCONSTANT ", model, "\n"].concat());
            }
        }
        for (name, value) in self.constants.iter().filter(|(name, value)| name != value) {
            given.push_str(&["\nverify_", name, " == ", value, "\n"].concat());
            setup.replaced.push((name.clone(), format!("verify_{name}")));
        }
        (setup, given)
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

/// Who finds the successors by the output.
#[derive(Clone, Copy)]
pub enum Judge<'a> {
    /// TLC, in a child.
    Tlc(Tlc<'a>),
    /// The evaluator, in this process; where it cannot evaluate something, TLC if it is there.
    Native {
        /// TLC.
        instead: Option<Tlc<'a>>,
    },
}

/// TLC, and a folder for what is generated for it.
#[derive(Clone, Copy)]
pub struct Tlc<'a> {
    /// The TLA+ tools.
    pub engine: &'a dyn Engine,
    /// The folder.
    pub folder: &'a Utf8Path,
}

impl<'a> Judge<'a> {
    /// As the settings have it, with `tlc` where that is there or has to be.
    pub fn new(engine: JudgingEngine, tlc: Tlc<'a>) -> Self {
        match engine {
            JudgingEngine::Tlc => Self::Tlc(tlc),
            JudgingEngine::Native => Self::Native { instead: Some(tlc) },
        }
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

/// Compares what the interpreter said with what is said of the output.
///
/// # Errors
/// TLC gave no answer for a reason that is not about the specifications.
pub async fn compare(
    judge: Judge<'_>,
    subjects: &[(Specification, Expected)],
    effort: Effort,
) -> Result<Compared, Diagnostic> {
    let mut compared = Compared { modules: subjects.len(), ..Compared::default() };
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for (subject, (_, expected)) in subjects.iter().enumerate() {
        compared.states += expected.states.len();
        for Expectation { state, action, arguments, said } in &expected.cases {
            let case = Case { subject, state: *state, action: action.clone(), arguments: arguments.clone() };
            match said {
                Said::Successors(_) | Said::Error(_) => asked.push((case, said)),
                Said::Nothing(why) => compared.leave_open(&why.message),
            }
        }
    }
    match judge {
        Judge::Tlc(tlc) => compared.ask_tlc(tlc, subjects, asked, effort).await?,
        Judge::Native { instead } => {
            let lacking = compared.ask_native(subjects, asked);
            match instead {
                _ if lacking.is_empty() => {}
                Some(tlc) => compared.ask_tlc(tlc, subjects, lacking, effort).await?,
                None => (0..lacking.len())
                    .for_each(|_| compared.leave_open("the evaluator cannot do it, and no TLC is there")),
            }
        }
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
/// A difference (`verify/differs`), nothing but errors (`verify/only-errors`), an IISpec that cannot be run, an output that SANY refuses, no answer from TLC.
pub async fn verify(
    judge: Judge<'_>,
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
    let mut compared = compare(judge, &[(specification, expected)], effort).await?;
    if let Some((_, refused)) = compared.refused.pop_first() {
        return Err(refused.into());
    }
    match (compared.differences.first(), compared.reasons.first_key_value()) {
        (Some(difference), _) => Err(difference.diagnostic(&names).into()),
        (None, Some((why, _))) if compared.cases == 0 => {
            Err(Diagnostic::error("verify/no-answer", why.as_str()).into())
        }
        (None, _) if compared.errors > 0 && compared.errors == compared.cases => {
            let message = format!(
                "each of {} cases is an error, of the IISpec and of the output alike, so that no successors were compared",
                compared.cases
            );
            Err(Diagnostic::error("verify/only-errors", message).into())
        }
        (None, _) => Ok(compared),
    }
}

fn infinite() -> Diagnostic {
    Diagnostic::error("verify/infinite", "a state holds an infinite set, which cannot be compared")
}
