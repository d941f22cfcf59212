//! What the two HTTP providers share: send, watch the clock, read the stream, turn trouble into errors.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::header::HeaderValue;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::base::clock;
use crate::llm::Answer;
use crate::llm::Event;
use crate::llm::Progress;
use crate::llm::error::Kind;
use crate::llm::error::LlmError;
use crate::llm::error::Next;
use crate::llm::key::Key;
use crate::llm::key::excerpt;
use crate::llm::request::Usage;
use crate::llm::retry::retry_after;
use crate::llm::sse::Decoder;
use crate::llm::sse::SseEvent;

/// How long and how much to wait for. The times are for one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Until the connection stands, in seconds.
    pub connect_seconds: u64,
    /// The longest silence, before the first byte and between two pieces, in seconds.
    pub idle_seconds: u64,
    /// The whole attempt, in seconds.
    pub total_seconds: u64,
    /// The longest reply, in bytes.
    pub reply_bytes: usize,
}

impl Limits {
    pub(super) fn has_zero(&self) -> bool {
        self.connect_seconds == 0 || self.idle_seconds == 0 || self.total_seconds == 0 || self.reply_bytes == 0
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect_seconds: 15, idle_seconds: 300, total_seconds: 1800, reply_bytes: crate::llm::REPLY_BYTES }
    }
}

/// What helps where the server is in trouble.
const AGAIN: &str = "wait, then run `specgen resume`: calls already answered are kept; llm.attempts tries more often";

/// What helps where the server speaks differently.
const OTHER_DIALECT: &str = "check that the endpoint speaks the protocol of the provider (config/providers.yaml)";

/// An endpoint and what to know about it.
pub(super) struct Endpoint {
    name: String,
    url: reqwest::Url,
    headers: HeaderMap,
    secrets: Vec<Key>,
    key_env: Option<String>,
    limits: Limits,
    /// What to check where the server does not know the model.
    model_hint: String,
    client: reqwest::Client,
}

/// How an endpoint speaks.
pub(super) trait Dialect: Sync {
    /// Takes in one event of the stream.
    fn event(&self, event: &SseEvent, into: &mut Collected) -> Result<(), Wrong>;

    /// Takes in a whole JSON body, from a server that does not stream.
    fn whole(&self, body: &Value, into: &mut Collected) -> Result<(), Wrong>;
}

/// A reply as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) text: String,
    pub(super) usage: Usage,
    pub(super) model: Option<String>,
    pub(super) stop: Option<Stop>,
    /// The end mark has come.
    pub(super) ended: bool,
}

/// Why a model stopped.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It was done.
    Done,
    /// It ran into a limit.
    Length(String),
    /// It would not answer.
    Refused(String),
}

/// What can be wrong with something a server sent.
#[derive(Debug)]
pub(super) enum Wrong {
    /// It has another shape; what was missing.
    Shape(String),
    /// The server reports an error, in the words of [`Said`].
    Reported(Said),
}

/// An error as servers report it.
#[derive(Debug, Default)]
pub(super) struct Said {
    kind: String,
    message: String,
}

impl Said {
    /// From `{"error": {"type", "code", "message"}}`, `{"error": "…"}` or `{"message": "…"}`.
    pub(super) fn of(body: &Value) -> Option<Self> {
        let error = match body.get("error") {
            Some(Value::Null) | None => body,
            Some(error) => error,
        };
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let message = error.as_str().map(str::to_owned).or_else(|| error.get("message").and_then(text))?;
        let words = ["code", "type"].iter().filter_map(|field| error.get(field).and_then(text));
        Some(Self { kind: words.collect::<Vec<_>>().join(" "), message })
    }

    /// The status that fits an error that came inside a stream, after a 200.
    fn status(&self) -> u16 {
        let numbers = self.kind.split(' ').find_map(|word| word.parse().ok());
        let has = |word: &str| self.kind.contains(word);
        match numbers {
            Some(number @ 400..=599) => number,
            _ if has("overloaded") => 529,
            _ if has("rate_limit") => 429,
            _ if has("authentication") => 401,
            _ if has("invalid_request") => 400,
            _ => 500,
        }
    }
}

impl Endpoint {
    /// An endpoint below `base`; refuses what could not work or would show a secret in every message.
    pub(super) fn new(name: &str, base: &str, path: &str, limits: Limits) -> Result<Self, LlmError> {
        let wrong = |what: &str| {
            LlmError::new(Kind::Config, "llm/base-url", format!("use the base URL of provider `{name}`: {what}"))
        };
        let url = format!("{}{path}", base.trim_end_matches('/'));
        let url = reqwest::Url::parse(&url).map_err(|error| wrong(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("it must begin with http:// or https://"));
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
            return Err(wrong("it holds a user, a password or a query").hint("keys come from the environment only"));
        }
        // A redirect would carry the key to another place.
        let mut client = reqwest::Client::builder()
            .user_agent(concat!("specgen/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(limits.connect_seconds));
        if matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| wrong(&chain(&error)))?;
        let (name, headers) = (name.to_owned(), HeaderMap::new());
        Ok(Self { name, url, headers, secrets: Vec::new(), key_env: None, limits, model_hint: String::new(), client })
    }

    /// The same with a fixed header.
    pub(super) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    /// The same with a key in the header `name`, after `prefix`; `key_env` is where the user keeps it.
    pub(super) fn key(
        mut self,
        name: &'static str,
        prefix: &str,
        key: Key,
        key_env: Option<String>,
    ) -> Result<Self, LlmError> {
        let Ok(mut value) = HeaderValue::from_str(&format!("{prefix}{}", key.expose())) else {
            let message = format!("use the key of provider `{}`: it has characters no header can hold", self.name);
            return Err(LlmError::new(Kind::Config, "llm/key-refused", message)
                .hint(format!("check the environment variable {}", key_env.as_deref().unwrap_or("that holds it"))));
        };
        value.set_sensitive(true);
        self.headers.insert(name, value);
        self.secrets.push(key);
        self.key_env = key_env;
        Ok(self)
    }

    /// The same with the model that is asked and those known to be there.
    pub(super) fn models(mut self, asked: &str, known: &[String]) -> Self {
        self.model_hint = format!("check the model `{asked}`");
        if !known.is_empty() {
            let known = known.join(", ");
            self.model_hint = format!("{}; models known of `{}`: {known}", self.model_hint, self.name);
        }
        self
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn secrets(&self) -> &[Key] {
        &self.secrets
    }

    /// One attempt.
    pub(super) async fn ask(
        &self,
        body: &Value,
        dialect: &dyn Dialect,
        progress: Progress<'_>,
    ) -> Result<Answer, LlmError> {
        let mut collected = Collected::default();
        let total = self.limits.total_seconds;
        let exchange = self.exchange(body, dialect, &mut collected, progress);
        let result = match tokio::time::timeout(Duration::from_secs(total), exchange).await {
            Ok(result) => result,
            Err(_) => Err(self
                .error(Kind::Unreachable, "llm/timeout", &format!("not done after {total} s"))
                .hint("raise llm.time_limit (seconds), or ask for a shorter reply with llm.max_tokens")),
        };
        match result.and_then(|()| self.judge(&collected)) {
            Ok(()) => {
                Ok(Answer { text: collected.text, usage: collected.usage, model: collected.model, ..Answer::default() })
            }
            Err(error) => Err(error.used(collected.usage)),
        }
    }

    async fn exchange(
        &self,
        body: &Value,
        dialect: &dyn Dialect,
        collected: &mut Collected,
        progress: Progress<'_>,
    ) -> Result<(), LlmError> {
        let sent = self.client.post(self.url.clone()).headers(self.headers.clone()).json(body).send();
        let mut response = self.idle(sent).await?.map_err(|error| self.not_sent(error))?;
        if !response.status().is_success() {
            return Err(self.refused(response).await);
        }
        let media = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if media.contains("html") {
            return Err(self
                .error(Kind::BadReply, "llm/bad-reply", "it is a web page, not a reply")
                .hint("check the base URL of the provider and any proxy in between"));
        }
        if media.contains("json") {
            return self.read_whole(response, dialect, collected, progress).await;
        }
        let (mut decoder, mut bytes) = (Decoder::default(), 0);
        while let Some(chunk) = self.idle(response.chunk()).await?.map_err(|error| self.cut_off(&chain(&error)))? {
            bytes += chunk.len();
            progress(Event::Received { bytes });
            for event in decoder.push(&chunk).map_err(|error| self.not_text(error))? {
                dialect.event(&event, collected).map_err(|wrong| self.wrong(wrong, &event.data))?;
                if collected.ended {
                    return Ok(());
                }
            }
            if collected.text.len() > self.limits.reply_bytes || decoder.pending() > self.limits.reply_bytes * 8 {
                return Err(too_large(&self.name, self.limits.reply_bytes));
            }
        }
        if let Some(event) = decoder.finish().map_err(|error| self.not_text(error))? {
            // What a cut-off stream ends with is no whole event, so its shape is no reason to give up.
            dialect.event(&event, collected).map_err(|_| self.cut_off("the last event is not whole"))?;
        }
        Ok(())
    }

    /// A body in one piece, from a server that was asked to stream and does not.
    async fn read_whole(
        &self,
        mut response: reqwest::Response,
        dialect: &dyn Dialect,
        collected: &mut Collected,
        progress: Progress<'_>,
    ) -> Result<(), LlmError> {
        let mut body = Vec::new();
        while let Some(chunk) = self.idle(response.chunk()).await?.map_err(|error| self.cut_off(&chain(&error)))? {
            body.extend_from_slice(&chunk);
            progress(Event::Received { bytes: body.len() });
            if body.len() > self.limits.reply_bytes * 8 {
                return Err(too_large(&self.name, self.limits.reply_bytes));
            }
        }
        let shown = String::from_utf8_lossy(&body);
        let json: Value = serde_json::from_slice(&body).map_err(|error| match error.is_eof() {
            true => self.cut_off("the JSON is not whole"),
            false => self.wrong(Wrong::Shape(format!("the body is not JSON: {error}")), &shown),
        })?;
        dialect.whole(&json, collected).map_err(|wrong| self.wrong(wrong, &shown))?;
        match collected.text.len() > self.limits.reply_bytes {
            true => Err(too_large(&self.name, self.limits.reply_bytes)),
            false => Ok(()),
        }
    }

    /// Whether what has come is a whole reply.
    fn judge(&self, collected: &Collected) -> Result<(), LlmError> {
        match &collected.stop {
            Some(Stop::Length(why)) => {
                let what = format!("the model stopped at a limit ({why})");
                Err(self
                    .error(Kind::BadReply, "llm/truncated-reply", &what)
                    .hint("raise llm.max_tokens, or give the model less to write"))
            }
            Some(Stop::Refused(why)) => {
                let what = format!("the model refused to answer ({})", excerpt(why, &self.secrets));
                Err(self
                    .error(Kind::Refused, "llm/refused", &what)
                    .hint("ask another model (`--model`, `--provider`) and run `specgen resume`"))
            }
            Some(Stop::Done) | None if collected.ended => Ok(()),
            Some(Stop::Done) | None => Err(self.cut_off("the stream ended without its end mark")),
        }
    }

    /// Waits, but not longer than the longest silence.
    async fn idle<T>(&self, work: impl Future<Output = T>) -> Result<T, LlmError> {
        let seconds = self.limits.idle_seconds;
        tokio::time::timeout(Duration::from_secs(seconds), work).await.map_err(|_| {
            self.error(Kind::Unreachable, "llm/timeout", &format!("nothing came for {seconds} s"))
                .hint("raise `limits.idle_seconds` in a file of your own providers (llm.providers) if the model thinks for so long")
                .retry()
        })
    }

    fn not_sent(&self, error: reqwest::Error) -> LlmError {
        let connect = error.is_connect();
        let (code, what) = match connect {
            true => ("llm/connect", "no connection"),
            false => ("llm/connection-lost", "the connection broke"),
        };
        let error = self.error(Kind::Unreachable, code, &format!("{what}: {}", chain(&error.without_url())));
        let place = self.url.origin().ascii_serialization();
        match connect {
            true => error.hint(format!("check the network and that something answers at {place}")).retry(),
            false => error.hint(AGAIN).retry(),
        }
    }

    fn cut_off(&self, why: &str) -> LlmError {
        let what = format!("it was cut off: {why}");
        self.error(Kind::BadReply, "llm/truncated-reply", &what).hint(AGAIN).retry()
    }

    fn not_text(&self, error: std::str::Utf8Error) -> LlmError {
        let what = format!("it is not UTF-8 text: {error}");
        self.error(Kind::BadReply, "llm/bad-reply", &what).hint(OTHER_DIALECT)
    }

    fn wrong(&self, wrong: Wrong, sent: &str) -> LlmError {
        match wrong {
            Wrong::Shape(what) => {
                let sent = excerpt(sent, &self.secrets);
                let what = excerpt(&what, &self.secrets);
                self.error(Kind::BadReply, "llm/bad-reply", &format!("{what}, in `{sent}`")).hint(OTHER_DIALECT)
            }
            Wrong::Reported(said) => self.status_error(said.status(), None, &said),
        }
    }

    /// The error in a response that is not a success.
    async fn refused(&self, mut response: reqwest::Response) -> LlmError {
        const LONGEST: usize = 1 << 16;
        let status = response.status().as_u16();
        let wait = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let wait = wait.and_then(|wait| retry_after(wait, clock::now()));
        let mut body = Vec::new();
        // Whatever happens to the body, the status is what matters.
        while let Ok(Ok(Some(chunk))) = self.idle(response.chunk()).await {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                break;
            }
        }
        let body = String::from_utf8_lossy(&body).into_owned();
        let said = serde_json::from_str(&body).ok().and_then(|json| Said::of(&json));
        self.status_error(status, wait, &said.unwrap_or(Said { kind: String::new(), message: body }))
    }

    fn status_error(&self, status: u16, wait: Option<Duration>, said: &Said) -> LlmError {
        let env = self.key_env.as_deref().unwrap_or("that holds the key");
        let (kind, code, hint) = match status {
            300..=399 => (Kind::Config, "llm/redirected", "set the base URL to where the server points".to_owned()),
            402 => (Kind::Refused, "llm/no-credit", "check the account of the provider".to_owned()),
            429 if said.kind.contains("insufficient_quota") => {
                (Kind::Refused, "llm/no-credit", "check the account of the provider".to_owned())
            }
            401 | 403 => (Kind::Refused, "llm/key-refused", format!("check the environment variable {env}")),
            404 => (Kind::Refused, "llm/not-found", format!("{}, or the base URL {}", self.model_hint, self.url)),
            413 => (Kind::Refused, "llm/request-too-large", "give the stage less of the source".to_owned()),
            429 => (Kind::Unreachable, "llm/rate-limited", AGAIN.to_owned()),
            500..=599 | 408 => (Kind::Unreachable, "llm/server-error", AGAIN.to_owned()),
            _ => (Kind::Refused, "llm/bad-request", self.model_hint.clone()),
        };
        let message = excerpt(&said.message, &self.secrets);
        let message =
            if message.is_empty() { format!("status {status}") } else { format!("status {status}: {message}") };
        let mut error = self.error(kind, code, &message).hint(hint);
        if code != "llm/no-credit" && matches!(status, 408 | 429 | 500 | 502 | 503 | 504 | 529) {
            error.next = wait.map_or(Next::Retry, Next::RetryAfter);
            error.diagnostic.hints.extend(wait.map(|wait| format!("the server asks to wait {} s", wait.as_secs())));
        }
        error
    }

    fn error(&self, kind: Kind, code: &str, what: &str) -> LlmError {
        LlmError::new(kind, code, format!("get a reply from `{}`: {what}", self.name))
    }
}

/// The error for a reply above the limit; used by every provider.
pub(super) fn too_large(name: &str, limit: usize) -> LlmError {
    let message = format!("get a reply from `{name}`: it is longer than {limit} bytes");
    LlmError::new(Kind::BadReply, "llm/reply-too-large", message).hint("raise `limits.reply_bytes` in a file of your own providers (llm.providers) if the reply is right; a model that repeats itself needs another try")
}

/// An error and its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}
