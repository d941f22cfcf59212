//! Recorded calls: what a session asked and was told, as files that git and people can read.
//!
//! A call is three files named by the [key](Request::key) of its request:
//!
//! - `<key>.prompt.md` — the whole request, [as rendered](Request::render); its SHA-256 is the key;
//! - `<key>.reply.md` — the reply's text, without secrets;
//! - `<key>.json` — a [`Record`]: usage, provider, model, time, attempts, and the digests of the other two.
//!
//! The JSON is written last. A run killed at any moment leaves a complete record or none: texts without their JSON
//! are not a record, and the next run writes over them.

use camino::Utf8Path;
use camino::Utf8PathBuf;
use serde::Deserialize;
use serde::Serialize;

use crate::base::disk;
use crate::llm::error::Kind;
use crate::llm::error::LlmError;
use crate::llm::request::Request;
use crate::llm::request::Usage;

/// The format of the JSON.
pub const FORMAT: u32 = 1;

/// The JSON of a recorded call. It names no files: their names follow from the key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`FORMAT`].
    pub format: u32,
    /// The key of the request.
    pub key: String,
    /// What was asked, without the texts.
    pub request: Parameters,
    /// The file `<key>.prompt.md`.
    pub prompt: Digest,
    /// The file `<key>.reply.md`.
    pub reply: Digest,
    /// What the call used.
    pub usage: Usage,
    /// The provider that answered.
    pub provider: String,
    /// The model that answered, if it is known.
    pub model: Option<String>,
    /// When the reply was complete, to the second.
    pub at: jiff::Timestamp,
    /// How long the last attempt took, in seconds.
    pub seconds: f64,
    /// How many attempts it took.
    pub attempts: u32,
}

/// The short part of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// The stage that asked.
    pub stage: String,
    /// The longest reply asked for.
    pub max_tokens: u32,
    /// The temperature asked for.
    pub temperature: Option<f32>,
    /// Which of several answers to the same question.
    pub sample: u32,
}

impl From<&Request> for Parameters {
    fn from(request: &Request) -> Self {
        Self {
            stage: request.stage.clone(),
            max_tokens: request.max_tokens,
            temperature: request.temperature,
            sample: request.sample,
        }
    }
}

/// What a file must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digest {
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: usize,
}

impl Digest {
    /// The digest of `text`.
    pub fn of(text: &str) -> Self {
        Self { sha256: disk::sha256(text.as_bytes()), bytes: text.len() }
    }
}

/// Where the three files of a key lie.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The [`Record`].
    pub json: Utf8PathBuf,
    /// The request.
    pub prompt: Utf8PathBuf,
    /// The reply.
    pub reply: Utf8PathBuf,
}

impl Paths {
    /// In `folder`, for `key`.
    pub fn new(folder: &Utf8Path, key: &str) -> Self {
        let file = |ending: &str| folder.join(format!("{key}.{ending}"));
        Self { json: file("json"), prompt: file("prompt.md"), reply: file("reply.md") }
    }
}

/// The record of `request` in `folder` and the reply's text; `None` where there is none, an error where it is damaged.
pub fn find(folder: &Utf8Path, request: &Request) -> Result<Option<(Record, String)>, LlmError> {
    let key = request.key();
    let paths = Paths::new(folder, &key);
    let Some(json) = disk::read_text_if_there(&paths.json)? else {
        return Ok(None);
    };
    let record = parse(&paths.json, &json)?;
    if record.key != key {
        return Err(damaged(&paths.json, "holds the record of another key"));
    }
    checked(&paths.prompt, &record.prompt)?;
    if record.prompt.sha256 != key {
        return Err(damaged(&paths.prompt, "is not the request that its name says"));
    }
    let text = checked(&paths.reply, &record.reply)?;
    Ok(Some((record, text)))
}

/// Writes a record whole: first the texts, the JSON last.
pub fn write(folder: &Utf8Path, request: &Request, record: &Record, text: &str) -> Result<(), LlmError> {
    let paths = Paths::new(folder, &record.key);
    disk::put(&paths.prompt, request.render())?;
    disk::put(&paths.reply, text)?;
    let mut json = serde_json::to_string_pretty(record)
        .map_err(|error| LlmError::new(Kind::Record, "llm/record-damaged", format!("write {}: {error}", paths.json)))?;
    json.push('\n');
    disk::put(&paths.json, json)?;
    Ok(())
}

/// Every record in `folder`, sorted by when and key; what `specgen report` adds up.
pub fn all(folder: &Utf8Path) -> Result<Vec<Record>, LlmError> {
    if !disk::exists(folder) {
        return Ok(Vec::new());
    }
    let mut records = Vec::new();
    for file in disk::files_under(folder)? {
        if file.extension() == Some("json") && file.components().count() == 1 {
            let path = folder.join(&file);
            records.push(parse(&path, &disk::read_text(&path)?)?);
        }
    }
    records.sort_by(|a, b| (a.at, &a.key).cmp(&(b.at, &b.key)));
    Ok(records)
}

fn parse(path: &Utf8Path, json: &str) -> Result<Record, LlmError> {
    /// The one field that every format has.
    #[derive(Deserialize)]
    struct Head {
        format: u32,
    }
    let head: Head = serde_json::from_str(json).map_err(|error| damaged(path, &format!("is not a record: {error}")))?;
    if head.format != FORMAT {
        let message = format!("{path} has format {}, this specgen reads {FORMAT}", head.format);
        return Err(LlmError::new(Kind::Record, "llm/record-format", message)
            .hint("use the specgen that wrote the record, or remove the record and ask again"));
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| damaged(path, &format!("at `{}`: {}", error.path(), error.inner())))
}

fn checked(path: &Utf8Path, digest: &Digest) -> Result<String, LlmError> {
    let Some(text) = disk::read_text_if_there(path)? else {
        return Err(damaged(path, "is gone, its record is still there"));
    };
    if Digest::of(&text) == *digest {
        return Ok(text);
    }
    let error = damaged(path, "is not what was recorded");
    Err(match text.contains("\r\n") {
        true => error.hint("its line ends were changed; `*.md -text` in .gitattributes keeps git from doing so"),
        false => error,
    })
}

fn damaged(path: &Utf8Path, what: &str) -> LlmError {
    LlmError::new(Kind::Record, "llm/record-damaged", format!("{path} {what}"))
        .hint("restore the file, or remove the record's three files and ask again")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        (folder, path)
    }

    fn recorded(folder: &Utf8Path) -> (Request, Record) {
        let request = Request::new("draft", "be brief", "why?", 100);
        let record = Record {
            format: FORMAT,
            key: request.key(),
            request: Parameters::from(&request),
            prompt: Digest::of(&request.render()),
            reply: Digest::of("because\n"),
            usage: Usage { input_tokens: Some(12), output_tokens: Some(3), cost_usd: None },
            provider: "anthropic".into(),
            model: Some("a-model".into()),
            at: "2026-01-02T03:04:05Z".parse().unwrap(),
            seconds: 1.5,
            attempts: 2,
        };
        write(folder, &request, &record, "because\n").unwrap();
        (request, record)
    }

    #[test]
    fn a_record_comes_back_as_it_was_written() {
        let (_keep, folder) = folder();
        let (request, record) = recorded(&folder);
        assert_eq!(find(&folder, &request).unwrap(), Some((record.clone(), "because\n".to_owned())));
        assert_eq!(all(&folder).unwrap(), [record]);
        let json = disk::read_text(&Paths::new(&folder, &request.key()).json).unwrap();
        insta::assert_snapshot!(json);
    }

    #[test]
    fn texts_without_their_json_are_no_record() {
        let (_keep, folder) = folder();
        let (request, _) = recorded(&folder);
        disk::remove(&Paths::new(&folder, &request.key()).json).unwrap();
        assert_eq!(find(&folder, &request).unwrap(), None);
        recorded(&folder);
        assert!(find(&folder, &request).unwrap().is_some());
    }

    #[test]
    fn a_write_that_stops_half_way_leaves_no_record() {
        let (_keep, from) = folder();
        let (request, record) = recorded(&from);
        let (_keep_too, to) = folder();
        let paths = Paths::new(&to, &request.key());
        // Something in the way of the reply stops the write where a kill might.
        disk::create_dir(&paths.reply).unwrap();
        write(&to, &request, &record, "because\n").unwrap_err();
        assert!(disk::exists(&paths.prompt) && !disk::exists(&paths.json));
        assert_eq!(find(&to, &request).unwrap(), None);
    }

    #[test]
    fn any_changed_file_is_damage() {
        let (_keep, folder) = folder();
        let (request, record) = recorded(&folder);
        let paths = Paths::new(&folder, &request.key());
        let changed_json = serde_json::to_string(&Record { key: "0".repeat(64), ..record }).unwrap();
        for (path, text) in [
            (&paths.reply, "because not\n"),
            (&paths.reply, "because\r\n"),
            (&paths.prompt, "what?"),
            (&paths.json, "{\"format\": 1"),
            (&paths.json, "{\"format\": 1, \"key\": 3}"),
            (&paths.json, changed_json.as_str()),
        ] {
            recorded(&folder);
            disk::put(path, text).unwrap();
            let error = find(&folder, &request).unwrap_err();
            assert_eq!((error.kind, error.diagnostic.code.as_str()), (Kind::Record, "llm/record-damaged"), "{text}");
            assert!(error.diagnostic.message.contains(&request.key()));
        }
        recorded(&folder);
        disk::remove(&paths.reply).unwrap();
        assert_eq!(find(&folder, &request).unwrap_err().diagnostic.code, "llm/record-damaged");
    }

    #[test]
    fn a_newer_format_is_said_to_be_one() {
        let (_keep, folder) = folder();
        let (request, _) = recorded(&folder);
        disk::put(&Paths::new(&folder, &request.key()).json, "{\"format\": 9, \"new\": true}").unwrap();
        let error = find(&folder, &request).unwrap_err();
        assert_eq!(error.diagnostic.code, "llm/record-format");
        assert!(error.diagnostic.message.ends_with("has format 9, this specgen reads 1"));
    }
}
