//! Rust: a statement behind the body's brace, and a call around each value that is returned.
//!
//! Nothing is borrowed while the body runs: what a probe reads at the end it reads after the returned value was made.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

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
use crate::source::LanguageName;

mod section;

const WORDS: Words = Words {
    boundaries: &["closure_expression", "function_item", "async_block", "impl_item"],
    returns: "return_expression",
    lists: &["block"],
};

/// An expression with `?`.
const TRY: &str = "try_expression";

/// The emitter's path from anywhere in the crate.
const EMIT: &str = "crate::specgen_emit";

/// Where and what to insert for one probe.
pub(super) fn insertion(site: &Site<'_>, tree: &Tree) -> Result<Insertion, Diagnostic> {
    let body = place::body(site, tree)?;
    refuse_const(site, body)?;
    let is_async = has_modifier(site, body, "async");
    if is_async && site.probe.atomic {
        let hint = "an asynchronous call may be laid aside while it holds the order; leave `atomic` out";
        return Err(site.refuse("instrument/trigger", "`atomic` is not for an async fn").hint(hint));
    }
    let first = site.function.first_line;
    let name = quoted(&site.function.qualified);
    let hold = if site.probe.atomic { format!(" let _specgen_hold = {EMIT}::hold();") } else { String::new() };
    let at_start = |code: String| Edit::insert(start(body), code);
    match site.probe.trigger {
        Trigger::Path => Ok(one(at_start(format!(" {EMIT}::mark({name});")), first)),
        Trigger::Entry => Ok(one(at_start(format!("{hold} {{ let result = (); {} }}", here(site, first))), first)),
        Trigger::Exit => {
            let call = Call { name: "specgen_call", line: first, is_async };
            let mut edits = vec![at_start(format!("{hold}{}", call.begin(site)))];
            edits.extend(around_returns(site, body, &|_| call.end(site)).0);
            edits.extend(unreachable_allowed(body, body));
            Ok(Insertion { edits, lines: vec![first] })
        }
        Trigger::CriticalSection => section::insertion(site, body, is_async),
        Trigger::BeforeReturn => {
            let (mut edits, lines) = around_returns(site, body, &|line| here(site, line));
            if site.probe.atomic {
                // First: in a body of one expression the value begins at the same place.
                edits.insert(0, at_start(hold));
            }
            edits.extend(unreachable_allowed(body, body));
            Ok(Insertion { edits, lines })
        }
        Trigger::BeforeStatement | Trigger::AfterStatement => beside_statement(site, body, &hold),
    }
}

/// What begins at a place and is an event when it ends: a variable, whose drop at least says that it ended.
struct Call<'a> {
    /// The variable.
    name: &'a str,
    /// The event's line.
    line: usize,
    is_async: bool,
}

impl Call<'_> {
    fn begin(&self, site: &Site<'_>) -> String {
        let Self { name, line, is_async } = self;
        format!(
            " let mut {name} = {EMIT}::Call::{}({}, {line}, {}); if {EMIT}::on() {{ {name}.begin({}, {}); }}",
            if *is_async { "task" } else { "new" },
            quoted(&site.probe.file),
            quoted(&site.function.qualified),
            event(site),
            params(site)
        )
    }

    fn end(&self, site: &Site<'_>) -> String {
        let name = self.name;
        format!("if {name}.open() {{ {}{name}.end({}, {}); }}", receiver(site), node(site), state(site))
    }
}

fn one(edit: Edit, line: usize) -> Insertion {
    Insertion { edits: vec![edit], lines: vec![line] }
}

fn beside_statement(site: &Site<'_>, body: Node<'_>, hold: &str) -> Result<Insertion, Diagnostic> {
    let statement = place::statement(site, body, &WORDS)?;
    let line = place::line(statement);
    let is_value = !is_statement(statement) && is_last(statement);
    if site.probe.trigger == Trigger::AfterStatement && is_value {
        return Err(site
            .refuse("instrument/no-statement", "the statement is the value of its block")
            .hint("use the trigger before_return, which sees the value as `result`"));
    }
    let code = format!("{{ let result = (); {} }}", here(site, line));
    let code = match site.probe.trigger {
        Trigger::BeforeStatement => format!("{code} "),
        _ => format!(" {code}"),
    };
    let mut edits = vec![Edit::insert(place::beside(site.probe.trigger, statement), code)];
    if !hold.is_empty() {
        edits.push(Edit::insert(start(body), hold));
    }
    Ok(Insertion { edits, lines: vec![line] })
}

/// Behind the brace, and behind attributes of the whole body.
fn start(body: Node<'_>) -> usize {
    let mut cursor = body.walk();
    let attributes = body.named_children(&mut cursor).take_while(|n| n.kind() == "inner_attribute_item");
    attributes.last().map_or(body.start_byte() + 1, |n| n.end_byte())
}

/// Whether the function is `const`, `async` and the like.
fn has_modifier(site: &Site<'_>, body: Node<'_>, word: &str) -> bool {
    let modifiers = body.parent().and_then(|function| {
        let mut cursor = function.walk();
        function.named_children(&mut cursor).find(|node| node.kind() == "function_modifiers")
    });
    let text = modifiers.and_then(|node| site.text.get(node.byte_range())).unwrap_or_default();
    text.split_whitespace().any(|modifier| modifier == word)
}

fn refuse_const(site: &Site<'_>, body: Node<'_>) -> Result<(), Diagnostic> {
    if has_modifier(site, body, "const") {
        return Err(site
            .refuse("instrument/const-fn", "a const fn cannot write events")
            .hint("probe the function that calls it at run time"));
    }
    Ok(())
}

/// Edits that let `code` see every value the function returns as `result`, and the lines where they stand.
fn around_returns(site: &Site<'_>, body: Node<'_>, code: &dyn Fn(usize) -> String) -> (Vec<Edit>, Vec<usize>) {
    let (jumps, tried) = (place::returns(body, &WORDS), place::own(body, &WORDS, &[TRY], body.start_byte()));
    around(&jumps, &tried, body, site.function.result.is_empty(), site.text, code)
}

/// The same for the ways out of `block`: the jumps that leave it, each `?` in it, and its end, which is a place to go through
/// if it has `no_value`.
fn around(
    jumps: &[Node<'_>],
    tried: &[Node<'_>],
    block: Node<'_>,
    no_value: bool,
    text: &str,
    code: &dyn Fn(usize) -> String,
) -> (Vec<Edit>, Vec<usize>) {
    let seen = |line: usize| format!("|result| {{ let _ = result; {} }})", code(line));
    let nothing = |line| format!("{EMIT}::returning((), {}; ", seen(line));
    let (bare, values): (Vec<Node<'_>>, Vec<Node<'_>>) = jumps.iter().partition(|jump| value_of(**jump).is_none());
    let tail = last(block);
    let value = tail.filter(|node| !is_statement(*node));
    let returned = value.filter(|node| !is_jump(*node) && !never_returns(*node, text));
    let returned = values.into_iter().filter_map(value_of).chain(returned);
    let mut wraps: Vec<Wrap> = returned.map(|node| Wrap::returned(node, &seen)).collect();
    wraps.extend(tried.iter().filter_map(|node| Wrap::tried(*node, &seen)));
    let mut lines: Vec<usize> = wraps.iter().map(|wrap| wrap.line).collect();
    let mut edits = wrapped(wraps);
    let jumps_at_end = tail.is_some_and(|node| node.named_child(0).is_some_and(is_jump));
    // Without a value at its end another block ends in something that never comes back.
    if value.is_none() && !jumps_at_end && no_value {
        let line = block.end_position().row + 1;
        edits.push(Edit::insert(block.end_byte() - 1, format!(" {}", nothing(line))));
        lines.push(line);
    }
    for node in bare {
        let line = place::line(node);
        edits.push(Edit::insert(node.start_byte(), format!("{{ {}", nothing(line))));
        edits.push(Edit::insert(node.end_byte(), " }"));
        lines.push(line);
    }
    lines.sort_unstable();
    (edits, lines)
}

/// Code around an expression.
struct Wrap {
    span: Range<usize>,
    line: usize,
    before: String,
    after: String,
}

impl Wrap {
    /// Around a value that is returned.
    fn returned(node: Node<'_>, seen: &dyn Fn(usize) -> String) -> Self {
        let line = place::line(node);
        Self {
            span: node.byte_range(),
            line,
            before: format!("{EMIT}::returning("),
            after: format!(", {}", seen(line)),
        }
    }

    /// Around what stands before a `?`. Where it leaves the function, that is done here, so that what is returned is seen; else the
    /// `?` gets what it would get.
    fn tried(node: Node<'_>, seen: &dyn Fn(usize) -> String) -> Option<Self> {
        let line = place::line(node);
        // A call around it, as at the beginning of a statement `match` would be one by itself.
        let before = format!("{EMIT}::kept(match {EMIT}::tried(");
        let after = format!(
            ") {{ {EMIT}::Tried::On(specgen_on) => specgen_on, {EMIT}::Tried::Out(specgen_out) => return {EMIT}::returning((|| match specgen_out? {{}})(), {} }})",
            seen(line)
        );
        let mut value = node.named_child(0)?;
        // Inside parentheses, which would be unnecessary in a call.
        while value.kind() == "parenthesized_expression" {
            value = value.named_child(0)?;
        }
        Some(Self { span: value.byte_range(), line, before, after })
    }
}

/// Of expressions inside each other the outer one begins first and ends last.
fn wrapped(mut wraps: Vec<Wrap>) -> Vec<Edit> {
    wraps.sort_by_key(|wrap| (wrap.span.start, Reverse(wrap.span.end)));
    let mut edits: Vec<Edit> = wraps.iter().map(|wrap| Edit::insert(wrap.span.start, wrap.before.as_str())).collect();
    wraps.sort_by_key(|wrap| (wrap.span.end, Reverse(wrap.span.start)));
    edits.extend(wraps.into_iter().map(|wrap| Edit::insert(wrap.span.end, wrap.after)));
    edits
}

/// What a jump takes with it; a label is nothing of that.
fn value_of(jump: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = jump.walk();
    jump.named_children(&mut cursor).find(|child| child.kind() != "label" && !child.kind().ends_with("comment"))
}

fn is_jump(node: Node<'_>) -> bool {
    [WORDS.returns, "break_expression", "continue_expression"].contains(&node.kind())
}

/// Whether the value is a macro that ends the thread; code around it would be unreachable.
fn never_returns(value: Node<'_>, text: &str) -> bool {
    let name = value.child_by_field_name("macro").and_then(|name| text.get(name.byte_range()));
    matches!(name, Some("panic" | "unreachable" | "todo" | "unimplemented"))
}

fn last(block: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = block.walk();
    block.named_children(&mut cursor).filter(|n| !n.kind().ends_with("comment")).last()
}

/// What keeps a crate that denies warnings from refusing code around or behind a `loop` at the end of `block`: where nothing
/// breaks out of it, that code is never reached. It stands before the function, so that no statement comes before it.
fn unreachable_allowed(block: Node<'_>, body: Node<'_>) -> Option<Edit> {
    let function = body.parent().filter(|function| function.kind() == "function_item")?;
    let is_loop = last(block).is_some_and(|tail| inner(tail).kind() == "loop_expression");
    is_loop.then(|| Edit::insert(function.start_byte(), "#[allow(unreachable_code)] "))
}

/// The expression of a statement, or the node itself.
fn inner(node: Node<'_>) -> Node<'_> {
    if node.kind() == "expression_statement" { node.named_child(0).unwrap_or(node) } else { node }
}

fn is_last(node: Node<'_>) -> bool {
    node.parent().and_then(last).is_some_and(|l| l.id() == node.id())
}

/// Whether the node ends its effect with itself: a declaration, or an expression with a semicolon. Block-like
/// expressions without one are statements in the grammar but values at the end of a block.
fn is_statement(node: Node<'_>) -> bool {
    match node.kind() {
        "expression_statement" => node.child(node.child_count().saturating_sub(1)).is_some_and(|c| c.kind() == ";"),
        kind => kind.ends_with("_item") || kind.ends_with("_declaration") || kind == "empty_statement",
    }
}

fn here(site: &Site<'_>, line: usize) -> String {
    format!(
        "let _ = &result; if {EMIT}::on() {{ {}{EMIT}::emit_here({}, {line}, {}, {}, {}, {}, {}); }}",
        receiver(site),
        quoted(&site.probe.file),
        quoted(&site.function.qualified),
        event(site),
        params(site),
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

fn receiver(site: &Site<'_>) -> String {
    match (&site.config.receiver, &site.probe.receiver) {
        (Some(receiver), Some(expression)) => format!("let {0} = {expression}; let _ = &{0}; ", receiver.name),
        _ => String::new(),
    }
}

fn params(site: &Site<'_>) -> String {
    fields(site.probe.params.iter().map(|(name, source)| (name.as_str(), source.as_str())))
}

fn state(site: &Site<'_>) -> String {
    fields(site.state())
}

fn fields<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let entries: Vec<String> =
        entries.map(|(key, source)| format!("({}, {EMIT}::json(&({source})))", quoted(key))).collect();
    format!("&[{}]", entries.join(", "))
}

/// The emitter and the helper files beside the crate's root, which gets their `mod` lines behind its last one.
pub(super) fn additions(config: &TraceConfig, sources: &Sources) -> Result<Additions, Diagnostic> {
    let root = &config.crate_root;
    let text = sources.files.get(root).ok_or_else(|| {
        Diagnostic::error("instrument/no-file", format!("declare the emitter in {root}: the file is missing"))
            .hint("set `crate_root` to the file that declares the crate's modules")
    })?;
    let folder = root.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let mut added = BTreeMap::new();
    added.insert(format!("{folder}specgen_emit.rs"), emitter(LanguageName::Rust).to_owned());
    let mut modules = vec!["specgen_emit".to_owned()];
    for helper in helpers(config, sources)? {
        let module = helper.beside.trim_end_matches(".rs").to_owned();
        added.insert(format!("{folder}{module}.rs"), helper.text.to_owned());
        modules.push(module);
    }
    if text.contains("mod specgen_emit;") || added.keys().any(|path| sources.files.contains_key(path)) {
        return Err(taken(format!("declare the emitter in {root}: it is declared there")));
    }
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    let declared: String = modules.iter().map(|m| format!("#[doc(hidden)]\npub mod {m};\n")).collect();
    let declaration = Edit::insert(text.len(), format!("{newline}{declared}"));
    Ok(Additions { files: added, edits: vec![(root.clone(), declaration)] })
}
