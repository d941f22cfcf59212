//! The providers a user can name: `config/providers.yaml`, which ships with the program, and a project's own file.

use std::collections::BTreeMap;
use std::time::Duration;

use camino::Utf8PathBuf;
use serde::Deserialize;

use crate::base::diag::Diagnostic;
use crate::base::spelling;
use crate::base::yaml;
use crate::llm::Key;
use crate::llm::Kind;
use crate::llm::Limits;
use crate::llm::LlmError;
use crate::llm::Price;
use crate::llm::Provider;
use crate::llm::Retry;
use crate::llm::anthropic;
use crate::llm::command::Command;
use crate::llm::handoff::Handoff;
use crate::llm::openai;
use crate::llm::replay::Replay;

/// The format of the file.
pub const FORMAT: u32 = 1;

/// The file that ships with the program.
const BUILT_IN: &str = include_str!("../../config/providers.yaml");

/// Providers by name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// [`FORMAT`].
    pub format: u32,
    /// By the name a user gives to `--provider`.
    pub providers: BTreeMap<String, Entry>,
}

/// How a provider is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// An endpoint that speaks chat completions.
    OpenAi,
    /// An endpoint that speaks messages.
    Anthropic,
    /// A local program.
    Command,
    /// A person.
    Handoff,
    /// A folder of records.
    Replay,
}

/// One provider; which fields it needs depends on its kind.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// How it is reached.
    pub kind: Reach,
    /// Where its endpoint is.
    #[serde(default)]
    pub base_url: Option<String>,
    /// The environment variable that holds its key.
    #[serde(default)]
    pub key_env: Option<String>,
    /// The model to ask if the user names none.
    #[serde(default)]
    pub model: Option<String>,
    /// What the endpoint calls the longest reply.
    #[serde(default)]
    pub max_tokens_field: Option<String>,
    /// The program and its arguments.
    #[serde(default)]
    pub argv: Vec<String>,
    /// Times and sizes.
    #[serde(default)]
    pub limits: Limits,
    /// Attempts and pauses.
    #[serde(default)]
    pub retry: Retry,
    /// Prices by model.
    #[serde(default)]
    pub prices: BTreeMap<String, Option<DatedPrice>>,
}

/// A price and when it was looked up.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatedPrice {
    /// US dollars for a million tokens of input.
    pub input: f64,
    /// US dollars for a million tokens of output.
    pub output: f64,
    /// The day it was looked up.
    pub as_of: jiff::civil::Date,
}

/// What a provider needs that is not in the file.
#[derive(Clone, Debug, Default)]
pub struct Wiring {
    /// The key, read from the environment variable [`Entry::key_env`].
    pub key: Option<Key>,
    /// The model the user named.
    pub model: Option<String>,
    /// More keys that may not appear in a message.
    pub secrets: Vec<Key>,
    /// Where `handoff` exchanges files, or where `replay` has its records.
    pub folder: Option<Utf8PathBuf>,
}

impl Catalog {
    /// What ships with the program.
    pub fn built_in() -> Self {
        Self::parse("config/providers.yaml", BUILT_IN).expect("a test parses the file that ships")
    }

    /// From the text of `file`.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostic> {
        const CODE: &str = "llm/providers-file";
        let wrong = |what: String| Diagnostic::error(CODE, format!("read {file}: {what}"));
        let plain: serde_yaml::Value = yaml::read(text, file, CODE)?;
        match plain.get("format").and_then(serde_yaml::Value::as_u64) {
            Some(format) if format == u64::from(FORMAT) => {}
            Some(format) => {
                return Err(
                    wrong(format!("it has format {format}, this specgen reads {FORMAT}")).hint("use a newer specgen")
                );
            }
            None => return Err(wrong("it has no `format`".into()).hint(format!("begin with `format: {FORMAT}`"))),
        }
        let catalog: Self = yaml::read(text, file, CODE)?;
        for (name, entry) in &catalog.providers {
            entry.check().map_err(|what| {
                wrong(format!("provider `{name}` {what}")).hint("config/providers.yaml explains the fields at its head")
            })?;
        }
        Ok(catalog)
    }

    /// The same with the providers of `other` added, or in the place of those of the same name.
    pub fn overlay(mut self, other: Self) -> Self {
        self.providers.extend(other.providers);
        self
    }

    /// The provider of that name.
    pub fn get(&self, name: &str) -> Result<&Entry, Diagnostic> {
        self.providers.get(name).ok_or_else(|| {
            let names: Vec<&str> = self.providers.keys().map(String::as_str).collect();
            let diagnostic =
                Diagnostic::error("llm/unknown-provider", format!("use provider `{name}`: there is none of that name"))
                    .hint(format!("the providers are: {}", names.join(", ")));
            match spelling::nearest(name, names) {
                Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
                None => diagnostic,
            }
        })
    }
}

impl Entry {
    fn check(&self) -> Result<(), String> {
        match self.kind {
            Reach::OpenAi | Reach::Anthropic if self.base_url.is_none() => Err("needs a `base_url`".into()),
            Reach::Command if self.argv.is_empty() => Err("needs an `argv`".into()),
            Reach::OpenAi | Reach::Anthropic | Reach::Command if self.limits.has_zero() => {
                Err("has a limit of zero, which nothing can keep".into())
            }
            _ if self.retry.attempts == 0 => Err("needs at least one attempt".into()),
            _ => {
                let bad = |price: &&DatedPrice| !(price.input >= 0.0 && price.output >= 0.0);
                match self.prices.values().flatten().find(bad) {
                    Some(_) => Err("has a price below nothing".into()),
                    None => Ok(()),
                }
            }
        }
    }

    /// The model that will be asked.
    pub fn model<'a>(&'a self, wiring: &'a Wiring) -> Option<&'a str> {
        wiring.model.as_deref().or(self.model.as_deref())
    }

    /// The price of a model, if it is known.
    pub fn price(&self, model: &str) -> Option<Price> {
        let DatedPrice { input, output, .. } = self.prices.get(model)?.as_ref()?;
        Some(Price { input: *input, output: *output })
    }

    /// The provider, called `name`; nothing is sent or written yet.
    pub fn build(&self, name: &str, wiring: Wiring) -> Result<Box<dyn Provider>, LlmError> {
        let model = self.model(&wiring).map(str::to_owned);
        let needs = |what: &str| {
            LlmError::new(Kind::Config, "llm/provider-incomplete", format!("use provider `{name}`: it needs {what}"))
        };
        if let (Some(variable), None) = (&self.key_env, &wiring.key)
            && matches!(self.kind, Reach::OpenAi | Reach::Anthropic)
        {
            let message = format!("use provider `{name}`: the environment variable {variable} is not set");
            return Err(LlmError::new(Kind::Config, "llm/no-key", message)
                .hint(format!("set {variable} to your key"))
                .hint("without a key, `--provider handoff` lets a person carry the prompts, `--provider command` a program"));
        }
        let (key, key_env, limits) = (wiring.key, self.key_env.clone(), self.limits);
        let models: Vec<String> = self.prices.keys().cloned().collect();
        let base_url = self.base_url.clone().ok_or_else(|| needs("a `base_url`"));
        let needed_model = model.clone().ok_or_else(|| needs("a model").hint("name one with `--model`"));
        let folder = wiring.folder.ok_or_else(|| needs("a folder"));
        let name = name.to_owned();
        Ok(match self.kind {
            Reach::OpenAi => {
                let (base_url, model) = (base_url?, needed_model?);
                let max_tokens_field = self.max_tokens_field.clone().unwrap_or_else(|| "max_tokens".to_owned());
                let config = openai::Config { name, base_url, model, key, key_env, max_tokens_field, limits, models };
                Box::new(openai::OpenAi::new(config)?)
            }
            Reach::Anthropic => {
                let (base_url, model) = (base_url?, needed_model?);
                let config = anthropic::Config { name, base_url, model, key, key_env, limits, models };
                Box::new(anthropic::Anthropic::new(config)?)
            }
            Reach::Command => Box::new(Command {
                name,
                argv: self.argv.clone(),
                model,
                time_limit: Duration::from_secs(limits.total_seconds),
                reply_bytes: limits.reply_bytes,
                secrets: wiring.secrets.into_iter().chain(key).collect(),
            }),
            Reach::Handoff => Box::new(Handoff {
                time_limit: Some(Duration::from_secs(limits.total_seconds)).filter(|limit| !limit.is_zero()),
                reply_bytes: limits.reply_bytes,
                ..Handoff::new(folder?)
            }),
            Reach::Replay => Box::new(Replay::new(folder?)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wiring() -> Wiring {
        Wiring { key: Key::new("sk-test-000000"), folder: Some("x".into()), ..Wiring::default() }
    }

    #[test]
    fn the_file_that_ships_is_good_and_every_provider_in_it_can_be_built() {
        let catalog = Catalog::built_in();
        for (name, entry) in &catalog.providers {
            let provider = entry.build(name, wiring()).unwrap();
            assert_eq!(provider.name(), name);
            if let Some(model) = &entry.model {
                assert!(entry.prices.contains_key(model), "{name}: a price or null for {model}");
            }
        }
        let sonnet = catalog.get("anthropic").unwrap().price("claude-sonnet-4-5");
        assert_eq!(sonnet, Some(Price { input: 3.0, output: 15.0 }));
        assert_eq!(catalog.get("openrouter").unwrap().price("anthropic/claude-sonnet-5"), None);
    }

    #[test]
    fn a_missing_key_names_its_variable_and_the_ways_without_one() {
        let catalog = Catalog::built_in();
        let build = |wiring| catalog.get("anthropic").unwrap().build("anthropic", wiring);
        let error = build(Wiring { key: None, ..wiring() }).err().unwrap();
        assert_eq!((error.kind, error.diagnostic.code.as_str()), (Kind::Config, "llm/no-key"));
        assert!(error.diagnostic.message.contains("ANTHROPIC_API_KEY"));
        assert!(error.diagnostic.hints[1].contains("handoff"));
    }

    #[test]
    fn a_file_with_a_mistake_says_where() {
        let parse = |text: &str| Catalog::parse("p.yaml", text).unwrap_err().message;
        assert_eq!(parse("format: 7\nother: 1"), "read p.yaml: it has format 7, this specgen reads 1");
        assert_eq!(parse("providers: {}"), "read p.yaml: it has no `format`");
        let message = parse("format: 1\nproviders: {a: {kind: openai, base_url: x, limits: {total_secs: 1}}}");
        assert!(message.starts_with("read p.yaml: at `providers.a.limits"), "{message}");
        assert!(parse("format: 1\nproviders: {a: {kind: openai}}").ends_with("provider `a` needs a `base_url`"));
        assert!(parse("format: 1\nproviders: {a: {kind: command}}").ends_with("provider `a` needs an `argv`"));
        let message = parse("format: 1\nproviders: {a: {kind: command, argv: [x], limits: {total_seconds: 0}}}");
        assert!(message.contains("a limit of zero"), "{message}");
        assert!(parse("format: 1\nproviders: [").starts_with("read p.yaml: "));
    }

    #[test]
    fn a_project_can_replace_a_provider() {
        let own = Catalog::parse("p.yaml", "format: 1\nproviders: {command: {kind: command, argv: [me]}}").unwrap();
        let catalog = Catalog::built_in().overlay(own);
        assert_eq!(catalog.get("command").unwrap().argv, ["me"]);
        assert!(catalog.get("anthropic").is_ok());
        let error = catalog.get("nobody").unwrap_err();
        assert!(error.hints[0].starts_with("the providers are: anthropic, command,"));
    }

    #[test]
    fn a_base_url_with_a_password_is_refused_and_not_shown() {
        for url in ["https://me:s3cr3t-s3cr3t@host/v1", "https://host/v1?key=s3cr3t-s3cr3t", "ftp://host", "nonsense"] {
            let text = format!("format: 1\nproviders: {{a: {{kind: openai, base_url: '{url}', model: m}}}}");
            let catalog = Catalog::parse("p.yaml", &text).unwrap();
            let error = catalog.get("a").unwrap().build("a", Wiring::default()).err().unwrap();
            assert_eq!(error.diagnostic.code, "llm/base-url");
            assert!(!error.diagnostic.message.contains("s3cr3t"));
        }
    }
}
