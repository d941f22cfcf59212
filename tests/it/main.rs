//! One binary of integration tests: the flow of the code, the map, the commands, the replayed demo.

mod cli;
mod layers;
mod map;
mod project;
mod resume;
mod secrets;
mod stages;
