//! Lines of a file, one at a time, never more than a megabyte of one.

use std::io;
use std::io::BufRead;
use std::io::Read as _;

use crate::base::diag::Diagnostic;
use crate::trace::fields::Line;

/// The longest line that is read, in bytes.
const MAX_LINE: usize = 1 << 20;

/// What some programs write at the start of a text; it says nothing that is not known.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Whether nothing can be read after this error: after a line that was skipped the next one can, after one of the disk not.
pub(super) fn ends_reading(error: &Diagnostic) -> bool {
    !["trace/line-too-long", "trace/not-utf8"].contains(&error.code.as_str())
}

/// Whether this error of a line that `ended`, or not, is only that the line was cut off: half an object is never an object.
pub(super) fn is_cut_off(error: &Diagnostic, ended: bool) -> bool {
    !ended && error.code == "trace/not-json"
}

/// The lines of an input.
pub(super) struct Lines<R> {
    input: R,
    /// The number of the last one, from 1.
    pub(super) number: usize,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, number: 0 }
    }

    /// The next line without its end, and whether it had one.
    pub(super) fn next(&mut self, file: &str) -> Result<Option<(String, bool)>, Diagnostic> {
        let unread = |error: io::Error| {
            let hint = "name a file with one trace; a folder is none";
            Diagnostic::error("disk/io", format!("read {file}: {error}")).hint(hint)
        };
        let mut bytes = Vec::new();
        let most = MAX_LINE as u64 + 1;
        if self.input.by_ref().take(most).read_until(b'\n', &mut bytes).map_err(unread)? == 0 {
            return Ok(None);
        }
        let ended = bytes.pop_if(|last| *last == b'\n').is_some();
        let mut length = bytes.len();
        if length > MAX_LINE {
            // What is passed over is kept nowhere.
            length += self.input.skip_until(b'\n').map_err(unread)?;
        }
        self.number += 1;
        let line = Line { file, number: self.number, text: "" };
        if length > MAX_LINE {
            let message = format!("the line has {length} bytes, more than {MAX_LINE}");
            let hint = "record less with an event: only what the specification has";
            return Err(line.error("trace/line-too-long", message, None).hint(hint));
        }
        if self.number == 1 && bytes.starts_with(BOM) {
            bytes.drain(..BOM.len());
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Some((text, ended))),
            // A cut inside a character is a cut.
            Err(error) if !ended && error.utf8_error().error_len().is_none() => {
                Ok(Some((String::from_utf8_lossy(error.as_bytes()).into_owned(), ended)))
            }
            Err(error) => {
                let at = error.utf8_error().valid_up_to() + 1;
                let message = format!("the line is no UTF-8 from its byte {at} on");
                let hint = "JSON is written in UTF-8; write bytes that are no text as numbers, or in base64";
                Err(line.error("trace/not-utf8", message, None).hint(hint))
            }
        }
    }
}
