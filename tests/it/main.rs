//! One binary of integration tests: the flow of the code, the map, the commands, the replayed demo.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cfa;
mod check;
mod citations;
mod cli;
mod codes;
mod correct;
mod crash;
mod demo;
mod differential;
mod distributed;
mod draft;
mod emitters;
mod evaluation;
mod exercise;
mod explain;
mod finding;
mod fitting;
mod format;
mod front;
mod full;
mod harness;
mod harnesses;
mod init;
mod inputs;
mod jar;
mod json;
mod kept;
mod layers;
mod leaving;
mod mangled;
mod map;
mod mistakes;
mod models;
mod native;
mod operands;
mod passes;
mod prerequisites;
mod probes;
mod project;
mod providers;
mod repair;
mod rounds;
mod secrets;
mod sections;
mod server;
mod stages;
mod status;
mod stuck;
mod taken;
mod tlc;
mod trace;
mod unaided;
mod whole;

/// Shared with the fuzz targets.
#[path = "../properties"]
mod properties {
    pub(crate) mod config;
    pub(crate) mod evaluation;
    pub(crate) mod expressions;
    pub(crate) mod mangle;
    pub(crate) mod repair;
    pub(crate) mod slip;
    pub(crate) mod text;
    pub(crate) mod traces;
}
