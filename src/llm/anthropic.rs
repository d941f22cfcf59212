//! Anthropic's messages endpoint.

use async_trait::async_trait;
use serde_json::Value;
use serde_json::json;

use crate::llm::Answer;
use crate::llm::Key;
use crate::llm::Limits;
use crate::llm::LlmError;
use crate::llm::Progress;
use crate::llm::Provider;
use crate::llm::Request;
use crate::llm::Usage;
use crate::llm::http::Collected;
use crate::llm::http::Dialect;
use crate::llm::http::Endpoint;
use crate::llm::http::Said;
use crate::llm::http::Stop;
use crate::llm::http::Wrong;
use crate::llm::sse::SseEvent;

/// The version of the interface, sent with every request.
const VERSION: &str = "2023-06-01";

/// What to know about an endpoint.
#[derive(Clone, Debug)]
pub struct Config {
    /// The provider's name in records and messages.
    pub name: String,
    /// Without the version, for example `https://api.anthropic.com`; a `/v1` at its end does no harm.
    pub base_url: String,
    /// The model to ask.
    pub model: String,
    /// The key; a gateway may need none.
    pub key: Option<Key>,
    /// The environment variable the key is from, for hints.
    pub key_env: Option<String>,
    /// Times and sizes.
    pub limits: Limits,
    /// Models that are known to be there, for hints.
    pub models: Vec<String>,
}

/// The provider.
pub struct Anthropic {
    endpoint: Endpoint,
    model: String,
}

impl Anthropic {
    /// Checks the configuration; nothing is sent.
    pub fn new(config: Config) -> Result<Self, LlmError> {
        let Config { name, base_url, model, key, key_env, limits, models } = config;
        let base = base_url.trim_end_matches('/');
        let base = base.strip_suffix("/v1").unwrap_or(base);
        let mut endpoint = Endpoint::new(&name, base, "/v1/messages", limits)?
            .header("anthropic-version", VERSION)
            .models(&model, &models);
        if let Some(key) = key {
            endpoint = endpoint.key("x-api-key", "", key, key_env)?;
        }
        Ok(Self { endpoint, model })
    }

    fn body(&self, request: &Request) -> Value {
        let mut body = json!({
            "model": self.model,
            "max_tokens": request.max_tokens,
            "messages": [{ "role": "user", "content": request.prompt }],
            "stream": true,
        });
        if !request.system.is_empty() {
            body["system"] = request.system.as_str().into();
        }
        if let Some(temperature) = request.temperature {
            body["temperature"] = temperature.into();
        }
        body
    }
}

#[async_trait]
impl Provider for Anthropic {
    fn name(&self) -> &str {
        self.endpoint.name()
    }

    fn secrets(&self) -> &[Key] {
        self.endpoint.secrets()
    }

    async fn ask(&self, request: &Request, progress: Progress<'_>) -> Result<Answer, LlmError> {
        self.endpoint.ask(&self.body(request), &Messages, progress).await
    }
}

struct Messages;

impl Dialect for Messages {
    fn event(&self, event: &SseEvent, into: &mut Collected) -> Result<(), Wrong> {
        let json: Value = serde_json::from_str(&event.data)
            .map_err(|error| Wrong::Shape(format!("an event is not JSON: {error}")))?;
        // The data names its type too; proxies have been seen to drop the `event:` line.
        let Some(name) = json["type"].as_str() else {
            return Err(Wrong::Shape("an event has no `type`".into()));
        };
        match name {
            "message_start" => {
                model(&json["message"], into);
                usage(&json["message"]["usage"], &mut into.usage);
            }
            "content_block_start" => {
                into.text.push_str(json["content_block"]["text"].as_str().unwrap_or_default());
            }
            "content_block_delta" if json["delta"]["type"] == "text_delta" => {
                into.text.push_str(json["delta"]["text"].as_str().unwrap_or_default());
            }
            "message_delta" => {
                usage(&json["usage"], &mut into.usage);
                stop(&json["delta"], into);
            }
            "message_stop" => into.ended = true,
            "error" => return Err(Wrong::Reported(Said::of(&json).unwrap_or_default())),
            // Pings, thinking, the ends of blocks, and whatever is added later.
            _ => {}
        }
        Ok(())
    }

    fn whole(&self, body: &Value, into: &mut Collected) -> Result<(), Wrong> {
        if body["type"] == "error" {
            return Err(Wrong::Reported(Said::of(body).unwrap_or_default()));
        }
        let Some(blocks) = body["content"].as_array() else {
            return Err(Wrong::Shape("the body has no `content`".into()));
        };
        for block in blocks.iter().filter(|block| block["type"] == "text") {
            into.text.push_str(block["text"].as_str().unwrap_or_default());
        }
        model(body, into);
        usage(&body["usage"], &mut into.usage);
        stop(body, into);
        into.ended = true;
        Ok(())
    }
}

fn model(message: &Value, into: &mut Collected) {
    if let Some(model) = message["model"].as_str() {
        into.model = Some(model.to_owned());
    }
}

/// Counts are totals so far, so a later one replaces an earlier one; input is what is read, cached or not.
fn usage(json: &Value, into: &mut Usage) {
    if json["input_tokens"].is_u64() {
        let fields = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];
        into.input_tokens = Some(fields.iter().filter_map(|field| json[field].as_u64()).sum());
    }
    into.output_tokens = json["output_tokens"].as_u64().or(into.output_tokens);
}

fn stop(json: &Value, into: &mut Collected) {
    match json["stop_reason"].as_str() {
        None => {}
        Some(why @ ("max_tokens" | "model_context_window_exceeded" | "pause_turn")) => {
            into.stop = Some(Stop::Length(why.to_owned()));
        }
        Some("refusal") => into.stop = Some(Stop::Refused("refusal".to_owned())),
        Some(_) => into.stop = Some(Stop::Done),
    }
}
