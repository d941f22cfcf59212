//! The framing of `tlc2.TLC -tool`: messages between marks, everything else in lines between them.
//!
//! ```text
//! @!@!@STARTMSG 1000:1 @!@!@
//! The exception was a tlc2.tool.EvalException
//! : @!@!@STARTMSG 2132:0 @!@!@
//! The first argument of Assert evaluated to FALSE; the second argument was:
//! @!@!@ENDMSG 2132 @!@!@
//! @!@!@ENDMSG 1000 @!@!@
//! ```
//!
//! A message may stand inside another one, and then behind a prefix. Severity: 0 none, 1 error, 2 bug of TLC, 3 warning,
//! 4 state.

const MARK: &str = "@!@!@";

/// A whole message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// TLC's number for it.
    pub code: u32,
    /// How bad TLC thinks it is.
    pub severity: u32,
    /// Its text without the last line ending; the text of nested messages is included where it stood.
    pub text: String,
    /// Messages inside it.
    pub nested: Vec<Self>,
}

impl Message {
    /// Whether it, or a message inside it, has this code.
    pub fn has(&self, code: u32) -> bool {
        self.code == code || self.nested.iter().any(|message| message.has(code))
    }
}

/// What the framing yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A line outside all messages.
    Line(String),
    /// A whole message.
    Message(Message),
    /// The output ended inside this message.
    Cut(Message),
}

/// Turns lines into items.
#[derive(Clone, Debug, Default)]
pub struct Framer {
    open: Vec<Message>,
}

impl Framer {
    /// Takes a line; an item comes when one is complete.
    pub fn line(&mut self, line: &str) -> Option<Item> {
        if let Some((prefix, code, severity)) = start(line) {
            if let Some(outer) = self.open.last_mut() {
                outer.text.push_str(prefix);
            } else if !prefix.is_empty() {
                return Some(Item::Line(line.to_owned()));
            }
            self.open.push(Message { code, severity, ..Message::default() });
            return None;
        }
        if let Some(code) = end(line)
            && self.open.iter().any(|message| message.code == code)
        {
            return self.close(code);
        }
        let Some(message) = self.open.last_mut() else { return Some(Item::Line(line.to_owned())) };
        message.text.push_str(line);
        message.text.push('\n');
        None
    }

    /// Closes the innermost message with this code, and what is open inside it.
    fn close(&mut self, code: u32) -> Option<Item> {
        loop {
            let mut message = self.open.pop()?;
            message.text.truncate(message.text.trim_end().len());
            let done = message.code == code;
            let Some(outer) = self.open.last_mut() else { return Some(Item::Message(message)) };
            outer.text.push_str(&message.text);
            outer.text.push('\n');
            outer.nested.push(message);
            if done {
                return None;
            }
        }
    }

    /// The output is over.
    pub fn end(mut self) -> Option<Item> {
        (!self.open.is_empty()).then(|| Item::Cut(self.open.swap_remove(0)))
    }
}

fn start(line: &str) -> Option<(&str, u32, u32)> {
    let (prefix, rest) = line.trim_end().split_once("@!@!@STARTMSG ")?;
    // A string that the specification prints stands in quotes.
    if prefix.contains('"') {
        return None;
    }
    let (code, severity) = rest.strip_suffix(MARK)?.trim_end().split_once(':')?;
    Some((prefix, code.parse().ok()?, severity.parse().ok()?))
}

fn end(line: &str) -> Option<u32> {
    line.trim_end().strip_prefix("@!@!@ENDMSG ")?.strip_suffix(MARK)?.trim_end().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Vec<Item> {
        let mut framer = Framer::default();
        let mut items: Vec<Item> = text.lines().filter_map(|line| framer.line(line)).collect();
        items.extend(framer.end());
        items
    }

    #[test]
    fn a_nested_message_stays_inside_its_outer_one() {
        let text = "before\n@!@!@STARTMSG 1000:1 @!@!@\nwas\n: @!@!@STARTMSG 2132:0 @!@!@\ninner\n@!@!@ENDMSG 2132 @!@!@\n@!@!@ENDMSG 1000 @!@!@\nafter";
        let items = items(text);
        assert_eq!(items[0], Item::Line("before".to_owned()));
        let Item::Message(message) = &items[1] else { panic!("{items:?}") };
        assert_eq!((message.code, message.text.as_str()), (1000, "was\n: inner"));
        assert!(message.has(2132) && !message.has(2133));
        assert_eq!(items[2], Item::Line("after".to_owned()));
    }

    #[test]
    fn a_message_that_does_not_end_is_cut_and_not_whole() {
        let items = items("@!@!@STARTMSG 2193:0 @!@!@\nModel checking completed.");
        assert!(matches!(&items[..], [Item::Cut(message)] if message.code == 2193), "{items:?}");
    }

    #[test]
    fn a_printed_string_cannot_pretend_to_be_a_message() {
        let items = items("\"a @!@!@STARTMSG 2193:0 @!@!@\nx @!@!@STARTMSG 2193:0 @!@!@\n");
        assert!(items.iter().all(|item| matches!(item, Item::Line(_))), "{items:?}");
        // Another worker's line may come while a message is open.
        let text = "@!@!@STARTMSG 2200:0 @!@!@\n\"a @!@!@STARTMSG 2193:0 @!@!@\n@!@!@ENDMSG 2200 @!@!@";
        let found = self::items(text);
        assert!(matches!(&found[..], [Item::Message(message)] if !message.has(2193)), "{found:?}");
    }
}
