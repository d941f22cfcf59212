//! Traces: what an instrumented system did, one JSON object a line, and how its events map to a specification.
//!
//! | file      | what                                                               |
//! |-----------|--------------------------------------------------------------------|
//! | `model`   | a trace in memory, and back to NDJSON                              |
//! | `read`    | the streaming reader; every mistake is a diagnostic with its line  |
//! | `fields`  | one JSON object into one header or event                           |
//! | `mapping` | which action stands behind an event, which expression behind a field |
//! | `literal` | JSON values as TLA+ text                                           |
//! | `types`   | which value is of another type than it should be                   |
//! | `mutate`  | traces with one deliberate mistake, to test a judge of traces      |
//!
//! The format is described in `docs/trace-format.md`.

mod fields;
pub mod literal;
pub mod mapping;
pub mod model;
pub mod mutate;
pub mod read;
pub mod types;

pub use mapping::Mapping;
pub use model::Event;
pub use model::Header;
pub use model::Trace;
