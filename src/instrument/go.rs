//! Go: one statement on a line that is already there.

use std::collections::BTreeMap;

use tree_sitter::Node;
use tree_sitter::Tree;

use crate::base::diag::Diagnostic;
use crate::base::span::Span;
use crate::instrument::Additions;
use crate::instrument::Edit;
use crate::instrument::Insertion;
use crate::instrument::Site;
use crate::instrument::Sources;
use crate::instrument::TraceConfig;
use crate::instrument::Trigger;
use crate::instrument::edit;
use crate::instrument::emitter;
use crate::instrument::helpers;
use crate::instrument::place;
use crate::instrument::place::Words;
use crate::instrument::quoted;
use crate::instrument::taken;
use crate::source;
use crate::source::LanguageName;
use crate::source::Outline;

const WORDS: Words = Words { boundaries: &["func_literal"], returns: "return_statement", lists: &["statement_list"] };

/// Where and what to insert for one probe.
pub(super) fn insertion(site: &Site<'_>, tree: &Tree) -> Result<Insertion, Diagnostic> {
    if site.probe.atomic {
        let hint = "Go's emitter has one lock already; drive the probed code from one goroutine";
        return Err(site.refuse("instrument/trigger", "`atomic` is for Rust").hint(hint));
    }
    let body = place::body(site, tree)?;
    let first = site.function.first_line;
    // After the brace, and with a semicolon, for the rest of the line may be code.
    let at_start = |code: String| Insertion {
        edits: vec![Edit::insert(body.start_byte() + 1, format!(" {code};"))],
        lines: vec![first],
    };
    match site.probe.trigger {
        Trigger::Exit => Ok(at_start(exit(site, first))),
        Trigger::CriticalSection => critical_section(site, body),
        Trigger::Path => {
            Ok(at_start(format!("if specgenOn() {{ specgenMark({}) }}", quoted(&site.function.qualified))))
        }
        Trigger::Entry => Ok(at_start(here(site, first))),
        Trigger::BeforeReturn => Ok(before_returns(site, body)),
        Trigger::BeforeStatement | Trigger::AfterStatement => {
            let statement = place::statement(site, body, &WORDS)?;
            let line = place::line(statement);
            let code = match site.probe.trigger {
                Trigger::BeforeStatement => format!("{}; ", here(site, line)),
                _ => format!("; {}", here(site, line)),
            };
            let at = place::beside(site.probe.trigger, statement);
            Ok(Insertion { edits: vec![Edit::insert(at, code)], lines: vec![line] })
        }
    }
}

fn before_returns(site: &Site<'_>, body: Node<'_>) -> Insertion {
    let (mut edits, mut lines) = (Vec::new(), Vec::new());
    for node in place::returns(body, &WORDS) {
        let line = place::line(node);
        edits.push(Edit::insert(node.start_byte(), format!("{}; ", here(site, line))));
        lines.push(line);
    }
    let last = last_statement(body);
    if site.function.result.is_empty() && !last.is_some_and(|node| never_ends(node, site.text)) {
        let line = body.end_position().row + 1;
        let same_line = last.is_some_and(|node| node.end_position().row + 1 == line);
        let separator = if same_line { "; " } else { "" };
        edits.push(Edit::insert(body.end_byte() - 1, format!("{separator}{} ", here(site, line))));
        lines.push(line);
    }
    Insertion { edits, lines }
}

/// Whether nothing comes after a statement: a part of what Go calls terminating, as far as one writes it at the end of a
/// function without a result.
fn never_ends(statement: Node<'_>, text: &str) -> bool {
    let text_of = |node: Node<'_>| text.get(node.byte_range()).unwrap_or_default();
    match statement.kind() {
        "return_statement" | "goto_statement" => true,
        "labeled_statement" => {
            let mut cursor = statement.walk();
            statement.named_children(&mut cursor).last().is_some_and(|inner| never_ends(inner, text))
        }
        "expression_statement" => text_of(statement).starts_with("panic("),
        "for_statement" => {
            let mut cursor = statement.walk();
            let head: Vec<_> = statement.named_children(&mut cursor).filter(|node| node.kind() != "comment").collect();
            head.len() == 1 && !place::any(statement, &WORDS, "break_statement")
        }
        "select_statement" | "expression_switch_statement" | "type_switch_statement" => {
            let mut cursor = statement.walk();
            let cases: Vec<_> = statement.named_children(&mut cursor).filter(|n| n.kind().ends_with("_case")).collect();
            let total = statement.kind() == "select_statement" || cases.iter().any(|n| n.kind() == "default_case");
            total
                && !place::any(statement, &WORDS, "break_statement")
                && cases.iter().all(|case| last_statement(*case).is_some_and(|last| never_ends(last, text)))
        }
        "if_statement" => ["consequence", "alternative"].iter().all(|part| {
            let part = statement.child_by_field_name(part);
            part.is_some_and(|part| match part.kind() {
                "block" => last_statement(part).is_some_and(|last| never_ends(last, text)),
                _ => never_ends(part, text),
            })
        }),
        _ => false,
    }
}

fn last_statement(body: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = body.walk();
    let list = body.named_children(&mut cursor).find(|n| n.kind() == "statement_list")?;
    let mut cursor = list.walk();
    list.named_children(&mut cursor).filter(|n| n.kind() != "comment").last()
}

/// An end that is deferred becomes a deferred call that runs before the one that unlocks; another one stands before the
/// statement that unlocks.
fn critical_section(site: &Site<'_>, body: Node<'_>) -> Result<Insertion, Diagnostic> {
    let lock = place::statement(site, body, &WORDS)?;
    let text_of = |node: Node<'_>| place::squeezed(site.text.get(node.byte_range()).unwrap_or_default());
    let text = text_of(lock);
    let unlock = [(".Lock()", "Unlock"), (".RLock()", "RUnlock")]
        .iter()
        .find_map(|(lock, unlock)| Some(format!("{}.{unlock}()", text.strip_suffix(lock)?)))
        .filter(|_| lock.kind() == "expression_statement");
    let Some(unlock) = unlock else {
        let hint =
            "name the statement `x.Lock()` or `x.RLock()`; beside others use before_statement or after_statement";
        return Err(place::no_section(site, &format!("`{text}` does not lock"), hint));
    };
    let line = place::line(lock);
    // A section in a closure ends there.
    let closure =
        std::iter::successors(lock.parent(), Node::parent).find(|node| WORDS.boundaries.contains(&node.kind()));
    let home = closure.and_then(|closure| closure.child_by_field_name("body")).filter(|home| *home != body);
    let home = home.filter(|home| body.byte_range().contains(&home.start_byte())).unwrap_or(body);
    let elsewhere =
        "a section that another function, a closure or `TryLock` has a part in is probed with before_statement";
    let after = text_of(home);
    let tried = text.replace(".Lock()", ".TryLock()").replace(".RLock()", ".TryRLock()");
    let mut inside = place::own(home, &WORDS, WORDS.boundaries, lock.end_byte()).into_iter();
    if after.contains(&tried) || inside.any(|closure| text_of(closure).contains(&unlock)) {
        return Err(place::no_section(site, &format!("`{unlock}` is not only said where `{text}` is"), elsewhere));
    }
    let (mut edits, mut lines) = (Vec::new(), Vec::new());
    let mut deferred_from = None;
    for end in place::own(home, &WORDS, &["expression_statement", "defer_statement"], lock.end_byte()) {
        if text_of(end) == format!("defer{unlock}") {
            edits.push(Edit::insert(end.end_byte(), format!("; {}", exit(site, line))));
            lines.push(line);
            deferred_from = deferred_from.or((end.parent() == lock.parent()).then(|| end.start_byte()));
        } else if text_of(end) == unlock && deferred_from.is_none_or(|from| end.start_byte() < from) {
            edits.push(Edit::insert(end.start_byte(), format!("{}; ", here(site, place::line(end)))));
            lines.push(place::line(end));
        }
    }
    if edits.is_empty() {
        return Err(place::no_section(site, &format!("nothing here says `{unlock}` after line {line}"), elsewhere));
    }
    lines.sort_unstable();
    lines.dedup();
    Ok(Insertion { edits, lines })
}

fn exit(site: &Site<'_>, line: usize) -> String {
    format!(
        "if specgenOn() {{ defer specgenEnter({}, {}, {}, {}, {}).exit(func() (string, map[string]any) {{ {}return {}, {} }}) }}",
        quoted(&site.probe.file),
        line,
        quoted(&site.function.qualified),
        event(site),
        map(site.probe.params.iter().map(|(name, source)| (name.as_str(), source.as_str()))),
        receiver(site),
        node(site),
        state(site),
    )
}

fn here(site: &Site<'_>, line: usize) -> String {
    format!(
        "if specgenOn() {{ {}specgenEmitHere({}, {line}, {}, {}, {}, {}, {}) }}",
        receiver(site),
        quoted(&site.probe.file),
        quoted(&site.function.qualified),
        event(site),
        map(site.probe.params.iter().map(|(name, source)| (name.as_str(), source.as_str()))),
        node(site),
        state(site),
    )
}

fn event(site: &Site<'_>) -> String {
    let named = site.probe.event.as_deref().map(quoted);
    named.or_else(|| site.probe.event_expression.clone()).unwrap_or_else(|| quoted(""))
}

fn node<'a>(site: &Site<'a>) -> &'a str {
    site.config.node.as_deref().unwrap_or("\"\"")
}

/// Binds the receiver; a name that is not read would not compile.
fn receiver(site: &Site<'_>) -> String {
    match (&site.config.receiver, &site.probe.receiver) {
        (Some(receiver), Some(expression)) => format!("{0} := {expression}; _ = {0}; ", receiver.name),
        _ => String::new(),
    }
}

/// The state as a Go expression: a call of the state function where there is one and the probe reads nothing otherwise.
fn state(site: &Site<'_>) -> String {
    let receiver =
        site.config.receiver.as_ref().filter(|_| site.probe.receiver.is_some() && site.probe.state.is_empty());
    match receiver.and_then(|r| Some((r.state_function.as_ref()?, &r.name))) {
        Some((function, name)) => format!("{function}({name})"),
        None => map(site.state()),
    }
}

/// The file with the state function that `receiver` asks for.
fn state_function(config: &TraceConfig, package: &str) -> Result<Option<String>, Diagnostic> {
    let Some(receiver) = &config.receiver else { return Ok(None) };
    let Some(function) = &receiver.state_function else { return Ok(None) };
    let is_name = function.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && function.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !is_name {
        let message = format!("generate the state function: `{function}` is no Go name");
        return Err(Diagnostic::error("instrument/state-function", message)
            .hint("give `receiver.state_function` a name such as specgenState"));
    }
    let fields: Vec<String> =
        config.state.iter().map(|s| format!("\t\t{}: {},\n", quoted(&s.field), s.source)).collect();
    Ok(Some(format!(
        "package {package}\n\n// {function} is the state that the trace configuration asks for.\n\
         func {function}({} {}) map[string]any {{\n\treturn map[string]any{{\n{}\t}}\n}}\n",
        receiver.name,
        receiver.type_text,
        fields.concat()
    )))
}

fn map<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let entries: Vec<String> = entries.map(|(key, source)| format!("{}: {source}", quoted(key))).collect();
    if entries.is_empty() { "nil".to_owned() } else { format!("map[string]any{{{}}}", entries.join(", ")) }
}

/// The emitter and the helper files, as files of the probed package.
pub(super) fn additions(config: &TraceConfig, outline: &Outline, sources: &Sources) -> Result<Additions, Diagnostic> {
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let probed: Vec<_> = config.probes.iter().filter_map(|p| outline.file(&p.file)).collect();
    let homes: std::collections::BTreeSet<String> = probed.iter().map(|f| folder(&f.path)).collect();
    let packages: std::collections::BTreeSet<&str> = probed.iter().filter_map(|f| f.package.as_deref()).collect();
    let (1, 1, Some(home), Some(package)) = (homes.len(), packages.len(), homes.first(), packages.first()) else {
        let all = packages.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Diagnostic::error("instrument/packages", format!("instrument several packages at once: {all}"))
            .hint("probe functions of one package; the others are reached through their callers"));
    };
    if let Some(wanted) = config.package.as_ref().filter(|wanted| wanted != package) {
        let message = format!("instrument package {wanted}: the probed files are of package {package}");
        return Err(
            Diagnostic::error("instrument/packages", message).hint("correct `package` in the trace configuration")
        );
    }
    let mut added = BTreeMap::new();
    if let Some(text) = state_function(config, package)? {
        added.insert(format!("{home}specgen_state.go"), text);
    }
    let emitter = emitter(LanguageName::Go).to_owned();
    added.insert(format!("{home}specgen_emit.go"), in_package("specgen_emit.go", &emitter, package)?);
    for helper in helpers(config, sources)? {
        added.insert(format!("{home}{}", helper.beside), in_package(helper.name, helper.text, package)?);
    }
    if let Some(path) = added.keys().find(|path| outline.file(path).is_some() || sources.files.contains_key(*path)) {
        return Err(taken(format!("add {path}: the source has such a file")));
    }
    Ok(Additions { files: added, edits: Vec::new() })
}

/// The file with its package clause rewritten.
fn in_package(path: &str, text: &str, package: &str) -> Result<String, Diagnostic> {
    let tree = source::parse(source::language(LanguageName::Go), path, text)?;
    let mut cursor = tree.root_node().walk();
    let clause = tree.root_node().named_children(&mut cursor).find(|n| n.kind() == "package_clause");
    let name = clause
        .and_then(|n| n.named_child(0))
        .ok_or_else(|| Diagnostic::error("instrument/no-support", format!("add {path}: it has no package clause")))?;
    let edit = Edit { span: Span::new(name.start_byte(), name.end_byte()), new: package.to_owned() };
    Ok(edit::apply(text, &[edit]).map_or_else(|| text.to_owned(), |edited| edited.text))
}
