//! Python: the query file, the names of what is shared, and how a method is called.

use crate::source::Language;
use crate::source::Naming;
use crate::source::Rule;
use crate::source::model::LanguageName;
use crate::source::model::OperationKind;

/// Python.
pub(crate) struct Python;

const OPERATIONS: &[(Rule, OperationKind)] = &[
    (Rule::Last("acquire"), OperationKind::Lock),
    (Rule::Last("release"), OperationKind::Unlock),
    (Rule::Last("wait"), OperationKind::Wait),
    (Rule::Last("notify"), OperationKind::Notify),
    (Rule::Last("notify_all"), OperationKind::Notify),
    (Rule::Last("notifyAll"), OperationKind::Notify),
    (Rule::Last("send"), OperationKind::Send),
    (Rule::Last("sendall"), OperationKind::Send),
    (Rule::Last("sendto"), OperationKind::Send),
    (Rule::Last("put_nowait"), OperationKind::Send),
    (Rule::Last("recv"), OperationKind::Receive),
    (Rule::Last("recvfrom"), OperationKind::Receive),
    (Rule::Last("get_nowait"), OperationKind::Receive),
    (Rule::Last("Thread"), OperationKind::Spawn),
    (Rule::Last("create_task"), OperationKind::Spawn),
    (Rule::Last("start_new_thread"), OperationKind::Spawn),
    (Rule::Whole("select.select"), OperationKind::Select),
];

impl Language for Python {
    fn name(&self) -> LanguageName {
        LanguageName::Python
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["py"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_python::LANGUAGE.into()
    }

    fn query(&self) -> &'static str {
        include_str!("python.scm")
    }

    fn operations(&self) -> &'static [(Rule, OperationKind)] {
        OPERATIONS
    }

    /// `Class.method`, `Outer.Inner.method`, `outer.inner`.
    fn place(&self, naming: &mut Naming<'_>) {
        let scopes = naming.scopes.iter().map(|s| s.type_text.as_deref().unwrap_or(&s.name));
        naming.qualified = scopes.chain([naming.name]).collect::<Vec<_>>().join(".");
        if let Some(class) = naming.scopes.last().and_then(|s| s.type_text.clone()) {
            naming.owner = Some(class);
            naming.receiver_name = Some("self".to_owned());
        }
    }
}
