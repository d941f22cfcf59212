//! What SANY printed, as diagnostics.
//!
//! ```text
//! Parsing file F                                 one a module
//! ***Parse Error***                              at most one a run; or `Lexical error at line ..`
//! Semantic processing of module M                one a module, the root last
//! Fatal errors while parsing TLA+ spec in file F
//! *** Errors: N | *** Warnings: N | *** Abort messages: N
//!                                                then N times: blank, location, blank, message, blank, blank
//! ```

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Captures;
use regex::Regex;

use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::base::diag::Severity;
use crate::engine::sany_advice as advice;
use crate::tla::check::is_stateless_module;
use crate::tla::lower::parse_module;
use crate::tla::syntax::UnitKind;

/// The files a run was about, for showing lines: module name to (path to show, text).
#[derive(Clone, Debug, Default)]
pub struct Sources(BTreeMap<String, (String, Option<String>)>);

impl Sources {
    /// Adds the file of a module.
    pub fn add(&mut self, module: impl Into<String>, file: impl Into<String>, text: Option<String>) {
        self.0.insert(module.into(), (file.into(), text));
    }

    /// A place in a module, with the line's text where that is known; `width` is cut at the end of the line.
    pub fn place(&self, module: &str, line: usize, column: usize, width: usize) -> Place {
        let (file, text) = match self.0.get(module) {
            Some((file, text)) => (file.clone(), text.as_deref()),
            None => (format!("{module}.tla"), None),
        };
        let mut place = Place::at(file, line.max(1), column.max(1), text);
        let left = place.text.chars().count().saturating_sub(place.column - 1);
        place.width = if place.text.is_empty() { width.max(1) } else { width.clamp(1, left.max(1)) };
        place
    }

    /// The text of a module, where it is known.
    pub fn text(&self, module: &str) -> Option<&str> {
        self.0.get(module)?.1.as_deref()
    }

    /// Whether the file of a module has a line that begins one; so taken where the text is not known.
    fn begins_module(&self, module: &str) -> bool {
        let text = self.0.get(module).and_then(|(_, text)| text.as_deref());
        text.is_none_or(|text| text.lines().any(|line| line.contains("---- MODULE ") || line.contains("----MODULE ")))
    }

    /// Where a name is defined: the first line that begins with it, up to `==`.
    pub fn definition(&self, name: &str) -> Option<Place> {
        let pattern = Regex::new(&format!(r"^\s*(?:LOCAL\s+)?({})\b[^=]*==", regex::escape(name))).ok()?;
        self.0.iter().find_map(|(module, (_, text))| {
            let find = |(index, line)| Some((index, pattern.captures(line)?.get(1)?.start()));
            let (index, column) = text.as_deref()?.lines().enumerate().find_map(find)?;
            Some(self.place(module, index + 1, column + 1, name.chars().count()))
        })
    }

    /// The constants and definitions of all modules but the standard ones; `None` where those of one cannot be told.
    pub fn names(&self) -> Option<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        for (_, (file, text)) in self.0.iter().filter(|(module, _)| !is_stateless_module(module)) {
            let parsed = parse_module(text.as_deref()?, file);
            let module = parsed.module.filter(|_| parsed.diagnostics.is_empty())?;
            for unit in module.units {
                match unit.kind {
                    UnitKind::Constants(constants) => names.extend(constants.into_iter().map(|c| c.name.text)),
                    UnitKind::Definition(definition) => drop(names.insert(definition.name.text)),
                    _ => {}
                }
            }
        }
        Some(names)
    }

    /// The line, from 1, and the column where a word stands in an EXTENDS or INSTANCE of a module.
    fn import(&self, module: &str, word: &str) -> Option<(usize, usize)> {
        let text = self.0.get(module)?.1.as_deref()?;
        let pattern = Regex::new(&format!(r"\b{}\b", regex::escape(word))).ok()?;
        text.lines().enumerate().find_map(|(index, line)| {
            let found = pattern.find(line)?;
            Some((index + 1, line[..found.start()].chars().count() + 1))
        })
    }
}

/// What SANY printed, sorted out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Modules that were processed to the end, in order.
    pub processed: Vec<String>,
    /// Modules and the files they were read from, in order.
    pub files: Vec<(String, String)>,
    /// Errors, then warnings.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Whether there is at least one error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// The modules and files a run read: known before its complaints are looked at.
pub fn files(printed: &str) -> Vec<(String, String)> {
    let paths = printed.lines().filter_map(|line| line.strip_prefix("Parsing file "));
    paths.map(|path| (stem(path).to_owned(), path.trim().to_owned())).collect()
}

fn stem(path: &str) -> &str {
    let name = path.trim().rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".tla").unwrap_or(name)
}

static LOCATION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^line (\d+), col (\d+) to line (\d+), col (\d+) of module (\w+)\s*$"));
static RANGE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"line (\d+), col (\d+) to line (\d+), col (\d+) of module (\w+)"));
static ENCOUNTERED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^Encountered "(.*)" at line (\d+), column (\d+)(?: and token "(.*)")?"#));
static LEXICAL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*Lexical error at line (\d+), column (\d+)\.\s*(?:Encountered: (.*))?$"));
/// The parser's own words for a comment without an end, with its unbalanced brace.
static OPEN_COMMENT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*Lexical \{error: EOF reached, possibly open comment starting around line (\d+)"));
static STARTING: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(.+) starting at line (\d+), column (\d+)\."));
static SECTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\*\*\* (Errors|Warnings|Abort messages): (\d+)"));
static PRECEDENCE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"Precedence conflict between ops (\S+) in block .* and (\S+?)\.?$"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns in this file are valid")
}

fn number(captures: &Captures<'_>, index: usize) -> usize {
    captures.get(index).and_then(|found| found.as_str().parse().ok()).unwrap_or(1)
}

fn word<'a>(captures: &Captures<'a>, index: usize) -> &'a str {
    captures.get(index).map_or("", |found| found.as_str())
}

/// Sorts out what was printed.
pub fn read(printed: &str, sources: &Sources) -> Report {
    let mut reader = Reader { sources, report: Report { files: files(printed), ..Report::default() }, fatal: None };
    let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let mut at = 0;
    while at < lines.len() {
        at = reader.line(&lines, at);
    }
    reader.finish()
}

struct Reader<'a> {
    sources: &'a Sources,
    report: Report,
    /// The text after `Fatal errors while parsing`, in case nothing else explains it.
    fatal: Option<String>,
}

impl Reader<'_> {
    /// Reads what begins at a line and returns the line to go on with.
    fn line(&mut self, lines: &[&str], at: usize) -> usize {
        let line = lines[at];
        if let Some(module) = line.strip_prefix("Semantic processing of module ") {
            self.report.processed.push(module.trim().to_owned());
        } else if line.starts_with("***Parse Error***") {
            return self.parse_error(lines, at + 1);
        } else if let Some(found) = LEXICAL.captures(line) {
            self.lexical(&found);
        } else if let Some(found) = OPEN_COMMENT.captures(line) {
            self.open_comment(number(&found, 1));
        } else if line.starts_with("Cannot find the specified file") {
            self.push(
                Diagnostic::error("sany/missing-module", advice::lower(line)).hint("check the path of the module"),
            );
        } else if line.starts_with("Fatal errors while parsing") {
            let rest = lines[at + 1..].iter().find(|next| !next.is_empty() && !next.contains("AbortException"));
            self.fatal = Some(rest.unwrap_or(&line).to_string());
        } else if let Some(found) = SECTION.captures(line) {
            return self.section(word(&found, 1), number(&found, 2), lines, at + 1);
        }
        at + 1
    }

    /// The module being read when a complaint without a module's name comes.
    fn current(&self, lines: &[&str], at: usize) -> String {
        let before = lines[..at].iter().rev().find_map(|line| line.strip_prefix("Parsing file "));
        before.map(stem).unwrap_or_default().to_owned()
    }

    fn parse_error(&mut self, lines: &[&str], start: usize) -> usize {
        let module = self.current(lines, start);
        let end = lines[start..].iter().position(|l| l.starts_with("Residual stack trace")).map(|n| start + n);
        let end = end.unwrap_or(lines.len());
        let said: Vec<&str> = lines[start..end].iter().map(|l| l.trim()).filter(|l| !l.is_empty()).collect();
        let trace: Vec<Captures<'_>> =
            lines[(end + 1).min(lines.len())..].iter().map_while(|line| STARTING.captures(line)).collect();
        let text = said.join(" ");
        let expected = said.iter().find_map(|line| line.strip_prefix("Was expecting "));
        let mut diagnostic = if text.contains("is not properly indented") {
            self.indentation(&text)
        } else if text.contains("Precedence conflict") {
            self.precedence(&text)
        } else if let Some(found) = said.iter().find_map(|line| ENCOUNTERED.captures(line)) {
            self.encountered(&module, &found, expected)
        } else {
            let message = if text.is_empty() { "parse error without a message".to_owned() } else { text };
            Diagnostic::error("sany/parse-error", message).at(self.sources.place(&module, 1, 1, 1))
        };
        if let Some(found) = trace.iter().find(|found| word(found, 1) == "Definition").or(trace.first()) {
            let inside = format!("in the {} that starts here", advice::construct(word(found, 1)));
            let place = self.sources.place(&module, number(found, 2), number(found, 3), 1).label(inside);
            if diagnostic.hints.is_empty() && self.starts_with_let(&module, trace.first()) {
                diagnostic = diagnostic.hint("a LET is `LET name == expression IN expression`; the IN is missing here");
            }
            if diagnostic.places.iter().all(|known| (known.line, known.column) != (place.line, place.column)) {
                diagnostic = diagnostic.at(place);
            }
        }
        self.push(diagnostic);
        end + 1
    }

    /// Whether what could not be read to its end begins with LET.
    fn starts_with_let(&self, module: &str, innermost: Option<&Captures<'_>>) -> bool {
        innermost.is_some_and(|found| {
            let place = self.sources.place(module, number(found, 2), number(found, 3), 1);
            place.text.chars().skip(place.column - 1).take(4).collect::<String>().trim_end() == "LET"
        })
    }

    fn indentation(&self, text: &str) -> Diagnostic {
        let mut diagnostic = Diagnostic::error("sany/indentation", "item is not properly indented inside its list")
            .hint("start every `/\\` or `\\/` of one list in the same column, and everything inside an item to the right of it");
        let labels = ["must stand further to the right", "inside the list item that starts here"];
        for (found, label) in RANGE.captures_iter(text).zip(labels) {
            diagnostic = diagnostic.at(self.range(&found).label(label));
        }
        diagnostic
    }

    fn precedence(&self, text: &str) -> Diagnostic {
        let operators = PRECEDENCE.captures(text);
        let (first, second) = operators.as_ref().map_or(("", ""), |found| (word(found, 1), word(found, 2)));
        let message = format!("precedence conflict between `{}` and `{}`", advice::shown(first), advice::shown(second));
        let mut diagnostic =
            Diagnostic::error("sany/precedence", message).hint("put parentheses around one of the two expressions");
        if let Some(found) = RANGE.captures(text) {
            let label = format!("which binds first, this or `{}`?", advice::shown(second));
            diagnostic = diagnostic.at(self.range(&found).label(label));
        }
        diagnostic
    }

    fn encountered(&self, module: &str, found: &Captures<'_>, expected: Option<&str>) -> Diagnostic {
        let (token, after) = (word(found, 1), word(found, 4));
        let mut message = match token {
            "Beginning of definition" => "the next definition begins before this one is complete".to_owned(),
            "<EOF>" => "the file ends before the module does".to_owned(),
            token => format!("unexpected `{token}`"),
        };
        if !after.is_empty() {
            message = format!("{message} after `{after}`");
        }
        let mut label = "unexpected".to_owned();
        if let Some(expected) = expected {
            label = format!("expected {}", expected.trim_matches('"'));
        }
        let width = if token == "Beginning of definition" || token == "<EOF>" { 1 } else { token.chars().count() };
        let place = self.sources.place(module, number(found, 2), number(found, 3), width).label(label);
        let diagnostic = Diagnostic::error("sany/parse-error", message).at(place);
        advice::hinted(diagnostic, advice::for_token(token, after, expected))
    }

    fn lexical(&mut self, found: &Captures<'_>) {
        let module = self.report.files.last().map(|(module, _)| module.clone()).unwrap_or_default();
        let said = word(found, 3);
        let (message, hint) = advice::for_character(said);
        let place = self.sources.place(&module, number(found, 1), number(found, 2), 1).label("not TLA+");
        let diagnostic = Diagnostic::error("sany/lexical-error", message).at(place);
        self.push(advice::hinted(diagnostic, hint));
    }

    /// The line is where the outermost open comment begins.
    fn open_comment(&mut self, line: usize) {
        let module = self.report.files.last().map(|(module, _)| module.clone()).unwrap_or_default();
        let start = self.sources.place(&module, line, 1, 1).text.find("(*").unwrap_or_default();
        let column = self.sources.place(&module, line, 1, 1).text[..start].chars().count() + 1;
        let place = self.sources.place(&module, line, column, 2).label("opened here");
        let diagnostic = Diagnostic::error("sany/lexical-error", "the file ends inside a comment").at(place);
        self.push(diagnostic.hint("close it with `*)`; comments nest, so each `(*` needs a `*)` of its own"));
    }

    /// Reads the entries of a section and returns the line after it.
    fn section(&mut self, kind: &str, count: usize, lines: &[&str], start: usize) -> usize {
        let is_location = |line: &str| {
            LOCATION.is_match(line) || line.starts_with("In module ") || line.starts_with("Unknown location")
        };
        let severity = if kind == "Warnings" { Severity::Warning } else { Severity::Error };
        let mut at = start;
        let mut found = 0;
        while at < lines.len() && found < count {
            if SECTION.is_match(lines[at]) || lines[at].contains("@!@!@") {
                break;
            }
            if !is_location(lines[at]) {
                at += 1;
                continue;
            }
            let location = lines[at];
            let mut message = Vec::new();
            at += 1;
            while at < lines.len() && !is_location(lines[at]) && !ends_entry(lines[at], &message, lines.get(at + 1)) {
                message.push(lines[at].trim());
                at += 1;
            }
            found += 1;
            message.retain(|line| !line.is_empty());
            self.entry(severity, location, &message.join(" "));
        }
        if found < count && severity == Severity::Error {
            let message = format!("{} of {count} errors could not be read from what SANY printed", count - found);
            self.push(Diagnostic::error("sany/other", message));
        }
        at
    }

    fn entry(&mut self, severity: Severity, location: &str, message: &str) {
        if message.starts_with("Could not parse module ") && self.report.has_errors() {
            // The parse error itself has been read already.
            return;
        }
        let mut diagnostic = advice::for_message(message);
        diagnostic.severity = severity;
        if let Some(found) = LOCATION.captures(location) {
            let mut place = self.range(&found);
            place.label = advice::label(&diagnostic.code).to_owned();
            diagnostic = diagnostic.at(place);
        } else if diagnostic.code == "sany/missing-module" {
            if let Some((module, importer)) = advice::missing_module(message) {
                let (line, column) = self.sources.import(importer, module).unwrap_or((1, 1));
                let place = self.sources.place(importer, line, column, module.chars().count());
                diagnostic = diagnostic.at(place.label("no such file"));
            }
        } else if diagnostic.code == "sany/name-mismatch" {
            let file = message.split('\'').nth(1).unwrap_or_default();
            diagnostic = diagnostic.at(self.sources.place(file, 1, 1, 1).label("another name than the file's"));
        } else if let Some(module) = location.strip_prefix("In module ") {
            diagnostic = diagnostic.at(self.sources.place(module.trim(), 1, 1, 1));
        }
        for found in RANGE.captures_iter(message) {
            diagnostic = diagnostic.at(self.range(&found).label("the other one"));
        }
        self.push(diagnostic);
    }

    fn range(&self, found: &Captures<'_>) -> Place {
        let (line, column, last_line, last) = (number(found, 1), number(found, 2), number(found, 3), number(found, 4));
        let width = if last_line == line { (last + 1).saturating_sub(column) } else { usize::MAX };
        let mut place = self.sources.place(word(found, 5), line, column, width);
        place.width = if place.text.is_empty() && width == usize::MAX { 1 } else { place.width };
        place
    }

    /// Adds a diagnostic unless it repeats one: main prints abort messages twice, and one mistake is often told twice.
    fn push(&mut self, diagnostic: Diagnostic) {
        let spot = |d: &Diagnostic| d.places.first().map(|p| (p.file.clone(), p.line, p.column));
        let same = |known: &&mut Diagnostic| {
            known.code == diagnostic.code
                && spot(known) == spot(&diagnostic)
                && (known.message == diagnostic.message || known.code == "sany/multiple-definition")
        };
        let unresolved = diagnostic.message.starts_with("operator symbol")
            && self
                .report
                .diagnostics
                .iter()
                .any(|d| diagnostic.message.ends_with(d.message.trim_start_matches("unknown operator ")));
        match self.report.diagnostics.iter_mut().find(same) {
            Some(known) => {
                known.severity = known.severity.min(diagnostic.severity);
                let news: Vec<Place> = diagnostic.places.into_iter().filter(|p| !known.places.contains(p)).collect();
                known.places.extend(news);
            }
            None if unresolved => {}
            None => self.report.diagnostics.push(diagnostic),
        }
    }

    fn finish(mut self) -> Report {
        if let Some(said) = self.fatal.take().filter(|_| !self.report.has_errors()) {
            let module = self.report.files.last().map(|(module, _)| module.clone()).unwrap_or_default();
            // Versions up to 1.7.4 fail with a Java exception where no module begins in the file.
            let diagnostic = if self.sources.begins_module(&module) {
                Diagnostic::error("sany/other", format!("SANY failed: {}", said.trim()))
            } else {
                Diagnostic::error("sany/parse-error", "no module begins in this file")
                    .hint("a module is `---- MODULE Name ----`, definitions, and a last line of at least four `=`")
            };
            self.report.diagnostics.push(diagnostic.at(self.sources.place(&module, 1, 1, 1)));
        }
        self.report.diagnostics.sort_by_key(|diagnostic| diagnostic.severity);
        self.report
    }
}

/// Whether an entry's message is over: two blank lines, or another kind of line.
fn ends_entry(line: &str, message: &[&str], next: Option<&&str>) -> bool {
    let begun = message.iter().any(|line| !line.is_empty());
    line.starts_with("*** ")
        || line.contains("@!@!@")
        || line.starts_with("Semantic errors")
        || (begun && line.is_empty() && next.is_none_or(|next| next.is_empty()))
}
