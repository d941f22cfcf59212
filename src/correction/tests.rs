//! What is corrected without a model, and what is left; `tests/data/correct` holds the specifications.

use std::time::Duration;

use super::Beside;
use super::Corrected;
use super::Effort;
use super::Texts;
use super::correct;
use crate::base::disk;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;

const EFFORT: Effort = Effort { states: 5000, time: Duration::from_secs(600), deadlock: true };

fn beside(texts: Option<Texts<'_>>) -> Beside<'_> {
    Beside { library: &NoLibrary, texts, made: None }
}

fn source(name: &str) -> Source {
    let path = format!("{}/tests/data/correct/{name}", env!("CARGO_MANIFEST_DIR"));
    Source { path: name.to_owned(), text: disk::read_text(camino::Utf8Path::new(&path)).unwrap() }
}

fn corrected(name: &str) -> Corrected {
    let texts = |file: &str| Some(source(&format!("source/{file}")).text);
    correct(&source(&format!("{name}.tla")), &source(&format!("{name}.cfg")), beside(Some(&texts)), EFFORT)
}

fn of(module: &str, config: &str) -> Corrected {
    let name = module.split("MODULE ").nth(1).unwrap().split(' ').next().unwrap();
    let module = Source { path: format!("{name}.tla"), text: module.to_owned() };
    let config = Source { path: format!("{name}.cfg"), text: config.to_owned() };
    correct(&module, &config, beside(None), EFFORT)
}

#[test]
fn the_common_errors_are_corrected_by_the_fixer_for_them() {
    for (name, fixers) in [
        ("MissingUnchanged", &["unchanged"][..]),
        ("MissingInBranch", &["unchanged"]),
        ("MissingInDisjunct", &["unchanged"]),
        ("NoServers", &["constants"]),
        ("NoLimit", &["constants"]),
        ("NoNil", &["constants"]),
        ("AnyTerm", &["bounds"]),
        ("AnyStart", &["bounds"]),
        ("AnyFunction", &["constants", "bounds", "unchanged"]),
        ("BackOff", &["overflow"]),
        ("Epochs", &["overflow"]),
        ("GuardedQueue", &["guards"]),
        ("GuardedLog", &["guards"]),
        ("GuardedMap", &["guards"]),
        ("GuardedField", &["guards"]),
    ] {
        let corrected = corrected(name);
        assert!(corrected.left.is_none() && corrected.whole && corrected.distinct > 1, "{name}: {corrected:#?}");
        assert!(corrected.violated.is_empty(), "{name}: {corrected:#?}");
        let mut made: Vec<&str> = corrected.kept.iter().map(|one| one.fixer.as_str()).collect();
        // There is one for each place.
        made.dedup();
        assert_eq!(made, fixers, "{name}: {corrected:#?}");
        assert!(corrected.taken_back.is_empty(), "{name}: {corrected:#?}");
    }
}

#[test]
fn what_needs_to_know_the_system_is_left_as_it_is() {
    for (name, code) in [
        ("EmptyQueue", "eval/undefined"),
        ("OutOfDomain", "eval/undefined"),
        ("NoCase", "eval/no-case"),
        ("Incomparable", "eval/incomparable"),
        ("InProperty", "eval/not-enumerable"),
        ("SumInProperty", "eval/overflow"),
        ("UnguardedQueue", "eval/undefined"),
    ] {
        let corrected = corrected(name);
        let left = corrected.left.as_ref().map(|left| left.code.as_str());
        assert_eq!(left, Some(code), "{name}: {corrected:#?}");
        assert_eq!(corrected.module, source(&format!("{name}.tla")).text, "{name}");
        assert!(corrected.kept.is_empty(), "{name}: {corrected:#?}");
    }
}

#[test]
fn a_missing_variable_is_completed_in_the_branch_and_its_comment_stays() {
    let text = corrected("MissingUnchanged").module;
    assert!(text.contains("    /\\ UNCHANGED got\n    /\\ UNCHANGED lost\n\nReceive"), "{text}");
    assert!(text.contains("/\\ UNCHANGED sent /\\ UNCHANGED got\n"), "{text}");
    assert!(text.contains("sent + 1   \\* the others stay\n"), "{text}");
    let text = corrected("MissingInBranch").module;
    assert!(text.contains("ELSE voted' = \"no\" /\\ UNCHANGED term\n"), "{text}");
    let text = corrected("MissingInDisjunct").module;
    assert!(text.contains("       /\\ light' = \"green\"\n       /\\ UNCHANGED cars\n    \\/"), "{text}");
    assert!(text.contains("       /\\ cars' = {\"waiting\"}\n       /\\ UNCHANGED light\n"), "{text}");
}

#[test]
fn constants_are_given_what_the_module_uses_them_as() {
    let config = corrected("NoServers").config;
    assert!(
        config.contains("    Server = {server1, server2, server3}\n") && !config.contains("MaxTerm = 3"),
        "{config}"
    );
    assert!(corrected("NoLimit").config.contains("    Limit = 2\n"));
    assert!(corrected("NoNil").config.contains("    Nil = Nil\n"));
}

#[test]
fn a_bound_is_a_constant_of_the_model() {
    let corrected = corrected("AnyTerm");
    assert!(corrected.module.contains("CONSTANT MaxNat\nVARIABLE term\n"), "{}", corrected.module);
    assert!(corrected.module.contains("\\E t \\in (0..MaxNat) : t > term"), "{}", corrected.module);
    assert!(corrected.module.contains("TypeOK == term \\in Nat\n"), "{}", corrected.module);
    assert!(corrected.config.ends_with("    MaxNat = 3\n"), "{}", corrected.config);
}

#[test]
fn a_counter_that_overflows_is_bounded_by_a_constraint_and_no_step_changes() {
    let corrected = corrected("BackOff");
    let before = source("BackOff.tla").text;
    let (steps, _) = before.split_once("====\n").unwrap();
    let added = corrected.module.strip_prefix(steps).unwrap();
    assert!(added.contains("\nBounded_backoff == backoff < 1073741824\n"), "{added}");
    assert!(corrected.config.ends_with("\nCONSTRAINT Bounded_backoff\n"), "{}", corrected.config);
    let decisions: Vec<_> = corrected.kept.iter().map(|one| one.decision.as_deref().unwrap()).collect();
    assert_eq!(decisions, ["states where `backoff < 1073741824` is false are not gone on from"; 2]);
    let epochs = super::tests::corrected("Epochs").module;
    assert!(epochs.contains("== \\A i1 \\in DOMAIN epoch : epoch[i1].number < 1000000000\n"), "{epochs}");
}

#[test]
fn a_bound_hides_no_violation_and_leaves_more_than_the_initial_states() {
    let with = |init: &str, step: &str, property: &str| {
        let module = format!(
            "---- MODULE P ----\nEXTENDS Naturals\nVARIABLES x, y\nInit == {init}\nNext == {step}\nSmall == {property}\n====\n"
        );
        (of(&module, "INIT Init\nNEXT Next\nINVARIANT Small\n"), module)
    };
    let (corrected, _) = with("x = 1 /\\ y = 0", "x' = x * 65536 /\\ y' = x", "x < 65536");
    assert_eq!(
        (corrected.violated, corrected.left.unwrap().code.as_str()),
        (vec!["Small".to_owned()], "eval/overflow")
    );
    let (corrected, _) = with("x = 1 /\\ y = 0", "x' = x * 30000 /\\ y' = x", "x < 30001");
    assert_eq!((corrected.violated, corrected.left), (vec!["Small".to_owned()], None));
    // What is no counter is left: a number that does not fit by itself, and one that is computed from another variable.
    for step in ["x' = 70000 * 70000 /\\ y' = y", "x' = y * 70000 /\\ y' = 70000"] {
        let (corrected, module) = with("x = 1 /\\ y = 0", step, "x >= 0");
        assert_eq!((corrected.module, corrected.left.unwrap().code.as_str()), (module, "eval/overflow"), "{step}");
    }
}

#[test]
fn a_guard_of_the_source_stands_before_the_access_and_cites_its_line() {
    let text = corrected("GuardedQueue").module;
    assert!(
        text.contains("Get ==\n    /\\ queue # <<>>  \\* queue.py:11: `self.queue`\n    /\\ last' = Head(queue)"),
        "{text}"
    );
    // The comment above a statement stays with it.
    let text = corrected("GuardedLog").module;
    let guard = "    /\\ index + 1 \\in DOMAIN log  \\* log.go:11: not `l.index+1 >= len(l.log)`\n    \\* log.go:14\n";
    assert!(text.contains(guard), "{text}");
    let text = corrected("GuardedMap").module;
    let guard = "    \\/ slot \\in DOMAIN owner /\\  \\* log.go:21: `name, ok := l.owner[slot]; ok`\n       given' = owner[slot]";
    assert!(text.contains(guard), "{text}");
    let all = corrected("GuardedField").kept;
    assert_eq!(
        all[0].decision.as_deref(),
        Some("`Receive` is not taken where `\"entry\" \\in DOMAIN Head(inbox)` is false")
    );
}

#[test]
fn without_the_same_guard_in_the_source_there_is_none() {
    let (module, config) = (source("GuardedQueue.tla"), source("GuardedQueue.cfg"));
    let good = source("source/queue.py").text;
    let left = |module: &Source, text: Option<String>| {
        let texts = |_: &str| text.clone();
        let corrected = correct(module, &config, beside(Some(&texts)), EFFORT);
        assert_eq!((&corrected.module, corrected.kept.len()), (&module.text, 0));
        corrected.left.unwrap().hints.join("; ")
    };
    for (from, to) in [
        ("if self.queue:", "if not self.queue:"),
        ("if self.queue:", "if self.queues_of_others():"),
        ("if self.queue:", "if self.last:"),
        ("if self.queue:", "if self.queue or self.last:"),
        ("if self.queue:", "if len(self.queue) == 0:"),
        ("if self.queue:", "for one in self.queue:"),
    ] {
        assert!(good.contains(from));
        let said = left(&module, Some(good.replace(from, to)));
        assert_eq!(said, "no guard of the source is added: `queue.py:12` has no condition on it", "{to}");
    }
    assert!(left(&module, None).ends_with("`queue.py:12` is not in the source"));
    let bare = Source { text: module.text.replace("queue.py:", "queue.py, line "), ..module.clone() };
    assert!(left(&bare, Some(good)).contains("no comment there says"), "a citation needs a line");
    let corrected = correct(&module, &config, beside(None), EFFORT);
    assert!(corrected.left.unwrap().hints[0].contains("no source was given"));
}

#[test]
fn what_a_property_needs_is_never_edited() {
    // The action that forgets `y` is named by the property, too; what names the action is completed.
    let module = "---- MODULE P ----\nEXTENDS Naturals\nVARIABLES x, y\nInit == x = 0 /\\ y = 0\nStep == x < 3 /\\ x' = x + 1\nNext == Step\nOnly == [][Step]_x\n====\n";
    let corrected = of(module, "INIT Init\nNEXT Next\nPROPERTY Only\n");
    assert_eq!(corrected.module, module.replace("Next == Step", "Next == Step /\\ UNCHANGED y"));
    // Where nothing else could be edited, nothing is.
    let frozen = module.replace("[][Step]_x", "[][Next]_x");
    let corrected = of(&frozen, "INIT Init\nNEXT Next\nPROPERTY Only\n");
    assert_eq!((corrected.module, corrected.left.unwrap().code.as_str()), (frozen, "eval/unassigned"));
}

#[test]
fn an_edit_that_does_not_help_is_taken_back() {
    // The action to blame cannot be followed, and another one, which is never taken, is no better.
    let module = "---- MODULE P ----
EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\\ y = 0
Never == x > 5 /\\ x' = 0
Step == LET Set(a) == x' = a IN x < 3 /\\ Set(x + 1)
Next == Never \\/ Step
Small == x < 9
====
";
    let corrected = of(module, "INIT Init\nNEXT Next\nINVARIANT Small\n");
    let back: Vec<&str> = corrected.taken_back.iter().map(|one| one.after.as_str()).collect();
    assert_eq!(back, ["Never == x > 5 /\\ x' = 0 /\\ UNCHANGED y"]);
    assert_eq!((corrected.module.as_str(), corrected.kept.len()), (module, 0));
    assert_eq!(corrected.left.unwrap().code, "eval/unassigned");
}

#[test]
fn a_violated_invariant_is_no_error_to_be_mended() {
    let module = "---- MODULE P ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == x < 3 /\\ x' = x + 1\nSmall == x < 2\n====\n";
    let corrected = of(module, "INIT Init\nNEXT Next\nINVARIANT Small\n");
    assert_eq!(
        (corrected.module.as_str(), corrected.violated),
        (module, vec!["Small".to_owned(), "deadlock".to_owned()])
    );
}
