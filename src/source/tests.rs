use super::*;
use crate::base::span::Span;

const GO: &str = include_str!("testdata/sample.go.txt");
const RUST: &str = include_str!("testdata/sample.rs.txt");
const PYTHON: &str = include_str!("testdata/sample.py.txt");

fn names(outline: &FileOutline) -> Vec<&str> {
    outline.functions.iter().map(|f| f.qualified.as_str()).collect()
}

fn outline_of(path: &str, text: &str) -> Outline {
    Outline { format: FORMAT, files: vec![survey_text(path, text).unwrap()] }
}

#[test]
fn every_query_file_compiles_and_captures_known_kinds() {
    for language in LANGUAGES {
        let query = tree_sitter::Query::new(&language.grammar(), language.query());
        assert!(query.is_ok(), "{}: {:?}", language.name(), query.err());
    }
}

#[test]
fn go_methods_are_named_by_receiver() {
    let outline = survey_text("sample.go", GO).unwrap();
    assert_eq!(names(&outline), ["(*node).Step", "(*Set).Add", "kind.String", "newNode", "Map", "oneLine"]);
    assert_eq!(outline.package.as_deref(), Some("sample"));
    let step = &outline.functions[0];
    assert_eq!(step.receiver.as_deref(), Some("n"));
    assert_eq!(step.result, "error");
    assert_eq!(&GO[step.signature.range()].lines().count(), &4);
}

#[test]
fn rust_functions_are_named_by_implementation() {
    let outline = survey_text("sample.rs", RUST).unwrap();
    assert_eq!(
        names(&outline),
        [
            "SpinMutex::try_lock",
            "SpinMutex::outer",
            "SpinMutex::outer::inner",
            "<Guard as Drop>::drop",
            "<Guard as From<u8>>::from",
            "Relax::relax",
            "tests::smoke"
        ]
    );
}

#[test]
fn python_methods_are_named_by_class() {
    let outline = survey_text("sample.py", PYTHON).unwrap();
    assert_eq!(names(&outline), ["Node.__init__", "Node.step", "Node.step.inner", "start"]);
    let fields: Vec<_> = outline.types[0].fields.iter().map(|f| (f.name.as_str(), f.type_text.as_str())).collect();
    assert_eq!(
        fields,
        [
            ("kind", "str"),
            ("limit", "= 3"),
            ("term", "= 0"),
            ("log", "list"),
            ("__lock", "= threading.Lock()"),
            ("peers", "= peers, set()"),
            ("votes", "= peers, set()")
        ]
    );
}

#[test]
fn the_outline_of_each_language_is_as_recorded() {
    for (path, text) in [("sample.go", GO), ("sample.rs", RUST), ("sample.py", PYTHON)] {
        insta::assert_snapshot!(path.replace('.', "_"), render(&outline_of(path, text), None));
    }
}

#[test]
fn an_outline_survives_json() {
    let outline = outline_of("sample.go", GO);
    let json = serde_json::to_string(&outline).unwrap();
    assert_eq!(serde_json::from_str::<Outline>(&json).unwrap(), outline);
}

#[test]
fn a_function_is_found_by_line() {
    let outline = outline_of("a/sample.rs", RUST);
    let inner = RUST.lines().position(|l| l.contains("fn inner")).unwrap() + 1;
    assert_eq!(outline.function_at("a/sample.rs", inner).unwrap().qualified, "SpinMutex::outer::inner");
    assert_eq!(outline.function_at("sample.rs", inner - 1).unwrap().qualified, "SpinMutex::outer");
    assert!(outline.function_at("a/sample.rs", 1).is_none());
    assert!(outline.function_at("other.rs", inner).is_none());
}

#[test]
fn a_focus_shows_one_function_and_lists_the_rest() {
    let text = render(&outline_of("sample.go", GO), Some(&["(*node).Step".to_owned()]));
    assert!(text.contains("fn (*node).Step"));
    assert!(text.contains("type node struct"));
    assert!(!text.contains("type kind"));
    assert!(text.contains("also: (*Set).Add @"));
}

#[test]
fn an_empty_file_is_refused() {
    assert_eq!(survey_text("a.go", " \n").unwrap_err().code, "source/empty");
}

#[test]
fn an_unknown_extension_is_refused() {
    let error = survey_text("a.zig", "x").unwrap_err();
    assert_eq!(error.code, "source/unknown-language");
    assert_eq!(error.hints, ["files that end in `.go`, `.rs`, `.py` can be surveyed"]);
}

#[test]
fn a_syntax_error_names_its_place() {
    let error = survey_text("a.go", "package a\n\nfunc f() {\n\tx := = 1\n}\n").unwrap_err();
    assert_eq!(error.code, "source/syntax-error");
    assert_eq!((error.places[0].line, error.places[0].text.as_str()), (4, "\tx := = 1"));
    let error = survey_text("a.rs", "fn f() {\n    g(1;\n}\n").unwrap_err();
    assert_eq!((error.code.as_str(), error.places[0].line), ("source/syntax-error", 2));
}

#[test]
fn a_missing_file_and_one_that_is_no_text_are_both_reported() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    disk::put(&root.join("b.go"), [0xff, 0xfe]).unwrap();
    let wrong = survey(root, &["a.go".into(), "b.go".into(), "c.png".into()]).unwrap_err();
    let codes: Vec<_> = wrong.iter().map(|d| d.code.as_str()).collect();
    assert_eq!(codes, ["disk/not-found", "disk/not-text", "source/unknown-language"]);
}

#[test]
fn crlf_and_umlauts_move_no_line() {
    let text = "package ä\r\n\r\n// ü\r\nfunc f() {\r\n\tg()\r\n}\r\n";
    let outline = survey_text("a.go", text).unwrap();
    let function = &outline.functions[0];
    assert_eq!((function.first_line, function.last_line, function.calls[0].line), (4, 6, 5));
    assert_eq!(outline.lines, 6);
    assert_eq!(function.body.map(|b| &text[Span::new(b.start, b.start + 1).range()]), Some("{"));
}

#[test]
fn numbered_lines_mark_their_gaps() {
    let text = "a\nb\nc\nd\ne\n";
    assert_eq!(numbered(text, &[2..=2, 4..=4]), "...\n2  b\n...\n4  d\n...\n");
    assert_eq!(numbered(text, &[]), "1  a\n2  b\n3  c\n4  d\n5  e\n");
}

#[test]
fn a_look_up_finds_one_none_or_many() {
    let outline = outline_of("sample.rs", RUST);
    assert!(matches!(find(&outline, None, "SpinMutex<T,R>::try_lock"), Found::One(..)));
    assert!(matches!(find(&outline, None, "Guard::drop"), Found::One(..)));
    assert!(matches!(find(&outline, None, "(Guard).drop"), Found::One(..)), "another spelling of the receiver");
    assert_eq!(
        find(&outline, Some("sample.rs"), "SpinMutex::trylock"),
        Found::None(vec![
            "SpinMutex::try_lock".into(),
            "<Guard as Drop>::drop".into(),
            "<Guard as From<u8>>::from".into()
        ])
    );
    let twice = outline_of("t.rs", "impl A { fn f() {} }\nimpl A { fn f() {} }\n");
    assert_eq!(find(&twice, Some("t.rs"), "A::f"), Found::Many(vec!["A::f@1".into(), "A::f@2".into()]));
    assert!(matches!(find(&twice, None, "A::f@2"), Found::One(_, f) if f.first_line == 2));
}

/// etcd's raft in the Go module cache, or why not.
fn raft_root() -> Option<Utf8PathBuf> {
    let home = std::env::home_dir().and_then(|home| Utf8PathBuf::from_path_buf(home).ok())?;
    let root = home.join("go/pkg/mod/go.etcd.io/raft/v3@v3.6.0");
    disk::exists(&root).then_some(root)
}

#[test]
#[expect(clippy::print_stderr, reason = "a test says why it did not run")]
fn raft_is_surveyed_whole() {
    let Some(root) = raft_root() else {
        eprintln!("skipped: no go.etcd.io/raft in the module cache");
        return;
    };
    let files: Vec<Utf8PathBuf> =
        disk::files_under(&root).unwrap().into_iter().filter(|f| f.extension() == Some("go")).collect();
    let outline = survey(&root, &files).unwrap();
    for file in &outline.files {
        let text = disk::read_text(&root.join(&file.path)).unwrap();
        // gofmt puts every top-level function at the start of a line.
        let expected: Vec<usize> =
            text.lines().enumerate().filter(|(_, l)| l.starts_with("func ")).map(|(i, _)| i + 1).collect();
        let found: Vec<usize> = file.functions.iter().map(|f| f.first_line).collect();
        assert_eq!(found, expected, "{}", file.path);
    }
    let step = outline.function_at("raft.go", 1100).unwrap();
    assert_eq!((step.qualified.as_str(), step.first_line), ("(*raft).Step", 1085));
    let raft = outline.file("raft.go").unwrap().types.iter().find(|t| t.name == "raft").unwrap();
    assert!(raft.fields.iter().any(|f| f.name == "Term" && f.type_text == "uint64"));
    let calls = calls_between(&outline);
    let called = &calls[&("raft.go".to_owned(), "(*raft).campaign".to_owned())];
    for callee in ["(*raft).becomeCandidate", "(*raft).becomePreCandidate", "(*raft).send"] {
        assert!(called.contains(callee), "{called:?}");
    }
    assert!(!called.contains("(*RawNode).Step"));
}

#[test]
fn a_file_outside_the_root_is_not_surveyed() {
    let scratch = disk::Scratch::new().unwrap();
    let root = scratch.path().join("root");
    for file in ["root/in.go", "out.go"] {
        disk::put(&scratch.path().join(file), GO).unwrap();
    }
    assert!(survey(&root, &["./in.go".into()]).is_ok());
    for bad in [
        "../out.go".to_owned(),
        "x/../../out.go".to_owned(),
        scratch.path().join("out.go").into_string(),
        "a\0.go".to_owned(),
    ] {
        let wrong = survey(&root, &[bad.clone().into()]).unwrap_err();
        assert_eq!(wrong[0].code, "source/outside", "{bad}");
    }
}
