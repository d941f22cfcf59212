//! INSTANCE: what a module defines, with its constants and variables substituted.

use std::collections::HashMap;
use std::rc::Rc;

use super::Checker;
use super::Module;
use super::Stage;
use super::module::declaration;
use super::scope::By;
use super::symbol::CONSTANT;
use super::symbol::Class;
use super::symbol::Id;
use super::symbol::Name;
use super::symbol::STATE;
use super::symbol::Slot;
use super::symbol::Symbol;
use super::symbol::TEMPORAL;
use super::symbol::Value;
use super::symbol::level_name;
use crate::tla::ops;
use crate::tla::tree::Kind;
use crate::tla::tree::Node;

impl Checker<'_> {
    /// `INSTANCE M WITH ...`, possibly LOCAL.
    pub(super) fn instance_unit(&mut self, unit: Node<'_>) {
        let local = unit.token().is_some_and(|token| token.is("LOCAL"));
        let Some(members) = self.instantiate(unit, &[]) else {
            self.scope.incomplete = true;
            return;
        };
        for id in members {
            self.symbols[id as usize].local = local;
            self.declare(id, By::Instance);
            let known = self.scope.known.get(&self.symbol(id).name) == Some(&id);
            self.scope.exports.extend(known.then_some(id));
        }
    }

    /// `I(x) == INSTANCE M WITH ...`.
    pub(super) fn module_definition(&mut self, unit: Node<'_>) -> Id {
        let head = unit.child(0).unwrap_or(unit);
        let mut parts = head.children();
        let text = parts.next().map(|name| name.text()).unwrap_or_default();
        let mark = self.enter();
        let params: Vec<Id> = parts.map(|param| self.formal(param)).collect();
        let members = self.instantiate(unit, &params);
        self.leave(mark);
        let mut symbol = self.fresh(text, Class::Instance, params.len(), head.span());
        symbol.local = unit.token().is_some_and(|token| token.is("LOCAL"));
        match members {
            Some(members) => {
                let mut named: HashMap<Name, Id> = members.into_iter().map(|id| (self.symbol(id).name, id)).collect();
                // An instance of the same name before this one is warned of, and what it defines stays known.
                let before = self.known(text).and_then(|id| self.symbol(id).members.clone());
                for (name, id) in before.iter().flat_map(|members| members.iter()) {
                    named.entry(*name).or_insert(*id);
                }
                symbol.members = Some(Rc::new(named));
            }
            None => self.scope.incomplete = true,
        }
        let id = self.add(symbol);
        self.declare(id, By::Declaration);
        id
    }

    /// The definitions of the module a unit instantiates, as seen from here; `None` if there is no such module.
    fn instantiate(&mut self, unit: Node<'_>, formals: &[Id]) -> Option<Vec<Id>> {
        let name = unit.find(Kind::Name)?;
        let number = self.names.number(name.text());
        let module = match self.scope.modules.get(&number).copied() {
            Some(inner) => inner,
            None => self.load(name)?,
        };
        let Module { symbols, params, .. } = &self.modules[module];
        let (symbols, params) = (symbols.clone(), params.clone());
        let with = self.substitutions(unit, &params);
        self.check_substituted(unit, &params, &with);
        let defined = symbols.into_iter().filter(|id| {
            let symbol = self.symbol(*id);
            !symbol.local && matches!(symbol.class, Class::Operator | Class::Instance | Class::Statement)
        });
        let defined: Vec<Id> = defined.collect();
        Some(defined.into_iter().map(|id| self.instantiated(id, &with, formals)).collect())
    }

    /// A definition with substitutions made in its level, and the parameters of the instance before its own.
    fn instantiated(&mut self, id: Id, with: &HashMap<Id, Value>, formals: &[Id]) -> Id {
        let original = self.symbol(id);
        if formals.is_empty() && !original.depends.iter().any(|id| with.contains_key(id)) && original.members.is_none()
        {
            let copy = original.clone();
            return self.add(copy);
        }
        let mut value = Value::of(original.level);
        for on in &original.depends {
            match with.get(on) {
                Some(substituted) => value.join(substituted),
                None => value.join(&Value { level: CONSTANT, depends: vec![*on] }),
            }
        }
        let own = original.slots.clone();
        let slots = formals.iter().map(|formal| Slot {
            arity: self.symbol(*formal).slots.len(),
            max: TEMPORAL,
            counts: value.depends.contains(formal),
        });
        let slots = slots.chain(own).collect();
        value.depends.retain(|id| !formals.contains(id));
        let members = self.symbol(id).members.clone().map(|members| {
            let mut members: Vec<(Name, Id)> = members.iter().map(|(name, id)| (*name, *id)).collect();
            members.sort_unstable();
            Rc::new(members.into_iter().map(|(name, id)| (name, self.instantiated(id, with, formals))).collect())
        });
        let symbol = Symbol { slots, level: value.level, depends: value.depends, members, ..self.symbol(id).clone() };
        self.add(symbol)
    }

    /// What each constant and variable of the module becomes.
    fn substitutions(&mut self, unit: Node<'_>, params: &[Id]) -> HashMap<Id, Value> {
        let mut with: HashMap<Id, Value> = HashMap::new();
        for substitution in unit.children().filter(|child| child.is(Kind::Substitution)) {
            let (Some(name), Some(body)) = (substitution.child(0), substitution.child(1)) else { continue };
            let number = self.names.number(ops::canonical(declaration(name).0));
            let param = params.iter().copied().find(|id| self.symbol(*id).name == number);
            let Some(param) = param else {
                let message = format!("`{}` is no constant or variable of the module", name.text());
                self.error(
                    name,
                    "tla/substitution",
                    message,
                    &["only CONSTANTS and VARIABLES can be substituted".to_owned()],
                );
                continue;
            };
            let arity = self.symbol(param).slots.len();
            let value = if arity > 0 { self.operator_argument(arity, body) } else { self.expr(body) };
            if with.insert(param, value).is_some() {
                let message = format!("`{}` is substituted twice", name.text());
                self.error(name, "tla/substitution", message, &["keep one of the two".to_owned()]);
            }
        }
        for param in params {
            if !with.contains_key(param) {
                let value = self.implicit(unit, *param);
                with.insert(*param, value);
            }
        }
        with
    }

    /// Without WITH, a name of the module is what has that name here.
    fn implicit(&mut self, unit: Node<'_>, param: Id) -> Value {
        let (name, arity, class) = {
            let symbol = self.symbol(param);
            (symbol.name, symbol.slots.len(), symbol.class)
        };
        let text = self.names.text(name);
        let Some(found) = self.scope.known.get(&name).copied() else {
            if !self.scope.incomplete && !self.scope.lost.contains(&name) {
                let message = format!("the {} `{text}` of the module has no value here", class.noun());
                let hint = format!("add `WITH {text} <- e`, or declare `{text}` in this module");
                self.error(unit, "tla/substitution", message, &[hint]);
            }
            return Value::default();
        };
        if self.symbol(found).class == Class::Instance {
            let message = format!("`{text}` names an instance here, which cannot stand for the {}", class.noun());
            self.error(unit, "tla/substitution", message, &[format!("add `WITH {text} <- ...`")]);
        } else if self.symbol(found).slots.len() != arity {
            let message = format!("`{text}` takes another number of arguments here than in the module");
            self.error(unit, "tla/substitution", message, &[format!("add `WITH {text} <- ...`")]);
        }
        self.operator_value(found)
    }

    /// Constants of a module with variables must stay constant, variables must stay state functions.
    fn check_substituted(&mut self, unit: Node<'_>, params: &[Id], with: &HashMap<Id, Value>) {
        let is_constant = params.iter().all(|id| self.symbol(*id).class == Class::Constant);
        for param in params {
            let Some(value) = with.get(param) else { continue };
            let max = match self.symbol(*param).class {
                Class::Variable => STATE,
                _ if is_constant => self.symbol(*param).max,
                _ => CONSTANT,
            };
            if value.level > max {
                let text = self.names.text(self.symbol(*param).name);
                let message = format!(
                    "`{text}` can be substituted by at most {}, but this is {}",
                    level_name(max),
                    level_name(value.level)
                );
                self.say(Stage::Levels, self.scope.file, unit.span(), "tla/level", message, &[]);
            }
        }
    }
}
