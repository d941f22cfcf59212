//! Keys of providers, and their removal from whatever is kept or shown.

/// A shorter key is a placeholder of a local server (`EMPTY`, `ollama`): replacing it would tear up ordinary text.
const SHORTEST_SECRET: usize = 8;

/// What stands where a key stood.
const HIDDEN: &str = "[hidden]";

/// A key for a provider. It cannot be printed or serialised; only the providers can see it.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// A key from the text of an environment variable, white space around it removed; `None` where nothing is left.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The key itself, for a header.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `text` holds the key in a form [`scrub`] would remove.
    pub fn is_in(&self, text: &str) -> bool {
        self.forms().iter().any(|form| text.contains(form.as_str()))
    }

    /// The ways a key may be spelt in what a server sends back: plain, inside JSON, inside a URL.
    fn forms(&self) -> Vec<String> {
        if self.0.len() < SHORTEST_SECRET {
            return Vec::new();
        }
        let quoted = serde_json::to_string(&self.0).unwrap_or_default();
        let in_json = quoted.trim_matches('"').to_owned();
        let in_json_with_slashes = in_json.replace('/', "\\/");
        let in_url = self.0.bytes().fold(String::new(), |mut url, byte| {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => url.push(char::from(byte)),
                _ => url.extend(['%', hex_digit(byte >> 4), hex_digit(byte & 15)]),
            }
            url
        });
        let mut forms = vec![self.0.clone(), in_json, in_json_with_slashes, in_url];
        // A longer form may hold a shorter one; removed first, nothing of it is left over.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        forms
    }
}

fn hex_digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or('0').to_ascii_uppercase()
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// `text` with every one of `secrets` replaced by `[hidden]`. Keys of fewer than 8 bytes are placeholders and stay.
pub fn scrub(text: &str, secrets: &[Key]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        for form in secret.forms() {
            if text.contains(&form) {
                text = text.replace(&form, HIDDEN);
            }
        }
    }
    text
}

/// A short piece of what somebody else sent, fit for one line of a message: no secrets, no control characters.
///
/// Secrets go first, since a cut in the middle of a key would leave a part that no longer looks like it.
pub(super) fn excerpt(text: &str, secrets: &[Key]) -> String {
    const LONGEST: usize = 300;
    let clean = scrub(text, secrets);
    let line = clean.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_shows_itself_to_nobody() {
        let key = Key::new(" sk-secret/123456\n").unwrap();
        assert_eq!(format!("{key} {key:?} {:?}", Some(&key)), "[hidden] [hidden] Some([hidden])");
        assert_eq!(key.expose(), "sk-secret/123456");
        assert_eq!(Key::new("  "), None);
    }

    #[test]
    fn every_spelling_of_a_key_is_removed() {
        let key = Key::new("sk-a/b\"c+9999").unwrap();
        let text = r#"sk-a/b"c+9999 {"k":"sk-a/b\"c+9999"} sk-a\/b\"c+9999 ?k=sk-a%2Fb%22c%2B9999."#;
        let clean = scrub(text, std::slice::from_ref(&key));
        assert_eq!(clean, r#"[hidden] {"k":"[hidden]"} [hidden] ?k=[hidden]."#);
        assert!(key.is_in(text));
        assert!(!key.is_in(&clean));
    }

    #[test]
    fn a_placeholder_leaves_the_text_alone() {
        assert_eq!(scrub("x is EMPTY", &[Key::new("EMPTY").unwrap()]), "x is EMPTY");
    }

    #[test]
    fn an_excerpt_hides_before_it_cuts_and_has_no_escape_codes() {
        let key = Key::new("sk-0123456789").unwrap();
        let text = format!("{}sk-0123456789\u{1b}[31m tail", "x".repeat(296));
        let shown = excerpt(&text, &[key]);
        assert!(!shown.contains("sk-0") && !shown.contains('\u{1b}'), "{shown}");
        assert!(shown.ends_with('…'));
    }
}
