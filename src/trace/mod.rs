//! Traces: what an instrumented system did, one JSON object a line, and how its events map to a specification.
//!
//! | file      | what                                                               |
//! |-----------|--------------------------------------------------------------------|
//! | `model`   | a trace in memory, and back to NDJSON                              |
//! | `read`    | the streaming reader; every mistake is a diagnostic with its line  |
//! | `formats` | traces in the formats of others, and which format a file is in     |
//! | `merge`   | the logs of several processes as one trace                         |
//! | `lines`   | lines of a file, of bounded length                                 |
//! | `fields`  | one JSON object into one header or event                           |
//! | `probes`  | which probe may have written an event                              |
//! | `select`  | which events of a trace                                            |
//! | `stat`    | what happened in a trace                                           |
//! | `mapping` | which action stands behind an event, which expression behind a field |
//! | `obligations` | what events open and other events close                       |
//! | `literal` | JSON values as TLA+ text                                           |
//! | `bind`    | JSON values as values of the evaluator                             |
//! | `types`   | which value is of another type than it should be                   |
//! | `mutate`  | traces with one deliberate mistake, to test a judge of traces      |
//!
//! The format is described in `docs/trace-format.md`.

pub mod bind;
mod fields;
pub mod formats;
mod lines;
pub mod literal;
pub mod mapping;
pub mod merge;
pub mod model;
pub mod mutate;
pub mod obligations;
pub mod probes;
pub mod read;
pub mod select;
pub mod stat;
pub mod types;
mod unique;

pub use mapping::Mapping;
pub use model::Event;
pub use model::Header;
pub use model::Trace;
pub use probes::Probes;
