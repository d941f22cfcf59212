//! Query matches to an outline: which thing stands in which, and what it is called.

use std::collections::BTreeMap;

use tree_sitter::Node;
use tree_sitter::Query;
use tree_sitter::QueryCursor;
use tree_sitter::StreamingIterator as _;
use tree_sitter::Tree;

use crate::base::disk;
use crate::base::span::LineIndex;
use crate::base::span::Span;
use crate::base::text::cut;
use crate::base::text::one_line;
use crate::source::Language;
use crate::source::Naming;
use crate::source::Scope;
use crate::source::model::Assignment;
use crate::source::model::Call;
use crate::source::model::Constant;
use crate::source::model::ConstantKind;
use crate::source::model::Field;
use crate::source::model::FileOutline;
use crate::source::model::Function;
use crate::source::model::Operation;
use crate::source::model::OperationKind;
use crate::source::model::TypeDecl;
use crate::source::names::condensed;

/// Longest text kept of a value, a callee or a type.
const LONGEST: usize = 100;

/// Operations that are syntax rather than calls.
const SYNTAX: [(&str, OperationKind); 5] = [
    ("send", OperationKind::Send),
    ("receive", OperationKind::Receive),
    ("spawn", OperationKind::Spawn),
    ("select", OperationKind::Select),
    ("lock", OperationKind::Lock),
];

/// One match: a thing and its parts.
struct Thing<'t> {
    kind: &'static str,
    node: Node<'t>,
    parts: BTreeMap<String, Node<'t>>,
}

impl Thing<'_> {
    fn span(&self) -> Span {
        Span::new(self.node.start_byte(), self.node.end_byte())
    }

    fn text<'s>(&self, source: &'s str, part: &str) -> Option<&'s str> {
        self.parts.get(part).and_then(|node| source.get(node.byte_range()))
    }
}

/// The kinds of things; the names of the captures without a dot.
const KINDS: [&str; 15] = [
    "package", "function", "scope", "type", "field", "constant", "variable", "variant", "call", "assign", "send",
    "receive", "spawn", "select", "lock",
];

/// The outline of a file whose tree is known to be whole.
pub(super) fn extract(language: &dyn Language, path: &str, text: &str, tree: &Tree) -> FileOutline {
    let things = things(language, text, tree);
    let extractor = Extractor { language, text, index: LineIndex::new(text), things: &things };
    let mut functions = extractor.functions();
    extractor.fill(&mut functions);
    let bodies: Vec<Span> = functions.iter().map(|f| f.signature.to(f.body.unwrap_or(f.signature))).collect();
    let outside = |thing: &&Thing<'_>| !bodies.iter().any(|body| within(thing.span(), *body));
    let package = things.iter().find(|t| t.kind == "package").and_then(|t| t.text(text, "name"));
    FileOutline {
        path: path.to_owned(),
        language: language.name(),
        sha256: disk::sha256(text.as_bytes()),
        lines: text.lines().count(),
        package: package.map(str::to_owned),
        types: extractor.types(),
        constants: things.iter().filter(outside).filter_map(|t| extractor.constant(t)).collect(),
        functions,
    }
}

/// All matches in the order of the text, one for each thing and name.
fn things<'t>(language: &dyn Language, text: &str, tree: &'t Tree) -> Vec<Thing<'t>> {
    let query = Query::new(&language.grammar(), language.query()).expect("a test compiles every query file");
    let names = query.capture_names();
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), text.as_bytes());
    let mut found: Vec<Thing<'t>> = Vec::new();
    while let Some(hit) = matches.next() {
        let (mut main, mut parts) = (None, BTreeMap::new());
        for capture in hit.captures() {
            let name = names[capture.index as usize];
            match name.split_once('.') {
                Some((_, part)) => {
                    parts.entry(part.to_owned()).or_insert(capture.node);
                }
                None => main = KINDS.iter().find(|k| **k == name).map(|kind| (*kind, capture.node)),
            }
        }
        let Some((kind, node)) = main else { continue };
        found.push(Thing { kind, node, parts });
    }
    // An optional part can make a match with it and one without; the fuller one comes first and stays.
    let key = |t: &Thing<'_>| {
        let named = ["name", "target"].iter().find_map(|part| t.parts.get(*part)).unwrap_or(&t.node);
        (t.node.start_byte(), usize::MAX - t.node.end_byte(), t.kind, named.start_byte())
    };
    found.sort_by_key(|t| (key(t), usize::MAX - t.parts.len()));
    found.dedup_by_key(|t| key(t));
    found
}

fn within(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

struct Extractor<'a> {
    language: &'a dyn Language,
    text: &'a str,
    index: LineIndex,
    things: &'a [Thing<'a>],
}

impl Extractor<'_> {
    fn of(&self, kind: &'static str) -> impl Iterator<Item = &Thing<'_>> {
        self.things.iter().filter(move |t| t.kind == kind)
    }

    fn line(&self, thing: &Thing<'_>) -> usize {
        self.index.line(thing.node.start_byte())
    }

    fn functions(&self) -> Vec<Function> {
        self.of("function").map(|thing| self.function(thing)).collect()
    }

    fn function(&self, thing: &Thing<'_>) -> Function {
        let name = thing.text(self.text, "name").unwrap_or_default();
        let scopes = self.scopes(thing);
        let mut naming = Naming {
            name,
            receiver: thing.text(self.text, "receiver"),
            scopes: &scopes,
            owner: None,
            receiver_name: None,
            qualified: name.to_owned(),
        };
        self.language.place(&mut naming);
        let span = thing.span();
        let body = thing.parts.get("body").map(|b| Span::new(b.start_byte(), b.end_byte()));
        Function {
            name: name.to_owned(),
            owner: naming.owner,
            receiver: naming.receiver_name,
            qualified: naming.qualified,
            parameters: one_line(thing.text(self.text, "parameters").unwrap_or("()"))
                .replace("( ", "(")
                .replace(", )", ")"),
            result: one_line(thing.text(self.text, "result").unwrap_or_default()),
            signature: Span::new(span.start, body.map_or(span.end, |b| b.start)),
            body,
            first_line: self.index.line(span.start),
            last_line: self.index.line(span.end.saturating_sub(1)),
            calls: Vec::new(),
            assignments: Vec::new(),
            operations: Vec::new(),
        }
    }

    /// What the thing stands in, outermost first; a thing is not in itself.
    fn scopes(&self, inner: &Thing<'_>) -> Vec<Scope> {
        let around = |t: &&Thing<'_>| {
            (t.kind == "scope" || t.kind == "function")
                && t.node.id() != inner.node.id()
                && within(inner.span(), t.span())
        };
        let scope = |t: &Thing<'_>| Scope {
            name: t.text(self.text, "module").or(t.text(self.text, "name")).unwrap_or_default().to_owned(),
            type_text: t.text(self.text, "type").map(str::to_owned),
            trait_text: t.text(self.text, "trait").map(str::to_owned),
        };
        self.things.iter().filter(around).map(scope).collect()
    }

    fn types(&self) -> Vec<TypeDecl> {
        let mut types: Vec<TypeDecl> = self.of("type").map(|thing| self.type_decl(thing)).collect();
        for thing in self.of("field") {
            let span = thing.span();
            let inside = types.iter_mut().filter(|t| within(span, t.span));
            let Some(owner) = inside.min_by_key(|t| t.span.end - t.span.start) else { continue };
            let field = self.field(thing);
            if !owner.fields.iter().any(|f| f.name == field.name) {
                owner.fields.push(field);
            }
        }
        types
    }

    fn type_decl(&self, thing: &Thing<'_>) -> TypeDecl {
        let span = thing.span();
        let kind = match thing.parts.get("kind") {
            Some(node) => match node.kind() {
                "struct_type" => "struct".to_owned(),
                "interface_type" => "interface".to_owned(),
                _ => cut(&one_line(thing.text(self.text, "kind").unwrap_or_default()), LONGEST),
            },
            None => thing.node.kind().split('_').next().unwrap_or_default().to_owned(),
        };
        TypeDecl {
            name: thing.text(self.text, "name").unwrap_or_default().to_owned(),
            kind,
            span,
            line: self.index.line(span.start),
            last_line: self.index.line(span.end.saturating_sub(1)),
            fields: Vec::new(),
        }
    }

    fn field(&self, thing: &Thing<'_>) -> Field {
        let written = thing.text(self.text, "type").map(one_line);
        let value = || thing.text(self.text, "value").map(|v| format!("= {}", one_line(v)));
        let type_text = cut(&written.or_else(value).unwrap_or_default(), LONGEST);
        let name = thing.text(self.text, "name").map_or_else(|| type_text.clone(), str::to_owned);
        Field { name, type_text, span: thing.span(), line: self.line(thing) }
    }

    fn constant(&self, thing: &Thing<'_>) -> Option<Constant> {
        let kind = match thing.kind {
            "constant" => ConstantKind::Const,
            "variable" => ConstantKind::Variable,
            "variant" => ConstantKind::Variant,
            _ => return None,
        };
        let short = |part| thing.text(self.text, part).map(|t| cut(&one_line(t), LONGEST));
        let enum_name = || {
            let around = self.of("type").filter(|t| within(thing.span(), t.span())).last();
            around.and_then(|t| t.text(self.text, "name")).map(str::to_owned)
        };
        Some(Constant {
            name: thing.text(self.text, "name").unwrap_or_default().to_owned(),
            kind,
            of: if kind == ConstantKind::Variant { enum_name() } else { short("of") },
            value: short("value"),
            span: thing.span(),
            line: self.line(thing),
        })
    }

    /// Gives every call, assignment and operation to the innermost function around it.
    fn fill(&self, functions: &mut [Function]) {
        for thing in self.things {
            let span = thing.span();
            let around = functions.iter_mut().filter(|f| f.body.is_some_and(|body| within(span, body)));
            let Some(function) = around.min_by_key(|f| f.body.map_or(0, |b| b.end - b.start)) else { continue };
            self.note(thing, function);
        }
    }

    fn note(&self, thing: &Thing<'_>, function: &mut Function) {
        let line = self.line(thing);
        let short = |part: &str| cut(&condensed(thing.text(self.text, part).unwrap_or_default()), LONGEST);
        match thing.kind {
            "call" => {
                let callee = short("callee");
                let rule = self.language.operations().iter().find(|(rule, _)| rule.fits(&callee));
                // A chain starts far above the name that is called; the line of the name is the one to look at.
                let line = thing.parts.get("callee").map_or(line, |c| self.index.line(c.end_byte().saturating_sub(1)));
                if let Some((_, kind)) = rule {
                    function.operations.push(Operation { kind: *kind, text: callee.clone(), line });
                }
                function.calls.push(Call { callee, line });
            }
            "assign" => {
                let target = short("target");
                if target.contains('.') || target.starts_with('*') {
                    function.assignments.push(Assignment { target, line });
                }
            }
            kind => {
                if let Some((_, kind)) = SYNTAX.iter().find(|(name, _)| *name == kind) {
                    function.operations.push(Operation { kind: *kind, text: short("operand"), line });
                }
            }
        }
    }
}
