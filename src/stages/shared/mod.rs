//! What more than one stage does. A stage may use this, and of the earlier stages only what they wrote: their `model`.

pub mod asking;
pub mod bounds;
pub mod citations;
pub mod cited;
pub mod compiling;
pub mod copying;
pub mod explore;
pub mod judging;
pub mod layout;
pub mod mending;
pub mod verdicts;
