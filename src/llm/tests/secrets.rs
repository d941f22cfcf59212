//! A planted key turns up nowhere.

use camino::Utf8Path;
use wiremock::ResponseTemplate;

use super::KEY;
use super::anthropic;
use super::bench;
use super::openai;
use super::request;
use super::server;
use super::stream;
use crate::base::disk;
use crate::llm::Event;
use crate::llm::LlmError;
use crate::llm::Request;

/// A part of the key that would be enough to be worth hiding.
const PART: &str = "planted";

fn assert_hidden(what: &str) {
    assert!(!what.contains(PART), "{what}");
}

fn assert_error_hides(error: &LlmError) {
    assert_hidden(&error.to_string());
    assert_hidden(&format!("{error:?}"));
    assert_hidden(&error.diagnostic.render(false));
    assert_hidden(&serde_json::to_string(&error.diagnostic).unwrap());
}

fn assert_files_hide(folder: &Utf8Path) -> usize {
    let files = disk::files_under(folder).unwrap();
    for file in &files {
        assert_hidden(file.as_str());
        assert_hidden(&disk::read_text(&folder.join(file)).unwrap());
    }
    files.len()
}

#[tokio::test]
async fn a_key_in_an_error_body_is_hidden() {
    let escaped = KEY.replace('/', "\\/");
    let bodies = [
        format!(r#"{{"error":{{"message":"bad key {KEY}","type":"{KEY}"}}}}"#),
        format!(r#"{{"error":"bad key {escaped}"}}"#),
        format!("{} bad key {KEY} {escaped} sk-planted%2F0123456789%2Babc", "x".repeat(250)),
    ];
    for body in bodies {
        for status in [401, 500] {
            let answers = (0..if status == 401 { 1 } else { 5 })
                .map(|_| ResponseTemplate::new(status).set_body_raw(body.clone(), "application/json"));
            let server = server(answers.collect()).await;
            let bench = bench(openai(&server.uri()));
            let client = bench.client.progress(|event| assert_hidden(&format!("{event:?}")));
            let error = client.ask(&request()).await.unwrap_err();
            assert!(error.diagnostic.message.contains("[hidden]"), "{error}");
            assert_error_hides(&error);
        }
    }
}

#[tokio::test]
async fn a_key_in_a_reply_is_hidden_in_the_reply_and_in_every_file() {
    // The key is split over two pieces, and is in the name of the model too.
    let (one, two) = KEY.split_at(9);
    let openai_body = format!(
        "data: {{\"model\":\"{KEY}\",\"choices\":[{{\"delta\":{{\"content\":\"it is {one}\"}}}}]}}\n\n\
         data: {{\"choices\":[{{\"delta\":{{\"content\":\"{two}!\"}},\"finish_reason\":\"stop\"}}]}}\n\ndata: [DONE]\n\n"
    );
    let server_one = server(vec![stream(&openai_body)]).await;
    let bench_one = bench(openai(&server_one.uri()));
    let anthropic_body = super::anthropic::HAPPY.replace("Bécause", one).replace(" ✓", "").replace(" of it.", two);
    let server_two = server(vec![stream(&anthropic_body)]).await;
    let bench_two = bench(anthropic(&server_two.uri()));
    for (bench, text) in [(bench_one, "it is [hidden]!"), (bench_two, "[hidden]")] {
        let reply = bench.client.ask(&request()).await.unwrap();
        assert_eq!(reply.text, text);
        assert_hidden(&format!("{reply:?}"));
        assert_eq!(assert_files_hide(&bench.folder), 3);
        // What was hidden is what the digests are of.
        assert_eq!(bench.client.ask(&request()).await.unwrap().text, text);
    }
}

#[tokio::test]
async fn a_key_in_something_malformed_is_hidden() {
    let bodies = [
        format!("data: {{nonsense {KEY}\n\n"),
        format!("data: {{\"error\":{{\"message\":\"{KEY}\",\"type\":\"invalid_request {KEY}\"}}}}\n\n"),
        format!(
            "data: {{\"choices\":[{{\"delta\":{{\"refusal\":\"{KEY}\"}},\"finish_reason\":\"stop\"}}]}}\n\ndata: [DONE]\n\n"
        ),
    ];
    for body in bodies {
        let server = server(vec![stream(&body)]).await;
        let bench = bench(openai(&server.uri()));
        assert_error_hides(&bench.client.ask(&request()).await.unwrap_err());
        assert!(!bench.folder.exists());
    }
}

#[tokio::test]
async fn a_request_that_holds_the_key_is_not_sent() {
    let server = server(vec![]).await;
    let bench = bench(openai(&server.uri()));
    let error = bench.client.ask(&Request::new("draft", "", format!("const K = '{KEY}'"), 10)).await.unwrap_err();
    assert_eq!(error.diagnostic.code, "llm/key-in-prompt");
    assert_error_hides(&error);
    assert!(!bench.folder.exists());
}

#[tokio::test]
async fn a_key_does_not_follow_a_redirect() {
    let elsewhere = server(vec![]).await;
    let moved = ResponseTemplate::new(307).insert_header("location", format!("{}/v1/messages", elsewhere.uri()));
    let server = server(vec![moved]).await;
    let error = bench(anthropic(&server.uri())).client.ask(&request()).await.unwrap_err();
    assert_eq!(error.diagnostic.code, "llm/redirected");
}

#[tokio::test]
async fn progress_holds_counts_and_no_text() {
    let server = server(vec![stream(super::openai::HAPPY)]).await;
    let client = bench(openai(&server.uri())).client;
    let client = client.progress(|event| assert!(matches!(event, Event::Received { .. }), "{event:?}"));
    client.ask(&request()).await.unwrap();
}
