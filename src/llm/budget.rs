//! What a run may use, and what it has used.

use serde::Deserialize;
use serde::Serialize;

use crate::llm::error::Kind;
use crate::llm::error::LlmError;
use crate::llm::request::Price;
use crate::llm::request::Request;
use crate::llm::request::Usage;

/// About how many bytes of text make a token, for providers that do not count.
const BYTES_PER_TOKEN: u64 = 4;

/// The limits of a run; `None` is no limit. What a reply will cost is only known afterwards, so a run can go past its
/// limit by the output of one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Budget {
    /// Requests answered by the provider or failed there; attempts of one request count once, records not at all.
    pub calls: Option<u64>,
    /// Tokens of input and output together.
    pub tokens: Option<u64>,
    /// US dollars.
    pub usd: Option<f64>,
}

/// What a run has used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spent {
    /// Requests sent.
    pub calls: u64,
    /// Tokens of input, as counted by the provider or else estimated.
    pub input_tokens: u64,
    /// Tokens of output, likewise.
    pub output_tokens: u64,
    /// US dollars, as far as they are known.
    pub usd: f64,
}

impl Budget {
    /// Whether another request may be sent, when so much is spent.
    pub(super) fn admit(&self, spent: &Spent, request: &Request, price: Option<Price>) -> Result<(), LlmError> {
        let input = estimate(request.system.len() + request.prompt.len());
        if let Some(limit) = self.calls.filter(|limit| spent.calls >= *limit) {
            return Err(exceeded(request, "budget.calls", &format!("{limit} calls of {limit} are used")));
        }
        let tokens = spent.input_tokens + spent.output_tokens;
        if let Some(limit) = self.tokens.filter(|limit| tokens + input > *limit) {
            return Err(exceeded(
                request,
                "budget.tokens",
                &format!("{tokens} tokens of {limit} are used and the request has about {input}"),
            ));
        }
        let Some(limit) = self.usd else {
            return Ok(());
        };
        let Some(price) = price else {
            let message = "a limit in dollars is set, but the price of the model is not known";
            return Err(LlmError::new(Kind::Config, "llm/price-unknown", message)
                .hint("add the model under `prices` in a file of your own providers (llm.providers), or limit calls or tokens instead"));
        };
        let cost = price.cost(input, 0);
        if spent.usd + cost > limit {
            let used = spent.usd;
            return Err(exceeded(
                request,
                "budget.usd",
                &format!("${used:.4} of ${limit:.4} are used and the request costs at least ${cost:.4}"),
            ));
        }
        Ok(())
    }
}

impl Spent {
    /// Adds what a call used; tokens the provider did not count are estimated from the length of the texts.
    pub(super) fn add(&mut self, usage: &Usage, request: &Request, reply_bytes: usize) {
        let input = usage.input_tokens.unwrap_or_else(|| estimate(request.system.len() + request.prompt.len()));
        self.input_tokens += input;
        self.output_tokens += usage.output_tokens.unwrap_or_else(|| estimate(reply_bytes));
        self.usd += usage.cost_usd.unwrap_or_default();
    }

    /// Adds what a failed call says it used, which is often nothing.
    pub(super) fn add_failed(&mut self, usage: &Usage) {
        self.input_tokens += usage.input_tokens.unwrap_or_default();
        self.output_tokens += usage.output_tokens.unwrap_or_default();
        self.usd += usage.cost_usd.unwrap_or_default();
    }
}

impl Usage {
    /// The same with the cost worked out, where the provider did not say and the price and the tokens are known.
    pub(super) fn priced(mut self, price: Option<Price>) -> Self {
        if let (None, Some(price)) = (self.cost_usd, price)
            && (self.input_tokens.is_some() || self.output_tokens.is_some())
        {
            let (input, output) = (self.input_tokens.unwrap_or_default(), self.output_tokens.unwrap_or_default());
            self.cost_usd = Some(price.cost(input, output));
        }
        self
    }
}

fn estimate(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX) / BYTES_PER_TOKEN
}

fn exceeded(request: &Request, setting: &str, what: &str) -> LlmError {
    let message = format!("the budget of the run ends before a call of stage `{}`: {what}", request.stage);
    LlmError::new(Kind::Budget, "llm/budget", message).hint(format!(
        "raise {setting} (`--set {setting}=...`) and run `specgen resume`; calls already made are not paid again"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_stops_by_itself() {
        let request = Request::new("draft", "", "x".repeat(400), 10);
        let spent = Spent { calls: 3, input_tokens: 500, output_tokens: 450, usd: 0.5 };
        let price = Some(Price { input: 1000.0, output: 1000.0 });
        let stops = |budget: Budget| budget.admit(&spent, &request, price).is_err_and(|e| e.is_budget());
        assert!(!stops(Budget::default()));
        assert!(stops(Budget { calls: Some(3), ..Budget::default() }));
        assert!(!stops(Budget { calls: Some(4), ..Budget::default() }));
        assert!(stops(Budget { tokens: Some(1049), ..Budget::default() }));
        assert!(!stops(Budget { tokens: Some(1050), ..Budget::default() }));
        assert!(stops(Budget { usd: Some(0.55), ..Budget::default() }));
        assert!(!stops(Budget { usd: Some(0.7), ..Budget::default() }));
    }

    #[test]
    fn a_limit_in_dollars_needs_a_price() {
        let request = Request::new("draft", "", "x", 10);
        let budget = Budget { usd: Some(1.0), ..Budget::default() };
        let error = budget.admit(&Spent::default(), &request, None).unwrap_err();
        assert_eq!(error.diagnostic.code, "llm/price-unknown");
    }

    #[test]
    fn a_cost_the_provider_names_is_kept() {
        let price = Some(Price { input: 2.0, output: 10.0 });
        let usage = Usage { input_tokens: Some(1_000_000), output_tokens: Some(100_000), cost_usd: None };
        assert_eq!(usage.priced(price).cost_usd, Some(3.0));
        assert_eq!(Usage { cost_usd: Some(0.1), ..usage }.priced(price).cost_usd, Some(0.1));
        assert_eq!(Usage::default().priced(price).cost_usd, None);
    }
}
