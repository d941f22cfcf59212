//! A model: what a config file of TLC says, bound to a program.

use super::compile::Part;
use super::compile::split_property;
use super::compile::split_specification;
use super::program::Constant;
use super::program::Expression;
use super::program::Program;
use super::program::ReplacedIn;
use super::program::Setup;
use super::reads::is_constant;
use super::reads::looks_ahead;
use super::reads::reads;
use crate::base::diag::Diagnostic;
use crate::base::diag::Place;
use crate::tla::check::Library;
use crate::tla::check::Source;
use crate::tla::config::Word;
use crate::tla::config::is_keyword;
use crate::tla::config::without_comments;
use crate::tla::config::words;

/// What a config says, as names.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Constants and replacements.
    pub setup: Setup,
    init: Option<String>,
    next: Option<String>,
    specification: Option<String>,
    invariants: Vec<String>,
    constraints: Vec<String>,
    action_constraints: Vec<String>,
    view: Option<String>,
    symmetry: Option<(String, Diagnostic)>,
    alias: Option<String>,
    properties: Vec<String>,
    postcondition: Option<String>,
    /// Whether a state without a successor is an error; `None` where the config does not say.
    pub deadlock: Option<bool>,
}

/// What is to be checked.
pub struct Model {
    /// The initial predicate.
    pub init: Expression,
    /// The next-state relation.
    pub next: Expression,
    /// What must hold in every state.
    pub invariants: Vec<(String, Expression)>,
    /// States where one of these is false are not gone on from.
    pub constraints: Vec<Expression>,
    /// Nor are steps where one of these is false.
    pub action_constraints: Vec<Expression>,
    /// What two states must differ in to be different.
    pub view: Option<Expression>,
    /// Permutations of model values that make no difference.
    pub symmetry: Option<Expression>,
    /// What is shown of a state, and the one after it, instead of the variables.
    pub alias: Option<Expression>,
    /// What behaviours must satisfy.
    pub properties: Vec<(String, Vec<Part>)>,
    /// What must hold once all states were seen.
    pub postcondition: Option<(String, Expression)>,
    /// What must hold of the constants.
    pub assumptions: Vec<Expression>,
    /// For each invariant the variables it looks at; `None` where it must be looked at in any case.
    pub reads: Vec<Option<Vec<bool>>>,
}

impl Config {
    /// Read the text of `file`.
    ///
    /// # Errors
    /// What cannot be read, and what only TLC can check.
    pub fn parse(text: &str, file: &str) -> Result<Self, Diagnostic> {
        let blank = without_comments(text);
        let words = words(&blank);
        let mut config = Self::default();
        let mut reader = Reader { words: &words, at: 0, file, text };
        let mut section = "";
        while let Some(word) = reader.next() {
            match word.text {
                "_PERIODIC" => {
                    let what = format!("`{}` of a config cannot be checked here", word.text);
                    return Err(reader.error("eval/unsupported", what, word.line));
                }
                keyword if is_keyword(keyword) => section = keyword,
                name => config.take(section, name, word.line, &mut reader)?,
            }
        }
        Ok(config)
    }

    /// What SPECIFICATION names.
    pub fn specification(&self) -> Option<&str> {
        self.specification.as_deref()
    }

    /// What INIT names.
    pub fn init(&self) -> Option<&str> {
        self.init.as_deref()
    }

    /// What NEXT names.
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// What must hold of states and behaviours.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        self.invariants.iter().chain(&self.properties).map(String::as_str)
    }

    /// The same, and all else that bounds or shows the states.
    pub fn judged(&self) -> impl Iterator<Item = &str> {
        let bounds = self.constraints.iter().chain(&self.action_constraints).chain(&self.view).chain(&self.alias);
        let symmetry = self.symmetry.iter().map(|(name, _)| name.as_str());
        self.properties().chain(bounds.chain(&self.postcondition).map(String::as_str)).chain(symmetry)
    }

    /// The same config without a property.
    pub fn without_property(&self, name: &str) -> Self {
        let mut config = self.clone();
        config.properties.retain(|property| property != name);
        config
    }

    /// The same config with another next-state relation.
    pub fn with_next(&self, next: &str) -> Self {
        Self { next: Some(next.to_owned()), ..self.clone() }
    }

    fn take(&mut self, section: &str, name: &str, line: usize, reader: &mut Reader<'_>) -> Result<(), Diagnostic> {
        let before = match section {
            "INIT" => &self.init,
            "NEXT" => &self.next,
            "SPECIFICATION" => &self.specification,
            "VIEW" => &self.view,
            "ALIAS" => &self.alias,
            "POSTCONDITION" => &self.postcondition,
            _ => &None,
        };
        if let Some(before) = before {
            return Err(reader.error(
                "eval/config",
                format!("{section} is `{before}` already, and now `{name}`"),
                line,
            ));
        }
        match section {
            "CONSTANT" | "CONSTANTS" => self.constant(name, line, reader)?,
            "INIT" => self.init = Some(name.to_owned()),
            "NEXT" => self.next = Some(name.to_owned()),
            "SPECIFICATION" => self.specification = Some(name.to_owned()),
            "INVARIANT" | "INVARIANTS" => self.invariants.push(name.to_owned()),
            "CONSTRAINT" | "CONSTRAINTS" => self.constraints.push(name.to_owned()),
            "ACTION_CONSTRAINT" | "ACTION_CONSTRAINTS" => self.action_constraints.push(name.to_owned()),
            "VIEW" => self.view = Some(name.to_owned()),
            "PROPERTY" | "PROPERTIES" => self.properties.push(name.to_owned()),
            "POSTCONDITION" => self.postcondition = Some(name.to_owned()),
            "SYMMETRY" => {
                let both =
                    "SYMMETRY together with VIEW, or with a property of whole behaviours, cannot be checked here";
                self.symmetry = Some((name.to_owned(), reader.error("eval/unsupported", both.to_owned(), line)));
            }
            "ALIAS" => self.alias = Some(name.to_owned()),
            "CHECK_DEADLOCK" if name == "TRUE" || name == "FALSE" => self.deadlock = Some(name == "TRUE"),
            _ => return Err(reader.error("eval/config", format!("`{name}` is not expected here"), line)),
        }
        Ok(())
    }

    /// `name = value` or `name <- Definition`.
    fn constant(&mut self, name: &str, line: usize, reader: &mut Reader<'_>) -> Result<(), Diagnostic> {
        let name = name.to_owned();
        match reader.next().map(|word| word.text) {
            Some("=") => {
                let value = reader.value(line, 0)?;
                self.setup.constants.push((name, value));
            }
            Some("<-") => match reader.next() {
                Some(Word { text: "[", .. }) => {
                    let words = [reader.next(), reader.next(), reader.next()].map(|word| word.map(|word| word.text));
                    let [Some(module), Some("]"), Some(to)] = words else {
                        let message = format!("`{name}` is replaced in a module: write `{name} <- [Module]Definition`");
                        return Err(reader.error("eval/config", message, line));
                    };
                    let (module, to) = (module.to_owned(), to.to_owned());
                    self.setup.replaced_in.push(ReplacedIn { module, from: name, to });
                }
                Some(other) => self.setup.replaced.push((name, other.text.to_owned())),
                None => return Err(reader.error("eval/config", format!("`{name}` is replaced by nothing"), line)),
            },
            _ => {
                return Err(reader.error("eval/config", format!("`{name}` is given neither by `=` nor by `<-`"), line));
            }
        }
        Ok(())
    }
}

/// So many sets in each other are read.
const MAX_DEPTH: usize = 50;

struct Reader<'t> {
    words: &'t [Word<'t>],
    at: usize,
    file: &'t str,
    text: &'t str,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Option<&'t Word<'t>> {
        self.at += 1;
        self.words.get(self.at - 1)
    }

    fn error(&self, code: &str, message: String, line: usize) -> Diagnostic {
        Diagnostic::error(code, message).at(Place::at(self.file, line, 1, Some(self.text)))
    }

    /// A value that stands in `depth` sets.
    fn value(&mut self, line: usize, depth: usize) -> Result<Constant, Diagnostic> {
        let wrong = |reader: &Self, what: &str| reader.error("eval/config", format!("{what} is no value"), line);
        let Some(word) = self.next() else { return Err(wrong(self, "nothing")) };
        Ok(match word.text {
            "TRUE" => Constant::Bool(true),
            "FALSE" => Constant::Bool(false),
            "{" if depth >= MAX_DEPTH => return Err(wrong(self, "a set in so many others")),
            "{" => {
                let mut items = Vec::new();
                loop {
                    match self.words.get(self.at).map(|word| word.text) {
                        Some("}") => break,
                        Some(",") => {}
                        Some(_) => {
                            items.push(self.value(line, depth + 1)?);
                            continue;
                        }
                        None => return Err(wrong(self, "a set without an end")),
                    }
                    self.at += 1;
                }
                self.at += 1;
                Constant::Set(items)
            }
            text if text.starts_with('"') => Constant::Str(text.trim_matches('"').to_owned()),
            text => match text.parse::<i32>() {
                // TLC reads no sign here.
                Ok(number) if text.starts_with(|first: char| first.is_ascii_digit()) => Constant::Int(number),
                _ if text.starts_with(|first: char| first.is_ascii_digit() || "+-".contains(first)) => {
                    return Err(wrong(self, &format!("`{text}`")));
                }
                _ => Constant::Model(text.to_owned()),
            },
        })
    }
}

/// The definition that the config names as INIT or NEXT: TLC takes none that is a constant.
fn varying(program: &mut Program, name: &str) -> Result<Expression, Vec<Diagnostic>> {
    let expression = program.definition(name)?;
    if is_constant(program, &expression) {
        let message = format!("`{name}` is a constant, and is to speak of states");
        return Err(vec![Diagnostic::error("eval/config", message)]);
    }
    Ok(expression)
}

impl Model {
    /// Whether there is anything that must hold.
    pub fn names_something(&self) -> bool {
        !self.invariants.is_empty() || !self.properties.is_empty() || self.postcondition.is_some()
    }

    /// Load a module and bind to it what its config names.
    ///
    /// # Errors
    /// What is wrong with the module or the config, and what only TLC can check.
    pub fn load(root: &Source, library: &dyn Library, config: &Config) -> Result<(Program, Self), Vec<Diagnostic>> {
        let mut program = Program::load(root, library, &config.setup)?;
        let named = |program: &mut Program, names: &[String]| -> Result<Vec<Expression>, Vec<Diagnostic>> {
            names.iter().map(|name| program.definition(name)).collect()
        };
        let missing = |what: &str| vec![Diagnostic::error("eval/config", format!("the config names no {what}"))];
        let (init, next, fair) = match (&config.specification, &config.init, &config.next) {
            (Some(name), None, None) => split_specification(&mut program, name)?,
            (None, Some(init), Some(next)) => (varying(&mut program, init)?, varying(&mut program, next)?, false),
            (Some(_), ..) => return Err(missing("one of SPECIFICATION and INIT with NEXT, but both")),
            (None, None, _) => return Err(missing("initial predicate")),
            (None, _, None) => return Err(missing("next-state relation")),
        };
        let mut invariants: Vec<(String, Expression)> =
            config.invariants.iter().cloned().zip(named(&mut program, &config.invariants)?).collect();
        let mut properties = Vec::new();
        for name in &config.properties {
            let (always, parts): (Vec<Part>, Vec<Part>) =
                split_property(&mut program, name)?.into_iter().partition(|part| matches!(part, Part::Always(_)));
            // As TLC does: it is checked of every state that is made, within the constraints or not.
            for part in always {
                if let Part::Always(invariant) = part {
                    invariants.push((name.clone(), invariant));
                }
            }
            if fair && parts.iter().any(|part| matches!(part, Part::Eventually(_) | Part::LeadsTo(..))) {
                let message = format!("the property `{name}` rests on the fairness of the specification");
                return Err(vec![Diagnostic::error("eval/unsupported", message).hint("let TLC check it")]);
            }
            properties.push((name.clone(), parts));
        }
        let postcondition = match &config.postcondition {
            Some(name) => Some((name.clone(), program.definition(name)?)),
            None => None,
        };
        let model = Self {
            properties,
            postcondition,
            assumptions: program.assumptions()?,
            reads: invariants.iter().map(|(_, invariant)| reads(&program, invariant)).collect(),
            init,
            next,
            invariants,
            constraints: named(&mut program, &config.constraints)?,
            action_constraints: named(&mut program, &config.action_constraints)?,
            view: config.view.as_ref().map(|view| program.definition(view)).transpose()?,
            symmetry: config.symmetry.as_ref().map(|(name, _)| program.definition(name)).transpose()?,
            alias: config.alias.as_ref().map(|name| program.definition(name)).transpose()?,
        };
        model.check_levels(&program)?;
        if let Some((_, both)) = &config.symmetry
            && (model.view.is_some() || model.speaks_of_behaviours())
        {
            return Err(vec![both.clone()]);
        }
        Ok((program, model))
    }

    /// Whether a property says something of more than states and steps.
    fn speaks_of_behaviours(&self) -> bool {
        let whole = |part: &Part| matches!(part, Part::Eventually(_) | Part::LeadsTo(..) | Part::AlwaysAfter(..));
        self.properties.iter().any(|(_, parts)| parts.iter().any(whole))
    }

    /// What is said of one state may not look at the next, which TLC refuses as well.
    fn check_levels(&self, program: &Program) -> Result<(), Vec<Diagnostic>> {
        let looks_ahead = |expression: &Expression| looks_ahead(program, expression);
        let of_parts = |part: &Part| match part {
            Part::First(p) | Part::Always(p) | Part::Eventually(p) => looks_ahead(p),
            Part::LeadsTo(p, q) | Part::AlwaysAfter(p, q) => looks_ahead(p) || looks_ahead(q),
            Part::Steps(..) => false,
        };
        let invariants = self.invariants.iter().filter(|(_, invariant)| looks_ahead(invariant)).map(|(name, _)| name);
        let properties = self.properties.iter().filter(|(_, parts)| parts.iter().any(of_parts)).map(|(name, _)| name);
        let post = self.postcondition.iter().filter(|(_, post)| looks_ahead(post)).map(|(name, _)| name);
        let named = invariants.chain(properties).chain(post).cloned();
        let constraint = self.constraints.iter().any(&looks_ahead).then(|| "a CONSTRAINT".to_owned());
        let view = self.view.iter().any(&looks_ahead).then(|| "the VIEW".to_owned());
        let wrong: Vec<Diagnostic> = named
            .map(|name| format!("`{name}`"))
            .chain(constraint)
            .chain(view)
            .map(|what| Diagnostic::error("eval/config", format!("{what} has a prime, and is to be said of one state")))
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}
