//! Which variables an expression may look at, and whether at those of the next state.

use super::code::Argument;
use super::code::Bind;
use super::code::Code;
use super::code::Needs;
use super::code::Op;
use super::code::OperatorCode;
use super::error::Site;
use super::program::Expression;
use super::program::Program;

/// One flag a variable; `None` where the value may differ although no variable does.
pub(super) fn reads(program: &Program, expression: &Expression) -> Option<Vec<bool>> {
    let code = &expression.body.code;
    if code.needs.meets(Needs::WORLD.and(Needs::NEXT)) {
        return None;
    }
    let mut reader = Reader::of(program);
    reader.code(code);
    Some(reader.variables)
}

/// Whether it has a prime, or stands for one. Of operators that refer to one another its `needs` alone do not tell.
pub(super) fn looks_ahead(program: &Program, expression: &Expression) -> bool {
    let code = &expression.body.code;
    let mut reader = Reader::of(program);
    code.needs.meets(Needs::NEXT) && {
        reader.code(code);
        reader.ahead
    }
}

/// Whether it speaks of no state, and can be evaluated.
pub(super) fn is_constant(program: &Program, expression: &Expression) -> bool {
    let code = &expression.body.code;
    let mut reader = Reader::of(program);
    !code.needs.meets(Needs::STATE.and(Needs::NEXT).and(Needs::PARAMETER)) && {
        reader.code(code);
        !reader.ahead && !reader.fails
    }
}

/// What of the form `Sequence[variable]` it has, where the sequence is a constant with a name: where that stands, the number of the
/// definition, and the variable.
pub(super) fn constants_at(program: &Program, expression: &Expression) -> Vec<(Site, usize, usize)> {
    let mut reader = Reader::of(program);
    reader.code(&expression.body.code);
    reader.applied
}

struct Reader<'p> {
    program: &'p Program,
    variables: Vec<bool>,
    /// Whether a prime was met that is not part of an ENABLED.
    ahead: bool,
    /// Whether a part of it cannot be evaluated.
    fails: bool,
    /// Definitions that were looked into, outside of an ENABLED and within one.
    seen: [Vec<bool>; 2],
    /// Whether what is looked at is part of an ENABLED.
    enabled: bool,
    /// Constants that are applied to a variable.
    applied: Vec<(Site, usize, usize)>,
}

impl<'p> Reader<'p> {
    fn of(program: &'p Program) -> Self {
        let seen = vec![false; program.definitions.len()];
        let variables = vec![false; program.variables.len()];
        let seen = [seen.clone(), seen];
        Self { program, variables, ahead: false, fails: false, seen, enabled: false, applied: Vec::new() }
    }

    fn all<'c>(&mut self, codes: impl IntoIterator<Item = &'c Code>) {
        codes.into_iter().for_each(|code| self.code(code));
    }

    fn definition(&mut self, id: usize) {
        if !std::mem::replace(&mut self.seen[usize::from(self.enabled)][id], true) {
            let definition = self.program.definitions[id].clone();
            self.code(&definition.code);
        }
    }

    fn arguments(&mut self, args: &[Argument]) {
        for arg in args {
            match arg {
                Argument::Now(code) => self.code(code),
                Argument::Later(body) => self.code(&body.code),
                Argument::Operator(operator) => match &**operator {
                    OperatorCode::Definition(id, _) => self.definition(*id),
                    OperatorCode::Lambda(body) => self.code(&body.code),
                    OperatorCode::Native(_) | OperatorCode::Slot(_) => {}
                },
            }
        }
    }

    fn bound(&mut self, binds: &[Bind], body: &Code) {
        self.all(binds.iter().map(|bind| &bind.set));
        self.code(body);
    }

    fn code(&mut self, code: &Code) {
        match &code.op {
            Op::Value(_) | Op::Local(_) => {}
            Op::Once(a, _) => self.code(a),
            Op::Fail(..) => self.fails = true,
            Op::Variable(variable) => self.variables[*variable] = true,
            Op::Prime(a) | Op::Unchanged(a) => {
                self.ahead |= !self.enabled;
                self.code(a);
            }
            Op::Enabled(a) => {
                let outer = std::mem::replace(&mut self.enabled, true);
                self.code(a);
                self.enabled = outer;
            }
            Op::Not(a) | Op::Subsets(a) | Op::Union(a) | Op::Domain(a) => self.code(a),
            Op::Field(a, _) => self.code(a),
            Op::And(parts) | Op::Or(parts) | Op::Product(parts) | Op::Tuple(parts) | Op::Set(parts) => self.all(parts),
            Op::Record(_, parts) | Op::RecordSet(_, parts) => self.all(parts),
            Op::Implies(a, b) | Op::Equivalent(a, b) | Op::Equal(a, b) | Op::Differ(a, b) => self.all([&**a, &**b]),
            Op::In(a, b) | Op::NotIn(a, b) | Op::Subset(a, b) | Op::Combine(_, a, b) => self.all([&**a, &**b]),
            Op::FunctionSet(a, b) => self.all([&**a, &**b]),
            Op::Apply(a, b) => {
                if let (Op::Call(id, args, _), Op::Variable(variable)) = (&a.op, &b.op)
                    && args.is_empty()
                    && self.program.definitions[*id].is_constant()
                {
                    self.applied.push((a.site, *id, *variable));
                }
                self.all([&**a, &**b]);
            }
            Op::Step(_, a, b) => {
                self.ahead |= !self.enabled;
                self.all([&**a, &**b]);
            }
            Op::If(a, b, c) => self.all([&**a, &**b, &**c]),
            Op::Case(arms, other) => {
                self.all(arms.iter().flat_map(|(guard, body)| [guard, body]));
                self.all(other.as_deref());
            }
            Op::Let(values, body) => {
                self.all(values.iter().map(|(_, body)| &body.code));
                self.code(body);
            }
            Op::Quantified(_, binds, body) | Op::Map(binds, body) => self.bound(binds, body),
            Op::Choose(bind, body) => self.bound(std::slice::from_ref(bind), body),
            Op::Filter(set, _, body) => self.all([&**set, &body.code]),
            Op::Function { sets, body, .. } => {
                self.all(sets);
                self.code(&body.code);
            }
            Op::Except(base, changes) => {
                self.code(base);
                self.all(changes.iter().flat_map(|change| change.path.iter().chain([&change.value])));
            }
            Op::Call(id, args, _) => {
                self.definition(*id);
                self.arguments(args);
            }
            Op::CallSlot(_, args) | Op::Native(_, args) => self.arguments(args),
        }
    }
}
