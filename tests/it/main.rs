//! One binary of integration tests: the flow of the code, the map, the commands, the replayed demo.

mod layers;
mod map;
mod project;
mod secrets;
mod stages;
