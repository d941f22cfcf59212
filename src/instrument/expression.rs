//! Source expressions of a configuration: what they are, and that reading them changes nothing.
//!
//! A probe that changes the system it looks at traces another system. Whether a call does is not told by a syntax tree, so
//! that only calls are taken that are known to read: of a short list, of the support files, which are written to read, and
//! those that the configuration vouches for under `pure`.

use std::collections::BTreeSet;

use tree_sitter::Node;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::instrument::Sources;
use crate::instrument::TraceConfig;
use crate::instrument::lines::Lines;
use crate::source;
use crate::source::LanguageName;
use crate::source::names::last_segment;

/// Calls that read and change nothing, by language: a whole callee, or what stands behind its last dot or `::`.
const KNOWN: &str = include_str!("pure.txt");

/// How far behind the beginning of an item its expressions are looked for.
const MOST_LINES: usize = 40;

/// A source expression, and which key of the configuration has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression<'a> {
    /// The number of its probe, from 1; `None` for `node` and the fields of `state`.
    pub probe: Option<usize>,
    /// The position of its field in `state`, for those.
    pub field: Option<usize>,
    /// Its key, as `params.m`.
    pub key: String,
    /// Its text.
    pub text: &'a str,
}

impl TraceConfig {
    /// All source expressions, in the order of the configuration's keys.
    pub fn expressions(&self) -> Vec<Expression<'_>> {
        let mut all = Vec::new();
        if let Some(text) = &self.node {
            all.push(Expression { probe: None, field: None, key: "node".to_owned(), text });
        }
        for (number, probe) in self.probes.iter().enumerate() {
            let mut add = |key: String, text| all.push(Expression { probe: Some(number + 1), field: None, key, text });
            for (key, text) in [("event_expression", &probe.event_expression), ("receiver", &probe.receiver)] {
                if let Some(text) = text {
                    add(key.to_owned(), text);
                }
            }
            probe.params.iter().for_each(|(name, text)| add(format!("params.{name}"), text));
            probe.state.iter().for_each(|(name, text)| add(format!("state.{name}"), text));
        }
        for (position, field) in self.state.iter().enumerate() {
            let key = format!("state.{}", field.field);
            all.push(Expression { probe: None, field: Some(position), key, text: &field.source });
        }
        all
    }
}

impl Lines {
    /// The place of a source expression: its own line, or the first of the item that it is in.
    pub fn place_of(&self, expression: &Expression<'_>) -> Option<Place> {
        let (list, item) = match (expression.probe, expression.field) {
            (Some(probe), _) => (&self.probes, probe - 1),
            (None, Some(field)) => (&self.state, field),
            (None, None) => (&Vec::new(), 0),
        };
        let first = match list.get(item) {
            Some(first) => *first,
            None if expression.key == "node" => self.text.lines().position(|line| line.starts_with("node:"))? + 1,
            None => return None,
        };
        let end = list.get(item + 1).map_or(first + MOST_LINES, |next| *next);
        let wanted = expression.text.lines().next().unwrap_or_default();
        let lines = self.text.lines().enumerate().skip(first - 1).take(end - first);
        let found = lines.into_iter().find_map(|(line, text)| Some((line + 1, text.find(wanted)?, text)));
        let (line, column, width) = found.map_or((first, 1, 1), |(line, at, text)| {
            (line, text[..at].chars().count() + 1, wanted.chars().count().max(1))
        });
        Some(Place { width, ..Place::at(&self.file, line, column, Some(&self.text)) })
    }
}

/// What is wrong with the expressions of `config`.
pub(super) fn refused(config: &TraceConfig, language: LanguageName, sources: &Sources) -> Vec<Diagnostic> {
    let known = Known::of(config, language, sources);
    let all = config.expressions().into_iter();
    all.filter_map(|expression| {
        let diagnostic = match known.effect(expression.text) {
            Err(NoExpression) => Diagnostic::error(
                "instrument/expression",
                format!("read `{}` of {}: it is not one expression of {language}", expression.text, expression.key),
            )
            .hint("give one expression without a comment; what needs statements belongs into a function of a support file"),
            Ok(Some(effect)) => Diagnostic::error(
                "instrument/side-effect",
                format!("read `{}` of {}: it {effect}", expression.text, expression.key),
            )
            .hint(
                "an expression of a probe may only read; name a function that changes nothing under `pure`, or write one \
                 in a support file",
            ),
            Ok(None) => return None,
        };
        Some(diagnostic.at(config.lines.place_of(&expression)))
    })
    .collect()
}

/// The text is no expression of the language, or more than one.
struct NoExpression;

struct Known<'a> {
    language: LanguageName,
    /// Callees by text, and by what stands behind the last dot.
    calls: BTreeSet<&'a str>,
    /// Functions of the support files.
    support: BTreeSet<String>,
}

impl<'a> Known<'a> {
    fn of(config: &'a TraceConfig, language: LanguageName, sources: &Sources) -> Self {
        let section = format!("[{language}]");
        let listed =
            KNOWN.lines().skip_while(|line| *line != section).skip(1).take_while(|line| !line.starts_with('['));
        let calls = listed.flat_map(str::split_whitespace).chain(config.pure.iter().map(String::as_str)).collect();
        // A support file that does not parse is told of where it is added.
        let surveyed = sources.support.iter().filter_map(|(name, text)| source::survey_text(name, text).ok());
        let support =
            surveyed.flat_map(|file| file.functions).map(|function| last_segment(&function.qualified).to_owned());
        Self { language, calls, support: support.collect() }
    }

    /// What an expression does beside having a value.
    fn effect(&self, text: &str) -> Result<Option<String>, NoExpression> {
        let (before, after) = match self.language {
            LanguageName::Go => ("package p\n\nvar _ = (", ")\n"),
            LanguageName::Rust => ("const _: () = (", ");\n"),
            LanguageName::Python => ("_ = (", ")\n"),
        };
        let whole = format!("{before}{text}{after}");
        let (start, end) = (before.len() - 1, before.len() + text.len() + 1);
        let tree = source::parse(source::language(self.language), "expression", &whole).map_err(|_| NoExpression)?;
        let node = tree.root_node().descendant_for_byte_range(start, end).ok_or(NoExpression)?;
        let tuple =
            self.language == LanguageName::Rust && ["tuple_expression", "unit_expression"].contains(&node.kind());
        let is_one = (node.kind() == "parenthesized_expression" || tuple)
            && (node.start_byte(), node.end_byte()) == (start, end);
        if !is_one {
            return Err(NoExpression);
        }
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            if let Some(effect) = self.effect_of(node, &whole) {
                return Ok(Some(effect));
            }
            let mut cursor = node.walk();
            let first = waiting.len();
            waiting.extend(node.children(&mut cursor));
            waiting[first..].reverse();
        }
        Ok(None)
    }

    /// What a node does by itself.
    fn effect_of(&self, node: Node<'_>, text: &str) -> Option<String> {
        let said = |node: Node<'_>| text.get(node.byte_range()).unwrap_or_default().to_owned();
        let does = match node.kind() {
            "assignment_statement"
            | "assignment_expression"
            | "assignment"
            | "compound_assignment_expr"
            | "augmented_assignment"
            | "named_expression" => "assigns",
            "inc_statement" | "dec_statement" => "counts",
            "send_statement" => "sends to a channel",
            "receive_statement" => "receives from a channel",
            "unary_expression" if self.language == LanguageName::Go && node.child(0)?.kind() == "<-" => {
                "receives from a channel"
            }
            "go_statement" => "starts a goroutine",
            "defer_statement" => "defers a call",
            "await" | "await_expression" => "waits",
            "async" if self.language == LanguageName::Python => "waits",
            "yield" | "yield_expression" => "yields",
            "try_expression" => "may return from the function",
            "return_expression" | "return_statement" if self.language == LanguageName::Rust => {
                "returns from the function"
            }
            "reference_expression" if has_child(node, "mutable_specifier") => {
                "borrows what may be changed by it (`&mut`)"
            }
            "token_tree" => return self.effect_of_tokens(node, text),
            "macro_invocation" => return self.unknown(&said(node.child_by_field_name("macro")?), 1, "!"),
            "call_expression" | "call" => return self.effect_of_call(node, text),
            _ => return None,
        };
        Some(format!("{does} in `{}`", said(node)))
    }

    fn effect_of_call(&self, node: Node<'_>, text: &str) -> Option<String> {
        let mut callee = node.child_by_field_name("function")?;
        if callee.kind() == "generic_function" {
            callee = callee.child_by_field_name("function")?;
        }
        while let Some(inner) = callee.named_child(0).filter(|_| callee.kind() == "parenthesized_expression") {
            callee = inner;
        }
        if ["func_literal", "closure_expression", "lambda"].contains(&callee.kind()) {
            // What it does stands inside it.
            return None;
        }
        let arguments = node.child_by_field_name("arguments");
        let first = arguments.and_then(|list| list.named_child(0));
        // `q.get()` and `q.get(False)` take out of a queue, `d.get(key)` reads.
        let keyed = first.is_some_and(|first| !["true", "false", "keyword_argument"].contains(&first.kind()));
        self.unknown(text.get(callee.byte_range())?, usize::from(keyed), "()")
    }

    /// Says that a call is not known to change nothing.
    fn unknown(&self, callee: &str, arguments: usize, mark: &str) -> Option<String> {
        let callee: String = callee.split_whitespace().collect();
        let last = last_segment(&callee);
        let constructs = self.language == LanguageName::Rust && mark != "!" && last.starts_with(char::is_uppercase);
        let takes = self.language == LanguageName::Python && last == "get" && arguments == 0;
        let marked = if mark == "!" { format!("{last}!") } else { last.to_owned() };
        let whole = self.calls.contains(callee.as_str()) && mark != "!";
        if constructs || !takes && (whole || self.calls.contains(marked.as_str()) || self.support.contains(last)) {
            return None;
        }
        Some(format!("calls `{callee}{mark}`, which is not known to change nothing"))
    }

    /// Inside a macro there are only tokens: a call is a name before parentheses.
    fn effect_of_tokens(&self, node: Node<'_>, text: &str) -> Option<String> {
        let mut cursor = node.walk();
        let tokens: Vec<Node<'_>> = node.children(&mut cursor).collect();
        let said = |node: &Node<'_>| text.get(node.byte_range()).unwrap_or_default();
        for (position, token) in tokens.iter().enumerate() {
            let next = tokens.get(position + 1);
            match (said(token), next) {
                ("=" | "+=" | "-=" | "*=" | "/=" | "|=" | "&=" | "^=" | "%=" | "<<=" | ">>=", _) => {
                    return Some(format!("assigns in `{}`", said(&node)));
                }
                ("?", _) => return Some("may return from the function".to_owned()),
                ("await", _) => return Some("waits".to_owned()),
                ("&", Some(next)) if next.kind() == "mutable_specifier" || said(next) == "mut" => {
                    return Some("borrows what may be changed by it (`&mut`)".to_owned());
                }
                (name, Some(next)) if token.kind() == "identifier" && said(next).starts_with('(') => {
                    if let Some(unknown) = self.unknown(name, 1, "()") {
                        return Some(unknown);
                    }
                }
                (name, Some(next)) if token.kind() == "identifier" && said(next) == "!" => {
                    if let Some(unknown) = self.unknown(name, 1, "!") {
                        return Some(unknown);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

fn has_child(node: Node<'_>, kind: &str) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| child.kind() == kind)
}
