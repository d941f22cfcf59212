//! The command line.

use std::collections::BTreeMap;

/// What `--faults` chooses from. Without `restart` a node that crashed stays down; `partition` includes that it heals.
const KINDS: [&str; 7] = ["drop", "delay", "duplicate", "reorder", "partition", "crash", "restart"];

pub const USAGE: &str = "usage: harness --out FILE [OPTION]...
  --out FILE           file to write the trace to
  --seed N             seed of all that is left to chance (1)
  --nodes N            number of nodes, 2 to 9 (3)
  --events N           stop after this many events, or a few more (500)
  --faults NAMES       none, or some of drop,delay,duplicate,reorder,partition,crash,restart (all)
  --header KEY=VALUE   more of the trace's header";

pub struct Args {
    pub seed: u64,
    pub nodes: usize,
    pub events: u64,
    pub out: String,
    pub faults: Vec<&'static str>,
    pub header: BTreeMap<String, String>,
}

impl Args {
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Args, String> {
        let mut args = Args {
            seed: 1,
            nodes: 3,
            events: 500,
            out: String::new(),
            faults: KINDS.to_vec(),
            header: BTreeMap::new(),
        };
        while let Some(flag) = words.next() {
            let value = words.next().ok_or(format!("{flag} needs a value"))?;
            let number = || value.parse().map_err(|_| format!("{flag} needs a number, not {value:?}"));
            match flag.as_str() {
                "--seed" => args.seed = number()?,
                "--nodes" => args.nodes = usize::try_from(number()?).unwrap_or(usize::MAX),
                "--events" => args.events = number()?,
                "--out" => args.out = value,
                "--faults" => args.faults = faults(&value)?,
                "--header" => args.header.extend([pair(&value)?]),
                _ => return Err(format!("unknown argument {flag}")),
            }
        }
        if args.out.is_empty() || !(2..=9).contains(&args.nodes) || args.events == 0 {
            return Err("--out FILE is needed, --nodes is 2 to 9, --events at least 1".to_owned());
        }
        Ok(args)
    }
}

fn faults(text: &str) -> Result<Vec<&'static str>, String> {
    if text == "none" {
        return Ok(Vec::new());
    }
    let known = |name| KINDS.into_iter().find(|kind| *kind == name);
    text.split(',').map(|name| known(name).ok_or(format!("there is no fault {name:?}"))).collect()
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        None | Some(("", _)) => Err(format!("{text:?} is not of the form KEY=VALUE")),
        Some((key @ ("specgen_trace" | "system" | "nodes" | "seed"), _)) => {
            Err(format!("the harness itself says {key}"))
        }
        Some((key, value)) => Ok((key.to_owned(), value.to_owned())),
    }
}
