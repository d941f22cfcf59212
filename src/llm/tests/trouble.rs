//! Servers that misbehave.

use std::time::Duration;

use wiremock::ResponseTemplate;

use super::HEAD;
use super::bench;
use super::chunk;
use super::limits;
use super::openai;
use super::openai::HAPPY;
use super::openai_with;
use super::raw_server;
use super::request;
use super::server;
use super::stream;
use crate::llm::Kind;
use crate::llm::Limits;

fn json(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body, "application/json")
}

async fn code_of(answers: Vec<ResponseTemplate>) -> String {
    let server = server(answers).await;
    bench(openai(&server.uri())).client.ask(&request()).await.unwrap_err().diagnostic.code
}

#[tokio::test]
async fn retry_after_is_kept() {
    let server = server(vec![ResponseTemplate::new(429).insert_header("retry-after", "7"), stream(HAPPY)]).await;
    let bench = bench(openai(&server.uri()));
    let reply = bench.client.ask(&request()).await.unwrap();
    assert_eq!(reply.attempts, 2);
    let slept = bench.slept.0.lock().unwrap().clone();
    assert_eq!(slept.len(), 1);
    assert!(slept[0] >= Duration::from_secs(7) && slept[0] < Duration::from_secs(8), "{slept:?}");
}

#[tokio::test]
async fn a_wait_too_long_to_accept_ends_the_call() {
    let answer = ResponseTemplate::new(429).insert_header("retry-after", "Tue, 31 Dec 2999 23:59:59 GMT");
    let server = server(vec![answer]).await;
    let error = bench(openai(&server.uri())).client.ask(&request()).await.unwrap_err();
    assert_eq!(error.diagnostic.code, "llm/rate-limited");
    assert!(error.diagnostic.hints.iter().any(|hint| hint.starts_with("the server asks to wait ")), "{error:?}");
}

#[tokio::test]
async fn three_server_errors_are_waited_out() {
    let mut answers: Vec<_> = [500, 502, 503].map(ResponseTemplate::new).into();
    answers.push(stream(HAPPY));
    let server = server(answers).await;
    let bench = bench(openai(&server.uri()));
    assert_eq!(bench.client.ask(&request()).await.unwrap().attempts, 4);
    assert_eq!(bench.slept.0.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn server_errors_without_end_are_given_up() {
    assert_eq!(code_of((0..5).map(|_| ResponseTemplate::new(500)).collect()).await, "llm/server-error");
}

#[tokio::test]
async fn a_refusal_is_final() {
    for (status, code) in [
        (400, "llm/bad-request"),
        (401, "llm/key-refused"),
        (402, "llm/no-credit"),
        (403, "llm/key-refused"),
        (404, "llm/not-found"),
        (413, "llm/request-too-large"),
        (302, "llm/redirected"),
    ] {
        assert_eq!(code_of(vec![json(status, r#"{"error":{"message":"no"}}"#)]).await, code);
    }
}

#[tokio::test]
async fn the_words_of_the_server_are_shown_whatever_their_shape() {
    for body in
        [r#"{"error":{"message":"so it is"}}"#, r#"{"error":"so it is"}"#, r#"{"message":"so it is"}"#, "so it\nis"]
    {
        let server = server(vec![json(400, body)]).await;
        let error = bench(openai(&server.uri())).client.ask(&request()).await.unwrap_err();
        assert!(error.diagnostic.message.ends_with("status 400: so it is"), "{error}");
    }
}

#[tokio::test]
async fn half_a_body_is_tried_again() {
    let half = chunk(&HAPPY.as_bytes()[..HAPPY.len() / 2]);
    let whole = vec![HEAD.to_vec(), chunk(HAPPY.as_bytes()), b"0\r\n\r\n".to_vec()];
    // Cut between chunks, cut inside a chunk, and cut after fewer bytes than announced.
    let short =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{\"choices\":".to_vec();
    let connections = vec![
        vec![HEAD.to_vec(), half.clone()],
        vec![HEAD.to_vec(), half[..half.len() / 2].to_vec()],
        vec![short],
        whole,
    ];
    let bench = bench(openai(&raw_server(connections)));
    let reply = bench.client.ask(&request()).await.unwrap();
    assert_eq!((reply.text.as_str(), reply.attempts), ("Bécause ✓ of it.", 4));
}

#[tokio::test]
async fn an_end_in_the_middle_of_an_event_is_a_cut() {
    let cut = &HAPPY[..HAPPY.find("of it").unwrap()];
    let server = server(vec![stream(cut), stream(HAPPY)]).await;
    assert_eq!(bench(openai(&server.uri())).client.ask(&request()).await.unwrap().attempts, 2);
}

#[tokio::test]
async fn nothing_at_all_is_tried_again() {
    // A connection closed without a word, an empty body, an empty JSON body.
    let closed = vec![vec![], vec![HEAD.to_vec(), chunk(HAPPY.as_bytes()), b"0\r\n\r\n".to_vec()]];
    assert_eq!(bench(openai(&raw_server(closed))).client.ask(&request()).await.unwrap().attempts, 2);
    let server = server(vec![stream(""), json(200, ""), stream(HAPPY)]).await;
    assert_eq!(bench(openai(&server.uri())).client.ask(&request()).await.unwrap().attempts, 3);
}

#[tokio::test]
async fn nobody_there_is_tried_again_and_then_said() {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let bench = bench(openai(&format!("http://{address}")));
    let error = bench.client.ask(&request()).await.unwrap_err();
    assert_eq!((error.kind, error.diagnostic.code.as_str()), (Kind::Unreachable, "llm/connect"));
    assert_eq!(bench.slept.0.lock().unwrap().len(), 4);
    assert!(error.diagnostic.hints[0].contains(&address.to_string()));
}

#[tokio::test]
async fn a_reply_of_another_shape_is_final() {
    assert_eq!(code_of(vec![json(200, r#"{"answer":"x"}"#)]).await, "llm/bad-reply");
    assert_eq!(code_of(vec![json(200, "{'choices': []}")]).await, "llm/bad-reply");
    assert_eq!(code_of(vec![stream("data: {nonsense\n\n")]).await, "llm/bad-reply");
    assert_eq!(code_of(vec![stream("data: 3\n\n")]).await, "llm/bad-reply");
    let page = ResponseTemplate::new(200).set_body_raw("<html>log in</html>", "text/html");
    assert_eq!(code_of(vec![page]).await, "llm/bad-reply");
}

#[tokio::test]
async fn an_empty_reply_is_said_to_be_one() {
    let body =
        "data: {\"choices\":[{\"delta\":{\"content\":\" \\n\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    assert_eq!(code_of(vec![stream(body)]).await, "llm/empty-reply");
}

#[tokio::test]
async fn a_reply_above_the_limit_is_stopped() {
    let event = format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n", "x".repeat(999));
    assert_eq!(code_of(vec![stream(&event.repeat(12))]).await, "llm/reply-too-large");
    assert_eq!(code_of(vec![stream(&format!("data: {}", "x".repeat(90_000)))]).await, "llm/reply-too-large");
    assert_eq!(code_of(vec![json(200, &" ".repeat(90_000))]).await, "llm/reply-too-large");
    let whole = format!(r#"{{"choices":[{{"message":{{"content":"{}"}}}}]}}"#, "x".repeat(12_000));
    assert_eq!(code_of(vec![json(200, &whole)]).await, "llm/reply-too-large");
}

#[tokio::test]
async fn silence_is_tried_again_and_slowness_is_not() {
    let slow = || stream(HAPPY).set_delay(Duration::from_secs(3));
    let server = server(vec![slow(), stream(HAPPY), slow()]).await;
    let idle = openai_with(&server.uri(), Limits { idle_seconds: 1, ..limits() });
    assert_eq!(bench(idle).client.ask(&request()).await.unwrap().attempts, 2);
    let total = openai_with(&server.uri(), Limits { total_seconds: 1, ..limits() });
    let error = bench(total).client.ask(&request()).await.unwrap_err();
    assert_eq!((error.kind, error.diagnostic.code.as_str()), (Kind::Unreachable, "llm/timeout"));
}
