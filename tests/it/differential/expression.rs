//! Random expressions of a type.

use super::generate::Maker;
use super::generate::Type;

/// A name in scope.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    pub(crate) name: String,
    pub(crate) ty: Type,
    /// For an operator of a LET, what it takes.
    pub(crate) arguments: Option<Type>,
}

/// Writing expressions.
pub(crate) trait Expressions {
    /// An expression of this type, at most so deep, that calls no procedure.
    fn expression(&mut self, ty: Type, depth: usize, scope: &[Local]) -> String;
}

impl Expressions for Maker {
    fn expression(&mut self, ty: Type, depth: usize, scope: &[Local]) -> String {
        if depth == 0 || self.rarely(5) {
            return self.leaf(ty, scope);
        }
        let depth = depth - 1;
        match self.chance.below(12) {
            0..=2 => self.leaf(ty, scope),
            3 => {
                let c = self.expression(Type::Bool, depth, scope);
                let (a, b) = (self.expression(ty, depth, scope), self.expression(ty, depth, scope));
                format!("(IF {c} THEN {a} ELSE {b})")
            }
            4 => self.with_local(ty, depth, scope),
            5 => self.apply(ty, depth, scope).unwrap_or_else(|| self.leaf(ty, scope)),
            6 if self.rarely(3) => {
                let (c, d) = (self.expression(Type::Bool, depth, scope), self.expression(Type::Bool, depth, scope));
                let (a, b) = (self.expression(ty, depth, scope), self.expression(ty, depth, scope));
                let e = self.leaf(ty, scope);
                format!("(CASE {c} -> {a} [] {d} -> {b} [] OTHER -> {e})")
            }
            _ => self.made(ty, depth, scope),
        }
    }
}

impl Maker {
    /// A name that is nowhere else in the module.
    fn fresh(&mut self) -> String {
        self.locals += 1;
        format!("i{}", self.locals)
    }

    /// A variable, primed or not, a local or a literal.
    fn leaf(&mut self, ty: Type, scope: &[Local]) -> String {
        let mut names: Vec<String> = Vec::new();
        for (name, _) in self.variables.iter().filter(|(_, other)| *other == ty) {
            names.push(name.clone());
            names.push(format!("{name}'"));
        }
        for local in scope.iter().filter(|local| local.ty == ty && local.arguments.is_none()) {
            names.extend([local.name.clone(), local.name.clone()]);
        }
        if names.is_empty() || self.rarely(4) {
            return self.literal(ty, scope);
        }
        names.swap_remove(self.chance.below(names.len()))
    }

    fn literal(&mut self, ty: Type, scope: &[Local]) -> String {
        match ty {
            Type::Bool => self.pick(&["TRUE", "FALSE"]).to_owned(),
            Type::Int => self.pick(&["0", "1", "2", "3"]).to_owned(),
            Type::Node => match scope.iter().find(|local| local.ty == Type::Node && local.arguments.is_none()) {
                Some(local) => local.name.clone(),
                None => format!("(CHOOSE {0} \\in Node : TRUE)", self.fresh()),
            },
            Type::Maybe => "Nil".to_owned(),
            Type::Word => self.pick(&["\"idle\"", "\"busy\"", "\"gone\""]).to_owned(),
            Type::Nodes => self.pick(&["{}", "Node"]).to_owned(),
            Type::Ints => self.pick(&["{}", "0..1", "{1, 3}"]).to_owned(),
            Type::Sequence => self.pick(&["<<>>", "<<1>>", "<<2, 0>>"]).to_owned(),
            Type::Record => self.pick(&["[n |-> 0, x |-> TRUE]", "[n |-> 2, x |-> FALSE]"]).to_owned(),
            Type::Counts => format!("[{} \\in Node |-> {}]", self.fresh(), self.chance.below(4)),
            Type::Records => format!("[{} \\in Node |-> [n |-> 1, x |-> FALSE]]", self.fresh()),
            Type::Queues => format!("[{} \\in Node |-> <<1>>]", self.fresh()),
        }
    }

    /// `LET n == e IN`, or a local operator.
    fn with_local(&mut self, ty: Type, depth: usize, scope: &[Local]) -> String {
        let kind = self.pick(&[Type::Int, Type::Bool, Type::Nodes, Type::Node, Type::Sequence]);
        let name = self.local(scope);
        let mut inner = scope.to_vec();
        if self.rarely(4) {
            let parameter = self.local(&[scope, &[Local { name: name.clone(), ty, arguments: None }]].concat());
            let mut within = scope.to_vec();
            within.push(Local { name: parameter.clone(), ty: Type::Int, arguments: None });
            let value = self.expression(kind, depth, &within);
            inner.push(Local { name: name.clone(), ty: kind, arguments: Some(Type::Int) });
            let body = self.expression(ty, depth, &inner);
            return format!("(LET {name}({parameter}) == {value} IN {body})");
        }
        let value = self.expression(kind, depth, scope);
        inner.push(Local { name: name.clone(), ty: kind, arguments: None });
        let body = self.expression(ty, depth, &inner);
        format!("(LET {name} == {value} IN {body})")
    }

    /// A function of the module, or an operator of a LET.
    fn apply(&mut self, ty: Type, depth: usize, scope: &[Local]) -> Option<String> {
        let mut candidates: Vec<(String, Vec<Type>)> = Vec::new();
        // What an operator reads would take the action through a state.
        let shared = self.operators.iter().filter(|_| self.once.is_none());
        for operator in shared.filter(|operator| !operator.acts && operator.returns == Some(ty)) {
            candidates.push((operator.name.clone(), operator.parameters.clone()));
        }
        for local in scope.iter().filter(|local| local.ty == ty) {
            candidates.extend(local.arguments.map(|argument| (local.name.clone(), vec![argument])));
        }
        if candidates.is_empty() {
            return None;
        }
        let (name, parameters) = candidates.swap_remove(self.chance.below(candidates.len()));
        let arguments: Vec<String> = parameters.iter().map(|ty| self.expression(*ty, depth, scope)).collect();
        Some(if arguments.is_empty() { name } else { format!("{name}({})", arguments.join(", ")) })
    }

    /// What only this type has.
    fn made(&mut self, ty: Type, depth: usize, scope: &[Local]) -> String {
        match ty {
            Type::Bool => self.boolean(depth, scope),
            Type::Int => self.number(depth, scope),
            Type::Node => {
                let (i, some) = (self.fresh(), self.expression(Type::Nodes, depth, scope));
                format!("(CHOOSE {i} \\in Node : {i} \\in {some} \\/ {i} = {})", self.leaf(Type::Node, scope))
            }
            Type::Maybe => self.expression(Type::Node, depth, scope),
            Type::Word => self.leaf(Type::Word, scope),
            Type::Nodes | Type::Ints => self.set(ty, depth, scope),
            Type::Sequence => self.sequence(depth, scope),
            Type::Record => {
                let (n, x) = (self.expression(Type::Int, depth, scope), self.expression(Type::Bool, depth, scope));
                match self.chance.below(3) {
                    0 => format!("[{} EXCEPT !.n = {n}, !.x = {x}]", self.leaf(Type::Record, scope)),
                    1 => format!("{}[{}]", self.leaf(Type::Records, scope), self.leaf(Type::Node, scope)),
                    _ => format!("[n |-> {n}, x |-> {x}]"),
                }
            }
            Type::Counts => self.counts(depth, scope),
            Type::Records => {
                let (node, n) = (self.expression(Type::Node, depth, scope), self.expression(Type::Int, depth, scope));
                match self.chance.below(3) {
                    0 => format!("[{} EXCEPT ![{node}].n = {n}]", self.leaf(Type::Records, scope)),
                    1 => format!(
                        "[{} EXCEPT ![{node}].x = ~@, ![{node}].n = (@ + 1) % 4]",
                        self.leaf(Type::Records, scope)
                    ),
                    _ => format!("[{} EXCEPT ![{node}] = [@ EXCEPT !.n = {n}]]", self.leaf(Type::Records, scope)),
                }
            }
            Type::Queues => {
                let (node, item) =
                    (self.expression(Type::Node, depth, scope), self.expression(Type::Int, depth, scope));
                let base = self.leaf(Type::Queues, scope);
                format!("[{base} EXCEPT ![{node}] = IF Len(@) < 2 THEN Append(@, {item}) ELSE Tail(@)]")
            }
        }
    }

    fn boolean(&mut self, depth: usize, scope: &[Local]) -> String {
        let ty = self.pick(&[Type::Int, Type::Node, Type::Word, Type::Maybe, Type::Nodes, Type::Sequence, Type::Int]);
        match self.chance.below(9) {
            0 | 1 => {
                let op = self.pick(&["=", "#"]);
                // The right side is what could be taken for an assignment.
                let left = unprimed(&self.expression(ty, depth, scope));
                format!("({left} {op} {})", self.expression(ty, depth, scope))
            }
            2 => {
                let op = self.pick(&["<", ">=", "<=", ">"]);
                format!(
                    "({} {op} {})",
                    self.expression(Type::Int, depth, scope),
                    self.expression(Type::Int, depth, scope)
                )
            }
            3 => {
                let op = self.pick(&["/\\", "\\/", "=>", "<=>"]);
                format!(
                    "({} {op} {})",
                    self.expression(Type::Bool, depth, scope),
                    self.expression(Type::Bool, depth, scope)
                )
            }
            4 => format!("~{}", self.expression(Type::Bool, depth, scope)),
            5 => {
                let element = unprimed(&self.leaf(Type::Node, scope));
                format!("({element} \\in {})", self.expression(Type::Nodes, depth, scope))
            }
            6 => {
                let name = self.local(scope);
                let mut inner = scope.to_vec();
                inner.push(Local { name: name.clone(), ty: Type::Node, arguments: None });
                let quantifier = self.pick(&["\\A", "\\E"]);
                let set = self.expression(Type::Nodes, depth, scope);
                format!("({quantifier} {name} \\in {set} : {})", self.expression(Type::Bool, depth, &inner))
            }
            7 => format!("{}.x", self.field_owner(scope)),
            _ => format!("({} <= 1)", self.expression(Type::Int, depth, scope)),
        }
    }

    fn field_owner(&mut self, scope: &[Local]) -> String {
        if self.rarely(2) {
            return self.leaf(Type::Record, scope);
        }
        let node = self.leaf(Type::Node, scope);
        format!("{}[{node}]", self.leaf(Type::Records, scope))
    }

    fn number(&mut self, depth: usize, scope: &[Local]) -> String {
        match self.chance.below(9) {
            0 | 1 => format!("(({} + {}) % 4)", self.expression(Type::Int, depth, scope), self.leaf(Type::Int, scope)),
            2 => format!("Len({})", self.expression(Type::Sequence, depth, scope)),
            3 => format!("Cardinality({})", self.expression(Type::Nodes, depth, scope)),
            4 => {
                let node = self.expression(Type::Node, depth, scope);
                format!("{}[{node}]", self.leaf(Type::Counts, scope))
            }
            5 => format!("{}.n", self.field_owner(scope)),
            6 => {
                let q = unprimed(&self.leaf(Type::Sequence, scope));
                // Sometimes without the condition, so that there are errors.
                if self.rarely(25) { format!("Head({q})") } else { format!("(IF {q} = <<>> THEN 0 ELSE Head({q}))") }
            }
            7 => {
                let node = self.leaf(Type::Node, scope);
                format!("Len({}[{node}])", self.leaf(Type::Queues, scope))
            }
            _ => {
                let i = self.fresh();
                format!("(CHOOSE {i} \\in 0..3 : {i} >= {})", self.leaf(Type::Int, scope))
            }
        }
    }

    fn set(&mut self, ty: Type, depth: usize, scope: &[Local]) -> String {
        let element = if ty == Type::Nodes { Type::Node } else { Type::Int };
        match self.chance.below(4) {
            0 => {
                let op = self.pick(&["\\cup", "\\cap", "\\"]);
                format!("({} {op} {})", self.expression(ty, depth, scope), self.expression(ty, depth, scope))
            }
            1 => format!("{{{}}}", self.expression(element, depth, scope)),
            2 => {
                let name = self.local(scope);
                let mut inner = scope.to_vec();
                inner.push(Local { name: name.clone(), ty: element, arguments: None });
                let condition = self.expression(Type::Bool, depth, &inner);
                format!("{{{name} \\in {} : {condition}}}", self.expression(ty, depth, scope))
            }
            _ => {
                let name = self.local(scope);
                let mut inner = scope.to_vec();
                inner.push(Local { name: name.clone(), ty: Type::Node, arguments: None });
                let image = self.expression(element, depth, &inner);
                format!("{{{image} : {name} \\in {}}}", self.expression(Type::Nodes, depth, scope))
            }
        }
    }

    fn sequence(&mut self, depth: usize, scope: &[Local]) -> String {
        let base = unprimed(&self.leaf(Type::Sequence, scope));
        match self.chance.below(5) {
            4 => {
                // The index is outside of the domain as often as not.
                let (index, value) = (self.leaf(Type::Int, scope), self.expression(Type::Int, depth, scope));
                format!("[{base} EXCEPT ![{index}] = (@ + {value}) % 4]")
            }
            0 => {
                let item = self.expression(Type::Int, depth, scope);
                format!("(IF Len({base}) < 2 THEN Append({base}, {item}) ELSE {base})")
            }
            1 => format!("(IF {base} = <<>> THEN {base} ELSE Tail({base}))"),
            2 => {
                let node = self.expression(Type::Node, depth, scope);
                format!("{}[{node}]", self.leaf(Type::Queues, scope))
            }
            _ => format!("<<{}>>", self.expression(Type::Int, depth, scope)),
        }
    }

    fn counts(&mut self, depth: usize, scope: &[Local]) -> String {
        let base = self.leaf(Type::Counts, scope);
        match self.chance.below(3) {
            0 => {
                let node = self.expression(Type::Node, depth, scope);
                let value = self.expression(Type::Int, depth, scope);
                format!("[{base} EXCEPT ![{node}] = {value}]")
            }
            1 => {
                let (one, other) = (self.leaf(Type::Node, scope), self.expression(Type::Node, depth, scope));
                let value = self.expression(Type::Int, depth, scope);
                format!("[{base} EXCEPT ![{one}] = (@ + 1) % 4, ![{other}] = (@ + {value}) % 4]")
            }
            _ => {
                let name = self.local(scope);
                let mut inner = scope.to_vec();
                inner.push(Local { name: name.clone(), ty: Type::Node, arguments: None });
                format!("[{name} \\in Node |-> {}]", self.expression(Type::Int, depth, &inner))
            }
        }
    }
}

/// The same without primes, for the left side of `=`, where a prime would make it an assignment.
pub(crate) fn unprimed(expression: &str) -> String {
    expression.replace('\'', "")
}
