//! A text with what is wrong with it, as fixers look at it.

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
pub(super) struct View {
    pub(super) stem: String,
    pub(super) tree: Tree,
    pub(super) problems: Vec<Problem>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) verdict: Verdict,
    /// Errors that are not among the diagnostics, being too many.
    unsaid: usize,
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
}

impl View {
    pub(super) fn of(source: &Source, library: &dyn Library) -> Self {
        let report = check::check(source, library);
        let parsed = tree::parse(&source.text);
        let starts: Vec<usize> =
            std::iter::once(0).chain(source.text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let offset = |line: usize, column: usize| {
            let start = starts.get(line.saturating_sub(1)).copied().unwrap_or(source.text.len());
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
        Self {
            stem: stem.strip_suffix(".tla").unwrap_or(stem).to_owned(),
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
        self.units().into_iter().find(|unit| unit.span().start <= offset && offset < unit.span().end)
    }

    /// The nodes that hold `span`, the outermost first.
    pub(super) fn path(&self, span: Span) -> Vec<Node<'_>> {
        let mut path = vec![self.tree.root()];
        while let Some(inner) = path.last().and_then(|node| {
            node.children().find(|child| child.span().start <= span.start && span.end <= child.span().end)
        }) {
            path.push(inner);
        }
        path
    }

    /// The tokens that have text.
    pub(super) fn tokens(&self) -> Vec<&Token> {
        self.tree.tokens().iter().filter(|token| !matches!(token.kind, TokenKind::Break | TokenKind::End)).collect()
    }

    /// The index in `tokens` of the first token at or after `offset`.
    pub(super) fn index(tokens: &[&Token], offset: usize) -> usize {
        tokens.partition_point(|token| (token.start as usize) < offset)
    }

    pub(super) fn word(&self, token: &Token) -> &str {
        &self.text()[token.span().range()]
    }

    /// Whether only blanks stand before the token on its line.
    pub(super) fn starts_line(&self, token: &Token) -> bool {
        let start = token.start as usize;
        self.text()[..start].rsplit('\n').next().is_some_and(|before| before.trim().is_empty())
    }

    /// The first byte of the line that holds `offset`.
    pub(super) fn line_start(&self, offset: usize) -> usize {
        self.text()[..offset].rfind('\n').map_or(0, |at| at + 1)
    }

    /// All definitions' heads, as found before parsing, broken parts included. What is no token is none, nor is `[]`,
    /// which stands where `<<>>` is meant.
    pub(super) fn heads(&self) -> Vec<&str> {
        let tokens = self.tree.tokens();
        let heads = tokens.windows(2).filter(|pair| pair[0].kind == TokenKind::Break);
        let heads = heads.filter(|pair| pair[1].kind != TokenKind::Bad && !pair[1].is("[]"));
        heads.map(|pair| self.word(&pair[1])).collect()
    }

    /// The bytes from the head of the definition of the module around `offset` to the head of the next one. Heads in a
    /// LET stand further right.
    pub(super) fn definition_around(&self, offset: usize) -> Option<std::ops::Range<usize>> {
        let pairs = self.tree.tokens().windows(2).filter(|pair| pair[0].kind == TokenKind::Break);
        let heads: Vec<&Token> = pairs.map(|pair| &pair[1]).collect();
        let least = heads.iter().map(|head| head.column).min()?;
        let mut outer = heads.into_iter().filter(|head| head.column <= least).map(|head| head.start as usize);
        let mut from = outer.next().filter(|head| *head <= offset)?;
        for head in outer {
            if head > offset {
                return Some(from..head);
            }
            from = head;
        }
        Some(from..self.text().len())
    }

    /// The name a unit defines.
    pub(super) fn name_of(&self, unit: Node<'_>) -> Option<String> {
        let named = matches!(unit.kind(), Kind::Definition | Kind::ModuleDefinition);
        let head = unit.children().next().filter(|_| named)?;
        let mut name = head.all_tokens().iter().filter(|token| token.kind == TokenKind::Name);
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
