//! Random expressions of TLA+, most of them of one type throughout, so that most have a value.

/// What an expression is meant to be.
#[derive(Clone, Debug, PartialEq)]
enum Type {
    Bool,
    Int,
    Str,
    Set(Box<Self>),
    Seq(Box<Self>),
    /// From small numbers or strings.
    Function(Box<Self>, Box<Self>),
    Record(Vec<(&'static str, Self)>),
    Pair(Box<Self>, Box<Self>),
}

/// A generator: the same number gives the same expressions (SplitMix64).
pub(crate) struct Expressions {
    state: u64,
    scope: Vec<(String, Type)>,
    names: usize,
}

const STRINGS: [&str; 5] = ["a", "b", "zeta", "Next", "x1"];
const FIELDS: [&str; 4] = ["a", "id", "b", "val"];

impl Expressions {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed, scope: Vec::new(), names: 0 }
    }

    /// The next expression.
    pub(crate) fn next(&mut self) -> String {
        let depth = 2 + self.below(4);
        let wanted = self.wanted(2);
        self.names = 0;
        self.expr(&wanted, depth)
    }

    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let word = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.random() % end as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn wanted(&mut self, depth: usize) -> Type {
        let simple = [Type::Bool, Type::Int, Type::Int, Type::Str];
        if depth == 0 {
            return self.pick(&simple);
        }
        match self.below(9) {
            0 | 1 => Type::Set(Box::new(self.wanted(depth - 1))),
            2 => Type::Seq(Box::new(self.wanted(depth - 1))),
            3 => Type::Function(Box::new(self.key()), Box::new(self.wanted(depth - 1))),
            4 => {
                let count = 1 + self.below(2);
                let start = self.below(FIELDS.len() - count + 1);
                Type::Record((start..start + count).map(|at| (FIELDS[at], self.wanted(depth - 1))).collect())
            }
            5 => Type::Pair(Box::new(self.wanted(depth - 1)), Box::new(self.wanted(depth - 1))),
            _ => self.pick(&simple),
        }
    }

    fn key(&mut self) -> Type {
        self.pick(&[Type::Int, Type::Int, Type::Str])
    }

    /// A new name, known within `body`.
    fn bound(&mut self, known: Type, body: impl FnOnce(&mut Self, &str) -> String) -> String {
        self.names += 1;
        let name = format!("v{}", self.names);
        self.scope.push((name.clone(), known));
        let made = body(self, &name);
        self.scope.pop();
        made
    }

    fn expr(&mut self, wanted: &Type, depth: usize) -> String {
        // Now and then something of another type, for the errors.
        if self.one_in(150) {
            let other = self.pick(&[Type::Bool, Type::Int]);
            return self.expr(&other, depth.min(1));
        }
        let known: Vec<String> =
            self.scope.iter().filter(|(_, known)| known == wanted).map(|(name, _)| name.clone()).collect();
        if !known.is_empty() && (depth == 0 || self.one_in(3)) {
            return self.pick(&known);
        }
        if depth > 0 && self.one_in(4) {
            return self.any(wanted, depth - 1);
        }
        match wanted {
            Type::Bool => self.truth(depth),
            Type::Int => self.number(depth),
            Type::Str => self.string(depth),
            Type::Set(of) => self.set(of, depth),
            Type::Seq(of) => self.sequence(of, depth),
            Type::Function(from, to) => self.function(from, to, depth),
            Type::Record(fields) => self.record(wanted, fields, depth),
            Type::Pair(a, b) => {
                let inner = depth.saturating_sub(1);
                format!("<<{}, {}>>", self.expr(a, inner), self.expr(b, inner))
            }
        }
    }

    /// Forms that have any type.
    fn any(&mut self, wanted: &Type, depth: usize) -> String {
        match self.below(10) {
            0 => {
                let (condition, a, b) =
                    (self.expr(&Type::Bool, depth), self.expr(wanted, depth), self.expr(wanted, depth));
                format!("(IF {condition} THEN {a} ELSE {b})")
            }
            1 => {
                let (condition, a) = (self.expr(&Type::Bool, depth), self.expr(wanted, depth));
                if self.one_in(6) {
                    return format!("(CASE {condition} -> {a})");
                }
                format!("(CASE {condition} -> {a} [] OTHER -> {})", self.expr(wanted, depth))
            }
            2 => {
                let known = self.wanted(1);
                let value = self.expr(&known, depth);
                self.bound(known, |this, name| format!("(LET {name} == {value} IN {})", this.expr(wanted, depth)))
            }
            3 => {
                let known = self.wanted(1);
                let value = self.expr(&known, depth);
                self.names += 1;
                let operator = format!("F{}", self.names);
                let body =
                    self.bound(known, |this, name| format!("{operator}({name}) == {}", this.expr(wanted, depth)));
                format!("(LET {body} IN {operator}({value}))")
            }
            4 => {
                let set = self.set(wanted, depth);
                let last = self.expr(wanted, depth.min(1));
                // Most often there is one.
                let otherwise = if self.one_in(8) { "" } else { "TRUE \\/ " };
                self.bound(wanted.clone(), |this, name| {
                    let condition = this.expr(&Type::Bool, depth);
                    format!("(CHOOSE {name} \\in {set} \\cup {{{last}}} : {otherwise}{condition})")
                })
            }
            5 => {
                let sequence = self.expr(&Type::Seq(Box::new(wanted.clone())), depth);
                if self.one_in(2) { format!("Head({sequence})") } else { format!("({sequence})[1]") }
            }
            6 => {
                let key = self.key();
                let function = self.function(&key, wanted, depth);
                format!("{function}[{}]", self.expr(&key, depth))
            }
            7 => {
                let field = self.pick(&FIELDS);
                let record = Type::Record(vec![(field, wanted.clone())]);
                format!("({}).{field}", self.expr(&record, depth))
            }
            8 => {
                let other = self.wanted(0);
                let pair = Type::Pair(Box::new(wanted.clone()), Box::new(other));
                format!("{}[1]", self.expr(&pair, depth))
            }
            _ => self.recursive(wanted, depth),
        }
    }

    /// A recursive function or operator that comes to an end.
    fn recursive(&mut self, wanted: &Type, depth: usize) -> String {
        self.names += 1;
        let name = format!("R{}", self.names);
        let last = self.expr(wanted, depth);
        self.names += 1;
        let count = format!("v{}", self.names);
        let end = self.below(4);
        self.scope.push((count.clone(), Type::Int));
        let is_function = self.one_in(2);
        let again = if is_function { format!("{name}[{count} - 1]") } else { format!("{name}({count} - 1)") };
        self.scope.push((again, wanted.clone()));
        let step = self.expr(wanted, depth);
        self.scope.truncate(self.scope.len() - 2);
        let body = format!("IF {count} <= 0 THEN {last} ELSE {step}");
        if is_function {
            format!("(LET {name}[{count} \\in 0..3] == {body} IN {name}[{end}])")
        } else {
            format!("(LET RECURSIVE {name}(_) {name}({count}) == {body} IN {name}({end}))")
        }
    }

    fn truth(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.pick(&["TRUE", "FALSE"]).to_owned();
        }
        let depth = depth - 1;
        let known = self.wanted(1);
        let set = Type::Set(Box::new(known.clone()));
        match self.below(13) {
            0 | 1 => {
                let op = self.pick(&["/\\", "\\/", "=>", "<=>"]);
                format!("({} {op} {})", self.expr(&Type::Bool, depth), self.expr(&Type::Bool, depth))
            }
            2 => format!("~{}", self.expr(&Type::Bool, depth)),
            3 | 4 => {
                let op = self.pick(&["=", "#"]);
                format!("({} {op} {})", self.expr(&known, depth), self.expr(&known, depth))
            }
            5 | 6 => {
                let op = self.pick(&["<", ">", "<=", ">="]);
                format!("({} {op} {})", self.expr(&Type::Int, depth), self.expr(&Type::Int, depth))
            }
            7 => {
                let op = self.pick(&["\\in", "\\notin"]);
                format!("({} {op} {})", self.expr(&known, depth), self.lazy(&known, depth))
            }
            8 => format!("({} \\subseteq {})", self.expr(&set, depth), self.lazy(&known, depth)),
            9 | 10 => {
                let op = self.pick(&["\\A", "\\E"]);
                let range = self.expr(&set, depth);
                self.bound(known, |this, name| {
                    format!("({op} {name} \\in {range} : {})", this.expr(&Type::Bool, depth))
                })
            }
            11 => format!("IsFiniteSet({})", self.lazy(&known, depth)),
            _ => {
                let (a, b) = (self.expr(&known, depth), self.expr(&known, depth));
                let op = self.pick(&["\\A", "\\E"]);
                self.bound(known.clone(), |this, left| {
                    this.bound(known, |this, right| {
                        format!("({op} <<{left}, {right}>> \\in {{<<{a}, {b}>>}} : {})", this.expr(&Type::Bool, depth))
                    })
                })
            }
        }
    }

    fn number(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.pick(&["0", "1", "2", "3", "4", "(-1)", "7", "\\hA"]).to_owned();
        }
        let depth = depth - 1;
        let known = self.wanted(1);
        match self.below(9) {
            0..3 => {
                let op = self.pick(&["+", "-", "*", "+", "-", "\\div", "%"]);
                format!("({} {op} {})", self.expr(&Type::Int, depth), self.expr(&Type::Int, depth))
            }
            3 => format!("(-{})", self.pick(&["0", "1", "2", "5"])),
            4 => format!("Cardinality({})", self.expr(&Type::Set(Box::new(known)), depth)),
            5 => format!("Len({})", self.expr(&Type::Seq(Box::new(known)), depth)),
            6 => format!("({} ^ {})", self.expr(&Type::Int, depth), self.pick(&["0", "1", "2", "31"])),
            7 => format!("Len({})", self.expr(&Type::Str, depth)),
            _ => {
                if self.one_in(10) {
                    return format!("(IF 2147483647 + {} > 0 THEN 1 ELSE 2)", self.expr(&Type::Int, depth));
                }
                self.number(0)
            }
        }
    }

    fn string(&mut self, depth: usize) -> String {
        let literal = format!("\"{}\"", self.pick(&STRINGS));
        if depth == 0 || !self.one_in(4) {
            return literal;
        }
        match self.below(3) {
            0 => format!("({literal} \\o {})", self.expr(&Type::Str, depth - 1)),
            1 => format!("ToString({})", self.expr(&Type::Int, depth - 1)),
            _ => literal,
        }
    }

    /// A set that need not be finite.
    fn lazy(&mut self, of: &Type, depth: usize) -> String {
        let inner = depth.saturating_sub(1);
        if !self.one_in(3) {
            return self.expr(&Type::Set(Box::new(of.clone())), depth);
        }
        match of {
            Type::Bool => "BOOLEAN".to_owned(),
            Type::Int => self.pick(&["Nat", "Int", "(Nat \\ {0})", "(Nat \\cup {(-1)})", "(Int \\cap Nat)"]).to_owned(),
            Type::Str => "STRING".to_owned(),
            Type::Set(of) => format!("(SUBSET {})", self.lazy(of, inner)),
            Type::Seq(of) => format!("Seq({})", self.lazy(of, inner)),
            Type::Function(from, to) => {
                let from = self.expr(&Type::Set(from.clone()), inner);
                format!("[{from} -> {}]", self.lazy(to, inner))
            }
            Type::Record(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|(name, of)| format!("{name} : {}", self.lazy(of, inner))).collect();
                format!("[{}]", fields.join(", "))
            }
            Type::Pair(a, b) => format!("({} \\X {})", self.lazy(a, inner), self.lazy(b, inner)),
        }
    }

    fn set(&mut self, of: &Type, depth: usize) -> String {
        if depth == 0 {
            return if self.one_in(8) { "{}".to_owned() } else { format!("{{{}}}", self.expr(of, 0)) };
        }
        let depth = depth - 1;
        let itself = Type::Set(Box::new(of.clone()));
        match (self.below(11), of) {
            (0, _) => {
                let op = self.pick(&["\\cup", "\\cap", "\\"]);
                format!("({} {op} {})", self.expr(&itself, depth), self.expr(&itself, depth))
            }
            (1, _) => {
                let range = self.lazy(of, depth);
                self.bound(of.clone(), |this, name| {
                    format!("{{{name} \\in {range} : {}}}", this.expr(&Type::Bool, depth))
                })
            }
            (2, _) => {
                let from = self.wanted(1);
                let range = self.expr(&Type::Set(Box::new(from.clone())), depth);
                self.bound(from, |this, name| format!("{{{} : {name} \\in {range}}}", this.expr(of, depth)))
            }
            (3, _) => format!("(UNION {})", self.expr(&Type::Set(Box::new(itself)), depth)),
            (4 | 5, Type::Int) => format!("({}..{})", self.expr(&Type::Int, depth), self.expr(&Type::Int, depth)),
            (4, Type::Set(of)) => format!("(SUBSET {})", self.expr(&Type::Set(of.clone()), depth)),
            (4, Type::Pair(a, b)) => {
                format!("({} \\X {})", self.expr(&Type::Set(a.clone()), depth), self.expr(&Type::Set(b.clone()), depth))
            }
            (4, Type::Function(from, to)) => {
                let from = self.expr(&Type::Set(from.clone()), depth);
                format!("[{from} -> {}]", self.expr(&Type::Set(to.clone()), depth))
            }
            (4, Type::Record(fields)) => {
                let set = |this: &mut Self, of: &Type| this.expr(&Type::Set(Box::new(of.clone())), depth);
                let fields: Vec<String> =
                    fields.iter().map(|(name, of)| format!("{name} : {}", set(self, of))).collect();
                format!("[{}]", fields.join(", "))
            }
            (5, Type::Str) => {
                let to = self.wanted(0);
                format!("(DOMAIN {})", self.expr(&Type::Function(Box::new(of.clone()), Box::new(to)), depth))
            }
            _ => {
                let count = self.below(4);
                let items: Vec<String> = (0..count).map(|_| self.expr(of, depth)).collect();
                format!("{{{}}}", items.join(", "))
            }
        }
    }

    fn sequence(&mut self, of: &Type, depth: usize) -> String {
        let itself = Type::Seq(Box::new(of.clone()));
        let inner = depth.saturating_sub(1);
        let choice = if depth == 0 { 9 } else { self.below(11) };
        match choice {
            0 => format!("Append({}, {})", self.expr(&itself, inner), self.expr(of, inner)),
            1 => format!("({} \\o {})", self.expr(&itself, inner), self.expr(&itself, inner)),
            2 => format!("Tail({})", self.expr(&itself, inner)),
            3 => {
                let sequence = self.expr(&itself, inner);
                format!("SubSeq({sequence}, {}, {})", self.expr(&Type::Int, 0), self.expr(&Type::Int, 0))
            }
            4 => {
                let sequence = self.expr(&itself, inner);
                self.bound(of.clone(), |this, name| {
                    format!("SelectSeq({sequence}, LAMBDA {name} : {})", this.expr(&Type::Bool, inner))
                })
            }
            5 => {
                let end = self.below(4);
                self.bound(Type::Int, |this, name| format!("[{name} \\in 1..{end} |-> {}]", this.expr(of, inner)))
            }
            6 => {
                let (sequence, at) = (self.expr(&itself, inner), self.pick(&["1", "2", "0"]));
                format!("[{sequence} EXCEPT ![{at}] = {}]", self.expr(of, inner))
            }
            7 if *of == Type::Int => format!("SortSeq({}, <)", self.expr(&itself, inner)),
            _ => {
                let count = if self.one_in(8) { 0 } else { 1 + self.below(3) };
                let items: Vec<String> = (0..count).map(|_| self.expr(of, inner)).collect();
                format!("<<{}>>", items.join(", "))
            }
        }
    }

    fn function(&mut self, from: &Type, to: &Type, depth: usize) -> String {
        let itself = Type::Function(Box::new(from.clone()), Box::new(to.clone()));
        let inner = depth.saturating_sub(1);
        match self.below(6) {
            0 if depth > 0 => {
                let (function, at) = (self.expr(&itself, inner), self.expr(from, inner));
                self.scope.push(("@".to_owned(), to.clone()));
                let value = self.expr(to, inner);
                self.scope.pop();
                format!("[{function} EXCEPT ![{at}] = {value}]")
            }
            1 if depth > 0 => format!("({} @@ {})", self.expr(&itself, inner), self.expr(&itself, inner)),
            2 => format!("({} :> {})", self.expr(from, inner), self.expr(to, inner)),
            _ => {
                let range = self.expr(&Type::Set(Box::new(from.clone())), inner);
                self.bound(from.clone(), |this, name| format!("[{name} \\in {range} |-> {}]", this.expr(to, inner)))
            }
        }
    }

    fn record(&mut self, itself: &Type, fields: &[(&'static str, Type)], depth: usize) -> String {
        let inner = depth.saturating_sub(1);
        if depth > 0 && self.one_in(4) {
            let (base, (name, of)) = (self.expr(itself, inner), self.pick(fields));
            self.scope.push(("@".to_owned(), of.clone()));
            let value = self.expr(&of, inner);
            self.scope.pop();
            return format!("[{base} EXCEPT !.{name} = {value}]");
        }
        let fields: Vec<String> =
            fields.iter().map(|(name, of)| format!("{name} |-> {}", self.expr(of, inner))).collect();
        format!("[{}]", fields.join(", "))
    }
}
