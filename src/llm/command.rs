//! A local program as a provider: the request on its standard input, the reply on its standard output.

use std::time::Duration;

use async_trait::async_trait;

use crate::base::process;
use crate::base::process::Exit;
use crate::base::process::Finished;
use crate::base::process::ProcessError;
use crate::llm::Answer;
use crate::llm::Event;
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
/// of its own; `secrets` are the keys known to the caller, to be kept out of messages. There is no log, as a program may
/// print such a key: its reply is in the record, and the end of its error output in the message, both without keys.
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

    async fn ask(&self, request: &Request, progress: Progress<'_>) -> Result<Answer, LlmError> {
        let text = match request.system.is_empty() {
            true => request.prompt.clone(),
            false => format!("{}\n\n{}", request.system, request.prompt),
        };
        let Some((program, arguments)) = self.argv.split_first() else {
            return Err(self.error(Kind::Config, "llm/command-missing", "there is none").hint("set llm.command"));
        };
        let command = process::Command::new(program).args(arguments).stdin(text);
        let mut bytes = 0;
        let mut count = |line: &str| {
            bytes += line.len() + 1;
            progress(Event::Received { bytes });
        };
        let run = command.limit(self.time_limit).output_limit(self.reply_bytes).run_lines(&mut count).await;
        let text = self.judge(run.map_err(|error| self.not_run(&error))?)?;
        Ok(Answer { text, model: self.model.clone(), ..Answer::default() })
    }
}

impl Command {
    /// The reply of a program that has ended.
    fn judge(&self, finished: Finished) -> Result<String, LlmError> {
        let how = finished.exit.to_string();
        match finished.exit {
            Exit::Success if finished.stdout_is_text => Ok(finished.stdout),
            Exit::Success => Err(self
                .error(Kind::BadReply, "llm/bad-reply", "its output is not UTF-8 text")
                .hint("make the program write the reply, and nothing else, to standard output as UTF-8")),
            Exit::TooMuch => Err(too_large(&self.name, self.reply_bytes)),
            Exit::Timeout => Err(self
                .error(Kind::Unreachable, "llm/timeout", &format!("not done after {:?}", self.time_limit))
                .hint("raise llm.time_limit (seconds)")),
            // The last three are of children with bounds, which a provider's program is not.
            Exit::Failure(_) | Exit::Signalled(_) | Exit::TooMuchMemory | Exit::TooMuchDisk | Exit::Interrupted => {
                let said = excerpt(last_lines(&finished.stderr), &self.secrets);
                let what = if said.is_empty() { how } else { format!("{how}: {said}") };
                Err(self
                    .error(Kind::Refused, "llm/command-failed", &what)
                    .hint("try the program by itself: it reads the prompt from standard input"))
            }
        }
    }

    fn not_run(&self, error: &ProcessError) -> LlmError {
        match error {
            ProcessError::Start { source, .. } => self
                .error(Kind::Config, "llm/command-missing", &format!("start: {source}"))
                .hint("check llm.command; no shell expands it"),
            ProcessError::DiskFull { .. } => LlmError::of(Kind::Disk, error.diagnostic()),
            ProcessError::Wait { .. } | ProcessError::Log(_) | ProcessError::Interrupted { .. } => {
                LlmError::of(Kind::Unreachable, error.diagnostic())
            }
        }
    }

    fn error(&self, kind: Kind, code: &str, what: &str) -> LlmError {
        let program = self.argv.first().map_or("", String::as_str);
        LlmError::new(kind, code, format!("get a reply from `{}`: run `{program}`: {what}", self.name))
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
        let command = Command { time_limit: Duration::from_millis(100), ..shell("sleep 300") };
        let error = ask(&command).await.unwrap_err();
        assert_eq!(error.diagnostic.code, "llm/timeout");
    }

    #[tokio::test]
    async fn what_has_come_is_told_while_the_program_writes() {
        let seen = std::sync::Mutex::new(Vec::new());
        let request = Request::new("draft", "", "why?", 10);
        shell("echo one; echo two").ask(&request, &|event| seen.lock().unwrap().push(event)).await.unwrap();
        assert_eq!(*seen.lock().unwrap(), [4, 8].map(|bytes| Event::Received { bytes }));
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
