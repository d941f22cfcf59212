//! The passes of the transform on real modules: each is at rest on its own output, and what needs nothing stays.

use std::path::Path;

use camino::Utf8Path;
use specgen::base::disk;
use specgen::tla::check::Source;
use specgen::tla::check::Verdict;
use specgen::tla::format;
use specgen::transform::Granularity;
use specgen::transform::Options;
use specgen::transform::Pass;
use specgen::transform::Reading;
use specgen::transform::Style;
use specgen::transform::TLA_MARK;
use specgen::transform::transform;

use crate::differential::generate;
use crate::front::recorded;
use crate::front::say;

fn read(path: &Path) -> String {
    disk::read_text(Utf8Path::from_path(path).unwrap()).unwrap()
}

/// The modules of the data set that SANY accepts.
fn clean() -> Vec<Source> {
    let all = recorded().unwrap_or_default().into_iter().filter(|(_, verdict)| *verdict == Verdict::Clean);
    all.map(|(path, _)| Source { path: path.display().to_string(), text: read(&path) }).collect()
}

fn done(text: &str, options: &Options, what: &str) -> String {
    transform(text, "M.tla", options).unwrap_or_else(|diagnostics| panic!("{what}: {diagnostics:?}")).text
}

/// What `options` make of `text`, after showing that they make nothing else of that.
fn at_rest(text: &str, options: &Options, what: &str) -> String {
    let once = done(text, options, what);
    // The output says how it is to be read.
    let again = done(&once, &Options { reading: None, ..options.clone() }, what);
    same(&once, &again, what);
    once
}

fn same(before: &str, after: &str, what: &str) {
    let changed = before.lines().zip(after.lines()).find(|(a, b)| a != b);
    assert!(before == after, "{what}: {changed:?}");
}

#[test]
fn a_pass_is_at_rest_on_its_own_output() {
    let random = (1..=40).map(|seed| generate::module("M", seed).text);
    let own = ["Demo", "Lost", "Values"].map(|name| read(Path::new(&format!("src/transform/testdata/{name}.tla"))));
    let mut cut = 0;
    for text in own.into_iter().chain(random) {
        for pass in [Pass::Analysis, Pass::Primes] {
            at_rest(&text, &Options { pass, ..Options::default() }, &format!("{pass:?} of\n{text}"));
        }
        at_rest(&text, &Options { pass: Pass::Cuts, ..Options::default() }, &text);
        // What calls for a value cannot be cut before each statement.
        let options = Options { pass: Pass::Cuts, granularity: Granularity::Statement, ..Options::default() };
        if transform(&text, "M.tla", &options).is_ok() {
            at_rest(&text, &options, &text);
            cut += 1;
        }
        for granularity in [Granularity::Function, Granularity::Yield, Granularity::Statement] {
            let options = Options { granularity, ..Options::default() };
            if granularity == Granularity::Statement && transform(&text, "M.tla", &options).is_err() {
                continue;
            }
            let made = at_rest(&text, &options, &text);
            let unchanged = Options { pass: Pass::Unchanged, ..Options::default() };
            same(&made, &done(&made, &unchanged, &text), &text);
        }
    }
    assert!(cut > 0);
    for Source { path, text } in clean() {
        for pass in [Pass::All, Pass::Unchanged] {
            at_rest(&text, &Options { pass, reading: Some(Reading::Tla), ..Options::default() }, &path);
        }
    }
}

#[test]
fn a_module_of_tla_that_needs_nothing_comes_out_as_the_formatter_leaves_it() {
    let modules = clean();
    let (mut kept, count) = (0, modules.len());
    for source in modules {
        let options = Options { reading: Some(Reading::Tla), ..Options::default() };
        let made = transform(&source.text, &source.path, &options).unwrap();
        if made.report.iter().any(|operator| operator.style == Style::Completed) {
            continue;
        }
        let marked = format!("{TLA_MARK}\n{}", source.text);
        same(&format::format(&marked, &source.path).text, &made.text, &source.path);
        kept += 1;
    }
    say(&format!("{kept} of {count} modules need nothing"));
    assert!(count == 0 || kept > 0);
}

/// The TLA+ of a section of a page.
fn blocks(page: &str, section: &str) -> Vec<String> {
    let text = read(Path::new(page));
    let after = text.split(section).nth(1).unwrap_or_else(|| panic!("{page}: no {section}"));
    let section = after.split("\n## ").next().unwrap();
    section.split("```tla\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// A module around operators of an example.
fn around(variables: &str, operators: &str, next: &str, mark: &str) -> String {
    let init = variables.split(", ").map(|name| format!("{name} = 0")).collect::<Vec<_>>().join(" /\\ ");
    format!(
        "\\* specgen: {mark} 1\n---- MODULE M ----\nEXTENDS Integers, Sequences\nVARIABLES {variables}\n\nInit == {init}\n\n\
         {operators}\nNext == {next}\n\nSpec == Init /\\ [][Next]_<<{variables}>>\n====\n"
    )
}

#[test]
fn the_examples_of_the_page_are_what_the_tool_makes_of_them() {
    let blocks = blocks("docs/cfa.md", "## Three before and after");
    assert_eq!(blocks.len(), 12);
    let modules = [
        ("x, y, result", "MainAction"),
        ("x, y, z, status", "ConditionalUpdate"),
        ("counter, buffer, index", "ConditionalCheck"),
    ];
    for ((variables, next), shown) in modules.into_iter().zip(blocks.chunks(4)) {
        let [written, _, ours, by_hand] = shown else { panic!("{next}: {} blocks", shown.len()) };
        let made = done(&around(variables, written, next, "iispec"), &Options::default(), next);
        assert!(made.contains(ours.as_str()), "{next}:\n{made}");
        // What is written by hand is complete, too.
        let by_hand = around(variables, by_hand, next, "tla");
        same(&by_hand, &done(&by_hand, &Options::default(), next), next);
    }
}
