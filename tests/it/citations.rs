//! The recorded spec of the example etcd cites the real Go source: each cited line lies in the function that its operator
//! names. Judged here by a reading of Go of the test's own, and not by the program's.

use std::collections::BTreeMap;

use camino::Utf8Path;
use camino::Utf8PathBuf;
use specgen::base::disk;
use specgen::config;
use specgen::config::Environment;
use specgen::fetch;
use specgen::transform;

use crate::project::here;
use crate::project::java;
use crate::project::program;
use crate::project::ran;

/// Functions of a Go file as gofmt writes them: the name as Go prints it, the first line, the last.
fn functions(text: &str) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(rest) = line.strip_prefix("func ") else { continue };
        let (receiver, rest) = match rest.strip_prefix('(').and_then(|r| r.split_once(") ")) {
            Some((receiver, rest)) => (receiver.split_whitespace().last(), rest),
            None => (None, rest),
        };
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let name = match receiver {
            Some(of) if of.starts_with('*') => format!("({of}).{name}"),
            Some(of) => format!("{of}.{name}"),
            None => name,
        };
        let length = if line.ends_with('}') { 0 } else { lines[at..].iter().position(|l| *l == "}").unwrap() };
        found.push((name, at + 1, at + 1 + length));
    }
    found
}

/// `file.go:12` or `file.go:12-15` at the start of a text, and what follows; further inside it is a remark.
fn citation(text: &str) -> Option<(&str, usize, usize, &str)> {
    let (file, rest) = text.trim_start().split_once(".go:")?;
    if file.contains(' ') {
        return None;
    }
    let file = &text.trim_start()[..file.len() + 3];
    let digits = |t: &str| t.chars().take_while(char::is_ascii_digit).count();
    let first = digits(rest);
    let (from, rest) = (rest[..first].parse().ok()?, &rest[first..]);
    match rest.strip_prefix('-').map(|r| (digits(r), r)) {
        Some((last, r)) if last > 0 => Some((file, from, r[..last].parse().ok()?, &r[last..])),
        _ => Some((file, from, from, rest)),
    }
}

/// What is wrong with the citations of `spec`, and how many there are.
fn judge(spec: &str, source: &dyn Fn(&str) -> String) -> (Vec<String>, usize) {
    let mut files: BTreeMap<String, Vec<(String, usize, usize)>> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut seen = 0;
    // The function above an operator holds until the text of the next operator begins.
    let mut within: Option<(String, usize, usize)> = None;
    for (at, line) in spec.lines().enumerate() {
        if line.trim().is_empty() {
            within = None;
        }
        let Some((before, comment)) = line.split_once("\\*") else { continue };
        let Some((file, first, last, rest)) = citation(comment) else { continue };
        seen += 1;
        let known = files.entry(file.to_owned()).or_insert_with(|| functions(&source(file)));
        let place = format!("line {} of the spec cites {file}:{first}-{last}", at + 1);
        if before.is_empty() {
            let name = rest.trim();
            within = Some((file.to_owned(), first, last));
            if !known.contains(&(name.to_owned(), first, last)) {
                wrong.push(format!("{place}, which is not `{name}`"));
            }
        } else {
            // An operator without a function of its own, such as the loss of a message, may cite what it rests on: code.
            let inside = match &within {
                Some((f, from, to)) => f == file && *from <= first && last <= *to,
                None => known.iter().any(|(_, from, to)| *from <= first && last <= *to),
            };
            if !inside {
                wrong.push(format!("{place}, outside {within:?}"));
            }
        }
    }
    (wrong, seen)
}

/// All citations `by` lines further down; of the operators' functions only where `heads`.
fn shifted(spec: &str, by: usize, heads: bool) -> String {
    let shift = |line: &str| -> String {
        let Some((before, comment)) = line.split_once("\\*") else { return line.to_owned() };
        match citation(comment) {
            Some((file, first, last, rest)) if before.is_empty() == heads => {
                format!("{before}\\* {file}:{}-{}{rest}", first + by, last + by)
            }
            _ => line.to_owned(),
        }
    };
    spec.lines().map(|line| shift(line) + "\n").collect()
}

/// The recorded IISpec and the root of the source it was written from; nothing where Java or Go is missing.
fn recorded() -> Option<(String, Utf8PathBuf)> {
    if !java() || !here("lib/tla2tools.jar").exists() {
        crate::project::absent("Java or no lib/tla2tools.jar");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let project = Utf8PathBuf::from_path_buf(folder.path().join("etcd")).unwrap();
    disk::copy_tree(Utf8Path::from_path(&here("examples/etcd")).unwrap(), &project).unwrap();
    let settings = config::load(&project, &Environment::default(), &[], true).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let source = match runtime.block_on(fetch::fetch(&settings)) {
        Ok(source) => source.root,
        Err(failure) => {
            crate::project::absent(&format!("Go, or no source: {failure}"));
            return None;
        }
    };
    let mut command = program();
    command.args(["--json", "draft", "--project", project.as_str(), "--provider", "replay", "--tla-tools"]);
    command.arg(here("lib/tla2tools.jar"));
    let ran = ran(command);
    assert_eq!(ran.exit, 0, "{ran:?}");
    let spec = disk::read_text(&project.join(".specgen/etcd/01-draft/iispec/Raft.tla")).unwrap();
    Some((spec, source))
}

/// The spec after each recorded correction of a planted fault: the module that its prompt shows, with the edits of the
/// reply, and the heads of operators as the survey has them.
fn corrected(root: &Utf8Path) -> Vec<String> {
    let files: Vec<Utf8PathBuf> =
        ["raft.go", "log.go", "rawnode.go", "tracker/progress.go", "tracker/tracker.go"].map(Utf8PathBuf::from).into();
    let outline = specgen::source::survey(root, &files).unwrap();
    let calls = fs_err::read_dir(here("examples/etcd/faults/calls")).unwrap().map(|entry| entry.unwrap().path());
    let calls = calls.filter(|path| path.extension().is_some_and(|e| e == "json"));
    calls
        .map(|path| {
            let text = |end: &str| fs_err::read_to_string(path.with_extension(end)).unwrap();
            let prompt = text("prompt.md");
            let (_, shown) = prompt.split_once("```tla\n---- MODULE Raft ----").unwrap();
            let module = format!("---- MODULE Raft ----{}", shown.split_once("```").unwrap().0);
            let edits = specgen::llm::edits::parse_edits(&text("reply.md")).unwrap();
            let edited = specgen::llm::edits::apply_edits(&module, &edits).unwrap();
            specgen::stages::shared::citations::with_true_heads(&outline, &edited)
        })
        .collect()
}

#[test]
fn every_logic_block_of_the_recorded_spec_cites_lines_inside_the_function_it_names() {
    let Some((spec, root)) = recorded() else { return };
    let source = |file: &str| disk::read_text(&root.join(file)).unwrap_or_default();
    let (wrong, seen) = judge(&spec, &source);
    assert_eq!(wrong, Vec::<String>::new());
    assert!(seen > 250, "only {seen} citations");
    // An action stands for a function, or says that there is none.
    let next = spec.split("\nNext ==").nth(1).unwrap().split("\n\n").next().unwrap();
    let actions: Vec<&str> = next.lines().filter_map(|l| l.rsplit_once(" : ")?.1.split('(').next()).collect();
    assert!(actions.len() >= 15, "{actions:?}");
    for action in actions {
        let head = spec.split(&format!("\n{action}(")).next().unwrap().rsplit("\n\n").next().unwrap();
        assert!(citation(head.rsplit("\\*").next().unwrap()).is_some() || head.contains("no source: "), "{action}");
    }
    // The citations go with their statements through the transform. What it makes of a loop stands above the operator
    // and takes its head along, so that a few lines have no function above them.
    let transformed = transform::transform(&spec, "IISpec.tla", &transform::Options::default()).unwrap();
    let (wrong, seen) = judge(&transformed.text, &source);
    let (homeless, wrong): (Vec<_>, Vec<_>) = wrong.into_iter().partition(|w| w.ends_with("outside None"));
    assert_eq!(wrong, Vec::<String>::new());
    assert!(homeless.len() * 50 < seen, "{homeless:?}");
    assert!(seen > 250, "only {seen} citations after the transform");

    // The recorded corrections of planted faults are held to the same, and each comes back to what was before its fault.
    let corrected = corrected(&root);
    assert_eq!(corrected.len(), 6);
    for corrected in corrected {
        assert_eq!(judge(&corrected, &source).0, Vec::<String>::new());
        assert!(corrected == spec, "a correction is not what was before the fault");
    }

    // The judge itself: citations moved away by 200 lines are found out, a function that is longer than that aside.
    let (wrong, seen) = judge(&shifted(&spec, 200, false), &source);
    assert!(wrong.len() * 10 > seen * 6, "{} of {seen} wrong", wrong.len());
    let heads = judge(&shifted(&spec, 200, true), &source).0;
    let named = spec.lines().filter(|l| l.starts_with("\\*") && citation(&l[2..]).is_some()).count();
    assert!(heads.iter().filter(|w| w.contains("which is not")).count() == named && named > 60, "{named}");
}

/// The operators of a spec that name no function of the source above them.
fn without_function(spec: &str) -> Vec<String> {
    let blocks = specgen::provenance::blocks(spec).into_iter();
    blocks.filter(|block| block.function.is_none()).map(|block| block.operator).collect()
}

/// Names of operators that are the names of functions of the source as well, whatever their receivers.
fn named_like_functions(operators: &[String], source: &dyn Fn(&str) -> String, files: &[&str]) -> Vec<String> {
    let functions = files.iter().flat_map(|file| functions(&source(file)));
    let names: std::collections::BTreeSet<String> =
        functions.filter_map(|(name, ..)| Some(name.rsplit('.').next()?.to_owned())).collect();
    // The transform adds a word to the name, as in `becomeFollower_on`.
    let stands = |operator: &&String| {
        names.iter().any(|name| {
            operator.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        })
    };
    operators.iter().filter(stands).cloned().collect()
}

/// The files of the example's target.
const FILES: [&str; 6] =
    ["raft.go", "log.go", "rawnode.go", "tracker/progress.go", "tracker/tracker.go", "quorum/majority.go"];

#[test]
fn every_operator_of_the_transformed_spec_that_stands_for_a_function_has_its_source_and_the_others_are_these() {
    let Some((spec, root)) = recorded() else { return };
    let source = |file: &str| disk::read_text(&root.join(file)).unwrap_or_default();
    let transformed = transform::transform(&spec, "IISpec.tla", &transform::Options::default()).unwrap().text;
    let blocks = specgen::provenance::blocks(&transformed);
    let without = without_function(&transformed);
    assert_eq!(named_like_functions(&without, &source, &FILES), Vec::<String>::new());
    // Each of these is a constant, a property, an action of the environment, or a helper that stands for no function.
    let head = format!("{} operators, {} without a function of the source:", blocks.len(), without.len());
    insta::assert_snapshot!("operators_without_a_function_of_the_source", format!("{head}\n{}\n", without.join("\n")));

    // The judge itself: an operator whose head is gone is found out.
    let head = transformed.lines().find(|line| line.ends_with("(*raft).becomeFollower")).unwrap();
    let headless = without_function(&transformed.replacen(&format!("{head}\n"), "", 1));
    assert_eq!(headless.len(), without.len() + 1);
    assert_eq!(named_like_functions(&headless, &source, &FILES), ["becomeFollower_on"]);
}

#[test]
fn a_line_outside_the_named_function_and_a_wrong_name_are_found() {
    let go = "package p\n\nfunc (r *raft) one() int {\n\treturn 1\n}\n\nfunc two() int { return 2 }\n\nfunc (c Set) three() {\n}\n";
    let names: Vec<_> = functions(go).into_iter().map(|(name, first, last)| format!("{name} {first}-{last}")).collect();
    assert_eq!(names, ["(*raft).one 3-5", "two 7-7", "Set.three 9-10"]);
    let judged = |spec: &str| judge(spec, &|_| go.to_owned()).0.len();
    assert_eq!(judged("\\* p.go:3-5 (*raft).one\nOne == 1   \\* p.go:4\n"), 0);
    assert_eq!(judged("\\* p.go:3-5 (*raft).one\nOne == 1   \\* p.go:6\n"), 1);
    assert_eq!(judged("\\* p.go:3-5 (*raft).one\nOne == 1   \\* q.go:4\n"), 1);
    assert_eq!(judged("\\* p.go:3-5 (*raft).two\nOne == 1\n"), 1);
    assert_eq!(judged("\\* p.go:3-6 (*raft).one\nOne == 1\n"), 1);
    assert_eq!(judged("\n\nOne == 1   \\* p.go:4\n"), 0);
    assert_eq!(judged("\n\nOne == 1   \\* p.go:6\n"), 1);
}
