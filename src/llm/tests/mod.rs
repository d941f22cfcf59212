//! The HTTP providers and the client against scripted servers: answers in order, a count that must be met, and rules
//! that every request must keep.

mod anthropic;
mod client;
mod openai;
mod secrets;
mod trouble;

use std::io::Read as _;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use camino::Utf8PathBuf;
use wiremock::MockServer;
use wiremock::ResponseTemplate;

use crate::llm::Client;
use crate::llm::Key;
use crate::llm::Limits;
use crate::llm::Provider;
use crate::llm::Request;
use crate::llm::Sleeper;
use crate::llm::anthropic as anthropic_provider;
use crate::llm::openai as openai_provider;

/// A key that must turn up nowhere.
pub(super) const KEY: &str = "sk-planted/0123456789+abc";

pub(super) fn request() -> Request {
    Request::new("draft", "be brief", "why?", 100)
}

pub(super) fn limits() -> Limits {
    Limits { connect_seconds: 5, idle_seconds: 20, total_seconds: 40, reply_bytes: 10_000 }
}

pub(super) fn openai(base_url: &str) -> openai_provider::OpenAi {
    openai_with(base_url, limits())
}

pub(super) fn openai_with(base_url: &str, limits: Limits) -> openai_provider::OpenAi {
    openai_provider::OpenAi::new(openai_provider::Config {
        name: "openai".into(),
        base_url: format!("{base_url}/v1/"),
        model: "a-model".into(),
        key: Key::new(KEY),
        key_env: Some("SOME_KEY".into()),
        max_tokens_field: "max_completion_tokens".into(),
        limits,
        models: vec!["another-model".into()],
    })
    .unwrap()
}

pub(super) fn anthropic(base_url: &str) -> anthropic_provider::Anthropic {
    anthropic_provider::Anthropic::new(anthropic_provider::Config {
        name: "anthropic".into(),
        base_url: base_url.into(),
        model: "a-model".into(),
        key: Key::new(KEY),
        key_env: Some("SOME_KEY".into()),
        limits: limits(),
        models: Vec::new(),
    })
    .unwrap()
}

/// Notes how long it was asked to sleep, and does not.
#[derive(Default)]
pub(super) struct Awake(pub(super) Mutex<Vec<Duration>>);

#[async_trait]
impl Sleeper for Awake {
    async fn sleep(&self, time: Duration) {
        self.0.lock().unwrap().push(time);
    }
}

/// A client with its folder and what it slept.
pub(super) struct Bench {
    pub(super) client: Client,
    pub(super) folder: Utf8PathBuf,
    pub(super) slept: Arc<Awake>,
    _keep: tempfile::TempDir,
}

pub(super) fn bench(provider: impl Provider + 'static) -> Bench {
    let keep = tempfile::tempdir().unwrap();
    let folder = Utf8PathBuf::from_path_buf(keep.path().join("calls")).unwrap();
    let slept = Arc::new(Awake::default());
    let client = Client::new(Box::new(provider), folder.clone()).sleeper(Arc::clone(&slept) as Arc<dyn Sleeper>);
    Bench { client, folder, slept, _keep: keep }
}

/// Answers in order; one request too many is an error 418, one too few fails when the server is dropped.
struct Script(Mutex<std::vec::IntoIter<ResponseTemplate>>);

impl wiremock::Respond for Script {
    fn respond(&self, _: &wiremock::Request) -> ResponseTemplate {
        self.0.lock().unwrap().next().unwrap_or_else(|| ResponseTemplate::new(418))
    }
}

/// Rules that every request must keep.
fn keeps_the_rules(request: &wiremock::Request) -> bool {
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(body["stream"], true);
    assert_eq!(body["model"], "a-model");
    assert!(!String::from_utf8_lossy(&request.body).contains(KEY));
    assert!(header("user-agent").starts_with("specgen/"));
    if request.url.path() == "/v1/messages" {
        assert_eq!(header("x-api-key"), KEY);
        assert_eq!(header("anthropic-version"), "2023-06-01");
        assert_eq!((&body["max_tokens"], &body["system"]), (&100.into(), &"be brief".into()));
        assert_eq!(body["messages"], serde_json::json!([{ "role": "user", "content": "why?" }]));
    } else {
        assert_eq!(request.url.path(), "/v1/chat/completions");
        assert_eq!(header("authorization"), format!("Bearer {KEY}"));
        assert_eq!(body["max_completion_tokens"], 100);
        assert_eq!(body["messages"][0]["role"], "system");
        assert_eq!(body["messages"][1]["content"], "why?");
    }
    true
}

/// A server that gives these answers, in this order, and expects as many requests.
pub(super) async fn server(answers: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    let count = u64::try_from(answers.len()).unwrap();
    wiremock::Mock::given(keeps_the_rules)
        .respond_with(Script(Mutex::new(answers.into_iter())))
        .expect(count)
        .mount(&server)
        .await;
    server
}

pub(super) fn stream(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "text/event-stream")
}

/// A server below HTTP: each connection gets the next list of pieces, each written by itself, and is then closed.
pub(super) fn raw_server(connections: Vec<Vec<Vec<u8>>>) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for pieces in connections {
            let Ok((mut socket, _)) = listener.accept() else { return };
            let mut seen = Vec::new();
            let mut buffer = [0; 4096];
            // All requests here are shorter than a packet, and their JSON ends in a brace.
            while !(seen.ends_with(b"}") && seen.windows(4).any(|window| window == b"\r\n\r\n")) {
                match socket.read(&mut buffer) {
                    Ok(count @ 1..) => seen.extend_from_slice(&buffer[..count]),
                    _ => break,
                }
            }
            for piece in pieces {
                let _ = socket.write_all(&piece).and_then(|()| socket.flush());
                std::thread::sleep(Duration::from_millis(3));
            }
        }
    });
    url
}

/// A chunked response head.
pub(super) const HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

/// `bytes` as one HTTP chunk.
pub(super) fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}
