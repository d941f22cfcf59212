//! Procedures that are cut, step by step, against the interpreter, which knows of no cut: where one process alone runs an action
//! until its stack is empty again, it ends in the states in which the action ends that is one step.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use specgen::base::chance::Chance;
use specgen::eval;
use specgen::eval::Budget;
use specgen::eval::Constant;
use specgen::eval::Expression;
use specgen::eval::Fault;
use specgen::eval::Kind;
use specgen::eval::Machine;
use specgen::eval::Program;
use specgen::eval::Setup;
use specgen::tla::check::Source;
use specgen::tla::parse_module;
use specgen::tla::syntax::Expr;
use specgen::tla::syntax::ExprKind;
use specgen::tla::uses;
use specgen::tla::value::Value;
use specgen::transform::Granularity;
use specgen::transform::Options;
use specgen::transform::Pass;
use specgen::transform::transform;
use specgen::verify;
use specgen::verify::Expectation;
use specgen::verify::Expected;
use specgen::verify::Said;
use specgen::verify::State;

use super::generate;
use super::generate::Module;
use super::modules;
use super::mutate::Change;
use super::mutate::changed;
use super::specification;
use super::wish;
use crate::front::say;
use crate::taken::One;
use crate::taken::disjuncts;

/// A process that is in so many states on its way is left.
const STATES: usize = 300;

/// What the evaluation of one case may cost.
const BUDGET: Budget = Budget { steps: 2_000_000, depth: 5_000, elements: 10_000, successors: 10_000, time: None };

/// How the cases of some modules fared.
#[derive(Debug, Default)]
struct Fared {
    modules: usize,
    cases: usize,
    /// States at rest that both found.
    ends: usize,
    /// Cases in which some process stopped on its way.
    stopped: usize,
    /// Cases in which both found that an expression has no value.
    errors: usize,
    open: usize,
    different: Vec<String>,
}

/// A module with lines `\* @yield` before some of its statements.
fn marked(module: &Module, chance: &mut Chance) -> Option<Module> {
    let lines: Vec<&str> = module.text.lines().collect();
    let from = lines.iter().position(|line| line.starts_with("Act") || line.starts_with("RECURSIVE"))?;
    let to = lines.iter().position(|line| line.starts_with("Next"))?;
    let statement = |number: &usize| lines[*number].trim_start().starts_with("/\\ ");
    let places: Vec<usize> = (from..to).filter(statement).collect();
    let options = Options { granularity: Granularity::Yield, pass: Pass::Cuts, ..Options::default() };
    for often in [2, 4, 8, 8, 8] {
        let chosen: BTreeSet<usize> = places.iter().copied().filter(|_| chance.below(often) == 0).collect();
        let marked = |(number, line): (usize, &&str)| {
            let mark = if chosen.contains(&number) { "\\* @yield\n" } else { "" };
            format!("{mark}{line}\n")
        };
        let text: String = lines.iter().enumerate().map(marked).collect();
        if !chosen.is_empty() && transform(&text, "M.tla", &options).is_ok() {
            return Some(Module { text, ..module.clone() });
        }
    }
    None
}

/// A module whose procedures are cut, ready to be evaluated.
struct Cut {
    program: Program,
    actions: BTreeMap<(String, usize), Expression>,
    resume: Expression,
    /// For each variable its place in a state of the module that is not cut; the stack has none.
    places: Vec<Option<usize>>,
    stack: usize,
    idle: Option<eval::Value>,
}

impl Cut {
    /// `None` where the cut is refused or cuts nothing, or where `change` applies nowhere.
    fn new(module: &Module, expected: &Expected, granularity: Granularity, change: Option<Change>) -> Option<Self> {
        let file = format!("{}.tla", module.name);
        let cut = transform(&module.text, &file, &Options { granularity, pass: Pass::Cuts, ..Options::default() });
        let text = cut.ok()?.text;
        let text = match change {
            Some(change) => format!("\\* specgen: iispec 1\n{}", changed(&text, change)?),
            None => text,
        };
        let made = transform(&text, &file, &Options::default()).unwrap_or_else(|all| panic!("{}\n{text}", all[0])).text;
        let mut setup = Setup { replaced: vec![("Node".to_owned(), "given".to_owned())], ..Setup::default() };
        let models = generate::NODES.iter().copied().chain(["Nil"]);
        setup.constants = models.map(|name| (name.to_owned(), Constant::Model(name.to_owned()))).collect();
        let nodes = generate::NODES.join(", ");
        let root =
            format!("---- MODULE Root ----\nEXTENDS {}\nCONSTANTS {nodes}\ngiven == {{{nodes}}}\n====\n", module.name);
        let root = Source { path: "Root.tla".to_owned(), text: root };
        let parsed = parse_module(&made, &file).module.unwrap();
        let definitions = uses::definitions(&parsed);
        let next = disjuncts(&definitions["Next"].body);
        let mut program = Program::load(&root, &One(Source { path: file, text: made }), &setup).unwrap();
        let place = |name: &String| expected.variables.iter().position(|other| other == name);
        let places: Vec<Option<usize>> = program.variables().iter().map(place).collect();
        let stack = places.iter().position(Option::is_none)?;
        let mut actions = BTreeMap::new();
        // An action that only cut ones call is none any more.
        for case in expected.cases.iter().filter(|case| definitions.contains_key(case.action.as_str())) {
            let names: Vec<String> = (1..=case.arguments.len()).map(|number| format!("cut_{number}_")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let arguments = names.iter().map(|name| Expr::name(*name, parsed.name.span)).collect();
            let call = Expr::call(&case.action, arguments, parsed.name.span);
            actions.insert((case.action.clone(), names.len()), program.expression(&call, &names).unwrap());
        }
        let (_, resume) = next.last()?;
        let resume = program.expression(resume, &[]).unwrap();
        let init = program.definition("Init").unwrap();
        let idle = Machine::new(&program, Budget::default()).initial_states(&init).ok()?.first()?[stack].clone();
        Some(Self { program, actions, resume, places, stack, idle })
    }

    /// The states in which the process of an action is at rest again, and whether it stopped on the way.
    fn rests(&self, state: &State, case: &Expectation) -> Result<(BTreeSet<State>, bool), Box<Fault>> {
        let strings = self.program.strings();
        let mut now = Vec::new();
        for place in &self.places {
            now.push(match place {
                Some(place) => Some(eval::evaluated(&state[*place], strings)?),
                None => self.idle.clone(),
            });
        }
        let arguments: Vec<eval::Value> =
            case.arguments.iter().map(|argument| eval::evaluated(argument, strings)).collect::<Result<_, _>>()?;
        let mut machine = Machine::new(&self.program, BUDGET);
        machine.set_now(&now);
        let action = &self.actions[&(case.action.clone(), case.arguments.len())];
        let mut running = machine.successors_with(action, &arguments)?;
        let (mut rests, mut known, mut stopped) = (BTreeSet::new(), BTreeSet::new(), false);
        while let Some(state) = running.pop() {
            if known.len() > STATES {
                return Err(Box::new(Fault {
                    kind: Kind::TooLong,
                    message: "the process does not come to rest".to_owned(),
                    site: None,
                }));
            }
            let shown: Option<State> = state.iter().map(|value| eval::printed(value.as_ref()?)).collect();
            let shown = shown.expect("no set is infinite here");
            if shown[self.stack] == eval::printed(self.idle.as_ref().unwrap()).unwrap() {
                rests.insert(self.without_stack(&shown));
            } else if known.insert(shown) {
                stopped = true;
                machine.set_now(&state);
                running.extend(machine.successors(&self.resume)?);
            }
        }
        Ok((rests, stopped))
    }

    fn without_stack(&self, state: &State) -> State {
        let mut values: Vec<(usize, Value)> =
            self.places.iter().zip(state).filter_map(|(place, value)| Some(((*place)?, value.clone()))).collect();
        values.sort_by_key(|(place, _)| *place);
        values.into_iter().map(|(_, value)| value).collect()
    }
}

impl Fared {
    fn module(&mut self, module: &Module, granularity: Granularity, change: Option<Change>) {
        let Ok(Some(specification)) = specification(module, &|text| Some(text.to_owned())) else { return };
        let Ok(expected) = verify::expect(&[specification], &[wish(module)]).remove(0) else { return };
        eval::on_large_stack(|| {
            let Some(cut) = Cut::new(module, &expected, granularity, change) else { return };
            self.modules += 1;
            let is_there = |case: &&Expectation| cut.actions.contains_key(&(case.action.clone(), case.arguments.len()));
            for case in expected.cases.iter().filter(|case| case.action != "Next").filter(is_there) {
                self.case(&cut, &expected.states[case.state], case, &module.text);
            }
        });
    }

    fn case(&mut self, cut: &Cut, state: &State, case: &Expectation, text: &str) {
        match (&case.said, cut.rests(state, case)) {
            (Said::Nothing(_), _) => self.open += 1,
            (_, Err(fault)) if fault.kind.is_limit() => self.open += 1,
            (Said::Error(_), Err(_)) => self.errors += 1,
            (Said::Successors(wanted), Ok((found, stopped))) if *wanted == found => {
                self.cases += 1;
                self.ends += found.len();
                self.stopped += usize::from(stopped);
            }
            (said, found) => {
                let found = found.map_err(|fault| fault.message);
                let (action, arguments) = (&case.action, &case.arguments);
                self.different.push(format!("{action} {arguments:?} in {state:?}\n{said:?}\n{found:?}\n{text}"));
            }
        }
    }

    /// Whether nothing differs, and nearly every process came to rest.
    fn is_clean(&self) -> bool {
        self.different.is_empty() && self.open * 20 <= self.cases
    }

    fn report(&self) -> String {
        format!(
            "{} modules, {} cases ({} with a stop on the way), {} states at rest, {} errors, {} open, {} differ",
            self.modules,
            self.cases,
            self.stopped,
            self.ends,
            self.errors,
            self.open,
            self.different.len()
        )
    }
}

#[test]
fn a_process_that_runs_alone_ends_where_the_action_that_is_not_cut_ends() {
    let mut chance = Chance::new(1);
    let all = modules(1, 100);
    let yielding: Vec<Module> = all.iter().filter_map(|module| marked(module, &mut chance)).collect();
    for (granularity, modules) in [(Granularity::Yield, &yielding), (Granularity::Statement, &all)] {
        let mut fared = Fared::default();
        modules.iter().for_each(|module| fared.module(module, granularity, None));
        say(&format!("{granularity:?}: {}", fared.report()));
        assert!(fared.is_clean(), "{}\n{:?}", fared.report(), fared.different.first());
        assert!(fared.modules > 10 && fared.stopped > 100, "{}", fared.report());
    }
}

/// A frame is left below the others.
fn push_below(_: &str, expr: &Expr) -> Option<Expr> {
    let ExprKind::Infix(op, frame, rest) = &expr.kind else { return None };
    let pushes = op == "\\o" && matches!(frame.kind, ExprKind::Tuple(_)) && matches!(rest.kind, ExprKind::At);
    pushes.then(|| Expr::infix("\\o", (**rest).clone(), (**frame).clone()))
}

/// The frame that comes next stays on the stack.
fn never_pop(_: &str, expr: &Expr) -> Option<Expr> {
    let (_, arguments) = expr.as_call().filter(|(name, arguments)| *name == "Tail" && arguments.len() == 1)?;
    matches!(arguments[0].kind, ExprKind::At).then(|| arguments[0].clone())
}

/// The fields of a frame besides the name of the piece.
fn saved(expr: &Expr) -> Option<Vec<(specgen::tla::syntax::Name, Expr)>> {
    let ExprKind::Record(fields) = &expr.kind else { return None };
    (fields.first()?.0.text == "at").then(|| fields.clone())
}

/// Locals are saved under each other's names.
fn exchange_locals(_: &str, expr: &Expr) -> Option<Expr> {
    let mut fields = saved(expr).filter(|fields| fields.len() > 2)?;
    let first = fields[1].1.clone();
    for number in 1..fields.len() - 1 {
        fields[number].1 = fields[number + 1].1.clone();
    }
    fields.last_mut()?.1 = first;
    Some(Expr::new(ExprKind::Record(fields), expr.span))
}

/// A call gets the arguments of its caller's process, and not its own: the last is the first.
fn exchange_arguments(_: &str, expr: &Expr) -> Option<Expr> {
    let (name, arguments) = expr.as_call().filter(|(name, arguments)| name.ends_with("_1") && arguments.len() > 2)?;
    let mut arguments = arguments.to_vec();
    arguments[1..].rotate_left(1);
    Some(Expr::call(name, arguments, expr.span))
}

/// Nothing leads back to the last piece.
fn drop_piece(name: &str, expr: &Expr) -> Option<Expr> {
    let ExprKind::Case(arms) = &expr.kind else { return None };
    let ends = ["Return", "EndOfProcedure"].contains(&name) && !arms.is_empty();
    let left = arms.split_last().filter(|(_, left)| ends && !left.is_empty());
    Some(Expr::new(ExprKind::Case(left?.1.to_vec()), expr.span))
}

#[test]
fn a_mistake_in_how_a_process_waits_and_goes_on_is_found() {
    let mistakes: [(&str, Change); 5] = [
        ("a frame is left below the others", push_below),
        ("a frame is never popped", never_pop),
        ("locals are saved under each other's names", exchange_locals),
        ("a call gets its arguments in another order", exchange_arguments),
        ("nothing leads back to a piece", drop_piece),
    ];
    for (name, change) in mistakes {
        let mut fared = Fared::default();
        for module in modules(1, 600) {
            fared.module(&module, Granularity::Statement, Some(change));
            if !fared.is_clean() {
                break;
            }
        }
        say(&format!("{name}: {}", fared.report()));
        assert!(!fared.is_clean(), "{name}: {}", fared.report());
    }
}
