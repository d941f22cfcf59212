//! Prompts: templates in `prompts/<name>.md`, filled strictly.
//!
//! A template begins with a head, has the text for the system, a separator line, and the text for the user:
//!
//! ````text
//! ---
//! format: 1
//! fields: [spec, diagnostics]
//! ---
//! What the model is told about its task.
//!
//! <!-- user -->
//!
//! {{ spec | fence("tla") }}
//! {% for d in diagnostics %}{{ d }}
//! {% endfor %}
//! ````
//!
//! The head lists the fields of the template: one used and not listed, or listed and not used, is an error when the
//! template is loaded; one not given, or given and not listed, is an error when it is filled. The text is cut at the
//! separator before it is filled, so no value can move the border. `fence(word)` puts a value into a fenced block whose
//! fence is longer than any in the value.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use camino::Utf8Path;
use minijinja::Environment;
use minijinja::UndefinedBehavior;
use minijinja::syntax::SyntaxConfig;
use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::base::disk;
use crate::llm::Request;

/// The format of the head.
pub const FORMAT: u32 = 1;

/// The line between what the system says and what the user says.
pub const SEPARATOR: &str = "<!-- user -->";

/// A prompt to fill.
#[derive(Clone, Debug)]
pub struct Template {
    name: String,
    fields: BTreeSet<String>,
    system: String,
    user: String,
    digest: String,
}

/// A filled prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// For the system.
    pub system: String,
    /// For the user.
    pub prompt: String,
}

impl Filled {
    /// As a request of a stage.
    pub fn request(self, stage: &str, max_tokens: u32) -> Request {
        Request::new(stage, self.system, self.prompt, max_tokens)
    }
}

/// The values for a template.
#[derive(Clone, Debug, Default)]
pub struct Fields(BTreeMap<String, minijinja::Value>);

impl Fields {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with a value: text, a number, a list, or anything with fields.
    pub fn set(mut self, name: &str, value: impl Serialize) -> Self {
        self.0.insert(name.to_owned(), minijinja::value::Serde(value).into());
        self
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: u32,
    fields: Vec<String>,
}

impl Template {
    /// The template in the file `<folder>/<name>.md`.
    pub fn load(folder: &Utf8Path, name: &str) -> Result<Self, Diagnostic> {
        let text = disk::read_text(&folder.join(format!("{name}.md"))).map_err(|error| error.diagnostic())?;
        Self::parse(name, &text)
    }

    /// The template in `text`.
    pub fn parse(name: &str, text: &str) -> Result<Self, Diagnostic> {
        // A checkout with other line ends is still the same prompt.
        let text = text.replace("\r\n", "\n");
        let digest = disk::sha256(text.as_bytes());
        let wrong = |what: String| Diagnostic::error("llm/prompt-format", format!("read prompt `{name}`: {what}"));
        let cut = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
        let Some((head, body)) = cut else {
            return Err(wrong("it does not begin with a head between two lines of `---`".into())
                .hint("begin with `---`, `format: 1`, `fields: [..]`, `---`"));
        };
        let format = serde_yaml::from_str::<BTreeMap<String, serde_yaml::Value>>(head)
            .ok()
            .and_then(|head| head.get("format").and_then(serde_yaml::Value::as_u64));
        if let Some(other) = format.filter(|format| *format != u64::from(FORMAT)) {
            return Err(wrong(format!("it has format {other}, this specgen reads {FORMAT}")));
        }
        let head: Head = serde_yaml::from_str(head).map_err(|error| wrong(format!("its head: {error}")))?;
        debug_assert_eq!(head.format, FORMAT);
        let borders: Vec<(usize, &str)> =
            body.match_indices(SEPARATOR).filter(|(at, _)| is_own_line(body, *at)).collect();
        let [(border, _)] = borders.as_slice() else {
            return Err(wrong(format!("it has {} lines `{SEPARATOR}`, it needs one", borders.len())));
        };
        let system = body[..*border].trim().to_owned();
        let user = body[border + SEPARATOR.len()..].trim().to_owned();
        let fields = head.fields.into_iter().collect();
        let template = Self { name: name.to_owned(), fields, system, user, digest };
        template.check()?;
        Ok(template)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SHA-256 of the file with `\n` line ends: a stage whose prompt has changed is to be run again.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The names of its fields, sorted.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(String::as_str)
    }

    /// Fills in all fields.
    pub fn fill(&self, fields: &Fields) -> Result<Filled, Diagnostic> {
        if let Some(field) = self.fields.iter().find(|field| !fields.0.contains_key(*field)) {
            return Err(self.field("llm/prompt-missing-field", field, "is not given"));
        }
        if let Some(field) = fields.0.keys().find(|field| !self.fields.contains(*field)) {
            return Err(self.field("llm/prompt-unknown-field", field, "is not one of its fields"));
        }
        let environment = environment();
        let fill =
            |text: &str| environment.render_named_str(&self.name, text, &fields.0).map_err(|error| self.broken(&error));
        Ok(Filled { system: fill(&self.system)?, prompt: fill(&self.user)? })
    }

    /// Whether the fields that are used are the fields that are listed.
    fn check(&self) -> Result<(), Diagnostic> {
        let environment = environment();
        let globals: BTreeSet<&str> = environment.globals().map(|(name, _)| name).collect();
        let mut used = BTreeSet::new();
        for text in [&self.system, &self.user] {
            let template =
                environment.template_from_named_str(&self.name, text).map_err(|error| self.broken(&error))?;
            used.extend(template.undeclared_variables(false).into_iter().filter(|f| !globals.contains(f.as_str())));
        }
        if let Some(field) = used.difference(&self.fields).next() {
            return Err(self.field("llm/prompt-unlisted-field", field, "is used and not listed in the head"));
        }
        match self.fields.difference(&used).next() {
            Some(field) => Err(self.field("llm/prompt-unused-field", field, "is listed in the head and not used")),
            None => Ok(()),
        }
    }

    fn field(&self, code: &str, field: &str, what: &str) -> Diagnostic {
        let listed = self.fields().collect::<Vec<_>>().join(", ");
        Diagnostic::error(code, format!("fill prompt `{}`: field `{field}` {what}", self.name))
            .hint(format!("the fields of `{}` are: {listed}", self.name))
    }

    fn broken(&self, error: &minijinja::Error) -> Diagnostic {
        Diagnostic::error("llm/prompt-template", format!("fill prompt `{}`: {error:#}", self.name))
    }
}

fn is_own_line(text: &str, at: usize) -> bool {
    let (before, after) = (&text[..at], &text[at + SEPARATOR.len()..]);
    (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'))
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    // Blocks on lines of their own leave no empty lines behind.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the default delimiters are valid"));
    environment.add_filter("fence", |body: String, info: Option<String>| fence(&body, &info.unwrap_or_default()));
    environment
}

/// `body` in a fenced block whose fence no line of it can be mistaken for.
pub fn fence(body: &str, info: &str) -> String {
    let longest = body.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    let end = if body.is_empty() || body.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{info}\n{body}{end}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::blocks::only_block;

    const TEXT: &str = "---\nformat: 1\nfields: [name, spec, notes]\n---\nYou repair {{ name }}.\n\n<!-- user -->\n\n\
                        {{ spec | fence(\"tla\") }}\n{% for note in notes %}\n- {{ note.code }}\n{% endfor %}\n";

    fn fields() -> Fields {
        #[derive(Serialize)]
        struct Note {
            code: &'static str,
        }
        let notes = [Note { code: "a<b" }, Note { code: "c" }];
        Fields::new().set("name", "specs").set("spec", "x\n<!-- user -->\n```\n{{ y }}").set("notes", notes)
    }

    fn parse_code(text: &str) -> String {
        Template::parse("repair", text).unwrap_err().code
    }

    #[test]
    fn a_template_is_filled_and_split_whatever_the_values_hold() {
        let template = Template::parse("repair", TEXT).unwrap();
        let filled = template.fill(&fields()).unwrap();
        assert_eq!(filled.system, "You repair specs.");
        assert_eq!(filled.prompt, "````tla\nx\n<!-- user -->\n```\n{{ y }}\n````\n- a<b\n- c\n");
        assert_eq!(only_block(&filled.prompt, "tla").unwrap(), "x\n<!-- user -->\n```\n{{ y }}\n");
        let request = filled.request("repair", 10);
        assert_eq!((request.stage.as_str(), request.max_tokens), ("repair", 10));
    }

    #[test]
    fn fields_and_values_must_match() {
        let template = Template::parse("repair", TEXT).unwrap();
        let error = template.fill(&Fields::new().set("name", "x").set("spec", "")).unwrap_err();
        assert_eq!(error.to_string(), "llm/prompt-missing-field: fill prompt `repair`: field `notes` is not given");
        let error = template.fill(&fields().set("nmae", 1)).unwrap_err();
        assert_eq!(error.code, "llm/prompt-unknown-field");
        assert!(error.message.contains("`repair`") && error.message.contains("`nmae`"));
        let notes = [BTreeMap::from([("kode", 1)])];
        assert_eq!(template.fill(&fields().set("notes", notes)).unwrap_err().code, "llm/prompt-template");
    }

    #[test]
    fn the_head_must_list_what_is_used() {
        assert_eq!(parse_code(&TEXT.replace("name, ", "")), "llm/prompt-unlisted-field");
        assert_eq!(parse_code(&TEXT.replace("name, ", "name, more, ")), "llm/prompt-unused-field");
        assert!(Template::parse("x", &TEXT.replace("- {{", "{{ range(2) }}{{")).is_ok());
    }

    #[test]
    fn a_template_without_head_separator_or_syntax_is_refused() {
        assert_eq!(parse_code("hello"), "llm/prompt-format");
        assert_eq!(parse_code(&TEXT.replace("format: 1", "format: 2\nnew: true")), "llm/prompt-format");
        assert_eq!(parse_code(&TEXT.replace("<!-- user -->", "")), "llm/prompt-format");
        assert_eq!(parse_code(&TEXT.replace("<!-- user -->", "<!-- user -->\n<!-- user -->")), "llm/prompt-format");
        assert_eq!(parse_code(&TEXT.replace("{% endfor %}", "")), "llm/prompt-template");
    }

    #[test]
    fn the_digest_is_of_the_whole_file() {
        let digest = |text: &str| Template::parse("repair", text).unwrap().digest().to_owned();
        assert_eq!(digest(TEXT), disk::sha256(TEXT.as_bytes()));
        assert_ne!(digest(TEXT), digest(&TEXT.replace("You", "Please")));
    }

    #[test]
    fn line_ends_of_a_checkout_do_not_change_the_prompt() {
        let template = Template::parse("repair", &TEXT.replace('\n', "\r\n")).unwrap();
        let same = Template::parse("repair", TEXT).unwrap();
        assert_eq!(template.fill(&fields()).unwrap(), same.fill(&fields()).unwrap());
        assert_eq!(template.digest(), same.digest());
    }
}
