//! What the survey writes down: files, types, functions, and what happens inside them, each with its place.

use serde::Deserialize;
use serde::Serialize;

use crate::base::span::Span;

/// The format number of [`Outline`] on disk.
pub const FORMAT: u32 = 1;

/// A language specgen can survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LanguageName {
    /// Go.
    Go,
    /// Rust.
    Rust,
    /// Python.
    Python,
}

impl std::fmt::Display for LanguageName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Go => "Go",
            Self::Rust => "Rust",
            Self::Python => "Python",
        })
    }
}

/// All surveyed files, in the order of their paths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outline {
    /// [`FORMAT`].
    pub format: u32,
    /// The files.
    pub files: Vec<FileOutline>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileOutline {
    /// Path, relative to the root of the survey, with forward slashes.
    pub path: String,
    /// In which language.
    pub language: LanguageName,
    /// Lower-case hexadecimal SHA-256 of the bytes that were read.
    pub sha256: String,
    /// How many lines, a last one without line ending included.
    pub lines: usize,
    /// The package a Go file belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// Types, in the order of the text.
    pub types: Vec<TypeDecl>,
    /// Constants, variables and enum variants outside functions, in the order of the text.
    pub constants: Vec<Constant>,
    /// Functions and methods, nested ones too, in the order of the text.
    pub functions: Vec<Function>,
}

/// A struct, class, interface, trait, enum or named type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeDecl {
    /// Its name, without type parameters.
    pub name: String,
    /// What it is, as the source says: `struct`, `enum`, `class`, `interface`, or the text of the aliased type.
    pub kind: String,
    /// The whole declaration.
    pub span: Span,
    /// First line, from 1.
    pub line: usize,
    /// Last line.
    pub last_line: usize,
    /// Fields, or the methods an interface asks for.
    pub fields: Vec<Field>,
}

/// A field of a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name; of an embedded or positional field, the text of its type.
    pub name: String,
    /// Its type as written; in Python, the annotation or `= ` and the first value given.
    #[serde(rename = "type")]
    pub type_text: String,
    /// The declaration.
    pub span: Span,
    /// Line, from 1.
    pub line: usize,
}

/// What sort of constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConstantKind {
    /// A constant.
    Const,
    /// A variable outside functions.
    Variable,
    /// A value of an enumeration.
    Variant,
}

/// A name with a fixed meaning in the whole file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// What sort.
    pub kind: ConstantKind,
    /// Its type, or the enum it is a value of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Its value as written, on one line, cut if long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The declaration.
    pub span: Span,
    /// Line, from 1.
    pub line: usize,
}

/// A function or method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// Its own name.
    pub name: String,
    /// The receiver's, implementation's or class's type, without type parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What the body calls its receiver: `r` of `func (r *raft)`, else `self`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver: Option<String>,
    /// `(*raft).Step`, `SpinMutex::try_lock`, `<SpinMutexGuard as Drop>::drop`, `Class.method`.
    pub qualified: String,
    /// The parameters as written, with their parentheses, on one line.
    pub parameters: String,
    /// The result type as written; empty where there is none.
    pub result: String,
    /// From the first byte of the declaration up to the body.
    pub signature: Span,
    /// The body with its braces; `None` where it is only declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Span>,
    /// First line of the declaration, from 1; decorators and attributes are not counted.
    pub first_line: usize,
    /// Last line.
    pub last_line: usize,
    /// Calls, those in closures included, in the order of the text.
    pub calls: Vec<Call>,
    /// Assignments to fields.
    pub assignments: Vec<Assignment>,
    /// Locks, channels, atomics and the like.
    pub operations: Vec<Operation>,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// What is called, as written, without white space and without the arguments of inner calls.
    pub callee: String,
    /// Line, from 1.
    pub line: usize,
}

/// An assignment to a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The left-hand side as written, without white space.
    pub target: String,
    /// Line, from 1.
    pub line: usize,
}

/// What sort of operation on something shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperationKind {
    /// Takes a lock.
    Lock,
    /// Tries to take a lock.
    TryLock,
    /// Gives a lock back.
    Unlock,
    /// Waits for a condition, a group or a thread.
    Wait,
    /// Wakes who waits.
    Notify,
    /// An atomic read, write or exchange.
    Atomic,
    /// Sends on a channel or a network.
    Send,
    /// Receives.
    Receive,
    /// Closes a channel.
    Close,
    /// Chooses between channels.
    Select,
    /// Starts a goroutine, thread or task.
    Spawn,
}

impl OperationKind {
    /// As in the serialized form.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::TryLock => "try-lock",
            Self::Unlock => "unlock",
            Self::Wait => "wait",
            Self::Notify => "notify",
            Self::Atomic => "atomic",
            Self::Send => "send",
            Self::Receive => "receive",
            Self::Close => "close",
            Self::Select => "select",
            Self::Spawn => "spawn",
        }
    }
}

/// An operation on something shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// What sort.
    pub kind: OperationKind,
    /// The callee or the operand, as written, without white space.
    pub text: String,
    /// Line, from 1.
    pub line: usize,
}

impl Outline {
    /// The file with this path.
    pub fn file(&self, path: &str) -> Option<&FileOutline> {
        self.files.iter().find(|f| f.path == path)
    }

    /// The innermost function that holds `line` of `file`; the file may also be named without its folders where only
    /// one surveyed file ends so.
    pub fn function_at(&self, file: &str, line: usize) -> Option<&Function> {
        let file = self.file(file).or_else(|| {
            let mut ending = self.files.iter().filter(|f| f.path.rsplit('/').next() == Some(file));
            ending.next().filter(|_| ending.next().is_none())
        })?;
        file.function_at(line)
    }
}

impl FileOutline {
    /// The innermost function that holds `line`.
    pub fn function_at(&self, line: usize) -> Option<&Function> {
        let holds = |f: &&Function| f.first_line <= line && line <= f.last_line;
        self.functions.iter().filter(holds).min_by_key(|f| f.last_line - f.first_line)
    }
}
