//! TLC's messages as typed events. Codes nobody here knows come through as [`Event::Unknown`], never as nothing.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::engine::Lasso;
use crate::engine::tlc_codes::Role;
use crate::engine::tlc_codes::role;
use crate::engine::tlc_frame::Framer;
use crate::engine::tlc_frame::Item;
use crate::engine::tlc_frame::Message;

/// A region of a module, lines and columns from 1, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// The module.
    pub module: String,
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Last line.
    pub last_line: usize,
    /// Last column.
    pub last_column: usize,
}

/// A state of a behaviour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Its number, from 1.
    pub number: u64,
    /// The action that led to it; `None` for an initial state.
    pub action: Option<String>,
    /// Where that action stands.
    pub location: Option<Region>,
    /// All of it as TLC printed it.
    pub text: String,
    /// The value of each variable as TLC printed it; see [`crate::tla::value`].
    pub variables: BTreeMap<String, String>,
}

/// How often something was evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Of what.
    pub kind: CoverageKind,
    /// The action's name; empty for an expression.
    pub name: String,
    /// Where it stands.
    pub region: Region,
    /// Of an action that is a part of a definition, as a disjunct of Next is, that part.
    pub part: Option<Region>,
    /// Different states it found; `None` for an expression.
    pub distinct: Option<u64>,
    /// How often it was taken or evaluated.
    pub count: u64,
}

/// What a count of evaluations is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CoverageKind {
    /// The initial predicate.
    Initial,
    /// An action.
    Action,
    /// An invariant or property.
    Property,
    /// An expression inside one of them.
    Expression,
}

/// State counts; `None` where TLC says that it does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Generated.
    pub states: u64,
    /// Different.
    pub distinct: Option<u64>,
    /// On the queue.
    pub queue: Option<u64>,
    /// Depth.
    pub depth: Option<u64>,
}

/// One thing TLC said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Which TLC (2262).
    Version(String),
    /// Model checking or simulation (2187, 2188).
    Mode {
        /// Whether it is simulation.
        simulation: bool,
    },
    /// A line SANY printed between 2220 and 2219.
    Sany(String),
    /// Initial states are there (2190, 2191, 2207, 2208, 2269); how many, where TLC says.
    Initial(Option<u64>),
    /// On the way (2200, 2205, 2206, 2209).
    Progress(Counts),
    /// The closing message (2193).
    Success(String),
    /// The final counts (2199, 2204).
    Stats(Counts),
    /// The depth of the complete search (2194).
    Depth(u64),
    /// The very last message (2186).
    Finished,
    /// An error of any kind.
    Error(Message),
    /// A behaviour begins (2121, 2264).
    Behaviour,
    /// A state of it (2217).
    State(State),
    /// How it goes on for ever (2122, 2218).
    Lasso(Lasso),
    /// Where evaluation was, outermost first (2103).
    CallStack(Vec<Region>),
    /// A coverage report begins (2201).
    CoverageStarts,
    /// An entry of it (2221, 2772 to 2777).
    Coverage(Coverage),
    /// A checkpoint is written (2196).
    Checkpoint,
    /// The state of a checkpoint is read back (2198, 2203).
    Recovered,
    /// A warning.
    Warning(Message),
    /// A known message that decides nothing.
    Info(Message),
    /// A line the specification printed.
    Printed(String),
    /// A message with a code nobody here knows, or one whose text is not what it was.
    Unknown(Message),
    /// The output ended inside this message.
    Cut(Message),
}

/// Turns lines into events.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    framer: Framer,
    sany: bool,
}

impl Reader {
    /// Takes a line.
    pub fn line(&mut self, line: &str) -> Option<Event> {
        match self.framer.line(line)? {
            Item::Line(line) if self.sany => Some(Event::Sany(line)),
            Item::Line(line) => Some(Event::Printed(line)),
            Item::Message(message) => {
                self.sany = (self.sany || message.code == 2220) && message.code != 2219;
                Some(event(message))
            }
            Item::Cut(message) => Some(Event::Cut(message)),
        }
    }

    /// The output is over.
    pub fn end(self) -> Option<Event> {
        match self.framer.end()? {
            Item::Cut(message) => Some(Event::Cut(message)),
            Item::Line(_) | Item::Message(_) => None,
        }
    }
}

/// A message as an event.
pub fn event(message: Message) -> Event {
    let text = message.text.as_str();
    let event = match role(message.code) {
        Some(Role::Version) => Some(Event::Version(text.to_owned())),
        Some(Role::Checking) => Some(Event::Mode { simulation: false }),
        Some(Role::Simulating) => Some(Event::Mode { simulation: true }),
        Some(Role::Initial) => Some(Event::Initial(first_number(text))),
        Some(Role::Progress) => counts(text).map(Event::Progress),
        Some(Role::Success) => Some(Event::Success(text.to_owned())),
        Some(Role::Statistics) => counts(text).map(Event::Stats),
        Some(Role::Depth) => first_number(text).map(Event::Depth),
        Some(Role::Finished) => Some(Event::Finished),
        Some(Role::Behaviour) => Some(Event::Behaviour),
        Some(Role::State) => state(text).map(Event::State),
        Some(Role::Stuttering) => Some(Event::Lasso(Lasso::Stuttering)),
        Some(Role::Back) => first_number(text).map(|number| Event::Lasso(Lasso::BackTo(number))),
        Some(Role::Stack) => Some(Event::CallStack(regions(text))),
        Some(Role::CoverageStarts) => Some(Event::CoverageStarts),
        Some(Role::Coverage) => coverage(message.code, text).map(Event::Coverage),
        Some(Role::Checkpoint) => Some(Event::Checkpoint),
        Some(Role::Recovered) => Some(Event::Recovered),
        Some(Role::Info) => Some(Event::Info(message.clone())),
        Some(Role::Fault) | None => None,
    };
    match event {
        Some(event) => event,
        None if message.severity == 3 => Event::Warning(message),
        None if message.severity == 1 || message.severity == 2 => Event::Error(message),
        None => Event::Unknown(message),
    }
}

static COUNTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"([\d,]+) states (?:generated|checked)(?:.*?(-?[\d,]+) distinct states found)?(?:.*?(-?[\d,]+) states left on queue)?",
    )
});
static PROGRESS_DEPTH: LazyLock<Regex> = LazyLock::new(|| pattern(r"^Progress\((\d+)\)"));
static REGION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"[Ll]ine (\d+), col(?:umn)? (\d+) to line (\d+), col(?:umn)? (\d+) (?:of module|in) ([A-Za-z0-9_]+)")
});
static PART: LazyLock<Regex> = LazyLock::new(|| pattern(r" \((\d+) (\d+) (\d+) (\d+)\)>: "));
static STATE_HEAD: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(\d+): <(.*)>$"));
static CONJUNCT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:/\\ )?([A-Za-z0-9_]*[A-Za-z][A-Za-z0-9_]*) = (.*)$"));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d[\d,]*"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns in this file are valid")
}

/// A count as TLC writes it, with commas; a negative one means that it does not know.
fn count(text: &str) -> Option<u64> {
    text.replace(',', "").parse().ok()
}

fn first_number(text: &str) -> Option<u64> {
    count(NUMBER.find(text)?.as_str())
}

fn counts(text: &str) -> Option<Counts> {
    let found = COUNTS.captures(text)?;
    let group = |index| found.get(index).and_then(|m| count(m.as_str()));
    let depth = PROGRESS_DEPTH.captures(text).and_then(|found| count(&found[1]));
    Some(Counts { states: group(1)?, distinct: group(2), queue: group(3), depth })
}

/// All regions named in a text, in order.
pub fn regions(text: &str) -> Vec<Region> {
    let region = |found: regex::Captures<'_>| {
        let number = |index: usize| found[index].parse().unwrap_or(1);
        let (line, column, last_line, last_column) = (number(1), number(2), number(3), number(4));
        Region { module: found[5].to_owned(), line, column, last_line, last_column }
    };
    REGION.captures_iter(text).map(region).collect()
}

/// A state of a behaviour: `N: <Action region>`, then its variables.
fn state(text: &str) -> Option<State> {
    let (head, body) = text.split_once('\n').unwrap_or((text, ""));
    let found = STATE_HEAD.captures(head.trim())?;
    let location = regions(&found[2]).pop();
    let name = found[2].split(" line ").next().unwrap_or_default().trim();
    let initial = name.is_empty() || name == "Initial predicate";
    let variables = variables(body);
    Some(State {
        number: count(&found[1])?,
        action: (!initial).then(|| name.to_owned()),
        location,
        text: body.trim_end().to_owned(),
        variables,
    })
}

/// `/\ x = 1` lines, or one `x = 1`; a value may go on over several lines.
pub fn variables(body: &str) -> BTreeMap<String, String> {
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let mut current: Option<String> = None;
    for line in body.lines() {
        let head = CONJUNCT.captures(line).filter(|_| line.starts_with("/\\ ") || current.is_none());
        if let Some(found) = head {
            variables.insert(found[1].to_owned(), found[2].to_owned());
            current = Some(found[1].to_owned());
        } else if let Some(value) = current.as_ref().and_then(|name| variables.get_mut(name))
            && !line.trim().is_empty()
        {
            value.push('\n');
            value.push_str(line);
        }
    }
    variables
}

/// `<Up line .. of module M>: 3:5`, `<Next line .. of module M (14 12 15 19)>: 0:0`, `  |line .. of module M: 5`, or with its
/// cost (2775) `  line .. of module M: 4:4`.
fn coverage(code: u32, text: &str) -> Option<Coverage> {
    let region = regions(text).into_iter().next()?;
    let kind = match code {
        2773 => CoverageKind::Initial,
        2772 => CoverageKind::Action,
        2774 | 2776 | 2777 => CoverageKind::Property,
        _ => CoverageKind::Expression,
    };
    if kind == CoverageKind::Expression {
        let number = text.rsplit_once(": ")?.1.split(':').next()?;
        let (name, count) = (String::new(), count(number.trim())?);
        return Some(Coverage { kind, name, region, part: None, distinct: None, count });
    }
    let name = text.trim_start().strip_prefix('<')?.split(" line ").next()?.to_owned();
    // Properties have no counts of their own.
    let (distinct, taken) = match text.rsplit_once(">: ").map(|(_, numbers)| numbers.trim()) {
        Some(numbers) => match numbers.split_once(':') {
            Some((distinct, taken)) => (count(distinct), count(taken)?),
            None => (None, count(numbers)?),
        },
        None => (None, 0),
    };
    let part = PART.captures(text).map(|found| {
        let number = |index: usize| found[index].parse().unwrap_or(1);
        let (line, column, last_line, last_column) = (number(1), number(2), number(3), number(4));
        Region { module: region.module.clone(), line, column, last_line, last_column }
    });
    Some(Coverage { kind, name, region, part, distinct, count: taken })
}

#[cfg(test)]
mod tests;
