//! Go: `go build` for the whole module, `go vet` for the probed packages, whose tests it compiles, too.

use std::sync::LazyLock;

use camino::Utf8Path;
use regex::Regex;

use super::Compiler;
use super::Ran;
use super::Step;
use crate::base::diag::Failure;
use crate::base::process::Command;
use crate::base::span::Span;
use crate::instrument::blame::Complaint;

static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:vet: )?(?:\./)?([^:\s]+\.go):(\d+)(?::(\d+))?:\s*(.*)$").expect("it is a regular expression")
});

/// What go says where it may not fetch something; the name of that is the first group.
static LACKING: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        r"no required module provides package ([^;:\s]+)",
        r"missing go\.sum entry for module providing package ([^;:\s]+)",
        r"go: ([^\s:]+@[^\s:]+): .*(?:GOPROXY=off|module lookup disabled)",
        r"go\.mod requires (go >= [0-9.]+)",
    ]
    .map(|pattern| Regex::new(pattern).expect("it is a regular expression"))
});

pub(super) async fn run(compiler: &Compiler<'_>, step: Step, tree: &Utf8Path) -> Result<Ran, Failure> {
    let command = match step {
        // A program is not to be left in the tree.
        Step::Build => Command::new("go").args(["build", "-o", "/dev/null", "./..."]),
        Step::Vet => {
            let folders = compiler.folders().into_iter().map(|folder| format!("./{folder}"));
            Command::new("go").arg("vet").args(folders)
        }
    };
    let line = command.line();
    let mut command = command.env("GOWORK", "off");
    if compiler.offline {
        command = command.env("GOPROXY", "off").env("GOTOOLCHAIN", "local");
    }
    let finished = compiler.finish(command, tree).await?;
    let said = format!("{}\n{}", finished.stderr, finished.stdout);
    let outcome = super::judged(compiler, &finished, complaints(&said), missing(&said));
    Ok(Ran { line, outcome })
}

fn missing(said: &str) -> Vec<String> {
    super::named(LACKING.as_slice(), said)
}

/// Lines with a place; a line that begins with a tab goes on with the one before.
fn complaints(said: &str) -> Vec<Complaint> {
    let mut all: Vec<Complaint> = Vec::new();
    for line in said.lines() {
        if let Some(found) = PLACE.captures(line) {
            let column = found.get(3).and_then(|column| column.as_str().parse::<usize>().ok());
            all.push(Complaint {
                file: found[1].to_owned(),
                line: found[2].parse().unwrap_or_default(),
                columns: column.map(|column| Span::new(column.saturating_sub(1), column)),
                message: found[4].to_owned(),
            });
        } else if let (Some(last), Some(more)) = (all.last_mut(), line.strip_prefix('\t')) {
            last.message.push_str("; ");
            last.message.push_str(more.trim());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_of_go_have_their_place_and_their_second_line() {
        let said = "# x/y\n./a.go:3:7: cannot use x\n\thave int\nvet: sub/b.go:4:1: undefined: z\nc.go:9: odd\ntoo many errors\n";
        let found = complaints(said);
        assert_eq!(found.len(), 3);
        assert_eq!((found[0].file.as_str(), found[0].line, found[0].columns), ("a.go", 3, Some(Span::new(6, 7))));
        assert_eq!(found[0].message, "cannot use x; have int");
        assert_eq!((found[1].file.as_str(), found[1].message.as_str()), ("sub/b.go", "undefined: z"));
        assert_eq!(found[2].columns, None);
    }

    #[test]
    fn what_go_may_not_fetch_is_named() {
        let said = "a.go:3:8: no required module provides package example.org/m; to add it:\n\tgo get example.org/m\n\
                    go: example.org/n@v1.2.0: module lookup disabled by GOPROXY=off\n\
                    go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)\n";
        assert_eq!(missing(said), ["example.org/m", "example.org/n@v1.2.0", "go >= 1.99"]);
        assert!(missing("./a.go:1:1: undefined: x\n").is_empty());
    }
}
