//! A key never reaches a file, stdout or stderr.

use wiremock::Mock;
use wiremock::MockServer;
use wiremock::ResponseTemplate;
use wiremock::matchers::any;

use crate::project::Project;
use crate::project::Ran;
use crate::project::ran;
use crate::project::tools;

pub(crate) const KEY: &str = "sk-planted-4711-abcdefghijkl";

/// Drafts with the provider openai against a server that answers so.
fn drafted(project: &Project, answer: ResponseTemplate) -> Option<Ran> {
    let jar = tools()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let server = runtime.block_on(MockServer::start());
    runtime.block_on(Mock::given(any()).respond_with(answer).mount(&server));
    let url = format!("llm.base_url={}/v1", server.uri());
    let mut command =
        project.command(&["draft", "--provider", "openai", "--set", &url, "--tla-tools", jar.to_str().unwrap()]);
    command.env("OPENAI_API_KEY", KEY).env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    let ran = ran(command);
    let asked = runtime.block_on(server.received_requests()).unwrap();
    let sent = asked.iter().filter_map(|r| r.headers.get("authorization")).any(|v| v.to_str().unwrap().contains(KEY));
    assert!(sent, "the key never got to the server, so the test shows nothing: {ran:?}");
    Some(ran)
}

/// The key is in no file of the session, and not in what was printed.
#[track_caller]
pub(crate) fn nowhere(project: &Project, ran: &Ran) {
    assert!(!ran.out.contains(KEY) && !ran.err.contains(KEY), "{ran:?}");
    let files = project.tree(".specgen");
    assert!(!files.is_empty());
    for (file, _) in files {
        let bytes = specgen::base::disk::read(&project.utf8(".specgen").join(&file)).unwrap();
        assert!(!bytes.windows(KEY.len()).any(|w| w == KEY.as_bytes()), "the key is in {file}");
    }
}

#[test]
fn a_key_that_a_server_echoes_with_an_error_is_nowhere() {
    let project = Project::new();
    let body = serde_json::json!({"error": {"message": format!("Incorrect API key provided: {KEY}")}});
    let Some(ran) = drafted(&project, ResponseTemplate::new(401).set_body_json(body)) else { return };
    ran.failed(20, "llm/key-refused");
    nowhere(&project, &ran);
}

#[test]
fn a_key_that_a_server_echoes_in_a_reply_is_nowhere() {
    let project = Project::new();
    let chunk = serde_json::json!({"choices": [{"index": 0, "delta": {"content": format!("your key is {KEY}")}, "finish_reason": "stop"}]});
    let body = format!("data: {chunk}\n\ndata: [DONE]\n\n");
    let answer = ResponseTemplate::new(200).set_body_raw(body, "text/event-stream");
    let Some(ran) = drafted(&project, answer) else { return };
    ran.failed(12, "draft/no-usable-reply");
    nowhere(&project, &ran);
    assert!(project.tree(".specgen/default/calls").len() >= 3, "the reply was recorded");
}
