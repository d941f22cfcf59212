//! The command line.

pub const USAGE: &str = "usage: spinlock-harness --out FILE [--seed N] [--nodes 2..9] [--events N] [--threads simulated|real] [--header KEY=VALUE]...";

/// Where the logical threads run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    /// In one thread of the operating system, in the order of a seeded scheduler: the same seed, the same bytes.
    Simulated,
    /// Each in its own; the order is the machine's.
    Real,
}

pub struct Args {
    pub seed: u64,
    pub nodes: usize,
    pub events: u64,
    pub out: String,
    pub threads: Threads,
    pub header: Vec<(String, String)>,
}

impl Args {
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Args, String> {
        let mut args = Args {
            seed: 1,
            nodes: 3,
            events: 200,
            out: String::new(),
            threads: Threads::Simulated,
            header: Vec::new(),
        };
        while let Some(flag) = words.next() {
            let value = words.next().ok_or(format!("{flag} needs a value"))?;
            let number = || value.parse::<u64>().map_err(|_| format!("{flag} needs a number, not {value:?}"));
            match flag.as_str() {
                "--seed" => args.seed = number()?,
                "--nodes" => args.nodes = usize::try_from(number()?).unwrap_or(usize::MAX),
                "--events" => args.events = number()?,
                "--out" => args.out = value,
                "--threads" if value == "real" => args.threads = Threads::Real,
                "--threads" if value == "simulated" => args.threads = Threads::Simulated,
                "--header" => {
                    let (key, value) =
                        value.split_once('=').ok_or(format!("{value:?} is not of the form key=value"))?;
                    args.header.push((key.to_string(), value.to_string()));
                }
                _ => return Err(format!("unknown argument {flag} {value}")),
            }
        }
        if args.out.is_empty() || !(2..=9).contains(&args.nodes) {
            return Err("--out FILE is needed, --nodes is 2 to 9".to_string());
        }
        Ok(args)
    }
}
