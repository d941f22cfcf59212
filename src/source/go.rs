//! Go: the query file, the names of what is shared, and how a method is called.

use crate::source::Language;
use crate::source::Naming;
use crate::source::Rule;
use crate::source::model::LanguageName;
use crate::source::model::OperationKind;
use crate::source::names::without_generics;

/// Go.
pub(crate) struct Go;

const OPERATIONS: &[(Rule, OperationKind)] = &[
    (Rule::Last("Lock"), OperationKind::Lock),
    (Rule::Last("RLock"), OperationKind::Lock),
    (Rule::Last("TryLock"), OperationKind::TryLock),
    (Rule::Last("TryRLock"), OperationKind::TryLock),
    (Rule::Last("Unlock"), OperationKind::Unlock),
    (Rule::Last("RUnlock"), OperationKind::Unlock),
    (Rule::Last("Wait"), OperationKind::Wait),
    (Rule::Last("Signal"), OperationKind::Notify),
    (Rule::Last("Broadcast"), OperationKind::Notify),
    (Rule::Prefix("atomic."), OperationKind::Atomic),
    (Rule::Last("CompareAndSwap"), OperationKind::Atomic),
    (Rule::Whole("close"), OperationKind::Close),
    (Rule::Last("send"), OperationKind::Send),
    (Rule::Last("Send"), OperationKind::Send),
];

impl Language for Go {
    fn name(&self) -> LanguageName {
        LanguageName::Go
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["go"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_go::LANGUAGE.into()
    }

    fn query(&self) -> &'static str {
        include_str!("go.scm")
    }

    fn operations(&self) -> &'static [(Rule, OperationKind)] {
        OPERATIONS
    }

    /// `(*raft).Step`, `Status.String`, `newRaft`; type parameters are left out, as there may be one method only.
    fn place(&self, naming: &mut Naming<'_>) {
        let Some(receiver) = naming.receiver else { return };
        let inside = receiver.trim().trim_start_matches('(').trim_end_matches(')').trim().trim_end_matches(',');
        let inside = without_generics(inside);
        let (name, type_text) = match inside.split_once(char::is_whitespace) {
            Some((name, type_text)) => (Some(name), type_text.trim()),
            None => (None, inside.as_str()),
        };
        let base = type_text.trim_start_matches('*').trim();
        naming.qualified = if type_text.starts_with('*') {
            format!("(*{base}).{}", naming.name)
        } else {
            format!("{base}.{}", naming.name)
        };
        naming.owner = Some(base.to_owned());
        naming.receiver_name = name.map(str::to_owned);
    }
}
