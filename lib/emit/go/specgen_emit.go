// Trace emitter added by specgen to an instrumented copy of a Go package.
//
// The package clause below is rewritten to the package the file is added to.
// Nothing here depends on that package; only the standard library is used.
//
// The emitter is off until SpecgenOpen is called, or from the start on if the
// environment says where the trace goes:
//
//	EMIT_TRACE    the file; {pid} in it stands for the process's number
//	EMIT_SYSTEM   the traced system's name; the default is "system"
//	EMIT_NODES    the names of all nodes, with commas; the default is the process's
//	EMIT_PROCESS  this process's name; the default is p and its number
//	EMIT_CLOCKS   1 if messages carry clocks; see SpecgenClock
//
// While it is on, every OUTERMOST probed call of a goroutine writes one event,
// at the call's exit and with the state after it. A probed call made inside
// another one writes no event of its own: its name is added to the outer event's
// path. (SpecgenOpen without SpecgenStamp is for a program that drives the probed
// code from one goroutine at a time; it saves the time to ask which one that is.)
// Each line is handed to the system in one piece before the call returns, so that
// a process that is killed loses at most the line it was writing.
//
// A trace is a text file with one JSON object a line:
//
//	{"specgen_trace":1,"nodes":["n1","n2"],"seed":7,"system":"..."}
//	{"seq":1,"event":"...","node":"n1","params":{},"state":{},"probe":"file.go:10","function":"(*T).F","path":[]}
//
// A trace that the environment asked for, and one after SpecgenStamp, also has
// thread, start and end. Any other has no time stamps, and all keys come in a
// fixed order: a deterministic run writes the same bytes every time.
package specgen

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// specgenEvent is one line of a trace. The order of the fields is the order of
// the keys; encoding/json sorts the keys of the maps.
type specgenEvent struct {
	Seq      int            `json:"seq"`
	Event    string         `json:"event"`
	Node     string         `json:"node"`
	Params   map[string]any `json:"params"`
	State    map[string]any `json:"state"`
	Probe    string         `json:"probe"`
	Function string         `json:"function"`
	Path     []string       `json:"path"`
	// Aborted tells that the probed call ended by a panic.
	Aborted bool              `json:"aborted,omitempty"`
	Thread  string            `json:"thread,omitempty"`
	Clock   map[string]uint64 `json:"clock,omitempty"`
	Start   int64             `json:"start,omitempty"`
	End     int64             `json:"end,omitempty"`
}

// specgenThread is the nesting of probed calls in one goroutine.
type specgenThread struct {
	depth int
	path  []string
}

// specgenEmitter is the state of the one emitter of the process.
type specgenEmitter struct {
	mu      sync.Mutex
	out     io.Writer
	err     error
	seq     int
	threads map[uint64]*specgenThread
	// stamped: events have their goroutine and their time, counted from begun.
	stamped atomic.Bool
	begun   time.Time
	// clocks has the vector clock of each node; nil where messages carry none.
	clocks map[string]map[string]uint64
}

var (
	specgenActive atomic.Bool
	specgenTrace  specgenEmitter
)

// SpecgenOpen starts a trace on w and writes its header line. The header always
// begins with "specgen_trace":1; the keys of header follow, sorted. Events of an
// earlier trace that was not closed are lost.
func SpecgenOpen(w io.Writer, header map[string]any) {
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	e.out, e.err, e.seq = w, nil, 0
	e.threads = map[uint64]*specgenThread{}
	e.stamped.Store(false)
	e.clocks = nil

	rest := make(map[string]any, len(header))
	for key, value := range header {
		if key != "specgen_trace" {
			rest[key] = value
		}
	}
	line, err := specgenMarshal(rest)
	if err == nil {
		first := []byte(`{"specgen_trace":1`)
		if len(rest) > 0 {
			first = append(first, ',')
		}
		line = append(first, line[1:]...)
	}
	e.write(line, err)
	specgenActive.Store(true)
}

// SpecgenStamp makes each event from now on say which goroutine it is of and when
// it happened; probed code may then run in many goroutines at a time. It is called
// behind SpecgenOpen, before the probed code runs.
func SpecgenStamp() {
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	e.begun = time.Now()
	e.stamped.Store(true)
}

// init begins the trace that the environment asks for. What is wrong with it is
// said once; the program goes on without a trace.
func init() {
	path := os.Getenv("EMIT_TRACE")
	if path == "" {
		return
	}
	pid := strconv.Itoa(os.Getpid())
	file, err := os.Create(strings.ReplaceAll(path, "{pid}", pid))
	if err != nil {
		fmt.Fprintln(os.Stderr, "specgen: no trace:", err)
		return
	}
	or := func(name, otherwise string) string {
		if value := os.Getenv(name); value != "" {
			return value
		}
		return otherwise
	}
	process := or("EMIT_PROCESS", "p"+pid)
	nodes := strings.Split(or("EMIT_NODES", process), ",")
	SpecgenOpen(file, map[string]any{"system": or("EMIT_SYSTEM", "system"), "nodes": nodes, "process": process})
	SpecgenStamp()
	if os.Getenv("EMIT_CLOCKS") == "1" {
		specgenTrace.clocks = map[string]map[string]uint64{}
	}
}

// SpecgenClock is the vector clock of a node, to be sent with a message; nil
// unless EMIT_CLOCKS asks for clocks. It counts of each node the events that the
// node could know of.
func SpecgenClock(node string) map[string]uint64 {
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.clocks == nil {
		return nil
	}
	clock := make(map[string]uint64, len(e.clocks[node]))
	for other, count := range e.clocks[node] {
		clock[other] = count
	}
	return clock
}

// SpecgenSaw tells that a node received a message with this clock. It is to be
// called before the receiving event is written.
func SpecgenSaw(node string, clock map[string]uint64) {
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.clocks == nil {
		return
	}
	if e.clocks[node] == nil {
		e.clocks[node] = map[string]uint64{}
	}
	for other, count := range clock {
		e.clocks[node][other] = max(e.clocks[node][other], count)
	}
}

// SpecgenClose ends the trace and returns the first error met since SpecgenOpen.
// Probes are off afterwards.
func SpecgenClose() error {
	specgenActive.Store(false)
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.out == nil {
		return errors.New("specgen: no trace is open")
	}
	e.out = nil
	return e.err
}

// SpecgenEvents is the number of events written since SpecgenOpen.
func SpecgenEvents() int {
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.seq
}

// SpecgenEmit writes an event that no probe sees, such as a message lost by the
// test harness's network. Its probe is "harness:" and the event's name.
func SpecgenEmit(event, node string, params, state map[string]any) {
	if !specgenOn() {
		return
	}
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	e.event(specgenEvent{
		Event: event, Node: node, Params: params, State: state,
		Probe: "harness:" + event, Function: "harness",
	}, specgenGoroutine(), e.now())
}

// specgenOn tells whether a trace is open. Inserted lines ask it first, so that
// a probe costs one atomic load while tracing is off.
func specgenOn() bool { return specgenActive.Load() }

// specgenCall is one probed call under way. A nil *specgenCall is a call that is
// not an event; its exit does nothing.
type specgenCall struct {
	thread    *specgenThread
	goroutine uint64
	start     int64
	outermost bool
	event     string
	probe     string
	function  string
	params    map[string]any
}

// specgenEnter begins a probed call; trigger "exit" of a probe. It is used as
//
//	if specgenOn() { defer specgenEnter(file, line, function, event, params).exit(func() (string, map[string]any) { return node, state }) }
//
// so that event and params are evaluated at the call's entry, and node and state
// at its exit. The deferred call runs at the end of the function, not of the if.
//
// A call whose event is "" is transparent: it is not counted as a level, so
// probes below it may emit events of their own.
func specgenEnter(file string, line int, function string, event string, params map[string]any) *specgenCall {
	if event == "" {
		return nil
	}
	goroutine := specgenGoroutine()
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.threads[goroutine]
	if t == nil {
		t = &specgenThread{}
		e.threads[goroutine] = t
	}
	t.depth++
	c := &specgenCall{thread: t, goroutine: goroutine, start: e.now(), outermost: t.depth == 1}
	if !c.outermost {
		t.path = append(t.path, function)
		return c
	}
	c.event, c.params, c.function = event, params, function
	c.probe = file + ":" + strconv.Itoa(line)
	return c
}

// exit ends a probed call. It must be deferred directly, because it looks for a
// panic: if there is one, the event is marked as aborted and the panic goes on.
func (c *specgenCall) exit(after func() (node string, state map[string]any)) {
	if c == nil {
		return
	}
	failure := recover()
	if failure != nil {
		defer panic(failure)
	}
	if !c.outermost {
		e := &specgenTrace
		e.mu.Lock()
		defer e.mu.Unlock()
		c.thread.depth--
		return
	}
	node, state := specgenObserveAfter(after, failure != nil)
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.threads, c.goroutine)
	e.event(specgenEvent{
		Event: c.event, Node: node, Params: c.params, State: state,
		Probe: c.probe, Function: c.function, Path: c.thread.path, Aborted: failure != nil,
	}, c.goroutine, c.start)
}

// specgenObserveAfter reads the state after a call. After a panic the state may
// be too broken to be read; the event is then written without it.
func specgenObserveAfter(after func() (string, map[string]any), aborted bool) (node string, state map[string]any) {
	if aborted {
		defer func() { _ = recover() }()
	}
	return after()
}

// specgenEmitHere writes an event from the place where it stands, if no probed
// call is under way; trigger "before_return" of a probe. Everything is evaluated
// there. Probed calls made earlier in the same function emitted their own events.
func specgenEmitHere(file string, line int, function string, event string, params map[string]any, node string, state map[string]any) {
	if event == "" {
		return
	}
	goroutine := specgenGoroutine()
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	if t := e.threads[goroutine]; t != nil {
		t.path = append(t.path, function)
		return
	}
	e.event(specgenEvent{
		Event: event, Node: node, Params: params, State: state,
		Probe: file + ":" + strconv.Itoa(line), Function: function,
	}, goroutine, e.now())
}

// specgenMark adds a function's name to the path of the event under way, if
// there is one; trigger "path" of a probe. It never writes an event.
func specgenMark(function string) {
	goroutine := specgenGoroutine()
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	if t := e.threads[goroutine]; t != nil {
		t.path = append(t.path, function)
	}
}

// specgenGoroutine is the number of the goroutine that runs, 0 where one drives
// all. The runtime tells it only in the first line of a stack: "goroutine 7 [running]:".
func specgenGoroutine() uint64 {
	if !specgenTrace.stamped.Load() {
		return 0
	}
	var line [32]byte
	text := line[len("goroutine "):runtime.Stack(line[:], false)]
	number := uint64(0)
	for _, digit := range text {
		if digit < '0' || digit > '9' {
			break
		}
		number = 10*number + uint64(digit-'0')
	}
	return number
}

// now is the time in nanoseconds; 0 where events have none. It never goes back,
// and processes of one machine share it as far as its clock was not set between
// their starts.
func (e *specgenEmitter) now() int64 {
	if !e.stamped.Load() {
		return 0
	}
	return e.begun.UnixNano() + int64(time.Since(e.begun))
}

// event numbers an event and writes it. The caller holds the mutex.
func (e *specgenEmitter) event(ev specgenEvent, goroutine uint64, start int64) {
	e.seq++
	ev.Seq = e.seq
	if e.stamped.Load() {
		ev.Thread = strconv.FormatUint(goroutine, 10)
		ev.Start, ev.End = start, e.now()
	}
	if e.clocks != nil {
		if e.clocks[ev.Node] == nil {
			e.clocks[ev.Node] = map[string]uint64{}
		}
		e.clocks[ev.Node][ev.Node]++
		ev.Clock = e.clocks[ev.Node]
	}
	if ev.Params == nil {
		ev.Params = map[string]any{}
	}
	if ev.State == nil {
		ev.State = map[string]any{}
	}
	if ev.Path == nil {
		ev.Path = []string{}
	}
	e.write(specgenMarshal(ev))
}

// write puts one line into the trace and keeps the first error. The caller holds
// the mutex.
func (e *specgenEmitter) write(line []byte, err error) {
	if e.out == nil || e.err != nil {
		return
	}
	if err != nil {
		e.err = err
		return
	}
	_, e.err = e.out.Write(line)
}

// specgenMarshal is a value as one line of JSON, with its end of line.
func specgenMarshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return buf.Bytes(), err
}
