//! What is mended without a model, and the record of it.

use camino::Utf8Path;
use serde::Serialize;

use crate::base::diag::Failure;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;
use crate::tla::fix;
use crate::tla::fix::Fix;

/// Format number of `fixes.json`.
const FORMAT: u32 = 1;

/// fixes.json: what the fixers did, in order.
#[derive(Serialize)]
struct Fixes<'a> {
    format: u32,
    fixes: &'a [Fix],
}

/// `text`, which SANY does not accept, after the fixers, and how many fixes they made; each is in `fixes.json` at `place`.
pub(in crate::stages) fn mend(place: &Utf8Path, name: &str, text: &str) -> Result<(String, usize), Failure> {
    let source = Source { path: name.to_owned(), text: text.to_owned() };
    let fixed = fix::fix(&source, &NoLibrary);
    if !fixed.fixes.is_empty() {
        let record = Fixes { format: FORMAT, fixes: &fixed.fixes };
        crate::stages::write_json(&place.join("fixes.json"), &record)?;
    }
    Ok((fixed.text, fixed.fixes.len()))
}
