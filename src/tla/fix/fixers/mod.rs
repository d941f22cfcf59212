//! The fixers, each in its file, in the order in which they are tried.

mod arity;
mod bound;
mod bracket;
mod bullet;
mod declare;
mod duplicate;
mod extend;
mod header;
mod leftover;
mod let_in;
mod order;
mod precedence;
mod scope;
mod shift;
mod spelling;
mod update;

pub(super) use extend::AS_BAG;
pub(super) use extend::TO_BAG;

use super::edit::Proposal;
use super::view::Problem;
use super::view::View;

/// A repair for some kinds of diagnostics.
pub(super) struct Fixer {
    pub(super) name: &'static str,
    /// The codes it is for.
    pub(super) codes: &'static [&'static str],
    /// Why its repair is right, and stands where it stands.
    pub(super) why: &'static str,
    /// What could help, the likeliest first.
    pub(super) propose: fn(&View, &Problem) -> Vec<Proposal>,
}

const UNEXPECTED: &[&str] = &["tla/parse-unexpected", "tla/parse-lexical"];
const ANY_PARSE: &[&str] =
    &["tla/parse-unexpected", "tla/parse-lexical", "tla/parse-precedence", "tla/parse-indentation"];

/// All of them, in order.
pub(super) const FIXERS: &[Fixer] = &[
    Fixer {
        name: "header",
        codes: &["tla/module-name", "tla/parse-no-module", "tla/parse-unclosed-module", "tla/missing-module"],
        why: "a module is called as its file is; nothing can be read before there is one",
        propose: header::propose,
    },
    Fixer {
        name: "let-equals",
        codes: UNEXPECTED,
        why: "a definition is written with `==`, and one of a LET must be read before its IN is looked for",
        propose: let_in::equals,
    },
    Fixer {
        name: "spelling",
        codes: &[
            "tla/parse-unexpected",
            "tla/parse-lexical",
            "tla/parse-precedence",
            "tla/unknown-operator",
            "tla/arity",
        ],
        why: "an operator of another language or notation has one counterpart in TLA+; what is one token is seen before any layout",
        propose: spelling::propose,
    },
    Fixer {
        name: "leftover",
        codes: ANY_PARSE,
        why: "a word of another language ends nothing in TLA+; once it is gone the layout shows what it ended",
        propose: leftover::propose,
    },
    Fixer {
        name: "update",
        codes: UNEXPECTED,
        why: "`f WITH [k] = e` is `[f EXCEPT ![k] = e]`; what is inside EXCEPT is read before what is around it",
        propose: update::propose,
    },
    Fixer {
        name: "missing-in",
        codes: UNEXPECTED,
        why: "a LET has an IN where its definitions end; the lines below it can be moved only once it is there",
        propose: let_in::missing,
    },
    Fixer {
        name: "shift",
        codes: ANY_PARSE,
        why: "what belongs to an item of a bulleted list stands right of its bullet",
        propose: shift::propose,
    },
    Fixer {
        name: "bullet",
        codes: ANY_PARSE,
        why: "a bullet stands in the column of its list; tried after whole blocks could be moved",
        propose: bullet::propose,
    },
    Fixer {
        name: "bracket",
        codes: UNEXPECTED,
        why: "a bracket that is missing, too many, or of another kind, where the layout shows the place",
        propose: bracket::propose,
    },
    Fixer {
        name: "precedence",
        codes: &["tla/parse-precedence"],
        why: "parentheses say what the order of writing says; where a bullet can be put right, that came first",
        propose: precedence::propose,
    },
    Fixer {
        name: "extends",
        codes: &["tla/unknown-name", "tla/unknown-operator"],
        why: "a name of a standard module means that module; only what no module defines is declared",
        propose: extend::propose,
    },
    Fixer {
        name: "order",
        codes: &["tla/unknown-name", "tla/recursive"],
        why: "a definition that uses itself or stands below its use needs RECURSIVE; it is defined, so it must not be declared anew",
        propose: order::propose,
    },
    Fixer {
        name: "bound",
        codes: &["tla/unknown-name"],
        why: "a bound that uses a name of the same list needs a quantifier of its own; such a name must not be declared",
        propose: bound::propose,
    },
    Fixer {
        name: "scope",
        codes: &["tla/unknown-name"],
        why: "what uses a name of a LET or a quantifier belongs to its body; such a name must not be declared",
        propose: scope::propose,
    },
    Fixer {
        name: "case",
        codes: &["tla/unknown-name"],
        why: "a name that differs from a known one in case alone is that one",
        propose: declare::case,
    },
    Fixer {
        name: "declare",
        codes: &["tla/unknown-name"],
        why: "a name that is bound nowhere is a variable if it is primed somewhere, and a constant if it is not",
        propose: declare::propose,
    },
    Fixer {
        name: "arity",
        codes: &["tla/arity", "tla/operator-argument", "tla/no-meaning", "tla/recursive"],
        why: "a declaration has the parameters that its uses have",
        propose: arity::propose,
    },
    Fixer {
        name: "duplicate",
        codes: &["tla/duplicate", "tla/conflicting-modules"],
        why: "an inner name is renamed, a definition that stands twice is kept once; last, because others may remove the cause",
        propose: duplicate::propose,
    },
];
