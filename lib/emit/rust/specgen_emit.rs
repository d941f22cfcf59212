//! Trace emitter added by specgen to an instrumented copy of a Rust crate.
//!
//! Nothing here depends on that crate; only the standard library is used, also in a crate that does without it.
//!
//! The emitter is off until [`open`] is called, or from the first call on if the environment says where the trace goes:
//!
//! ```text
//! EMIT_TRACE    the file; {pid} in it stands for the process's number
//! EMIT_SYSTEM   the traced system's name; the default is "system"
//! EMIT_NODES    the names of all nodes, with commas; the default is the process's
//! EMIT_PROCESS  this process's name; the default is p and its number
//! EMIT_CLOCKS   1 if messages carry clocks; see [`clock`]
//! ```
//!
//! A probed call with trigger `exit` that is made inside another one on the same thread writes no event of its own: its
//! name is added to the outer event's path. Each line is handed to the system in one piece before the call returns, so
//! that a process that is killed loses at most the line it was writing.
//!
//! A trace is a text file with one JSON object a line:
//!
//! ```text
//! {"specgen_trace":1,"nodes":["t1","t2"],"seed":7,"system":"..."}
//! {"seq":1,"event":"...","node":"t1","params":{},"state":{},"probe":"file.rs:10","function":"T::f","path":[]}
//! ```
//!
//! A trace that the environment asked for, and one after [`stamp`], also has `thread`, `start` and `end`. Any other has no
//! time stamps, and all keys come in a fixed order: a deterministic run writes the same bytes every time.
#![allow(dead_code, missing_docs, unused_imports, unused_qualifications, clippy::all, clippy::pedantic)]
// Lints that a crate may deny, and that say nothing of this file.
#![allow(missing_copy_implementations, missing_debug_implementations, unreachable_pub, unused_results)]
#![allow(single_use_lifetimes, trivial_casts, trivial_numeric_casts, variant_size_differences)]

// `self::std` means the same in every edition, and in crates that leave the standard library out.
extern crate std;

use self::std::borrow::ToOwned;
use self::std::boxed::Box;
use self::std::cell::{Cell, RefCell};
use self::std::collections::BTreeMap;
use self::std::convert::Infallible;
use self::std::env;
use self::std::eprintln;
use self::std::format;
use self::std::fs::File;
use self::std::io::{self, Write};
use self::std::ops::ControlFlow;
use self::std::string::{String, ToString};
use self::std::process;
use self::std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use self::std::sync::{Mutex, MutexGuard, Once, OnceLock, PoisonError};
use self::std::task::Poll;
use self::std::thread;
use self::std::thread_local;
use self::std::time::{Instant, SystemTime, UNIX_EPOCH};
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

impl<T: ToJson> ToJson for BTreeMap<String, T> {
    fn to_json(&self) -> String {
        let each: Vec<String> = self.iter().map(|(key, value)| format!("{}:{}", key.to_json(), value.to_json())).collect();
        format!("{{{}}}", each.join(","))
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
    /// The vector clock of each node; `None` where messages carry none.
    clocks: Option<BTreeMap<String, BTreeMap<String, u64>>>,
}

/// Whether a trace is open. Until the first call has looked at the environment, that is not known.
static STATE: AtomicU8 = AtomicU8::new(UNKNOWN);
const UNKNOWN: u8 = 0;
const OFF: u8 = 1;
const ON: u8 = 2;
static STAMPED: AtomicBool = AtomicBool::new(false);
static BEGUN: OnceLock<(Instant, u64)> = OnceLock::new();
static TRACE: Mutex<Option<Trace>> = Mutex::new(None);
/// Held during an atomic probe's call.
static ORDER: Mutex<()> = Mutex::new(());

thread_local! {
    /// What the thread is called, as JSON: its number, which is unique, as text.
    static NAME: String = {
        let number = format!("{:?}", thread::current().id());
        number.chars().filter(char::is_ascii_digit).collect::<String>().to_json()
    };
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
    let mut new = Trace { out: Box::new(out), sequence: 0, error: None, clocks: None };
    new.line(format!("{{\"specgen_trace\":1{comma}{}", &rest[1..]));
    *trace() = Some(new);
    STAMPED.store(false, Ordering::SeqCst);
    STATE.store(ON, Ordering::SeqCst);
}

/// From now on events have the thread they are of and the time in which they happened.
pub fn stamp() {
    STAMPED.store(true, Ordering::SeqCst);
}

/// The first call looks at the environment. What is wrong with it is said once; the program goes on without a trace.
#[cold]
fn first() -> bool {
    static LOOKED: Once = Once::new();
    LOOKED.call_once(|| {
        if STATE.load(Ordering::SeqCst) == UNKNOWN && !from_environment() {
            STATE.store(OFF, Ordering::SeqCst);
        }
    });
    on()
}

fn from_environment() -> bool {
    let Some(path) = env::var("EMIT_TRACE").ok().filter(|path| !path.is_empty()) else { return false };
    let pid = process::id().to_string();
    let file = match File::create(path.replace("{pid}", &pid)) {
        Ok(file) => file,
        Err(error) => {
            eprintln!("specgen: no trace: {error}");
            return false;
        }
    };
    let or = |name: &str, otherwise: String| env::var(name).ok().filter(|value| !value.is_empty()).unwrap_or(otherwise);
    let process = or("EMIT_PROCESS", format!("p{pid}"));
    let nodes: Vec<String> = or("EMIT_NODES", process.clone()).split(',').map(ToOwned::to_owned).collect();
    let system = or("EMIT_SYSTEM", String::from("system"));
    open(file, &[("system", json(&system)), ("nodes", json(&nodes)), ("process", json(&process))]);
    stamp();
    if env::var("EMIT_CLOCKS").is_ok_and(|value| value == "1") {
        if let Some(trace) = trace().as_mut() {
            trace.clocks = Some(BTreeMap::new());
        }
    }
    true
}

/// The vector clock of a node, to be sent with a message; empty unless `EMIT_CLOCKS` asks for clocks. It counts of each
/// node the events that the node could know of.
pub fn clock(node: &str) -> BTreeMap<String, u64> {
    if !on() {
        return BTreeMap::new();
    }
    let mut trace = trace();
    let clocks = trace.as_mut().and_then(|trace| trace.clocks.as_mut());
    clocks.and_then(|clocks| clocks.get(node).cloned()).unwrap_or_default()
}

/// Tells that a node received a message with this clock. It is to be called before the receiving event is written.
pub fn saw(node: &str, clock: &BTreeMap<String, u64>) {
    if !on() {
        return;
    }
    if let Some(clocks) = trace().as_mut().and_then(|trace| trace.clocks.as_mut()) {
        let own = clocks.entry(node.to_owned()).or_default();
        for (other, count) in clock {
            let known = own.entry(other.clone()).or_default();
            *known = (*known).max(*count);
        }
    }
}

/// The time in nanoseconds; 0 where events have none. It never goes back, and processes of one machine share it as far as
/// its clock was not set between their starts.
fn now() -> u64 {
    if !STAMPED.load(Ordering::Relaxed) {
        return 0;
    }
    let (begun, at) = BEGUN.get_or_init(|| {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (Instant::now(), at.as_nanos() as u64)
    });
    at + begun.elapsed().as_nanos() as u64
}

/// Ends the trace: everything is written, and the first error since [`open`] is returned.
pub fn close() -> io::Result<()> {
    STATE.store(OFF, Ordering::SeqCst);
    match trace().take() {
        None => Err(io::Error::new(io::ErrorKind::NotFound, "no trace is open")),
        Some(mut ended) => match ended.error.take() {
            Some(error) => Err(error),
            None => ended.out.flush(),
        },
    }
}

/// Whether a trace is open. Inserted code asks this first, so that a probe costs one load while tracing is off.
#[inline]
pub fn on() -> bool {
    match STATE.load(Ordering::Relaxed) {
        ON => true,
        OFF => false,
        _ => first(),
    }
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
            start: now(),
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
    start: u64,
}

fn write(event: &Event<'_>, state: &str, path: &[String], aborted: bool) {
    if let Some(trace) = trace().as_mut() {
        trace.sequence += 1;
        let clock = trace.tick(event.node);
        let line = format!(
            "{{\"seq\":{},\"event\":{},\"node\":{},\"params\":{},\"state\":{state},\"probe\":{},\"function\":{},\"path\":{}{}{clock}{}}}",
            trace.sequence,
            event.event.to_json(),
            event.node.to_json(),
            event.params,
            event.probe.to_json(),
            event.function.to_json(),
            path.to_json(),
            if aborted { ",\"aborted\":true" } else { "" },
            stamps(event.start),
        );
        trace.line(line);
    }
}

/// The thread and the time of an event that ends now.
fn stamps(start: u64) -> String {
    if !STAMPED.load(Ordering::Relaxed) {
        return String::new();
    }
    let thread = NAME.with(|name| name.clone());
    format!(",\"thread\":{thread},\"start\":{start},\"end\":{}", now())
}

impl Trace {
    fn line(&mut self, mut line: String) {
        line.push('\n');
        if self.error.is_none() {
            self.error = self.out.write_all(line.as_bytes()).err();
        }
    }

    /// Counts an event of a node, and says so as text of the event.
    fn tick(&mut self, node: &str) -> String {
        let Some(clocks) = self.clocks.as_mut() else { return String::new() };
        let own = clocks.entry(node.to_owned()).or_default();
        *own.entry(node.to_owned()).or_default() += 1;
        format!(",\"clock\":{}", own.to_json())
    }
}

/// Hands `value` on after `seen` has looked at it; stands around what a probed function returns.
#[inline]
pub fn returning<T>(value: T, seen: impl FnOnce(&T)) -> T {
    seen(&value);
    value
}

/// What stands before a `?`: to go on with, or with what is left of it the function returns.
pub enum Tried<T, R> {
    On(T),
    Out(R),
}

/// What can stand before a `?`.
pub trait Trying: Sized {
    type Rest;
    fn tried(self) -> Tried<Self, Self::Rest>;
}

impl<T, E> Trying for Result<T, E> {
    type Rest = Result<Infallible, E>;
    fn tried(self) -> Tried<Self, Self::Rest> {
        match self {
            Ok(value) => Tried::On(Ok(value)),
            Err(error) => Tried::Out(Err(error)),
        }
    }
}

impl<T> Trying for Option<T> {
    type Rest = Option<Infallible>;
    fn tried(self) -> Tried<Self, Self::Rest> {
        match self {
            Some(value) => Tried::On(Some(value)),
            None => Tried::Out(None),
        }
    }
}

impl<T, E> Trying for Poll<Result<T, E>> {
    type Rest = Result<Infallible, E>;
    fn tried(self) -> Tried<Self, Self::Rest> {
        match self {
            Poll::Ready(Err(error)) => Tried::Out(Err(error)),
            other => Tried::On(other),
        }
    }
}

impl<T, E> Trying for Poll<Option<Result<T, E>>> {
    type Rest = Result<Infallible, E>;
    fn tried(self) -> Tried<Self, Self::Rest> {
        match self {
            Poll::Ready(Some(Err(error))) => Tried::Out(Err(error)),
            other => Tried::On(other),
        }
    }
}

impl<B, C> Trying for ControlFlow<B, C> {
    type Rest = ControlFlow<B, Infallible>;
    fn tried(self) -> Tried<Self, Self::Rest> {
        match self {
            ControlFlow::Continue(value) => Tried::On(ControlFlow::Continue(value)),
            ControlFlow::Break(value) => Tried::Out(ControlFlow::Break(value)),
        }
    }
}

/// Whether `?` behind `value` leaves the function.
#[inline]
pub fn tried<T: Trying>(value: T) -> Tried<T, T::Rest> {
    value.tried()
}

/// `value` itself.
#[inline]
pub fn kept<T>(value: T) -> T {
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
    let (probe, start) = (format!("{file}:{line}"), now());
    let event = Event { event, node: node.as_ref(), params: object(params), probe, function, start };
    write(&event, &object(state), &[], false);
}

/// A probed call with trigger `exit`.
pub struct Call {
    file: &'static str,
    line: u32,
    function: &'static str,
    begun: Option<(String, String)>,
    nested: bool,
    alone: bool,
    start: u64,
}

impl Call {
    #[inline]
    pub fn new(file: &'static str, line: u32, function: &'static str) -> Call {
        Call { file, line, function, begun: None, nested: false, alone: false, start: 0 }
    }

    /// A call that may be laid aside and go on in another thread, as an `async` one: it is inside no other, and none is
    /// inside it.
    pub fn task(file: &'static str, line: u32, function: &'static str) -> Call {
        let mut call = Call::new(file, line, function);
        call.alone = true;
        call
    }

    /// The call is an event; `""` is none, and no level of nesting either.
    pub fn begin(&mut self, event: impl AsRef<str>, params: &[(&str, Json)]) {
        if event.as_ref().is_empty() {
            return;
        }
        self.start = now();
        if self.alone {
            self.begun = Some((event.as_ref().to_owned(), object(params)));
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
            let probe = format!("{}:{}", self.file, self.line);
            let mut path = Vec::new();
            if !self.alone {
                DEPTH.with(|depth| depth.set(depth.get().saturating_sub(1)));
                path = PATH.with(|path| path.take());
            }
            let event = Event { event: &event, node, params, probe, function: self.function, start: self.start };
            write(&event, state, &path, aborted);
        }
    }
}

impl Drop for Call {
    /// A call that ends by a panic, or by a `?` inside a macro, has no state to show.
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
