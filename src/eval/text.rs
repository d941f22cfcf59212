//! Strings, each held once, in the order TLC compares them by.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::Hash;
use std::hash::Hasher;
use std::rc::Rc;

use super::hash;
use crate::tla::tree;
use crate::tla::tree::TokenKind;

/// A string, a field name or the name of a model value.
///
/// TLC orders strings by when it first saw them (`UniqueString.compareTo` compares numbers given out in that order), and
/// what CHOOSE picks and how a set is printed depend on it.
#[derive(Clone)]
pub struct Text(Rc<Entry>);

struct Entry {
    rank: u32,
    hash: u64,
    text: Box<str>,
}

impl Text {
    /// The string itself.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    pub(super) fn hash64(&self) -> u64 {
        self.0.hash
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        // Two tables may hold the same string; within one, the pointers decide.
        Rc::ptr_eq(&self.0, &other.0) || (self.0.hash == other.0.hash && self.0.text == other.0.text)
    }
}

impl Eq for Text {}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        if self == other { Ordering::Equal } else { (self.0.rank, self.as_str()).cmp(&(other.0.rank, other.as_str())) }
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The table of a program's strings.
#[derive(Default)]
pub struct Strings {
    known: RefCell<HashMap<Box<str>, Text>>,
}

impl Strings {
    /// The one copy of `text`; a string seen for the first time comes after all others.
    pub fn text(&self, text: &str) -> Text {
        let mut known = self.known.borrow_mut();
        if let Some(found) = known.get(text) {
            return found.clone();
        }
        let rank = u32::try_from(known.len()).unwrap_or(u32::MAX);
        let new = Text(Rc::new(Entry { rank, hash: hash::of_bytes(text.as_bytes()), text: text.into() }));
        known.insert(text.into(), new.clone());
        new
    }
}

impl Strings {
    /// Give all that a module consists of, but what is between quotes, its place, as reading it does in TLC.
    pub(super) fn see(&self, text: &str) {
        let parsed = tree::parse(text);
        for token in parsed.tree.tokens() {
            let word = &text[token.span().range()];
            if !matches!(token.kind, TokenKind::Str | TokenKind::Begin | TokenKind::Bad) && !word.is_empty() {
                self.text(word);
            }
        }
    }
}
