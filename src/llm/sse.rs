//! Server-sent events, from bytes as they come: lines and characters may be split anywhere.

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SseEvent {
    /// The `event:` field; empty where there is none.
    pub(super) name: String,
    /// The `data:` lines, joined by newlines.
    pub(super) data: String,
}

/// Puts events together.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    line: Vec<u8>,
    event: SseEvent,
    has_data: bool,
}

impl Decoder {
    /// Takes the next bytes and returns the events they complete; an error where a line is not UTF-8.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<SseEvent>, std::str::Utf8Error> {
        let mut events = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                let line = std::str::from_utf8(&line)?.trim_end_matches(['\n', '\r']);
                events.extend(self.line(line.trim_start_matches('\u{feff}')));
            }
        }
        Ok(events)
    }

    /// How many bytes wait for the rest of their event.
    pub(super) fn pending(&self) -> usize {
        self.line.len() + self.event.data.len()
    }

    /// Whatever is left when the stream ends; some servers leave out the last empty line.
    pub(super) fn finish(&mut self) -> Result<Option<SseEvent>, std::str::Utf8Error> {
        let mut events = self.push(b"\n")?;
        events.extend(self.push(b"\n")?);
        Ok(events.pop())
    }

    fn line(&mut self, line: &str) -> Option<SseEvent> {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return std::mem::take(&mut self.has_data).then_some(event);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            // Comments (an empty field), `id` and `retry` mean nothing here.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, data: &str) -> SseEvent {
        SseEvent { name: name.into(), data: data.into() }
    }

    #[test]
    fn events_are_the_same_however_the_bytes_are_cut() {
        let stream = ": hello\n\nevent: a\ndata: {\"x\": \"é✓\"}\n\ndata: one\r\ndata:two\r\n\r\nid: 3\nevent: b\n\n\
                      data: [DONE]\n\n";
        let expected = [event("a", "{\"x\": \"é✓\"}"), event("", "one\ntwo"), event("", "[DONE]")];
        for size in 1..stream.len() {
            let mut decoder = Decoder::default();
            let events: Vec<_> = stream.as_bytes().chunks(size).flat_map(|c| decoder.push(c).unwrap()).collect();
            assert_eq!(events, expected, "chunks of {size}");
            assert_eq!(decoder.pending(), 0);
        }
    }

    #[test]
    fn the_last_event_may_lack_its_empty_line() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.push(b"data: [DONE]").unwrap(), []);
        assert_eq!(decoder.finish().unwrap(), Some(event("", "[DONE]")));
        assert_eq!(decoder.finish().unwrap(), None);
    }

    #[test]
    fn bytes_that_are_not_text_are_refused() {
        assert!(Decoder::default().push(b"data: \xff\n").is_err());
    }
}
