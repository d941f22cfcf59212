//! The fixers, each in its file, in the order in which they are tried.

mod align;
mod annotation;
mod arity;
mod arms;
mod ascii;
mod bound;
mod bracket;
mod bullet;
mod chain;
mod comma;
mod comment;
mod condition;
mod declare;
mod duplicate;
mod extend;
mod header;
mod item;
mod keyword;
mod leftover;
mod let_in;
mod order;
mod precedence;
mod reserved;
mod scope;
mod shift;
mod spelling;
mod tuple;
mod typed;
mod update;

pub(super) use extend::AS_BAG;
pub(super) use extend::TO_BAG;

use super::edit::Proposal;
use super::view::Problem;
use super::view::View;
use crate::tla::tree;

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

/// Whether the problem is the first of those alike, which speaks for all of them: what is looked for in a long part of the
/// text is looked for once, and not for each error in it.
fn speaks(view: &View, problem: &Problem, alike: impl Fn(&Problem) -> bool) -> bool {
    let first = view.problems.iter().find(|other| alike(other));
    first.is_some_and(|first| (first.span, &first.code) == (problem.span, &problem.code))
}

/// `base`, or `base` with the first number that makes it a name nothing has.
fn fresh(view: &View, base: &str) -> String {
    let taken = |other: &str| tree::is_keyword(other) || !view.places(other).is_empty();
    let numbered = (1..).map(|number| format!("{base}{number}"));
    std::iter::once(base.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

const UNEXPECTED: &[&str] = &["tla/parse-unexpected", "tla/parse-lexical"];
const ANY_PARSE: &[&str] =
    &["tla/parse-unexpected", "tla/parse-lexical", "tla/parse-precedence", "tla/parse-indentation"];

/// All of them, in order.
pub(super) const FIXERS: &[Fixer] = &[
    Fixer {
        name: "header",
        codes: &[
            "tla/module-name",
            "tla/parse-no-module",
            "tla/parse-unclosed-module",
            "tla/missing-module",
            "tla/parse-unexpected",
        ],
        why: "a module is called as its file is; nothing can be read before there is one",
        propose: header::propose,
    },
    Fixer {
        name: "ascii",
        codes: &["tla/parse-lexical", "tla/unicode", "tla/parse-unexpected"],
        why: "a symbol of Unicode has one spelling in ASCII, which every version of SANY reads; nothing around it is read before",
        propose: ascii::propose,
    },
    Fixer {
        name: "keyword",
        codes: UNEXPECTED,
        why: "a reserved word is written in capitals, and a definition starts with its name; what it starts is read before it is taken for prose",
        propose: keyword::propose,
    },
    Fixer {
        name: "comment",
        codes: comment::CODES,
        why: "prose is no formula; it is a comment once it starts like one",
        propose: comment::propose,
    },
    Fixer {
        name: "typed",
        codes: UNEXPECTED,
        why: "a constant has no type or value where it is declared; ASSUME says the same of it",
        propose: typed::propose,
    },
    Fixer {
        name: "annotation",
        codes: &["tla/parse-unexpected"],
        why: "a parameter has no type in TLA+, which stays as a comment, and a declaration no names",
        propose: annotation::propose,
    },
    Fixer {
        name: "reserved",
        codes: UNEXPECTED,
        why: "a reserved word or `_` cannot be a name; another name loses nothing",
        propose: reserved::propose,
    },
    Fixer {
        name: "item",
        codes: &["tla/parse-unexpected", "tla/parse-lexical", "tla/duplicate"],
        why: "`==` after a variable is an equation; after a new name it is a definition, and the items below are what it is for",
        propose: item::propose,
    },
    Fixer {
        name: "comprehension",
        codes: UNEXPECTED,
        why: "a set is made from a filtered one; the parts stand in the order of other languages",
        propose: bound::comprehension,
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
        name: "condition",
        codes: UNEXPECTED,
        why: "a condition is written `IF c THEN a ELSE b`; its words are there, or stand for its signs, before what is left over is removed",
        propose: condition::propose,
    },
    Fixer {
        name: "arms",
        codes: &["tla/parse-unexpected", "tla/parse-lexical", "tla/unknown-name"],
        why: "the arms of CASE are `c -> e`, with `[]` between them and OTHER at the end",
        propose: arms::propose,
    },
    Fixer {
        name: "comma",
        codes: UNEXPECTED,
        why: "a comma or semicolon separates parts of one list; at the end of an item, a definition or a declaration it says nothing",
        propose: comma::propose,
    },
    Fixer {
        name: "leftover",
        codes: leftover::CODES,
        why: "a word of another language ends nothing in TLA+; once it is gone the layout shows what it ended",
        propose: leftover::propose,
    },
    Fixer {
        name: "update",
        codes: UNEXPECTED,
        why: "`f WITH [k] = e` is `[f EXCEPT ![k] = e]`, and each field of a record is `k |-> e`; what is inside is read before what is around it",
        propose: update::propose,
    },
    Fixer {
        name: "missing-in",
        codes: UNEXPECTED,
        why: "a LET has an IN where its definitions end; the lines below it can be moved only once it is there",
        propose: let_in::missing,
    },
    Fixer {
        name: "empty-tuple",
        codes: &["tla/parse-unexpected", "tla/parse-lexical", "tla/parse-indentation", "tla/level"],
        why: "nothing is equal to a formula about time; `[]` is the empty tuple then, and the items below must not be moved into it",
        propose: tuple::empty,
    },
    Fixer {
        name: "align",
        codes: ANY_PARSE,
        why: "THEN, ELSE and IN stand with their IF and LET, a bullet with those above and below; else the line would be moved into another item",
        propose: align::propose,
    },
    Fixer {
        name: "close",
        codes: ANY_PARSE,
        why: "a bracket that the item above opens and nobody closes ends with it; else the next item would be moved into it",
        propose: bracket::close,
    },
    Fixer {
        name: "shift",
        codes: ANY_PARSE,
        why: "what belongs to an item of a bulleted list stands right of its bullet",
        propose: shift::propose,
    },
    Fixer {
        name: "tuple",
        codes: &["tla/parse-unexpected", "tla/parse-lexical", "tla/no-meaning"],
        why: "a tuple or sequence stands between `<<` and `>>`",
        propose: tuple::propose,
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
        name: "chain",
        codes: &["tla/parse-precedence"],
        why: "`a <= b <= c` says `a <= b /\\ b <= c`; parentheses would compare a truth value with a number",
        propose: chain::propose,
    },
    Fixer {
        name: "precedence",
        codes: &["tla/parse-precedence"],
        why: "parentheses say what the order of writing says; where a bullet can be put right, that came first",
        propose: precedence::propose,
    },
    Fixer {
        name: "record",
        codes: &["tla/no-meaning"],
        why: "fields of a record have `|->`; their names must not be declared",
        propose: arity::record,
    },
    Fixer {
        name: "qualified",
        codes: &["tla/unknown-name"],
        why: "an operator of a module that is extended has no `!` before it; an instance of that name must not be declared",
        propose: extend::qualified,
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
        name: "box",
        codes: &["tla/unknown-name", "tla/parse-unexpected"],
        why: "`[]A_v` says `[][A]_v` where `A` and `v` are defined; such a name must not be declared",
        propose: declare::boxed,
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
