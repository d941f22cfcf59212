//! What goes wrong in configs, traces and mappings: each is read or refused by name. The fuzz targets try the same on more.

use camino::Utf8PathBuf;
use specgen::base::disk;
use specgen::eval::Config;
use specgen::eval::on_large_stack;

use crate::differential::number;
use crate::front::Numbers;
use crate::project::here;
use crate::properties::config;
use crate::properties::mangle::CONFIG_WORDS;
use crate::properties::mangle::TRACE_WORDS;
use crate::properties::mangle::mangle;
use crate::properties::traces;

fn files(folder: &str) -> Vec<Utf8PathBuf> {
    let folder = Utf8PathBuf::from_path_buf(here(folder)).unwrap();
    disk::files_under(&folder).unwrap().into_iter().map(|file| folder.join(file)).collect()
}

/// Each seed as it is, then so many times with one to eight mistakes.
fn each(seeds: &[String], words: &[&str], hold: impl Fn(&str)) {
    let mut numbers = Numbers(number("SEED", 11) as u64);
    let mut choose = |limit: usize| numbers.below(limit);
    for seed in seeds {
        hold(seed);
        for _ in 0..number("MANGLED", 60) {
            let mistakes = 1 + choose(8);
            hold(&(0..mistakes).fold(seed.clone(), |text, _| mangle(&text, words, &mut choose)));
        }
    }
}

#[test]
fn a_mangled_config_is_bound_or_refused_by_name() {
    let configs: Vec<String> = ["tests/models", "tests/data/tlc"]
        .iter()
        .flat_map(|folder| files(folder))
        .filter(|file| file.extension() == Some("cfg"))
        .map(|file| disk::read_text(&file).unwrap())
        .chain([EVERY_SECTION.to_owned()])
        .collect();
    assert!(configs.len() > 100, "too few configs");
    each(&configs, &CONFIG_WORDS, config::config_holds);
    // Only what is bound says that a name is checked.
    each(&vec![EVERY_SECTION.to_owned(); 20], &CONFIG_WORDS, config::config_holds);
}

/// What the module of the property has, a word of each kind.
const EVERY_SECTION: &str = "\\* by hand\nCONSTANTS N = 3 S = {s1, s2} m = m\n  Op <- Param (* of one *)\nSPECIFICATION Spec\n\
    INVARIANTS Typed Small\nPROPERTY Always Steps Leads\nCONSTRAINT Small\nACTION_CONSTRAINT Forward\nVIEW View\nALIAS Alias\n\
    POSTCONDITION After\nCHECK_DEADLOCK FALSE\n";

#[test]
#[should_panic(expected = "`Small` is not checked")]
fn a_name_of_a_config_that_is_passed_over_is_noticed() {
    let less = EVERY_SECTION.replace("INVARIANTS Typed Small", "INVARIANTS Typed");
    let read = Config::parse(&less, "M.cfg").unwrap();
    on_large_stack(|| config::bound(config::EVERY, &read, EVERY_SECTION));
}

#[test]
fn a_mangled_trace_is_read_or_refused_by_name() {
    let data: Vec<String> = files("tests/data/trace").iter().map(|file| disk::read_text(file).unwrap()).collect();
    assert!(data.len() > 6, "too few traces");
    let mappings = ["tests/data/cli/trace/trace.yaml", "examples/etcd/trace/trace.yaml"]
        .map(|file| disk::read_text(&Utf8PathBuf::from_path_buf(here(file)).unwrap()).unwrap());
    let with = mappings.iter().flat_map(|mapping| data.iter().map(move |trace| [mapping, trace].map(String::as_str)));
    let with: Vec<String> = with.map(|both| both.join(traces::BETWEEN)).collect();
    let (_kept, folder) = traces::folder();
    each(&data, &TRACE_WORDS, |text| traces::trace_holds(&folder, text));
    each(&with, &TRACE_WORDS, |text| traces::trace_holds(&folder, text));
}
