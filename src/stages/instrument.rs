//! # Instrument: a copy of the source that writes traces
//!
//! | reads  | the source, the trace mapping, the emitter of the language                       |
//! | writes | `tree/` (the instrumented copy), `changes.patch`, `points.json`                  |
//! | calls  | the language's compiler                                                          |
//! | never  | writes to the original                                                           |
//! | stops  | the copy compiles · a probe has no place · the compiler says no                  |

use camino::Utf8Path;

use super::Desk;
use super::required;
use super::shared::copying;
use crate::base::diag::Failure;
use crate::base::disk;
use crate::instrument;
use crate::session::Inputs;
use crate::source::LanguageName;

/// Changes when the stage would write something else from the same inputs.
const FORMAT: u32 = 2;

/// The input that is the trace mapping.
pub const MAPPING: &str = "trace mapping";

/// Digest of the trace mapping at `path`, with the support files beside it.
pub fn digest_of_mapping(path: &Utf8Path) -> Result<String, Failure> {
    Ok(disk::sha256_tree(path.parent().unwrap_or(path))?)
}

/// What the stage depends on.
pub fn inputs(desk: &Desk<'_>) -> Result<Inputs, Failure> {
    let path = desk.project(required(desk.settings.config.target.trace.as_deref(), "target.trace")?);
    let mut inputs = Inputs::new();
    inputs.insert("source".to_owned(), desk.source.digest.clone());
    inputs.insert(MAPPING.to_owned(), digest_of_mapping(&path)?);
    let emitters = [LanguageName::Go, LanguageName::Rust, LanguageName::Python].map(instrument::emitter);
    inputs.insert("emitters".to_owned(), disk::sha256(emitters.concat().as_bytes()));
    inputs.insert("stage format".to_owned(), FORMAT.to_string());
    Ok(inputs)
}

/// Makes the copy and compiles it.
pub async fn run(desk: &Desk<'_>, folder: &Utf8Path) -> Result<String, Failure> {
    let made = copying::make(desk, &desk.source.root, &folder.join("tree")).await?;
    disk::put(&folder.join("changes.patch"), &made.diff)?;
    super::write_json(&folder.join("points.json"), &made.points)?;
    Ok(format!("{} probes in {} files; the copy compiles", made.points.len(), made.files.len()))
}
