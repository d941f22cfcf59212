//! Tests whose cases stand in text files, as far as the tests of the crate `raft` ask for it: a command with arguments, its
//! input, a line `----`, and what it has to answer, up to an empty line.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use anyhow::bail;
use anyhow::Context;
use anyhow::Result;

/// An argument of a command: `key`, `key=value` or `key=(value, value)`.
#[derive(Debug)]
pub struct CmdArg {
    pub key: String,
    pub vals: Vec<String>,
}

/// One case.
#[derive(Debug, Default)]
pub struct TestData {
    /// Its file and line.
    pub pos: String,
    pub cmd: String,
    pub cmd_args: Vec<CmdArg>,
    pub input: String,
    pub expected: String,
}

/// Calls `f` for each file in a folder, by name.
pub fn walk(folder: &str, mut f: impl FnMut(&Path) -> Result<()>) -> Result<()> {
    let files = files(Path::new(folder))?;
    files.iter().try_for_each(|file| f(file))
}

/// Runs the cases of a file, or of all files in a folder; an answer that is not the expected one is an error.
pub fn run_test(path: &str, mut f: impl FnMut(&TestData) -> String, rewrite: bool, _: &slog::Logger) -> Result<()> {
    if rewrite {
        bail!("nothing is rewritten");
    }
    for file in files(Path::new(path))? {
        let cases = cases(&file)?;
        if cases.is_empty() {
            bail!("{}: no case", file.display());
        }
        for case in &cases {
            let answer = f(case);
            if answer.trim_end() != case.expected.trim_end() {
                bail!("{}: {}: expected:\n{}\nfound:\n{answer}", case.pos, case.cmd, case.expected);
            }
        }
        println!("{}: {} cases", file.display(), cases.len());
    }
    Ok(())
}

fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).with_context(|| path.display().to_string())?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    files.sort();
    if files.is_empty() {
        bail!("{}: no file", path.display());
    }
    Ok(files)
}

fn cases(file: &Path) -> Result<Vec<TestData>> {
    let text = fs::read_to_string(file)?;
    let mut lines = text.lines().enumerate();
    let mut cases = Vec::new();
    while let Some((number, line)) = lines.next() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let mut case = TestData { pos: format!("{}:{}", file.display(), number + 1), ..TestData::default() };
        (case.cmd, case.cmd_args) = command(line).with_context(|| case.pos.clone())?;
        loop {
            match lines.next() {
                Some((_, "----")) => break,
                Some((_, line)) => case.input += &format!("{line}\n"),
                None => bail!("{}: no ----", case.pos),
            }
        }
        let expected = lines.by_ref().map(|(_, line)| line).take_while(|line| !line.trim().is_empty());
        case.expected = expected.map(|line| format!("{line}\n")).collect();
        cases.push(case);
    }
    Ok(cases)
}

fn command(line: &str) -> Result<(String, Vec<CmdArg>)> {
    let (cmd, mut rest) = line.split_once(' ').unwrap_or((line, ""));
    let mut args = Vec::new();
    rest = rest.trim_start();
    while !rest.is_empty() {
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let key = rest[..end].to_owned();
        rest = &rest[end..];
        let mut vals = Vec::new();
        if let Some(value) = rest.strip_prefix("=(") {
            let (inner, after) = value.split_once(')').context("no )")?;
            vals = inner.split(',').map(|value| value.trim().to_owned()).collect();
            rest = after;
        } else if let Some(value) = rest.strip_prefix('=') {
            let end = value.find(' ').unwrap_or(value.len());
            vals.push(value[..end].to_owned());
            rest = &value[end..];
        }
        args.push(CmdArg { key, vals });
        rest = rest.trim_start();
    }
    Ok((cmd.to_owned(), args))
}
