//! TLC's sentences as diagnostics: what to show, where, and what helps.

use std::borrow::Cow;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::text::one_line;
use crate::engine::Class;
use crate::engine::config::named_in;
use crate::engine::sany_report::Sources;
use crate::engine::tlc_frame::Message;
use crate::engine::tlc_output::Region;
use crate::engine::tlc_output::regions;

/// How many places of a call stack are shown.
const STACK_SHOWN: usize = 4;

/// The part of a message that says what happened, without TLC's preamble.
pub(super) fn sentence(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let Some((_, rest)) = text.split_once("The exception was a ") else {
        return Cow::Borrowed(text);
    };
    let (class, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    let rest = rest.trim_start_matches([':', ' ']).trim();
    if rest.is_empty() || rest.starts_with(class.trim()) {
        // A Java exception without a message of its own.
        return Cow::Owned(class.trim().to_owned());
    }
    Cow::Owned(rest.to_owned())
}

/// One line of it.
fn line(text: &str) -> String {
    let words = one_line(&sentence(text)).replace("tlc2.value.impl.", "");
    let words = without_signature(&words).unwrap_or(words);
    // The place behind the last sentence is shown as a place.
    let told =
        words.find("line ").filter(|at| words[..*at].trim_end().ends_with('.') && !regions(&words[*at..]).is_empty());
    super::sany_advice::lower(words[..told.unwrap_or(words.len())].trim_end())
}

/// `.. overridden by the Java method public static IntValue tlc2.module.Naturals.Plus(..), but ..` as
/// `cannot apply Plus of Naturals: ..`.
fn without_signature(words: &str) -> Option<String> {
    let (_, rest) = words.split_once("overridden by the Java method ")?;
    let (signature, error) = rest.split_once("but it produced the following error: ")?;
    let (module, operator) = signature.split_once("tlc2.module.")?.1.split_once('(')?.0.split_once('.')?;
    Some(format!("cannot apply {operator} of {module}: {error}"))
}

/// A complaint of the config file, at the line or the name it speaks of.
pub(super) fn config(class: Class, error: &Message, file: &str, text: &str) -> Diagnostic {
    let said = line(&error.text);
    let numbered = said.split("at line ").nth(1).and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    // Any other complaint of the syntax says by itself what is wrong.
    let known = class != Class::ConfigSyntax || said.contains("expecting a keyword");
    let mut diagnostic =
        if known { class.diagnostic(said.clone()) } else { Diagnostic::error(class.code(), said.clone()) };
    let numbered = numbered.map(|number| {
        let mut place = Place::at(file, number, 1, Some(text));
        place.width = place.text.chars().count().max(1);
        place
    });
    if let Some(place) = numbered.or_else(|| named_in(&said, file, text)) {
        diagnostic = diagnostic.at(place);
    }
    diagnostic
}

/// An error of evaluation with the call stack, innermost first; where there is none, the action that was being taken or
/// the property that was being evaluated.
pub(super) fn evaluation(error: &Message, stack: &[Region], action: Option<&Region>, sources: &Sources) -> Diagnostic {
    let mut diagnostic = Class::of_error(error).diagnostic(line(&error.text));
    // An action whose successor is incomplete is named in the message of newer versions.
    let told = regions(&error.text);
    let mut seen = Vec::new();
    for region in stack.iter().chain(&told) {
        if seen.contains(&region) || seen.len() == STACK_SHOWN {
            continue;
        }
        let label = if seen.is_empty() { "evaluated here" } else { "inside this" };
        seen.push(region);
        diagnostic = diagnostic.at(place(region, sources).label(label));
    }
    if diagnostic.places.is_empty() {
        let name = super::judge::name(&error.text);
        let defined = name.and_then(|name| sources.definition(&name)).map(|place| place.label("in this definition"));
        let taken = action.map(|region| place(region, sources).label("in this action"));
        if let Some(place) = defined.or(taken) {
            diagnostic = diagnostic.at(place);
        }
    }
    diagnostic
}

/// An assumption that is false.
pub(super) fn assumption(error: &Message, sources: &Sources) -> Diagnostic {
    let diagnostic = Class::Assumption.diagnostic("an assumption is false for these constants");
    regions(&error.text)
        .iter()
        .fold(diagnostic, |diagnostic, region| diagnostic.at(place(region, sources).label("is false")))
}

pub(super) fn place(region: &Region, sources: &Sources) -> Place {
    let one_line = region.line == region.last_line;
    let width = if one_line { (region.last_column + 1).saturating_sub(region.column) } else { usize::MAX };
    let mut place = sources.place(&region.module, region.line, region.column, width);
    if place.text.is_empty() && !one_line {
        place.width = 1;
    }
    place
}
