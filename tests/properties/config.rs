//! What holds of reading any config of TLC and binding it to a module: the property tests try it on some texts, the fuzz target
//! on many.

use specgen::base::diag::Diagnostic;
use specgen::eval::Config;
use specgen::eval::Model;
use specgen::eval::on_large_stack;
use specgen::tla::check::NoLibrary;
use specgen::tla::check::Source;
use specgen::tla::config::is_keyword;
use specgen::tla::config::without_comments;
use specgen::tla::config::words;

/// A module with something for every section of a config, right and wrong.
pub(crate) const EVERY: &str = r#"---- MODULE M ----
EXTENDS Integers, Sequences, FiniteSets, TLC
CONSTANTS N, S, m, Op(_)
VARIABLES x, y
vars == <<x, y>>
Init == x = 0 /\ y \in {0, 1}
Step == x < 3 /\ x' = x + 1 /\ UNCHANGED y
Next == Step \/ (\E k \in {0, 1} : y' = k /\ UNCHANGED x)
Spec == Init /\ [][Next]_vars
Fair == Spec /\ WF_vars(Next)
Odd == Init /\ <>[](x = 1)
Small == x < N
Typed == x \in Nat /\ y \in {0, 1}
Ahead == x' = x
Forward == x' >= x
View == <<x>>
Sym == Permutations(S)
Alias == [x |-> x, next |-> x']
Always == [](x < 4)
Steps == [][x' >= x]_vars
Leads == (x = 1) ~> (x = 2)
Some == <>(x = 3)
After == TLCGet("distinct") > 0
Replaced == 1..2
Param(a) == a
RECURSIVE Deep(_)
Deep(n) == IF n = 0 THEN 0 ELSE Deep(n - 1)
====
"#;

/// A config that is alone is bound to the module above, one behind a module's end to that module. Reading and binding end; what
/// is refused is told; the layout makes no difference; and what a config names is what is to be checked.
pub(crate) fn config_holds(text: &str) {
    let end = if text.trim_start().starts_with("---") { module_end(text) } else { 0 };
    let (module, config) = text.split_at(end);
    let read = Config::parse(config, "M.cfg");
    layout_makes_no_difference(config, &read);
    let config = match read {
        Ok(read) => (read, config),
        Err(diagnostic) => return told(&diagnostic, config),
    };
    let module = if end == 0 { EVERY } else { module };
    on_large_stack(|| bound(module, &config.0, config.1));
}

fn module_end(text: &str) -> usize {
    let end = text.rfind("\n====").map_or(text.len(), |line| line + 1);
    text[end..].find('\n').map_or(text.len(), |length| end + length + 1)
}

pub(crate) fn bound(module: &str, config: &Config, text: &str) {
    let source = Source { path: "M.tla".to_owned(), text: module.to_owned() };
    match Model::load(&source, &NoLibrary, config) {
        Err(diagnostics) => {
            assert!(!diagnostics.is_empty(), "a refusal has a reason");
            for diagnostic in &diagnostics {
                assert!(diagnostic.code.contains('/') && !diagnostic.message.is_empty(), "{diagnostic:?}");
                assert!(!diagnostic.render(false).is_empty());
            }
        }
        Ok((_, model)) => {
            let named = |sections: &[&str]| named_in(text, sections);
            let invariants: Vec<&str> = model.invariants.iter().map(|(name, _)| name.as_str()).collect();
            for name in named(&["INVARIANT", "INVARIANTS"]) {
                assert!(invariants.contains(&name.as_str()), "`{name}` is not checked: {text}");
            }
            for name in named(&["PROPERTY", "PROPERTIES"]) {
                let parts = model.properties.iter().find(|(known, _)| *known == name).map(|(_, parts)| parts.len());
                assert!(parts > Some(0) || invariants.contains(&name.as_str()), "`{name}` is not checked: {text}");
            }
            let count = |sections: &[&str]| named(sections).len();
            assert_eq!(model.constraints.len(), count(&["CONSTRAINT", "CONSTRAINTS"]), "{text}");
            assert_eq!(model.action_constraints.len(), count(&["ACTION_CONSTRAINT", "ACTION_CONSTRAINTS"]), "{text}");
            let last = named(&["POSTCONDITION"]).pop();
            assert_eq!(model.postcondition.as_ref().map(|(name, _)| name.clone()), last, "{text}");
            assert_eq!(model.view.is_some(), count(&["VIEW"]) > 0, "{text}");
            assert_eq!(model.symmetry.is_some(), count(&["SYMMETRY"]) > 0, "{text}");
            assert_eq!(model.alias.is_some(), count(&["ALIAS"]) > 0, "{text}");
        }
    }
}

/// The words of these sections.
fn named_in(config: &str, sections: &[&str]) -> Vec<String> {
    let blank = without_comments(config);
    let (mut section, mut named, mut depth) = (String::new(), Vec::new(), 0_usize);
    for word in words(&blank) {
        // In a set any word is a model value, for TLC as well.
        match word.text {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && is_keyword(word.text) {
            word.text.clone_into(&mut section);
        } else if sections.contains(&section.as_str()) {
            named.push(word.text.to_owned());
        }
    }
    named
}

fn layout_makes_no_difference(config: &str, read: &Result<Config, Diagnostic>) {
    let blank = without_comments(config);
    let apart: Vec<&str> = words(&blank).iter().map(|word| word.text).collect();
    // A quotation mark alone goes to the end of its line.
    if apart.iter().any(|word| word.starts_with('"') && !(word.len() > 1 && word.ends_with('"'))) {
        return;
    }
    let again = Config::parse(&apart.join(" \\* INIT\n(* NEXT *) "), "M.cfg");
    match (read, &again) {
        // Where `SYMMETRY` stands is kept for an error.
        (Ok(_), Ok(_)) if apart.contains(&"SYMMETRY") => {}
        (Ok(read), Ok(again)) => assert_eq!(format!("{read:?}"), format!("{again:?}"), "{config}"),
        (Err(read), Err(again)) => assert_eq!((&read.code, &read.message), (&again.code, &again.message), "{config}"),
        _ => panic!("the layout of {config} makes a difference: {read:?} {again:?}"),
    }
}

fn told(diagnostic: &Diagnostic, config: &str) {
    assert!(diagnostic.code.starts_with("eval/") && !diagnostic.message.is_empty(), "{diagnostic:?}");
    let lines = config.split('\n').count();
    assert!(!diagnostic.places.is_empty(), "{diagnostic:?}");
    assert!(diagnostic.places.iter().all(|place| (1..=lines).contains(&place.line)), "{diagnostic:?} {config}");
    assert!(!diagnostic.render(false).is_empty());
}
