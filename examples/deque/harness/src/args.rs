//! The command line.

use std::collections::BTreeMap;

pub const USAGE: &str = "usage: harness --out FILE [OPTION]...
  --out FILE           file to write the trace to
  --seed N             seed of what each thread does; odd ones have a FIFO worker, even ones a LIFO worker (1)
  --nodes N            number of threads, 2 to 9: the owner t1, and stealers (3)
  --events N           stop after this many events, then take what is left (300)
  --header KEY=VALUE   more of the trace's header";

pub struct Args {
    pub seed: u64,
    pub nodes: usize,
    pub events: u64,
    pub out: String,
    pub header: BTreeMap<String, String>,
}

impl Args {
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Args, String> {
        let mut args = Args { seed: 1, nodes: 3, events: 300, out: String::new(), header: BTreeMap::new() };
        while let Some(flag) = words.next() {
            let value = words.next().ok_or(format!("{flag} needs a value"))?;
            let number = || value.parse().map_err(|_| format!("{flag} needs a number, not {value:?}"));
            match flag.as_str() {
                "--seed" => args.seed = number()?,
                "--nodes" => args.nodes = usize::try_from(number()?).unwrap_or(usize::MAX),
                "--events" => args.events = number()?,
                "--out" => args.out = value,
                "--header" => args.header.extend([pair(&value)?]),
                _ => return Err(format!("unknown argument {flag}")),
            }
        }
        // A value says who pushed it: thread times 10,000, and a number; no thread pushes that often.
        if args.out.is_empty() || !(2..=9).contains(&args.nodes) || !(1..=5000).contains(&args.events) {
            return Err("--out FILE is needed, --nodes is 2 to 9, --events 1 to 5000".to_owned());
        }
        Ok(args)
    }
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
