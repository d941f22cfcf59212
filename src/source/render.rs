//! An outline as text for a prompt, and source text with its line numbers.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::RangeInclusive;

use crate::base::span::LineIndex;
use crate::source::model::ConstantKind;
use crate::source::model::FileOutline;
use crate::source::model::Function;
use crate::source::model::Outline;
use crate::source::model::TypeDecl;
use crate::source::names::last_segment;
use crate::source::names::qualifier;
use crate::source::names::without_generics;

/// Who calls whom among the surveyed functions, by file and qualified name. A call that could mean several functions
/// counts for each of them; one on a value of unknown type, for each method of that name if there are at most three.
pub fn calls_between(outline: &Outline) -> BTreeMap<(String, String), BTreeSet<String>> {
    let resolver = Resolver::new(outline);
    let mut between = BTreeMap::new();
    for file in &outline.files {
        for function in &file.functions {
            let called: BTreeSet<String> = function
                .calls
                .iter()
                .flat_map(|call| resolver.resolve(file, function, &call.callee))
                .map(|f| f.qualified.clone())
                .collect();
            let of_same_name: &mut BTreeSet<String> =
                between.entry((file.path.clone(), function.qualified.clone())).or_default();
            of_same_name.extend(called);
        }
    }
    between
}

/// A method name shared by more functions than this tells nothing about a value of unknown type.
const MOST_MEANINGS: usize = 3;

struct Resolver<'a> {
    by_name: BTreeMap<&'a str, Vec<(&'a FileOutline, &'a Function)>>,
    field_types: BTreeMap<&'a str, BTreeSet<String>>,
}

impl<'a> Resolver<'a> {
    fn new(outline: &'a Outline) -> Self {
        let mut by_name: BTreeMap<&str, Vec<(&FileOutline, &Function)>> = BTreeMap::new();
        let mut field_types: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for file in &outline.files {
            for function in &file.functions {
                by_name.entry(&function.name).or_default().push((file, function));
            }
            for field in file.types.iter().flat_map(|t| &t.fields) {
                field_types.entry(&field.name).or_default().insert(base(&field.type_text));
            }
        }
        Self { by_name, field_types }
    }

    fn resolve(&self, file: &FileOutline, caller: &Function, callee: &str) -> Vec<&'a Function> {
        let callee = without_generics(callee);
        let Some(candidates) = self.by_name.get(last_segment(&callee)) else { return Vec::new() };
        let near = candidates.iter().filter(|(f, _)| f.language == file.language);
        let Some(before) = qualifier(&callee) else {
            return near.map(|(_, f)| *f).filter(|f| f.owner.is_none()).collect();
        };
        let types = self.types_of(caller, before);
        // A plain function is called through its module only: `tracker.Make`, `crate::log::write`.
        let module = last_segment(before);
        let in_module = |f: &FileOutline| {
            let stem = f.path.rsplit('/').next().and_then(|name| name.split('.').next());
            ["crate", "self", "super"].contains(&module) || f.package.as_deref().or(stem) == Some(module)
        };
        let callable = near.filter(|(f, function)| function.owner.is_some() || in_module(f));
        let all: Vec<&Function> = callable.map(|(_, f)| *f).collect();
        let exact: Vec<&Function> =
            all.iter().copied().filter(|f| f.owner.as_ref().is_some_and(|o| types.contains(o))).collect();
        if !exact.is_empty() || !types.is_empty() {
            return exact;
        }
        // `AtomicBool::new` names its type, and it is none of the surveyed ones.
        if before.contains("::") || callee.contains("::") {
            return all.into_iter().filter(|f| f.owner.is_none()).collect();
        }
        if all.len() <= MOST_MEANINGS { all } else { Vec::new() }
    }

    /// The types the qualifier of a call may have, as far as the survey knows.
    fn types_of(&self, caller: &Function, before: &str) -> BTreeSet<String> {
        let head = last_segment(before);
        if !before.contains(['.', ':']) {
            if Some(before) == caller.receiver.as_deref() || before == "Self" {
                return caller.owner.iter().cloned().collect();
            }
            if let Some(type_text) = parameter_type(&caller.parameters, before) {
                return [type_text].into();
            }
            if self.by_name.values().flatten().any(|(_, f)| f.owner.as_deref() == Some(before)) {
                return [before.to_owned()].into();
            }
        }
        self.field_types.get(head).cloned().unwrap_or_default()
    }
}

fn base(type_text: &str) -> String {
    let plain = without_generics(type_text);
    last_segment(plain.trim_start_matches(['*', '&', '=', ' ']).split('(').next().unwrap_or_default()).to_owned()
}

/// The type of the parameter `name` in `(a, b T, name *raft)` or `(name: &Raft)`.
fn parameter_type(parameters: &str, name: &str) -> Option<String> {
    let inside = parameters.trim_start_matches('(').trim_end_matches(')');
    inside.split(',').find_map(|parameter| {
        let (first, type_text) = parameter.trim().split_once([' ', ':'])?;
        (first == name).then(|| base(type_text.trim()))
    })
}

/// The outline as compact text. With `focus` (names of functions or types, or paths of files), only those are shown in
/// full and the rest of each file is listed by name.
pub fn render(outline: &Outline, focus: Option<&[String]>) -> String {
    let calls = calls_between(outline);
    let mut callers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for ((_, caller), called) in &calls {
        for callee in called {
            callers.entry(callee).or_default().insert(caller);
        }
    }
    let mut text = String::new();
    for file in &outline.files {
        render_file(&mut text, file, focus, &calls, &callers);
    }
    text
}

fn wanted(focus: Option<&[String]>, file: &FileOutline, names: &[&str]) -> bool {
    focus.is_none_or(|focus| focus.iter().any(|f| *f == file.path || names.contains(&f.as_str())))
}

// Writing to a String cannot fail, hence the ignored results below.
fn render_file(
    text: &mut String,
    file: &FileOutline,
    focus: Option<&[String]>,
    calls: &BTreeMap<(String, String), BTreeSet<String>>,
    callers: &BTreeMap<&str, BTreeSet<&str>>,
) {
    let package = file.package.as_ref().map(|p| format!(", package {p}")).unwrap_or_default();
    let _ = writeln!(text, "== {} ({}{package}, {} lines)", file.path, file.language, file.lines);
    let chosen: Vec<&Function> =
        file.functions.iter().filter(|f| wanted(focus, file, &[&f.qualified, &f.name])).collect();
    let owners: Vec<&str> = chosen.iter().filter_map(|f| f.owner.as_deref()).collect();
    let shown = |t: &&TypeDecl| wanted(focus, file, &[&t.name]) || owners.contains(&t.name.as_str());
    for declared in file.types.iter().filter(shown) {
        render_type(text, declared);
    }
    let whole = wanted(focus, file, &[]);
    for constant in file.constants.iter().filter(|c| whole || wanted(focus, file, &[&c.name])) {
        let of = constant.of.as_ref().map(|of| format!(" {of}")).unwrap_or_default();
        let value = constant.value.as_ref().map(|v| format!(" = {v}")).unwrap_or_default();
        let word = match constant.kind {
            ConstantKind::Const => "const",
            ConstantKind::Variable => "var",
            ConstantKind::Variant => "variant",
        };
        let _ = writeln!(text, "{word} {}{of}{value}  @{}", constant.name, constant.line);
    }
    for function in &chosen {
        let called = calls.get(&(file.path.clone(), function.qualified.clone()));
        render_function(text, function, called, callers.get(function.qualified.as_str()));
    }
    let rest: Vec<String> = file
        .functions
        .iter()
        .filter(|f| !chosen.iter().any(|c| std::ptr::eq(*c, *f)))
        .map(|f| format!("{} @{}-{}", f.qualified, f.first_line, f.last_line))
        .collect();
    if !rest.is_empty() && !chosen.is_empty() {
        let _ = writeln!(text, "also: {}", rest.join(", "));
    }
    text.push('\n');
}

fn render_type(text: &mut String, declared: &TypeDecl) {
    let _ = writeln!(text, "type {} {}  @{}-{}", declared.name, declared.kind, declared.line, declared.last_line);
    for field in &declared.fields {
        if field.name == field.type_text {
            let _ = writeln!(text, "  {}  @{}", field.name, field.line);
        } else {
            let _ = writeln!(text, "  {} {}  @{}", field.name, field.type_text, field.line);
        }
    }
}

fn render_function(
    text: &mut String,
    function: &Function,
    called: Option<&BTreeSet<String>>,
    callers: Option<&BTreeSet<&str>>,
) {
    let result = if function.result.is_empty() { String::new() } else { format!(" {}", function.result) };
    let _ = writeln!(
        text,
        "fn {}{}{result}  @{}-{}",
        function.qualified, function.parameters, function.first_line, function.last_line
    );
    if let Some(called) = called.filter(|c| !c.is_empty()) {
        let _ = writeln!(text, "  calls {}", called.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
    }
    if let Some(callers) = callers {
        let _ = writeln!(text, "  called by {}", callers.iter().copied().collect::<Vec<_>>().join(", "));
    }
    let mut writes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for assignment in &function.assignments {
        writes.entry(&assignment.target).or_default().push(assignment.line.to_string());
    }
    if !writes.is_empty() {
        let each = writes.iter().map(|(target, lines)| format!("{target} @{}", lines.join(",")));
        let _ = writeln!(text, "  writes {}", each.collect::<Vec<_>>().join("; "));
    }
    if !function.operations.is_empty() {
        let each = function.operations.iter().map(|o| format!("{} {} @{}", o.kind.word(), o.text, o.line));
        let _ = writeln!(text, "  does {}", each.collect::<Vec<_>>().join("; "));
    }
}

/// The lines of `text` in `ranges` (from 1, both ends in), each with its number; a gap is a line of three dots.
/// Without ranges, all lines.
pub fn numbered(text: &str, ranges: &[RangeInclusive<usize>]) -> String {
    let index = LineIndex::new(text);
    let last = text.lines().count();
    let width = last.to_string().len();
    let (mut shown, mut previous) = (String::new(), 0);
    for line in 1..=last {
        if !ranges.is_empty() && !ranges.iter().any(|range| range.contains(&line)) {
            continue;
        }
        if line != previous + 1 {
            shown.push_str("...\n");
        }
        previous = line;
        let span = index.line_span(line).unwrap_or_default();
        let content = text.get(span.range()).unwrap_or_default().trim_end_matches(['\n', '\r']);
        let _ = writeln!(shown, "{line:>width$}  {content}");
    }
    if previous != last {
        shown.push_str("...\n");
    }
    shown
}
