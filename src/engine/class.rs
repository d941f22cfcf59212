//! Which kind of failure it is: of evaluation, of the config, of a property, or of the run itself.
//!
//! TLC gives many failures a number of their own, often inside another message; the others are known by their sentence.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::engine::Outcome;
use crate::engine::Reason;
use crate::engine::ViolationKind;
use crate::engine::Why;
use crate::engine::tlc_frame::Message;

/// A state space counts as exploding when more than one state in so many still waits at the end.
const WAITING_SHARE: u64 = 4;

/// The kind of a failure. Its code is stable, and `specgen explain` describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "lib/codes/tlc.yaml describes each")]
pub enum Class {
    // Evaluation.
    InitialIncomplete,
    SuccessorIncomplete,
    ReadBeforeAssigned,
    OutsideDomain,
    CaseWithoutMatch,
    ChooseNothing,
    EmptySequence,
    NoSuchField,
    Unbounded,
    NotEnumerable,
    TypeMismatch,
    WrongOperand,
    NotAFunction,
    NotBoolean,
    Overflow,
    DivisionByZero,
    SetTooLarge,
    StackOverflow,
    BehaviourTooLong,
    TlcGet,
    Evaluation,
    // The config, and what TLC cannot check.
    ConfigSyntax,
    ConfigConstant,
    ConfigArity,
    ConfigUndefined,
    ConfigBehaviour,
    ConfigLevel,
    Config,
    TemporalFormula,
    Rejected,
    // Properties.
    Invariant,
    ActionProperty,
    Liveness,
    Deadlock,
    Assertion,
    Assumption,
    Postcondition,
    // The run.
    TimedOut,
    Explosion,
    OutOfMemory,
    OutOfDisk,
    Interrupted,
    Silent,
    Killed,
    NoStates,
    NothingNamed,
    Simulated,
    Contradiction,
    System,
}

impl Class {
    /// Its diagnostic code.
    pub fn code(self) -> &'static str {
        match self {
            Self::InitialIncomplete => "tlc/initial-incomplete",
            Self::SuccessorIncomplete => "tlc/successor-incomplete",
            Self::ReadBeforeAssigned => "tlc/read-before-assigned",
            Self::OutsideDomain => "tlc/outside-domain",
            Self::CaseWithoutMatch => "tlc/case-without-match",
            Self::ChooseNothing => "tlc/choose-nothing",
            Self::EmptySequence => "tlc/empty-sequence",
            Self::NoSuchField => "tlc/no-such-field",
            Self::Unbounded => "tlc/unbounded",
            Self::NotEnumerable => "tlc/not-enumerable",
            Self::TypeMismatch => "tlc/type-mismatch",
            Self::WrongOperand => "tlc/wrong-operand",
            Self::NotAFunction => "tlc/not-a-function",
            Self::NotBoolean => "tlc/not-boolean",
            Self::Overflow => "tlc/overflow",
            Self::DivisionByZero => "tlc/division-by-zero",
            Self::SetTooLarge => "tlc/set-too-large",
            Self::StackOverflow => "tlc/stack-overflow",
            Self::BehaviourTooLong => "tlc/behaviour-too-long",
            Self::TlcGet => "tlc/tlcget",
            Self::Evaluation => "tlc/evaluation",
            Self::ConfigSyntax => "tlc/config-syntax",
            Self::ConfigConstant => "tlc/config-constant",
            Self::ConfigArity => "tlc/config-arity",
            Self::ConfigUndefined => "tlc/config-undefined",
            Self::ConfigBehaviour => "tlc/config-behaviour",
            Self::ConfigLevel => "tlc/config-level",
            Self::Config => "tlc/config",
            Self::TemporalFormula => "tlc/temporal-formula",
            Self::Rejected => "tlc/rejected",
            Self::Invariant => "tlc/invariant",
            Self::ActionProperty => "tlc/action-property",
            Self::Liveness => "tlc/liveness",
            Self::Deadlock => "tlc/deadlock",
            Self::Assertion => "tlc/assert",
            Self::Assumption => "tlc/assumption",
            Self::Postcondition => "tlc/postcondition",
            Self::TimedOut => "tlc/timed-out",
            Self::Explosion => "tlc/explosion",
            Self::OutOfMemory => "tlc/out-of-memory",
            Self::OutOfDisk => "tlc/out-of-disk",
            Self::Interrupted => "tlc/interrupted",
            Self::Silent => "tlc/silent",
            Self::Killed => "tlc/killed",
            Self::NoStates => "tlc/no-states",
            Self::NothingNamed => "tlc/nothing-named",
            Self::Simulated => "tlc/simulated",
            Self::Contradiction => "tlc/contradiction",
            Self::System => "tlc/system",
        }
    }

    /// What to do about it, in a line; `None` where only the message can say.
    pub fn hint(self) -> Option<&'static str> {
        Some(match self {
            Self::InitialIncomplete => "give every variable a value in Init",
            Self::SuccessorIncomplete => {
                "give the variable a value in every branch of the action: `v' = ..` or `UNCHANGED v`"
            }
            Self::ReadBeforeAssigned => {
                "the variable has no value yet where it is read; put the conjunct that assigns it first"
            }
            Self::OutsideDomain => "guard the access: the index must be in DOMAIN of the function, tuple or record",
            Self::CaseWithoutMatch => "add an OTHER branch, or guard the action so that one of the conditions is true",
            Self::ChooseNothing => "no element has the property; check that the set is not empty before CHOOSE",
            Self::EmptySequence => "guard it with `Len(s) > 0`",
            Self::NoSuchField => "the record has other fields; compare how records of this kind are built elsewhere",
            Self::Unbounded => "bound the quantifier or CHOOSE: `\\E x \\in S : ..`",
            Self::NotEnumerable => {
                "quantify over a finite set: replace Nat, Int or STRING by a bounded set in the model"
            }
            Self::TypeMismatch => {
                "values of different kinds are compared; use one kind of value for the variable throughout"
            }
            Self::WrongOperand => {
                "the operands are of other kinds than the operator takes; compare what TypeOK says of them"
            }
            Self::NotAFunction => "it is applied or indexed like a function, but its value is none",
            Self::NotBoolean => "a formula stands here, so its value must be TRUE or FALSE: compare it with something",
            Self::Overflow => "TLC's integers end at 2147483647: bound the counter in the model by a constraint",
            Self::DivisionByZero => "guard the division",
            Self::SetTooLarge => "TLC builds sets of at most 1,000,000 elements: make the constants smaller",
            Self::StackOverflow => "the recursion does not come to an end; check its base case",
            Self::BehaviourTooLong => {
                "TLC's behaviours end at 65,535 states: bound what grows without end in the model by a constraint"
            }
            Self::TlcGet => "set the register with TLCSet in an ASSUME or in Init before it is read",
            Self::ConfigSyntax => "older versions of TLC do not know CHECK_DEADLOCK, ALIAS and POSTCONDITION",
            Self::ConfigConstant => "give it a value under CONSTANTS in the config file",
            Self::ConfigArity => "what the config names must take as many arguments as what it stands for",
            Self::ConfigUndefined => "define it in the module, or take its name out of the config file",
            Self::ConfigBehaviour => "name either SPECIFICATION, or both INIT and NEXT",
            Self::ConfigLevel => {
                "an invariant speaks of one state; a formula with primes or [] belongs under PROPERTIES"
            }
            Self::TemporalFormula => "TLC checks [], <>, ~>, WF and SF over states and [][A]_v, with constant bounds",
            Self::Assumption => "change the constants in the config file so that the ASSUME is true",
            Self::Deadlock => {
                "a state has no successor: name the end (`Done /\\ UNCHANGED vars`), or allow it with --no-deadlock"
            }
            Self::TimedOut => "raise --limit, or make the constants smaller; --recover goes on from the checkpoint",
            Self::Explosion => {
                "most states were still waiting: bound the model by smaller constants or a CONSTRAINT, or use --simulate"
            }
            Self::OutOfMemory => "raise --memory, lower --workers, or make the constants smaller",
            Self::OutOfDisk => "raise --disk or free some space; a smaller model needs less",
            Self::Interrupted => "--recover goes on from the last checkpoint",
            Self::Silent | Self::Killed => "look at the end of tlc.log; the system's log tells who killed a process",
            Self::NoStates => "Init excludes every state, or the constants make it so",
            Self::NothingNamed => "name an INVARIANT or a PROPERTY in the config file",
            Self::Simulated => "a simulation finds violations and proves nothing; leave --simulate out for a verdict",
            Self::Evaluation
            | Self::Config
            | Self::Rejected
            | Self::Invariant
            | Self::ActionProperty
            | Self::Liveness
            | Self::Assertion
            | Self::Postcondition
            | Self::Contradiction
            | Self::System => return None,
        })
    }

    /// The class of an error that TLC reported.
    pub(super) fn of_error(error: &Message) -> Self {
        let numbered = |message: &Message| numbered(message.code);
        let inner = error.nested.iter().rev().find_map(numbered);
        if let Some(class) = inner.filter(|class| *class != Self::Evaluation) {
            return class;
        }
        // TLC wraps one failure in another: a sentence says more than the number around it.
        let told = SENTENCES.iter().find(|(part, _)| error.text.contains(part)).map(|(_, class)| *class);
        told.or_else(|| numbered(error)).unwrap_or(Self::Evaluation)
    }

    /// The class of what was found; `None` where it holds.
    pub fn of(outcome: &Outcome) -> Option<Self> {
        match outcome {
            Outcome::Holds { .. } => None,
            Outcome::Violated { violation } => Some(Self::of_kind(violation.kind)),
            Outcome::Rejected { diagnostics } => {
                let code = diagnostics.first().map(|diagnostic| diagnostic.code.as_str());
                Some(Self::ALL.into_iter().find(|class| Some(class.code()) == code).unwrap_or(Self::Rejected))
            }
            Outcome::Unknown { why } => Some(Self::of_reason(why)),
        }
    }

    fn of_kind(kind: ViolationKind) -> Self {
        match kind {
            ViolationKind::Invariant => Self::Invariant,
            ViolationKind::ActionProperty => Self::ActionProperty,
            ViolationKind::Temporal => Self::Liveness,
            ViolationKind::Deadlock => Self::Deadlock,
            ViolationKind::Assertion => Self::Assertion,
            ViolationKind::Assumption => Self::Assumption,
            ViolationKind::Postcondition => Self::Postcondition,
        }
    }

    fn of_reason(why: &Why) -> Self {
        match why.reason {
            Reason::TimedOut if exploding(why) => Self::Explosion,
            Reason::TimedOut => Self::TimedOut,
            Reason::OutOfMemory => Self::OutOfMemory,
            Reason::OutOfDisk => Self::OutOfDisk,
            Reason::Interrupted => Self::Interrupted,
            Reason::Silent => Self::Silent,
            Reason::Killed => Self::Killed,
            Reason::NoStates => Self::NoStates,
            Reason::NothingNamed => Self::NothingNamed,
            Reason::Simulated => Self::Simulated,
            Reason::Contradiction => Self::Contradiction,
            Reason::Failed => Self::System,
        }
    }

    /// A failure of this class as a diagnostic.
    pub fn diagnostic(self, message: impl Into<String>) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.code(), message);
        match self.hint() {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }

    /// Whether it complains of the config file.
    pub(super) fn is_config(self) -> bool {
        matches!(
            self,
            Self::ConfigSyntax
                | Self::ConfigConstant
                | Self::ConfigArity
                | Self::ConfigUndefined
                | Self::ConfigBehaviour
                | Self::ConfigLevel
                | Self::Config
        )
    }

    /// All of them.
    pub const ALL: [Self; 49] = [
        Self::InitialIncomplete,
        Self::SuccessorIncomplete,
        Self::ReadBeforeAssigned,
        Self::OutsideDomain,
        Self::CaseWithoutMatch,
        Self::ChooseNothing,
        Self::EmptySequence,
        Self::NoSuchField,
        Self::Unbounded,
        Self::NotEnumerable,
        Self::TypeMismatch,
        Self::WrongOperand,
        Self::NotAFunction,
        Self::NotBoolean,
        Self::Overflow,
        Self::DivisionByZero,
        Self::SetTooLarge,
        Self::StackOverflow,
        Self::BehaviourTooLong,
        Self::TlcGet,
        Self::Evaluation,
        Self::ConfigSyntax,
        Self::ConfigConstant,
        Self::ConfigArity,
        Self::ConfigUndefined,
        Self::ConfigBehaviour,
        Self::ConfigLevel,
        Self::Config,
        Self::TemporalFormula,
        Self::Rejected,
        Self::Invariant,
        Self::ActionProperty,
        Self::Liveness,
        Self::Deadlock,
        Self::Assertion,
        Self::Assumption,
        Self::Postcondition,
        Self::TimedOut,
        Self::Explosion,
        Self::OutOfMemory,
        Self::OutOfDisk,
        Self::Interrupted,
        Self::Silent,
        Self::Killed,
        Self::NoStates,
        Self::NothingNamed,
        Self::Simulated,
        Self::Contradiction,
        Self::System,
    ];
}

/// Whether the time ran out while most of the work was still to come.
fn exploding(why: &Why) -> bool {
    let (Some(distinct), Some(queue)) = (why.reached.distinct, why.reached.queue) else { return false };
    queue > 0 && queue >= distinct / WAITING_SHARE
}

/// What some numbers mean by themselves.
fn numbered(code: u32) -> Option<Class> {
    Some(match code {
        1001 | 1002 => Class::OutOfMemory,
        1005 => Class::StackOverflow,
        1101 | 1102 | 2100 | 2101 | 2117 | 2123..=2131 | 2133..=2135 | 2137 | 2138 | 2159..=2163 | 2166 | 2167 => {
            Class::System
        }
        2174 | 2175 | 2270 => Class::System,
        2104 => Class::Assumption,
        2106 | 2102 => Class::InitialIncomplete,
        2107 | 2110 => Class::Invariant,
        2108 | 2112 => Class::ActionProperty,
        2109 => Class::SuccessorIncomplete,
        2111 | 2113 | 2105 | 2147 | 2154 => Class::Evaluation,
        2114 => Class::Deadlock,
        2116 => Class::Liveness,
        2132 => Class::Assertion,
        2141 | 2142 => Class::NoSuchField,
        2145 => Class::TlcGet,
        2155 => Class::TypeMismatch,
        2158 | 2169 | 2170 | 2176 | 2177 | 2266 | 2283 => Class::WrongOperand,
        2164 | 2165 => Class::WrongOperand,
        2172 => Class::SetTooLarge,
        2178 | 2265 => Class::Overflow,
        2179 | 2180 => Class::DivisionByZero,
        2181 => Class::NotEnumerable,
        2183 => Class::OutsideDomain,
        2184 => Class::EmptySequence,
        2213 | 2214 | 2238..=2241 | 2249..=2253 | 2260 | 2261 => Class::TemporalFormula,
        2215 | 2246..=2248 => Class::NotBoolean,
        2146 | 2233 => Class::ConfigLevel,
        2115 | 2227 | 2231 | 2232 | 2237 => Class::ConfigBehaviour,
        2222 => Class::ConfigConstant,
        2225 | 2228 | 2234 | 2242 => Class::ConfigArity,
        2226 | 2229 | 2235 => Class::ConfigUndefined,
        2223 | 2224 | 2230 | 2236 | 2243 | 2281 | 5001 => Class::Config,
        2280 => Class::ReadBeforeAssigned,
        2282 => Class::BehaviourTooLong,
        3002 => Class::Rejected,
        5002..=5006 => Class::ConfigSyntax,
        _ => return None,
    })
}

/// What TLC says without a number, in the order in which one sentence may hold another's words.
const SENTENCES: [(&str, Class); 26] = [
    ("OutOfMemoryError", Class::OutOfMemory),
    ("StackOverflow", Class::StackOverflow),
    ("out of domain", Class::OutsideDomain),
    ("not in the domain", Class::OutsideDomain),
    ("function with integer domain to the non-integer", Class::OutsideDomain),
    ("is either undefined or not an operator", Class::ReadBeforeAssigned),
    ("CASE with no conditions true", Class::CaseWithoutMatch),
    ("but no element of S satisfied P", Class::ChooseNothing),
    ("nonexistent field", Class::NoSuchField),
    ("evaluate an unbounded", Class::Unbounded),
    ("non-enumerable", Class::NotEnumerable),
    ("is not enumerable", Class::NotEnumerable),
    ("Attempted to enumerate", Class::NotEnumerable),
    ("Attempted to check equality", Class::TypeMismatch),
    ("Attempted to compare", Class::TypeMismatch),
    ("is an element of the", Class::WrongOperand),
    ("Cannot cast", Class::WrongOperand),
    ("Attempted to apply the operator overridden", Class::WrongOperand),
    ("was applied as a function", Class::NotAFunction),
    ("Attempted to select field", Class::NotAFunction),
    ("the operator DOMAIN to a non-function", Class::NotAFunction),
    ("a non-boolean expression", Class::NotBoolean),
    ("expected a boolean value", Class::NotBoolean),
    ("too many elements", Class::SetTooLarge),
    ("not completely specified", Class::SuccessorIncomplete),
    ("current state is not a legal state", Class::InitialIncomplete),
];

#[cfg(test)]
mod tests;
