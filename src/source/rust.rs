//! Rust: the query file, the names of what is shared, and how an associated function is called.

use crate::base::text;
use crate::source::Language;
use crate::source::Naming;
use crate::source::Rule;
use crate::source::model::LanguageName;
use crate::source::model::OperationKind;
use crate::source::names::last_segment;
use crate::source::names::without_generics;

/// Rust.
pub(crate) struct Rust;

const OPERATIONS: &[(Rule, OperationKind)] = &[
    (Rule::Last("lock"), OperationKind::Lock),
    (Rule::Last("try_lock"), OperationKind::TryLock),
    (Rule::Last("try_lock_weak"), OperationKind::TryLock),
    (Rule::Last("unlock"), OperationKind::Unlock),
    (Rule::Last("force_unlock"), OperationKind::Unlock),
    (Rule::Last("wait"), OperationKind::Wait),
    (Rule::Last("join"), OperationKind::Wait),
    (Rule::Last("park"), OperationKind::Wait),
    (Rule::Last("notify_one"), OperationKind::Notify),
    (Rule::Last("notify_all"), OperationKind::Notify),
    (Rule::Last("unpark"), OperationKind::Notify),
    (Rule::Last("compare_exchange"), OperationKind::Atomic),
    (Rule::Last("compare_exchange_weak"), OperationKind::Atomic),
    (Rule::Last("compare_and_swap"), OperationKind::Atomic),
    (Rule::Last("fetch_add"), OperationKind::Atomic),
    (Rule::Last("fetch_sub"), OperationKind::Atomic),
    (Rule::Last("fetch_or"), OperationKind::Atomic),
    (Rule::Last("fetch_and"), OperationKind::Atomic),
    (Rule::Last("fetch_xor"), OperationKind::Atomic),
    (Rule::Last("fetch_update"), OperationKind::Atomic),
    (Rule::Last("load"), OperationKind::Atomic),
    (Rule::Last("store"), OperationKind::Atomic),
    (Rule::Last("swap"), OperationKind::Atomic),
    (Rule::Last("fence"), OperationKind::Atomic),
    (Rule::Last("send"), OperationKind::Send),
    (Rule::Last("try_send"), OperationKind::Send),
    (Rule::Last("recv"), OperationKind::Receive),
    (Rule::Last("try_recv"), OperationKind::Receive),
    (Rule::Last("spawn"), OperationKind::Spawn),
    (Rule::Last("select"), OperationKind::Select),
];

impl Language for Rust {
    fn name(&self) -> LanguageName {
        LanguageName::Rust
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rs"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_rust::LANGUAGE.into()
    }

    fn query(&self) -> &'static str {
        include_str!("rust.scm")
    }

    fn operations(&self) -> &'static [(Rule, OperationKind)] {
        OPERATIONS
    }

    /// `tests::smoke`, `SpinMutex::try_lock`, `<SpinMutexGuard as Drop>::drop`, `outer::inner`.
    fn place(&self, naming: &mut Naming<'_>) {
        let mut path = Vec::new();
        for scope in naming.scopes {
            match (scope.type_text.as_deref(), scope.trait_text.as_deref()) {
                (Some(type_text), None) => path.push(base_type(type_text)),
                (Some(type_text), Some(trait_text)) => {
                    path.push(format!("<{} as {}>", base_type(type_text), trait_name(trait_text)));
                }
                (None, _) => path.push(scope.name.clone()),
            }
        }
        // A function nested in a method belongs to no type.
        if let Some(type_text) = naming.scopes.last().and_then(|s| s.type_text.as_deref()) {
            naming.owner = Some(base_type(type_text));
            naming.receiver_name = Some("self".to_owned());
        }
        path.push(naming.name.to_owned());
        naming.qualified = path.join("::");
    }
}

fn base_type(type_text: &str) -> String {
    let plain = without_generics(type_text);
    last_segment(plain.trim_start_matches('&').trim_start_matches("mut ")).to_owned()
}

/// The trait without its path, but with its parameters: `From<A>` and `From<B>` may be implemented beside each other.
fn trait_name(trait_text: &str) -> String {
    let one_line = text::one_line(trait_text);
    let path_end = one_line.find('<').unwrap_or(one_line.len());
    let start = one_line[..path_end].rfind("::").map_or(0, |i| i + 2);
    one_line[start..].to_owned()
}
