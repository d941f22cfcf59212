//! Trace emitter added by specgen to an instrumented copy of a Rust crate.
//!
//! Nothing here depends on that crate; only the standard library is used, also in a crate that does without it.
//!
//! The emitter is off until [`open`] is called. A probed call with trigger `exit` that is made inside another one on
//! the same thread writes no event of its own: its name is added to the outer event's path.
//!
//! A trace is a text file with one JSON object a line:
//!
//! ```text
//! {"specgen_trace":1,"nodes":["t1","t2"],"seed":7,"system":"..."}
//! {"seq":1,"event":"...","node":"t1","params":{},"state":{},"probe":"file.rs:10","function":"T::f","path":[]}
//! ```
//!
//! There are no time stamps, and all keys come in a fixed order: a deterministic run writes the same bytes every time.
#![allow(dead_code, missing_docs, unused_imports, unused_qualifications, clippy::all, clippy::pedantic)]

// `self::std` means the same in every edition, and in crates that leave the standard library out.
extern crate std;

use self::std::borrow::ToOwned;
use self::std::boxed::Box;
use self::std::cell::{Cell, RefCell};
use self::std::format;
use self::std::io::{self, Write};
use self::std::string::{String, ToString};
use self::std::sync::atomic::{AtomicBool, Ordering};
use self::std::sync::{Mutex, MutexGuard, PoisonError};
use self::std::thread_local;
use self::std::vec::Vec;

/// A value as JSON text.
#[derive(Clone)]
pub struct Json(String);

/// What a probe can record.
pub trait ToJson {
    fn to_json(&self) -> String;
}

/// A value as JSON.
pub fn json<T: ToJson + ?Sized>(value: &T) -> Json {
    Json(value.to_json())
}

macro_rules! plain {
    ($($kind:ty)*) => { $(impl ToJson for $kind { fn to_json(&self) -> String { self.to_string() } })* };
}

plain!(bool u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

impl ToJson for str {
    fn to_json(&self) -> String {
        let mut text = String::from("\"");
        for character in self.chars() {
            match character {
                '"' => text.push_str("\\\""),
                '\\' => text.push_str("\\\\"),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                c if (c as u32) < 0x20 => text.push_str(&format!("\\u{:04x}", c as u32)),
                c => text.push(c),
            }
        }
        text.push('"');
        text
    }
}

impl ToJson for String {
    fn to_json(&self) -> String {
        self.as_str().to_json()
    }
}

impl ToJson for Json {
    fn to_json(&self) -> String {
        self.0.clone()
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn to_json(&self) -> String {
        (**self).to_json()
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> String {
        match self {
            Some(value) => value.to_json(),
            None => String::from("null"),
        }
    }
}

impl<T: ToJson> ToJson for [T] {
    fn to_json(&self) -> String {
        let each: Vec<String> = self.iter().map(ToJson::to_json).collect();
        format!("[{}]", each.join(","))
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> String {
        self.as_slice().to_json()
    }
}

/// The fields of an object, sorted by key.
fn object(fields: &[(&str, Json)]) -> String {
    let mut fields: Vec<&(&str, Json)> = fields.iter().collect();
    fields.sort_by(|a, b| a.0.cmp(b.0));
    let each: Vec<String> = fields.iter().map(|(key, value)| format!("{}:{}", key.to_json(), value.0)).collect();
    format!("{{{}}}", each.join(","))
}

struct Trace {
    out: Box<dyn Write + Send>,
    sequence: u64,
    error: Option<io::Error>,
}

static ON: AtomicBool = AtomicBool::new(false);
static TRACE: Mutex<Option<Trace>> = Mutex::new(None);
/// Held during an atomic probe's call.
static ORDER: Mutex<()> = Mutex::new(());

thread_local! {
    static NODE: RefCell<String> = RefCell::new(String::from("main"));
    static DEPTH: Cell<usize> = Cell::new(0);
    static PATH: RefCell<Vec<String>> = RefCell::new(Vec::new());
    static HELD: RefCell<(usize, Option<MutexGuard<'static, ()>>)> = RefCell::new((0, None));
}

// A probe inside a panicking call must not panic again, so poison is ignored throughout.
fn trace() -> MutexGuard<'static, Option<Trace>> {
    TRACE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a trace on `out` and writes its header line, `"specgen_trace":1` first, then `header` sorted.
pub fn open(out: impl Write + Send + 'static, header: &[(&str, Json)]) {
    let rest = object(header);
    let comma = if header.is_empty() { "" } else { "," };
    let mut new = Trace { out: Box::new(io::BufWriter::new(out)), sequence: 0, error: None };
    new.line(&format!("{{\"specgen_trace\":1{comma}{}", &rest[1..]));
    *trace() = Some(new);
    ON.store(true, Ordering::SeqCst);
}

/// Ends the trace: everything is written, and the first error since [`open`] is returned.
pub fn close() -> io::Result<()> {
    ON.store(false, Ordering::SeqCst);
    match trace().take() {
        None => Err(io::Error::new(io::ErrorKind::NotFound, "no trace is open")),
        Some(mut ended) => match ended.error.take() {
            Some(error) => Err(error),
            None => ended.out.flush(),
        },
    }
}

/// Whether a trace is open. Inserted code asks this first, so that a probe costs one load while tracing is off.
pub fn on() -> bool {
    ON.load(Ordering::Relaxed)
}

/// How many events were written since [`open`].
pub fn events() -> u64 {
    trace().as_ref().map_or(0, |t| t.sequence)
}

/// Names the logical thread that runs from now on.
pub fn name_thread(name: &str) {
    NODE.with(|node| name.clone_into(&mut node.borrow_mut()));
}

/// The name of the logical thread that runs.
pub fn node() -> String {
    NODE.with(|node| node.borrow().clone())
}

/// Writes an event that no probe sees. Its probe is `harness:` and the event's name.
pub fn emit(event: &str, node: impl AsRef<str>, params: &[(&str, Json)], state: &[(&str, Json)]) {
    if on() {
        let event = Event {
            event,
            node: node.as_ref(),
            params: object(params),
            probe: format!("harness:{event}"),
            function: "harness",
        };
        write(&event, &object(state), &[], false);
    }
}

struct Event<'a> {
    event: &'a str,
    node: &'a str,
    params: String,
    probe: String,
    function: &'a str,
}

fn write(event: &Event<'_>, state: &str, path: &[String], aborted: bool) {
    if let Some(trace) = trace().as_mut() {
        trace.sequence += 1;
        let line = format!(
            "{{\"seq\":{},\"event\":{},\"node\":{},\"params\":{},\"state\":{state},\"probe\":{},\"function\":{},\"path\":{}{}}}",
            trace.sequence,
            event.event.to_json(),
            event.node.to_json(),
            event.params,
            event.probe.to_json(),
            event.function.to_json(),
            path.to_json(),
            if aborted { ",\"aborted\":true" } else { "" },
        );
        trace.line(&line);
    }
}

impl Trace {
    fn line(&mut self, line: &str) {
        if self.error.is_none() {
            self.error = self.out.write_all(line.as_bytes()).and_then(|()| self.out.write_all(b"\n")).err();
        }
    }
}

/// Hands `value` on after `seen` has looked at it; stands around what a probed function returns.
#[inline]
pub fn returning<T>(value: T, seen: impl FnOnce(&T)) -> T {
    seen(&value);
    value
}

/// Trigger `path`: adds a function's name to the path of the event under way, if there is one.
pub fn mark(function: &str) {
    if on() && DEPTH.with(Cell::get) > 0 {
        PATH.with(|path| path.borrow_mut().push(function.to_owned()));
    }
}

/// Writes an event from the place where it stands, if no probed call of trigger `exit` is under way.
pub fn emit_here(
    file: &str,
    line: u32,
    function: &str,
    event: impl AsRef<str>,
    params: &[(&str, Json)],
    node: impl AsRef<str>,
    state: &[(&str, Json)],
) {
    let event = event.as_ref();
    if event.is_empty() {
        return;
    }
    if DEPTH.with(Cell::get) > 0 {
        return mark(function);
    }
    let event = Event { event, node: node.as_ref(), params: object(params), probe: format!("{file}:{line}"), function };
    write(&event, &object(state), &[], false);
}

/// A probed call with trigger `exit`.
pub struct Call {
    file: &'static str,
    line: u32,
    function: &'static str,
    begun: Option<(String, String)>,
    nested: bool,
}

impl Call {
    pub fn new(file: &'static str, line: u32, function: &'static str) -> Call {
        Call { file, line, function, begun: None, nested: false }
    }

    /// The call is an event; `""` is none, and no level of nesting either.
    pub fn begin(&mut self, event: impl AsRef<str>, params: &[(&str, Json)]) {
        if event.as_ref().is_empty() {
            return;
        }
        let depth = DEPTH.with(|depth| depth.replace(depth.get() + 1));
        if depth > 0 {
            mark(self.function);
            self.nested = true;
        } else {
            PATH.with(|path| path.borrow_mut().clear());
            self.begun = Some((event.as_ref().to_owned(), object(params)));
        }
    }

    /// Whether its end is to be written.
    pub fn open(&self) -> bool {
        self.begun.is_some()
    }

    pub fn end(&mut self, node: impl AsRef<str>, state: &[(&str, Json)]) {
        self.finish(node.as_ref(), &object(state), false);
    }

    fn finish(&mut self, node: &str, state: &str, aborted: bool) {
        if let Some((event, params)) = self.begun.take() {
            DEPTH.with(|depth| depth.set(depth.get().saturating_sub(1)));
            let probe = format!("{}:{}", self.file, self.line);
            let path = PATH.with(|path| path.take());
            write(&Event { event: &event, node, params, probe, function: self.function }, state, &path, aborted);
        }
    }
}

impl Drop for Call {
    /// A call that ends by a panic or by `?` has no state to show.
    fn drop(&mut self) {
        if self.nested {
            DEPTH.with(|depth| depth.set(depth.get().saturating_sub(1)));
        }
        if self.begun.is_some() {
            self.finish(&node(), "{}", true);
        }
    }
}

/// Atomic probes: while one thread is between [`hold`] and the end of the call, no other is, so that the order of the
/// trace is the order in which the calls took effect. The same thread may hold again.
pub fn hold() -> Option<Hold> {
    if !on() {
        return None;
    }
    HELD.with(|held| {
        let mut held = held.borrow_mut();
        if held.0 == 0 {
            held.1 = Some(ORDER.lock().unwrap_or_else(PoisonError::into_inner));
        }
        held.0 += 1;
    });
    Some(Hold(()))
}

/// See [`hold`].
pub struct Hold(());

impl Drop for Hold {
    fn drop(&mut self) {
        let free = HELD.with(|held| {
            let mut held = held.borrow_mut();
            held.0 -= 1;
            if held.0 == 0 {
                held.1 = None;
            }
            held.0 == 0
        });
        if free {
            // The lock is not fair: a thread that spins over a probe would take it again and again.
            self::std::thread::yield_now();
        }
    }
}
