//! A server in place of a model's endpoint that answers by a script, also with what no proper server sends.

use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;

/// The two protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    OpenAi,
    Anthropic,
}

impl Dialect {
    pub(crate) const BOTH: [Self; 2] = [Self::OpenAi, Self::Anthropic];

    /// The provider of `config/providers.yaml` that speaks it.
    pub(crate) fn provider(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
        }
    }

    /// The environment variable of its key.
    pub(crate) fn key_env(self) -> &'static str {
        match self {
            Self::OpenAi => "OPENAI_API_KEY",
            Self::Anthropic => "ANTHROPIC_API_KEY",
        }
    }

    /// A whole stream that says `text` and counts 1000 tokens in and 500 out.
    pub(crate) fn stream(self, text: &str) -> String {
        let events = match self {
            Self::OpenAi => vec![
                serde_json::json!({"choices": [{"index": 0, "delta": {"content": text}}]}),
                serde_json::json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
                    "usage": {"prompt_tokens": 1000, "completion_tokens": 500}}),
            ],
            Self::Anthropic => vec![
                serde_json::json!({"type": "message_start", "message": {"usage": {"input_tokens": 1000}}}),
                serde_json::json!({"type": "content_block_delta", "delta": {"type": "text_delta", "text": text}}),
                serde_json::json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 500}}),
                serde_json::json!({"type": "message_stop"}),
            ],
        };
        let mut stream: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
        if self == Self::OpenAi {
            stream.push_str("data: [DONE]\n\n");
        }
        stream
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Says this, as a model does.
    Reply(String),
    /// Another status, with further header lines and the words of an error.
    Status(u16, &'static str, String),
    /// The first half of a reply; then the connection is closed.
    Half(String),
    /// A whole answer, of status 200, without a byte in it.
    Nothing,
    /// Closes the connection without a word.
    Close,
    /// Says nothing for as long as the other side waits.
    Silence,
}

/// A running server; it ends with the test's process.
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// A server that does these things in turn, and the last of them from then on.
    pub(crate) fn start(dialect: Dialect, script: &[Act]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, script) = (Arc::clone(&requests), script.to_vec());
        std::thread::spawn(move || {
            for (turn, socket) in listener.incoming().flatten().enumerate() {
                let act = script[turn.min(script.len() - 1)].clone();
                let seen = Arc::clone(&seen);
                std::thread::spawn(move || serve(socket, dialect, &act, &seen));
            }
        });
        Self { url, requests }
    }

    /// The requests so far, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(mut socket: TcpStream, dialect: Dialect, act: &Act, seen: &Mutex<Vec<String>>) {
    seen.lock().unwrap().push(request(&mut socket));
    let answer = match act {
        Act::Reply(text) => chunked(&dialect.stream(text), true),
        Act::Half(text) => {
            let stream = dialect.stream(text);
            let middle = (stream.len() / 2..).find(|at| stream.is_char_boundary(*at)).unwrap();
            chunked(&stream[..middle], false)
        }
        Act::Status(status, headers, words) => {
            let body = serde_json::json!({"type": "error", "error": {"message": words}}).to_string();
            let length = body.len();
            format!(
                "HTTP/1.1 {status} X\r\n{headers}content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            )
        }
        Act::Nothing => {
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                .to_owned()
        }
        Act::Close => return,
        Act::Silence => {
            // Until the other side hangs up.
            let _ = socket.read(&mut [0]);
            return;
        }
    };
    // Whoever does not want all of it hangs up.
    let _ = socket.write_all(answer.as_bytes()).and_then(|()| socket.flush());
}

/// A response in one chunk, with or without the mark of its end.
fn chunked(body: &str, whole: bool) -> String {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: close";
    let end = if whole { "0\r\n\r\n" } else { "" };
    format!("{head}\r\n\r\n{:x}\r\n{body}\r\n{end}", body.len())
}

/// Reads a request to the end of its body.
fn request(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 1 << 16];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text.into_owned();
            }
        }
        match socket.read(&mut buffer) {
            Ok(count @ 1..) => bytes.extend_from_slice(&buffer[..count]),
            _ => return String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}
