//! One layout for the IISpec, so that every version of it differs from the one before only where its meaning does.

use crate::stages::Desk;
use crate::tla::format;

/// `text` as `specgen fmt` lays it out. What cannot be laid out stays as it is, and the person is told why.
pub fn laid_out(desk: &Desk<'_>, text: &str, file: &str) -> String {
    let formatted = format::format(text, file);
    for refusal in &formatted.diagnostics {
        desk.ui.say(&format!("  {file} keeps its layout: {refusal}"));
    }
    formatted.text
}
