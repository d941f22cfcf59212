//! The programs that the machine has to have: one list, which `scripts/prerequisites` reads, too.

use crate::base::diag::Diagnostic;

/// The list that ships with the program.
const LIST: &str = include_str!("../../config/prerequisites.txt");

/// One line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prerequisite {
    /// What it is called.
    pub name: &'static str,
    /// The command that prints its version.
    pub command: &'static str,
    /// The oldest version that will do, where that matters.
    pub oldest: Option<&'static str>,
    /// Who cannot do without it.
    pub needed: Needed,
    /// What installs it on Debian and its kin.
    pub debian: &'static str,
    /// What installs it with Homebrew.
    pub brew: &'static str,
    /// Where there is a newer one.
    pub newer: Option<&'static str>,
    /// What it is for.
    pub why: &'static str,
}

/// Who cannot do without a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// Nothing works without it.
    Always,
    /// `make demo` and `make test`.
    Make,
    /// There is a substitute for it, or not every target needs it.
    Sometimes,
}

/// All of them, in the order of the list.
pub fn all() -> Vec<Prerequisite> {
    read(LIST).expect("config/prerequisites.txt is checked by a test")
}

/// The one with this name.
pub fn named(name: &str) -> Option<Prerequisite> {
    all().into_iter().find(|p| p.name == name)
}

fn read(list: &'static str) -> Result<Vec<Prerequisite>, Diagnostic> {
    let lines = list.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|(position, line)| {
            one(line).ok_or_else(|| {
                Diagnostic::error("toolchain/config", format!("config/prerequisites.txt:{}: `{line}`", position + 1))
            })
        })
        .collect()
}

fn one(line: &'static str) -> Option<Prerequisite> {
    let columns: Vec<&str> = line.split('|').collect();
    let [name, command, oldest, needed, debian, brew, newer, why] = columns[..] else { return None };
    let needed = match needed {
        "always" => Needed::Always,
        "make" => Needed::Make,
        "sometimes" => Needed::Sometimes,
        _ => return None,
    };
    let given = |text: &'static str| (text != "-").then_some(text);
    Some(Prerequisite { name, command, oldest: given(oldest), needed, debian, brew, newer: given(newer), why })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_names_each_program_once() {
        let all = all();
        let mut names: Vec<&str> = all.iter().map(|p| p.name).collect();
        assert!(names.contains(&"cc"));
        let java = named("java").unwrap();
        assert!(
            crate::toolchain::java::INSTALL.contains(java.debian)
                && crate::toolchain::java::INSTALL.contains(java.brew)
        );
        assert!(all.iter().all(|p| !p.why.is_empty() && !p.command.is_empty() && p.debian.contains("install")));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all.len());
    }

    #[test]
    fn a_line_with_a_column_too_few_is_told() {
        assert!(read("git|git --version|2.20|always|x|y|why").is_err());
        assert!(read("git|git --version|2.20|never|x|y|-|why").is_err());
        assert_eq!(read("# nothing\n\n").unwrap(), []);
    }
}
