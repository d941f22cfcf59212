//! # Transform — an IISpec becomes proper TLA+
//!
//! | reads  | the text of a module, read imperatively (`\* specgen: iispec 1`) or as TLA+ |
//! | writes | the text of a proper TLA+ module, with the origin of each line              |
//! | calls  | `tla`                                                                       |
//! | never  | changes the meaning of what it cannot read: it refuses                      |

mod action;
mod again;
mod assemble;
mod chain;
mod conflicts;
#[cfg(test)]
mod cut_tests;
mod cuts;
#[cfg(test)]
mod defects;
mod edits;
mod endless;
#[cfg(test)]
mod engine_tests;
mod facts;
pub mod graph;
pub mod lint;
mod loops;
mod lower;
mod once;
#[cfg(test)]
mod once_tests;
mod parts;
mod pass;
mod passes;
mod plain;
mod primes;
mod proper;
mod read;
mod stmt;
mod symbols;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tla_tests;
mod values;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use self::cuts::Cut;
pub use self::cuts::Granularity;
use self::edits::Edited;
use self::edits::Edits;
use self::facts::Facts;
pub use self::passes::PASSES;
pub use self::passes::Pass;
use self::plain::Bodies;
use self::read::Reader;
use self::read::Refusal;
use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::diag::Severity;
use crate::base::span::Span;
use crate::tla::format;
use crate::tla::parse_module;
use crate::tla::syntax::Unit;

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reading {
    /// A `/\` list is a sequence of statements.
    Iispec,
    /// As TLA+; only UNCHANGED is completed.
    Tla,
}

/// What the caller wants.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The reading, if the text does not declare it; it wins over what the text declares.
    pub reading: Option<Reading>,
    /// Operators to keep as actions besides those that Next reaches.
    pub actions: Vec<String>,
    /// Where procedures are cut.
    pub granularity: Granularity,
    /// Which pass; all of them if none is named.
    pub pass: Pass,
}

/// The input lines that an output line came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineOrigin {
    /// Line of the output, from 1.
    pub line: usize,
    /// Lines of the input, from 1, ascending.
    pub from_lines: Vec<usize>,
}

/// What became of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// It stands as it was written.
    Kept,
    /// It is an action whose UNCHANGED was completed or corrected.
    Completed,
    /// It is a formula over other actions.
    Formula,
    /// It is an operator on states, or goes through one.
    StatePassing,
    /// It is gone: nothing uses it any more in this form.
    Replaced,
}

/// What is known about one operator and its output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperatorReport {
    /// Its name.
    pub name: String,
    /// Whether it acts.
    pub procedure: bool,
    /// Whether Next reaches it as an action, or the caller named it.
    pub action: bool,
    /// What became of it.
    pub style: Style,
    /// Variables it may assign.
    pub writes: Vec<String>,
    /// Variables it reads.
    pub reads: Vec<String>,
    /// Whether it has exactly one outcome.
    pub deterministic: bool,
}

/// The result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transformed {
    /// The module.
    pub text: String,
    /// For each line of the text, where it came from.
    pub origin: Vec<LineOrigin>,
    /// For each operator of the input, in its order, what became of it.
    pub report: Vec<OperatorReport>,
    /// Why the text is not laid out, where the formatter refused it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Diagnostic>,
}

impl Transformed {
    /// The same in one layout, the copied parts as well as the printed ones.
    fn laid_out(self, file: &str) -> Self {
        let formatted = format::format(&self.text, file);
        let warnings = [self.warnings, formatted.warnings()].concat();
        let from_lines = |lines: &BTreeSet<usize>| -> BTreeSet<usize> {
            let origins = lines.iter().filter_map(|line| self.origin.get(line - 1));
            origins.flat_map(|origin| origin.from_lines.iter().copied()).collect()
        };
        let origin = formatted.origin.iter().map(from_lines).enumerate();
        let origin = origin.map(|(n, lines)| LineOrigin { line: n + 1, from_lines: lines.into_iter().collect() });
        Self { text: formatted.text, origin: origin.collect(), report: self.report, warnings }
    }

    /// The same with the lines of the text that this one's input was made of.
    fn traced(mut self, origin: &[BTreeSet<usize>]) -> Self {
        for line in &mut self.origin {
            let from: BTreeSet<_> =
                line.from_lines.iter().filter_map(|n| origin.get(n - 1)).flatten().copied().collect();
            line.from_lines = from.into_iter().collect();
        }
        self
    }

    /// The same with more warnings, about the input.
    fn doubted(mut self, doubts: Vec<Refusal>, text: &str, file: &str) -> Self {
        let warning = |doubt: Refusal| Diagnostic { severity: Severity::Warning, ..doubt.diagnostic(text, file) };
        self.warnings.extend(doubts.into_iter().map(warning));
        self
    }

    /// A text that is an IISpec still.
    fn between(edited: Edited, report: Vec<OperatorReport>, file: &str) -> Self {
        let Edited { mut text, mut origin } = edited;
        if declared(&text, text.len()) != Some(Reading::Iispec) {
            text.insert_str(0, &format!("{IISPEC_MARK}\n"));
            origin.insert(0, BTreeSet::new());
        }
        let origin = origin.into_iter().enumerate();
        let origin = origin.map(|(n, from)| LineOrigin { line: n + 1, from_lines: from.into_iter().collect() });
        Self { text, origin: origin.collect(), report, warnings: Vec::new() }.laid_out(file)
    }
}

/// The line that declares a text to be an IISpec.
pub const IISPEC_MARK: &str = "\\* specgen: iispec 1";
/// The line that the pass `pc` puts above what it has cut.
const CUT_MARK: &str = "\\* specgen: cut";
/// The line that declares a text to be proper TLA+; the output starts with it.
pub const TLA_MARK: &str = "\\* specgen: tla 1";

/// Make proper TLA+ of `text`, the contents of `file_name`.
pub fn transform(text: &str, file_name: &str, options: &Options) -> Result<Transformed, Vec<Diagnostic>> {
    let cutting = options.pass == Pass::Cuts || options.granularity != Granularity::Function;
    if let Some(line) = text.lines().position(|line| line.trim() == CUT_MARK).filter(|_| cutting) {
        let options = Options { granularity: Granularity::Function, ..options.clone() };
        let mut made = match options.pass {
            Pass::Cuts => transform(text, file_name, &Options { pass: Pass::Analysis, ..options })?,
            _ => transform(text, file_name, &options)?,
        };
        made.warnings.push(cut_already(text, file_name, line + 1));
        return Ok(made);
    }
    let (marks, blank) = if cutting { cuts::marks::comments(text) } else { (Vec::new(), text.to_owned()) };
    let text = blank.as_str();
    let parsed = parse_module(text, file_name);
    let module = match parsed.module {
        Some(module) if parsed.diagnostics.is_empty() => module,
        _ => return Err(parsed.diagnostics),
    };
    let facts = Facts::of(&module, read::identifiers(text));
    let diagnostics = |refusals: Vec<Refusal>| {
        let mut refusals = refusals;
        refusals.sort();
        refusals.dedup();
        refusals.iter().map(|refusal| refusal.diagnostic(text, file_name)).collect::<Vec<_>>()
    };
    let said = options.reading.or_else(|| declared(text, module.end));
    let imperative = said == Some(Reading::Iispec) && options.pass != Pass::Unchanged;
    let mut reader = Reader::new(&facts, imperative);
    let mut stmts = BTreeMap::new();
    for definition in module.units.iter().filter_map(Unit::definition) {
        if facts.is_procedure(&definition.name.text) {
            stmts.insert(definition.name.text.clone(), reader.procedure(definition));
        }
    }
    reader.instances();
    reader.functions();
    let (mut refusals, choices) = (reader.refusals, reader.choices);
    refusals.extend(symbols::refusals(&facts));
    let unnamed = facts.unnamed.iter().filter(|_| imperative);
    refusals.extend(unnamed.map(|span| Refusal {
        span: *span,
        code: "transform/unnamed-next",
        message: "take a next-state relation that has no name".to_owned(),
        hint: "define it, `Next == ...`, and write `[][Next]_vars`",
    }));
    let bodies = Bodies::new(&facts, stmts.clone(), BTreeMap::new());
    let reading = match said {
        Some(reading) => reading,
        None => match undeclared(&bodies) {
            None => Reading::Tla,
            Some(refusal) => return Err(diagnostics(vec![refusal])),
        },
    };
    for name in options.actions.iter().filter(|name| !facts.operators.contains_key(*name)) {
        let message = format!("keep `{name}` as an action: there is no such operator");
        refusals.push(Refusal {
            span: module.name.span,
            code: "transform/unknown-action",
            message,
            hint: "correct the name",
        });
    }
    let report = || {
        let lifted = values::lift(&facts, stmts.clone());
        passes::report(&Bodies::new(&facts, lifted.stmts, lifted.returning), options)
    };
    match options.pass {
        Pass::Analysis => return Ok(Transformed::between(Edits::of(text).applied(), report(), file_name)),
        Pass::Unchanged => return proper::completed(text, file_name, &bodies, options, &refusals),
        Pass::All if reading == Reading::Tla => {
            return proper::completed(text, file_name, &bodies, options, &refusals);
        }
        _ if !refusals.is_empty() => return Err(diagnostics(refusals)),
        Pass::Primes => return Ok(Transformed::between(primes::primed(text, &bodies), report(), file_name)),
        Pass::Cuts | Pass::All => {}
    }
    let granularity = match options.pass {
        Pass::Cuts if options.granularity == Granularity::Function => Granularity::Yield,
        _ => options.granularity,
    };
    let cut = cuts::cut(text, &facts, &stmts, granularity, &marks).map_err(diagnostics)?;
    match (options.pass, cut) {
        (Pass::Cuts, Some(Cut { mut edited, doubts })) => {
            edited.text.insert_str(0, &format!("{CUT_MARK}\n"));
            edited.origin.insert(0, BTreeSet::new());
            Ok(Transformed::between(edited, report(), file_name).doubted(doubts, text, file_name))
        }
        (Pass::Cuts, None) => Ok(Transformed::between(Edits::of(text).applied(), report(), file_name)),
        (_, Some(Cut { edited, doubts })) => {
            let options = Options { reading: Some(reading), granularity: Granularity::Function, ..options.clone() };
            let made = transform(&edited.text, file_name, &options);
            let made =
                made.map_err(|all| all.into_iter().map(|one| edited.blamed(one, text, file_name)).collect::<Vec<_>>())?;
            Ok(made.traced(&edited.origin).doubted(doubts, text, file_name))
        }
        (_, None) => {
            let lifted = values::lift(&facts, stmts);
            let bodies = Bodies { choices, ..Bodies::new(&facts, lifted.stmts, lifted.returning) };
            let endless = endless::refusals(&bodies);
            if !endless.is_empty() {
                return Err(diagnostics(endless));
            }
            lower::lower(text, &bodies, options).map(|made| made.laid_out(file_name)).map_err(diagnostics)
        }
    }
}

/// What a cut module is told that is to be cut: a second time its pieces would be taken for procedures.
fn cut_already(text: &str, file_name: &str, line: usize) -> Diagnostic {
    Diagnostic::warning("transform/cut-already", "this module is cut already, and is not cut again")
        .at(Place::at(file_name, line, 1, Some(text)))
        .hint("to cut it elsewhere, start from the module before the pass `pc`")
}

/// The reading that a text declares before or in its module.
fn declared(text: &str, end: usize) -> Option<Reading> {
    text[..end].lines().find_map(|line| {
        let rest = line.trim().strip_prefix("\\*")?.trim().strip_prefix("specgen:")?;
        match rest.split_whitespace().next()? {
            "iispec" => Some(Reading::Iispec),
            "tla" => Some(Reading::Tla),
            _ => None,
        }
    })
}

/// Why a text without a declared reading cannot be read: its readings differ.
fn undeclared(bodies: &Bodies<'_>) -> Option<Refusal> {
    bodies.stmts.values().find_map(|stmt| {
        let span = bodies.differs(stmt, true)?;
        let message = "choose a reading: as a sequence of statements this means something else than as TLA+".to_owned();
        let hint = "declare it with a line `\\* specgen: iispec 1` or `\\* specgen: tla 1` after the header";
        Some(Refusal { span, code: "transform/reading-undeclared", message, hint })
    })
}

impl Refusal {
    fn diagnostic(&self, text: &str, file_name: &str) -> Diagnostic {
        let span = Span::new(self.span.start, self.span.end);
        Diagnostic::error(self.code, self.message.clone()).at(Place::of(file_name, text, span)).hint(self.hint)
    }
}

#[cfg(test)]
mod layout_tests {
    use super::*;

    #[test]
    fn a_refusal_of_the_formatter_is_told_as_a_warning_and_the_text_stays() {
        let text = "---- MODULE M ----\nF == (1\n====\n".to_owned();
        let made = Transformed { text: text.clone(), origin: Vec::new(), report: Vec::new(), warnings: Vec::new() };
        let made = made.laid_out("M.tla");
        assert_eq!(made.text, text);
        assert!(!made.warnings.is_empty());
        assert!(made.warnings.iter().all(|warning| warning.severity == crate::base::diag::Severity::Warning));
    }
}
