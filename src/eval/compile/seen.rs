//! The order in which TLC first sees words, by which it compares strings: the values of the config, its own words, those of each file in
//! the order in which SANY reads the files, and last what is between quotes. Found by asking TLC 2.15 for the order of sets of strings.

use std::collections::HashMap;
use std::collections::HashSet;
use std::rc::Rc;

use super::Compiler;
use crate::eval::error::Site;
use crate::eval::native;
use crate::tla::syntax::Module;
use crate::tla::syntax::UnitKind;

/// What TLC knows before it reads a module.
const KNOWN: &str = r"[ . ' ^ / * - -. + = \lnot ~ \neg \land /\ \lor \/ ~> => [] <> ENABLED UNCHANGED SUBSET UNION DOMAIN ^+ ^* ^# \cdot \equiv <=> -+->
    /= # \subseteq \in \notin < \leq <= =< > \geq >= \times \X \ \intersect \cap \union \cup ... .. | || && & $$ $ ?? %% % ## ++ -- **
    // ^^ @@ !! |- |= -| =| :> := ::= \oplus (+) \ominus (-) \odot (.) \oslash (/) \otimes (\X) \uplus \sqcap \sqcup \div \wr \star \o
    \circ \bigcirc \bullet \prec \succ \preceq \succeq \sim \simeq \ll \gg \asymp \subset \supset \supseteq \approx \cong \sqsubset
    \sqsubseteq \sqsupset \sqsupseteq \doteq \propto STRING FALSE TRUE BOOLEAN @";

/// What it adds once all are read.
const ADDED: &str = r"\E \A \EE \AA << >> :";

/// A standard module: what it extends, what it instantiates, and its words, each once, in their order.
struct Standard {
    name: &'static str,
    extends: &'static [&'static str],
    instances: &'static [&'static str],
    words: &'static str,
}

const STANDARD: &[Standard] = &[
    Standard {
        name: "Naturals",
        extends: &[],
        instances: &[],
        words: r"Nat == { } a + b , - CHOOSE n : = * TRUE ^ < > \leq \geq % \div ..",
    },
    Standard {
        name: "Integers",
        extends: &["Naturals"],
        instances: &[],
        words: r"EXTENDS Naturals Int == { } - . a 0",
    },
    Standard {
        name: "Reals",
        extends: &["Integers"],
        instances: &[],
        words: r"EXTENDS Integers Real == a / b CHOOSE m \in : * = Infinity i ( \notin ) /\ \A r >",
    },
    Standard {
        name: "Sequences",
        extends: &[],
        instances: &["Naturals"],
        words: r"LOCAL INSTANCE Naturals Seq ( S ) == UNION { [ 1 .. n -> ] : \in Nat } Len s CHOOSE DOMAIN = \o t i + |-> IF \leq THEN ELSE
            - Append , e << >> Head Tail CASE # SubSeq m SelectSeq Test _ LET F 0 IN",
    },
    Standard {
        name: "FiniteSets",
        extends: &[],
        instances: &["Naturals", "Sequences"],
        words: r"LOCAL INSTANCE Naturals Sequences IsFiniteSet ( S ) == \E seq \in Seq : \A s n 1 .. Len [ ] = Cardinality LET CS T SUBSET IF
            { } THEN 0 ELSE + \ CHOOSE x IN",
    },
    Standard {
        name: "TLC",
        extends: &[],
        instances: &["Naturals", "Sequences", "FiniteSets"],
        words: r"LOCAL INSTANCE Naturals Sequences FiniteSets Print ( out , val ) == PrintT TRUE Assert IF = THEN ELSE CHOOSE v : JavaTime n
            \in Nat TLCGet i TLCSet d :> e [ x { } |-> ] f @@ g DOMAIN \cup Permutations S -> \A w \E SortSeq s Op _ LET Perm p 1 .. Len
            j < => \/ IN RandomElement Any ToString a b STRING . TLCEval",
    },
    Standard {
        name: "Bags",
        extends: &["TLC"],
        instances: &["Naturals"],
        words: r"EXTENDS TLC LOCAL INSTANCE Naturals IsABag ( B ) == \in [ DOMAIN -> { n Nat : > 0 } ] BagToSet SetToBag S e |-> 1 BagIn ,
            EmptyBag B1 (+) B2 \cup IF THEN ELSE + (-) LET - IN d Sum f DSum SUBSET elt CHOOSE TRUE = \ BagUnion UNION \sqsubseteq /\
            \subseteq \A \leq SubBag RemoveFromDom x y Combine BagSet i .. Biggest Range r s \geq RSB BB << >> BagOfAll F _
            BagCardinality CopiesIn",
    },
];

/// A module, as far as reading it goes.
#[derive(Default)]
struct Relatives {
    extends: Vec<String>,
    instances: Vec<String>,
}

/// What has been read.
#[derive(Default)]
struct Seen {
    modules: HashMap<String, Rc<Relatives>>,
    /// Those whose instances have been gone through.
    done: HashSet<String>,
}

impl Compiler<'_> {
    fn see_words(&self, words: &str) {
        for word in words.split_whitespace() {
            self.program.strings.text(word);
        }
    }

    /// Gives the words that TLC knows by itself their places.
    pub(super) fn see_known(&self) {
        self.see_words(KNOWN);
    }

    /// Gives the words of all modules their places, in the order in which SANY reads them: of each module first those that it extends, then
    /// those that they extend, and then what is instantiated.
    pub(super) fn see_modules(&mut self, root: &Module, file: u32) {
        let mut seen = Seen::default();
        let relatives = Rc::new(relatives(root));
        seen.modules.insert(root.name.text.clone(), relatives.clone());
        self.see_relatives(&relatives, file, &mut seen);
        self.see_words(ADDED);
    }

    fn see_relatives(&mut self, relatives: &Rc<Relatives>, file: u32, seen: &mut Seen) {
        let mut all = vec![relatives.clone()];
        self.see_extended(relatives, file, seen, &mut HashSet::new(), &mut all);
        for of in all {
            let read: Vec<Rc<Relatives>> = of.instances.iter().map(|name| self.see(name, file, seen)).collect();
            for (name, relatives) in of.instances.iter().zip(&read) {
                if seen.done.insert(name.clone()) {
                    self.see_relatives(relatives, file, seen);
                }
            }
        }
    }

    /// All modules that are extended, those of one module before those of the next.
    fn see_extended(
        &mut self,
        relatives: &Relatives,
        file: u32,
        seen: &mut Seen,
        met: &mut HashSet<String>,
        all: &mut Vec<Rc<Relatives>>,
    ) {
        let read: Vec<Rc<Relatives>> = relatives.extends.iter().map(|name| self.see(name, file, seen)).collect();
        for (name, relatives) in relatives.extends.iter().zip(read) {
            if met.insert(name.clone()) {
                all.push(relatives.clone());
                self.see_extended(&relatives, file, seen, met, all);
            }
        }
    }

    /// Reads a module, if that has not been done.
    fn see(&mut self, name: &str, file: u32, seen: &mut Seen) -> Rc<Relatives> {
        if let Some(known) = seen.modules.get(name) {
            return known.clone();
        }
        let read = Rc::new(self.read(name, file));
        seen.modules.insert(name.to_owned(), read.clone());
        read
    }

    fn read(&mut self, name: &str, file: u32) -> Relatives {
        let found = self.library.find(name).is_some();
        if !found && let Some(standard) = STANDARD.iter().find(|standard| standard.name == name) {
            self.see_words(standard.words);
            let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            return Relatives { extends: names(standard.extends), instances: names(standard.instances) };
        }
        if !found && native::text(name).is_none() {
            return Relatives::default();
        }
        let said = self.findings.len();
        let Some((_, module)) = self.parsed(name, Site { file, ..Site::default() }) else {
            // What is wrong with it is said where it is needed.
            self.findings.truncate(said);
            return Relatives::default();
        };
        relatives(&module)
    }
}

fn relatives(module: &Module) -> Relatives {
    let extends = module.extends.iter().map(|name| name.text.clone()).collect();
    let mut found = Relatives { extends, instances: Vec::new() };
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
