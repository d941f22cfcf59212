//! What holds of repairing any text: judged here without the code that judges inside.

use std::collections::BTreeMap;

use specgen::base::diag::Severity;
use specgen::tla::check;
use specgen::tla::check::Library;
use specgen::tla::check::NoLibrary;
use specgen::tla::check::Source;
use specgen::tla::check::Verdict;
use specgen::tla::fix;
use specgen::tla::fix::Fix;
use specgen::tla::fix::Fixed;
use specgen::tla::ops;
use specgen::tla::tree;
use specgen::tla::tree::Kind;
use specgen::tla::tree::Node;
use specgen::tla::tree::Token;
use specgen::tla::tree::TokenKind;

/// The words of a unit, without blanks and comments, each in one spelling.
fn words(node: Node<'_>) -> Vec<String> {
    let tokens = node.all_tokens().iter().filter(|token| token.kind != TokenKind::Break);
    let word = |token: &tree::Token| match token.canonical {
        "" => node.token_text(token).to_owned(),
        canonical => ops::canonical(canonical).to_owned(),
    };
    tokens.map(word).collect()
}

pub(crate) fn units(text: &str) -> Vec<(Kind, std::ops::RangeInclusive<usize>, Vec<String>)> {
    let parsed = tree::parse(text);
    let Some(module) = parsed.tree.root().child(0) else { return Vec::new() };
    let line = |offset: usize| text[..offset].matches('\n').count() + 1;
    let units =
        module.children().map(|unit| (unit.kind(), line(unit.span().start)..=line(unit.span().end), words(unit)));
    units.collect()
}

/// What is wrong with one step, judged without the code that judges inside: definitions that no diagnostic touches
/// must be the same afterwards, apart from names the step gives another spelling.
fn wrong_step(fix: &Fix, (before, after): (&str, &str), source: &Source, library: &dyn Library) -> Vec<String> {
    let report = check::check(&Source { text: before.to_owned(), ..source.clone() }, library);
    let errors = report.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let lines: Vec<usize> = errors.flat_map(|d| d.places.iter().map(|place| place.line)).collect();
    let (old, new) = (units(before), units(after));
    let mut wrong = Vec::new();
    for (index, (kind, range, words)) in old.iter().enumerate() {
        let kept = [Kind::Definition, Kind::ModuleDefinition, Kind::Assume, Kind::Theorem, Kind::Instance];
        let cut_off = old.get(index + 1).is_some_and(|next| next.0 == Kind::Error);
        if !kept.contains(kind) || cut_off || lines.iter().any(|line| range.contains(line)) {
            continue;
        }
        let renamed = |now: &[String]| {
            fix.fixer == "duplicate"
                && now.len() == words.len()
                && now.iter().zip(words).all(|(now, word)| now == word || without_number(now) == without_number(word))
        };
        // One in a LET that could not be read looks like one of the module, and is one of the LET once that can be read.
        let in_let = stands_in_let(before, *range.start(), &words[0]);
        let nested = |now: &[String]| in_let && now.windows(words.len()).any(|part| part == words);
        if !new.iter().any(|(_, _, now)| now == words || renamed(now) || nested(now)) {
            wrong.push(format!("{}: {} changed line {range:?}: {}", source.path, fix.fixer, words.join(" ")));
        }
    }
    wrong
}

/// Whether there are more LETs than INs between the last line that starts in the first column and the definition of `name`
/// on `line`, which is another one.
fn stands_in_let(text: &str, line: usize, name: &str) -> bool {
    let indented = |line: &&&str| line.starts_with([' ', '\t']) || line.trim().is_empty();
    let lines: Vec<&str> = text.lines().take(line).collect();
    let first = line - lines.iter().rev().take_while(indented).count();
    let parsed = tree::parse(text);
    let tokens = parsed.tree.tokens().iter().map(|token| (token.line as usize, &text[token.span().range()]));
    let part = tokens.skip_while(|(at, _)| *at < first).take_while(|token| *token != (line, name));
    let words: Vec<&str> = part.map(|(_, word)| word).collect();
    let count = |wanted: &str| words.iter().filter(|word| word.eq_ignore_ascii_case(wanted)).count();
    first < line && count("LET") > count("IN")
}

fn without_number(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// The names in the lists of constants and variables.
fn declared(tree: &tree::Tree) -> Vec<&str> {
    let module = tree.root().child(0);
    let units = module.iter().flat_map(|module| module.children());
    let lists = units.filter(|unit| matches!(unit.kind(), Kind::Constants | Kind::Variables));
    lists.flat_map(Node::children).map(|name| name.text().split('(').next().unwrap_or_default().trim()).collect()
}

/// The names of definitions, those inside LET and in broken parts included. What is declared cannot be defined: where `==`
/// stands behind it, `=` was meant.
fn heads(text: &str, declared_too: bool) -> BTreeMap<String, usize> {
    let parsed = tree::parse(text);
    let tokens = parsed.tree.tokens();
    let declared = declared(&parsed.tree);
    let mut heads = BTreeMap::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        if pair[0].kind != TokenKind::Break || pair[1].kind == TokenKind::Bad {
            continue;
        }
        // Of `a` at the end of an item and `/\ b ==` below it, the second is the head.
        let is_bullet = |token: &Token| ["/\\", "\\/"].contains(&token.canonical);
        let head = match tokens.get(at + 2..at + 5) {
            Some([bullet, head, sign]) if is_bullet(bullet) && sign.is("==") => head,
            _ => &pair[1],
        };
        // In one spelling: `□` in a part that could not be read is `[]` afterwards.
        let name = match head.canonical {
            "" => &text[head.span().range()],
            canonical => ops::canonical(canonical),
        };
        let line = text[..head.start as usize].rsplit('\n').next().unwrap_or_default();
        let is_value =
            matches!(head.kind, TokenKind::Number | TokenKind::Str) || ["TRUE", "FALSE", "[]"].contains(&name);
        // `\E q \in S : q == x` compares.
        let start = line.trim();
        let inside = !start.is_empty() && !start.ends_with("LET") && !start.ends_with("LOCAL");
        let binds = |pair: &[Token]| text[pair[0].span().range()] == *name && pair[1].is("\\in");
        if inside && tokens[..at].windows(2).any(binds) {
            continue;
        }
        // A title of Markdown between `**` looks like the head of a definition of `**`.
        if (declared_too || !declared.contains(&name)) && !is_value && !line.trim_start().starts_with("**") {
            *heads.entry(name.to_owned()).or_default() += 1;
        }
    }
    heads
}

/// The names that are gone. A name that got a digit is there, and so is a reserved word that became a name. One that the
/// text declared all along, on a line that could not be read as a list, was none of a definition.
pub(crate) fn lost(before: &str, after: &str) -> Vec<String> {
    let (old, new) = (heads(before, false), heads(after, true));
    let parsed = tree::parse(after);
    let declared = declared(&parsed.tree);
    let lists = before.lines().filter(|line| line.starts_with("VARIABLE") || line.starts_with("CONSTANT"));
    let in_lists: Vec<&str> = lists.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_')).collect();
    let listed = |name: &String| declared.contains(&name.as_str()) && in_lists.contains(&name.as_str());
    let there = |name: &String| {
        new.keys()
            .map(|now| without_number(now))
            .any(|now| now == without_number(name) || (tree::is_keyword(name) && now.eq_ignore_ascii_case(name)))
    };
    // `![i] ==` is a place of an update.
    old.into_keys().filter(|name| name != "[" && !there(name) && !listed(name)).collect()
}

/// How bad a text is: how it reads, how many errors it has.
fn badness(source: &Source, library: &dyn Library) -> (Verdict, usize) {
    let report = check::check(source, library);
    let errors = report.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
    (report.verdict(), errors)
}

/// Whether operators are written in Unicode: a clean text with some is written anew in ASCII.
fn has_unicode(source: &Source, library: &dyn Library) -> bool {
    check::check(source, library).diagnostics.iter().any(|found| found.code == "tla/unicode")
}

/// Repair, and what came of it that must not: a definition lost or changed that nothing is wrong with, a text worse than before.
pub(crate) fn repaired(source: &Source, library: &dyn Library) -> (Fixed, Vec<String>) {
    let mut wrong = Vec::new();
    let fixed = fix::fix_observed(source, library, &mut |fix, before, after| {
        wrong.extend(wrong_step(fix, (before, after), source, library));
    });
    let lost = lost(&source.text, &fixed.text);
    wrong.extend(lost.into_iter().map(|name| format!("{}: `{name}` is lost", source.path)));
    wrong.extend(worse(source, &fixed, library));
    (fixed, wrong)
}

/// A text that can be read further may show more errors; one that could be read has fewer.
fn worse(source: &Source, fixed: &Fixed, library: &dyn Library) -> Option<String> {
    let rank = |verdict: Verdict| match verdict {
        Verdict::Clean => 0,
        Verdict::SemanticError => 1,
        Verdict::ParseError => 2,
    };
    let (old, old_errors) = badness(source, library);
    let (new, new_errors) = badness(&Source { text: fixed.text.clone(), ..source.clone() }, library);
    let changed = source.text != fixed.text;
    let bad = new != fixed.verdict
        || rank(new) > rank(old)
        || (changed && old == Verdict::Clean && !has_unicode(source, library))
        || (changed && old == Verdict::SemanticError && new_errors >= old_errors)
        || changed == fixed.fixes.is_empty();
    bad.then(|| format!("{}: {old:?} with {old_errors} errors became {new:?} with {new_errors}", source.path))
}

/// Repair ends, loses nothing, and leaves the text no worse.
pub(crate) fn repair_holds(text: &str) {
    let (fixed, wrong) = repaired(&Source { path: "M.tla".to_owned(), text: text.to_owned() }, &NoLibrary);
    assert!(wrong.is_empty(), "{wrong:#?}\nbefore:\n{text}\nafter:\n{}", fixed.text);
}
