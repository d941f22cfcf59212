//! Any endpoint that speaks OpenAI's chat completions: OpenAI, gateways, and local servers (llama.cpp, vLLM, Ollama).

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
use crate::llm::http::Collected;
use crate::llm::http::Dialect;
use crate::llm::http::Endpoint;
use crate::llm::http::Said;
use crate::llm::http::Stop;
use crate::llm::http::Wrong;
use crate::llm::sse::SseEvent;

/// What to know about an endpoint.
#[derive(Clone, Debug)]
pub struct Config {
    /// The provider's name in records and messages.
    pub name: String,
    /// Up to and including the version, for example `https://api.openai.com/v1`.
    pub base_url: String,
    /// The model to ask.
    pub model: String,
    /// The key; local servers often need none.
    pub key: Option<Key>,
    /// The environment variable the key is from, for hints.
    pub key_env: Option<String>,
    /// What the endpoint calls the longest reply: `max_tokens`, or `max_completion_tokens` for newer OpenAI models.
    pub max_tokens_field: String,
    /// Times and sizes.
    pub limits: Limits,
    /// Models that are known to be there, for hints.
    pub models: Vec<String>,
}

/// The provider.
pub struct OpenAi {
    endpoint: Endpoint,
    model: String,
    max_tokens_field: String,
}

impl OpenAi {
    /// Checks the configuration; nothing is sent.
    pub fn new(config: Config) -> Result<Self, LlmError> {
        let Config { name, base_url, model, key, key_env, max_tokens_field, limits, models } = config;
        let mut endpoint = Endpoint::new(&name, &base_url, "/chat/completions", limits)?.models(&model, &models);
        if let Some(key) = key {
            endpoint = endpoint.key("authorization", "Bearer ", key, key_env)?;
        }
        Ok(Self { endpoint, model, max_tokens_field })
    }

    fn body(&self, request: &Request) -> Value {
        let mut messages = Vec::new();
        if !request.system.is_empty() {
            messages.push(json!({ "role": "system", "content": request.system }));
        }
        messages.push(json!({ "role": "user", "content": request.prompt }));
        let mut body = json!({
            "model": self.model,
            "messages": messages,
            "stream": true,
            "stream_options": { "include_usage": true },
        });
        body[self.max_tokens_field.as_str()] = request.max_tokens.into();
        if let Some(temperature) = request.temperature {
            body["temperature"] = temperature.into();
        }
        body
    }
}

#[async_trait]
impl Provider for OpenAi {
    fn name(&self) -> &str {
        self.endpoint.name()
    }

    fn secrets(&self) -> &[Key] {
        self.endpoint.secrets()
    }

    async fn ask(&self, request: &Request, progress: Progress<'_>) -> Result<Answer, LlmError> {
        self.endpoint.ask(&self.body(request), &Completions, progress).await
    }
}

struct Completions;

impl Dialect for Completions {
    fn event(&self, event: &SseEvent, into: &mut Collected) -> Result<(), Wrong> {
        if event.data.trim() == "[DONE]" {
            into.ended = true;
            return Ok(());
        }
        let json: Value = serde_json::from_str(&event.data)
            .map_err(|error| Wrong::Shape(format!("an event is not JSON: {error}")))?;
        take(&json, "delta", into)
    }

    fn whole(&self, body: &Value, into: &mut Collected) -> Result<(), Wrong> {
        take(body, "message", into)?;
        if body["choices"].as_array().is_none_or(Vec::is_empty) {
            return Err(Wrong::Shape("the body has no `choices`".into()));
        }
        into.ended = true;
        Ok(())
    }
}

/// Takes in a chunk (`part` is `delta`) or a whole completion (`message`).
fn take(json: &Value, part: &str, into: &mut Collected) -> Result<(), Wrong> {
    if json.get("error").is_some_and(|error| !error.is_null()) {
        return Err(Wrong::Reported(Said::of(json).unwrap_or_default()));
    }
    if !json.is_object() {
        return Err(Wrong::Shape("an event is not a JSON object".into()));
    }
    if let Some(model) = json["model"].as_str().filter(|model| !model.is_empty()) {
        into.model = Some(model.to_owned());
    }
    let usage = &json["usage"];
    for (field, slot) in
        [("prompt_tokens", &mut into.usage.input_tokens), ("completion_tokens", &mut into.usage.output_tokens)]
    {
        *slot = usage[field].as_u64().or(*slot);
    }
    // Not in OpenAI's own replies; gateways that resell add it.
    into.usage.cost_usd = usage["cost"].as_f64().or(into.usage.cost_usd);
    let Some(choice) = json["choices"].get(0) else {
        // The last chunk has the usage and no choice.
        return Ok(());
    };
    into.text.push_str(choice[part]["content"].as_str().unwrap_or_default());
    if let Some(refusal) = choice[part]["refusal"].as_str().filter(|refusal| !refusal.is_empty()) {
        match &mut into.stop {
            Some(Stop::Refused(said)) => said.push_str(refusal),
            stop => *stop = Some(Stop::Refused(refusal.to_owned())),
        }
    }
    match choice["finish_reason"].as_str() {
        None | Some("") => {}
        Some(why @ ("length" | "max_tokens")) => into.stop = Some(Stop::Length(why.to_owned())),
        Some("content_filter") => into.stop = Some(Stop::Refused("content_filter".to_owned())),
        Some(_) => {
            into.stop.get_or_insert(Stop::Done);
        }
    }
    Ok(())
}
