//! The numbers of TLC's messages, and what each is read as.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One line a number: number, name, role.
const LIST: &str = include_str!("tlc_codes.txt");

/// What a message is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Version,
    Checking,
    Simulating,
    Initial,
    Progress,
    Success,
    Statistics,
    Depth,
    Finished,
    Behaviour,
    State,
    Stuttering,
    Back,
    Stack,
    CoverageStarts,
    Coverage,
    Checkpoint,
    Recovered,
    /// It decides nothing.
    Info,
    /// What its severity says: an error, a defect of TLC, or a warning.
    Fault,
}

impl Role {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "version" => Self::Version,
            "checking" => Self::Checking,
            "simulating" => Self::Simulating,
            "initial" => Self::Initial,
            "progress" => Self::Progress,
            "success" => Self::Success,
            "statistics" => Self::Statistics,
            "depth" => Self::Depth,
            "finished" => Self::Finished,
            "behaviour" => Self::Behaviour,
            "state" => Self::State,
            "stuttering" => Self::Stuttering,
            "back" => Self::Back,
            "stack" => Self::Stack,
            "coverage-starts" => Self::CoverageStarts,
            "coverage" => Self::Coverage,
            "checkpoint" => Self::Checkpoint,
            "recovered" => Self::Recovered,
            "info" => Self::Info,
            "fault" => Self::Fault,
            _ => return None,
        })
    }
}

/// A number with its name in TLC's source and its role; `None` for a comment.
fn row(line: &str) -> Option<(u32, &str, Role)> {
    let mut words = line.split_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?, Role::named(words.next()?)?))
}

static ROLES: LazyLock<BTreeMap<u32, Role>> =
    LazyLock::new(|| LIST.lines().filter_map(row).map(|(code, _, role)| (code, role)).collect());

/// What a message with this number is read as; `None` where nobody here knows it.
pub(super) fn role(code: u32) -> Option<Role> {
    ROLES.get(&code).copied()
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;
    use regex::Regex;

    use super::*;
    use crate::base::disk;
    use crate::base::process::Command;
    use crate::base::process::find_program;

    #[test]
    fn every_line_of_the_list_is_a_comment_or_a_number_with_a_name_and_a_role() {
        let bad: Vec<&str> = LIST.lines().filter(|line| !line.starts_with('#') && row(line).is_none()).collect();
        assert_eq!(bad, [] as [&str; 0]);
        assert_eq!(ROLES.len(), LIST.lines().filter(|line| !line.starts_with('#')).count(), "a number twice");
        assert_eq!((role(2262), role(2184), role(9999)), (Some(Role::Version), Some(Role::Fault), None));
    }

    #[tokio::test]
    #[expect(clippy::print_stderr, reason = "a test that did not run must say so")]
    async fn the_list_has_every_number_of_the_jar_and_no_other() {
        let jar = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("lib/tla2tools.jar");
        let Ok(javap) = find_program("javap", "") else {
            eprintln!("skipped: no javap, which comes with a JDK");
            return;
        };
        if !disk::exists(&jar) {
            eprintln!("skipped: no lib/tla2tools.jar");
            return;
        }
        let arguments = ["-constants", "-cp", jar.as_str(), "tlc2.output.EC"];
        let told = Command::new(javap.as_str()).args(arguments).run().await.unwrap().stdout;
        let constant = Regex::new(r"static final int (\w+) = (\d+);").unwrap();
        let all = constant.captures_iter(&told).map(|found| (found[2].parse().unwrap(), found[1].to_owned()));
        let mut of_jar: Vec<(u32, String)> = all.filter(|(code, _)| *code > 0).collect();
        of_jar.sort();
        let listed: Vec<(u32, String)> =
            LIST.lines().filter_map(row).map(|(c, name, _)| (c, name.to_owned())).collect();
        assert!(of_jar.len() > 200, "{told}");
        assert_eq!(listed, of_jar);
    }
}
