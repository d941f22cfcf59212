//! Clean modules with one mistake each, of the kinds that language models make: how many come back to the same tree.

use std::path::Path;
use std::path::PathBuf;

use specgen::tla::check;
use specgen::tla::check::Source;
use specgen::tla::check::Verdict;
use specgen::tla::fix;
use specgen::tla::tree;

use crate::front::Beside;
use crate::front::recorded;
use crate::front::say;
use crate::map::read;

use Then::Guess;
use Then::Left;
use Then::Same;

/// More places of one file than this say nothing new.
const PLACES: usize = 2;

/// What is done to a module: a name for the mistake, and the texts it can come out as.
struct Mistake {
    name: &'static str,
    make: fn(&str) -> Vec<String>,
    then: Then,
}

/// What has to come of a mistake.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// What is repaired must be the same tree: nothing about it is a guess.
    Same,
    /// The mistake takes away what said which was meant; the table shows how often the guess is another one.
    Guess,
    /// What was meant is not certain, so that it must not become clean.
    Left,
}

/// The byte ranges of the tokens that are `words`, one after another.
fn places(text: &str, words: &[&str]) -> Vec<std::ops::Range<usize>> {
    let parsed = tree::parse(text);
    let tokens = parsed.tree.tokens().iter().filter(|token| token.end > token.start);
    let tokens: Vec<_> = tokens.map(|token| token.span().range()).collect();
    let fits = |window: &&[std::ops::Range<usize>]| {
        window.iter().zip(words).all(|(range, word)| text[range.clone()] == **word)
    };
    tokens.windows(words.len()).filter(fits).map(|window| window[0].start..window[words.len() - 1].end).collect()
}

/// Each place by itself.
fn each(text: &str, words: &[&str], new: &str) -> Vec<String> {
    let places = places(text, words).into_iter().take(PLACES);
    places.map(|place| format!("{}{new}{}", &text[..place.start], &text[place.end..])).collect()
}

/// All places at once.
fn all(text: &str, pairs: &[(&str, &str)]) -> Vec<String> {
    let mut edits: Vec<_> =
        pairs.iter().flat_map(|(old, new)| places(text, &[old]).into_iter().map(move |place| (place, *new))).collect();
    edits.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
    let mut result = text.to_owned();
    for (place, new) in &edits {
        // As wide as before, so that the lines keep their columns to each other.
        let width = place.len().max(new.chars().count());
        result.replace_range(place.clone(), &format!("{new:width$}"));
    }
    if edits.is_empty() { Vec::new() } else { vec![result] }
}

/// What a regular expression finds, each place by itself.
fn found(text: &str, pattern: &str, new: &str) -> Vec<String> {
    let pattern = regex::Regex::new(pattern).unwrap();
    let places = pattern.captures_iter(text).take(PLACES);
    let one = |found: regex::Captures<'_>| {
        let place = found.get(0).unwrap().range();
        let mut put = String::new();
        found.expand(new, &mut put);
        format!("{}{put}{}", &text[..place.start], &text[place.end..])
    };
    places.map(one).collect()
}

const MISTAKES: &[Mistake] = &[
    Mistake { name: "# as != and /\\ as &&", then: Same, make: |text| all(text, &[("#", "!="), ("/\\", "&&")]) },
    Mistake { name: "=> as ==>", then: Same, make: |text| each(text, &["=>"], "==>") },
    Mistake { name: "an update with ->", then: Same, make: |text| found(text, r"(!\[[^\]\n]*\]) = ", "$1 -> ") },
    Mistake { name: "an update with <-", then: Same, make: |text| found(text, r"(!\[[^\]\n]*\]) = ", "$1 <- ") },
    Mistake { name: "an update with !.[k]", then: Same, make: |text| found(text, r"EXCEPT !\[", "EXCEPT !.[") },
    Mistake { name: "[A]v", then: Same, make: |text| found(text, r"\]_([a-zA-Z]+)", "]$1") },
    Mistake { name: "OTHER as ELSE", then: Same, make: |text| each(text, &["OTHER"], "ELSE") },
    Mistake { name: "OTHER as DEFAULT", then: Same, make: |text| each(text, &["OTHER"], "DEFAULT") },
    Mistake {
        name: "a parameter with a type",
        then: Same,
        make: |text| found(text, r"(?m)^([A-Za-z]+)\(([a-z]+)\) ==", "$1($2: Nat) =="),
    },
    Mistake {
        name: "RECURSIVE with names",
        then: Same,
        make: |text| found(text, r"RECURSIVE ([A-Za-z]+)\(_\)", "RECURSIVE $1(n)"),
    },
    Mistake {
        name: "; in a tuple",
        then: Same,
        make: |text| found(text, r"<<([A-Za-z]+), ([A-Za-z]+)>>", "<<$1; $2>>"),
    },
    Mistake {
        name: "no comma between fields",
        then: Same,
        make: |text| found(text, r"\|-> ([A-Za-z0-9]+), ([a-z]+) \|->", "|-> $1 $2 |->"),
    },
    Mistake {
        name: "an update without brackets",
        then: Same,
        make: |text| found(text, r"(?m)' = \[([a-z]+ EXCEPT ![^\n]*)\]$", "' = $1"),
    },
    Mistake {
        name: "all operators in Unicode",
        then: Same,
        make: |text| {
            all(
                text,
                &[
                    ("/\\", "∧"),
                    ("\\/", "∨"),
                    ("\\in", "∈"),
                    ("~", "¬"),
                    ("#", "≠"),
                    ("\\A", "∀"),
                    ("\\E", "∃"),
                    ("\\cup", "∪"),
                    ("<=", "≤"),
                    (">=", "≥"),
                    ("|->", "↦"),
                    ("->", "→"),
                    ("=>", "⇒"),
                    ("[]", "□"),
                    ("<>", "◇"),
                    ("<<", "⟨"),
                    (">>", "⟩"),
                ],
            )
        },
    },
    Mistake { name: "∅", then: Same, make: |text| each(text, &["{", "}"], "∅") },
    Mistake { name: "smart quotes", then: Same, make: |text| found(text, "\"([a-zA-Z]+)\"", "“$1”") },
    Mistake { name: "single quotes", then: Same, make: |text| found(text, "= \"([a-zA-Z]+)\"", "= '$1'") },
    Mistake { name: "a blank that does not break", then: Same, make: |text| found(text, "' = ", "'\u{a0}= ") },
    Mistake { name: "/\\ as &&", then: Same, make: |text| all(text, &[("/\\", "&&")]) },
    Mistake { name: "\\/ as ||", then: Same, make: |text| all(text, &[("\\/", "||")]) },
    Mistake { name: "# as !=", then: Same, make: |text| each(text, &["#"], "!=") },
    Mistake { name: "~ as !", then: Same, make: |text| each(text, &["~"], "!") },
    Mistake { name: "\\in as in", then: Same, make: |text| each(text, &["\\in"], " in ") },
    Mistake { name: "\\notin as not in", then: Same, make: |text| each(text, &["\\notin"], "not in") },
    Mistake { name: "\\cup as \\union ... \\setminus", then: Same, make: |text| each(text, &["\\"], "\\setminus ") },
    Mistake { name: "TRUE as true", then: Same, make: |text| each(text, &["TRUE"], "true") },
    Mistake {
        name: "IF in lower case",
        then: Same,
        make: |text| all(text, &[("IF", "if"), ("THEN", "then"), ("ELSE", "else")]),
    },
    Mistake { name: "= as := in a primed equation", then: Same, make: |text| each(text, &["'", "="], "' :=") },
    Mistake { name: "= as == in a formula", then: Same, make: |text| found(text, r"(/\\ \w+) = ", "$1 == ") },
    Mistake { name: "== as = in a LET", then: Same, make: |text| found(text, r"(LET \w+) == ", "$1 = ") },
    Mistake { name: "|-> as = in a record", then: Same, make: |text| found(text, r"\[(\w+) \|-> ", "[$1 = ") },
    Mistake { name: "|-> as -> in a record", then: Same, make: |text| found(text, r"\[(\w+) \|-> ", "[$1 -> ") },
    Mistake { name: "EXCEPT without !", then: Same, make: |text| each(text, &["EXCEPT", "!", "["], "EXCEPT [") },
    Mistake { name: "EXCEPT with |->", then: Same, make: |text| found(text, r"(EXCEPT !\[\w+\]) = ", "$1 |-> ") },
    Mistake {
        name: "a quantifier without its colon",
        then: Same,
        make: |text| found(text, r"(\\[EA] \w+ \\in \w+) :", "$1"),
    },
    Mistake { name: "THEN is missing", then: Same, make: |text| each(text, &["THEN"], "") },
    Mistake { name: "IN is missing", then: Guess, make: |text| each(text, &["IN"], "") },
    Mistake {
        name: "a bracket is missing at the end of a line",
        then: Guess,
        make: |text| found(text, r"(?m)(\)|\]|\}|>>)$", ""),
    },
    Mistake { name: "a bracket too many", then: Same, make: |text| found(text, r"(?m)\)$", "))") },
    Mistake {
        name: "UNCHANGED without brackets",
        then: Same,
        make: |text| found(text, r"UNCHANGED <<(\w+), (\w+)>>", "UNCHANGED $1, $2"),
    },
    Mistake { name: "END IF", then: Same, make: |text| found(text, r"(?m)^( *)(ELSE .*)$", "$1$2\n$1 END IF") },
    Mistake { name: "a semicolon", then: Same, make: |text| found(text, r"(?m)(' = \w+)$", "$1;") },
    Mistake { name: "return", then: Same, make: |text| found(text, r"(?m)^(\w+\(\w+\) ==) ", "$1 return ") },
    Mistake { name: "a comment of C", then: Same, make: |text| found(text, r"(?m)^\\\* (\w+ \w+ .*)$", "// $1") },
    Mistake {
        name: "a comment of C of one word",
        then: Left,
        make: |text| found(text, r"(?m)^( +/\\ \w+' = \w+)$", "$1 // here"),
    },
    Mistake {
        name: "a comment of C that is a name",
        then: Left,
        make: |text| found(text, r"(?m)^( +/\\ (\w+)' = \w+)$", "$1 // $2"),
    },
    Mistake {
        name: "an item without its bullet",
        then: Same,
        make: |text| found(text, r"(?m)^( +/\\ .*\n +)/\\ (\w+ (?:=|\\in) \w+\n +/\\)", "$1$2"),
    },
    Mistake {
        name: "an operator of a formula is not defined",
        then: Left,
        make: |text| found(text, r"(?m)^(Next|TypeOK|Init) == .*\n(?:[ ].*\n)*", ""),
    },
    Mistake { name: "[][A]_v as []A_v", then: Same, make: |text| found(text, r"\[\]\[(\w+)\]_(\w+)", "[]${1}_$2") },
    Mistake { name: "quoted fields", then: Same, make: |text| found(text, r"\[(\w+) \|-> ", "[\"$1\" |-> ") },
    Mistake { name: "quoted fields of a set", then: Same, make: |text| found(text, r"\[(\w+) ?: ", "[\"$1\" : ") },
    Mistake {
        name: "marks of prose",
        then: Same,
        make: |text| found(text, r"(?m)^(Next|Init) ==", "**The step**\n\n$1 =="),
    },
    Mistake {
        name: "a line of prose",
        then: Same,
        make: |text| found(text, r"(?m)^(Next|Init) ==", "Here is the next part of it.\n$1 =="),
    },
    Mistake { name: "no end of the module", then: Same, make: |text| found(text, r"\n====+\s*$", "\n") },
    Mistake { name: "another name of the module", then: Same, make: |text| found(text, r"MODULE \w+", "MODULE Other") },
    Mistake { name: "EXTENDS is missing", then: Guess, make: |text| found(text, r"(?m)^EXTENDS .*\n", "") },
    Mistake {
        name: "a constant is not declared",
        then: Guess,
        make: |text| found(text, r"(?m)^(CONSTANTS? .*), \w+$", "$1"),
    },
    Mistake { name: "RECURSIVE is missing", then: Guess, make: |text| found(text, r"(?m)^RECURSIVE .*\n", "") },
    Mistake { name: "a definition twice", then: Same, make: |text| found(text, r"(?m)^(Init == .*\n)", "$1$1") },
    Mistake {
        name: "used before it is defined",
        then: Guess,
        make: |text| found(text, r"(?m)^(\w+ == .*\n)(\w+ == .*\n)", "$2$1"),
    },
    Mistake { name: "a bullet a column to the right", then: Guess, make: |text| found(text, r"(?m)^(  +/\\ )", " $1") },
    Mistake { name: "a bullet a column to the left", then: Guess, make: |text| found(text, r"(?m)^ ( +/\\ )", "$1") },
    Mistake {
        name: "a line left of its bullet",
        then: Guess,
        make: |text| found(text, r"(?m)^ +(ELSE|THEN|IN) ", " $1 "),
    },
    Mistake {
        name: "words of declarations in lower case",
        then: Same,
        make: |text| {
            found(text, r"(?m)^EXTENDS ", "extends ")
                .into_iter()
                .chain(found(text, r"(?m)^VARIABLE", "Variable"))
                .collect()
        },
    },
    Mistake { name: "LET and IN in lower case", then: Same, make: |text| all(text, &[("LET", "let"), ("IN", "in")]) },
    Mistake { name: "\\E as EXISTS", then: Same, make: |text| each(text, &["\\E"], "EXISTS") },
    Mistake {
        name: "/\\ as \\land",
        then: Same,
        make: |text| found(text, r"(?m)^( +)/\\ (\w+' = \w+)$", "$1\\land $2"),
    },
    Mistake { name: "THEN as a colon", then: Same, make: |text| found(text, r" THEN", ":") },
    Mistake {
        name: "a comma at the end of an item",
        then: Same,
        make: |text| found(text, r"(?m)^( +/\\ \w+' = \w+)$", "$1,"),
    },
    Mistake {
        name: "a comma at the end of the variables",
        then: Same,
        make: |text| found(text, r"(?m)^(VARIABLES? [\w, ]+)$", "$1,"),
    },
    Mistake { name: "<<a, b>> as <<a, b>", then: Same, make: |text| found(text, r"<<(\w+), (\w+)>>", "<<$1, $2>") },
    Mistake { name: "<<a, b>> as [a, b]", then: Same, make: |text| found(text, r"<<(\w+), (\w+)>>", "[$1, $2]") },
    Mistake { name: "<<>> as []", then: Same, make: |text| each(text, &["<<", ">>"], "[]") },
    Mistake { name: "CASE with =>", then: Same, make: |text| found(text, r"(CASE [^\n>]*) -> ", "$1 => ") },
    Mistake { name: "an arm without []", then: Same, make: |text| found(text, r"(?m)^( +)\[\] (.* -> )", "$1   $2") },
    Mistake {
        name: "a dot for the colon of a quantifier",
        then: Same,
        make: |text| found(text, r"(\\[EA] \w+ \\in \w+) ?: ", "$1 . "),
    },
    Mistake { name: "def", then: Same, make: |text| found(text, r"(?m)^(\w+\(\w+\) ==)", "def $1") },
    Mistake { name: "INVARIANT", then: Same, make: |text| found(text, r"(?m)^(TypeOK|Inv\w*) ==", "INVARIANT $1 ==") },
    Mistake {
        name: "a title",
        then: Same,
        make: |text| found(text, r"(?m)^(Next|Init) ==", "## The $1 action\n\n$1 =="),
    },
    Mistake {
        name: "a list in prose",
        then: Same,
        make: |text| found(text, r"(?m)^(Next|Init) ==", "- what comes next\n- and so on and on\n\n$1 =="),
    },
    Mistake { name: "ELSE is missing", then: Left, make: |text| found(text, r"(?m) ELSE \w+$", "") },
    Mistake {
        name: "a variable with a type",
        then: Left,
        make: |text| found(text, r"(?m)^(VARIABLES? \w+)$", "$1 \\in Nat"),
    },
];

/// A tree as a text that two texts share only if they are the same module.
fn shape(text: &str) -> String {
    fix::shape(tree::parse(text).tree.root(), &[])
}

/// Clean modules: what the repair cards end with, and those of the shared data.
fn modules() -> Vec<(PathBuf, String)> {
    let mut all = Vec::new();
    let mut cards: Vec<_> = std::fs::read_dir("lib/knowledge").unwrap().map(|entry| entry.unwrap().path()).collect();
    cards.sort();
    for card in cards.iter().filter(|path| path.extension().is_some_and(|end| end == "yaml")) {
        let text = read(card.to_str().unwrap());
        let Some((_, after)) = text.split_once("\nafter: |\n") else { continue };
        let after: String = after
            .lines()
            .map_while(|line| {
                (line.is_empty() || line.starts_with("  ")).then(|| format!("{}\n", line.get(2..).unwrap_or("")))
            })
            .collect();
        let name = after.split_whitespace().nth(2).unwrap_or_default().to_owned();
        all.push((card.with_file_name(format!("{name}.tla")), after));
    }
    let mut systems = Vec::new();
    for (path, _) in recorded().unwrap_or_default().into_iter().filter(|(_, verdict)| *verdict == Verdict::Clean) {
        // Those of one system and one model are much alike.
        let system = path.ancestors().nth(2).map(Path::to_owned);
        if systems.contains(&system) {
            continue;
        }
        systems.push(system);
        all.push((path.clone(), read(path.to_str().unwrap())));
    }
    for entry in ["tests/front", "tests/validate"].into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "tla") {
            all.push((path.clone(), read(path.to_str().unwrap())));
        }
    }
    all.retain(|(path, text)| verdict(path, text) == Verdict::Clean);
    all
}

fn verdict(path: &Path, text: &str) -> Verdict {
    let source = Source { path: path.display().to_string(), text: text.to_owned() };
    check::check(&source, &Beside(path.parent().unwrap().to_owned())).verdict()
}

#[test]
fn most_mistakes_made_in_clean_modules_are_undone_to_the_same_tree() {
    let modules = modules();
    let shapes: Vec<String> = modules.iter().map(|(_, text)| shape(text)).collect();
    let (mut tried, mut same, mut kept) = (0, 0, 0);
    let mut wrong = Vec::new();
    say("mistake, texts, repaired to the same tree, clean with another tree, left");
    for mistake in MISTAKES {
        let mut row = [0usize; 4];
        for ((path, text), meant) in modules.iter().zip(&shapes) {
            for broken in (mistake.make)(text).into_iter().filter(|broken| broken != text) {
                let unicode = mistake.name.contains("Unicode");
                if !unicode && verdict(path, &broken) == Verdict::Clean {
                    continue;
                }
                let source = Source { path: path.display().to_string(), text: broken.clone() };
                let fixed = fix::fix(&source, &Beside(path.parent().unwrap().to_owned()));
                let equal = shape(&fixed.text) == *meant
                    && (!unicode || tree::parse(&fixed.text).tree.foreign().next().is_none());
                let clean = fixed.verdict == Verdict::Clean;
                row[0] += 1;
                row[1 + if clean && equal {
                    0
                } else if clean {
                    1
                } else {
                    2
                }] += 1;
                if clean && !equal {
                    let what = format!("{}: {}\n{}", path.display(), mistake.name, changes(&fixed));
                    if mistake.then == Guess { say(&what) } else { wrong.push(what) }
                }
            }
        }
        let [texts, equal, other, left] = row;
        say(&format!("{:44} {texts:4} {equal:4} {other:4} {left:4}", mistake.name));
        assert!(texts > 0, "{} is made nowhere", mistake.name);
        if mistake.then == Left {
            assert_eq!(left, texts, "{}: what was meant is not certain", mistake.name);
            kept += texts;
        } else {
            tried += texts;
            same += equal;
        }
    }
    say(&format!("{same} of {tried} texts, from {} modules; {kept} others are left on purpose", modules.len()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
    assert!(same * 100 >= tried * 85, "{same} of {tried}");
}

fn changes(fixed: &fix::Fixed) -> String {
    let one = |fix: &fix::Fix| format!("   {}: {} -> {}", fix.fixer, fix.before, fix.after);
    fixed.fixes.iter().map(one).collect::<Vec<_>>().join("\n")
}
