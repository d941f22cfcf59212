//! Random statements, each beginning in a column that bulleted lists are aligned to.

use super::expression::Expressions as _;
use super::expression::Local;
use super::generate::Maker;
use super::generate::Operator;
use super::generate::Type;

/// Where a statement stands.
#[derive(Clone)]
struct Place<'a> {
    column: usize,
    depth: usize,
    scope: &'a [Local],
    calls: bool,
}

impl Place<'_> {
    fn deeper(&self, columns: usize) -> Self {
        Self { column: self.column + columns, depth: self.depth.saturating_sub(1), ..self.clone() }
    }

    fn line(&self, text: &str) -> String {
        format!("\n{}{text}", " ".repeat(self.column))
    }
}

/// Writing statements.
pub(crate) trait Statements {
    /// The body of an operator, in column 4; its value is of the type `returns`.
    fn block(&mut self, scope: &[Local], returns: Option<Type>, depth: usize, calls: bool) -> String;

    /// The body of `operator`, which calls itself until its first parameter is 0.
    fn recursion(&mut self, operator: &Operator, scope: &[Local]) -> String;
}

impl Statements for Maker {
    fn block(&mut self, scope: &[Local], returns: Option<Type>, depth: usize, calls: bool) -> String {
        let place = Place { column: 4, depth, scope, calls };
        let inner = place.deeper(3);
        // A part comes first, so that little of what it reads is assigned.
        let part = if self.once.is_some() { self.call(None, &inner) } else { None };
        let first = part.unwrap_or_else(|| self.assignment(&inner));
        let more = 1 + self.chance.below(3);
        self.list(first, more, returns, &place)
    }

    fn recursion(&mut self, operator: &Operator, scope: &[Local]) -> String {
        let place = Place { column: 4, depth: 3, scope, calls: true };
        let inner = place.deeper(5);
        let bound = scope[0].name.clone();
        let mut arguments = vec![format!("{bound} - 1")];
        arguments.extend(operator.parameters[1..].iter().map(|ty| self.expression(*ty, 1, scope)));
        let again = format!("{}({})", operator.name, arguments.join(", "));
        let end = match operator.returns {
            Some(ty) => {
                let assignment = self.assignment(&inner.deeper(3));
                format!("/\\ {assignment}{}", inner.line(&format!("/\\ {}", self.expression(ty, 2, scope))))
            }
            None => "UNCHANGED vars".to_owned(),
        };
        let before = self.assignment(&inner.deeper(3));
        let tail = match operator.returns {
            None if self.rarely(2) => {
                let after = self.statement(&inner.deeper(3));
                format!("/\\ {again}{}", inner.line(&format!("/\\ {after}")))
            }
            Some(Type::Int) if self.rarely(2) => format!("/\\ ({again} + 1) % 4"),
            _ => format!("/\\ {again}"),
        };
        format!(
            "IF {bound} = 0{}{}{}",
            place.line(&format!("THEN {end}")),
            place.line(&format!("ELSE /\\ {before}")),
            inner.line(&tail)
        )
    }
}

impl Maker {
    /// A bulleted list of `first`, `more` statements and, if one is wanted, a value.
    fn list(&mut self, first: String, more: usize, returns: Option<Type>, place: &Place<'_>) -> String {
        let inner = place.deeper(3);
        let mut items = vec![first];
        for _ in 0..more {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            items.push(self.statement(&inner));
        }
        if let Some(ty) = returns {
            items.push(self.tail(ty, &inner));
            if self.rarely(4) {
                items.push("UNCHANGED vars".to_owned());
            }
        }
        let lines: Vec<String> = items.into_iter().map(|item| format!("/\\ {item}")).collect();
        lines.join(&format!("\n{}", " ".repeat(place.column)))
    }

    fn sequence_of(&mut self, returns: Option<Type>, place: &Place<'_>) -> String {
        let first = self.statement(&place.deeper(3));
        let more = self.chance.below(2);
        self.list(first, more, returns, place)
    }

    fn statement(&mut self, place: &Place<'_>) -> String {
        if place.depth == 0 {
            return self.assignment(place);
        }
        match self.chance.below(20) {
            0 | 1 => self.guard(place),
            2 | 3 => self.branch(None, place),
            4 if self.choices < 3 => self.alternatives(None, place),
            5 if self.choices < 3 => self.quantified("\\E", None, place),
            6 if self.once.is_none() => self.quantified("\\A", None, place),
            7 => self.local_of(None, place),
            8..=10 => self.call(None, place).unwrap_or_else(|| self.assignment(place)),
            11 => self.cases(None, place),
            12 => self.pick(&["UNCHANGED vars", "UNCHANGED <<>>"]).to_owned(),
            13 if self.choices < 3 => self.picked(place),
            14 => {
                let (a, b) = (self.assignment(place), self.assignment(place));
                format!("({a}) /\\ ({b})")
            }
            _ => self.assignment(place),
        }
    }

    /// A last statement whose value is of this type.
    fn tail(&mut self, ty: Type, place: &Place<'_>) -> String {
        if place.depth == 0 {
            return self.value(ty, place);
        }
        match self.chance.below(10) {
            0 => self.branch(Some(ty), place),
            1 => self.local_of(Some(ty), place),
            2 if self.choices < 3 => self.quantified("\\E", Some(ty), place),
            3 => self.call(Some(ty), place).unwrap_or_else(|| self.value(ty, place)),
            4 => self.cases(Some(ty), place),
            5 if ty == Type::Bool && self.choices < 3 => self.alternatives(Some(ty), place),
            _ => self.value(ty, place),
        }
    }

    /// A variable to assign; none where each was.
    fn target(&mut self) -> Option<(String, Type)> {
        let among = self.once.as_ref().unwrap_or(&self.variables);
        if among.is_empty() {
            return None;
        }
        let index = self.chance.below(among.len());
        match &mut self.once {
            Some(left) => Some(left.remove(index)),
            None => Some(self.variables[index].clone()),
        }
    }

    /// Arms of which one is taken: what one of them assigns, no other statement does.
    fn arms<T>(&mut self, makers: &mut [&mut dyn FnMut(&mut Self) -> T]) -> Vec<T> {
        let before = self.once.clone();
        let mut after = before.clone();
        let mut made = Vec::new();
        for make in makers {
            self.once.clone_from(&before);
            made.push(make(self));
            if let (Some(after), Some(left)) = (&mut after, &self.once) {
                after.retain(|variable| left.contains(variable));
            }
        }
        self.once = after;
        made
    }

    fn assignment(&mut self, place: &Place<'_>) -> String {
        match self.target() {
            Some((name, ty)) => format!("{name}' = {}", self.value(ty, place)),
            None => self.guard(place),
        }
    }

    fn picked(&mut self, place: &Place<'_>) -> String {
        let Some((name, ty)) = self.target() else { return self.guard(place) };
        self.choices += 1;
        let set = match ty {
            Type::Int if self.rarely(2) => "0..1".to_owned(),
            Type::Node if self.rarely(2) => "Node".to_owned(),
            Type::Bool if self.rarely(2) => "BOOLEAN".to_owned(),
            Type::Nodes if self.rarely(2) => "SUBSET Node".to_owned(),
            _ => format!("{{{}, {}}}", self.value(ty, place), self.expression(ty, 2, place.scope)),
        };
        format!("{name}' \\in {set}")
    }

    /// A condition between statements, true more often than not.
    fn guard(&mut self, place: &Place<'_>) -> String {
        if self.rarely(3) {
            return self.value(Type::Bool, place);
        }
        let (a, b) = (self.expression(Type::Bool, 2, place.scope), self.expression(Type::Bool, 2, place.scope));
        format!("({a} \\/ {b})")
    }

    fn branch(&mut self, returns: Option<Type>, place: &Place<'_>) -> String {
        let condition = self.value(Type::Bool, place);
        let inner = place.deeper(5);
        let made = self.arms(&mut [&mut |maker| maker.sequence_of(returns, &inner), &mut |maker| {
            if returns.is_none() && maker.rarely(3) {
                "UNCHANGED <<>>".to_owned()
            } else {
                maker.sequence_of(returns, &inner)
            }
        }]);
        let [yes, no] = made.as_slice() else { unreachable!("two arms") };
        format!("IF {condition}{}{}", place.line(&format!("THEN {yes}")), place.line(&format!("ELSE {no}")))
    }

    fn cases(&mut self, returns: Option<Type>, place: &Place<'_>) -> String {
        let (a, b) = (self.value(Type::Bool, place), self.value(Type::Bool, place));
        let inner = place.deeper(6);
        let arm = |maker: &mut Self| {
            format!("({})", maker.sequence_of(returns, &Place { column: inner.column + 1, ..inner.clone() }))
        };
        let made = self.arms(&mut [&mut { arm }, &mut { arm }, &mut { arm }]);
        let arms = [format!("CASE {a} ->"), format!("  [] {b} ->"), "  [] OTHER ->".to_owned()];
        let lines: Vec<String> =
            arms.iter().zip(made).map(|(arm, body)| format!("{arm}{}", inner.line(&body))).collect();
        lines.join(&format!("\n{}", " ".repeat(place.column)))
    }

    fn alternatives(&mut self, returns: Option<Type>, place: &Place<'_>) -> String {
        self.choices += 1;
        let inner = place.deeper(3);
        let arm = |maker: &mut Self| {
            let guard = maker.guard(&inner);
            let first = if maker.rarely(2) { guard } else { maker.assignment(&inner.deeper(3)) };
            format!("\\/ {}", maker.list(first, 1, returns, &inner))
        };
        let lines = self.arms(&mut [&mut { arm }, &mut { arm }]);
        lines.join(&format!("\n{}", " ".repeat(place.column)))
    }

    fn quantified(&mut self, quantifier: &str, returns: Option<Type>, place: &Place<'_>) -> String {
        if quantifier == "\\E" {
            self.choices += 1;
        }
        let ty = self.pick(&[Type::Nodes, Type::Nodes, Type::Ints]);
        let set = match self.chance.below(6) {
            0 | 1 => self.value(ty, place),
            2 | 3 if ty == Type::Nodes => "Node".to_owned(),
            _ => self.expression(ty, 1, place.scope),
        };
        let mut scope: Vec<Local> = place.scope.to_vec();
        if quantifier == "\\A" {
            // A loop uses no local operators.
            scope.retain(|local| local.arguments.is_none());
        }
        let element = if ty == Type::Nodes { Type::Node } else { Type::Int };
        let name = self.local(place.scope);
        let element = Local { name: name.clone(), ty: element, arguments: None };
        scope.push(element.clone());
        let mut bounds = format!("{name} \\in {set}");
        if self.rarely(6) {
            let second = self.local(&scope);
            let set = self.expression(Type::Nodes, 1, place.scope);
            bounds = format!("{bounds}, {second} \\in {set}");
            scope.push(Local { name: second, ty: Type::Node, arguments: None });
        }
        let inner = Place { scope: &scope, ..place.deeper(4) };
        let mut body = match returns {
            // One that does not act would be a formula, and what it comes to a truth value.
            Some(_) if quantifier == "\\E" => {
                let first = self.assignment(&inner.deeper(3));
                self.list(first, 1, returns, &inner)
            }
            _ => self.sequence_of(returns, &inner),
        };
        if quantifier == "\\A" && !self.rarely(3) {
            let counted = self.counted(&element);
            body = format!("/\\ {counted}{}", inner.line(&body));
        }
        format!("{quantifier} {bounds} :{}", inner.line(&body))
    }

    /// An assignment that shows how often and in which order the turns of a loop are taken.
    fn counted(&mut self, element: &Local) -> String {
        let index = self.chance.below(self.variables.len());
        let (v, ty) = self.variables[index].clone();
        let e = &element.name;
        let number = if element.ty == Type::Int { e.clone() } else { "1".to_owned() };
        let node = if element.ty == Type::Node { e.clone() } else { "(CHOOSE any \\in Node : TRUE)".to_owned() };
        let toggled = |e: &str| format!("IF {e} \\in {v} THEN {v} \\ {{{e}}} ELSE {v} \\cup {{{e}}}");
        let short = |q: &str, e: &str| format!("IF Len({q}) < 2 THEN Append({q}, {e}) ELSE Tail({q})");
        let value = match ty {
            Type::Int => format!("(2 * {v} + {number} + 1) % 4"),
            Type::Bool => format!("~{v}"),
            Type::Nodes => toggled(&node),
            Type::Ints => toggled(&number),
            Type::Sequence => short(&v, &number),
            Type::Counts => format!("[{v} EXCEPT ![{node}] = (@ + 1) % 4]"),
            Type::Records => format!("[{v} EXCEPT ![{node}].n = (@ + 1) % 4]"),
            Type::Queues => format!("[{v} EXCEPT ![{node}] = {}]", short("@", &number)),
            Type::Record => format!("[{v} EXCEPT !.n = (@ + 1) % 4]"),
            Type::Word => format!("IF {v} = \"idle\" THEN \"busy\" ELSE \"idle\""),
            Type::Node | Type::Maybe => node,
        };
        format!("{v}' = {value}")
    }

    fn local_of(&mut self, returns: Option<Type>, place: &Place<'_>) -> String {
        let ty = self.pick(&[Type::Int, Type::Bool, Type::Node, Type::Nodes, Type::Sequence, Type::Record]);
        let name = self.local(place.scope);
        let mut scope: Vec<Local> = place.scope.to_vec();
        let definition = if self.rarely(6) {
            let parameter = self.local(&[place.scope, &[Local { name: name.clone(), ty, arguments: None }]].concat());
            let mut within = scope.clone();
            within.push(Local { name: parameter.clone(), ty: Type::Int, arguments: None });
            let value = self.expression(ty, 2, &within);
            scope.push(Local { name: name.clone(), ty, arguments: Some(Type::Int) });
            format!("{name}({parameter}) == {value}")
        } else {
            let value = self.value(ty, place);
            scope.push(Local { name: name.clone(), ty, arguments: None });
            format!("{name} == {value}")
        };
        let inner = Place { scope: &scope, ..place.deeper(4) };
        let body = self.sequence_of(returns, &inner);
        format!("LET {definition} IN{}", inner.line(&body))
    }

    /// A call of a procedure as a statement, or for its value.
    fn call(&mut self, returns: Option<Type>, place: &Place<'_>) -> Option<String> {
        let fits = |operator: &Operator| match (returns, operator.returns) {
            (None | Some(Type::Bool), None | Some(Type::Bool)) => true,
            (None, Some(_)) => false,
            (wanted, value) => wanted == value,
        };
        let is_left = |name: &String| self.once.iter().flatten().any(|(left, _)| left == name);
        let may = |operator: &&Operator| self.once.is_none() || operator.assigns.iter().all(is_left);
        let acting = self.operators.iter().filter(|operator| operator.acts && fits(operator));
        let found: Vec<Operator> = acting.filter(may).cloned().collect();
        if found.is_empty() || !place.calls || (self.once.is_some() && returns.is_some()) {
            return None;
        }
        let operator = found[self.chance.below(found.len())].clone();
        if let Some(left) = &mut self.once {
            left.retain(|(name, _)| !operator.assigns.contains(name));
        }
        let mut arguments = Vec::new();
        for (index, ty) in operator.parameters.iter().enumerate() {
            arguments.push(if index == 0 && operator.recursive {
                self.pick(&["0", "1", "2"]).to_owned()
            } else if self.rarely(8) {
                self.value(*ty, place)
            } else {
                self.expression(*ty, 2, place.scope)
            });
        }
        Some(if arguments.is_empty() { operator.name } else { format!("{}({})", operator.name, arguments.join(", ")) })
    }

    /// An expression that may call procedures.
    fn value(&mut self, ty: Type, place: &Place<'_>) -> String {
        let plain = |maker: &mut Self| maker.expression(ty, 3, place.scope);
        if !place.calls || place.depth == 0 || !self.rarely(4) {
            return plain(self);
        }
        let place = &place.deeper(0);
        let other = self.expression(ty, 1, place.scope);
        if self.rarely(3) {
            return self.around_a_call(ty, place).unwrap_or(other);
        }
        let Some(call) = self.call(Some(ty), place) else {
            return self.around_a_call(ty, place).unwrap_or(other);
        };
        match (ty, self.chance.below(7)) {
            (Type::Int, 0) => format!("(({call} + {other}) % 4)"),
            (Type::Int, 1) => format!("(({other} + {call}) % 4)"),
            (Type::Bool, 0) => format!("~{call}"),
            (Type::Bool, 1) => format!("({other} /\\ {call})"),
            (Type::Bool, 2) => format!("({call} \\/ {other})"),
            (Type::Bool, 3) => format!("({other} => {call})"),
            (Type::Nodes, 0) => format!("({call} \\cup {other})"),
            (_, 4) => {
                let condition = self.value(Type::Bool, place);
                format!("(IF {condition} THEN {call} ELSE {other})")
            }
            _ => call,
        }
    }

    /// An expression of this type with the call of a procedure of another type in it.
    fn around_a_call(&mut self, ty: Type, place: &Place<'_>) -> Option<String> {
        let inner = self.pick(&[Type::Int, Type::Bool, Type::Node]);
        let call = self.call(Some(inner), place)?;
        let scope = place.scope;
        Some(match (ty, inner) {
            (Type::Counts, Type::Int) => {
                let node = self.expression(Type::Node, 1, scope);
                format!("[{} EXCEPT ![{node}] = (@ + {call}) % 4]", self.expression(Type::Counts, 0, scope))
            }
            (Type::Counts, Type::Node) => {
                format!("[{} EXCEPT ![{call}] = 3]", self.expression(Type::Counts, 0, scope))
            }
            (Type::Record, Type::Int) => format!("[n |-> {call}, x |-> {}]", self.expression(Type::Bool, 1, scope)),
            (Type::Bool, Type::Int) => format!("({call} > {})", self.expression(Type::Int, 1, scope)),
            (Type::Sequence, Type::Int) => format!("<<{call}>>"),
            (Type::Nodes, Type::Node) => format!("{{{call}, {}}}", self.expression(Type::Node, 1, scope)),
            _ => {
                let name = self.local(scope);
                let mut within = scope.to_vec();
                within.push(Local { name: name.clone(), ty: inner, arguments: None });
                format!("(LET {name} == {call} IN {})", self.expression(ty, 2, &within))
            }
        })
    }
}
