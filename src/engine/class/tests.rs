use std::time::Duration;

use camino::Utf8Path;
use camino::Utf8PathBuf;

use super::*;
use crate::base::disk;
use crate::base::process::Exit;
use crate::engine::Progress;
use crate::engine::judge::Circumstances;
use crate::engine::judge::Transcript;
use crate::engine::sany_report::Sources;
use crate::engine::tlc_output::Reader;

/// Modules of `tests/data/tlc/classes`, each broken in one way, and the class of what TLC printed for it.
const BROKEN: [(&str, Class); 66] = [
    ("ActionProperty", Class::ActionProperty),
    ("Assertion", Class::Assertion),
    ("Assumption", Class::Assumption),
    ("AssumptionError", Class::WrongOperand),
    ("CaseWithoutMatch", Class::CaseWithoutMatch),
    ("ChooseNothing", Class::ChooseNothing),
    ("ChooseUnbounded", Class::Unbounded),
    ("ComparedOrder", Class::TypeMismatch),
    ("ConfigArity", Class::ConfigArity),
    ("ConfigInvariantLevel", Class::ConfigLevel),
    ("ConfigNoInit", Class::ConfigBehaviour),
    ("ConfigNoNext", Class::ConfigBehaviour),
    ("ConfigOperatorWithArguments", Class::ConfigArity),
    ("ConfigSpecAndInit", Class::ConfigBehaviour),
    ("ConfigSyntax", Class::ConfigUndefined),
    ("ConfigTwice", Class::ConfigSyntax),
    ("ConfigUndefined", Class::ConfigUndefined),
    ("ConfigUnknownKeyword", Class::ConfigSyntax),
    ("ConstantMissing", Class::ConfigConstant),
    ("Deadlock", Class::Deadlock),
    ("DivisionByZero", Class::DivisionByZero),
    ("DomainOfNumber", Class::NotAFunction),
    // An update outside the domain is only a warning; nothing is named in its config.
    ("ExceptOutside", Class::NothingNamed),
    ("FieldByName", Class::NoSuchField),
    ("HeadOfEmpty", Class::EmptySequence),
    ("InfiniteSet", Class::NotEnumerable),
    ("InitialIncomplete", Class::InitialIncomplete),
    ("InitialNotEnumerable", Class::NotEnumerable),
    ("InitialReadsUnassigned", Class::ReadBeforeAssigned),
    ("IntegerTooBig", Class::Overflow),
    ("Invariant", Class::Invariant),
    ("InvariantFails", Class::OutsideDomain),
    ("InvariantNotBoolean", Class::NotBoolean),
    ("Liveness", Class::Liveness),
    ("LivenessLoop", Class::Liveness),
    ("MemberOfNumber", Class::WrongOperand),
    ("MemberTypeMismatch", Class::TypeMismatch),
    ("MissingRecursive", Class::Rejected),
    ("ModelValue", Class::WrongOperand),
    ("NoInitialState", Class::NoStates),
    ("NoSuchField", Class::NoSuchField),
    ("NotAFunction", Class::NotAFunction),
    ("NotARecord", Class::NotAFunction),
    ("NotASet", Class::NotEnumerable),
    ("NotBoolean", Class::NotBoolean),
    ("NotEnumerable", Class::NotEnumerable),
    ("OutsideDomain", Class::OutsideDomain),
    ("Overflow", Class::Overflow),
    ("PropertyFails", Class::OutsideDomain),
    ("PropertyInitially", Class::ActionProperty),
    ("QuantifierUnbounded", Class::Unbounded),
    ("ReadBeforeAssigned", Class::ReadBeforeAssigned),
    ("SequenceIndex", Class::OutsideDomain),
    ("SetTooLarge", Class::SetTooLarge),
    ("StackOverflow", Class::StackOverflow),
    ("SubsetOfTuple", Class::NotEnumerable),
    ("SuccessorIncomplete", Class::SuccessorIncomplete),
    ("SymmetryWithLiveness", Class::Liveness),
    ("Syntax", Class::Rejected),
    ("TailOfEmpty", Class::EmptySequence),
    ("TemporalFormula", Class::TemporalFormula),
    ("TlcGetUndefined", Class::TlcGet),
    ("TypeMismatch", Class::TypeMismatch),
    ("UnknownModule", Class::Rejected),
    ("WrongArgument", Class::WrongOperand),
    ("WrongOperand", Class::WrongOperand),
];

fn folder() -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tlc")
}

fn judged(output: &Utf8Path, config: &Utf8Path, exit: Exit, stops_itself: bool) -> Outcome {
    let mut reader = Reader::default();
    let mut transcript = Transcript::default();
    for event in disk::read_text(output).unwrap().lines().filter_map(|line| reader.line(line)) {
        transcript.add(event, 1);
    }
    let mut sources = Sources::default();
    let module = output.with_extension("tla");
    if let Ok(Some(text)) = disk::read_text_if_there(&module) {
        sources.add(module.file_stem().unwrap(), module.file_name().unwrap(), Some(text));
    }
    let around = Circumstances {
        config_text: disk::read_text(config).unwrap(),
        config_file: config.file_name().unwrap().to_owned(),
        deadlock: true,
        simulation: false,
        distributed: false,
        limit: Duration::from_secs(9),
        stops_itself,
        exit,
        stderr: String::new(),
        sources,
    };
    transcript.judge(&around).outcome
}

fn broken(name: &str) -> Outcome {
    let file = folder().join("classes").join(name);
    // The two that TLC finds no error in end with success.
    let quiet = ["ExceptOutside", "NoInitialState"].contains(&name);
    let exit = if quiet { Exit::Success } else { Exit::Failure(1) };
    judged(&file.with_extension("out"), &file.with_extension("cfg"), exit, false)
}

#[test]
fn every_broken_module_is_of_its_class() {
    let wrong: Vec<_> = BROKEN
        .iter()
        .map(|(name, class)| (name, Some(*class), Class::of(&broken(name))))
        .filter(|(_, expected, found)| expected != found)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let files = disk::files_under(&folder().join("classes")).unwrap();
    let outputs: Vec<&str> =
        files.iter().filter(|f| f.extension() == Some("out")).filter_map(|f| f.file_stem()).collect();
    let listed: Vec<&str> = BROKEN.iter().map(|(name, _)| *name).collect();
    let unlisted: Vec<&&str> = outputs.iter().filter(|name| !listed.contains(name)).collect();
    assert!(unlisted.is_empty(), "outputs that no test reads: {unlisted:?}");
}

#[test]
fn what_ends_a_run_is_of_a_class_of_its_own() {
    let of = |name: &str, config: &str, exit: Exit, stops: bool| {
        let outcome =
            judged(&folder().join(format!("{name}.out")), &folder().join(format!("{config}.cfg")), exit, stops);
        Class::of(&outcome)
    };
    assert_eq!(of("killed", "grow", Exit::Timeout, false), Some(Class::TimedOut));
    assert_eq!(of("killed", "grow", Exit::Signalled(9), false), Some(Class::Killed));
    assert_eq!(of("killed", "grow", Exit::Failure(1), false), Some(Class::Silent));
    assert_eq!(of("killed", "grow", Exit::TooMuchMemory, false), Some(Class::OutOfMemory));
    assert_eq!(of("killed", "grow", Exit::TooMuchDisk, false), Some(Class::OutOfDisk));
    assert_eq!(of("killed", "grow", Exit::Interrupted, false), Some(Class::Interrupted));
    assert_eq!(of("oom", "oom", Exit::Failure(75), false), Some(Class::OutOfMemory));
    assert_eq!(of("badopt", "success", Exit::Failure(1), false), Some(Class::System));
    assert_eq!(of("nothing", "nothing", Exit::Success, false), Some(Class::NothingNamed));
    assert_eq!(of("simulate", "success", Exit::Success, false), Some(Class::Simulated));
    assert_eq!(of("toolong", "grow", Exit::Failure(255), false), Some(Class::BehaviourTooLong));
    assert_eq!(of("success", "success", Exit::Failure(1), false), Some(Class::Contradiction));
    assert_eq!(of("success", "success", Exit::Success, false), None);
}

/// Stopped by its own timer, TLC prints "No error has been found" with states left, and ends with status 0.
#[test]
fn a_run_that_stopped_itself_at_its_limit_never_holds() {
    let (output, config) = (folder().join("stopped.out"), folder().join("big.cfg"));
    let text = disk::read_text(&output).unwrap();
    assert!(text.contains("Model checking completed. No error has been found."));
    assert_eq!(Class::of(&judged(&output, &config, Exit::Success, true)), Some(Class::TimedOut));
    // Not told to stop, it contradicts itself.
    assert_eq!(Class::of(&judged(&output, &config, Exit::Success, false)), Some(Class::Contradiction));
}

#[test]
fn a_run_whose_queue_is_long_at_the_end_explodes() {
    let of = |distinct, queue| {
        let reached = Progress { distinct: Some(distinct), queue: Some(queue), ..Progress::default() };
        let why = Why { reason: Reason::TimedOut, message: String::new(), reached };
        Class::of(&Outcome::Unknown { why })
    };
    assert_eq!(of(1000, 250), Some(Class::Explosion));
    assert_eq!(of(1000, 249), Some(Class::TimedOut));
    assert_eq!(of(0, 0), Some(Class::TimedOut));
}

#[test]
fn no_two_classes_have_the_same_code_and_most_have_a_hint() {
    let mut codes: Vec<&str> = Class::ALL.iter().map(|class| class.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Class::ALL.len());
    // What an operator of the spec's own says, or TLC without a reason, no line of ours can advise on.
    assert!(Class::ALL.iter().filter(|class| class.hint().is_none()).count() <= 10);
}

#[test]
fn failures_are_shown_with_their_place_and_what_helps() {
    let shown =
        ["CaseWithoutMatch", "ConfigArity", "HeadOfEmpty", "NotBoolean", "ReadBeforeAssigned", "TemporalFormula"];
    let shown = shown.map(|name| {
        let Outcome::Rejected { diagnostics } = broken(name) else { panic!("{name}") };
        diagnostics[0].render(false)
    });
    insta::assert_snapshot!(shown.join("\n\n"));
}
