//! Bad input ends in one diagnostic with its code and exit code; nothing is lost and nothing panics.

use wiremock::Mock;
use wiremock::MockServer;
use wiremock::ResponseTemplate;
use wiremock::matchers::any;

use crate::project::Project;
use crate::project::Ran;
use crate::project::program;
use crate::project::ran;
use crate::project::tools;

/// `command` with the real jar, where there is one.
fn with_jar(project: &Project, command: &[&str]) -> Option<Ran> {
    let jar = tools()?;
    let jar = jar.to_str().unwrap();
    Some(project.run(&[command, &["--tla-tools", jar]].concat()))
}

#[test]
fn a_folder_without_settings_is_a_matter_of_usage() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program();
    command.args(["--json", "run", "--project"]).arg(folder.path());
    ran(command).failed_once(2, "config/no-project");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "nothing is written where nothing is to be done");
}

#[test]
fn a_mistake_in_the_settings_is_shown_at_its_line() {
    let project = Project::new();
    let good = project.text("specgen.yaml");
    let line = good.lines().count() + 2;
    for (more, code) in
        [("draft:\n  max_atempts: 2\n", "config/unknown-key"), ("draft:\n  max_attempts: many\n", "config/wrong-type")]
    {
        project.put("specgen.yaml", &format!("{good}{more}"));
        let ran = project.run(&["run"]);
        ran.failed_once(2, code);
        assert_eq!(ran.json()["diagnostics"][0]["places"][0]["line"], line);
    }
    project.put("specgen.yaml", "format: 1\ndraft: [unclosed\n");
    project.run(&["run"]).failed_once(2, "config/yaml");
    project.put("specgen.yaml", &format!("{good}target: {{}}\n"));
    let ran = project.run(&["run"]);
    ran.failed_once(2, "config/yaml").says("duplicate");
    assert_eq!(ran.json()["diagnostics"][0]["places"][0]["line"], good.lines().count() + 1);
}

#[test]
fn an_unknown_setting_on_the_command_line_is_told_with_the_nearest() {
    Project::new()
        .run(&["run", "--set", "draft.max_atempts=2"])
        .failed_once(2, "config/unknown-key")
        .says("draft.max_attempts");
}

#[test]
fn a_session_is_no_path() {
    let project = Project::new();
    project.run(&["run", "--session", "../evil"]).failed_once(2, "config/session-name").says("--set session");
    assert!(!project.path("evil").exists() && !project.path(".specgen").exists());
}

#[test]
fn all_settings_that_are_missing_are_told_at_once_with_their_place() {
    let project = Project::new();
    project.put("specgen.yaml", "format: 1\n\ntarget:\n  module: Counter\n  files: [counter.go]\n");
    let missing = |command: &str| {
        let ran = project.run(&[command]);
        ran.failed(2, "config/missing");
        let json = ran.json();
        let all = json["diagnostics"].as_array().unwrap();
        let line = |d: &serde_json::Value| d["places"][0]["line"].as_u64().unwrap();
        all.iter().map(|d| (d["message"].as_str().unwrap().to_owned(), line(d))).collect::<Vec<_>>()
    };
    let row = |setting: &str, line: u64| (format!("{setting} is not set"), line);
    assert_eq!(missing("draft"), [row("target.system", 3), row("target.brief", 3)]);
    let of_run = missing("run");
    assert_eq!(of_run.len(), 6, "{of_run:?}");
    assert!(of_run.contains(&row("harness.dir", 1)), "{of_run:?}");
    assert!(!project.path(".specgen").exists(), "nothing is begun");
}

#[test]
fn a_value_that_is_none_of_those_there_are_is_told_with_them() {
    let ran = Project::new().run(&["run", "--set", "target.language=cobol"]);
    ran.failed_once(2, "config/wrong-type").says("`python`").says("--set target.language");
    Project::new().run(&["run", "--set", "llm.attempts=0"]).failed_once(2, "config/wrong-type");
}

#[test]
fn a_mistake_in_the_trace_mapping_is_shown_at_its_line() {
    for (good, bad, meant) in
        [("actions:", "acttions:", "did you mean `actions`?"), ("actions:", "actions: 7\nrest:", "sequence")]
    {
        let project = Project::new();
        project.put("trace/trace.yaml", &project.text("trace/trace.yaml").replace(good, bad));
        let Some(ran) = with_jar(&project, &["draft"]) else { return };
        ran.failed(13, "instrument/config").says(meant);
        let json = ran.json();
        assert_eq!(json["diagnostics"].as_array().unwrap().len(), 1);
        let place = &json["diagnostics"][0]["places"][0];
        assert!(place["text"].as_str().unwrap().starts_with("act"), "{place}");
    }
}

#[test]
fn a_function_of_the_mapping_that_the_source_has_not_is_shown_before_a_model_is_asked() {
    let project = Project::new();
    project
        .put("trace/trace.yaml", &project.text("trace/trace.yaml").replace("[\"(*Counter).Up\"]", "[(*Counter).Upp]"));
    let Some(ran) = with_jar(&project, &["draft"]) else { return };
    ran.failed_once(13, "source/unknown-name").says("the closest names are (*Counter).Up");
    assert_eq!(ran.json()["diagnostics"][0]["places"][0]["line"], 17);
    assert_eq!(project.calls(), 0);
}

#[test]
fn a_package_that_is_not_to_be_had_is_bad_input_with_its_name() {
    // Neither client may ask anybody: the package is nowhere on this machine.
    let cases = [
        ("go", "go-module", "example.com/no/such/module", "v1.0.0", "source/client"),
        ("cargo", "cargo-crate", "no-such-crate-of-specgen", "1.0.0", "source/client"),
    ];
    for (client, kind, name, version, code) in cases {
        let Some(jar) = tools() else { return };
        if specgen::base::process::find_program(client, "").is_err() {
            continue;
        }
        let project = Project::new();
        let settings = [("kind", kind), ("name", name), ("version", version), ("sum", "none")];
        let settings = settings.map(|(setting, value)| format!("target.source.{setting}={value}"));
        let flags: Vec<&str> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
        let mut command =
            project.command(&[&["draft", "--tla-tools", jar.to_str().unwrap()], flags.as_slice()].concat());
        command.env("GOPROXY", "off").env("GOFLAGS", "-mod=mod").env("CARGO_NET_OFFLINE", "true");
        ran(command).failed_once(13, code).says(name).says(version);
        assert_eq!(project.calls(), 0);
    }
}

#[test]
fn a_package_without_its_sum_is_not_taken() {
    let flags = ["draft", "--set", "target.source.kind=go-module", "--set", "target.source.version=v1.0.0"];
    let Some(ran) = with_jar(&Project::new(), &flags) else { return };
    ran.failed_once(2, "config/source-not-pinned").says("target.source.sum");
}

#[test]
fn a_bad_source_file_is_bad_input_and_no_model_is_asked() {
    let cases = [
        (Some(""), "source/empty"),
        (Some("package counter\n\n// Nothing yet.\ntype Counter struct{}\n"), "source/empty"),
        (Some("package counter\nfunc Up( {\n"), "source/syntax-error"),
        (None, "disk/not-found"),
    ];
    for (text, code) in cases {
        let project = Project::new();
        match text {
            Some(text) => project.put("src/counter.go", text),
            None => specgen::base::disk::remove(&project.utf8("src/counter.go")).unwrap(),
        }
        let Some(ran) = with_jar(&project, &["draft"]) else { return };
        ran.failed_once(13, code).says("counter.go");
        assert_eq!(project.calls(), 0);
    }
}

/// A project with a spec, as a finished round of correct leaves it.
pub(crate) fn with_spec() -> Project {
    let project = Project::new();
    let spec = project.text("Counter.tla").replace("iispec", "tla");
    project.put(".specgen/default/02-correct/Counter.tla", &spec);
    project.put(
        ".specgen/default/session.json",
        r#"{"format": 1, "stages": {"02-correct": {"inputs": {}, "output": ""}}}"#,
    );
    project
}

pub(crate) const HEADER: &str = r#"{"specgen_trace":1,"system":"counter","nodes":["c1"]}"#;

pub(crate) fn up(seq: u32, n: u32) -> String {
    format!(r#"{{"seq":{seq},"event":"Up","node":"c1","params":{{}},"state":{{"n":{n}}}}}"#)
}

#[test]
fn a_bad_trace_is_bad_input_with_its_line() {
    let project = with_spec();
    let long = format!("{HEADER}\n{{\"seq\":1,\"event\":\"{}\"}}\n", "x".repeat(10 << 20));
    let cases = [
        (String::new(), "trace/empty"),
        ("no json\n".to_owned(), "trace/not-json"),
        (format!("{HEADER}\n{{\"seq\":1}}\n"), "trace/missing-field"),
        (long, "trace/line-too-long"),
        (format!("{HEADER}\n"), "trace/no-events"),
        (format!("{}\n{}\n", HEADER.replace("\"counter\"", "\"clock\""), up(1, 1)), "trace/other-system"),
        (format!("{HEADER}\n{}\n", up(1, 1).replace("Up", "Upp")), "trace/unknown-event"),
        (format!("{HEADER}\n{}\n{{\"seq\":2,", up(1, 1)), "trace/truncated"),
    ];
    for (text, code) in cases {
        project.put("bad.ndjson", &text);
        let path = project.path("bad.ndjson");
        let Some(ran) = with_jar(&project, &["validate", "--trace", path.to_str().unwrap()]) else { return };
        ran.failed_once(13, code).says("bad.ndjson");
        assert!(ran.err.len() < 10_000, "a long line is not shown whole");
    }
    let Some(ran) = with_jar(&project, &["validate", "--trace", "absent.ndjson"]) else { return };
    ran.failed_once(13, "disk/not-found");
    with_jar(&project, &["validate", "--trace", "*.nothing"]).unwrap().failed_once(13, "disk/not-found");
    with_jar(&project, &["validate", "--trace", "src"]).unwrap().failed_once(13, "disk/io").says("folder");
}

#[test]
fn a_mapping_that_does_not_fit_the_spec_is_shown_at_its_line() {
    let mapping = Project::new().text("trace/trace.yaml");
    let line = |words: &str| mapping.lines().position(|line| line.contains(words)).unwrap() + 1;
    let (field, action) = (line("- {field: n"), line("- name: Up"));
    let cases = [
        ("spec: n,", "spec: \"n +\",", "trace/mapping", field),
        ("spec: n,", "spec: nn,", "trace/vacuous-check", field),
        ("spec: n,", "spec: \"n'\",", "trace/mapping", field),
        ("parameters: []", "parameters: [{name: s, from: node}]", "trace/mapping", action),
        ("parameters: []", "parameters: [{name: s, from: nod}]", "instrument/config", action),
        ("- name: Up", "- name: Upp", "trace/unmapped-action", action),
        ("- name: Up", "- name: TypeOK", "trace/unmapped-action", action),
    ];
    for (good, bad, code, line) in cases {
        let project = with_spec();
        project.put("trace/trace.yaml", &mapping.replace(good, bad));
        let event = bad.strip_prefix("- name: ").unwrap_or("Up");
        project.put("run.ndjson", &format!("{HEADER}\n{}\n", up(1, 1).replace("Up", event)));
        let Some(ran) = with_jar(&project, &["validate", "--trace", "run.ndjson"]) else { return };
        ran.failed_once(13, code);
        let json = ran.json();
        let place = &json["diagnostics"][0]["places"][0];
        assert!(place["file"].as_str().unwrap().ends_with("trace.yaml"), "{bad}: {place}");
        assert_eq!(place["line"], line, "{bad}");
    }
}

#[test]
fn a_trace_of_the_spec_is_accepted_and_another_is_rejected() {
    let project = with_spec();
    for (second, exit) in [(2, 0), (3, 11)] {
        project.put("run.ndjson", &format!("{HEADER}\n{}\n{}\n", up(1, 1), up(2, second)));
        let Some(ran) = with_jar(&project, &["validate", "--trace", "run.ndjson"]) else { return };
        assert_eq!(ran.exit, exit, "{ran:?}");
        assert_eq!(ran.json()["exit"], exit);
    }
}

#[test]
fn a_trace_that_cannot_be_read_costs_no_other_its_verdict() {
    let project = with_spec();
    project.put("good.ndjson", &format!("{HEADER}\n{}\n{}\n", up(1, 1), up(2, 2)));
    project.put("bad.ndjson", &format!("{HEADER}\nno json\n"));
    let traces = [
        "validate",
        "--trace",
        "bad.ndjson",
        "--trace",
        "good.ndjson",
        "--trace",
        "absent.ndjson",
        "--junit",
        "all.xml",
    ];
    let Some(ran) = with_jar(&project, &traces) else { return };
    assert_eq!(ran.exit, 13, "{ran:?}");
    let suite = project.text("all.xml");
    assert!(suite.contains("tests=\"3\" failures=\"0\" errors=\"2\"") && suite.contains("trace/not-json"), "{suite}");
    let unreadable = ["validate", "--trace", "bad.ndjson", "--junit", "none.xml"];
    with_jar(&project, &unreadable).unwrap().failed(13, "trace/not-json");
    assert!(project.text("none.xml").contains("tests=\"1\" failures=\"0\" errors=\"1\""));
    let result = ran.json()["result"].clone();
    let verdicts = result["traces"].as_array().unwrap();
    assert_eq!((verdicts.len(), &verdicts[0]["verdict"]["verdict"]), (1, &"accepted".into()), "{result:#}");
    let codes: Vec<_> = result["diagnostics"].as_array().unwrap().iter().map(|d| d["code"].clone()).collect();
    assert_eq!(codes, ["session/stale", "trace/not-json", "disk/not-found"], "{ran:?}");
    assert!(ran.err.contains("absent.ndjson"), "{ran:?}");
}

#[test]
fn a_value_of_another_type_in_a_trace_is_named_with_its_line() {
    let project = with_spec();
    project.put("odd.ndjson", &format!("{HEADER}\n{}\n{}\n", up(1, 1), up(2, 2).replace(":2}", ":\"two\"}")));
    let Some(jar) = tools() else { return };
    let ran = project.run(&["validate", "--trace", "odd.ndjson", "--tla-tools", jar.to_str().unwrap()]);
    assert_eq!(ran.exit, 11, "{ran:?}");
    let json = ran.json();
    let all = json["result"]["diagnostics"].as_array().unwrap();
    let told = all.iter().find(|told| told["code"] == "trace/wrong-type").unwrap();
    assert_eq!(told["places"][0]["line"].as_u64(), Some(3));
    assert!(
        ran.says("in 1 other places it is a number").err.contains("`state.n` of event `Up` is a string"),
        "{ran:?}"
    );
}

#[test]
fn the_report_of_an_unfinished_run_says_so_and_is_no_success() {
    let project = Project::new();
    let Some(ran) = with_jar(&project, &["correct"]) else { return };
    assert_eq!(ran.exit, 0, "{ran:?}");
    let ran = project.run(&["report"]);
    assert_eq!((ran.exit, ran.json()["result"]["finished"].as_bool()), (14, Some(false)), "{ran:?}");
    let summary = project.text(".specgen/default/summary.md");
    assert!(
        summary.starts_with("# UNFINISHED") && summary.contains("| `02-correct` | TLC found no error"),
        "{summary}"
    );
    let empty = Project::new();
    empty.put(".specgen/default/session.json", r#"{"format": 1, "stages": {}}"#);
    empty.run(&["report"]).failed_once(40, "session/no-report");
}

#[test]
fn a_session_of_a_newer_format_is_left_alone() {
    let project = Project::new();
    let text = r#"{"format": 9, "wonder": true}"#;
    project.put(".specgen/default/session.json", text);
    for command in ["correct", "status", "report"] {
        project.run(&[command]).failed_once(40, "session/format").says("format 9");
    }
    assert_eq!(project.text(".specgen/default/session.json"), text);
}

#[test]
fn a_session_that_another_process_writes_is_refused() {
    let project = Project::new();
    project.put(".specgen/default/session.json", r#"{"format": 1, "stages": {}}"#);
    let _lock = specgen::base::disk::Lock::take(&project.utf8(".specgen/default/.lock")).unwrap().unwrap();
    project.run(&["correct"]).failed_once(40, "session/locked");
    assert_eq!(project.calls(), 0);
}

#[test]
fn a_reply_without_a_spec_is_a_failed_attempt_and_the_stage_asks_again_by_itself() {
    let project = Project::new();
    project.put("reply-translate-2.md", &project.text("reply-translate.md"));
    project.put("reply-translate-1.md", "I would rather not.\n");
    let Some(ran) = with_jar(&project, &["draft"]) else { return };
    assert_eq!((ran.exit, project.calls()), (0, 3), "{ran:?}");
    assert!(ran.err.contains("no block marked `tla`"), "{ran:?}");
    // Replayed, it is the same again: the bad reply of the first sample, then the good one of the second.
    let draft = project.tree(".specgen/default/01-draft");
    let replayed = with_jar(
        &project,
        &["draft", "--session", "replayed", "--provider", "replay", "--calls", ".specgen/default/calls"],
    );
    assert_eq!(replayed.unwrap().exit, 0);
    assert_eq!(project.tree(".specgen/replayed/01-draft"), draft);
    assert_eq!(project.tree(".specgen/replayed/calls"), project.tree(".specgen/default/calls"));
}

#[test]
fn replies_that_cannot_be_used_end_at_the_limit_and_are_not_in_the_way_of_another_provider() {
    for (kind, asked) in [("draft", 2), ("translate", 3)] {
        let project = Project::new();
        let good = project.text(&format!("reply-{kind}.md"));
        project.put(&format!("reply-{kind}.md"), "hello\n");
        let two = ["draft", "--set", "draft.max_attempts=2"];
        let Some(ran) = with_jar(&project, &two) else { return };
        ran.failed_once(12, "draft/no-usable-reply");
        assert_eq!(project.calls(), asked, "{ran:?}");
        let named = ran.err.split_whitespace().find(|word| word.ends_with(".reply.md")).unwrap();
        assert_eq!(project.text(named.trim_start_matches("./")), "hello\n", "the message names the reply's file");
        // A replay of it ends in the same way.
        let replay = ["--session", "replayed", "--provider", "replay", "--calls", ".specgen/default/calls"];
        with_jar(&project, &[&two, replay.as_slice()].concat()).unwrap().failed_once(12, "draft/no-usable-reply");
        // Another model is asked, and not answered by the old one's records.
        project.put("other.md", &good);
        if kind == "draft" {
            project.put("reply-draft.md", &good);
            let ran = with_jar(&project, &two).unwrap();
            assert_eq!((ran.exit, project.calls()), (0, asked + 2), "{ran:?}");
        } else {
            let other = [&two, ["--set", "llm.command=[cat, other.md]"].as_slice()].concat();
            assert_eq!(with_jar(&project, &other).unwrap().exit, 0);
        }
    }
}

#[test]
fn a_replay_without_the_record_names_the_stage() {
    let project = Project::new();
    let Some(ran) = with_jar(&project, &["draft", "--provider", "replay"]) else { return };
    ran.failed_once(20, "llm/replay-miss").says("stage `draft`").says("no call of this project was ever recorded");
    // Where something was recorded, something has changed since.
    assert_eq!(with_jar(&project, &["draft"]).unwrap().exit, 0);
    project.put("brief.md", "Model the counter otherwise: `TypeOK`.\n");
    let replay = ["draft", "--session", "b", "--provider", "replay", "--calls", ".specgen/default/calls"];
    let ran = with_jar(&project, &replay).unwrap();
    ran.failed_once(20, "llm/replay-miss").says("has changed since the recording");
    assert!(!ran.err.contains("ever recorded"), "{ran:?}");
}

#[test]
fn a_budget_that_is_used_up_can_be_raised_and_resumed() {
    let project = Project::new();
    let Some(ran) = with_jar(&project, &["draft", "--set", "budget.calls=1"]) else { return };
    assert_eq!(ran.exit, 30, "{ran:?}");
    assert_eq!(project.calls(), 1);
    let ran = with_jar(&project, &["draft"]).unwrap();
    assert_eq!((ran.exit, project.calls()), (0, 2), "{ran:?}");
}

#[test]
fn what_a_server_will_not_do_ends_in_the_providers_exit_code() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    // A wait that is longer than the longest one accepted ends the run at once.
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "86400");
    for (answer, code) in [
        (ResponseTemplate::new(403), "llm/key-refused"),
        (ResponseTemplate::new(404), "llm/not-found"),
        (busy, "llm/rate-limited"),
    ] {
        let server = runtime.block_on(MockServer::start());
        runtime.block_on(Mock::given(any()).respond_with(answer).mount(&server));
        let url = format!("llm.base_url={}/v1", server.uri());
        let Some(jar) = tools() else { return };
        let project = Project::new();
        let mut command =
            project.command(&["draft", "--provider", "openai", "--set", &url, "--tla-tools", jar.to_str().unwrap()]);
        command.env("OPENAI_API_KEY", "sk-any").env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
        ran(command).failed_once(20, code);
    }
}

#[test]
fn a_draft_is_repaired_and_corrected_to_a_spec_that_tlc_accepts() {
    let project = Project::new();
    project.errs_twice();
    let Some(ran) = with_jar(&project, &["correct"]) else { return };
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_eq!(project.text("calls.log"), "draft\ntranslate\nrepair\nfinding\n");
    assert_eq!(ran.json()["ok"], true);
    assert!(project.text(".specgen/default/02-correct/Counter.tla").contains("n < 3"));
    let again = with_jar(&project, &["correct"]).unwrap();
    assert_eq!((again.exit, project.calls()), (0, 4), "{again:?}");
}

#[test]
fn a_repair_of_citations_is_shown_no_cards_of_syntax() {
    let project = Project::new();
    let good = project.text("Counter.tla");
    project.translates(&good.replace("\\* counter.go:10", "\\* counter.go:99"));
    project.edits("repair", "    /\\ n < 3           \\* counter.go:99", "    /\\ n < 3           \\* counter.go:10");
    let Some(ran) = with_jar(&project, &["draft"]) else { return };
    assert_eq!(ran.exit, 0, "{ran:?}");
    let calls = project.tree(".specgen/default/calls").into_iter().map(|(name, _)| name);
    let prompts = calls.filter(|name| name.ends_with(".prompt.md"));
    let prompts = prompts.map(|name| project.text(&format!(".specgen/default/calls/{name}")));
    let repair: Vec<String> = prompts.filter(|text| text.contains("draft/citation-line")).collect();
    assert_eq!(repair.len(), 1);
    assert!(repair[0].contains("# Cards that may apply\n\n(none)\n"), "{}", repair[0]);
}

#[test]
fn a_session_inside_the_source_folder_is_no_part_of_the_source() {
    let project = Project::new();
    project.put(
        "specgen.yaml",
        &project.text("specgen.yaml").replace("name: src", "name: .").replace("[counter.go]", "[src/counter.go]"),
    );
    project.translates(&project.text("Counter.tla").replace("counter.go", "src/counter.go"));
    let Some(ran) = with_jar(&project, &["draft"]) else { return };
    assert_eq!(ran.exit, 0, "{ran:?}");
    // The script's own log lies in the source folder too, so the first run changed the source; the second does not.
    with_jar(&project, &["draft"]).unwrap();
    let ran = with_jar(&project, &["draft"]).unwrap();
    assert!(ran.err.contains("01-draft is fresh"), "{ran:?}");
}

#[test]
fn settings_are_shown_with_where_they_come_from() {
    let project = Project::new();
    let mut command = project.command(&["config", "show", "--set", "tlc.workers=2"]);
    command.env("SPECGEN_DRAFT__CARDS", "7");
    let json = ran(command).json();
    let origin = |path: &str| json["result"]["settings"][path]["origin"]["kind"].as_str().unwrap().to_owned();
    assert_eq!(json["ok"], true);
    let paths = ["tlc.workers", "draft.cards", "target.module", "llm.max_tokens"];
    assert_eq!(paths.map(origin), ["flag", "environment", "file", "default"]);
}

#[test]
fn help_completions_and_the_man_page_are_printed() {
    for arguments in [&["--help"][..], &["run", "--help"], &["--version"], &["completions", "bash"], &["man"]] {
        let mut command = program();
        command.args(arguments);
        let ran = ran(command);
        assert_eq!(ran.exit, 0, "{ran:?}");
        assert!(ran.out.contains("specgen"), "{ran:?}");
    }
    for arguments in [&[][..], &["fly"], &["run", "--set", "no-value"]] {
        let mut command = program();
        command.args(arguments);
        assert_eq!(ran(command).exit, 2);
    }
    let mut command = program();
    command.args(["fly", "--json"]);
    let ran = ran(command);
    assert_eq!((ran.exit, ran.json()["diagnostics"][0]["code"].as_str()), (2, Some("config/usage")));
    assert!(ran.says("unrecognized subcommand 'fly'").err.contains("Usage:"), "{ran:?}");
}

#[test]
fn a_person_is_not_asked_where_no_call_of_the_budget_is_left() {
    let project = Project::new();
    let flags = ["draft", "--provider", "handoff", "--set", "budget.calls=1", "--set", "llm.time_limit=1"];
    let Some(first) = with_jar(&project, &flags) else { return };
    assert_ne!(first.exit, 0, "nobody answers: {first:?}");
    let asked = || {
        let files = project.tree(".specgen/default/handoff").into_iter().map(|(name, _)| name);
        files.filter(|name| name.ends_with("prompt.md")).collect::<Vec<_>>()
    };
    let prompts = asked();
    let [prompt] = prompts.as_slice() else { panic!("{prompts:?}") };
    let reply = prompt.replace("prompt.md", "reply.md");
    project.put(&format!(".specgen/default/handoff/{reply}"), &project.text("reply-draft.md"));
    with_jar(&project, &flags).unwrap().failed_once(30, "llm/budget");
    assert!(asked().iter().all(|name| name == prompt), "no second prompt is written");
    // Records are free, whatever the budget.
    assert_eq!(with_jar(&project, &["draft"]).unwrap().exit, 0);
    let replay = ["--session", "b", "--provider", "replay", "--calls", ".specgen/default/calls"];
    let ran = with_jar(&project, &[&["draft", "--set", "budget.calls=1"], replay.as_slice()].concat()).unwrap();
    assert_eq!(ran.exit, 0, "{ran:?}");
}

#[test]
fn a_budget_that_lets_nothing_through_is_a_mistake_in_the_settings() {
    let project = Project::new();
    for budget in ["budget.usd=-1", "budget.calls=0", "budget.calls=-1", "budget.tokens=-1"] {
        project
            .run(&["draft", "--set", budget])
            .failed_once(2, "config/wrong-type")
            .says("or more")
            .says("--set budget.");
    }
    let good = project.text("specgen.yaml");
    project.put("specgen.yaml", &format!("{good}budget:\n  usd: -1\n"));
    let ran = project.run(&["draft"]);
    ran.failed_once(2, "config/wrong-type");
    assert_eq!(ran.json()["diagnostics"][0]["places"][0]["line"], good.lines().count() + 2);
    assert_eq!(project.calls(), 0);
}

#[test]
fn a_stage_that_failed_is_called_failed_until_it_runs_again() {
    let project = Project::new();
    project.put("reply-translate.md", "hello\n");
    if with_jar(&project, &["draft"]).is_none() {
        return;
    }
    let state = || {
        let ran = with_jar(&project, &["status"]).unwrap();
        ran.json()["result"]["stages"][0]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(), "failed");
    project.translates(&project.text("Counter.tla"));
    assert_eq!(with_jar(&project, &["draft"]).unwrap().exit, 0);
    assert_eq!(state(), "fresh");
}
