//! The community modules: each operator by what its published definition says of small values, and the code that stands
//! in place of a definition against the definition.

use super::*;
use crate::tla::check::Library;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;

/// The value of an expression, or the class of its error.
fn value_with(library: &(dyn Library + Sync), setup: &Setup, expr: &str) -> String {
    let extends =
        "EXTENDS Integers, SequencesExt, FiniteSetsExt, BagsExt, Functions, Folds, TLC, TLCExt, Json, IOUtils";
    tests::result_in(&format!("{extends}\nLess(a, b) == a < b\nResult == {expr}"), library, setup)
}

fn value(expr: &str) -> String {
    value_with(&NoLibrary, &Setup::default(), expr)
}

#[track_caller]
fn all(cases: &[(&str, &str)]) {
    tests::all_by(value, cases);
}

#[test]
fn sequences() {
    all(&[
        ("ToSet(<<1, 2, 1>>)", "{1, 2}"),
        ("ToBag(<<1, 2, 1>>) = (1 :> 2 @@ 2 :> 1)", "TRUE"),
        ("SetToSeq({3, 1, 2})", "<<1, 2, 3>>"),
        ("SetToSeqs({1, 2})", "{<<1, 2>>, <<2, 1>>}"),
        ("SetToSeqs({}) = {<<>>}", "TRUE"),
        ("SetToSortSeq({1, 3, 2}, LAMBDA a, b : a > b)", "<<3, 2, 1>>"),
        ("SetToAllKPermutations({1, 2})", "{<< >>, <<1>>, <<2>>, <<1, 2>>, <<2, 1>>}"),
        ("TupleOf({1}, 2) = {<<1, 1>>}", "TRUE"),
        ("SeqOf({1}, 2) = {<<>>, <<1>>, <<1, 1>>}", "TRUE"),
        ("BoundedSeq({}, 2) = {<<>>}", "TRUE"),
        ("<<Contains(<<1, 2>>, 2), Contains(<<1, 2>>, 3)>>", "<<TRUE, FALSE>>"),
        ("<<IsSorted(<<1, 2>>, Less), IsSorted(<<1, 1>>, Less)>>", "<<TRUE, FALSE>>"),
        ("Reverse(<<1, 2, 3>>)", "<<3, 2, 1>>"),
        ("Remove(<<1, 2, 1>>, 1)", "<<2>>"),
        ("ReplaceAll(<<1, 2, 1>>, 1, 5)", "<<5, 2, 5>>"),
        ("SelectInSeq(<<5, 7, 7>>, LAMBDA x : x = 7)", "2"),
        ("SelectInSeq(<<5>>, LAMBDA x : x = 7)", "0"),
        ("SelectInSubSeq(<<7, 5, 7>>, 2, 3, LAMBDA x : x = 7)", "2"),
        ("SelectLastInSeq(<<7, 5, 7>>, LAMBDA x : x = 7)", "3"),
        ("SelectLastInSubSeq(<<7, 5, 7>>, 1, 2, LAMBDA x : x = 7)", "1"),
        ("SelectInSeq(<<7, \"a\">>, LAMBDA x : x > 3)", "eval/operand"),
        ("InsertAt(<<1, 3>>, 2, 2)", "<<1, 2, 3>>"),
        ("ReplaceAt(<<1, 3>>, 2, 2)", "<<1, 2>>"),
        ("RemoveAt(<<1, 2, 3>>, 2)", "<<1, 3>>"),
        ("RemoveFirst(<<1, 2, 1>>, 1)", "<<2, 1>>"),
        ("RemoveFirst(<<1>>, 2)", "<<1>>"),
        ("RemoveFirstMatch(<<1, 2, 3>>, LAMBDA x : x > 1)", "<<1, 3>>"),
        ("<<Cons(1, <<2>>), Snoc(2, <<1>>), Front(<<1, 2>>), Last(<<1, 2>>)>>", "<<<<1, 2>>, <<1, 2>>, <<1>>, 2>>"),
        (
            "<<IsPrefix(<<1>>, <<1, 2>>), IsPrefix(<<2>>, <<1, 2>>), IsPrefix(<<1, 2>>, <<1>>)>>",
            "<<TRUE, FALSE, FALSE>>",
        ),
        (
            "<<IsStrictPrefix(<<1>>, <<1>>), IsSuffix(<<2>>, <<1, 2>>), IsStrictSuffix(<<2>>, <<2>>)>>",
            "<<FALSE, TRUE, FALSE>>",
        ),
        ("Prefixes(<<1, 2>>)", "{<<>>, <<1>>, <<1, 2>>}"),
        ("CommonPrefixes({<<1, 2>>, <<1, 3>>})", "{<<>>, <<1>>}"),
        ("LongestCommonPrefix({<<1, 2>>, <<1, 3>>})", "<<1>>"),
        ("Suffixes(<<1, 2>>)", "{<<>>, <<2>>, <<1, 2>>}"),
        ("<<SeqMod(4, 3), SeqMod(3, 3)>>", "<<1, 3>>"),
        ("FoldSeq(LAMBDA x, y : {x} \\cup y, {}, <<1, 2, 1>>)", "{1, 2}"),
        ("FoldLeft(LAMBDA x, y : <<x, y>>, 0, <<3, 1, 2>>)", "<<<<<<0, 3>>, 1>>, 2>>"),
        ("FoldRight(LAMBDA x, y : <<x, y>>, <<3, 1, 2>>, 0)", "<<3, <<1, <<2, 0>>>>>>"),
        ("FoldLeftDomain(LAMBDA x, y : x + y, 0, <<3, 1, 2>>)", "6"),
        ("FoldRightDomain(LAMBDA x, y : x - y, <<3, 1>>, 0)", "-1"),
        (
            "<<FlattenSeq(<<<<1, 2>>, <<1>>>>), FlattenSeq(<<\"a\", \"b\">>), FlattenSeq(<<>>)>>",
            "<<<<1, 2, 1>>, \"ab\", <<>>>>",
        ),
        ("Zip(<<1, 3>>, <<2>>)", "<<<<1, 2>>>>"),
        ("Interleave(<<1, 3>>, <<2, 4>>)", "<<<<1>>, <<2>>, <<3>>, <<4>>>>"),
        ("Interleave(<<1>>, <<>>)", "eval/no-case"),
        ("SubSeqs(<<1, 2>>)", "{<<>>, <<1>>, <<2>>, <<1, 2>>}"),
        ("AllSubSeqs(<<1, 2, 3>>) = {<<>>, <<1>>, <<2>>, <<3>>, <<1, 2>>, <<1, 3>>, <<2, 3>>, <<1, 2, 3>>}", "TRUE"),
        ("IndexFirstSubSeq(<<1>>, <<2, 1, 1>>)", "2"),
        ("ReplaceSubSeqAt(2, <<9>>, <<2, 3>>, <<1, 2, 3, 4>>)", "<<1, 9, 4>>"),
        ("ReplaceFirstSubSeq(<<9>>, <<1>>, <<2, 1, 1>>)", "<<2, 9, 1>>"),
        ("ReplaceAllSubSeqs(<<4>>, <<>>, <<>>)", "eval/unsupported"),
    ]);
}

#[test]
fn sets_functions_and_bags() {
    all(&[
        ("FoldSet(LAMBDA x, y : x + y, 1, 1..10)", "56"),
        ("<<SumSet(1..4), ProductSet(1..4), ReduceSet(LAMBDA x, y : x + y, {2, 3}, 0)>>", "<<10, 24, 5>>"),
        ("MapThenSumSet(LAMBDA x : 2 * x, 1..3)", "12"),
        ("<<FlattenSet({{1}, {2}}), SymDiff({1, 2}, {2, 3})>>", "<<{1, 2}, {1, 3}>>"),
        ("Quantify(1..9, LAMBDA n : n % 2 = 0)", "4"),
        ("kSubset(2, 1..3)", "{{1, 2}, {1, 3}, {2, 3}}"),
        ("<<Max({3, 5, 4}), Min({3, 5, 4}), Max(1..7), Min(2..7)>>", "<<5, 3, 7, 2>>"),
        ("Max({})", "eval/no-choice"),
        ("Max({\"a\", \"b\"})", "eval/operand"),
        ("Choices({{1, 2}, {2, 3}, {5}}) = {{2, 5}, {1, 2, 5}, {1, 3, 5}, {2, 3, 5}}", "TRUE"),
        ("<<ChooseUnique({2, 3, 4}, LAMBDA x : x % 3 = 1)>>", "<<4>>"),
        ("ChooseUnique({1, 4}, LAMBDA x : x % 3 = 1)", "eval/no-choice"),
        ("Restrict([x \\in 1..3 |-> x * x], {2})[2]", "4"),
        ("RestrictDomain(<<4, 5>>, LAMBDA x : x = 1) = <<4>>", "TRUE"),
        ("DOMAIN RestrictValues(<<4, 5>>, LAMBDA x : x = 5)", "2..2"),
        ("<<IsRestriction(<<4>>, <<4, 5>>), IsRestriction(<<5>>, <<4, 5>>)>>", "<<TRUE, FALSE>>"),
        ("Range([a |-> 1, b |-> 1])", "{1}"),
        ("Pointwise(<<1, 2>>, <<3, 4>>, LAMBDA x, y : x + y)", "<<4, 6>>"),
        ("<<Inverse(<<4, 5>>, 1..2, {5})[5], AntiFunction(<<4, 5>>)[4]>>", "<<2, 1>>"),
        ("<<IsInjective(<<1, 2>>), IsInjective(<<1, 1>>)>>", "<<TRUE, FALSE>>"),
        (
            "<<Cardinality(Injection(1..2, 1..3)), Cardinality(Surjection(1..3, 1..2)), Cardinality(Bijection(1..3, 1..3))>>",
            "<<6, 6, 6>>",
        ),
        (
            "<<ExistsInjection(1..2, {1}), ExistsSurjection(1..2, {1}), ExistsBijection({1}, {2})>>",
            "<<FALSE, TRUE, TRUE>>",
        ),
        ("<<FoldFunction(LAMBDA x, y : x + y, 0, [a |-> 1, b |-> 5]), SumFunction(<<1, 2>>)>>", "<<6, 3>>"),
        (
            "<<FoldFunctionOnSet(LAMBDA x, y : x + y, 0, <<1, 2, 3>>, {1, 3}), SumFunctionOnSet(<<1, 2>>, {})>>",
            "<<4, 0>>",
        ),
        (
            "MapThenFoldSet(LAMBDA x, y : x \\cup y, {}, LAMBDA x : {{x}}, LAMBDA s : CHOOSE x \\in s : TRUE, {1, 2})",
            "{{1}, {2}}",
        ),
        ("MapThenFoldSet(LAMBDA x, y : x + y, 0, LAMBDA x : x, LAMBDA s : 7, {1, 2})", "eval/undefined"),
        ("<<BagAdd(1 :> 1, 1) = (1 :> 2), BagAdd(1 :> 1, 2) = (1 :> 1 @@ 2 :> 1)>>", "<<TRUE, TRUE>>"),
        (
            "<<BagRemove(1 :> 2, 1) = (1 :> 1), BagRemove(1 :> 1, 1) = <<>>, BagRemove(1 :> 1, 2) = (1 :> 1)>>",
            "<<TRUE, TRUE, TRUE>>",
        ),
        ("BagRemoveAll(1 :> 3 @@ 2 :> 1, 1) = (2 :> 1)", "TRUE"),
        ("<<SumBag(1 :> 2 @@ 2 :> 1 @@ 3 :> 3), ProductBag(1 :> 2 @@ 2 :> 1 @@ 3 :> 3)>>", "<<13, 54>>"),
        ("FoldBag(LAMBDA x, y : <<x, y>>, 0, 1 :> 2 @@ 3 :> 1)", "<<<<<<0, 1>>, 1>>, 3>>"),
        ("FoldSet(LAMBDA x, y : <<x, y>>, 0, {1, 2})", "<<2, <<1, 0>>>>"),
        ("FoldFunction(LAMBDA x, y : <<x, y>>, 0, <<5, 6>>)", "<<6, <<5, 0>>>>"),
        ("FoldBag(LAMBDA x, y : x, 0, 1 :> 0)", "eval/operand"),
        (
            "MapThenFoldBag(LAMBDA x, y : x + y, 0, LAMBDA x : 1, LAMBDA S : CHOOSE x \\in S : TRUE, 1 :> 2 @@ 3 :> 3)",
            "5",
        ),
        (
            "MapThenFoldBag(LAMBDA x, y : x + y, 10, LAMBDA x : 1, LAMBDA S : CHOOSE x \\in S : TRUE, 1 :> 2 @@ 3 :> 1)",
            "33",
        ),
    ]);
}

/// The code that stands in place of definitions says what they say: a user's own copy of a module is evaluated by its text.
#[test]
fn code_in_place_of_a_definition_agrees_with_it() {
    struct Texts;
    impl Library for Texts {
        fn find(&self, name: &str) -> Option<Source> {
            let text = native::text(name)?;
            Some(Source { path: format!("{name}.tla"), text: text.to_owned() })
        }
    }
    let sequences = ["<<>>", "<<1>>", "<<2, 1, 2>>", "[i \\in 1..4 |-> i % 3]", "<<\"a\", \"b\">>", "{}", "3"];
    let sets = ["{}", "{2}", "{3, 1, 2}", "2..5", "{x \\in 1..9 : x % 2 = 0}", "{\"a\"}", "SUBSET {1}", "4"];
    let of_sequences = [
        "FoldSeq(LAMBDA a, b : {a} \\cup b, {}, S)",
        "FoldLeft(LAMBDA a, b : <<a, b>>, 0, S)",
        "FoldRight(LAMBDA a, b : <<a, b>>, S, 0)",
        "SelectInSeq(S, LAMBDA x : x = 2)",
        "SelectLastInSeq(S, LAMBDA x : x = 2)",
        "<<IsPrefix(S, <<2, 1, 2, 3>>), IsPrefix(<<>>, S), IsPrefix(<<2, 1>>, S)>>",
        "FoldFunction(LAMBDA a, b : {a} \\cup b, {}, S)",
        "FoldFunctionOnSet(LAMBDA a, b : {a} \\cup b, {}, S, DOMAIN S)",
    ];
    let of_sets = [
        "FoldSet(LAMBDA a, b : {a} \\cup b, {}, S)",
        "<<Max(S), Min(S)>>",
        "MapThenFoldSet(LAMBDA a, b : <<a, b>>, 0, LAMBDA x : <<x>>, LAMBDA s : CHOOSE x \\in s : TRUE, S)",
    ];
    let cases = of_sequences.iter().flat_map(|e| sequences.iter().map(move |s| (e, s)));
    for (expr, value) in cases.chain(of_sets.iter().flat_map(|e| sets.iter().map(move |s| (e, s)))) {
        let expr = format!("LET S == {value} IN {expr}");
        let by = |library| value_with(library, &Setup::default(), &expr);
        let (code, text) = (by(&NoLibrary), by(&Texts));
        assert!(code == text || code.starts_with("eval/") && text.starts_with("eval/"), "{expr}: {code}, {text}");
    }
}

#[test]
fn files_and_the_environment_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = camino::Utf8PathBuf::from_path_buf(folder.path().join("t.ndjson")).unwrap();
    let text = "{\"a\": [1, \"x\"], \"b c\": {}, \"t\": 17.9}\n\n{\"a\": true}\n";
    crate::base::disk::put(&path, text).unwrap();
    let setup = Setup { environment: Some([("JSON".to_owned(), path.to_string())].into()), ..Setup::default() };
    let value = |expr: &str| value_with(&NoLibrary, &setup, expr);
    assert_eq!(
        value("LET log == ndJsonDeserialize(IOEnv.JSON) IN <<Len(log), log[1].a, log[1].t, log[2].a>>"),
        "<<2, <<1, \"x\">>, 17, TRUE>>"
    );
    assert_eq!(value("DOMAIN ndJsonDeserialize(IOEnvGet(\"JSON\"))[1] = {\"a\", \"b c\", \"t\"}"), "TRUE");
    assert_eq!(
        value("<<\"JSON\" \\in DOMAIN IOEnv, \"MAX\" \\in DOMAIN IOEnv, atoi(\"-12\")>>"),
        "<<TRUE, FALSE, -12>>"
    );
    assert_eq!(value("atoi(\"x\")"), "eval/operand");
    assert_eq!(value("JsonDeserialize(IOEnv.JSON)"), "eval/unreadable");
    assert_eq!(value("ndJsonDeserialize(\"no such file\")"), "eval/unreadable");
    assert_eq!(value("IOExec(<<\"true\">>)"), "eval/unsupported");
    assert_eq!(
        value("ToJson([a |-> <<1, \"x\">>, b |-> {TRUE}, c |-> (2 :> 3)])"),
        r#""{\"a\":[1,\"x\"],\"b\":[true],\"c\":{\"2\":3}}""#
    );
}

#[test]
fn registers_and_what_a_search_tells() {
    all(&[
        ("TLCGetOrDefault(7, 3)", "3"),
        ("<<TLCSet(7, 4), TLCGetAndSet(7, LAMBDA a, b : a + b, 2, 0), TLCGet(7)>>", "<<TRUE, 4, 6>>"),
        ("AssertEq(1, 1)", "TRUE"),
        ("AssertEq(1, 2)", "FALSE"),
        // Without a search there is nothing to tell: a value would be a guess.
        ("TLCGet(\"level\")", "eval/unsupported"),
        ("TLCGet(\"config\").mode", "eval/unsupported"),
        ("TLCGet(\"action\")", "eval/unsupported"),
        ("IOEnv", "eval/unsupported"),
    ]);
}
