//! The evaluator against TLC on random expressions.

use std::collections::BTreeMap;

use specgen::base::disk;
use specgen::eval::Budget;
use specgen::eval::Machine;
use specgen::eval::Program;
use specgen::eval::Setup;
use specgen::eval::on_large_stack;
use specgen::tla::check::NoLibrary;
use specgen::tla::check::Source;
use specgen::tla::tree;
use specgen::tla::tree::Kind;
use specgen::tla::tree::Node;
use specgen::tla::value;

use crate::differential::number;
use crate::front::Numbers;
use crate::front::say;
use crate::project::here;
use crate::project::tools;
use crate::properties::evaluation::evaluation_ends;
use crate::properties::expressions::Expressions;
use crate::properties::slip::slip;

/// A value as text, or the message of an error.
type Said = Result<String, String>;

fn module(expressions: &[String]) -> String {
    let definitions: String = (0..).zip(expressions).map(|(number, e)| format!("E{number} == {e}\n")).collect();
    format!("---- MODULE D ----\nEXTENDS Integers, Sequences, FiniteSets, Bags, TLC\n{definitions}====\n")
}

/// Whether an interval of millions is part of a value.
fn is_vast(value: &str) -> bool {
    value.split("..").skip(1).any(|high| high.chars().take_while(char::is_ascii_digit).count() > 6)
}

/// What each is here; `None` where the budget is used up, which TLC does not have.
fn ours(expressions: &[String]) -> Vec<Option<Said>> {
    let text = module(expressions);
    on_large_stack(|| {
        let mut program = Program::load(&Source { path: "D.tla".into(), text }, &NoLibrary, &Setup::default()).unwrap();
        let names = (0..expressions.len()).map(|number| format!("E{number}"));
        let compiled: Vec<_> = names.map(|name| program.definition(&name).unwrap()).collect();
        let evaluate = |expression| {
            let budget = Budget { steps: 20_000, depth: 2_000, ..Budget::default() };
            match Machine::new(&program, budget).eval(expression) {
                // TLC goes through such an interval number by number.
                Ok(value) if is_vast(&value.to_string()) => None,
                Ok(value) if value.is_solid() => Some(Ok(value.to_string())),
                Ok(_) => Some(Err("it has infinite parts".to_owned())),
                Err(fault) if fault.kind.is_limit() => None,
                Err(fault) => Some(Err(format!("{}: {fault}", fault.kind.code()))),
            }
        };
        compiled.iter().map(evaluate).collect()
    })
}

#[expect(clippy::disallowed_methods, reason = "a test runs TLC in a way that the program has no use for")]
fn tlcs(jar: &std::path::Path, expressions: &[String]) -> Vec<Said> {
    let scratch = tempfile::tempdir().unwrap();
    let folder = camino::Utf8Path::from_path(scratch.path()).unwrap();
    disk::put(&folder.join("D.tla"), module(expressions)).unwrap();
    disk::put(&folder.join("D.cfg"), "").unwrap();
    let mut command = std::process::Command::new("java");
    command.current_dir(folder).args(["-Xss64m", "-XX:+UseSerialGC", &format!("-Djava.io.tmpdir={folder}"), "-cp"]);
    let output = command.arg(jar).arg(here("tests/eval/Evaluate.java")).args(["D", "D"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let line = |line: &str| {
        let (name, said) = line.strip_prefix("@@ E")?.split_once(' ')?;
        let said = match said.strip_prefix("= ") {
            Some(value) => Ok(value.to_owned()),
            None => Err(said.trim_start_matches("! ").to_owned()),
        };
        Some((name.parse::<usize>().ok()?, said))
    };
    let said: BTreeMap<usize, Said> = text.lines().filter_map(line).collect();
    assert!(said.keys().copied().eq(0..expressions.len()), "{}{}", text, String::from_utf8_lossy(&output.stderr));
    said.into_values().collect()
}

fn same(ours: &Said, tlcs: &Said) -> bool {
    match (ours, tlcs) {
        // The order of a set as printed depends on when TLC first saw a string, in which expressions have a part that
        // were evaluated before.
        (Ok(ours), Ok(tlcs)) => {
            ours == tlcs || value::Value::parse(ours).unwrap() == value::Value::parse(tlcs).unwrap()
        }
        (Err(_), Err(_)) => true,
        _ => false,
    }
}

/// The expression with each EXCEPT computed before anything else is done with it. TLC of 2020 forgets the update of a function
/// that waits where it is taken for a sequence: the test below shows it.
fn with_updates_made(expression: &str) -> String {
    const HEAD: &str = "---- MODULE D ----\nE == ";
    fn updates(node: Node<'_>, found: &mut Vec<(usize, &'static str)>) {
        if node.is(Kind::Except) {
            found.extend([(node.span().start, "TLCEval("), (node.span().end, ")")]);
        }
        node.children().for_each(|child| updates(child, found));
    }
    let parsed = tree::parse(&format!("{HEAD}{expression}\n====\n"));
    let mut marks = Vec::new();
    updates(parsed.tree.root(), &mut marks);
    // A bracket that opens stands behind one that closes at the same place.
    marks.sort_by_key(|(at, mark)| (*at, *mark != ")"));
    let mut text = expression.to_owned();
    for (at, mark) in marks.into_iter().rev() {
        text.insert_str(at - HEAD.len(), mark);
    }
    text
}

/// Compares so many expressions and says what came of it.
fn agree(seed: u64, count: usize) {
    let Some(jar) = tools() else { return };
    let jar = std::path::absolute(jar).unwrap();
    let mut expressions = Expressions::new(seed);
    let (mut values, mut errors, mut too_long, mut unread, mut wrong) = (0, 0, 0, 0, Vec::new());
    let mut forgotten = 0;
    while values + errors < count {
        let batch: Vec<String> = (0..count.min(4_000)).map(|_| expressions.next()).collect();
        let ours = ours(&batch);
        let (batch, ours): (Vec<_>, Vec<_>) =
            batch.into_iter().zip(ours).filter_map(|(e, said)| Some((e, said?))).unzip();
        too_long += count.min(4_000) - batch.len();
        for ((expression, ours), tlcs) in batch.iter().zip(&ours).zip(tlcs(&jar, &batch)) {
            // TLC prints some large sets as they were written.
            if tlcs.as_ref().is_ok_and(|value| value::Value::parse(value).is_err()) {
                unread += 1;
                continue;
            }
            if ours.is_ok() && tlcs.is_ok() && !same(ours, &tlcs) {
                let made = self::tlcs(&jar, &[with_updates_made(expression)]);
                if same(ours, &made[0]) {
                    forgotten += 1;
                    continue;
                }
            }
            if !same(ours, &tlcs) {
                wrong.push(format!("{expression}\n  here {ours:?}\n  TLC  {tlcs:?}"));
            }
            *(if ours.is_ok() { &mut values } else { &mut errors }) += 1;
        }
    }
    say(&format!(
        "{values} values, {errors} errors, {too_long} over the budget, {unread} not printed in full, {forgotten} of which TLC forgets a part, {} different",
        wrong.len()
    ));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(forgotten * 10_000 <= values, "TLC forgets too much");
    assert!(unread * 100 < values, "too much is not compared");
    assert!(values > errors, "too few expressions have a value to say much");
}

#[test]
fn expressions_are_what_tlc_says() {
    agree(1, 1_000);
}

#[test]
#[ignore = "takes minutes; `make agreement` runs it"]
fn a_hundred_thousand_expressions_are_what_tlc_says() {
    agree(number("SEED", 1_000_000) as u64, 100_000);
}

#[test]
fn evaluation_of_models_with_slips_and_of_expressions_ends() {
    let mut numbers = Numbers(7);
    let mut choose = |limit: usize| numbers.below(limit);
    let mut count = 0;
    let folder = camino::Utf8PathBuf::from_path_buf(here("tests/models")).unwrap();
    let files = disk::files_under(&folder).unwrap();
    for config in files.iter().filter(|path| path.extension() == Some("cfg")) {
        let stem = config.as_str().split('.').next().unwrap();
        let [module, config] = [&format!("{stem}.tla"), config.as_str()].map(|name| folder.join(name));
        let text = disk::read_text(&module).unwrap() + &disk::read_text(&config).unwrap();
        for slips in 0..4 {
            evaluation_ends(&(0..slips).fold(text.clone(), |text, _| slip(&text, &mut choose)));
            count += 1;
        }
    }
    let mut expressions = Expressions::new(3);
    for _ in 0..500 {
        let text = expressions.next();
        evaluation_ends(&text);
        evaluation_ends(&slip(&text, &mut choose));
    }
    assert!(count > 100, "too few models");
}

#[test]
fn an_update_that_tlc_forgets_is_seen_once_it_is_made() {
    let Some(jar) = tools() else { return };
    let expression =
        "(Tail([[i \\in 1..3 |-> {[v \\in {\"a\"} |-> i]}] EXCEPT ![2] = {[v \\in {\"b\"} |-> 0]}]))[1]".to_owned();
    let made = with_updates_made(&expression);
    let said = tlcs(&std::path::absolute(jar).unwrap(), &[expression.clone(), made]);
    let ours = ours(&[expression]).remove(0).unwrap();
    assert!(!same(&ours, &said[0]) && same(&ours, &said[1]), "{ours:?} {said:?}");
}

#[test]
fn a_difference_is_noticed() {
    let ok = |text: &str| Said::Ok(text.to_owned());
    assert!(same(&ok("{\"a\", \"b\"}"), &ok("{\"b\", \"a\"}")));
    assert!(!same(&ok("<<1, 2>>"), &ok("<<2, 1>>")) && !same(&ok("1"), &Err("no".to_owned())));
    assert!(!same(&Err("no".to_owned()), &ok("1")) && !same(&ok("{}"), &ok("<<>>")));
}
