//! Chat completions.

use std::sync::Arc;
use std::sync::Mutex;

use wiremock::ResponseTemplate;

use super::HEAD;
use super::bench;
use super::chunk;
use super::openai;
use super::raw_server;
use super::request;
use super::server;
use super::stream;
use crate::llm::Event;
use crate::llm::Kind;
use crate::llm::Usage;

pub(super) const HAPPY: &str = "data: {\"model\":\"a-model-1\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n\
    data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n\
    data: {\"choices\":[{\"delta\":{\"content\":\"Bécause ✓\"},\"finish_reason\":null}]}\n\n\
    data: {\"choices\":[{\"delta\":{\"content\":\" of it.\"}}]}\n\n\
    data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n\
    data: {\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":7,\"cost\":0.25}}\n\n\
    data: [DONE]\n\n";

fn finished(reason: &str) -> String {
    format!(
        "data: {{\"choices\":[{{\"delta\":{{\"content\":\"x\"}},\"finish_reason\":\"{reason}\"}}]}}\n\n\
         data: {{\"choices\":[],\"usage\":{{\"prompt_tokens\":1000,\"completion_tokens\":2000}}}}\n\ndata: [DONE]\n\n"
    )
}

#[tokio::test]
async fn a_stream_is_put_together_even_if_characters_are_split() {
    // Pieces of 7 bytes cut every character of two and three bytes somewhere.
    let mut pieces = vec![HEAD.to_vec()];
    pieces.extend(HAPPY.as_bytes().chunks(7).map(chunk));
    pieces.push(b"0\r\n\r\n".to_vec());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let bench = bench(openai(&raw_server(vec![pieces])));
    let client = {
        let seen = Arc::clone(&seen);
        bench.client.progress(move |event| seen.lock().unwrap().push(event))
    };
    let reply = client.ask(&request()).await.unwrap();
    assert_eq!(reply.text, "Bécause ✓ of it.");
    assert_eq!(reply.model.as_deref(), Some("a-model-1"));
    assert_eq!(reply.usage, Usage { input_tokens: Some(12), output_tokens: Some(7), cost_usd: Some(0.25) });
    assert_eq!((reply.provider.as_str(), reply.attempts, reply.from_record), ("openai", 1, false));
    let seen = seen.lock().unwrap();
    assert!(seen.len() > 1, "progress in several steps");
    assert_eq!(seen.last(), Some(&Event::Received { bytes: HAPPY.len() }));
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let body = r#"{"model":"m","choices":[{"message":{"content":"So."},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":3,"completion_tokens":2}}"#;
    let server = server(vec![ResponseTemplate::new(200).set_body_raw(body, "application/json")]).await;
    let reply = bench(openai(&server.uri())).client.ask(&request()).await.unwrap();
    assert_eq!((reply.text.as_str(), reply.usage.output_tokens), ("So.", Some(2)));
}

#[tokio::test]
async fn a_reply_at_its_limit_is_an_error_once_and_is_paid_for() {
    let server = server(vec![stream(&finished("length"))]).await;
    let bench = bench(openai(&server.uri()));
    let error = bench.client.ask(&request()).await.unwrap_err();
    assert_eq!((error.kind, error.diagnostic.code.as_str()), (Kind::BadReply, "llm/truncated-reply"));
    assert_eq!((bench.client.spent().input_tokens, bench.client.spent().output_tokens), (1000, 2000));
    assert!(!bench.folder.exists(), "no record of what is no reply");
}

#[tokio::test]
async fn a_model_that_refuses_is_an_error_once() {
    let refusal = "data: {\"choices\":[{\"delta\":{\"refusal\":\"I will \"}}]}\n\n\
                   data: {\"choices\":[{\"delta\":{\"refusal\":\"not.\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    for (body, said) in [(refusal.to_owned(), "I will not."), (finished("content_filter"), "content_filter")] {
        let server = server(vec![stream(&body)]).await;
        let error = bench(openai(&server.uri())).client.ask(&request()).await.unwrap_err();
        assert_eq!((error.kind, error.diagnostic.code.as_str()), (Kind::Refused, "llm/refused"));
        assert!(error.diagnostic.message.contains(said));
    }
}

#[tokio::test]
async fn an_error_inside_the_stream_is_an_error() {
    let overloaded = "data: {\"error\":{\"message\":\"too much\",\"code\":502}}\n\n";
    let invalid = "data: {\"error\":{\"message\":\"no such\",\"type\":\"invalid_request_error\"}}\n\n";
    let server = server(vec![stream(overloaded), stream(invalid)]).await;
    let error = bench(openai(&server.uri())).client.ask(&request()).await.unwrap_err();
    assert_eq!(error.diagnostic.code, "llm/bad-request");
    assert!(error.diagnostic.message.ends_with("no such (attempt 2, the last)"), "{error}");
}

#[tokio::test]
async fn an_empty_quota_is_not_waited_for() {
    let body = r#"{"error":{"message":"no money","code":"insufficient_quota"}}"#;
    let server = server(vec![ResponseTemplate::new(429).set_body_raw(body, "application/json")]).await;
    let error = bench(openai(&server.uri())).client.ask(&request()).await.unwrap_err();
    assert_eq!((error.kind, error.diagnostic.code.as_str()), (Kind::Refused, "llm/no-credit"));
}
