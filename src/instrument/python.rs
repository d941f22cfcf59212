//! Python: a decorator for a whole call, an expression beside a statement.
//!
//! A decorator needs a line of its own, so that lines move here, unlike in the other languages; a point has the line of the
//! original, and so have the events. Everything else stands on a line that was there, unless a block begins or ends there.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use tree_sitter::Node;
use tree_sitter::Tree;

use crate::base::diag::Diagnostic;
use crate::instrument::Additions;
use crate::instrument::Edit;
use crate::instrument::Insertion;
use crate::instrument::Site;
use crate::instrument::Sources;
use crate::instrument::TraceConfig;
use crate::instrument::Trigger;
use crate::instrument::emitter;
use crate::instrument::helpers;
use crate::instrument::place;
use crate::instrument::place::Words;
use crate::instrument::quoted;
use crate::instrument::taken;
use crate::source;
use crate::source::LanguageName;

const WORDS: Words = Words {
    boundaries: &["function_definition", "lambda", "class_definition"],
    returns: "return_statement",
    lists: &["block", "module"],
};

/// The emitter's module, as the probed files import it.
const EMIT: &str = "specgen_emit";

/// Where and what to insert for one probe.
pub(super) fn insertion(site: &Site<'_>, tree: &Tree) -> Result<Insertion, Diagnostic> {
    if site.probe.atomic {
        let hint = "let the probed code run under a lock of its own, or in one thread";
        return Err(site.refuse("instrument/trigger", "`atomic` is for Rust").hint(hint));
    }
    let body = block(site, tree)?;
    let first = site.function.first_line;
    match site.probe.trigger {
        Trigger::Exit => Ok(Insertion { edits: vec![decorator(site, body)?], lines: vec![first] }),
        Trigger::Path => {
            let code = format!("{EMIT}.mark({})", quoted(&site.function.qualified));
            Ok(Insertion { edits: vec![at_start(site, body, &code)], lines: vec![first] })
        }
        Trigger::Entry => Ok(Insertion { edits: vec![at_start(site, body, &here(site, first))], lines: vec![first] }),
        Trigger::BeforeReturn => Ok(before_returns(site, body)),
        Trigger::CriticalSection => critical_section(site, body),
        Trigger::BeforeStatement | Trigger::AfterStatement => {
            let statement = place::statement(site, body, &WORDS)?;
            let line = place::line(statement);
            let edit = match site.probe.trigger {
                Trigger::BeforeStatement => before(site.text, statement, &here(site, line)),
                _ => after(site.text, statement, &here(site, line)),
            };
            Ok(Insertion { edits: vec![edit], lines: vec![line] })
        }
    }
}

/// The block that is the function's body: one that holds a single statement covers the same text as that.
fn block<'t>(site: &Site<'_>, tree: &'t Tree) -> Result<Node<'t>, Diagnostic> {
    let mut node = place::body(site, tree)?;
    while let Some(parent) = node.parent().filter(|_| node.kind() != "block") {
        node = parent;
    }
    Ok(node)
}

/// The decorator that sees the call's arguments and its result. It stands next to the function, below all others, so that
/// what they make of the function stays as it was.
fn decorator(site: &Site<'_>, body: Node<'_>) -> Result<Edit, Diagnostic> {
    let function = body.parent().unwrap_or(body);
    let names = parameters(function, site.text);
    if names.contains(&"result") {
        let hint = "use the trigger before_return, or give the parameter another name";
        return Err(site.refuse("instrument/name-taken", "a parameter is called `result`").hint(hint));
    }
    let is_async = function.child(0).is_some_and(|child| child.kind() == "async");
    if is_async && place::any(body, &WORDS, "yield") {
        let hint = "probe the functions that it calls, or use before_statement at the `yield`";
        return Err(site.refuse("instrument/trigger", "an asynchronous generator has no one end").hint(hint));
    }
    let arguments: String = names.iter().map(|name| format!(", {name}")).collect();
    let given = arguments.trim_start_matches(", ");
    let before = if given.is_empty() { "lambda".to_owned() } else { format!("lambda {given}") };
    let code = format!(
        "@{EMIT}.call({}, {}, {}, {before}: ({}, {}), lambda result{arguments}: {})",
        quoted(&site.probe.file),
        site.function.first_line,
        quoted(&site.function.qualified),
        event(site),
        params(site),
        with_receiver(site, &format!("({}, {})", node(site), state(site))),
    );
    Ok(Edit::insert(function.start_byte(), format!("{code}\n{}", indentation(site.text, function))))
}

/// The names that a function's parameters have inside it.
fn parameters<'t>(function: Node<'_>, text: &'t str) -> Vec<&'t str> {
    let Some(list) = function.child_by_field_name("parameters") else { return Vec::new() };
    let mut cursor = list.walk();
    let name = |parameter: Node<'_>| {
        // `x: int = 1`, `*rest: int`: the name is the first identifier of any of them.
        let mut node = parameter.child_by_field_name("name").unwrap_or(parameter);
        while node.kind() != "identifier" {
            node = node.named_child(0)?;
        }
        text.get(node.byte_range())
    };
    list.named_children(&mut cursor).filter_map(name).collect()
}

/// A `with` gets a second item, which ends before the first; a section of `acquire` ends at each `release` of the function.
fn critical_section(site: &Site<'_>, body: Node<'_>) -> Result<Insertion, Diagnostic> {
    let text_of = |node: Node<'_>| site.text.get(node.byte_range()).unwrap_or_default();
    let header = |node: Node<'_>| match node.child_by_field_name("body").filter(|_| node.kind() == "with_statement") {
        Some(block) => {
            // Behind the colon may be a comment.
            let mut cursor = node.walk();
            let colon = node.children(&mut cursor).filter(|part| part.kind() == ":").last();
            let end = colon.map_or(block.start_byte(), |colon| colon.end_byte());
            site.text.get(node.start_byte()..end).unwrap_or_default()
        }
        None => text_of(node),
    };
    let lock = place::statement_by(site, body, &WORDS, &header)?;
    let line = place::line(lock);
    if place::any(body, &WORDS, "yield") {
        let hint =
            "probe the functions that it calls: what holds a lock while it waits for its caller has others in between";
        return Err(place::no_section(site, "a generator may wait inside a section", hint));
    }
    if lock.kind() == "with_statement" {
        let items = place::own(lock, &WORDS, &["with_item"], lock.start_byte());
        let last = items.into_iter().rfind(|item| item.parent().and_then(|clause| clause.parent()) == Some(lock));
        let last =
            last.ok_or_else(|| place::no_section(site, "the `with` has no item", "name the line with the lock"))?;
        if last.named_child(0).is_some_and(|value| value.kind() == "tuple") {
            return Err(place::no_section(
                site,
                "the lock stands alone in brackets",
                "write `with lock:` for `with (lock,):`",
            ));
        }
        let code = format!(
            ", {EMIT}.section({}, {line}, {}, lambda: ({}, {}), lambda: {})",
            quoted(&site.probe.file),
            quoted(&site.function.qualified),
            event(site),
            params(site),
            with_receiver(site, &format!("({}, {})", node(site), state(site))),
        );
        return Ok(Insertion { edits: vec![Edit::insert(last.end_byte(), code)], lines: vec![line] });
    }
    let text = place::squeezed(text_of(lock));
    let hint = "name the line `with lock:` or the statement `lock.acquire()`; beside others use before_statement";
    let call = lock.named_child(0).filter(|_| lock.kind() == "expression_statement");
    let call = call.and_then(|call| if call.kind() == "await" { call.named_child(0) } else { Some(call) });
    let taken =
        call.and_then(|call| call.child_by_field_name("function")).map(|function| place::squeezed(text_of(function)));
    let holder = taken.as_deref().and_then(|taken| taken.strip_suffix(".acquire"));
    let holder = holder.ok_or_else(|| place::no_section(site, &format!("`{text}` takes no lock"), hint))?;
    let release = format!("{holder}.release()");
    if place::squeezed(text_of(body)).matches(&format!("{holder}.acquire(")).count() > 1 {
        return Err(place::no_section(site, &format!("`{holder}` is taken more than once"), hint));
    }
    let statements = place::own(body, &WORDS, &["expression_statement"], lock.end_byte());
    let ends: Vec<Node<'_>> = statements.into_iter().filter(|end| place::squeezed(text_of(*end)) == release).collect();
    if ends.is_empty() {
        let what = format!("nothing here says `{release}` after line {line}");
        return Err(place::no_section(
            site,
            &what,
            "a section that ends elsewhere is probed there, with before_statement",
        ));
    }
    let lines: Vec<usize> = ends.iter().map(|end| place::line(*end)).collect();
    let edits = ends.iter().map(|end| before(site.text, *end, &here(site, place::line(*end)))).collect();
    Ok(Insertion { edits, lines })
}

fn before_returns(site: &Site<'_>, body: Node<'_>) -> Insertion {
    let (mut edits, mut lines) = (Vec::new(), Vec::new());
    for node in place::returns(body, &WORDS) {
        let line = place::line(node);
        lines.push(line);
        match node.named_child(0) {
            Some(value) => {
                // The parentheses are for `return 1, 2`.
                edits.push(Edit::insert(value.start_byte(), format!("{EMIT}.returning((")));
                edits.push(Edit::insert(value.end_byte(), format!("), lambda result: {})", seen(site, line))));
            }
            None => edits.push(before(site.text, node, &here(site, line))),
        }
    }
    let last = last_statement(body);
    if let Some(last) = last.filter(|node| !["return_statement", "raise_statement"].contains(&node.kind())) {
        let line = last.end_position().row + 1;
        edits.push(after(site.text, last, &here(site, line)));
        lines.push(line);
    }
    Insertion { edits, lines }
}

fn statements(block: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = block.walk();
    block.named_children(&mut cursor).filter(|node| node.kind() != "comment").collect()
}

fn last_statement(block: Node<'_>) -> Option<Node<'_>> {
    statements(block).pop()
}

fn is_text(statement: Node<'_>) -> bool {
    statement.kind() == "expression_statement" && statement.named_child(0).is_some_and(|node| node.kind() == "string")
}

/// At the beginning of a body, behind what documents it.
fn at_start(site: &Site<'_>, body: Node<'_>, code: &str) -> Edit {
    match statements(body).as_slice() {
        [first, ..] if is_text(*first) => after(site.text, *first, code),
        [first, ..] => before(site.text, *first, code),
        [] => Edit::insert(body.start_byte(), format!("{code}; ")),
    }
}

/// Whether a statement may share its line with another.
fn is_simple(statement: Node<'_>) -> bool {
    const BLOCKS: [&str; 9] = [
        "if_statement",
        "for_statement",
        "while_statement",
        "try_statement",
        "with_statement",
        "match_statement",
        "function_definition",
        "class_definition",
        "decorated_definition",
    ];
    !BLOCKS.contains(&statement.kind())
}

fn before(text: &str, statement: Node<'_>, code: &str) -> Edit {
    let between = if is_simple(statement) { "; ".to_owned() } else { format!("\n{}", indentation(text, statement)) };
    Edit::insert(statement.start_byte(), format!("{code}{between}"))
}

fn after(text: &str, statement: Node<'_>, code: &str) -> Edit {
    let between = if is_simple(statement) { "; ".to_owned() } else { format!("\n{}", indentation(text, statement)) };
    Edit::insert(statement.end_byte(), format!("{between}{code}"))
}

/// What stands before a node on its line.
fn indentation<'t>(text: &'t str, node: Node<'_>) -> &'t str {
    let start = node.start_byte();
    text.get(start.saturating_sub(node.start_position().column)..start).unwrap_or_default()
}

/// An event from where it stands, as an expression; `result` is nothing there.
fn here(site: &Site<'_>, line: usize) -> String {
    format!("{EMIT}.returning(None, lambda result: {})", seen(site, line))
}

fn seen(site: &Site<'_>, line: usize) -> String {
    let place = format!("{}, {line}, {}", quoted(&site.probe.file), quoted(&site.function.qualified));
    let said = format!("{EMIT}.here({place}, {}, {}, {}, {})", event(site), params(site), node(site), state(site));
    with_receiver(site, &said)
}

fn event(site: &Site<'_>) -> String {
    let named = site.probe.event.as_deref().map(quoted);
    named.or_else(|| site.probe.event_expression.clone()).unwrap_or_else(|| quoted(""))
}

fn node<'a>(site: &Site<'a>) -> &'a str {
    site.config.node.as_deref().unwrap_or("\"\"")
}

/// Binds the receiver's name in an expression.
fn with_receiver(site: &Site<'_>, code: &str) -> String {
    match (&site.config.receiver, &site.probe.receiver) {
        (Some(receiver), Some(expression)) => format!("(lambda {}: {code})({expression})", receiver.name),
        _ => code.to_owned(),
    }
}

fn params(site: &Site<'_>) -> String {
    fields(site.probe.params.iter().map(|(name, source)| (name.as_str(), source.as_str())))
}

fn state(site: &Site<'_>) -> String {
    fields(site.state())
}

fn fields<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let entries: Vec<String> = entries.map(|(key, source)| format!("{}: {source}", quoted(key))).collect();
    format!("{{{}}}", entries.join(", "))
}

/// The emitter and the helper files, and in each probed file the import.
pub(super) fn additions(config: &TraceConfig, sources: &Sources) -> Result<Additions, Diagnostic> {
    let home = home(config)?;
    let mut edits = Vec::new();
    for path in config.source_files() {
        if let Some(text) = sources.files.get(&path) {
            let edit = import(config, &path, text)?;
            edits.push((path, edit));
        }
    }
    let mut added = BTreeMap::new();
    added.insert(format!("{home}{EMIT}.py"), emitter(LanguageName::Python).to_owned());
    for helper in helpers(config, sources)? {
        added.insert(format!("{home}{}", helper.beside), helper.text.to_owned());
    }
    if let Some(path) = added.keys().find(|path| sources.files.contains_key(*path)) {
        return Err(taken(format!("add {path}: the source has such a file")));
    }
    Ok(Additions { files: added, edits })
}

/// The folder of the package, with a slash; of modules without one, the folder that they are in.
fn home(config: &TraceConfig) -> Result<String, Diagnostic> {
    let package = config.package.as_ref().map(|package| format!("/{}/", package.replace('.', "/")));
    let home = |path: &str| match &package {
        Some(package) => {
            let path = format!("/{path}");
            path.find(package.as_str()).map(|at| path[1..at + package.len()].to_owned())
        }
        None => Some(path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"))),
    };
    let homes: BTreeSet<Option<String>> = config.probes.iter().map(|probe| home(&probe.file)).collect();
    match homes.into_iter().collect::<Vec<_>>().as_slice() {
        [Some(home)] => Ok(home.clone()),
        _ => Err(Diagnostic::error("instrument/packages", "the probed files are not of one package")
            .hint("set `package` to the package that all of them are in, for example pysyncobj")),
    }
}

/// Where the probed modules are found, relative to the source's root, and their names.
pub fn modules(config: &TraceConfig) -> Vec<String> {
    let home = home(config).unwrap_or_default();
    let depth = config.package.as_ref().map_or(0, |package| package.split('.').count());
    let folders: Vec<&str> = home.split_terminator('/').collect();
    let root = if depth == 0 { &folders[..] } else { &folders[..folders.len().saturating_sub(depth)] };
    let place = if root.is_empty() { ".".to_owned() } else { root.join("/") };
    let module = |file: &str| {
        let parts: Vec<&str> = file.trim_end_matches(".py").split('/').skip(root.len()).collect();
        parts.join(".").trim_end_matches(".__init__").to_owned()
    };
    let names: BTreeSet<String> = config.probes.iter().map(|probe| module(&probe.file)).collect();
    std::iter::once(place).chain(names).collect()
}

/// The import, before the first statement of a text, behind its documentation and what is imported from the future.
fn import(config: &TraceConfig, path: &str, text: &str) -> Result<Edit, Diagnostic> {
    let tree = source::parse(source::language(LanguageName::Python), path, text)?;
    let import = config.package.as_ref().map_or(format!("import {EMIT}"), |from| format!("from {from} import {EMIT}"));
    let statements = statements(tree.root_node());
    let comes_first =
        |(at, node): &(usize, Node<'_>)| *at == 0 && is_text(*node) || node.kind() == "future_import_statement";
    Ok(match statements.iter().copied().enumerate().find(|entry| !comes_first(entry)) {
        Some((_, first)) => before(text, first, &import),
        None => Edit::insert(text.len(), format!("\n{import}\n")),
    })
}
