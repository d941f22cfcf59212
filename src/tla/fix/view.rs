//! A text with what is wrong with it, as fixers look at it.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::collections::HashSet;

use crate::base::diag::Diagnostic;
use crate::base::diag::Severity;
use crate::base::span::Span;
use crate::tla::check;
use crate::tla::check::Library;
use crate::tla::check::Source;
use crate::tla::check::Verdict;
use crate::tla::tree;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;
use crate::tla::tree::Token;
use crate::tla::tree::TokenKind;
use crate::tla::tree::Tree;

/// An error of the file being repaired.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) hints: Vec<String>,
    pub(super) span: Span,
    pub(super) other: Option<Span>,
    pub(super) warning: bool,
}

impl Problem {
    /// The `n`th piece of the message between backticks.
    pub(super) fn quoted(&self, n: usize) -> &str {
        self.message.split('`').nth(2 * n + 1).unwrap_or_default()
    }
}

/// A text, its tree, and its errors.
///
/// A fixer is asked for each of hundreds of errors, so what it asks of the whole text in turn is found out once and kept
/// here: else a long text with many errors takes their product.
pub(super) struct View {
    pub(super) stem: String,
    pub(super) tree: Tree,
    /// The tokens that have text.
    tokens: Vec<Token>,
    /// The first tokens of definitions, as found before parsing, broken parts included.
    heads: Vec<Token>,
    /// The column of the heads that stand furthest left: those of the module. Heads in a LET stand further right.
    least_column: u32,
    /// Where those of the module start.
    definitions: Vec<usize>,
    open_lets: Vec<usize>,
    /// Where lines start.
    lines: Vec<usize>,
    names: OnceCell<Names>,
    pub(super) problems: Vec<Problem>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) verdict: Verdict,
    /// Errors that are not among the diagnostics, being too many.
    unsaid: usize,
}

/// The names that have a meaning somewhere in a text.
#[derive(Default)]
struct Names {
    /// Those in front of a `==`, with their parameters or without.
    defined: HashSet<String>,
    constants: HashSet<String>,
    variables: HashSet<String>,
    /// Those of parameters and of bound names.
    bound: HashSet<String>,
    /// The tokens that are such a word, by their index, which says where it stands.
    places: HashMap<String, Vec<usize>>,
}

/// How bad a text is; see [`Score::is_better_than`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Score {
    /// Parts that could not be read.
    broken: usize,
    /// Tokens in them from where reading stopped.
    unread: usize,
    /// All tokens.
    tokens: usize,
    /// Errors of parsing, those included after which reading goes on.
    parsing: usize,
    /// Errors in all.
    errors: usize,
    /// Symbols that only newer versions of SANY read.
    foreign: usize,
}

impl Score {
    /// Reading comes before names: a text read further may show more errors, and is better all the same. Tokens that
    /// were only removed do not count as read.
    pub(super) fn is_better_than(self, old: Self) -> bool {
        let removed = old.tokens.saturating_sub(self.tokens);
        if self.broken < old.broken && self.unread <= old.unread {
            return true;
        }
        if (self.broken, self.unread) != (old.broken, old.unread) {
            return self.broken <= old.broken && self.unread + removed < old.unread;
        }
        (self.parsing, self.errors, self.foreign) < (old.parsing, old.errors, old.foreign)
    }

    /// How many errors fewer there are.
    pub(super) fn fewer_than(self, old: Self) -> usize {
        old.errors.saturating_sub(self.errors)
    }
}

impl View {
    pub(super) fn of(source: &Source, library: &dyn Library) -> Self {
        let report = check::check(source, library);
        let parsed = tree::parse(&source.text);
        let lines: Vec<usize> =
            std::iter::once(0).chain(source.text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let offset = |line: usize, column: usize| {
            let start = lines.get(line.saturating_sub(1)).copied().unwrap_or(source.text.len());
            let rest = &source.text[start..];
            start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
        };
        let place = |place: &crate::base::diag::Place| {
            Span::new(offset(place.line, place.column), offset(place.line, place.column + place.width))
        };
        let problem = |found: &Diagnostic| {
            let first = found.places.first().filter(|first| first.file == source.path)?;
            let other = found.places.get(1).filter(|other| other.file == source.path);
            Some(Problem {
                code: found.code.clone(),
                message: found.message.clone(),
                hints: found.hints.clone(),
                span: place(first),
                other: other.map(place),
                warning: found.severity == Severity::Warning,
            })
        };
        let problems = report.diagnostics.iter().filter_map(problem).collect();
        let stem = source.path.rsplit('/').next().unwrap_or_default();
        let all = parsed.tree.tokens();
        let is_text = |token: &&Token| !matches!(token.kind, TokenKind::Break | TokenKind::End);
        let tokens: Vec<Token> = all.iter().filter(is_text).copied().collect();
        let heads: Vec<Token> =
            all.windows(2).filter(|pair| pair[0].kind == TokenKind::Break).map(|pair| pair[1]).collect();
        let least_column = heads.iter().map(|head| head.column).min().unwrap_or(1);
        let outer = heads.iter().filter(|head| head.column <= least_column);
        let definitions: Vec<usize> = outer.map(|head| head.start as usize).collect();
        Self {
            stem: stem.strip_suffix(".tla").unwrap_or(stem).to_owned(),
            open_lets: open_lets(&source.text, &tokens, &definitions),
            tokens,
            definitions,
            least_column,
            heads,
            lines,
            names: OnceCell::new(),
            tree: parsed.tree,
            problems,
            verdict: report.verdict(),
            unsaid: report.unsaid,
            diagnostics: report.diagnostics,
        }
    }

    pub(super) fn text(&self) -> &str {
        self.tree.text()
    }

    pub(super) fn score(&self) -> Score {
        let errors: Vec<_> = self.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        let parsing = errors.iter().filter(|d| check::codes::is_of_parsing(&d.code)).count();
        let units = self.units();
        let broken = units.iter().filter(|unit| unit.is(Kind::Error));
        let no_module = usize::from(units.is_empty() && !errors.is_empty());
        let unread = |unit: &Node<'_>| {
            let span = unit.span();
            let at = self.parsing_stop(span);
            unit.all_tokens()
                .iter()
                .filter(|token| token.start as usize >= at && token.kind != TokenKind::Break)
                .count()
        };
        Score {
            broken: broken.clone().count() + no_module,
            unread: broken.map(unread).sum(),
            tokens: self.tree.tokens().iter().filter(|token| token.kind != TokenKind::Break).count(),
            parsing,
            errors: errors.len() + self.unsaid,
            foreign: self.tree.foreign().count(),
        }
    }

    /// Where reading of the broken part stopped: at its last error.
    fn parsing_stop(&self, part: Span) -> usize {
        let inside = |problem: &&Problem| {
            problem.code.split_once('/').is_some_and(|(_, what)| what.starts_with("parse-"))
                && (part.start..=part.end).contains(&problem.span.start)
        };
        self.problems.iter().filter(inside).map(|problem| problem.span.start).max().unwrap_or(part.start)
    }

    /// The units of the module.
    pub(super) fn units(&self) -> Vec<Node<'_>> {
        let module = self.tree.root().child(0);
        module.map(|module| module.children().filter(|unit| !unit.is(Kind::Header)).collect()).unwrap_or_default()
    }

    /// The unit that holds the byte at `offset`.
    pub(super) fn unit_at(&self, offset: usize) -> Option<Node<'_>> {
        let unit = child_around(self.tree.root().child(0)?, Span::new(offset, offset + 1))?;
        (!unit.is(Kind::Header)).then_some(unit)
    }

    /// The nodes that hold `span`, the outermost first.
    pub(super) fn path(&self, span: Span) -> Vec<Node<'_>> {
        let mut path = vec![self.tree.root()];
        while let Some(inner) = path.last().and_then(|node| child_around(*node, span)) {
            path.push(inner);
        }
        path
    }

    /// The tokens that have text.
    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The index in `tokens` of the first token at or after `offset`.
    pub(super) fn index(tokens: &[Token], offset: usize) -> usize {
        tokens.partition_point(|token| (token.start as usize) < offset)
    }

    pub(super) fn word(&self, token: &Token) -> &str {
        &self.text()[token.span().range()]
    }

    /// Whether only blanks stand before the token on its line.
    pub(super) fn starts_line(&self, token: &Token) -> bool {
        let start = token.start as usize;
        self.text()[self.line_start(start)..start].trim_start().is_empty()
    }

    /// The first byte of the line that holds `offset`.
    pub(super) fn line_start(&self, offset: usize) -> usize {
        let next = self.lines.partition_point(|start| *start <= offset);
        self.lines[next - 1]
    }

    /// The first tokens of definitions, those of LET and of broken parts included.
    pub(super) fn heads(&self) -> &[Token] {
        &self.heads
    }

    /// Whether a definition starts with the token.
    pub(super) fn is_head(&self, token: &Token) -> bool {
        self.heads.binary_search_by_key(&token.start, |head| head.start).is_ok()
    }

    /// The column of the definitions of the module, which stand furthest left.
    pub(super) fn least_column(&self) -> u32 {
        self.least_column
    }

    /// The first words of all definitions. What is no token is none, nor is `[]`, which stands where `<<>>` is meant, nor a
    /// value, which stands at the end of the formula above.
    pub(super) fn defined(&self) -> impl Iterator<Item = &str> {
        let named = self.heads.iter().filter(|head| head.kind != TokenKind::Bad && !head.is("[]"));
        named.filter(|head| !self.is_value(head)).map(|head| self.word(head))
    }

    fn is_value(&self, token: &Token) -> bool {
        matches!(token.kind, TokenKind::Number | TokenKind::Str) || ["TRUE", "FALSE"].contains(&self.word(token))
    }

    fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let mut names = Names { defined: self.defined().map(str::to_owned).collect(), ..Names::default() };
            for unit in self.units().into_iter().filter(|unit| matches!(unit.kind(), Kind::Constants | Kind::Variables))
            {
                let list = if unit.is(Kind::Constants) { &mut names.constants } else { &mut names.variables };
                list.extend(unit.children().map(|child| declared_name(child).to_owned()));
            }
            let all = Self::all(self.tree.root()).into_iter();
            let bound = all.filter(|node| matches!(node.kind(), Kind::Name | Kind::Declaration)).map(declared_name);
            names.bound = bound.map(str::to_owned).collect();
            let words = self.tokens.iter().enumerate().filter(|(_, token)| token.kind != TokenKind::Str);
            for (at, token) in words {
                match names.places.get_mut(self.word(token)) {
                    Some(places) => places.push(at),
                    None => drop(names.places.insert(self.word(token).to_owned(), vec![at])),
                }
            }
            names
        })
    }

    /// Whether the name stands in front of a `==`.
    pub(super) fn defines(&self, name: &str) -> bool {
        self.names().defined.contains(name)
    }

    /// Whether a list of the module declares a constant of this name.
    pub(super) fn is_constant(&self, name: &str) -> bool {
        self.names().constants.contains(name)
    }

    /// Whether a list of the module declares a variable of this name.
    pub(super) fn is_variable(&self, name: &str) -> bool {
        self.names().variables.contains(name)
    }

    /// The indices of the tokens that are `word`.
    pub(super) fn places(&self, word: &str) -> &[usize] {
        self.names().places.get(word).map_or(&[], Vec::as_slice)
    }

    /// Whether the name is bound, defined or a parameter somewhere, so that elsewhere it is only out of its scope.
    pub(super) fn is_bound_somewhere(&self, name: &str) -> bool {
        self.defines(name) || self.names().bound.contains(name)
    }

    /// The bytes from the head of the definition of the module around `offset` to the head of the next one.
    pub(super) fn definition_around(&self, offset: usize) -> Option<std::ops::Range<usize>> {
        let next = self.definitions.partition_point(|start| *start <= offset);
        let from = *self.definitions.get(next.checked_sub(1)?)?;
        Some(from..self.definitions.get(next).copied().unwrap_or(self.text().len()))
    }

    /// Whether a LET before `offset`, in the definition of the module around it, has no IN before `offset`.
    pub(super) fn is_in_open_let(&self, offset: usize) -> bool {
        self.open_lets[Self::index(&self.tokens, offset)] > 0
    }

    /// The name a unit defines.
    pub(super) fn name_of(&self, unit: Node<'_>) -> Option<String> {
        let named = matches!(unit.kind(), Kind::Definition | Kind::ModuleDefinition);
        let head = unit.children().next().filter(|_| named)?;
        let mut name = head.all_tokens().iter().filter(|token| token.kind == TokenKind::Name && !self.is_value(token));
        name.next().map(|token| self.word(token).to_owned())
    }

    /// Nodes below `node`, itself included.
    pub(super) fn all<'t>(node: Node<'t>) -> Vec<Node<'t>> {
        let mut all = vec![node];
        let mut at = 0;
        while at < all.len() {
            all.extend(all[at].children());
            at += 1;
        }
        all
    }

    /// Whether a module is extended.
    pub(super) fn extends(&self, module: &str) -> bool {
        let extends = self.units().into_iter().find(|unit| unit.is(Kind::Extends));
        extends.is_some_and(|unit| unit.children().any(|name| name.text() == module))
    }
}

/// How many LETs are open before each of the tokens and at the end, in the definition of the module around it. One that is
/// written `let` is one, too, and an `in` may end it.
fn open_lets(text: &str, tokens: &[Token], definitions: &[usize]) -> Vec<usize> {
    let (mut open, mut small) = (0usize, 0usize);
    let mut all = Vec::with_capacity(tokens.len() + 1);
    for token in tokens {
        if definitions.binary_search(&(token.start as usize)).is_ok() {
            (open, small) = (0, 0);
        }
        all.push(open + small);
        match &text[token.span().range()] {
            "LET" => open += 1,
            "IN" => open = open.saturating_sub(1),
            "let" | "Let" => small += 1,
            "in" => small = small.saturating_sub(1),
            _ => {}
        }
    }
    all.push(open + small);
    all
}

/// The first child of `node` that holds `span`. There may be many, so they are halved.
fn child_around(node: Node<'_>, span: Span) -> Option<Node<'_>> {
    // A node without a token has no span; it ends where the token before it does.
    let end = |child: Node<'_>| node.tree().tokens()[..child.range().end].last().map_or(0, |last| last.end as usize);
    let mut at = 0..node.children().len();
    while !at.is_empty() {
        let middle = at.start + at.len() / 2;
        at = if end(node.child(middle)?) < span.end { middle + 1..at.end } else { at.start..middle };
    }
    node.child(at.start).filter(|child| child.span().start <= span.start)
}

/// What a node that declares or binds a name calls it.
fn declared_name(node: Node<'_>) -> &str {
    node.text().split(['(', ' ']).next().unwrap_or_default()
}
