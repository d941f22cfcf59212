//! A local program as a provider: the request on its standard input, the reply on its standard output.

use std::time::Duration;

use async_trait::async_trait;

use crate::base::process;
use crate::base::process::Exit;
use crate::base::process::ProcessError;
use crate::llm::Answer;
use crate::llm::Key;
use crate::llm::Kind;
use crate::llm::LlmError;
use crate::llm::Progress;
use crate::llm::Provider;
use crate::llm::Request;
use crate::llm::http::too_large;
use crate::llm::key::excerpt;

/// The provider. The program is what the user configured; nothing from a reply ever becomes part of it.
///
/// The program gets the system text, an empty line, and the prompt. It inherits the environment, as it may need a key
/// of its own; `secrets` are the keys known to the caller, to be kept out of messages.
#[derive(Clone, Debug)]
pub struct Command {
    /// The provider's name in records and messages.
    pub name: String,
    /// The program and its arguments; no shell is between.
    pub argv: Vec<String>,
    /// The model, where the configuration names one, for the record only.
    pub model: Option<String>,
    /// After this the program is killed.
    pub time_limit: Duration,
    /// The longest reply, in bytes.
    pub reply_bytes: usize,
    /// Keys that must not appear in messages.
    pub secrets: Vec<Key>,
}

#[async_trait]
impl Provider for Command {
    fn name(&self) -> &str {
        &self.name
    }

    fn secrets(&self) -> &[Key] {
        &self.secrets
    }

    async fn ask(&self, request: &Request, _: Progress<'_>) -> Result<Answer, LlmError> {
        let text = match request.system.is_empty() {
            true => request.prompt.clone(),
            false => format!("{}\n\n{}", request.system, request.prompt),
        };
        let Some((program, arguments)) = self.argv.split_first() else {
            return Err(self.missing("the command is empty"));
        };
        let command = process::Command::new(program).args(arguments).stdin(text).limit(self.time_limit);
        let finished = command.output_cap(self.reply_bytes).ends_at_cap().run().await.map_err(|e| self.failed(&e))?;
        match finished.exit {
            _ if finished.truncated => Err(too_large(&self.name, self.reply_bytes)),
            Exit::Success if !finished.is_text => {
                Err(self.error(Kind::BadReply, "llm/bad-reply", "its output is not UTF-8 text"))
            }
            Exit::Success => Ok(Answer { text: finished.stdout, model: self.model.clone(), ..Answer::default() }),
            Exit::Timeout => {
                let what = format!("not done after {:?}", self.time_limit);
                Err(self.error(Kind::Unreachable, "llm/timeout", &what).hint("raise `total_seconds` of the provider"))
            }
            exit @ (Exit::Failure(_) | Exit::Signalled(_)) => {
                let said = excerpt(last_lines(&finished.stderr), &self.secrets);
                let what = if said.is_empty() { exit.to_string() } else { format!("{exit}: {said}") };
                Err(self.error(Kind::Refused, "llm/command-failed", &what))
            }
        }
    }
}

impl Command {
    fn error(&self, kind: Kind, code: &str, what: &str) -> LlmError {
        let program = self.argv.first().map_or("", String::as_str);
        LlmError::new(kind, code, format!("get a reply from `{}`: run `{program}`: {what}", self.name))
    }

    fn missing(&self, what: &str) -> LlmError {
        self.error(Kind::Config, "llm/command-missing", what).hint("check `argv` of the provider; no shell expands it")
    }

    /// Where the program could not be run to its end.
    fn failed(&self, error: &ProcessError) -> LlmError {
        match error {
            ProcessError::Start { source, .. } => self.missing(&format!("start: {source}")),
            ProcessError::Interrupted { .. } => LlmError::of(Kind::Unreachable, error.diagnostic()),
            ProcessError::DiskFull { .. } => LlmError::of(Kind::Disk, error.diagnostic()),
            ProcessError::Wait { .. } | ProcessError::Log(_) => {
                self.error(Kind::BadReply, "llm/bad-reply", &error.to_string())
            }
        }
    }
}

/// The last lines of an error output, where the reason mostly stands; whole lines, as a key may be in one.
fn last_lines(text: &str) -> &str {
    let text = text.trim_end();
    text.rmatch_indices('\n').nth(4).map_or(text, |(at, _)| &text[at + 1..])
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::base::clock::Stopwatch;

    fn shell(script: &str) -> Command {
        Command {
            name: "command".into(),
            argv: vec!["sh".into(), "-c".into(), script.into()],
            model: Some("local".into()),
            time_limit: Duration::from_secs(20),
            reply_bytes: 1000,
            secrets: vec![Key::new("sk-planted-000").unwrap()],
        }
    }

    async fn ask(command: &Command) -> Result<Answer, LlmError> {
        command.ask(&Request::new("draft", "be brief", "why?", 10), &|_| {}).await
    }

    #[tokio::test]
    async fn a_program_gets_the_request_and_answers() {
        let answer = ask(&shell("tr a-z A-Z")).await.unwrap();
        assert_eq!(answer.text, "BE BRIEF\n\nWHY?");
        assert_eq!(answer.model.as_deref(), Some("local"));
    }

    #[tokio::test]
    async fn a_program_need_not_read_its_input() {
        let command = shell("echo done");
        let request = Request::new("draft", "", "x".repeat(1 << 20), 10);
        assert_eq!(command.ask(&request, &|_| {}).await.unwrap().text, "done\n");
    }

    #[tokio::test]
    async fn a_failure_shows_what_the_program_said_without_keys() {
        let error = ask(&shell("echo 'no such model, key sk-planted-000' >&2; exit 3")).await.unwrap_err();
        assert_eq!(error.diagnostic.code, "llm/command-failed");
        let message = &error.diagnostic.message;
        assert!(message.contains("failure, status 3: no such model, key [hidden]"), "{message}");
    }

    #[tokio::test]
    async fn a_program_is_killed_when_its_time_is_up() {
        let watch = Stopwatch::start();
        let command = Command { time_limit: Duration::from_millis(100), ..shell("sleep 30") };
        let error = ask(&command).await.unwrap_err();
        assert_eq!(error.diagnostic.code, "llm/timeout");
        assert!(watch.elapsed() < Duration::from_secs(10));
    }

    #[tokio::test]
    async fn a_program_that_writes_without_end_is_stopped() {
        for script in ["yes", "yes | tr -d '\\n'", "yes >&2"] {
            assert_eq!(ask(&shell(script)).await.unwrap_err().diagnostic.code, "llm/reply-too-large", "{script}");
        }
    }

    #[tokio::test]
    async fn a_reply_that_is_not_text_is_refused() {
        assert_eq!(ask(&shell("printf '\\377'")).await.unwrap_err().diagnostic.code, "llm/bad-reply");
    }

    #[tokio::test]
    async fn a_missing_program_is_a_matter_of_configuration() {
        let command = Command { argv: vec!["no-such-program-here".into()], ..shell("") };
        let error = ask(&command).await.unwrap_err();
        assert_eq!((error.kind, error.diagnostic.code.as_str()), (Kind::Config, "llm/command-missing"));
        assert_eq!(ask(&Command { argv: vec![], ..shell("") }).await.unwrap_err().kind, Kind::Config);
    }
}
