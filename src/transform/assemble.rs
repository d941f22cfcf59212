//! Putting the output together: which operators are needed in which form, in which order, with what text.

use std::collections::BTreeSet;

use super::LineOrigin;
use super::OperatorReport;
use super::Options;
use super::Style;
use super::TLA_MARK;
use super::action::called_as_actions;
use super::facts::Names;
use super::plain::Bodies;
use crate::base::span::LineIndex;
use crate::base::span::Span;
use crate::tla::free::free_names_of;
use crate::tla::print::print_unit;
use crate::tla::syntax::Definition;
use crate::tla::syntax::ExprKind;
use crate::tla::syntax::Module;
use crate::tla::syntax::Unit;
use crate::tla::syntax::UnitKind;
use crate::tla::visit;

/// A part of the output.
pub(super) struct Piece {
    /// The operator it defines, with its arity.
    pub(super) defines: Option<(String, usize)>,
    /// Every name it uses.
    pub(super) refs: Names,
    /// The part of the input to copy, or the unit to print.
    pub(super) body: Body,
    /// The part of the input before it: comments, empty lines.
    pub(super) lead: Vec<Span>,
    /// The last comment before it, which mostly cites the source: it stands before every part that one operator becomes.
    head: Option<Span>,
}

pub(super) enum Body {
    Copied(Span),
    Printed(Box<Unit>),
}

impl Piece {
    /// A definition that is printed.
    pub(super) fn unit(unit: Unit) -> Self {
        let defines = unit.definition().map(|d| (d.name.text.clone(), d.params().len()));
        Self { defines, refs: refs_of(&unit), body: Body::Printed(Box::new(unit)), lead: Vec::new(), head: None }
    }

    /// A definition that is copied.
    pub(super) fn kept(definition: &Definition) -> Self {
        let defines = Some((definition.name.text.clone(), definition.params().len()));
        Self { defines, refs: Names::new(), body: Body::Copied(Span::default()), lead: Vec::new(), head: None }
    }
}

fn refs_of(unit: &Unit) -> Names {
    let mut refs = Names::new();
    // A parameter may have the name of a definition that comes later, and is no use of it.
    let free = unit.definition().map(free_names_of);
    let is_free = |name: &String| free.as_ref().is_none_or(|free| free.contains(name));
    visit::unit_children(unit, &mut |e| {
        visit::walk(e, &mut |e| {
            if let ExprKind::Name { path, name, .. } = &e.kind {
                let part = path.first().map(|part| &part.name);
                refs.extend(part.or(Some(name).filter(|name| is_free(name))).cloned());
            }
            if let ExprKind::Infix(op, ..) | ExprKind::Prefix(op, _) | ExprKind::Postfix(op, _) | ExprKind::Symbol(op) =
                &e.kind
            {
                refs.insert(op.clone());
            }
        });
    });
    refs
}

/// The end of a unit with the comments that follow on its line.
pub(super) fn end_with_comments(text: &str, end: usize) -> usize {
    let mut at = end;
    loop {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let rest = &rest[blank..];
        if rest.starts_with("\\*") {
            return at + blank + rest.find('\n').unwrap_or(rest.len());
        }
        match rest.strip_prefix("(*").and_then(|inside| inside.find("*)")) {
            Some(length) => at += blank + length + 4,
            None => return at,
        }
    }
}

/// The pieces of a module; `f` says what becomes of each definition. RECURSIVE is left out if it is `anew` that it is made.
pub(super) fn pieces_of(
    text: &str,
    module: &Module,
    anew: bool,
    mut f: impl FnMut(&Definition) -> Vec<Piece>,
) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut lead: Vec<Span> = Vec::new();
    let mut recursive = false;
    let mut from = module.units.first().map_or(module.end, |unit| unit.span.start);
    for unit in &module.units {
        let gap = Span::new(from, unit.span.start);
        // Between RECURSIVE, which is made anew, and what follows it, empty lines go.
        if !(recursive && text[gap.range()].trim().is_empty()) {
            lead.push(gap);
        }
        recursive = anew && matches!(unit.kind, UnitKind::Recursive(_));
        let end = end_with_comments(text, unit.span.end);
        from = end;
        let mut made = match &unit.kind {
            UnitKind::Recursive(_) if anew => continue,
            UnitKind::Definition(definition) => f(definition),
            _ => {
                vec![Piece {
                    defines: None,
                    refs: Names::new(),
                    body: Body::Copied(Span::default()),
                    lead: Vec::new(),
                    head: None,
                }]
            }
        };
        for piece in &mut made {
            if let Body::Copied(span) = &mut piece.body {
                *span = Span::new(unit.span.start, end);
                piece.refs = refs_of(unit);
            }
        }
        let head = lead.last().and_then(|gap| last_comment(text, *gap));
        made.iter_mut().for_each(|piece| piece.head = head);
        if let Some(first) = made.first_mut() {
            first.lead = std::mem::take(&mut lead);
        }
        pieces.extend(made);
    }
    pieces
}

/// The last line of a gap, where it is a comment.
fn last_comment(text: &str, gap: Span) -> Option<Span> {
    let kept = text[gap.range()].trim_end();
    let start = kept.rfind('\n').map_or(0, |newline| newline + 1);
    kept[start..].trim_start().starts_with("\\*").then(|| Span::new(gap.start + start, gap.end))
}

/// The procedures that are actions to begin with.
pub(super) fn initial_actions(bodies: &Bodies<'_>, options: &Options) -> Names {
    let facts = bodies.facts;
    let mut actions = facts.roots.clone();
    actions.extend(facts.fair.iter().cloned());
    actions.extend(options.actions.iter().filter(|name| facts.is_procedure(name)).cloned());
    for name in bodies.stmts.keys().filter(|name| facts.is_procedure(name)) {
        // What nothing names may be named by a configuration.
        let named = facts.operators.iter().any(|(other, op)| other != name && op.refs.contains(name));
        if !named {
            actions.insert(name.clone());
        }
    }
    actions
}

/// The procedures that are actions: those by themselves, and those that such a one calls before it has assigned anything.
pub(super) fn actions(bodies: &Bodies<'_>, options: &Options) -> Names {
    let mut actions = initial_actions(bodies, options);
    loop {
        let mut more = actions.clone();
        actions.iter().filter_map(|name| bodies.stmts.get(name)).for_each(|stmt| called_as_actions(stmt, &mut more));
        if more == actions {
            return actions;
        }
        actions = more;
    }
}

/// One line of the report.
pub(super) fn operator_report(bodies: &Bodies<'_>, name: &str, action: bool, style: Style) -> OperatorReport {
    let facts = bodies.facts;
    let ordered = |names: &Names| facts.variables.iter().filter(|v| names.contains(*v)).cloned().collect();
    let procedure = facts.is_procedure(name);
    let own = || facts.operators.get(name).map(|op| op.reads.union(&op.primed).cloned().collect()).unwrap_or_default();
    OperatorReport {
        name: name.to_owned(),
        procedure,
        action,
        style,
        writes: bodies.writes.get(name).map(ordered).unwrap_or_default(),
        reads: ordered(&bodies.reads.get(name).cloned().unwrap_or_else(own)),
        deterministic: !procedure || bodies.single.contains(name),
    }
}

/// The pieces in an order in which each stands after what it uses, where that can be, and the names that are to be declared
/// RECURSIVE before it; those in `declared` are already.
fn ordered(pieces: &[Piece], mut declared: Names) -> Vec<(usize, Vec<String>)> {
    let find =
        |name: &String| pieces.iter().position(|p| p.defines.as_ref().is_some_and(|(defined, _)| defined == name));
    let used = |piece: &Piece| piece.refs.iter().filter(|name| !declared.contains(*name)).filter_map(find).collect();
    let uses: Vec<BTreeSet<usize>> = pieces.iter().map(used).collect();
    let mut order: Vec<(usize, Vec<String>)> = Vec::new();
    let mut state = vec![0u8; pieces.len()];
    for start in 0..pieces.len() {
        let mut stack = vec![(start, false)];
        while let Some((at, finished)) = stack.pop() {
            if finished {
                let mut forward = Vec::new();
                for used in &uses[at] {
                    if let Some((name, _)) = pieces[*used].defines.as_ref().filter(|_| state[*used] != 2)
                        && declared.insert(name.clone())
                    {
                        forward.push(name.clone());
                    }
                }
                order.push((at, forward));
                state[at] = 2;
            } else if state[at] == 0 {
                state[at] = 1;
                stack.push((at, true));
                stack.extend(uses[at].iter().rev().filter(|used| state[**used] == 0).map(|used| (*used, false)));
            }
        }
    }
    order
}

struct Writer<'a> {
    text: &'a str,
    lines: LineIndex,
    out: String,
    origin: Vec<BTreeSet<usize>>,
}

impl Writer<'_> {
    fn raw(&mut self, span: Span) {
        let mut at = span.start;
        let mut dropped = false;
        for (n, segment) in self.text[span.range()].split('\n').enumerate() {
            // A mark of the input says nothing about the output; its line goes.
            let mark = segment.trim().starts_with("\\* specgen:");
            if n > 0 && !mark && !dropped {
                self.newline();
            }
            dropped = mark && n == 0;
            if !mark {
                self.out.push_str(segment);
                if !segment.trim().is_empty()
                    && let Some(last) = self.origin.last_mut()
                {
                    last.insert(self.lines.line(at));
                }
            }
            at += segment.len() + 1;
        }
    }

    fn newline(&mut self) {
        self.out.push('\n');
        self.origin.push(BTreeSet::new());
    }

    /// Start a line, after `blank` empty lines at least.
    fn fresh_line(&mut self, blank: usize) {
        while self.out.ends_with(' ') {
            self.out.pop();
        }
        let have = self.out.len() - self.out.trim_end_matches('\n').len();
        for _ in have..=blank {
            self.newline();
        }
    }

    fn printed(&mut self, unit: &Unit) {
        let laid = print_unit(unit, Some(&self.lines));
        for (n, line) in laid.text.split('\n').enumerate() {
            if n > 0 {
                self.newline();
            }
            self.out.push_str(line);
            if let (Some(last), Some(from)) = (self.origin.last_mut(), laid.origin.get(n)) {
                last.extend(from.iter().copied());
            }
        }
    }
}

/// The text of the output and where its lines came from.
pub(super) fn write(text: &str, module: &Module, pieces: Vec<Piece>, as_is: bool) -> (String, Vec<LineOrigin>) {
    let lines = LineIndex::new(text);
    let mut writer = Writer { text, lines, out: String::new(), origin: vec![BTreeSet::new()] };
    writer.out.push_str(TLA_MARK);
    writer.newline();
    let header_end = module.units.first().map_or(module.end, |unit| unit.span.start);
    writer.raw(Span::new(0, header_end));
    let arities: Vec<_> = pieces.iter().filter_map(|p| p.defines.clone()).collect();
    let kept = |unit: &Unit| match &unit.kind {
        UnitKind::Recursive(params) if as_is => params.iter().map(|param| param.name.text.clone()).collect(),
        _ => Vec::new(),
    };
    for (at, forward) in ordered(&pieces, module.units.iter().flat_map(kept).collect()) {
        let piece = &pieces[at];
        if piece.lead.is_empty() && at > 0 {
            writer.fresh_line(1);
            piece.head.iter().for_each(|head| writer.raw(*head));
        }
        piece.lead.iter().for_each(|lead| writer.raw(*lead));
        if !forward.is_empty() {
            let declared = forward.iter().map(|name| {
                let arity = arities.iter().find(|(n, _)| n == name).map_or(0, |(_, arity)| *arity);
                if arity == 0 { name.clone() } else { format!("{name}({})", vec!["_"; arity].join(", ")) }
            });
            let declared = format!("RECURSIVE {}", declared.collect::<Vec<_>>().join(", "));
            writer.fresh_line(0);
            writer.out.push_str(&declared);
            writer.newline();
        }
        match &piece.body {
            Body::Copied(span) => writer.raw(*span),
            Body::Printed(unit) => {
                writer.fresh_line(0);
                writer.printed(unit);
            }
        }
    }
    let last = module.units.last().map_or(header_end, |unit| end_with_comments(text, unit.span.end));
    if !as_is {
        writer.fresh_line(0);
    }
    writer.raw(Span::new(last, text.len()));
    let origin = writer.origin.iter().enumerate();
    let origin = origin.map(|(n, from)| LineOrigin { line: n + 1, from_lines: from.iter().copied().collect() });
    let count = writer.out.lines().count();
    (writer.out.clone(), origin.take(count).collect())
}
