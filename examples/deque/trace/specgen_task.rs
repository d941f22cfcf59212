//! Tasks and answers as values of a trace. A deque holds tasks of any type; those of the harness are numbers, and a task of
//! another type is written as 0.

use std::any::type_name;
use std::vec;

use crate::specgen_emit::{json, Json};
use crate::Steal;

/// The task, if it is a number.
pub fn number<T>(task: &T) -> u64 {
    if type_name::<T>() == type_name::<u64>() {
        // SAFETY: `T` is `u64`.
        unsafe { *(task as *const T).cast::<u64>() }
    } else {
        0
    }
}

/// What a pop gave.
pub fn popped<T>(answer: &Option<T>) -> Json {
    match answer {
        Some(task) => success(task),
        None => json(&vec!["empty"]),
    }
}

/// What a steal gave.
pub fn stolen<T>(answer: &Steal<T>) -> Json {
    match answer {
        Steal::Success(task) => success(task),
        Steal::Empty => json(&vec!["empty"]),
        Steal::Retry => json(&vec!["retry"]),
    }
}

/// What an operation without an answer gave.
pub fn done() -> Json {
    json(&vec!["done"])
}

fn success<T>(task: &T) -> Json {
    json(&vec![json("success"), json(&number(task))])
}
