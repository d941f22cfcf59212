//! The names of a module, and what stands for those of one that is instantiated.

use std::cell::Cell;
use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::HashSet;
use std::rc::Rc;

use crate::eval::native::Native;
use crate::tla::ops;
use crate::tla::syntax::Module;
use crate::tla::syntax::Param;

/// What a name of a module stands for.
#[derive(Clone)]
pub(in crate::eval) enum Binding {
    /// A variable.
    Variable(usize),
    /// A definition.
    Definition(usize),
    /// An operator of a standard module.
    Native(&'static Native),
    /// Whatever the root module calls by this name.
    Alias(String),
    /// The definitions of a named instance.
    Instance(Rc<Scope>),
}

/// The names of a module.
#[derive(Default)]
pub(in crate::eval) struct Scope {
    /// Which of the program's files it stands in.
    pub(in crate::eval) file: u32,
    /// The name of its module; empty for a standard one.
    pub(super) module: String,
    /// Whether its definitions are those of the module itself, and not of an instance.
    pub(super) shared: bool,
    /// The parameters of the instance it is, which each of its definitions takes first.
    pub(super) params: Vec<Param>,
    /// Whether something may stand for its variables, and whether one variable may for two.
    pub(super) of_instance: Cell<(bool, bool)>,
    pub(super) names: RefCell<HashMap<String, Binding>>,
    /// What the config has replaced, as it was.
    pub(super) originals: RefCell<HashMap<String, Binding>>,
    /// Those that others see, in order.
    pub(super) exports: RefCell<Vec<String>>,
    /// Modules inside it.
    pub(super) inner: RefCell<HashMap<String, Rc<Module>>>,
}

impl Scope {
    /// For a module whose definitions are its own.
    pub(super) fn of(file: u32, module: &str) -> Self {
        Self { file, module: module.to_owned(), shared: true, ..Self::default() }
    }

    pub(super) fn is_of_instance(&self) -> bool {
        self.of_instance.get().0
    }

    pub(super) fn has_variables_alike(&self) -> bool {
        self.of_instance.get().1
    }

    pub(in crate::eval) fn find(&self, name: &str) -> Option<Binding> {
        self.names.borrow().get(ops::canonical(name)).cloned()
    }

    /// The same as the module has it, whatever the config puts there: what an instance calls `S!name`.
    pub(super) fn original(&self, name: &str) -> Option<Binding> {
        let original = self.originals.borrow().get(ops::canonical(name)).cloned();
        original.or_else(|| self.find(name))
    }

    /// Makes a name known that the config has replaced.
    pub(super) fn replace(&self, name: &str, original: Binding, other: Binding, exported: bool) {
        self.originals.borrow_mut().insert(ops::canonical(name).to_owned(), original);
        self.add(name, other, exported);
    }

    pub(super) fn add(&self, name: &str, binding: Binding, exported: bool) {
        let name = ops::canonical(name).to_owned();
        if exported {
            self.exports.borrow_mut().push(name.clone());
        }
        self.names.borrow_mut().insert(name, binding);
    }

    pub(super) fn include(&self, other: &Self, exported: bool) {
        for name in other.exports.borrow().iter() {
            if let Some(binding) = other.find(name) {
                self.add(name, binding, exported);
            }
            if let Some(original) = other.originals.borrow().get(name) {
                self.originals.borrow_mut().insert(name.clone(), original.clone());
            }
        }
    }
}

/// What the constants and variables of an instantiated module are.
#[derive(Default)]
pub(super) struct Substitution {
    pub(super) stands: HashMap<String, Binding>,
    /// Whether one variable may stand for two.
    pub(super) alike: bool,
}

impl Substitution {
    pub(super) fn get(&self, name: &str) -> Option<&Binding> {
        self.stands.get(name)
    }

    /// What a parameter or a definition is may be a variable that stands for another one as well.
    pub(super) fn may_be_alike(&self, variables: &[String]) -> bool {
        let stand = |name: &String| match self.get(name) {
            Some(Binding::Variable(variable)) => Some(*variable),
            _ => None,
        };
        let plain: Option<HashSet<usize>> = variables.iter().map(stand).collect();
        variables.len() > 1 && plain.is_none_or(|plain| plain.len() < variables.len())
    }
}
