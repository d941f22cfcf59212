//! Operators of instances that are handed on to others.

use std::path::PathBuf;

use camino::Utf8PathBuf;
use specgen::base::disk;
use specgen::tla::check::Verdict;

use crate::front;

const INNER: &str = "---- MODULE Inner ----
EXTENDS Naturals
VARIABLE q
CONSTANT k
Ok(a) == q < a
Both(a, b) == q < a + b + k
Own == k
====
";

const OUTER: &str = "EXTENDS Naturals
VARIABLE x
J(c) == INSTANCE Inner WITH q <- x, k <- c
I == INSTANCE Inner WITH q <- x, k <- 0
L(k) == INSTANCE Inner WITH q <- x
P0(c) == c
P1(F(_)) == F(1)
P2(F(_, _)) == F(1, 2)
P3(F(_, _, _)) == F(1, 2, 3)
";

/// Each with whether it is right.
const USES: [(&str, bool); 16] = [
    ("P2(J!Ok)", true),
    ("P1(J!Ok)", false),
    ("P3(J!Both)", true),
    ("P2(J(1)!Both)", false),
    ("P1(J(1)!Ok)", false),
    ("P1(J!Own)", true),
    ("P1(J!Own) + P1(L!Own)", true),
    ("P1(I!Ok)", true),
    ("P2(I!Ok)", false),
    ("P1(J)", false),
    ("P2(J)", false),
    ("P0(J!Ok)", false),
    ("J!Ok(1, 2)", false),
    ("P1(J(1))", false),
    ("J!Own(1) = 1", false),
    ("J!Ok", false),
];

#[test]
fn the_parameters_of_an_instance_are_those_of_an_operator_that_is_handed_on() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: String, text: &str| {
        let path = folder.path().join(name);
        disk::put(&Utf8PathBuf::from_path_buf(path.clone()).unwrap(), text).unwrap();
        path
    };
    put("Inner.tla".to_owned(), INNER);
    let files: Vec<PathBuf> = (0..USES.len())
        .map(|number| {
            let text = format!("---- MODULE Use{number} ----\n{OUTER}E == {}\n====\n", USES[number].0);
            put(format!("Use{number}.tla"), &text)
        })
        .collect();
    for (file, (used, right)) in files.iter().zip(USES) {
        let report = front::checked(file);
        assert_eq!(report.verdict() == Verdict::Clean, right, "{used}: {:?}", report.diagnostics);
    }
    let Some(said) = front::sany(folder.path(), &|| files.clone()) else { return };
    for (file, (used, right)) in files.iter().zip(USES) {
        let (theirs, text) = &said[&file.canonicalize().unwrap()];
        assert_eq!(theirs.verdict == Verdict::Clean, right, "{used}: {text}");
    }
}
