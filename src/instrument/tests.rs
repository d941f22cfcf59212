mod effects;
mod python;
mod sections;

use super::*;
use crate::source::survey_text;

const HEAD: &str = "format: 1\nsystem: sample\n";

fn go(probes: &str) -> TraceConfig {
    let rest = "language: go\npackage: sample\npure: [ev, msg, name, x]\nreceiver: {name: r, type: \"*node\"}\nnode: name(r)\n\
                state: [{field: a, source: r.a, spec: \"a[s]\"}]\nprobes:\n";
    TraceConfig::read(&format!("{HEAD}{rest}{probes}"), "trace.yaml").unwrap()
}

fn rust(probes: &str) -> TraceConfig {
    let rest = "language: rust\npure: [name]\nnode: crate::specgen_emit::node()\nreceiver: {name: r, type: \"&Node\"}\n\
                state: [{field: a, source: r.a}]\nprobes:\n";
    TraceConfig::read(&format!("{HEAD}{rest}{probes}"), "trace.yaml").unwrap()
}

fn run_in(config: &TraceConfig, path: &str, text: &str) -> Result<Instrumented, Vec<Diagnostic>> {
    let outline = Outline { format: source::FORMAT, files: vec![survey_text(path, text).unwrap()] };
    let mut sources = Sources::default();
    sources.files.insert("src/lib.rs".to_owned(), "mod node;\n".to_owned());
    sources.files.insert(path.to_owned(), text.to_owned());
    instrument(config, &outline, &sources)
}

/// The instrumented text; it still parses, and its lines are those of the original with code added.
fn text_of(config: &TraceConfig, path: &str, text: &str) -> String {
    let made = run_in(config, path, text).unwrap();
    let new = made.files[path].clone();
    source::survey_text(path, &new).unwrap();
    assert_eq!(new.lines().count(), text.lines().count());
    new
}

fn code_of(config: &TraceConfig, path: &str, text: &str) -> String {
    run_in(config, path, text).unwrap_err()[0].code.clone()
}

const GO: &str = "//go:build linux && !windows

package sample

// func (n *node) Step() {
func (n *node) Step(
\tm Message,
) error {
\tgo func() { return }()
\tif m.Reject { return errReject }
\tswitch {
\tcase m.A:
\t\treturn nil
\t}
\treturn func() error { return nil }()
}

func (n *other) Step() { n.done() }

func (s *Set[K]) Add(k K) { s.items[k] = true }

func tick(n *node) {
\tif n.a > 1 {
\t\treturn
\t}
\tn.a++
}

func empty(n *node) {}
";

#[test]
fn a_go_exit_probe_stands_behind_the_brace() {
    let config = go(
        "- {function: (*node).Step, file: n.go, trigger: exit, event_expression: ev(m), params: {m: msg(m)}, receiver: n}\n",
    );
    let text = text_of(&config, "n.go", GO);
    let expected = ") error { if specgenOn() { defer specgenEnter(\"n.go\", 6, \"(*node).Step\", ev(m), \
                    map[string]any{\"m\": msg(m)}).exit(func() (string, map[string]any) { r := n; _ = r; \
                    return name(r), map[string]any{\"a\": r.a} }) };";
    assert_eq!(text.lines().nth(7), Some(expected));
}

#[test]
fn a_go_state_function_is_what_probes_and_harness_call() {
    let probes = "- {function: (*node).Step, file: n.go, trigger: exit, event: step, receiver: n}\n\
                  - {function: tick, file: n.go, trigger: exit, event: tick, receiver: n, state: {a: n.b}}\n";
    let mut config = go(probes);
    config.receiver.as_mut().unwrap().state_function = Some("nodeState".to_owned());
    let made = run_in(&config, "n.go", GO).unwrap();
    assert!(made.files["n.go"].contains("r := n; _ = r; return name(r), nodeState(r) })"));
    assert!(made.files["n.go"].contains("return name(r), map[string]any{\"a\": n.b} })"), "a state of its own stays");
    let file = "package sample\n\n// nodeState is the state that the trace configuration asks for.\n\
                func nodeState(r *node) map[string]any {\n\treturn map[string]any{\n\t\t\"a\": r.a,\n\t}\n}\n";
    assert_eq!(made.files["specgen_state.go"], file);

    config.receiver.as_mut().unwrap().state_function = Some("state of r".to_owned());
    assert_eq!(run_in(&config, "n.go", GO).unwrap_err()[0].code, "instrument/state-function");
}

#[test]
fn a_go_return_probe_sees_own_returns_only() {
    let config = go("- {function: (*node).Step, file: n.go, trigger: before_return, event: done, receiver: n}\n");
    let made = run_in(&config, "n.go", GO).unwrap();
    let lines: Vec<usize> = made.points.iter().map(|p| p.line).collect();
    assert_eq!(lines, [10, 13, 15]);
    assert_eq!(text_of(&config, "n.go", GO).matches("specgenEmitHere").count(), 3);
}

#[test]
fn a_go_function_may_end_without_return() {
    let config = go("- {function: tick, file: n.go, trigger: before_return, event: tick, receiver: n}\n");
    insta::assert_snapshot!(text_of(&config, "n.go", GO).lines().skip(21).take(7).collect::<Vec<_>>().join("\n"));
    let config = go("- {function: empty, file: n.go, trigger: before_return, event: tick, receiver: n}\n");
    assert!(
        text_of(&config, "n.go", GO).contains("func empty(n *node) {if specgenOn() { r := n; _ = r; specgenEmitHere(")
    );
}

#[test]
fn one_line_and_generic_bodies_take_probes() {
    let config = go(
        "- {function: (*Set).Add, file: n.go, trigger: path}\n- {function: \"(*Set[K]).Add\", file: n.go, trigger: before_return, event: add, receiver: x(s)}\n",
    );
    let text = text_of(&config, "n.go", GO);
    let line = text.lines().find(|l| l.contains("Add(k K)")).unwrap();
    assert!(line.starts_with("func (s *Set[K]) Add(k K) { if specgenOn() { specgenMark(\"(*Set).Add\") }; s.items[k] = true ; if specgenOn()"), "{line}");
}

#[test]
fn a_statement_is_found_by_its_text() {
    let config =
        go("- {function: tick, file: n.go, trigger: after_statement, statement: 'n.a ++', event: up, receiver: n}\n");
    assert!(
        text_of(&config, "n.go", GO).contains("\tn.a++; if specgenOn() { r := n; _ = r; specgenEmitHere(\"n.go\", 26,")
    );
    let config =
        go("- {function: tick, file: n.go, trigger: before_statement, statement: 'n.b++', event: up, receiver: n}\n");
    assert_eq!(code_of(&config, "n.go", GO), "instrument/no-statement");
}

#[test]
fn the_emitter_joins_the_package_and_the_patch() {
    let config = go("- {function: tick, file: n.go, trigger: exit, event: tick, receiver: n}\n");
    let made = run_in(&config, "n.go", GO).unwrap();
    assert!(made.files["specgen_emit.go"].contains("\npackage sample\n"));
    assert_eq!(made.added.iter().collect::<Vec<_>>(), ["specgen_emit.go"]);
    assert!(made.diff.contains("--- a/n.go\n+++ b/n.go\n@@"));
    assert!(made.diff.contains("--- /dev/null\n+++ b/specgen_emit.go\n@@"));
}

#[test]
fn names_that_are_wrong_are_diagnosed() {
    let probe = |function: &str, file: &str| go(&format!("- {{function: {function}, file: {file}, trigger: path}}\n"));
    let error = run_in(&probe("(*node).step", "n.go"), "n.go", GO).unwrap_err();
    assert_eq!(error[0].code, "instrument/no-function");
    assert!(error[0].hints[0].starts_with("the closest names are (*node).Step"), "{:?}", error[0].hints);
    assert_eq!(code_of(&probe("Step", "n.go"), "n.go", GO), "instrument/ambiguous");
    assert_eq!(code_of(&probe("tick", "m.go"), "n.go", GO), "instrument/no-file");
    let mut other = probe("tick", "n.go");
    other.package = Some("main".to_owned());
    assert_eq!(code_of(&other, "n.go", GO), "instrument/packages");
}

#[test]
fn a_file_that_changed_since_the_survey_is_refused() {
    let config = go("- {function: tick, file: n.go, trigger: path}\n");
    let outline = Outline { format: source::FORMAT, files: vec![survey_text("n.go", GO).unwrap()] };
    let mut sources = Sources::default();
    sources.files.insert("n.go".to_owned(), format!("{GO}\n"));
    assert_eq!(instrument(&config, &outline, &sources).unwrap_err()[0].code, "instrument/stale");
}

const RUST: &str = "impl<T: ?Sized, R> Node<T, R>
where
    R: Relax,
{
    pub fn take(&self) -> Option<u8> {
        #![allow(unused)]
        let f = |x: u8| { return x; };
        if self.a > 3 {
            return None;
        }
        match self.b { 0 => Some(f(1)), _ => { fn inner() -> u8 { return 3; } Some(inner()) } }
    }
    pub fn put(&mut self, a: u8) {
        if a == 0 { return; }
        self.a = a; // fn x() {
    }
    pub fn one(&self) -> u8 { self.a }
    pub const fn new() -> Self { Self { a: 0 } }
    fn spin(&self) -> u8 {
        loop { if let Some(x) = self.take() { break x; } }
    }
}
";

#[test]
fn a_rust_return_probe_stands_around_each_value() {
    let config = rust(
        "- {function: Node::take, file: src/node.rs, trigger: before_return, event_expression: name(result), receiver: self, atomic: true}\n",
    );
    let made = run_in(&config, "src/node.rs", RUST).unwrap();
    assert_eq!(made.points.iter().map(|p| p.line).collect::<Vec<_>>(), [9, 11]);
    insta::assert_snapshot!(text_of(&config, "src/node.rs", RUST).lines().take(12).collect::<Vec<_>>().join("\n"));
    assert!(made.files["src/lib.rs"].ends_with("mod node;\n#[doc(hidden)]\npub mod specgen_emit;\n"));
}

#[test]
fn a_rust_exit_probe_sees_every_way_out() {
    let config =
        rust("- {function: Node::put, file: src/node.rs, trigger: exit, event: put, params: {a: a}, receiver: self}\n");
    insta::assert_snapshot!(
        text_of(&config, "src/node.rs", RUST).lines().skip(12).take(4).collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn rust_bodies_of_one_expression_take_probes() {
    let config = rust(
        "- {function: Node::one, file: src/node.rs, trigger: before_return, event: one, receiver: self, atomic: true}\n- {function: Node::spin, file: src/node.rs, trigger: exit, event: spin, receiver: self}\n",
    );
    let text = text_of(&config, "src/node.rs", RUST);
    let at_start = "pub fn one(&self) -> u8 { let _specgen_hold = crate::specgen_emit::hold(); crate::specgen_emit::returning(self.a, |result| {";
    assert!(text.contains(at_start), "{text}");
    assert!(text.contains("crate::specgen_emit::returning(loop { if let"), "{text}");
    // Where nothing breaks out of the loop, the call around it is never made.
    assert!(text.contains("    #[allow(unreachable_code)] fn spin(&self) -> u8 {"), "{text}");
}

#[test]
fn a_const_fn_takes_no_probe() {
    let config = rust("- {function: Node::new, file: src/node.rs, trigger: path}\n");
    assert_eq!(code_of(&config, "src/node.rs", RUST), "instrument/const-fn");
}

#[test]
fn a_value_has_no_place_after_it() {
    let config = rust(
        "- {function: Node::one, file: src/node.rs, trigger: after_statement, statement: self.a, event: e, receiver: self}\n",
    );
    assert_eq!(code_of(&config, "src/node.rs", RUST), "instrument/no-statement");
    let config = rust(
        "- {function: Node::put, file: src/node.rs, trigger: before_statement, statement: self.a = a, event: e, receiver: self, state: {a: a}}\n",
    );
    let text = text_of(&config, "src/node.rs", RUST);
    assert!(text.contains("json(&(a)))]); } } self.a = a; // fn x"), "{text}");
}

#[test]
fn a_wrong_key_is_shown_at_its_place() {
    let text = format!("{HEAD}probes:\n- {{function: f, file: a.go, trigger: path, evnt: x}}\n");
    let error = TraceConfig::read(&text, "trace.yaml").unwrap_err();
    assert_eq!((error.code.as_str(), error.places[0].line), ("instrument/config", 4));
    assert!(error.message.contains("unknown field `evnt`"), "{}", error.message);
    let error = TraceConfig::read("format: 1\nsystem: [x]\n", "trace.yaml").unwrap_err();
    assert_eq!(error.places[0].line, 2);
    assert_eq!(TraceConfig::read("format: 9\n", "t").unwrap_err().code, "instrument/config-format");
    assert!(TraceConfig::read("a: [", "t").is_err());
    assert!(TraceConfig::read("", "t").is_err());
}

#[test]
fn contradictions_in_a_probe_are_refused() {
    for (probe, words, line) in [
        ("trigger: exit", "names its event not exactly once", 4),
        ("trigger: path, event: x", "names its event not exactly once", 4),
        ("trigger: exit, event: x, statement: y", "needs `statement`", 4),
        ("trigger: exit, event: x, state: {b: 1}", "unknown state field `b`", 4),
        ("trigger: path}\n- {function: f, file: a.go, trigger: path", "stands twice", 5),
        ("trigger: before_return, event: x}\norder: intervals #", "writes at one moment", 4),
        ("trigger: after_statement, statement: y, event: x}\norder: intervals #", "writes at one moment", 4),
    ] {
        let error =
            TraceConfig::read(&format!("{HEAD}probes:\n- {{function: f, file: a.go, {probe}}}\n"), "t").unwrap_err();
        assert!(error.message.contains(words), "{}", error.message);
        assert_eq!(error.places[0].line, line);
    }
}

#[test]
fn contradictions_in_the_mapping_are_refused_at_their_line() {
    for (lists, words, line) in [
        ("state:\n- {field: x, source: x}\n- {field: x, source: y}\n", "second field `x`", 5),
        ("actions:\n- name: A\n- name: B\n- name: A\n", "second action `A`", 6),
        ("actions:\n- name: A\n  parameters: [{name: p, from: nod}]\n", "`nod` is neither `node`", 4),
        ("actions:\n- name: A\n  parameters: [{name: p}]\n", "neither `from` nor `source`", 4),
    ] {
        let error = TraceConfig::read(&format!("{HEAD}{lists}"), "t.yaml").unwrap_err();
        assert!(error.code == "instrument/config" && error.message.contains(words), "{error:?}");
        assert_eq!((error.places[0].file.as_str(), error.places[0].line), ("t.yaml", line));
    }
}

#[test]
fn the_older_layout_is_read_as_far_as_it_goes() {
    let text = "spec_name: Raft\nconstants:\n- name: Server\n  value: '{\"n1\", \"n2\"}'\n- name: Limit\n  value: 3\nvariables:\n\
                - name: log\n  default_value: '[s \\\\in Server |-> <<>>]'\n- name: term\n  default_type: node_map_int\nactions:\n\
                - name: Step\n  parameters:\n  - name: s\n    source: Server\n  stmt:     /\\ pc = Nil\n            /\\ Step(s, m)\n\
                \x20 go_function: Step\nInteractions:\n- name: Step_1\n";
    let config = TraceConfig::read(text, "raft_config.yaml").unwrap();
    assert_eq!((config.system.as_str(), config.constants[1].value.as_str()), ("Raft", "3"));
    assert_eq!(config.variables[0].default_value.as_deref(), Some("[s \\in Server |-> <<>>]"));
    assert_eq!(config.variables[1].default_type.as_deref(), Some("node_map_int"));
    assert_eq!(config.actions[0].stmt.as_deref(), Some("/\\ pc = Nil /\\ Step(s, m)"));
    assert_eq!(config.actions[0].functions, ["Step"]);
    assert_eq!(config.interactions, ["Step_1"]);
    let error = TraceConfig::read("spec_name: Raft\nactions:\n- nme: x\n", "t").unwrap_err();
    assert_eq!(error.places[0].line, 3);
}

#[test]
fn the_configuration_of_the_etcd_example_is_read() {
    let config = TraceConfig::read(include_str!("../../examples/etcd/trace/trace.yaml"), "trace.yaml").unwrap();
    assert!(config.probes.len() > 5 && config.state.len() > 5 && config.actions.len() > 5);
}

/// The crate spin in cargo's registry, or why not.
fn spin_root() -> Option<camino::Utf8PathBuf> {
    let home = std::env::home_dir().and_then(|home| camino::Utf8PathBuf::from_path_buf(home).ok())?;
    let registries = home.join(".cargo/registry/src").read_dir_utf8().ok()?;
    registries.flatten().map(|entry| entry.path().join("spin-0.10.1")).find(|path| crate::base::disk::exists(path))
}

#[test]
#[expect(clippy::print_stderr, reason = "a test says why it did not run")]
fn the_probes_of_the_spinlock_example_fit_its_source() {
    let config = TraceConfig::read(include_str!("../../examples/spinlock/trace/trace.yaml"), "trace.yaml").unwrap();
    let Some(root) = spin_root() else {
        eprintln!("skipped: no spin 0.10.1 in cargo's registry");
        return;
    };
    let names: Vec<camino::Utf8PathBuf> = config.source_files().into_iter().map(Into::into).collect();
    let outline = source::survey(&root, &names).unwrap();
    let mut sources = Sources::default();
    for name in &names {
        sources.files.insert(name.to_string(), crate::base::disk::read_text(&root.join(name)).unwrap());
    }
    let made = instrument(&config, &outline, &sources).unwrap();
    let points: Vec<(usize, &str)> = made.points.iter().map(|p| (p.line, p.function.as_str())).collect();
    assert_eq!(
        points,
        [
            (234, "SpinMutex::try_lock"),
            (254, "SpinMutex::try_lock_weak"),
            (201, "SpinMutex::is_locked"),
            (214, "SpinMutex::force_unlock"),
            (365, "<SpinMutexGuard as Drop>::drop")
        ]
    );
    for action in &config.actions {
        for function in &action.functions {
            assert!(matches!(source::find(&outline, None, function), Found::One(..)), "{function}");
        }
    }
}

#[test]
fn an_origin_is_the_node_or_a_path() {
    let parameter = |from: &str| Parameter { name: "x".to_owned(), from: Some(from.to_owned()), source: None };
    assert_eq!(parameter("node").origin(), Ok(Origin::Node));
    assert_eq!(parameter("params.m.from").origin(), Ok(Origin::Param(vec!["m".to_owned(), "from".to_owned()])));
    assert!(parameter("params.").origin().is_err());
    assert!(parameter("state.x").origin().is_err());
}
