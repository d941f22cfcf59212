//! What is asked and what comes back.

use serde::Deserialize;
use serde::Serialize;

use crate::base::disk;

/// The format of [`Request::render`]; part of every key, so that a change of the form makes new records.
const FORMAT: u32 = 1;

/// One question to a model: everything that shapes the reply, except who answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The stage that asks; a word.
    pub stage: String,
    /// What the model is told about its task.
    pub system: String,
    /// The task.
    pub prompt: String,
    /// The longest reply to ask for.
    pub max_tokens: u32,
    /// How much chance there is in the reply; `None` leaves it to the provider (some models refuse a value).
    pub temperature: Option<f32>,
    /// 0, or a number that tells a repeated question from the first, where another answer is wanted.
    pub sample: u32,
}

impl Request {
    /// A request with the provider's own temperature.
    pub fn new(
        stage: impl Into<String>,
        system: impl Into<String>,
        prompt: impl Into<String>,
        max_tokens: u32,
    ) -> Self {
        Self {
            stage: stage.into(),
            system: system.into(),
            prompt: prompt.into(),
            max_tokens,
            temperature: None,
            sample: 0,
        }
    }

    /// The same with a temperature.
    pub fn temperature(mut self, temperature: Option<f32>) -> Self {
        self.temperature = temperature;
        self
    }

    /// The same, asked for the `sample`th time (from 0).
    pub fn sample(mut self, sample: u32) -> Self {
        self.sample = sample;
        self
    }

    /// The whole request as text: the canonical form, the file `<key>.prompt.md`, and what a person gets to read.
    ///
    /// Two different requests never have the same text, as the head tells how long the parts are.
    pub fn render(&self) -> String {
        let Self { stage, system, prompt, max_tokens, temperature, sample } = self;
        let stage = serde_json::to_string(stage).unwrap_or_default();
        let temperature = temperature.map_or_else(|| "default".to_owned(), |t| t.to_string());
        format!(
            "---\nspecgen-request: {FORMAT}\nstage: {stage}\nmax-tokens: {max_tokens}\ntemperature: {temperature}\n\
             sample: {sample}\nsystem-bytes: {}\nprompt-bytes: {}\n---\n# System\n\n{system}\n\n# Prompt\n\n{prompt}\n",
            system.len(),
            prompt.len(),
        )
    }

    /// The name of the request: the SHA-256 of [`Self::render`].
    ///
    /// The stage, both texts and the parameters count. The provider and the model do not, so that a recorded session
    /// can be replayed whatever provider is configured; which model answered is in the record.
    pub fn key(&self) -> String {
        disk::sha256(self.render().as_bytes())
    }
}

/// What a call used, as far as the provider says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Tokens of the request, cached ones too.
    pub input_tokens: Option<u64>,
    /// Tokens of the reply, reasoning too.
    pub output_tokens: Option<u64>,
    /// Money, from the provider or from the configured price.
    pub cost_usd: Option<f64>,
}

/// What a million tokens cost, in US dollars.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// A million tokens of input.
    pub input: f64,
    /// A million tokens of output.
    pub output: f64,
}

impl Price {
    /// The cost of so many tokens.
    #[expect(clippy::cast_precision_loss, reason = "token counts are far below 2^52")]
    pub fn cost(self, input_tokens: u64, output_tokens: u64) -> f64 {
        (input_tokens as f64 * self.input + output_tokens as f64 * self.output) / 1e6
    }
}

/// What a model said, and what it took.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The text, without secrets.
    pub text: String,
    /// What was used.
    pub usage: Usage,
    /// The provider that answered.
    pub provider: String,
    /// The model that answered.
    pub model: Option<String>,
    /// How long the last attempt took.
    pub seconds: f64,
    /// How many attempts it took.
    pub attempts: u32,
    /// The request's key, which names the record.
    pub key: String,
    /// Whether nothing was asked, as a record of the same request was there.
    pub from_record: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_shapes_the_reply_is_in_the_key() {
        let base = Request::new("draft", "be brief", "why?", 100);
        let others = [
            Request { stage: "repair".into(), ..base.clone() },
            Request { system: "be long".into(), ..base.clone() },
            Request { prompt: "how?".into(), ..base.clone() },
            Request { max_tokens: 101, ..base.clone() },
            Request { temperature: Some(0.0), ..base.clone() },
            Request { sample: 1, ..base.clone() },
        ];
        for other in others {
            assert_ne!(base.key(), other.key(), "{other:?}");
        }
        assert_eq!(base.key(), base.clone().key());
    }

    #[test]
    fn text_moved_between_system_and_prompt_makes_another_key() {
        let one = Request::new("draft", "a\n\n# Prompt\n\nb", "c", 1);
        let two = Request::new("draft", "a", "b\n\n# Prompt\n\nc", 1);
        assert_ne!(one.key(), two.key());
    }

    #[test]
    fn the_rendered_form_is_stable() {
        let request = Request::new("draft", "be brief", "why?", 100).temperature(Some(0.2));
        insta::assert_snapshot!(request.render(), @r#"
        ---
        specgen-request: 1
        stage: "draft"
        max-tokens: 100
        temperature: 0.2
        sample: 0
        system-bytes: 8
        prompt-bytes: 4
        ---
        # System

        be brief

        # Prompt

        why?
        "#);
        assert_eq!(request.key(), disk::sha256(request.render().as_bytes()));
    }
}
