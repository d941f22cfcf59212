//! Messages.

use wiremock::ResponseTemplate;

use super::HEAD;
use super::anthropic;
use super::bench;
use super::chunk;
use super::raw_server;
use super::request;
use super::server;
use super::stream;
use crate::llm::Usage;

pub(super) const HAPPY: &str = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"a-model-1\",\
    \"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":5,\"output_tokens\":1}}}\n\n\
    event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n\
    event: ping\ndata: {\"type\":\"ping\"}\n\n\
    event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}\n\n\
    event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"Bécause ✓\"}}\n\n\
    event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\" of it.\"}}\n\n\
    event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n\
    event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":7}}\n\n\
    event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

#[tokio::test]
async fn a_stream_is_put_together_even_if_characters_are_split() {
    let mut pieces = vec![HEAD.to_vec()];
    pieces.extend(HAPPY.as_bytes().chunks(7).map(chunk));
    pieces.push(b"0\r\n\r\n".to_vec());
    let bench = bench(anthropic(&raw_server(vec![pieces])));
    let reply = bench.client.ask(&request()).await.unwrap();
    assert_eq!(reply.text, "Bécause ✓ of it.");
    assert_eq!(reply.model.as_deref(), Some("a-model-1"));
    assert_eq!(reply.usage, Usage { input_tokens: Some(15), output_tokens: Some(7), cost_usd: None });
}

#[tokio::test]
async fn what_is_sent_keeps_the_rules_and_a_base_url_may_have_its_version() {
    let server = server(vec![stream(HAPPY)]).await;
    let reply = bench(anthropic(&format!("{}/v1/", server.uri()))).client.ask(&request()).await.unwrap();
    assert_eq!(reply.text, "Bécause ✓ of it.");
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let body = r#"{"type":"message","model":"m","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"So."}],
        "stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":2}}"#;
    let server = server(vec![ResponseTemplate::new(200).set_body_raw(body, "application/json")]).await;
    let reply = bench(anthropic(&server.uri())).client.ask(&request()).await.unwrap();
    assert_eq!((reply.text.as_str(), reply.usage.output_tokens), ("So.", Some(2)));
}

#[tokio::test]
async fn each_way_to_stop_is_told_apart() {
    for (reason, code) in [
        ("max_tokens", "llm/truncated-reply"),
        ("model_context_window_exceeded", "llm/truncated-reply"),
        ("refusal", "llm/refused"),
    ] {
        let server = server(vec![stream(&HAPPY.replace("end_turn", reason))]).await;
        let error = bench(anthropic(&server.uri())).client.ask(&request()).await.unwrap_err();
        assert_eq!(error.diagnostic.code, code);
    }
}

#[tokio::test]
async fn an_overload_inside_the_stream_is_tried_again() {
    let overloaded =
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}\n\n";
    let server = server(vec![stream(overloaded), ResponseTemplate::new(529), stream(HAPPY)]).await;
    let bench = bench(anthropic(&server.uri()));
    assert_eq!(bench.client.ask(&request()).await.unwrap().attempts, 3);
    assert_eq!(bench.slept.0.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_stream_without_its_end_mark_is_tried_again_and_then_given_up() {
    let cut = HAPPY.split("event: message_stop").next().unwrap();
    let server = server((0..5).map(|_| stream(cut)).collect()).await;
    let bench = bench(anthropic(&server.uri()));
    let error = bench.client.ask(&request()).await.unwrap_err();
    assert_eq!(error.diagnostic.code, "llm/truncated-reply");
    assert!(error.diagnostic.message.ends_with("(attempt 5, the last)"));
    assert_eq!(bench.client.spent().output_tokens, 35, "what broken streams used counts");
    assert_eq!(bench.client.spent().calls, 1);
}
