//! The kinds of nodes.

/// What a node is. The comments show a text of that kind; `e` is any expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The whole file.
    File,
    /// `---- MODULE M ---- ... ====`
    Module,
    /// `---- MODULE M ----`
    Header,
    /// `EXTENDS Naturals, Sequences`
    Extends,
    /// `CONSTANTS a, F(_)`
    Constants,
    /// `VARIABLES x, y`
    Variables,
    /// `RECURSIVE F(_)`
    Recursive,
    /// `ASSUME name == e`
    Assume,
    /// `THEOREM name == e` with its proof
    Theorem,
    /// A proof, kept as text.
    Proof,
    /// `USE e DEF F`, `HIDE e`
    Use,
    /// `LOCAL INSTANCE M WITH x <- e`
    Instance,
    /// `F(x) == e`, `f[x \in S] == e`, `a (+) b == e`
    Definition,
    /// `I(x) == INSTANCE M`
    ModuleDefinition,
    /// `----`
    Separator,
    /// What could not be read.
    Error,
    /// A name where it is declared, bound or given to a module.
    Name,
    /// `F(_, _)`, `_ + _`, `-. _`, `_ ^+`, `x` among parameters or constants
    Declaration,
    /// `F(x, Op(_))` before `==`
    OperatorHead,
    /// `f[x \in S]` before `==`
    FunctionHead,
    /// `a (+) b` before `==`
    InfixHead,
    /// `-. a` before `==`
    PrefixHead,
    /// `a ^+` before `==`
    PostfixHead,
    /// `x <- e`
    Substitution,
    /// `x, y \in S`
    Bound,
    /// `<<x, y>>` where names are bound
    NameTuple,
    /// `F`, `F(e)`, `I!F(e)`, `+(e, e)`
    Reference,
    /// `!F(e)`, `!1`, `!<<` inside a reference
    Selector,
    /// `(e, e)` after an operator
    Arguments,
    /// `+` as an argument
    OperatorArgument,
    /// `12`, `1.5`, `\b01`
    Number,
    /// `"text"`
    Text,
    /// `(e)`
    Paren,
    /// `~e`
    Prefix,
    /// `e + e`
    Infix,
    /// `e'`
    Postfix,
    /// `e[e, e]`
    Index,
    /// `[e, e]` where no function stands before it: the grammar has it, but it means nothing
    Brackets,
    /// `e.field`
    Field,
    /// A bulleted list.
    Junction,
    /// `/\ e` in a bulleted list
    Item,
    /// `IF e THEN e ELSE e`
    If,
    /// `CASE e -> e [] OTHER -> e`
    Case,
    /// `e -> e` in a CASE
    Arm,
    /// `OTHER -> e`
    OtherArm,
    /// `LET definitions IN e`
    Let,
    /// `\A x \in S : e`, `\E x : e`, `\AA x : e`
    Quantifier,
    /// `CHOOSE x \in S : e`
    Choose,
    /// `LAMBDA x, y : e`
    Lambda,
    /// `<<e, e>>`
    Tuple,
    /// `{e, e}`
    Set,
    /// `{x \in S : e}`
    Filter,
    /// `{e : x \in S}`
    Map,
    /// `[x \in S |-> e]`
    Function,
    /// `[e -> e]`
    FunctionSet,
    /// `[a |-> e]`
    Record,
    /// `a |-> e`
    RecordField,
    /// `[a : e]`
    RecordSet,
    /// `a : e`
    RecordSetField,
    /// `[e EXCEPT ![e].a = e]`
    Except,
    /// `![e].a = e`
    Update,
    /// `[e]` or `.a` in an update
    Step,
    /// `[e]_e`
    Action,
    /// `<<e>>_e`
    AngleAction,
    /// `WF_e(e)`
    Fairness,
    /// `l(x) :: e`
    Label,
    /// `ASSUME e, NEW x PROVE e`
    AssumeProve,
    /// `NEW x \in S`
    New,
}
