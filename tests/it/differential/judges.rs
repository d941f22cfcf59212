//! Who says what the output does, where one of those who could does not.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use specgen::base::diag::Diagnostic;
use specgen::base::disk::Scratch;
use specgen::engine::CheckRequest;
use specgen::engine::Checked;
use specgen::engine::Engine;
use specgen::engine::Outcome;
use specgen::engine::ParseRequest;
use specgen::engine::Parsed;
use specgen::engine::Progress;
use specgen::engine::Reason;
use specgen::engine::Run;
use specgen::engine::Tla2Tools;
use specgen::engine::Why;
use specgen::transform;
use specgen::verify;
use specgen::verify::Compared;
use specgen::verify::Effort;
use specgen::verify::Judge;
use specgen::verify::Specification;
use specgen::verify::Tlc;
use specgen::verify::Wish;

use super::engine;

const LATE: &str = "TLC was not done after 300 s";

/// TLC, but its first runs end without an answer, as on a machine that is busy.
struct Late {
    tlc: Option<Tla2Tools>,
    silent: AtomicUsize,
}

impl Late {
    fn new(tlc: Option<Tla2Tools>, silent: usize) -> Self {
        Self { tlc, silent: AtomicUsize::new(silent) }
    }
}

#[async_trait]
impl Engine for Late {
    fn name(&self) -> String {
        "late".to_owned()
    }

    async fn parse(&self, _: &ParseRequest) -> Result<Parsed, Diagnostic> {
        unreachable!("nothing is parsed")
    }

    async fn check(
        &self,
        request: &CheckRequest,
        on_progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Checked, Diagnostic> {
        let left = self.silent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        match (&self.tlc, left) {
            (Some(tlc), Err(_)) => tlc.check(request, on_progress).await,
            _ => {
                let why = Why { reason: Reason::TimedOut, message: LATE.to_owned(), reached: Progress::default() };
                Ok(Checked { outcome: Outcome::Unknown { why }, run: Run::default() })
            }
        }
    }
}

/// A module with some choices, and what the transform makes of it.
fn counter() -> Specification {
    let text = "---- MODULE Counter ----\n\\* specgen: iispec 1\nEXTENDS Integers\nVARIABLES x, y\n\
                Init == x = 0 /\\ y = 0\nAdd(n) == x < 5 /\\ x' = x + n /\\ y' = x\nNext == \\E n \\in {1, 2} : Add(n)\n\
                Spec == Init /\\ [][Next]_<<x, y>>\n====\n";
    let made = transform::transform(text, "Counter.tla", &transform::Options::default()).unwrap();
    Specification::new("Counter.tla", text, &made, Vec::new()).unwrap()
}

fn verified(specification: Specification, judge: Judge<'_>) -> Result<Compared, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let wish = Wish { reached: 10, mixed: 5, ..Wish::default() };
    let compared = runtime.block_on(verify::verify(judge, specification, wish, Effort::default()));
    compared.map_err(|failure| format!("{}: {}", failure.code(), failure.diagnostics[0].message))
}

#[test]
fn a_run_of_tlc_without_an_answer_is_tried_again_with_half_of_its_cases() {
    let Some(tlc) = engine() else { return };
    let folder = Scratch::new().unwrap();
    let by = |silent: usize| {
        let engine = Late::new(Some(tlc.clone()), silent);
        verified(counter(), Judge::Tlc(Tlc { engine: &engine, folder: folder.path() })).unwrap()
    };
    let (at_once, halved) = (by(0), by(1));
    assert_eq!((at_once.runs, halved.runs), (1, 3));
    let counts = |c: &Compared| (c.states, c.cases, c.successors, c.disabled, c.choices, c.open);
    assert_eq!(counts(&at_once), counts(&halved));
    assert!(halved.cases > 10 && halved.open == 0, "{halved:?}");
}

#[test]
fn where_tlc_never_answers_nothing_is_counted_and_nothing_is_verified() {
    let folder = Scratch::new().unwrap();
    let engine = Late::new(None, 0);
    let tlc = Tlc { engine: &engine, folder: folder.path() };
    let wish = Wish { reached: 10, mixed: 5, ..Wish::default() };
    let expected = verify::expect(&[counter()], &[wish]).remove(0).unwrap();
    let cases = expected.cases.len();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let subjects = [(counter(), expected)];
    let compared = runtime.block_on(verify::compare(Judge::Tlc(tlc), &subjects, Effort::default())).unwrap();
    assert_eq!((compared.cases, compared.open, compared.runs), (0, cases, 3));
    assert_eq!(compared.reasons, [(LATE.to_owned(), cases)].into());
    assert_eq!(verified(counter(), Judge::Tlc(tlc)).unwrap_err(), format!("verify/no-answer: {LATE}"));
}

/// The output with something in it that TLC evaluates and the evaluator does not.
fn beyond_the_evaluator() -> Specification {
    let counter = counter();
    let transformed = counter.transformed.replace("+ n", "+ RandomElement({n})").replace("Integers", "Integers, TLC");
    assert_ne!(transformed, counter.transformed);
    Specification { transformed, ..counter }
}

#[test]
fn what_the_evaluator_lacks_is_left_to_tlc_and_said() {
    let instead = |instead| verified(beyond_the_evaluator(), Judge::Native { instead });
    let folder = Scratch::new().unwrap();
    let silent = Late::new(None, 0);
    let alone = instead(None).unwrap();
    let late = instead(Some(Tlc { engine: &silent, folder: folder.path() })).unwrap();
    let missing = Tla2Tools::new("/nowhere/java", "/nowhere/tla2tools.jar");
    let without = instead(Some(Tlc { engine: &missing, folder: folder.path() })).unwrap();
    for compared in [&alone, &late, &without] {
        // A disabled action needs nothing that is lacking.
        assert!(
            compared.open > 0 && compared.successors == 0 && compared.evaluated == compared.disabled,
            "{compared:?}"
        );
    }
    assert!(alone.sentence().contains("the evaluator cannot do it"), "{}", alone.sentence());
    assert!(late.sentence().contains(LATE), "{}", late.sentence());
    let Some(engine) = engine() else { return };
    let both = instead(Some(Tlc { engine: &engine, folder: folder.path() })).unwrap();
    let evaluator = verified(counter(), Judge::Native { instead: None }).unwrap();
    assert!(both.evaluated > 0 && both.evaluated < both.cases && both.open == 0, "{both:?}");
    assert_eq!((both.cases, both.successors), (evaluator.cases, evaluator.successors));
    assert!(both.sentence().contains("TLC (") && both.sentence().contains("RandomElement"), "{}", both.sentence());
}
