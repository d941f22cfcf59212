//! Which kind of failure it is: of evaluation, of the config, of a property, or of the run itself.
//!
//! TLC gives many failures a number of their own, often inside another message; the others are known by their sentence.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::engine::Outcome;
use crate::engine::Reason;
use crate::engine::ViolationKind;
use crate::engine::Why;
use crate::engine::tlc_frame::Message;

/// A state space counts as exploding when at least one state in so many still waits at the end.
const WAITING_SHARE: u64 = 4;

/// The kinds, one a line: its name, its diagnostic code, and what to do about it, where more than the message says it.
macro_rules! classes {
    ($($class:ident = $code:literal $(: $hint:literal)?,)*) => {
        /// The kind of a failure. Its code is stable, and `specgen explain` describes it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        #[expect(missing_docs, reason = "lib/codes/tlc.yaml describes each")]
        pub enum Class {
            $($class,)*
        }

        impl Class {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$class),*];

            /// Its diagnostic code.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$class => $code,)*
                }
            }

            /// What to do about it, in a line; `None` where only the message can say.
            pub fn hint(self) -> Option<&'static str> {
                let hint: &[&'static str] = match self {
                    $(Self::$class => &[$($hint)?],)*
                };
                hint.first().copied()
            }
        }
    };
}

classes! {
    // Evaluation.
    InitialIncomplete = "tlc/initial-incomplete": "give every variable a value in Init",
    SuccessorIncomplete = "tlc/successor-incomplete": "give the variable a value in every branch of the action: `v' = ..` or `UNCHANGED v`",
    ReadBeforeAssigned = "tlc/read-before-assigned": "the variable has no value yet where it is read; put the conjunct that assigns it first",
    OutsideDomain = "tlc/outside-domain": "guard the access: the index must be in DOMAIN of the function, tuple or record",
    CaseWithoutMatch = "tlc/case-without-match": "add an OTHER branch, or guard the action so that one of the conditions is true",
    ChooseNothing = "tlc/choose-nothing": "no element has the property; check that the set is not empty before CHOOSE",
    EmptySequence = "tlc/empty-sequence": "guard it with `Len(s) > 0`",
    NoSuchField = "tlc/no-such-field": "the record has other fields; compare how records of this kind are built elsewhere",
    Unbounded = "tlc/unbounded": "bound the quantifier or CHOOSE: `\\E x \\in S : ..`",
    NotEnumerable = "tlc/not-enumerable": "quantify over a finite set: replace Nat, Int or STRING by a bounded set in the model",
    TypeMismatch = "tlc/type-mismatch": "values of different kinds are compared; use one kind of value for the variable throughout",
    WrongOperand = "tlc/wrong-operand": "the operands are of other kinds than the operator takes; compare what TypeOK says of them",
    NotAFunction = "tlc/not-a-function": "it is applied or indexed like a function, but its value is none",
    NotBoolean = "tlc/not-boolean": "a formula stands here, so its value must be TRUE or FALSE: compare it with something",
    Overflow = "tlc/overflow": "TLC's integers end at 2147483647: bound the counter in the model by a constraint",
    DivisionByZero = "tlc/division-by-zero": "guard the division",
    SetTooLarge = "tlc/set-too-large": "TLC builds sets of at most 1,000,000 elements: make the constants smaller",
    StackOverflow = "tlc/stack-overflow": "the recursion does not come to an end; check its base case",
    BehaviourTooLong = "tlc/behaviour-too-long": "TLC's behaviours end at 65,535 states: bound what grows without end in the model by a constraint",
    TlcGet = "tlc/tlcget": "set the register with TLCSet in an ASSUME or in Init before it is read",
    Evaluation = "tlc/evaluation",
    // The config, and what TLC cannot check.
    ConfigSyntax = "tlc/config-syntax": "older versions of TLC do not know CHECK_DEADLOCK, ALIAS and POSTCONDITION",
    ConfigConstant = "tlc/config-constant": "give it a value under CONSTANTS in the config file",
    ConfigArity = "tlc/config-arity": "what the config names must take as many arguments as what it stands for",
    ConfigUndefined = "tlc/config-undefined": "define it in the module, or take its name out of the config file",
    ConfigBehaviour = "tlc/config-behaviour": "name either SPECIFICATION, or both INIT and NEXT",
    ConfigLevel = "tlc/config-level": "an invariant speaks of one state; a formula with primes or [] belongs under PROPERTIES",
    Config = "tlc/config",
    TemporalFormula = "tlc/temporal-formula": "TLC checks [], <>, ~>, WF and SF over states and [][A]_v, with constant bounds",
    Rejected = "tlc/rejected",
    // Properties.
    Invariant = "tlc/invariant",
    ActionProperty = "tlc/action-property",
    Liveness = "tlc/liveness",
    Deadlock = "tlc/deadlock": "a state has no successor: name the end (`Done /\\ UNCHANGED vars`), or allow it with --no-deadlock",
    Assertion = "tlc/assert",
    Assumption = "tlc/assumption": "change the constants in the config file so that the ASSUME is true",
    Postcondition = "tlc/postcondition",
    // The run.
    TimedOut = "tlc/timed-out": "raise --limit, or make the constants smaller; --recover goes on from the checkpoint",
    Explosion = "tlc/explosion": "most states were still waiting: bound the model by smaller constants or a CONSTRAINT, or use --simulate",
    OutOfMemory = "tlc/out-of-memory": "raise --memory, lower --workers, or make the constants smaller",
    OutOfDisk = "tlc/out-of-disk": "raise --disk or free some space; a smaller model needs less",
    Interrupted = "tlc/interrupted": "--recover goes on from the last checkpoint",
    Silent = "tlc/silent": "look at the end of tlc.log; the system's log tells who killed a process",
    Killed = "tlc/killed": "look at the end of tlc.log; the system's log tells who killed a process",
    FoundByWorker = "tlc/found-by-worker": "run it without --distributed: that names what is violated and how it is reached",
    NoStates = "tlc/no-states": "Init excludes every state, or the constants make it so",
    NothingNamed = "tlc/nothing-named": "name an INVARIANT or a PROPERTY in the config file",
    Simulated = "tlc/simulated": "a simulation finds violations and proves nothing; leave --simulate out for a verdict",
    Contradiction = "tlc/contradiction",
    System = "tlc/system",
}

impl Class {
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
                Some(Self::ALL.iter().copied().find(|class| Some(class.code()) == code).unwrap_or(Self::Rejected))
            }
            Outcome::Unknown { why } => Some(Self::of_reason(why)),
        }
    }

    /// The class of what is violated.
    pub fn of_kind(kind: ViolationKind) -> Self {
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
            Reason::FoundByWorker => Self::FoundByWorker,
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
        self.code().starts_with("tlc/config")
    }
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
        2106 | 2102 => Class::InitialIncomplete,
        2109 => Class::SuccessorIncomplete,
        2111 | 2113 | 2105 | 2147 | 2154 => Class::Evaluation,
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
        _ => return ViolationKind::of_code(code).map(Class::of_kind),
    })
}

/// What TLC says without a number, in the order in which one sentence may hold another's words.
const SENTENCES: [(&str, Class); 27] = [
    ("StackOverflow", Class::StackOverflow),
    ("out of domain", Class::OutsideDomain),
    ("not in the domain", Class::OutsideDomain),
    ("function with integer domain to the non-integer", Class::OutsideDomain),
    ("is either undefined or not an operator", Class::ReadBeforeAssigned),
    ("CASE with no conditions true", Class::CaseWithoutMatch),
    ("but no element of S satisfied P", Class::ChooseNothing),
    ("nonexistent field", Class::NoSuchField),
    ("nonexistent record field", Class::NoSuchField),
    ("evaluate an unbounded", Class::Unbounded),
    ("non-enumerable", Class::NotEnumerable),
    ("is not enumerable", Class::NotEnumerable),
    ("was not enumerable", Class::NotEnumerable),
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
