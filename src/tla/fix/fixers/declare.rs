//! Names that nobody declared.

use super::Problem;
use super::Proposal;
use super::View;
use crate::tla::tree;
use crate::tla::tree::Kind;
use crate::tla::tree::TokenKind;

/// Words of TLA+ written like names.
const BUILT_IN: &[&str] = &["UNION", "SUBSET", "DOMAIN", "TRUE", "FALSE", "BOOLEAN", "UNCHANGED", "ENABLED"];

/// `HEAD` for `Head`, `Union` for `UNION`.
pub(super) fn case(view: &View, problem: &Problem) -> Vec<Proposal> {
    let name = problem.quoted(0);
    // A short name, or one that is bound elsewhere, is out of its scope rather than misspelled.
    if name.len() < 3 || is_bound_somewhere(view, name) {
        return Vec::new();
    }
    let alike = |other: &str| other != name && other.eq_ignore_ascii_case(name);
    let hinted = problem.hints.iter().filter(|hint| hint.contains("looks like it"));
    let mut known: Vec<String> = hinted.filter_map(|hint| hint.split('`').nth(1)).map(str::to_owned).collect();
    known.extend((name == "IsBag").then(|| "IsABag".to_owned()));
    known.extend(BUILT_IN.iter().map(|word| (*word).to_owned()));
    known.retain(|other| alike(other) || (name, other.as_str()) == ("IsBag", "IsABag"));
    let token = view.tokens();
    let at = View::index(&token, problem.span.start);
    let Some(token) = token.get(at).filter(|token| view.word(token) == name) else { return Vec::new() };
    if ["NOT", "not", "Not"].contains(&name) {
        return vec![Proposal::replace(token.span(), "~")];
    }
    known.into_iter().map(|right| Proposal::replace(token.span(), &right).renaming(name, right)).collect()
}

/// A constant, or a variable if it is primed somewhere.
pub(super) fn propose(view: &View, problem: &Problem) -> Vec<Proposal> {
    let name = problem.quoted(0);
    if tree::is_keyword(name) || name == "@" || is_bound_somewhere(view, name) {
        return Vec::new();
    }
    let tokens = view.tokens();
    let mut variable = false;
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != TokenKind::Name || view.word(token) != name {
            continue;
        }
        let next = tokens.get(at + 1).map_or("", |next| view.word(next));
        // What is applied or has parts is an operator or an instance, and nobody knows which.
        if next == "(" || next == "!" {
            return Vec::new();
        }
        variable |= next == "'";
    }
    let kind = if variable { Kind::Variables } else { Kind::Constants };
    let keyword = if variable { "VARIABLES" } else { "CONSTANTS" };
    let user = view.unit_at(problem.span.start).map_or(0, |unit| unit.span().start);
    let units = view.units();
    let list = units.iter().rfind(|unit| unit.is(kind) && unit.span().start < user);
    let proposal = match list {
        Some(list) => Proposal::insert(list.span().end, format!(", {name}")),
        None => {
            let root = view.tree.root();
            let after = units.iter().find(|unit| unit.is(Kind::Extends)).copied();
            let header = || root.child(0).and_then(|module| module.find(Kind::Header));
            let Some(place) = after.or_else(header) else { return Vec::new() };
            Proposal::insert(place.span().end, format!("\n{keyword} {name}"))
        }
    };
    vec![proposal.declaring(name)]
}

/// Whether the name is bound, defined or a parameter somewhere, so that here it is only out of its scope.
fn is_bound_somewhere(view: &View, name: &str) -> bool {
    let binds = |node: &tree::Node<'_>| match node.kind() {
        Kind::Name => node.text() == name,
        Kind::Declaration => node.text().split(['(', ' ']).next() == Some(name),
        _ => false,
    };
    view.heads().contains(&name) || View::all(view.tree.root()).iter().any(binds)
}
