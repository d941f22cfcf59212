//! # Source — what the code of a system consists of
//!
//! | reads  | Go, Rust and Python files                                                     |
//! | makes  | an [`Outline`]: types, functions, calls, assignments, operations, with places |
//! | never  | guesses: a file that does not parse is an error with its place                |
//!
//! A language is a tree-sitter grammar, one query file and a table of names ([`Language`]).

use camino::Utf8Path;
use camino::Utf8PathBuf;

use crate::base::diag::Diagnostic;
use crate::base::disk;

mod extract;
mod go;
mod guards;
mod model;
pub mod names;
mod python;
mod render;
mod rust;
mod syntax;

pub use guards::Guard;
pub use guards::guards;
pub use model::Assignment;
pub use model::Call;
pub use model::Constant;
pub use model::ConstantKind;
pub use model::FORMAT;
pub use model::Field;
pub use model::FileOutline;
pub use model::Function;
pub use model::LanguageName;
pub use model::Operation;
pub use model::OperationKind;
pub use model::Outline;
pub use model::TypeDecl;
pub use names::Found;
pub use names::find;
pub use render::calls_between;
pub use render::numbered;
pub use render::render;
pub use syntax::parse;

/// When a call is an operation on something shared.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// What stands after the last dot or `::` is this.
    Last(&'static str),
    /// The callee begins so.
    Prefix(&'static str),
    /// The whole callee is this.
    Whole(&'static str),
}

impl Rule {
    fn fits(self, callee: &str) -> bool {
        match self {
            Self::Last(name) => names::last_segment(callee) == name,
            Self::Prefix(start) => callee.starts_with(start),
            Self::Whole(whole) => callee == whole,
        }
    }
}

/// What a function stands in.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The name of a module or of an enclosing function.
    pub name: String,
    /// The type of an implementation, or the class.
    pub type_text: Option<String>,
    /// The trait of an implementation.
    pub trait_text: Option<String>,
}

/// A function's names: given from the tree above, and decided by the language below.
#[derive(Clone, Debug)]
pub struct Naming<'a> {
    /// Its own name.
    pub name: &'a str,
    /// A receiver as written, with parentheses.
    pub receiver: Option<&'a str>,
    /// What it stands in, outermost first.
    pub scopes: &'a [Scope],
    /// Decided: the type it belongs to.
    pub owner: Option<String>,
    /// Decided: what the body calls the receiver.
    pub receiver_name: Option<String>,
    /// Decided: the qualified name; its own name until decided.
    pub qualified: String,
}

/// A language: as much as possible data, and the few rules a query cannot say.
pub trait Language: Sync {
    /// Which.
    fn name(&self) -> LanguageName;
    /// File extensions without the dot.
    fn extensions(&self) -> &'static [&'static str];
    /// The grammar.
    fn grammar(&self) -> tree_sitter::Language;
    /// The query file: the capture without a dot is a thing, captures with a dot are its parts.
    fn query(&self) -> &'static str;
    /// Calls that are operations on something shared.
    fn operations(&self) -> &'static [(Rule, OperationKind)];
    /// Decides the lower half of `naming`.
    fn place(&self, naming: &mut Naming<'_>);
}

/// All languages.
pub const LANGUAGES: [&dyn Language; 3] = [&go::Go, &rust::Rust, &python::Python];

/// The language with this name.
pub fn language(name: LanguageName) -> &'static dyn Language {
    match name {
        LanguageName::Go => &go::Go,
        LanguageName::Rust => &rust::Rust,
        LanguageName::Python => &python::Python,
    }
}

/// The language of a file, by its extension.
pub fn language_of(path: &str) -> Result<&'static dyn Language, Diagnostic> {
    let extension = Utf8Path::new(path).extension().unwrap_or_default();
    LANGUAGES.into_iter().find(|l| l.extensions().contains(&extension)).ok_or_else(|| {
        let known: Vec<String> =
            LANGUAGES.iter().flat_map(|l| l.extensions()).map(|extension| format!("`.{extension}`")).collect();
        Diagnostic::error("source/unknown-language", format!("tell the language of {path}"))
            .hint(format!("files that end in {} can be surveyed", known.join(", ")))
    })
}

/// The outline of one file's text.
pub fn survey_text(path: &str, text: &str) -> Result<FileOutline, Diagnostic> {
    let language = language_of(path)?;
    if text.trim().is_empty() {
        return Err(Diagnostic::error("source/empty", format!("survey {path}: the file is empty"))
            .hint("name a file with code, or leave this one out"));
    }
    let tree = parse(language, path, text)?;
    Ok(extract::extract(language, path, text, &tree))
}

/// What lies elsewhere is no part of the source that is digested, and an instrumented copy of it would be written there.
fn inside(root: &Utf8Path, file: &Utf8Path) -> Result<(), Diagnostic> {
    if disk::stays_inside(file) {
        if !disk::leads_outside(root, file) {
            return Ok(());
        }
        let message = format!("survey {file}: a symbolic link leads out of the source's root");
        return Err(Diagnostic::error("source/outside", message).hint(
            "put the file itself there, or choose a root (target.source.name) that holds what the link leads to",
        ));
    }
    let message = format!("survey {}: it is not inside the source's root", file.as_str().escape_debug());
    Err(Diagnostic::error("source/outside", message)
        .hint("name it relative to the root (target.source.name), without `..`; or choose a root that holds it"))
}

/// The outline of `files` under `root`, sorted by path; or everything that is wrong with any of them.
pub fn survey(root: &Utf8Path, files: &[Utf8PathBuf]) -> Result<Outline, Vec<Diagnostic>> {
    let mut sorted = files.to_vec();
    sorted.sort();
    sorted.dedup();
    let (mut outlines, mut wrong) = (Vec::new(), Vec::new());
    for file in &sorted {
        let path = file.as_str().replace('\\', "/");
        // The extension first: a picture is of no known language rather than not UTF-8.
        let outline = language_of(&path)
            .and_then(|_| inside(root, file))
            .and_then(|_| disk::read_text(&root.join(file)).map_err(|e| e.diagnostic()))
            .and_then(|text| survey_text(&path, &text));
        match outline {
            Ok(outline) => outlines.push(outline),
            Err(diagnostic) => wrong.push(diagnostic),
        }
    }
    if wrong.is_empty() { Ok(Outline { format: FORMAT, files: outlines }) } else { Err(wrong) }
}

#[cfg(test)]
mod tests;
