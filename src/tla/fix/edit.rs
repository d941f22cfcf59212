//! Edits a fixer proposes, and the record of those that were kept.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashSet;
use std::ops::Bound;

use serde::Serialize;

use crate::base::span::Span;

/// A replacement of bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Edit {
    pub(super) span: Span,
    pub(super) new: String,
}

/// What the words of a text may do in a fix. Anything else the guard refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Permit {
    /// Names that are spelled differently afterwards.
    pub(super) renames: Vec<(String, String)>,
    /// Words that are gone; only those of the guard's list.
    pub(super) removes: Vec<&'static str>,
    /// Words that are new; only those of the guard's list.
    pub(super) adds: Vec<&'static str>,
    /// Names that were unknown and are declared or defined now, or modules extended or no longer extended.
    pub(super) declares: Vec<String>,
    /// Names that are said once more.
    pub(super) repeats: Vec<String>,
    /// Names of variables and constants before a `==` that was meant as `=`.
    pub(super) undefines: Vec<String>,
    /// The words of an edit stand in another order.
    pub(super) reorders: bool,
    /// A definition that stands twice with the same body is there once.
    pub(super) drops_double: bool,
    /// A definition stands elsewhere.
    pub(super) moves: bool,
}

/// Edits that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Proposal {
    pub(super) edits: Vec<Edit>,
    pub(super) permit: Permit,
}

impl Proposal {
    pub(super) fn new(edits: Vec<Edit>) -> Self {
        Self { edits, permit: Permit::default() }
    }

    pub(super) fn replace(span: Span, new: impl Into<String>) -> Self {
        Self::new(vec![Edit { span, new: new.into() }])
    }

    pub(super) fn insert(at: usize, new: impl Into<String>) -> Self {
        Self::replace(Span::new(at, at), new)
    }

    pub(super) fn and(mut self, span: Span, new: impl Into<String>) -> Self {
        self.edits.push(Edit { span, new: new.into() });
        self
    }

    pub(super) fn renaming(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.permit.renames.push((from.into(), to.into()));
        self
    }

    pub(super) fn removing(mut self, words: &[&'static str]) -> Self {
        self.permit.removes.extend(words);
        self
    }

    pub(super) fn adding(mut self, words: &[&'static str]) -> Self {
        self.permit.adds.extend(words);
        self
    }

    pub(super) fn declaring(mut self, name: impl Into<String>) -> Self {
        self.permit.declares.push(name.into());
        self
    }

    /// Both together, or `None` where they touch the same bytes. What both say is said once.
    pub(super) fn with(&self, other: &Self) -> Option<Self> {
        let mut joined = Joined::default();
        (joined.add(self.clone()) && joined.add(other.clone())).then_some(joined.proposal)
    }

    /// All together, without those that touch bytes of one before. What several say is said once.
    pub(super) fn joined(all: impl IntoIterator<Item = Self>) -> Self {
        let mut joined = Joined::default();
        for proposal in all {
            joined.add(proposal);
        }
        joined.proposal
    }

    /// The edits by place; those at one place in the order in which they were made.
    pub(super) fn sorted(&self) -> Vec<&Edit> {
        let mut edits: Vec<_> = self.edits.iter().collect();
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        edits
    }

    /// The edits by place, each with where what it puts there stands afterwards.
    pub(super) fn placed(&self) -> Vec<(&Edit, Span)> {
        let mut shift = 0isize;
        let place = |edit: &Edit| {
            let start = edit.span.start.saturating_add_signed(shift);
            shift += edit.new.len() as isize - (edit.span.end - edit.span.start) as isize;
            Span::new(start, start + edit.new.len())
        };
        let edits = self.sorted();
        let places: Vec<Span> = edits.iter().copied().map(place).collect();
        edits.into_iter().zip(places).collect()
    }

    /// The text with the edits in it; `None` where they overlap.
    pub(super) fn apply(&self, text: &str) -> Option<String> {
        let mut result = String::with_capacity(text.len() + 64);
        let mut done = 0;
        for edit in self.sorted() {
            result.push_str(text.get(done..edit.span.start)?);
            result.push_str(&edit.new);
            done = edit.span.end;
        }
        result.push_str(text.get(done..)?);
        Some(result)
    }
}

/// Proposals put together, and what they touch.
#[derive(Default)]
struct Joined {
    proposal: Proposal,
    known: HashSet<Edit>,
    /// The ends of the places that are replaced, by where they start; insertions are none.
    replaced: BTreeMap<usize, usize>,
    inserted: BTreeSet<usize>,
}

impl Joined {
    /// Whether it touches no bytes of those before; only then it is added.
    fn add(&mut self, other: Proposal) -> bool {
        let new: Vec<Edit> = other.edits.into_iter().filter(|edit| !self.known.contains(edit)).collect();
        if new.iter().any(|edit| self.meets(edit.span)) {
            return false;
        }
        for edit in new {
            if edit.span.start < edit.span.end {
                self.replaced.insert(edit.span.start, edit.span.end);
            } else {
                self.inserted.insert(edit.span.start);
            }
            self.known.insert(edit.clone());
            self.proposal.edits.push(edit);
        }
        let Permit { renames, removes, adds, declares, repeats, undefines, reorders, drops_double, moves } =
            other.permit;
        let permit = &mut self.proposal.permit;
        permit.undefines.extend(undefines);
        permit.renames.extend(renames);
        permit.removes.extend(removes);
        permit.adds.extend(adds);
        permit.declares.extend(declares);
        permit.repeats.extend(repeats);
        permit.reorders |= reorders;
        permit.drops_double |= drops_double;
        permit.moves |= moves;
        true
    }

    /// Whether an edit inside `span`, or around it, is there already.
    fn meets(&self, span: Span) -> bool {
        let before = self.replaced.range(..span.end).next_back();
        let inside = (span.start < span.end)
            .then(|| self.inserted.range((Bound::Excluded(span.start), Bound::Excluded(span.end))).next());
        before.is_some_and(|(_, end)| span.start < *end) || inside.flatten().is_some()
    }
}

/// A fix that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// Which fixer made it.
    pub fixer: &'static str,
    /// The code of the diagnostic it is for.
    pub code: String,
    /// The message of that diagnostic.
    pub message: String,
    /// The line of the first change, in the text as it was then; from 1.
    pub line: usize,
    /// The lines as they were.
    pub before: String,
    /// The lines as they are.
    pub after: String,
    /// Why this is the right repair.
    pub why: &'static str,
}

impl Fix {
    pub(super) fn of(fixer: &'static str, why: &'static str, code: &str, message: &str, texts: (&str, &str)) -> Self {
        let (old, new): (Vec<&str>, Vec<&str>) = (texts.0.lines().collect(), texts.1.lines().collect());
        let first = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let room = old.len().min(new.len()) - first;
        let last = old.iter().rev().zip(new.iter().rev()).take(room).take_while(|(a, b)| a == b).count();
        Self {
            fixer,
            code: code.to_owned(),
            message: message.to_owned(),
            line: first + 1,
            before: old[first..old.len() - last].join("\n"),
            after: new[first..new.len() - last].join("\n"),
            why,
        }
    }
}
