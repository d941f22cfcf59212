//! Labels: which names each must have as its parameters, and that none comes twice.
//!
//! SANY's rule: exactly the names that are bound between the label and the label, LET definition or definition around it, in
//! any order, each once. Parameters of operators are not among them, those of functions and LAMBDA are.

use std::collections::HashSet;

use super::Checker;
use super::symbol::Id;
use super::symbol::Name;
use super::symbol::Value;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;

/// What a definition or a label is for the labels directly inside it.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// The names bound so far, each with the length of the list of what is to be restored.
    bound: Vec<(Name, usize)>,
    /// The labels so far.
    labels: HashSet<Name>,
}

impl Around {
    /// Forget what was bound since the scope was entered that is left now.
    pub(super) fn leave(&mut self, mark: usize) {
        while self.bound.last().is_some_and(|(_, at)| *at > mark) {
            self.bound.pop();
        }
    }
}

impl Checker<'_> {
    /// A name that a quantifier, function, set, CHOOSE or LAMBDA binds, which has just been made known.
    pub(super) fn bind(&mut self, id: Id) {
        let (name, at) = (self.symbol(id).name, self.enter());
        if let Some(around) = self.scope.around.last_mut() {
            around.bound.push((name, at));
        }
    }

    /// `l(x) :: e`.
    pub(super) fn label(&mut self, node: Node<'_>) -> Value {
        let (Some(label), Some(body)) = (node.child(0), node.child(1)) else { return Value::default() };
        // In a text that cannot be read, names may be bound in a part that is lost.
        if self.files[self.scope.file].parsed.is_clean() {
            self.labelled(label);
        }
        self.scope.around.push(Around::default());
        let value = self.expr(body);
        self.scope.around.pop();
        value
    }

    fn labelled(&mut self, label: Node<'_>) {
        let text = label.token().map_or("", |token| label.token_text(token));
        if !self.scope.at.is_empty() {
            let message = format!("the label `{text}` stands in the value of an EXCEPT, where there can be none");
            return self.error(label, "tla/label", message, &["leave the label out".to_owned()]);
        }
        let name = self.names.number(text);
        let Some(around) = self.scope.around.last_mut() else {
            let message = format!("the label `{text}` stands in no definition");
            let hint = "name what it stands in, `ASSUME Name == e`, or leave the label out".to_owned();
            return self.error(label, "tla/label", message, &[hint]);
        };
        let is_new = around.labels.insert(name);
        let bound: Vec<Name> = around.bound.iter().map(|(name, _)| *name).collect();
        if !is_new {
            let message = format!("the label `{text}` comes twice");
            self.error(label, "tla/label", message, &["give one of the two another name".to_owned()]);
        }
        // What follows `!` in a label, SANY does not look at.
        if label.children().any(|part| !part.is(Kind::Arguments)) {
            return;
        }
        let given: Vec<&str> = label.children().flat_map(Node::children).map(Node::text).collect();
        let numbers: HashSet<Name> = given.iter().map(|text| self.names.number(text)).collect();
        if given.len() == bound.len() && bound.iter().all(|name| numbers.contains(name)) {
            return;
        }
        let names: Vec<_> = bound.iter().map(|name| self.names.text(*name).to_string()).collect();
        let names = if names.is_empty() { String::new() } else { format!("({})", names.join(", ")) };
        let message = format!("the label `{text}` has other parameters than the names that are bound around it");
        self.error(label, "tla/label", message, &[format!("write `{text}{names} ::`")]);
    }
}
