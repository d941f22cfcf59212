use super::*;
use crate::base::diag::Severity;

fn folder() -> camino::Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sany")
}

/// A recorded output with the sources it speaks of.
fn recorded(name: &str) -> (String, Sources) {
    let printed = disk::read_text(&folder().join(format!("{name}.out"))).unwrap();
    let mut sources = Sources::default();
    for (module, _) in sany_report::files(&printed) {
        let file = format!("{module}.tla");
        let text = disk::read_text_if_there(&folder().join(&file)).unwrap();
        sources.add(module, file, text);
    }
    (printed, sources)
}

fn finished(stdout: &str, exit: Exit) -> Finished {
    Finished {
        exit,
        stdout: stdout.to_owned(),
        stdout_is_text: true,
        stderr: String::new(),
        truncated: false,
        wall: Duration::ZERO,
        cpu: None,
        peak_memory: None,
    }
}

fn parsed(name: &str, exit: Exit) -> Parsed {
    let (printed, sources) = recorded(name);
    let report = sany_report::read(&printed, &sources);
    judge(&finished(&printed, exit), name, report, Duration::from_secs(1))
}

/// The diagnostics as one would see them.
fn shown(name: &str) -> String {
    // SANY exits 0 on semantic errors; the verdict must not depend on it.
    match parsed(name, Exit::Success) {
        Parsed::Rejected { diagnostics } => {
            diagnostics.iter().map(|d| d.render(false)).collect::<Vec<_>>().join("\n\n")
        }
        other => panic!("{name}: {other:?}"),
    }
}

fn codes(name: &str) -> Vec<String> {
    match parsed(name, Exit::Success) {
        Parsed::Rejected { diagnostics } => diagnostics.into_iter().map(|d| d.code).collect(),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn each_recorded_shape_has_its_code() {
    let expected = [
        ("ArityAndDuplicate", &["sany/arity", "sany/multiple-definition", "sany/arity"][..]),
        ("BoxAction", &["sany/level", "sany/level"]),
        ("BoxInAction", &["sany/level", "sany/level", "sany/level", "sany/level"]),
        ("BrokenImport", &["sany/parse-error"]),
        ("DuplicateExtends", &["sany/multiple-definition", "sany/multiple-definition"]),
        ("Empty", &["sany/parse-error"]),
        ("InForIn", &["sany/parse-error"]),
        ("Indentation", &["sany/indentation"]),
        ("LetWithoutIn", &["sany/parse-error"]),
        ("Lexical", &["sany/lexical-error"]),
        ("MissingEnd", &["sany/parse-error"]),
        ("MissingInstanceSubstitution", &["sany/other"]),
        ("MissingModule", &["sany/missing-module"]),
        ("NameMismatch", &["sany/name-mismatch"]),
        ("OpenComment", &["sany/lexical-error"]),
        ("Precedence", &["sany/precedence"]),
        ("PrecedenceInfix", &["sany/precedence"]),
        ("PrimedTwice", &["sany/level", "sany/level"]),
        ("RecordTypo", &["sany/parse-error"]),
        ("RecursiveArity", &["sany/arity", "sany/arity"]),
        ("RecursiveUndefined", &["sany/other", "sany/other"]),
        ("Shadow", &["sany/multiple-definition"]),
        ("UnbalancedParenthesis", &["sany/parse-error"]),
        ("UndeclaredSymbol", &["sany/unknown-operator"]),
        ("UnicodeOperator", &["sany/lexical-error"]),
        ("UnknownChar", &["sany/lexical-error"]),
        ("UnknownOperator", &["sany/unknown-operator", "sany/unknown-operator"]),
        ("Absent", &["sany/missing-module"]),
    ];
    for (name, expected) in expected {
        assert_eq!(codes(name), expected, "{name}");
    }
}

#[test]
fn each_recorded_shape_shows_its_place_and_a_hint() {
    let names = [
        "ArityAndDuplicate",
        "BoxAction",
        "BoxInAction",
        "BrokenImport",
        "Empty",
        "InForIn",
        "Indentation",
        "LetWithoutIn",
        "Lexical",
        "MissingEnd",
        "MissingModule",
        "NameMismatch",
        "OpenComment",
        "Precedence",
        "PrimedTwice",
        "RecordTypo",
        "Shadow",
        "UndeclaredSymbol",
        "UnicodeOperator",
        "UnknownChar",
        "UnknownOperator",
    ];
    let all: Vec<String> = names.iter().map(|name| format!("==== {name}\n{}", shown(name))).collect();
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn a_clean_module_is_clean_and_a_warning_stays_a_warning() {
    let Parsed::Clean { modules, warnings } = parsed("Clean", Exit::Success) else { panic!("not clean") };
    assert_eq!((modules.last().map(String::as_str), warnings.len()), (Some("Clean"), 0));
    let Parsed::Clean { warnings, .. } = parsed("WarningOnly", Exit::Success) else { panic!("not clean") };
    assert_eq!(warnings.len(), 1);
    assert_eq!((warnings[0].severity, warnings[0].code.as_str()), (Severity::Warning, "sany/multiple-definition"));
}

#[test]
fn silence_is_never_clean() {
    let (whole, sources) = recorded("Clean");
    let judged =
        |text: &str, exit| judge(&finished(text, exit), "Clean", sany_report::read(text, &sources), Duration::ZERO);
    let is_unknown = |parsed: Parsed, code: &str| matches!(&parsed, Parsed::Unknown { why } if why.code == code);
    assert!(is_unknown(judged("", Exit::Success), "sany/silent"));
    // Cut after any number of lines, it is not clean before the root module has been processed.
    let lines: Vec<&str> = whole.lines().collect();
    for count in 0..lines.len() {
        assert!(is_unknown(judged(&lines[..count].join("\n"), Exit::Success), "sany/silent"), "{count} lines");
    }
    assert!(is_unknown(judged(&whole, Exit::Signalled(9)), "sany/silent"));
    assert!(is_unknown(judged(&whole, Exit::Failure(255)), "sany/silent"));
    assert!(is_unknown(judged(&whole, Exit::Timeout), "sany/timeout"));
    let mut cut = finished(&whole, Exit::Success);
    cut.truncated = true;
    assert!(is_unknown(judge(&cut, "Clean", sany_report::read(&whole, &sources), Duration::ZERO), "sany/silent"));
    let other = judge(&finished(&whole, Exit::Success), "Other", sany_report::read(&whole, &sources), Duration::ZERO);
    assert!(is_unknown(other, "sany/silent"));
}

#[test]
fn an_error_count_without_readable_errors_is_still_an_error() {
    let text = "Semantic processing of module M\nSemantic errors:\n\n*** Errors: 2\n\nsomething new\n";
    let report = sany_report::read(text, &Sources::default());
    assert!(report.has_errors());
    let parsed = judge(&finished(text, Exit::Success), "M", report, Duration::ZERO);
    assert!(matches!(parsed, Parsed::Rejected { .. }));
}

#[test]
fn the_shape_of_the_main_branch_gives_the_same_diagnostics() {
    let (printed, sources) = recorded("InForIn");
    let old = sany_report::read(&printed, &sources);
    let newer = printed.replace(
        "tla2sany.semantic.AbortException\n*** Abort messages: 1\n",
        "In module InForIn\n\nCould not parse module InForIn from file InForIn.tla\n\n\n*** Errors: 1\n",
    );
    assert_ne!(printed, newer);
    assert_eq!(old.diagnostics, sany_report::read(&newer, &sources).diagnostics);
}

#[test]
fn a_jvm_that_did_not_start_is_not_a_verdict_on_the_module() {
    let said = "Error: Could not find or load main class tla2sany.SANY";
    let jar = Utf8Path::new("/mine/own.jar");
    let diagnostic =
        java_trouble(jar, &Finished { stderr: said.to_owned(), ..finished("", Exit::Failure(1)) }).unwrap();
    assert_eq!(diagnostic.code, "toolchain/java");
    assert!(diagnostic.message.contains("/mine/own.jar"), "{diagnostic:?}");
    assert!(java_trouble(jar, &finished("***Parse Error***", Exit::Failure(255))).is_none());
}
