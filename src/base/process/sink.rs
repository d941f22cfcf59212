//! Where a child's output goes.

use crate::base::disk::DiskError;
use crate::base::disk::Log;

/// Where both outputs go: memory up to the cap, the log, and lines of stdout to the caller.
pub(super) struct Sink<'a> {
    cap: usize,
    /// How much more may come on stdout before the child is stopped.
    left: Option<usize>,
    pub(super) kept: [Vec<u8>; 2],
    pub(super) truncated: bool,
    log: Option<Log>,
    logged: usize,
    line: Vec<u8>,
    on_line: &'a mut (dyn FnMut(&str) + Send),
}

impl<'a> Sink<'a> {
    pub(super) fn new(cap: usize, limit: usize, log: Option<Log>, on_line: &'a mut (dyn FnMut(&str) + Send)) -> Self {
        Self {
            cap,
            left: Some(limit),
            kept: [Vec::new(), Vec::new()],
            truncated: false,
            log,
            logged: 0,
            line: Vec::new(),
            on_line,
        }
    }

    pub(super) fn take(&mut self, which: usize, bytes: &[u8]) -> Result<(), DiskError> {
        let room = self.cap.saturating_sub(self.kept[which].len()).min(bytes.len());
        self.kept[which].extend_from_slice(&bytes[..room]);
        self.truncated |= room < bytes.len();
        if let Some(log) = &mut self.log {
            // Both outputs go into one file, so it may hold twice the cap.
            let room = (2 * self.cap).saturating_sub(self.logged).min(bytes.len());
            log.write(&bytes[..room])?;
            self.logged += room;
        }
        self.left = self.left.and_then(|left| left.checked_sub(bytes.len()));
        if which == 0 {
            self.lines(bytes);
        }
        Ok(())
    }

    /// Whether more has come than may.
    pub(super) fn is_over(&self) -> bool {
        self.left.is_none()
    }

    fn lines(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b'\n' {
                self.end_line();
            } else if self.line.len() < self.cap {
                self.line.push(*byte);
            }
        }
    }

    fn end_line(&mut self) {
        let line = String::from_utf8_lossy(&self.line);
        (self.on_line)(line.strip_suffix('\r').unwrap_or(&line));
        self.line.clear();
    }

    pub(super) fn close(&mut self, how: &str) -> Result<(), DiskError> {
        if !self.line.is_empty() {
            self.end_line();
        }
        let Some(log) = &mut self.log else { return Ok(()) };
        if self.truncated {
            log.write(b"\n*** output beyond the cap is left out")?;
        }
        log.write(format!("\n*** exit: {how}\n").as_bytes())
    }
}
