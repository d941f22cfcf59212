//! The client: look it up, or ask within the budget until it works, and keep what came.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use camino::Utf8PathBuf;

use crate::base::chance::Chance;
use crate::base::clock;
use crate::base::clock::Stopwatch;
use crate::llm::Answer;
use crate::llm::Budget;
use crate::llm::Event;
use crate::llm::Key;
use crate::llm::Kind;
use crate::llm::LlmError;
use crate::llm::Price;
use crate::llm::Progress;
use crate::llm::Provider;
use crate::llm::Reply;
use crate::llm::Request;
use crate::llm::Retry;
use crate::llm::Sleeper;
use crate::llm::Spent;
use crate::llm::http::too_large;
use crate::llm::key;
use crate::llm::record;
use crate::llm::record::Digest;
use crate::llm::record::Record;
use crate::llm::retry::Asleep;

/// A provider with records, a budget and patience.
pub struct Client {
    provider: Box<dyn Provider>,
    calls: Utf8PathBuf,
    secrets: Vec<Key>,
    budget: Budget,
    price: Option<Price>,
    retry: Retry,
    reply_bytes: usize,
    sleeper: Arc<dyn Sleeper>,
    chance: Mutex<Chance>,
    spent: Mutex<Spent>,
    /// Requests under way, so that two askers of the same question pay once.
    under_way: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
    progress: Box<dyn Fn(Event) + Send + Sync>,
}

impl Client {
    /// Asks `provider` and keeps records in the folder `calls`, without limits.
    pub fn new(provider: Box<dyn Provider>, calls: Utf8PathBuf) -> Self {
        Self {
            secrets: provider.secrets().to_vec(),
            provider,
            calls,
            budget: Budget::default(),
            price: None,
            retry: Retry::default(),
            reply_bytes: crate::llm::REPLY_BYTES,
            sleeper: Arc::new(Asleep),
            chance: Mutex::new(Chance::new(0)),
            spent: Mutex::new(Spent::default()),
            under_way: Mutex::new(BTreeMap::new()),
            progress: Box::new(|_| {}),
        }
    }

    /// The same within a budget.
    pub fn budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// The same with the price of the model, for the budget and the records.
    pub fn price(mut self, price: Option<Price>) -> Self {
        self.price = price;
        self
    }

    /// The same with other patience.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// The same with another limit on the length of a reply.
    pub fn reply_bytes(mut self, bytes: usize) -> Self {
        self.reply_bytes = bytes;
        self
    }

    /// The same with another way to wait.
    pub fn sleeper(mut self, sleeper: Arc<dyn Sleeper>) -> Self {
        self.sleeper = sleeper;
        self
    }

    /// The same with the jitter of the pauses drawn from `seed`.
    pub fn seed(mut self, seed: u64) -> Self {
        self.chance = Mutex::new(Chance::new(seed));
        self
    }

    /// The same with more keys to keep out of files and messages than the provider's own.
    pub fn secrets(mut self, secrets: impl IntoIterator<Item = Key>) -> Self {
        self.secrets.extend(secrets);
        self
    }

    /// The same, telling `progress` what happens.
    pub fn progress(mut self, progress: impl Fn(Event) + Send + Sync + 'static) -> Self {
        self.progress = Box::new(progress);
        self
    }

    /// What this run has used so far; records cost nothing.
    pub fn spent(&self) -> Spent {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The provider's name.
    pub fn provider(&self) -> &str {
        self.provider.name()
    }

    /// Whether no question can be answered: the provider knows no answer at all, and no call was made before.
    pub fn is_mute(&self) -> bool {
        self.provider.is_mute() && record::all(&self.calls).is_ok_and(|records| records.is_empty())
    }

    /// Asks, or finds the record of having asked. The record is written before the reply is returned.
    pub async fn ask(&self, request: &Request) -> Result<Reply, LlmError> {
        let key = request.key();
        let turn = {
            let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(under_way.entry(key.clone()).or_default())
        };
        let _turn = turn.lock().await;
        self.ask_in_turn(request).await.map_err(|error| error.scrubbed(&self.secrets))
    }

    async fn ask_in_turn(&self, request: &Request) -> Result<Reply, LlmError> {
        self.refuse_secrets(request)?;
        if let Some((record, text)) = record::find(&self.calls, request)? {
            return Ok(reply(record, key::scrub(&text, &self.secrets), true));
        }
        if self.provider.counts() {
            // A person has no price, and reads as many tokens as there are.
            let calls = Budget { calls: self.budget.calls, ..Budget::default() };
            let budget = if self.provider.charges() { self.budget } else { calls };
            budget.admit(&self.spent(), request, self.price)?;
            self.spend(|spent| spent.calls += 1);
        }
        let (answer, seconds, attempts) = self.attempt(request).await?;
        let text = self.judge(key::scrub(&answer.text, &self.secrets))?;
        let from_record = answer.record.is_some();
        let record = match answer.record {
            // A replayed call is kept as it was recorded, so that the new session can be replayed byte for byte.
            Some(record) => Record { reply: Digest::of(&text), ..record },
            None => self.record(request, &answer, &text, seconds, attempts),
        };
        record::write(&self.calls, request, &record, &text)?;
        Ok(reply(record, text, from_record))
    }

    /// A key in a prompt would go to a model and lie in every record, so it does not get that far.
    fn refuse_secrets(&self, request: &Request) -> Result<(), LlmError> {
        let text = request.render();
        if !self.secrets.iter().any(|secret| secret.is_in(&text)) {
            return Ok(());
        }
        let message = format!("ask for stage `{}`: the request holds the key of the provider", request.stage);
        Err(LlmError::new(Kind::Config, "llm/key-in-prompt", message)
            .hint("remove the key from the source and the configuration; it belongs into the environment only"))
    }

    /// Tries until there is an answer or no more sense in trying.
    async fn attempt(&self, request: &Request) -> Result<(Answer, f64, u32), LlmError> {
        let mut attempt = 1;
        loop {
            let watch = Stopwatch::start();
            let progress: Progress<'_> = &self.progress;
            let mut error = match self.provider.ask(request, progress).await {
                Ok(mut answer) => {
                    if self.provider.charges() {
                        answer.usage = answer.usage.priced(self.price);
                        self.spend(|spent| spent.add(&answer.usage, request, answer.text.len()));
                    }
                    let took = answer.took.unwrap_or_else(|| watch.elapsed());
                    return Ok((answer, took.as_secs_f64(), attempt));
                }
                Err(error) => error.scrubbed(&self.secrets),
            };
            error.usage = error.usage.priced(self.price);
            self.spend(|spent| spent.add_failed(&error.usage));
            let pause = {
                let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
                self.retry.pause(attempt, error.next, &mut chance)
            };
            let Some(wait) = pause else {
                if attempt > 1 {
                    // Writing to a String cannot fail.
                    let _ = write!(error.diagnostic.message, " (attempt {attempt}, the last)");
                }
                return Err(error);
            };
            // A broken stream may already have been paid for, so the budget is asked again before the next one.
            let calls_aside = Budget { calls: None, ..self.budget };
            calls_aside.admit(&self.spent(), request, self.price)?;
            (self.progress)(Event::Retrying { attempt, wait, why: error.diagnostic.message.clone() });
            self.sleeper.sleep(wait).await;
            attempt += 1;
        }
    }

    /// What no provider may return.
    fn judge(&self, text: String) -> Result<String, LlmError> {
        if text.trim().is_empty() {
            let message = format!("get a reply from `{}`: it is empty", self.provider.name());
            return Err(LlmError::new(Kind::BadReply, "llm/empty-reply", message)
                .hint("a model that reasons may need a higher `max_tokens` to get to its answer"));
        }
        if text.len() > self.reply_bytes {
            return Err(too_large(self.provider.name(), self.reply_bytes));
        }
        Ok(text)
    }

    fn record(&self, request: &Request, answer: &Answer, text: &str, seconds: f64, attempts: u32) -> Record {
        let at = clock::now();
        Record {
            format: record::FORMAT,
            key: request.key(),
            request: request.into(),
            prompt: Digest::of(&request.render()),
            reply: Digest::of(text),
            usage: answer.usage,
            provider: key::scrub(self.provider.name(), &self.secrets),
            model: answer.model.as_deref().map(|model| key::scrub(model, &self.secrets)),
            at: at.round(jiff::Unit::Second).unwrap_or(at),
            seconds: (seconds * 1000.0).round() / 1000.0,
            attempts,
        }
    }

    fn spend(&self, change: impl FnOnce(&mut Spent)) {
        change(&mut self.spent.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn reply(record: Record, text: String, from_record: bool) -> Reply {
    let Record { usage, provider, model, seconds, attempts, key, .. } = record;
    Reply { text, usage, provider, model, seconds, attempts, key, from_record }
}
