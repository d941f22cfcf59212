//! Which expressions of a probe are taken, and what is said of the others.

use super::*;

fn config(language: &str, param: &str) -> TraceConfig {
    let text = format!(
        "{HEAD}language: {language}\npure: [last_index, (*log).first]\nprobes:\n- function: f\n  file: a\n  trigger: entry\n  \
         event: E\n  params:\n    p: {}\n",
        serde_json::to_string(param).unwrap()
    );
    TraceConfig::read(&text, "trace.yaml").unwrap()
}

fn said(language: LanguageName, param: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    for (name, text) in [
        ("s.go", "package p\n\nfunc specgenVotes(n int) int { return n }\n"),
        ("s.rs", "pub fn votes(n: u8) -> u8 { n }\n"),
        ("s.py", "def votes(n):\n    return n\n"),
    ] {
        sources.support.insert(name.to_owned(), text.to_owned());
    }
    expression::refused(&config(&language.to_string().to_lowercase(), param), language, &sources)
}

#[track_caller]
fn takes(language: LanguageName, param: &str) {
    assert_eq!(said(language, param), [], "{param}");
}

#[track_caller]
fn refuses(language: LanguageName, param: &str, why: &str) {
    let said = said(language, param);
    assert_eq!(said.len(), 1, "{param}");
    assert_eq!(said[0].code, "instrument/side-effect", "{param}");
    assert!(said[0].message.contains(why), "{param}: {}", said[0].message);
    assert!(!said[0].hints.is_empty());
    // A quoted text is written otherwise there, and the place is that of the probe.
    let place = if param.contains('"') { (6, false) } else { (11, true) };
    assert_eq!((said[0].places[0].line, said[0].places[0].column > 1), place, "{param}: {said:?}");
}

#[test]
fn what_only_reads_is_taken() {
    for param in [
        "r.Term",
        "len(r.log[1:])",
        "r.state.String()",
        "map[string]any{\"a\": uint64(r.x), \"b\": r.m[3]}",
        "specgenVotes(r.n)",
        "l.last_index() + (*log).first(l)",
        "func() int { n := 0; return n }()",
        "[]byte(r.s)",
        "x.(T) == y && !z",
    ] {
        takes(LanguageName::Go, param);
    }
    for param in [
        "*result",
        "if result.is_some() { \"A\" } else { \"B\" }",
        "self.a.load(Ordering::Relaxed)",
        "self.items.iter().map(|x| x.len()).collect::<Vec<_>>()",
        "matches!(self.s, State::A(_))",
        "format!(\"{}\", self.items.len())",
        "Some(self.x)",
        "&self.lock",
        "crate::specgen_s::votes(3)",
        "(1, self.last_index())",
        "unsafe { *self.p.get() }",
    ] {
        takes(LanguageName::Rust, param);
    }
    for param in [
        "self.log[-1]",
        "sorted(self.votes.items())",
        "{k: v for k, v in self.d.items() if v == 1}",
        "self.d.get(key, 0)",
        "specgen_s.votes(3)",
        "lambda: self.x",
        "f\"{self.x}\"",
        "self.last_index()",
    ] {
        takes(LanguageName::Python, param);
    }
}

#[test]
fn what_changes_something_is_refused() {
    for (param, why) in [
        ("r.take()", "calls `r.take()`, which is not known"),
        ("<-r.c", "receives from a channel"),
        ("func() int { r.n++; return r.n }()", "counts"),
        ("func() int { r.n = 1; return r.n }()", "assigns"),
        ("func() int { r.c <- 1; return 0 }()", "sends to a channel"),
        ("func() int { go r.run(); return 0 }()", "starts a goroutine"),
        ("len(r.take())", "calls `r.take()`"),
        ("append(r.log, x)", "calls `append()`"),
        ("r.log.(*L).pop()", "pop"),
    ] {
        refuses(LanguageName::Go, param, why);
    }
    for (param, why) in [
        ("self.items.pop()", "calls `self.items.pop()`"),
        ("{ self.n += 1; self.n }", "assigns"),
        ("{ self.n = 1; 2 }", "assigns"),
        ("&mut self.items", "&mut"),
        ("self.next().await", "waits"),
        ("self.read()?", "may return"),
        ("println!(\"{}\", 1)", "calls `println!`"),
        ("format!(\"{}\", self.items.pop())", "calls `pop()`"),
        ("matches!(self.items.get(0), x if { n = 1; true })", "assigns"),
        ("self.m.lock().len()", "calls `self.m.lock()`"),
    ] {
        refuses(LanguageName::Rust, param, why);
    }
    for (param, why) in [
        ("(n := 3)", "assigns"),
        ("self.items.pop()", "calls `self.items.pop()`"),
        ("self.queue.get()", "calls `self.queue.get()`"),
        ("self.queue.get(False)", "calls `self.queue.get()`"),
        ("await self.x", "waits"),
        ("[x async for x in self.y]", "waits"),
        ("(yield 1)", "yields"),
        ("f\"{self.items.pop()}\"", "calls `self.items.pop()`"),
        ("print(self.x)", "calls `print()`"),
    ] {
        refuses(LanguageName::Python, param, why);
    }
}

#[test]
fn what_is_no_single_expression_is_refused() {
    for (language, params) in [
        (LanguageName::Go, ["a, b", "r.x); os.Exit(1", "r.x // note", "return 1", "r."]),
        (LanguageName::Rust, ["a; b", "self.x); f(1", "self.x // note", "let x = 1", "self."]),
        (LanguageName::Python, ["a, b", "self.x); f(1", "self.x # note", "return 1", "self."]),
    ] {
        for param in params {
            let said = said(language, param);
            assert_eq!(said.len(), 1, "{param}");
            assert_eq!(said[0].code, "instrument/expression", "{param}");
        }
    }
}

#[test]
fn a_probe_in_what_is_fetched_or_built_is_refused_and_in_what_is_generated_warned_of() {
    let probe = |file: &str| go(&format!("- {{function: tick, file: {file}, trigger: path}}\n"));
    for (file, word) in [("vendor/x/n.go", "others"), ("a/node_modules/n.go", "others"), ("dist/n.go", "build")] {
        let error = run_in(&probe(file), file, GO).unwrap_err();
        assert_eq!((error.len(), error[0].code.as_str()), (1, "instrument/foreign"), "{file}");
        assert!(
            error[0].message.contains(word) && error[0].places[0].line == 10 && !error[0].hints.is_empty(),
            "{error:?}"
        );
    }
    assert!(run_in(&probe("a/dist/n.go"), "a/dist/n.go", GO).is_ok());
    let made = run_in(&probe("n.go"), "n.go", GO).unwrap();
    assert_eq!(made.warnings, []);
    let generated = format!("// Code generated by stringer; DO NOT EDIT.\n\n{GO}");
    let made = run_in(&probe("n.go"), "n.go", &generated).unwrap();
    assert_eq!((made.warnings.len(), made.warnings[0].code.as_str()), (1, "instrument/generated"));
    assert_eq!((made.warnings[0].places[0].file.as_str(), made.warnings[0].places[0].line), ("n.go", 1));
    // The words as data of a program are no header of it.
    let data = GO.replace("n.a++", "n.a++; n.s = \"// Code generated by x. DO NOT EDIT.\"");
    assert_eq!(run_in(&probe("n.go"), "n.go", &data).unwrap().warnings, []);
}
