//! The printer: a tree to well laid out text that parses to the same tree.

use crate::base::span::LineIndex;
use crate::tla::layout::Doc;
use crate::tla::layout::Laid;
use crate::tla::layout::concat;
use crate::tla::layout::render;
use crate::tla::layout::text;
use crate::tla::ops;
use crate::tla::syntax::Bound;
use crate::tla::syntax::Definition;
use crate::tla::syntax::Expr;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Fixity;
use crate::tla::syntax::Head;
use crate::tla::syntax::Instance;
use crate::tla::syntax::Module;
use crate::tla::syntax::Name;
use crate::tla::syntax::Notes;
use crate::tla::syntax::Param;
use crate::tla::syntax::Quantifier;
use crate::tla::syntax::Step;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;

/// How long a line may become.
pub const WIDTH: usize = 100;

/// The text of a module.
pub fn print_module(module: &Module) -> String {
    let printer = Printer { lines: None };
    let mut laid = render(&printer.module(module), WIDTH).text;
    laid.push('\n');
    format!("{}{laid}", module.preamble)
}

/// A unit laid out on its own, with the lines of `lines` that it came from.
pub fn print_unit(unit: &Unit, lines: Option<&LineIndex>) -> Laid {
    render(&Printer { lines }.unit(unit), WIDTH)
}

/// An expression laid out on its own.
pub fn print_expr(expr: &Expr) -> String {
    render(&Printer { lines: None }.expr(expr), WIDTH).text
}

struct Printer<'a> {
    lines: Option<&'a LineIndex>,
}

/// Comments on lines of their own.
fn before(notes: &Notes) -> Doc {
    concat(notes.before.iter().map(|comment| Doc::Comment(comment.clone())))
}

/// Comments at the end of the line.
fn after(notes: &Notes) -> Doc {
    concat(notes.after.iter().flat_map(|comment| [text("  "), Doc::Trailing(comment.clone())]))
}

fn noted(notes: &Notes, doc: Doc) -> Doc {
    if notes.is_empty() { doc } else { concat([before(notes), doc, after(notes)]) }
}

/// `docs` with `,` and a possible line break between them.
fn commas(docs: impl IntoIterator<Item = (Doc, Doc)>) -> Doc {
    let mut out = Vec::new();
    let mut previous = Doc::Nil;
    for (n, (doc, note)) in docs.into_iter().enumerate() {
        if n > 0 {
            out.extend([text(","), std::mem::replace(&mut previous, Doc::Nil), Doc::Line(" ")]);
        }
        out.push(doc);
        previous = note;
    }
    out.push(previous);
    concat(out).align()
}

fn plain(docs: impl IntoIterator<Item = Doc>) -> Doc {
    commas(docs.into_iter().map(|doc| (doc, Doc::Nil)))
}

impl Printer<'_> {
    fn module(&self, module: &Module) -> Doc {
        let mut docs = vec![text(format!("---- MODULE {} ----", module.name.text)), Doc::Break];
        docs.extend(module.opening.iter().flat_map(|c| [Doc::Comment(c.clone()), Doc::Break]));
        if !module.extends.is_empty() {
            docs.extend([text("EXTENDS "), self.names(&module.extends).group(), Doc::Break]);
        }
        for unit in &module.units {
            docs.extend([Doc::Break, self.unit(unit), Doc::Break]);
        }
        for comment in &module.trailing {
            docs.extend([Doc::Break, Doc::Comment(comment.clone())]);
        }
        docs.extend([Doc::Break, text("====")]);
        concat(docs)
    }

    fn unit(&self, unit: &Unit) -> Doc {
        let doc = match &unit.kind {
            UnitKind::Constants(params) => {
                let params = params.iter().map(|p| (concat([before(&p.name.notes), param(p)]), after(&p.name.notes)));
                self.declared("CONSTANT", commas(params))
            }
            UnitKind::Variables(names) => self.declared("VARIABLE", self.names(names)),
            UnitKind::Recursive(params) => concat([text("RECURSIVE "), plain(params.iter().map(param)).group()]),
            UnitKind::Assume { name, body } => {
                let name = name.as_ref().map(|name| format!("{} == ", name.text)).unwrap_or_default();
                concat([text(format!("ASSUME {name}")), self.expr(body).align()])
            }
            UnitKind::Instance(instance) => self.instance(instance),
            UnitKind::Definition(definition) => self.definition(definition),
            UnitKind::Module(module) => self.module(module),
            UnitKind::Separator => text("----"),
            UnitKind::Opaque(raw) => text(raw.clone()),
        };
        let lead = concat(unit.notes.before.iter().flat_map(|c| [Doc::Comment(c.clone()), Doc::Break]));
        concat([lead, self.from(unit.span.start), doc, after(&unit.notes)])
    }

    /// `VARIABLE x` or, when there are several, `VARIABLES` and one name a line.
    fn declared(&self, word: &str, names: Doc) -> Doc {
        concat([text(format!("{word}S")), concat([Doc::Line(" "), names]).nest(4)]).group()
    }

    fn names(&self, names: &[Name]) -> Doc {
        commas(names.iter().map(|name| (concat([before(&name.notes), text(name.text.clone())]), after(&name.notes))))
    }

    fn instance(&self, instance: &Instance) -> Doc {
        let mut head = if instance.local { "LOCAL ".to_owned() } else { String::new() };
        if let Some((name, params)) = &instance.name {
            let params: Vec<_> = params.iter().map(param_text).collect();
            let params = if params.is_empty() { String::new() } else { format!("({})", params.join(", ")) };
            head = format!("{head}{}{params} == ", name.text);
        }
        let mut docs = vec![text(format!("{head}INSTANCE {}", instance.module.text))];
        if !instance.with.is_empty() {
            let with =
                instance.with.iter().map(|(n, e)| concat([text(format!("{} <- ", n.text)), self.expr(e).align()]));
            docs.extend([text(" WITH "), plain(with).group()]);
        }
        concat(docs)
    }

    fn definition(&self, definition: &Definition) -> Doc {
        let name = &definition.name.text;
        let head = match &definition.head {
            Head::Function(bounds) => concat([text(format!("{name}[")), self.bounds(bounds), text("]")]),
            Head::Operator(params, fixity) => {
                let p: Vec<_> = params.iter().map(param_text).collect();
                text(match (fixity, p.as_slice()) {
                    (Fixity::Prefix, [a]) => format!("{} {a}", if name == "-" { "-." } else { name }),
                    (Fixity::Infix, [a, b]) => format!("{a} {name} {b}"),
                    (Fixity::Postfix, [a]) => format!("{a} {name}"),
                    (_, []) => name.clone(),
                    _ => format!("{name}({})", p.join(", ")),
                })
            }
        };
        let local = text(if definition.local { "LOCAL " } else { "" });
        let body = self.expr(&definition.body);
        concat([local, head, text(" =="), self.below(body, 4)])
    }

    /// A space and `doc` if it fits in the line, else `doc` on the next lines, indented.
    fn below(&self, doc: Doc, by: usize) -> Doc {
        concat([Doc::Line(" "), doc]).group().nest(by)
    }

    fn from(&self, offset: usize) -> Doc {
        self.lines.filter(|_| offset > 0).map_or(Doc::Nil, |lines| Doc::From(lines.line(offset)))
    }

    /// An expression with its comments, aligned to where it starts.
    fn expr(&self, expr: &Expr) -> Doc {
        let kind = self.kind(&expr.kind);
        let doc = concat([self.from(expr.span.start), kind]);
        noted(&expr.notes, doc.align())
    }

    fn list(&self, exprs: &[Expr]) -> Doc {
        commas(exprs.iter().map(|e| (concat([before(&e.notes), self.kind_at(e)]), after(&e.notes)))).group()
    }

    fn kind_at(&self, expr: &Expr) -> Doc {
        concat([self.from(expr.span.start), self.kind(&expr.kind)]).align()
    }

    fn kind(&self, kind: &ExprKind) -> Doc {
        match kind {
            ExprKind::Symbol(symbol) => text(symbol.clone()),
            ExprKind::Number(number) => text(number.clone()),
            ExprKind::Str(string) => text(format!("\"{string}\"")),
            ExprKind::At => text("@"),
            ExprKind::Name { path, name, args } => {
                let mut docs = Vec::new();
                for part in path {
                    docs.extend([text(part.name.clone()), self.args(&part.args), text("!")]);
                }
                docs.extend([text(name.clone()), self.args(args)]);
                concat(docs)
            }
            ExprKind::Paren(inner) => concat([text("("), self.expr(inner).align(), text(")")]).group(),
            ExprKind::Prefix(op, inner) => self.prefix(op, inner),
            ExprKind::Postfix(op, inner) => concat([self.tight(inner, op, false), text(op.clone())]),
            ExprKind::Infix(op, a, b) => self.infix(op, a, b),
            ExprKind::Junction(and, items) => self.junction(*and, items),
            ExprKind::Tuple(parts) => concat([text("<<"), self.list(parts), text(">>")]),
            ExprKind::Set(parts) => concat([text("{"), self.list(parts), text("}")]),
            ExprKind::Apply(function, args) => concat([self.primary(function), text("["), self.list(args), text("]")]),
            ExprKind::Field(record, field) => concat([self.primary(record), text(format!(".{field}"))]),
            ExprKind::Record(fields) => self.fields(fields, " |-> "),
            ExprKind::RecordSet(fields) => self.fields(fields, " : "),
            _ => self.wide(kind),
        }
    }

    /// The constructs that may take several lines.
    fn wide(&self, kind: &ExprKind) -> Doc {
        match kind {
            ExprKind::If(a, b, c) => {
                let part = |word: &str, e: &Expr| concat([text(format!("{word} ")), self.expr(e).align()]);
                concat([part("IF", a), Doc::Line(" "), part("THEN", b), Doc::Line(" "), part("ELSE", c)])
                    .align()
                    .group()
            }
            ExprKind::Case(arms) => {
                let mut docs = Vec::new();
                for (n, arm) in arms.iter().enumerate() {
                    let none = Notes::default();
                    let (guard, notes) = match &arm.guard {
                        Some(guard) => (concat([before(&guard.notes), self.kind_at(guard)]), &guard.notes),
                        None => (text("OTHER"), &none),
                    };
                    let body = concat([text(" ->"), after(notes), self.below(self.expr(&arm.body), 4)]);
                    docs.extend([text(if n > 0 { "  [] " } else { "CASE " }), concat([guard, body]).align()]);
                    docs.extend((n + 1 < arms.len()).then_some(Doc::Break));
                }
                concat(docs).align()
            }
            ExprKind::Let(units, body) => {
                let units = units.iter().map(|unit| self.unit(unit));
                let mut docs = Vec::new();
                for unit in units {
                    docs.extend((!docs.is_empty()).then_some(Doc::Break));
                    docs.push(unit);
                }
                let defs = concat(docs).align();
                concat([text("LET "), defs, Doc::Break, text("IN  "), self.expr(body).align()]).align()
            }
            ExprKind::Quant(quantifier, bounds, body) => {
                concat([text(word_of(*quantifier)), self.bounds(bounds), text(" :"), self.below(self.expr(body), 4)])
            }
            ExprKind::Choose(bound, body) => {
                concat([text("CHOOSE "), self.bound(bound), text(" :"), self.below(self.expr(body), 4)])
            }
            ExprKind::Lambda(params, body) => {
                let params: Vec<_> = params.iter().map(|p| p.name.text.as_str()).collect();
                concat([text(format!("LAMBDA {} :", params.join(", "))), self.below(self.expr(body), 4)])
            }
            ExprKind::Filter(bound, body) => {
                concat([text("{"), self.bound(bound), text(" :"), self.below(self.expr(body), 2), text("}")]).group()
            }
            ExprKind::Map(body, bounds) => {
                let bounds = concat([Doc::Line(" "), text(": "), self.bounds(bounds)]);
                concat([text("{"), self.expr(body).align(), bounds.nest(1), text("}")]).align().group()
            }
            ExprKind::Function(bounds, body) => {
                concat([text("["), self.bounds(bounds), text(" |->"), self.below(self.expr(body), 2), text("]")])
            }
            ExprKind::FunctionSet(a, b) => {
                concat([text("["), self.expr(a), text(" ->"), self.below(self.expr(b), 2), text("]")])
            }
            _ => self.rest(kind),
        }
    }

    fn rest(&self, kind: &ExprKind) -> Doc {
        match kind {
            ExprKind::Except(base, updates) => {
                let updates = updates.iter().map(|update| {
                    let path = update.path.iter().map(|step| match step {
                        Step::Field(field) => text(format!(".{field}")),
                        Step::Index(args) => concat([text("["), self.list(args), text("]")]),
                    });
                    let value = self.below(self.kind_at(&update.value), 4);
                    let notes = &update.value.notes;
                    (concat([before(notes), text("!"), concat(path), text(" ="), value]), after(notes))
                });
                let updates = concat([text("EXCEPT "), commas(updates)]).align();
                concat([text("["), self.expr(base), concat([Doc::Line(" "), updates]).nest(2), text("]")]).group()
            }
            ExprKind::Action(angle, action, subscript) => {
                let (open, close) = if *angle { ("<<", ">>_") } else { ("[", "]_") };
                concat([text(open), self.expr(action).align(), text(close), self.expr(subscript)])
            }
            ExprKind::Fair(strong, subscript, action) => {
                let word = if *strong { "SF_" } else { "WF_" };
                concat([text(word), self.expr(subscript), text("("), self.expr(action).align(), text(")")])
            }
            ExprKind::Label(name, params, body) => {
                let params: Vec<_> = params.iter().map(|p| p.text.as_str()).collect();
                let params = if params.is_empty() { String::new() } else { format!("({})", params.join(", ")) };
                concat([text(format!("{}{params} ::", name.text)), self.below(self.expr(body), 2)])
            }
            _ => Doc::Nil,
        }
    }

    fn args(&self, args: &[Expr]) -> Doc {
        if args.is_empty() { Doc::Nil } else { concat([text("("), self.list(args), text(")")]) }
    }

    fn fields(&self, fields: &[(Name, Expr)], between: &'static str) -> Doc {
        let fields = fields.iter().map(|(name, value)| {
            let head = concat([before(&name.notes), before(&value.notes), text(format!("{}{between}", name.text))]);
            (concat([head, self.kind_at(value)]), after(&value.notes))
        });
        concat([text("["), commas(fields), text("]")]).group()
    }

    fn bound(&self, bound: &Bound) -> Doc {
        let names = self.names(&bound.names);
        let names = if bound.tuple { concat([text("<<"), names, text(">>")]) } else { names };
        match &bound.set {
            Some(set) => concat([names, text(" \\in "), self.expr(set).align()]),
            None => names,
        }
    }

    fn bounds(&self, bounds: &[Bound]) -> Doc {
        plain(bounds.iter().map(|bound| self.bound(bound))).group()
    }

    fn junction(&self, and: bool, items: &[crate::tla::syntax::Item]) -> Doc {
        let bullet = if and { "/\\ " } else { "\\/ " };
        let mut docs = Vec::new();
        for (n, item) in items.iter().enumerate() {
            docs.extend((n > 0).then_some(Doc::Break));
            docs.extend([before(&item.notes), text(bullet), self.expr(&item.expr).align(), after(&item.notes)]);
        }
        // A list of one item must break nothing; several items always stand one below the other.
        concat(docs).align()
    }

    fn prefix(&self, op: &str, inner: &Expr) -> Doc {
        let tight = matches!(op, "~" | "-" | "[]" | "<>");
        // `- -a` must not become `--a`, nor `[] []a` lose its space.
        let nested = matches!(inner.kind, ExprKind::Prefix(..));
        concat([text(op.to_owned()), text(if tight && !nested { "" } else { " " }), self.tight(inner, op, true)])
    }

    fn infix(&self, op: &str, a: &Expr, b: &Expr) -> Doc {
        if op == ".." {
            return concat([self.operand(a, op, true), text(".."), self.operand(b, op, false)]);
        }
        // A chain of one operator breaks before each of them.
        let mut chain = vec![self.operand(b, op, false)];
        let mut left = a;
        while let ExprKind::Infix(next, x, y) = &left.kind {
            if next != op || !left.notes.is_empty() || !ops::infix(op).is_some_and(|binding| binding.associative) {
                break;
            }
            chain.push(self.operand(y, op, false));
            left = x;
        }
        let mut docs = vec![self.operand(left, op, true)];
        for right in chain.into_iter().rev() {
            docs.extend([Doc::Line(" "), text(format!("{op} ")), right]);
        }
        concat(docs).align().group()
    }

    /// An operand of an infix operator, in parentheses where it needs them.
    fn operand(&self, expr: &Expr, op: &str, left: bool) -> Doc {
        let needs = match &expr.kind {
            ExprKind::Infix(inner, ..) => match (ops::infix(inner), ops::infix(op)) {
                (Some(inner_binding), Some(binding)) if left => {
                    ops::group((inner, inner_binding), (op, binding)) != ops::Grouping::Left
                }
                (Some(inner_binding), Some(binding)) => {
                    ops::group((op, binding), (inner, inner_binding)) != ops::Grouping::Right
                }
                _ => true,
            },
            ExprKind::Prefix(inner, _) if left => match (ops::prefix(inner), ops::infix(op)) {
                (Some(inner_binding), Some(binding)) => {
                    ops::group((inner, inner_binding), (op, binding)) != ops::Grouping::Left
                }
                _ => true,
            },
            // A list or an open construct on the right ends where the enclosing item ends, and can stay.
            kind => left && (open_ended(kind) || matches!(kind, ExprKind::Junction(..))),
        };
        self.wrapped(expr, needs)
    }

    /// The operand of a prefix or postfix operator.
    fn tight(&self, expr: &Expr, op: &str, is_prefix: bool) -> Doc {
        let outer = if is_prefix { ops::prefix(op) } else { ops::postfix(op) };
        let needs = match (&expr.kind, outer) {
            (ExprKind::Infix(inner, ..), Some(outer)) => ops::infix(inner).is_none_or(|inner| {
                if is_prefix { inner.low <= outer.high } else { inner.low <= outer.high || inner.high < 15 }
            }),
            (ExprKind::Prefix(..), _) => !is_prefix,
            (ExprKind::Postfix(..), Some(outer)) => is_prefix && outer.high >= 15,
            (ExprKind::Junction(..), _) => true,
            (kind, _) => open_ended(kind) && !is_prefix,
        };
        self.wrapped(expr, needs)
    }

    /// What stands before `[` or `.`.
    fn primary(&self, expr: &Expr) -> Doc {
        let needs = open_ended(&expr.kind)
            || matches!(expr.kind, ExprKind::Infix(..) | ExprKind::Prefix(..) | ExprKind::Junction(..));
        self.wrapped(expr, needs)
    }

    fn wrapped(&self, expr: &Expr, needs: bool) -> Doc {
        if needs { concat([text("("), self.expr(expr).align(), text(")")]) } else { self.expr(expr) }
    }
}

fn word_of(quantifier: Quantifier) -> &'static str {
    match quantifier {
        Quantifier::All => "\\A ",
        Quantifier::Some => "\\E ",
        Quantifier::TemporalAll => "\\AA ",
        Quantifier::TemporalSome => "\\EE ",
    }
}

/// Whether the construct takes everything that follows it.
fn open_ended(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::If(..)
            | ExprKind::Case(_)
            | ExprKind::Let(..)
            | ExprKind::Quant(..)
            | ExprKind::Choose(..)
            | ExprKind::Lambda(..)
            | ExprKind::Label(..)
    )
}

fn param(param: &Param) -> Doc {
    text(param_text(param))
}

fn param_text(param: &Param) -> String {
    let name = &param.name.text;
    match param.fixity {
        Fixity::Named if param.arity == 0 => name.clone(),
        Fixity::Named => format!("{name}({})", vec!["_"; param.arity].join(", ")),
        Fixity::Prefix => format!("{} _", if name == "-" { "-." } else { name }),
        Fixity::Infix => format!("_ {name} _"),
        Fixity::Postfix => format!("_ {name}"),
    }
}
