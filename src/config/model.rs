//! The typed settings. What each means and why it has its default stands in config/default.yaml.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::num::NonZeroU64;

use camino::Utf8PathBuf;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::de::Error;
use serde::de::Unexpected;
use serde::de::Visitor;

/// All settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is explained in config/default.yaml, which `specgen config show` prints")]
pub struct Config {
    pub format: u32,
    pub session: String,
    pub target: Target,
    pub harness: Harness,
    pub llm: Llm,
    pub budget: Budget,
    pub draft: Draft,
    pub correct: Correct,
    pub check: Check,
    pub verify: Verify,
    pub validate: Validate,
    pub challenge: Challenge,
    pub tlc: Tlc,
    pub tools: Tools,
}

/// What is modelled.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see config/default.yaml")]
pub struct Target {
    pub system: Option<String>,
    pub module: Option<String>,
    pub language: Option<Language>,
    pub source: Source,
    pub files: Vec<Utf8PathBuf>,
    pub show: Vec<String>,
    pub brief: Option<Utf8PathBuf>,
    pub properties: Vec<String>,
    pub trace: Option<Utf8PathBuf>,
}

/// What the source is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Language {
    Go,
    Rust,
    Python,
}

/// Where the source comes from.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see config/default.yaml")]
pub struct Source {
    pub kind: SourceKind,
    pub name: String,
    pub version: Option<String>,
    pub sum: Option<String>,
}

/// How the source is obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A Go module, by the Go client.
    GoModule,
    /// A crate, by cargo.
    CargoCrate,
    /// A folder.
    Path,
}

/// What drives the instrumented copy.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see config/default.yaml")]
pub struct Harness {
    pub dir: Option<Utf8PathBuf>,
    pub build: Vec<String>,
    pub run: Vec<String>,
    pub train: Vec<u64>,
    pub judge: Vec<u64>,
    pub nodes: Vec<u32>,
    pub events: u32,
    pub time_limit: u64,
}

/// The language model.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see config/default.yaml")]
pub struct Llm {
    pub provider: String,
    pub model: Option<String>,
    pub providers: Option<Utf8PathBuf>,
    pub base_url: Option<String>,
    pub command: Vec<String>,
    pub calls: Utf8PathBuf,
    pub max_tokens: u32,
    pub time_limit: Option<NonZeroU64>,
    pub attempts: Option<NonZeroU32>,
}

/// Limits of one run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see config/default.yaml")]
pub struct Budget {
    pub calls: Option<NonZeroU64>,
    pub tokens: Option<u64>,
    #[serde(deserialize_with = "amount")]
    pub usd: Option<f64>,
}

/// A sum of money. A limit below zero would let nothing through, one that is not finite everything.
fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    match Option::<f64>::deserialize(deserializer)? {
        Some(usd) if usd < 0.0 || !usd.is_finite() => {
            Err(D::Error::invalid_value(Unexpected::Float(usd), &"a number, 0 or more, or null for no limit"))
        }
        usd => Ok(usd),
    }
}

/// The stage draft.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see config/default.yaml")]
pub struct Draft {
    pub from: Option<Utf8PathBuf>,
    pub max_attempts: u32,
    pub cards: usize,
}

/// The stage correct.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see config/default.yaml")]
pub struct Correct {
    pub max_attempts: u32,
    pub max_rounds: u32,
    pub mutants: usize,
    pub mutant_states: u64,
}

/// Exhaustive checking.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see config/default.yaml")]
pub struct Check {
    #[serde(deserialize_with = "formulas")]
    pub constants: BTreeMap<String, String>,
    #[serde(deserialize_with = "formula")]
    pub constraint: Option<String>,
    pub searches: Vec<Search>,
    pub only: Vec<String>,
    pub deadlock: bool,
    pub time_limit: u64,
}

/// TLA+ as YAML has it: text, or what YAML reads as a truth value or a whole number, which TLA+ writes alike.
struct Formula(String);

impl<'de> Deserialize<'de> for Formula {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;

        impl Visitor<'_> for Scalar {
            type Value = Formula;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("TLA+ as text; put it into quotes, as in '{s1, s2}'")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Formula, E> {
                Ok(Formula(if value { "TRUE" } else { "FALSE" }.to_owned()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Formula, E> {
                Ok(Formula(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Formula, E> {
                Ok(Formula(value.to_string()))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Formula, E> {
                match value.trim().is_empty() {
                    false => Ok(Formula(value.to_owned())),
                    true => Err(E::invalid_value(Unexpected::Str(value), &self)),
                }
            }
        }

        deserializer.deserialize_any(Scalar)
    }
}

/// A setting that is TLA+, or null.
pub fn formula<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Formula>::deserialize(deserializer)?.map(|formula| formula.0))
}

fn formulas<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let formulas = BTreeMap::<String, Formula>::deserialize(deserializer)?;
    Ok(formulas.into_iter().map(|(name, formula)| (name, formula.0)).collect())
}

/// One search of the state space, within bounds of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see check.searches in config/default.yaml")]
pub struct Search {
    pub name: String,
    pub why: String,
    #[serde(default, deserialize_with = "formula")]
    pub constraint: Option<String>,
    #[serde(default)]
    pub simulate: Option<Simulate>,
    #[serde(default)]
    pub time_limit: Option<u64>,
}

/// Random behaviours instead of all states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see check.searches in config/default.yaml")]
pub struct Simulate {
    pub behaviours: u64,
    pub depth: u64,
}

/// The stage challenge.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see config/default.yaml")]
pub struct Challenge {
    pub mutants: usize,
    pub unsure: Vec<String>,
    pub bugs: Vec<Utf8PathBuf>,
    pub seeds: Vec<u64>,
    pub mutations: Option<Utf8PathBuf>,
    pub time_limit: u64,
}

/// How the output of the transform is compared with its input.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see config/default.yaml")]
pub struct Verify {
    pub engine: JudgingEngine,
}

/// How traces are judged.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see config/default.yaml")]
pub struct Validate {
    pub engine: JudgingEngine,
}

/// Who judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JudgingEngine {
    /// TLC.
    Tlc,
    /// The evaluator.
    Native,
}

/// How TLC is run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see config/default.yaml")]
pub struct Tlc {
    pub workers: u32,
    pub memory_mb: u32,
}

/// Tools of one's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "see config/default.yaml")]
pub struct Tools {
    pub tla_tools: Option<Utf8PathBuf>,
}
