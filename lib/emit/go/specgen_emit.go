// Trace emitter added by specgen to an instrumented copy of a Go package.
//
// The package clause below is rewritten to the package the file is added to.
// Nothing here depends on that package; only the standard library is used.
//
// The emitter is off until SpecgenOpen is called. While it is on, every
// OUTERMOST probed call writes one event, at the call's exit and with the state
// after it. A probed call made inside another probed call writes no event of
// its own: its name is added to the outer event's path. "Inside" is decided by
// one depth counter per process, not per goroutine, so the probed code must be
// driven from one goroutine at a time. A mutex keeps the file well formed when
// it is not, but the nesting would then be meaningless.
//
// A trace is a text file with one JSON object a line:
//
//	{"specgen_trace":1,"nodes":["n1","n2"],"seed":7,"system":"..."}
//	{"seq":1,"event":"...","node":"n1","params":{},"state":{},"probe":"file.go:10","function":"(*T).F","path":[]}
//
// There are no time stamps, and all keys come in a fixed order: a
// deterministic run writes the same bytes every time.
package specgen

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
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
	Aborted bool `json:"aborted,omitempty"`
}

// specgenEmitter is the state of the one emitter of the process.
type specgenEmitter struct {
	mu    sync.Mutex
	out   *bufio.Writer
	err   error
	seq   int
	depth int
	path  []string
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
	e.out = bufio.NewWriterSize(w, 1<<16)
	e.err = nil
	e.seq, e.depth, e.path = 0, 0, nil

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

// SpecgenClose ends the trace: it flushes what was written and returns the first
// error met since SpecgenOpen. Probes are off afterwards.
func SpecgenClose() error {
	specgenActive.Store(false)
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.out == nil {
		return errors.New("specgen: no trace is open")
	}
	if err := e.out.Flush(); err != nil && e.err == nil {
		e.err = err
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
	})
}

// specgenOn tells whether a trace is open. Inserted lines ask it first, so that
// a probe costs one atomic load while tracing is off.
func specgenOn() bool { return specgenActive.Load() }

// specgenCall is one probed call under way. A nil *specgenCall is a call that is
// not an event; its exit does nothing.
type specgenCall struct {
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
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	e.depth++
	c := &specgenCall{outermost: e.depth == 1}
	if !c.outermost {
		e.path = append(e.path, function)
		return c
	}
	e.path = nil
	c.event, c.params, c.function = event, params, function
	c.probe = fmt.Sprintf("%s:%d", file, line)
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
		e.depth--
		return
	}
	node, state := specgenObserveAfter(after, failure != nil)
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	e.depth--
	e.event(specgenEvent{
		Event: c.event, Node: node, Params: c.params, State: state,
		Probe: c.probe, Function: c.function, Path: e.path, Aborted: failure != nil,
	})
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
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.depth > 0 {
		e.path = append(e.path, function)
		return
	}
	e.event(specgenEvent{
		Event: event, Node: node, Params: params, State: state,
		Probe: fmt.Sprintf("%s:%d", file, line), Function: function,
	})
}

// specgenMark adds a function's name to the path of the event under way, if
// there is one; trigger "path" of a probe. It never writes an event.
func specgenMark(function string) {
	e := &specgenTrace
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.depth > 0 {
		e.path = append(e.path, function)
	}
}

// event numbers an event and writes it. The caller holds the mutex.
func (e *specgenEmitter) event(ev specgenEvent) {
	e.seq++
	ev.Seq = e.seq
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
