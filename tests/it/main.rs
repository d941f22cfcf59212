//! One binary of integration tests: the flow of the code, the map, the commands, the replayed demo.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod check;
mod cli;
mod front;
mod layers;
mod map;
mod project;
mod repair;
mod resume;
mod secrets;
mod stages;
