//! A person as a provider: the request is written to a file, the reply is waited for in another.
//!
//! For people without a key: paste `prompt.md` into any chat, save the answer as `reply.md` beside it. Both stay where
//! they are, so an interrupted run finds a reply that was written in the meantime.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use camino::Utf8PathBuf;

use crate::base::clock::Stopwatch;
use crate::base::disk;
use crate::base::disk::DiskError;
use crate::llm::Answer;
use crate::llm::Event;
use crate::llm::Kind;
use crate::llm::LlmError;
use crate::llm::Progress;
use crate::llm::Provider;
use crate::llm::Request;
use crate::llm::Sleeper;
use crate::llm::http::too_large;
use crate::llm::retry::Asleep;

/// The provider.
#[derive(Clone)]
pub struct Handoff {
    /// Each request gets a folder `<stage>-<first 12 digits of its key>` in here.
    pub folder: Utf8PathBuf,
    /// How long to wait in all; `None` for as long as it takes.
    pub time_limit: Option<Duration>,
    /// How long between two looks.
    pub interval: Duration,
    /// The longest reply, in bytes.
    pub reply_bytes: usize,
    /// Waits between two looks.
    pub sleeper: Arc<dyn Sleeper>,
}

impl Handoff {
    /// In `folder`, looking every 0.3 seconds, for as long as it takes.
    pub fn new(folder: Utf8PathBuf) -> Self {
        Self {
            folder,
            time_limit: None,
            interval: Duration::from_millis(300),
            reply_bytes: crate::llm::REPLY_BYTES,
            sleeper: Arc::new(Asleep),
        }
    }

    /// The folder of a request.
    pub fn folder_of(&self, request: &Request) -> Utf8PathBuf {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' };
        let stage: String = request.stage.chars().map(plain).collect();
        self.folder.join(format!("{stage}-{}", &request.key()[..12]))
    }
}

#[async_trait]
impl Provider for Handoff {
    fn name(&self) -> &str {
        "handoff"
    }

    fn charges(&self) -> bool {
        false
    }

    async fn ask(&self, request: &Request, progress: Progress<'_>) -> Result<Answer, LlmError> {
        let folder = self.folder_of(request);
        let (prompt, reply) = (folder.join("prompt.md"), folder.join("reply.md"));
        // A prompt that waits already keeps its time, from which the answer's is counted.
        let rendered = request.render();
        if disk::read(&prompt).ok().as_deref() != Some(rendered.as_bytes()) {
            disk::put(&prompt, rendered)?;
        }
        progress(Event::Waiting { prompt: prompt.clone(), reply: reply.clone() });
        let watch = Stopwatch::start();
        let mut before = None;
        loop {
            let now = read_if_there(&reply)?;
            if now.is_some() && now == before {
                break;
            }
            before = now;
            if let Some(limit) = self.time_limit.filter(|limit| watch.elapsed() >= *limit) {
                let message = format!("get a reply from `handoff`: {reply} is not there after {limit:?}");
                return Err(LlmError::new(Kind::Unreachable, "llm/timeout", message)
                    .hint("write the file and run `specgen resume`; a reply written meanwhile is found"));
            }
            self.sleeper.sleep(self.interval).await;
        }
        let bytes = before.unwrap_or_default();
        if bytes.len() > self.reply_bytes {
            return Err(too_large(self.name(), self.reply_bytes));
        }
        let text = String::from_utf8(bytes).map_err(|_| {
            LlmError::new(Kind::BadReply, "llm/bad-reply", format!("read {reply}: it is not UTF-8 text"))
                .hint("save it as UTF-8 and run `specgen resume`")
        })?;
        // Often the reply is written while nobody waits, and found by the next run.
        let took = disk::modified(&reply)?.duration_since(disk::modified(&prompt)?).ok();
        Ok(Answer { text, took, ..Answer::default() })
    }
}

/// The file's bytes; none where it is not there or holds nothing but white space, as one just opened to be written.
fn read_if_there(path: &camino::Utf8Path) -> Result<Option<Vec<u8>>, DiskError> {
    Ok(disk::read_if_there(path)?.filter(|bytes| !bytes.iter().all(u8::is_ascii_whitespace)))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A person: at every look the next thing happens to the file.
    struct Person {
        file: Mutex<Option<Utf8PathBuf>>,
        writes: Mutex<Vec<&'static [u8]>>,
    }

    #[async_trait]
    impl Sleeper for Person {
        async fn sleep(&self, _: Duration) {
            let mut writes = self.writes.lock().unwrap();
            if !writes.is_empty() {
                let file = self.file.lock().unwrap().clone().unwrap();
                let there = disk::read(&file).unwrap_or_default();
                disk::put(&file, [&there, writes.remove(0)].concat()).unwrap();
            }
        }
    }

    fn handoff(writes: &[&'static [u8]], request: &Request) -> (tempfile::TempDir, Handoff) {
        let folder = tempfile::tempdir().unwrap();
        let mut handoff = Handoff::new(Utf8PathBuf::from_path_buf(folder.path().join("handoff")).unwrap());
        let file = handoff.folder_of(request).join("reply.md");
        handoff.sleeper = Arc::new(Person { file: Mutex::new(Some(file)), writes: Mutex::new(writes.to_vec()) });
        (folder, handoff)
    }

    #[tokio::test]
    async fn a_reply_written_in_steps_is_taken_when_it_is_whole() {
        let request = Request::new("draft", "be brief", "why?", 10);
        let (_keep, handoff) = handoff(&[b"", b"\n", b"half of \xc3", b"\xa9 and half"], &request);
        let seen = Mutex::new(Vec::new());
        let answer = handoff.ask(&request, &|event| seen.lock().unwrap().push(event)).await.unwrap();
        assert_eq!(answer.text, "\nhalf of é and half");
        let folder = handoff.folder_of(&request);
        assert!(folder.file_name().unwrap().starts_with("draft-"));
        assert_eq!(disk::read_text(&folder.join("prompt.md")).unwrap(), request.render());
        let waiting = Event::Waiting { prompt: folder.join("prompt.md"), reply: folder.join("reply.md") };
        assert_eq!(*seen.lock().unwrap(), [waiting]);
    }

    #[tokio::test]
    async fn a_reply_from_an_earlier_run_is_found() {
        let request = Request::new("draft", "", "why?", 10);
        let (_keep, handoff) = handoff(&[], &request);
        disk::put(&handoff.folder_of(&request).join("reply.md"), "because").unwrap();
        assert_eq!(handoff.ask(&request, &|_| {}).await.unwrap().text, "because");
    }

    #[tokio::test]
    async fn an_answer_takes_from_the_writing_of_the_prompt_to_that_of_the_reply() {
        let request = Request::new("draft", "", "why?", 10);
        let (_keep, mut handoff) = handoff(&[], &request);
        handoff.time_limit = Some(Duration::ZERO);
        handoff.ask(&request, &|_| {}).await.unwrap_err();
        let [prompt, reply] = ["prompt.md", "reply.md"].map(|name| handoff.folder_of(&request).join(name));
        disk::put(&reply, "because").unwrap();
        handoff.time_limit = None;
        let asked = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        std::fs::File::options().write(true).open(prompt).unwrap().set_modified(asked).unwrap();
        std::fs::File::options()
            .write(true)
            .open(reply)
            .unwrap()
            .set_modified(asked + Duration::from_secs(90))
            .unwrap();
        assert_eq!(handoff.ask(&request, &|_| {}).await.unwrap().took, Some(Duration::from_secs(90)));
    }

    #[tokio::test]
    async fn waiting_ends_at_the_time_limit() {
        let request = Request::new("draft", "", "why?", 10);
        let (_keep, mut handoff) = handoff(&[], &request);
        handoff.time_limit = Some(Duration::ZERO);
        let error = handoff.ask(&request, &|_| {}).await.unwrap_err();
        assert_eq!(error.diagnostic.code, "llm/timeout");
    }

    #[tokio::test]
    async fn a_reply_that_is_too_long_or_not_text_is_refused() {
        let request = Request::new("../draft", "", "why?", 10);
        let (_keep, mut handoff) = handoff(&[b"\xff\xfe"], &request);
        assert_eq!(handoff.folder_of(&request).parent(), Some(handoff.folder.as_path()));
        assert_eq!(handoff.ask(&request, &|_| {}).await.unwrap_err().diagnostic.code, "llm/bad-reply");
        handoff.reply_bytes = 1;
        assert_eq!(handoff.ask(&request, &|_| {}).await.unwrap_err().diagnostic.code, "llm/reply-too-large");
    }
}
