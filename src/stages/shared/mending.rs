//! What is mended without a model, and the record of it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use camino::Utf8Path;
use serde::Serialize;

use crate::base::diag::Failure;
use crate::base::ui::Ui;
use crate::tla::check;
use crate::tla::check::NoLibrary;
use crate::tla::check::Source;
use crate::tla::check::Verdict;
use crate::tla::fix;
use crate::tla::fix::Fix;
use crate::tla::fix::Fixed;
use crate::tla::tree;
use crate::tla::tree::Kind;
use crate::tla::tree::TokenKind;

/// Format number of `fixes.json`.
const FORMAT: u32 = 1;

/// fixes.json: what the fixers did, in order.
#[derive(Serialize)]
struct Fixes<'a> {
    format: u32,
    fixes: &'a [Fix],
}

/// `text` after the fixers, with what they did. The person is told where their limits ended the repair.
///
/// Nothing is declared but those of `constants` that the text lacks: they are what the settings give a value. Any other
/// name that nobody declared is as likely a slip, and what it stands for is not for a program to say.
pub fn mend(ui: &Ui, file: &str, text: &str, constants: &BTreeMap<String, String>) -> Fixed {
    let source = Source { path: file.to_owned(), text: text.to_owned() };
    let allow = |before: &str, after: &str| {
        let known = declared(before);
        declared(after).iter().all(|name| known.contains(name) || constants.contains_key(name))
    };
    let fixed = fix::fix_if(&source, &NoLibrary, &allow);
    fixed.unfinished(file).iter().for_each(|warning| ui.diagnostic(warning));
    fixed
}

/// Writes `fixes.json` into the folder of an attempt.
pub fn record(place: &Utf8Path, fixes: &[Fix]) -> Result<(), Failure> {
    crate::stages::write_json(&place.join("fixes.json"), &Fixes { format: FORMAT, fixes })
}

/// Whether our checker has nothing against a text.
pub fn is_clean(file: &str, text: &str) -> bool {
    let source = Source { path: file.to_owned(), text: text.to_owned() };
    check::check(&source, &NoLibrary).verdict() == Verdict::Clean
}

/// The constants and variables that a text declares.
fn declared(text: &str) -> BTreeSet<String> {
    let parsed = tree::parse(text);
    let units = parsed.tree.root().child(0).into_iter().flat_map(|module| module.children().collect::<Vec<_>>());
    let lists = units.filter(|unit| unit.is(Kind::Constants) || unit.is(Kind::Variables));
    let names = lists.flat_map(|unit| unit.all_tokens()).filter(|token| token.kind == TokenKind::Name);
    names.map(|token| text[token.span().range()].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(body: &str) -> Fixed {
        let text = format!("---- MODULE M ----\nEXTENDS Naturals\nVARIABLE x\n{body}\n====\n");
        mend(&Ui::new(true), "M.tla", &text, &BTreeMap::from([("Limit".to_owned(), "3".to_owned())]))
    }

    #[test]
    fn each_fix_is_recorded_with_its_code_and_reason() {
        let fixed = mended("F == x != 1");
        assert!(fixed.text.contains("\nF == x # 1\n") && is_clean("M.tla", &fixed.text), "{}", fixed.text);
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        record(folder, &fixed.fixes).unwrap();
        let record = crate::base::disk::read_text(&folder.join("fixes.json")).unwrap();
        let record: serde_json::Value = serde_json::from_str(&record).unwrap();
        assert_eq!((record["format"].as_u64(), record["fixes"].as_array().unwrap().len()), (Some(1), 1));
        let fix = &record["fixes"][0];
        assert_eq!((fix["before"].as_str(), fix["after"].as_str()), (Some("F == x != 1"), Some("F == x # 1")));
        assert!(fix["code"].as_str().unwrap().starts_with("tla/") && !fix["why"].as_str().unwrap().is_empty());
    }

    #[test]
    fn only_constants_that_the_settings_give_a_value_are_declared() {
        let fixed = mended("F == x < Limit");
        assert!(fixed.text.contains("CONSTANTS Limit") && fixed.fixes.len() == 1, "{}", fixed.text);
        for slip in ["F == x < limt", "F == y' = 1", "F == x < limt /\\ x < limt"] {
            let fixed = mended(slip);
            assert!(fixed.fixes.is_empty() && !is_clean("M.tla", &fixed.text), "{}", fixed.text);
        }
    }
}
