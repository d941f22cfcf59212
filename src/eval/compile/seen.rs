//! The order in which TLC first sees names, by which it compares strings: that of its own words, of the files as SANY reads them, and of
//! the words in each. Measured with the jar that `make tools` gets.

use std::collections::HashSet;
use std::rc::Rc;

use super::Compiler;
use crate::eval::error::Site;
use crate::eval::native;
use crate::tla::syntax::Module;
use crate::tla::syntax::UnitKind;

/// Words that TLC knows before it reads a file.
const KNOWN: &str = "ENABLED UNCHANGED SUBSET UNION DOMAIN STRING FALSE TRUE BOOLEAN";

/// A standard module: what it extends, what it instantiates, and its words, each once, in their order.
struct Standard {
    name: &'static str,
    extends: &'static [&'static str],
    instances: &'static [&'static str],
    words: &'static str,
}

#[rustfmt::skip]
const STANDARD: &[Standard] = &[
    Standard {
        name: "Naturals",
        extends: &[],
        instances: &[],
        words: "Nat a b CHOOSE n TRUE",
    },
    Standard {
        name: "Integers",
        extends: &["Naturals"],
        instances: &[],
        words: "EXTENDS Naturals Int a 0",
    },
    Standard {
        name: "Reals",
        extends: &["Integers"],
        instances: &[],
        words: "EXTENDS Integers Real a b CHOOSE m Infinity i r",
    },
    Standard {
        name: "Sequences",
        extends: &[],
        instances: &["Naturals"],
        words: "LOCAL INSTANCE Naturals Seq S UNION 1 n Nat Len s CHOOSE DOMAIN t i IF THEN ELSE Append e Head Tail CASE \
            SubSeq m SelectSeq Test _ LET F 0 IN",
    },
    Standard {
        name: "FiniteSets",
        extends: &[],
        instances: &["Naturals", "Sequences"],
        words: "LOCAL INSTANCE Naturals Sequences IsFiniteSet S seq Seq s n 1 Len Cardinality LET CS T SUBSET IF THEN 0 ELSE \
            CHOOSE x IN",
    },
    Standard {
        name: "TLC",
        extends: &[],
        instances: &["Naturals", "Sequences", "FiniteSets"],
        words: "LOCAL INSTANCE Naturals Sequences FiniteSets Print out val PrintT TRUE Assert IF THEN ELSE CHOOSE v JavaTime n \
            Nat TLCGet i TLCSet d e x f g DOMAIN Permutations S w SortSeq s Op _ LET Perm p 1 Len j IN RandomElement Any \
            ToString a b STRING TLCEval",
    },
    Standard {
        name: "Bags",
        extends: &["TLC"],
        instances: &["Naturals"],
        words: "EXTENDS TLC LOCAL INSTANCE Naturals IsABag B DOMAIN n Nat 0 BagToSet SetToBag S e 1 BagIn EmptyBag B1 B2 IF \
            THEN ELSE LET IN d Sum f DSum SUBSET elt CHOOSE TRUE BagUnion UNION SubBag RemoveFromDom x y Combine BagSet i \
            Biggest Range r s RSB BB BagOfAll F _ BagCardinality CopiesIn",
    },
];

/// A module, as far as reading it goes.
#[derive(Clone, Default)]
struct Relatives {
    extends: Vec<String>,
    instances: Vec<String>,
}

impl Compiler<'_> {
    /// Gives the words that TLC knows by itself their places.
    pub(super) fn see_known(&self) {
        KNOWN.split(' ').for_each(|word| drop(self.program.strings.text(word)));
    }

    /// Gives the words of all modules their places, in the order in which SANY reads them: of each module first those that it extends, then
    /// those that they extend, and then what is instantiated.
    pub(super) fn see_modules(&mut self, root: &Rc<Module>, file: u32) {
        let relatives = relatives(root);
        let mut seen = HashSet::from([root.name.text.clone()]);
        self.see_relatives(&relatives, file, &mut seen, &mut HashSet::new());
    }

    fn see_relatives(
        &mut self,
        relatives: &Relatives,
        file: u32,
        seen: &mut HashSet<String>,
        done: &mut HashSet<String>,
    ) {
        let extended = self.see_extended(relatives, file, seen, &mut HashSet::new());
        for of in std::iter::once(relatives).chain(&extended) {
            let read: Vec<Relatives> = of.instances.iter().map(|name| self.see(name, file, seen)).collect();
            for (name, relatives) in of.instances.iter().zip(&read) {
                if done.insert(name.clone()) {
                    self.see_relatives(relatives, file, seen, done);
                }
            }
        }
    }

    /// All modules that are extended, those of one module before those of the next.
    fn see_extended(
        &mut self,
        relatives: &Relatives,
        file: u32,
        seen: &mut HashSet<String>,
        done: &mut HashSet<String>,
    ) -> Vec<Relatives> {
        let read: Vec<Relatives> = relatives.extends.iter().map(|name| self.see(name, file, seen)).collect();
        let mut all = Vec::new();
        for (name, relatives) in relatives.extends.iter().zip(read) {
            if done.insert(name.clone()) {
                let further = self.see_extended(&relatives, file, seen, done);
                all.push(relatives);
                all.extend(further);
            }
        }
        all
    }

    /// Reads a module, if that has not been done.
    fn see(&mut self, name: &str, file: u32, seen: &mut HashSet<String>) -> Relatives {
        let first = seen.insert(name.to_owned());
        if native::module(name).is_some() && self.library.find(name).is_none() {
            let Some(standard) = STANDARD.iter().find(|standard| standard.name == name) else {
                return Relatives::default();
            };
            if first {
                standard.words.split(' ').for_each(|word| drop(self.program.strings.text(word)));
            }
            let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            return Relatives { extends: names(standard.extends), instances: names(standard.instances) };
        }
        // What is wrong with it is said where it is needed.
        if self.library.find(name).is_none() && native::text(name).is_none() {
            return Relatives::default();
        }
        let site = Site { file, ..Site::default() };
        self.parsed(name, site).map_or_else(Relatives::default, |(_, module)| relatives(&module))
    }
}

fn relatives(module: &Module) -> Relatives {
    let mut found =
        Relatives { extends: module.extends.iter().map(|name| name.text.clone()).collect(), instances: Vec::new() };
    let mut inner: Vec<&str> = Vec::new();
    for unit in &module.units {
        match &unit.kind {
            UnitKind::Module(module) => {
                inner.push(&module.name.text);
                let of = relatives(module);
                found.extends.extend(of.extends);
                found.instances.extend(of.instances);
            }
            UnitKind::Instance(instance) => found.instances.push(instance.module.text.clone()),
            _ => {}
        }
    }
    found.instances.retain(|name| !inner.contains(&name.as_str()));
    found
}
