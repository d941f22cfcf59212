//! A folder of recorded calls as a provider: any session's calls folder. A request without a record is an error, never
//! a call.

use async_trait::async_trait;
use camino::Utf8PathBuf;

use crate::llm::Answer;
use crate::llm::Kind;
use crate::llm::LlmError;
use crate::llm::Progress;
use crate::llm::Provider;
use crate::llm::Request;
use crate::llm::record;

/// The provider.
#[derive(Clone, Debug)]
pub struct Replay {
    folder: Utf8PathBuf,
}

impl Replay {
    /// Answers from the records in `folder`.
    pub fn new(folder: Utf8PathBuf) -> Self {
        Self { folder }
    }
}

impl Replay {
    /// Whether the folder holds no record at all: then nothing has changed since the recording, as there was none.
    fn is_empty(&self) -> bool {
        record::all(&self.folder).is_ok_and(|records| records.is_empty())
    }

    fn miss(&self, request: &Request) -> LlmError {
        let stage = &request.stage;
        let message = format!("replay stage `{stage}`: no record {} in {}", request.key(), self.folder);
        let error = LlmError::new(Kind::Record, "llm/replay-miss", message);
        if self.is_empty() {
            return error
                .hint("no call of this project was ever recorded, and the provider `replay` only repeats recorded ones")
                .hint(
                    "choose who answers: `--provider handoff` (you, with any chat), `--provider anthropic` or `openai` (with a \
                     key), `--provider command` (a program); or `llm.provider` in specgen.yaml. `specgen run --help` lists all",
                );
        }
        error
            .hint(
                "something that shapes the request has changed since the recording: source, prompt, \
                 configuration or toolchain output",
            )
            .hint(format!(
                "to record it, run the session with another provider (for example `--provider anthropic`, or \
                 `--provider handoff` without a key) and add its calls folder to {}",
                self.folder
            ))
    }
}

#[async_trait]
impl Provider for Replay {
    fn name(&self) -> &str {
        "replay"
    }

    fn charges(&self) -> bool {
        false
    }

    fn counts(&self) -> bool {
        false
    }

    fn is_mute(&self) -> bool {
        self.is_empty()
    }

    async fn ask(&self, request: &Request, _: Progress<'_>) -> Result<Answer, LlmError> {
        if let Some((record, text)) = record::find(&self.folder, request)? {
            let (usage, model) = (record.usage, record.model.clone());
            return Ok(Answer { text, usage, model, took: None, record: Some(record) });
        }
        Err(self.miss(request))
    }
}
