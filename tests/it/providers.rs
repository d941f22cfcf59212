//! What goes wrong with a provider ends the run with one diagnostic; what was done before is kept, and no key is shown.

use crate::project::ANALYSIS;
use crate::project::Project;
use crate::project::Ran;
use crate::project::ran;
use crate::project::tools;
use crate::secrets::KEY;
use crate::secrets::nowhere;
use crate::server::Act;
use crate::server::Dialect;
use crate::server::Server;

/// Drafts with the provider that speaks `dialect`, whose endpoint is `server`.
fn draft(project: &Project, dialect: Dialect, server: &Server, more: &[&str]) -> Option<Ran> {
    let jar = tools()?;
    let version = if dialect == Dialect::OpenAi { "/v1" } else { "" };
    let url = format!("llm.base_url={}{version}", server.url);
    let named = ["draft", "--provider", dialect.provider(), "--set", &url, "--tla-tools", jar.to_str().unwrap()];
    let mut command = project.command(&[&named, more].concat());
    command.env(dialect.key_env(), KEY);
    let ran = ran(command);
    let sent = server.requests().iter().all(|request| request.contains(KEY));
    assert!(sent, "the key never got to the server, so the test shows nothing: {ran:?}");
    nowhere(project, &ran);
    Some(ran)
}

/// The translation as a model gives it.
fn translation(project: &Project) -> Act {
    Act::Reply(project.text("reply-translate.md"))
}

/// A session whose analysis is answered and whose translation meets `act`; then another run, whose server works.
#[track_caller]
fn fails_and_resumes(dialect: Dialect, act: Act, more: &[&str], code: &str) {
    let exit = if code.starts_with("draft/") { 12 } else { 20 };
    let project = Project::new();
    let bad = Server::start(dialect, &[Act::Reply(ANALYSIS.to_owned()), act]);
    let more = [&["--set", "llm.attempts=1", "--set", "draft.max_attempts=1"], more].concat();
    let Some(ran) = draft(&project, dialect, &bad, &more) else { return };
    ran.failed_once(exit, code);
    assert_eq!(bad.requests().len(), 2, "one attempt each: {ran:?}");
    let good = Server::start(dialect, &[translation(&project)]);
    let ran = draft(&project, dialect, &good, &[]).unwrap();
    assert_eq!(ran.exit, 0, "{ran:?}");
    let asked = good.requests();
    assert_eq!(asked.len(), 1, "the analysis was not asked for again: {ran:?}");
    assert!(asked[0].contains("Translate the part of"));
}

#[test]
fn a_refused_key_ends_the_run_and_is_hidden() {
    for dialect in Dialect::BOTH {
        let act = Act::Status(401, "", format!("Incorrect API key provided: {KEY}"));
        fails_and_resumes(dialect, act, &[], "llm/key-refused");
    }
}

#[test]
fn a_server_without_time_is_left_alone_after_the_attempts() {
    for dialect in Dialect::BOTH {
        let busy = Act::Status(429, "retry-after: 7\r\n", format!("slow down, {KEY}"));
        fails_and_resumes(dialect, busy, &[], "llm/rate-limited");
        let broken = Act::Status(500, "", format!("trouble with {KEY}"));
        fails_and_resumes(dialect, broken, &[], "llm/server-error");
    }
}

#[test]
fn half_a_reply_is_no_reply() {
    for dialect in Dialect::BOTH {
        let half = Act::Half(format!("your key is {KEY}\n```tla\n---- MODULE Counter ----\n====\n```\n").repeat(3));
        fails_and_resumes(dialect, half, &[], "llm/truncated-reply");
    }
}

#[test]
fn a_whole_answer_without_a_byte_is_no_reply() {
    for dialect in Dialect::BOTH {
        fails_and_resumes(dialect, Act::Nothing, &[], "llm/truncated-reply");
    }
}

#[test]
fn silence_and_a_closed_connection_are_no_reply() {
    for dialect in Dialect::BOTH {
        fails_and_resumes(dialect, Act::Close, &[], "llm/connection-lost");
        fails_and_resumes(dialect, Act::Silence, &["--set", "llm.time_limit=3"], "llm/timeout");
    }
}

#[test]
fn an_empty_reply_and_one_that_is_too_long_are_no_reply() {
    for dialect in Dialect::BOTH {
        fails_and_resumes(dialect, Act::Reply(" \n".to_owned()), &[], "draft/no-usable-reply");
        let long = format!("{KEY} {}", "long ".repeat(1 << 20));
        fails_and_resumes(dialect, Act::Reply(long), &[], "llm/reply-too-large");
    }
}

#[test]
fn a_reply_without_a_spec_is_kept_and_another_is_asked_for() {
    for dialect in Dialect::BOTH {
        let words = Act::Reply(format!("I would rather talk about {KEY}."));
        fails_and_resumes(dialect, words, &[], "draft/no-usable-reply");
    }
}

#[test]
fn trouble_that_passes_is_waited_out_within_the_attempts() {
    for dialect in Dialect::BOTH {
        let project = Project::new();
        let busy = Act::Status(429, "retry-after: 1\r\n", format!("slow down, {KEY}"));
        let server = Server::start(dialect, &[busy, Act::Reply(ANALYSIS.to_owned()), translation(&project)]);
        let Some(ran) = draft(&project, dialect, &server, &["--set", "llm.attempts=2"]) else { return };
        assert_eq!((ran.exit, server.requests().len()), (0, 3), "{ran:?}");
        assert!(ran.err.contains("attempt 1 failed"), "{ran:?}");
    }
}

#[test]
fn a_budget_that_ends_is_raised_and_the_run_goes_on() {
    // The first call takes 1000 tokens in and 500 out, which is a cent of gpt-5.4 and less of claude-sonnet-5.
    for limit in ["budget.calls=1", "budget.tokens=2000", "budget.usd=0.009"] {
        for dialect in Dialect::BOTH {
            let project = Project::new();
            let server = Server::start(dialect, &[Act::Reply(ANALYSIS.to_owned()), translation(&project)]);
            let Some(ran) = draft(&project, dialect, &server, &["--set", limit]) else { return };
            ran.failed_once(30, "llm/budget");
            ran.says(limit.split('=').next().unwrap());
            assert_eq!(server.requests().len(), 1, "{ran:?}");
            let raised = format!("{}=1000000", limit.split('=').next().unwrap());
            let ran = draft(&project, dialect, &server, &["--set", &raised]).unwrap();
            assert_eq!((ran.exit, server.requests().len()), (0, 2), "{ran:?}");
        }
    }
}

#[test]
fn a_limit_in_dollars_needs_a_model_whose_price_is_known() {
    let project = Project::new();
    let server = Server::start(Dialect::OpenAi, &[Act::Close]);
    let more = ["--model", "brand-new", "--set", "budget.usd=1"];
    let Some(ran) = draft(&project, Dialect::OpenAi, &server, &more) else { return };
    ran.failed_once(20, "llm/price-unknown");
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn the_named_model_is_asked_and_an_unknown_one_is_told_with_those_there_are() {
    for (dialect, known) in [(Dialect::OpenAi, "gpt-5.4"), (Dialect::Anthropic, "claude-sonnet-5")] {
        let project = Project::new();
        let server = Server::start(dialect, &[Act::Status(404, "", "no such model".to_owned())]);
        let Some(ran) = draft(&project, dialect, &server, &["--model", "no-model-1"]) else { return };
        ran.failed_once(20, "llm/not-found");
        ran.says("no-model-1").says(known);
        assert!(server.requests()[0].contains(r#""model":"no-model-1""#));
    }
}

#[test]
fn an_unknown_provider_is_told_with_those_there_are() {
    let ran = Project::new().run(&["draft", "--provider", "antropic"]);
    ran.failed_once(20, "llm/unknown-provider");
    ran.says("did you mean `anthropic`?").says("handoff, local, ollama");
}

#[test]
fn a_project_brings_its_own_providers() {
    let project = Project::new();
    let server = Server::start(Dialect::OpenAi, &[Act::Reply("a reply that is too long".to_owned())]);
    let mine = format!(
        "format: 1\nproviders:\n  openai:\n    kind: openai\n    base_url: {}/v1\n    key_env: OPENAI_API_KEY\n    model: mine\n    limits: {{ reply_bytes: 10 }}\n",
        server.url
    );
    project.put("providers.yaml", &mine);
    let more = ["--set", "llm.providers=providers.yaml"];
    let Some(ran) = draft(&project, Dialect::OpenAi, &server, &more) else { return };
    ran.failed_once(20, "llm/reply-too-large");
    project.put("providers.yaml", &mine.replace("reply_bytes", "reply_byte"));
    let ran = draft(&project, Dialect::OpenAi, &server, &more).unwrap();
    ran.failed_once(20, "llm/providers-file");
}

#[test]
fn a_key_that_a_program_prints_is_nowhere() {
    let Some(jar) = tools() else { return };
    // The second is cut off in the middle of the key where a message is cut.
    let pads = [0, 290];
    for pad in pads {
        let script = format!("printf '%*s' {pad} '' | tr ' ' x >&2; echo $OPENAI_API_KEY >&2; exit 3");
        let project = Project::new();
        project.put("fail.sh", &script);
        let program = "llm.command=[sh, fail.sh]";
        let mut command = project.command(&["draft", "--set", program, "--tla-tools", jar.to_str().unwrap()]);
        command.env("OPENAI_API_KEY", KEY);
        let ran = ran(command);
        ran.failed_once(20, "llm/command-failed");
        ran.says("[hidden]");
        nowhere(&project, &ran);
        assert!(!ran.err.contains(&KEY[..10]), "{ran:?}");
    }
}

#[test]
fn a_program_that_is_not_there_or_does_not_end_is_said() {
    let Some(jar) = tools() else { return };
    let project = Project::new();
    let cases = [
        (vec!["llm.command=[no-such-program]"], "llm/command-missing"),
        (vec!["llm.command=[sleep, '1000']", "llm.time_limit=1"], "llm/timeout"),
        (vec!["llm.command=[yes]"], "llm/reply-too-large"),
    ];
    for (settings, code) in cases {
        let flags: Vec<&str> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
        let named = ["draft", "--tla-tools", jar.to_str().unwrap()];
        project.run(&[&named, flags.as_slice()].concat()).failed_once(20, code);
    }
    let silent = ["draft", "--tla-tools", jar.to_str().unwrap(), "--set", "llm.command=['true']"];
    project.run(&silent).failed_once(12, "draft/no-usable-reply").says("llm/empty-reply");
}

#[test]
fn every_command_that_asks_a_model_shows_how_to_name_one() {
    for command in ["draft", "correct", "validate", "run", "resume"] {
        let mut program = crate::project::program();
        program.args([command, "--help"]);
        let ran = ran(program);
        for words in ["--provider <NAME>", "--model <NAME>", "--provider anthropic --model claude-sonnet-5"] {
            assert!(ran.out.contains(words), "{command}: no `{words}` in {}", ran.out);
        }
    }
}

/// Waits until the file has a line, and returns it.
fn line_of(project: &Project, file: &str) -> String {
    loop {
        let text = specgen::base::disk::read_text_if_there(&project.utf8(file)).unwrap().unwrap_or_default();
        if text.ends_with('\n') {
            return text.trim().to_owned();
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// Whether a process ends, as one that was killed does before long.
fn ends(process: &str) -> bool {
    let stat = camino::Utf8PathBuf::from(format!("/proc/{process}/stat"));
    (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        let stat = specgen::base::disk::read_text(&stat).unwrap_or_default();
        stat.rsplit_once(')').is_none_or(|(_, rest)| rest.trim_start().starts_with('Z'))
    })
}

#[test]
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "the test interrupts the program")]
fn ctrl_c_ends_a_program_and_what_it_started_and_the_session_goes_on() {
    use std::process::Command;
    use std::process::Stdio;

    let Some(jar) = tools() else { return };
    let project = Project::new();
    project.put("hang.sh", "sleep 300 & echo $! > grandchild; wait\n");
    let mut command = Command::new(env!("CARGO_BIN_EXE_specgen"));
    command.current_dir(project.path("")).args([
        "--json",
        "draft",
        "--set",
        "llm.command=[sh, hang.sh]",
        "--tla-tools",
    ]);
    let child = command.arg(&jar).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let grandchild = line_of(&project, "grandchild");
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let interrupted = Ran { exit: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) };
    interrupted.failed_once(31, "process/interrupted");
    assert!(ends(&grandchild), "the program's own child still runs");
    let resumed = project.run(&["draft", "--tla-tools", jar.to_str().unwrap()]);
    assert_eq!(resumed.exit, 0, "{resumed:?}");
}
