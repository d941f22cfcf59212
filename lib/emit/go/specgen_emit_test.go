// Run with: go test specgen_emit.go specgen_emit_test.go

package specgen

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// probed is a probed function as the instrumenter leaves it.
func probed(event, name string, level *int, body func()) {
	if specgenOn() {
		defer specgenEnter("f.go", 3, name, event, map[string]any{"level": *level}).exit(func() (string, map[string]any) { return "n1", map[string]any{"level": *level} })
	}
	body()
}

// record runs body in a trace and returns the trace's lines.
func record(t *testing.T, body func()) []string {
	t.Helper()
	var out strings.Builder
	SpecgenOpen(&out, map[string]any{"seed": 7, "nodes": []string{"n1"}})
	body()
	if err := SpecgenClose(); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	want = append([]string{`{"specgen_trace":1,"nodes":["n1"],"seed":7}`}, want...)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestOnlyTheOutermostCallEmits(t *testing.T) {
	level := 0
	expect(t, record(t, func() {
		probed("Outer", "outer", &level, func() {
			specgenMark("helper")
			probed("Inner", "inner", &level, func() { level = 5 })
			specgenEmitHere("f.go", 9, "here", "Here", nil, "n1", nil)
		})
	}), `{"seq":1,"event":"Outer","node":"n1","params":{"level":0},"state":{"level":5},"probe":"f.go:3","function":"outer","path":["helper","inner","here"]}`)
}

func TestCallWithoutEventIsTransparent(t *testing.T) {
	level := 0
	expect(t, record(t, func() {
		specgenMark("outside")
		probed("", "outer", &level, func() { probed("Inner", "inner", &level, func() {}) })
		specgenEmitHere("f.go", 9, "here", "Here", nil, "n2", nil)
		SpecgenEmit("Drop", "n3", map[string]any{"m": "<x>"}, nil)
	}),
		`{"seq":1,"event":"Inner","node":"n1","params":{"level":0},"state":{"level":0},"probe":"f.go:3","function":"inner","path":[]}`,
		`{"seq":2,"event":"Here","node":"n2","params":{},"state":{},"probe":"f.go:9","function":"here","path":[]}`,
		`{"seq":3,"event":"Drop","node":"n3","params":{"m":"<x>"},"state":{},"probe":"harness:Drop","function":"harness","path":[]}`)
}

func TestPanicAbortsTheEventAndGoesOn(t *testing.T) {
	level := 0
	failure := errors.New("broken")
	expect(t, record(t, func() {
		func() {
			defer func() {
				if got := recover(); got != failure {
					t.Errorf("recovered %v", got)
				}
			}()
			probed("Outer", "outer", &level, func() {
				probed("Inner", "inner", &level, func() { panic(failure) })
			})
		}()
		probed("Next", "next", &level, func() {})
	}),
		`{"seq":1,"event":"Outer","node":"n1","params":{"level":0},"state":{"level":0},"probe":"f.go:3","function":"outer","path":["inner"],"aborted":true}`,
		`{"seq":2,"event":"Next","node":"n1","params":{"level":0},"state":{"level":0},"probe":"f.go:3","function":"next","path":[]}`)
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestCloseReturnsTheFirstError(t *testing.T) {
	SpecgenOpen(failing{}, nil)
	SpecgenEmit("Drop", "n1", nil, nil)
	if err := SpecgenClose(); err == nil || err.Error() != "disk full" {
		t.Errorf("got %v", err)
	}
	SpecgenOpen(&strings.Builder{}, nil)
	SpecgenEmit("Bad", "n1", map[string]any{"f": func() {}}, nil)
	if err := SpecgenClose(); err == nil {
		t.Error("no error for a value that is not JSON")
	}
	if SpecgenClose() == nil {
		t.Error("no error for a second close")
	}
}

func TestGoroutinesDoNotNestInEachOther(t *testing.T) {
	level := 0
	inside, outside := make(chan bool), make(chan bool)
	lines := record(t, func() {
		specgenTrace.stamped.Store(true)
		go probed("Outer", "outer", &level, func() { inside <- true; <-outside; outside <- true })
		<-inside
		probed("Other", "other", &level, func() {})
		outside <- true
		<-outside
		for SpecgenEvents() < 2 {
		}
	})
	if !strings.Contains(lines[1], `"event":"Other"`) || !strings.Contains(lines[2], `"event":"Outer"`) || !strings.Contains(lines[2], `"path":[]`) {
		t.Error(strings.Join(lines, "\n"))
	}
}

// child runs this test again in a process of its own, with a trace that the
// environment asks for.
func child(t *testing.T, name string, more ...string) (lines []string, whole bool) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "trace")
	command := exec.Command(os.Args[0], "-test.run=^"+name+"$")
	command.Env = append(append(os.Environ(), "CHILD=1", "EMIT_TRACE="+file, "EMIT_PROCESS=p1", "EMIT_NODES=n1,n2"), more...)
	_ = command.Run()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines = strings.Split(string(text), "\n")
	return lines[:len(lines)-1], lines[len(lines)-1] == ""
}

func TestTheEnvironmentTurnsItOn(t *testing.T) {
	if os.Getenv("CHILD") != "" {
		var group sync.WaitGroup
		for range 8 {
			group.Add(1)
			go func() {
				defer group.Done()
				for range 100 {
					probed("E", "e", new(int), func() {})
				}
			}()
		}
		group.Wait()
		return
	}
	lines, whole := child(t, "TestTheEnvironmentTurnsItOn")
	if !whole || len(lines) != 801 || lines[0] != `{"specgen_trace":1,"nodes":["n1","n2"],"process":"p1","system":"system"}` {
		t.Fatal(whole, len(lines), lines[0])
	}
	last := map[string]int64{}
	for number, line := range lines[1:] {
		var ev specgenEvent
		if err := json.Unmarshal([]byte(line), &ev); err != nil {
			t.Fatal(err, line)
		}
		if ev.Seq != number+1 || ev.Start > ev.End || ev.Start < last[ev.Thread] || ev.Thread == "" {
			t.Fatal(line)
		}
		last[ev.Thread] = ev.End
	}
	if len(last) != 8 {
		t.Error(last)
	}
}

func TestAKilledProcessLeavesWholeLines(t *testing.T) {
	if os.Getenv("CHILD") != "" {
		for number := 0; ; number++ {
			SpecgenEmit("E", "n1", map[string]any{"text": strings.Repeat("x", 5000)}, nil)
			if number == 50 {
				process, _ := os.FindProcess(os.Getpid())
				_ = process.Kill()
			}
		}
	}
	lines, _ := child(t, "TestAKilledProcessLeavesWholeLines")
	if len(lines) < 51 {
		t.Fatal(len(lines))
	}
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Fatal(line)
		}
	}
}

func TestAHarnessMayAskForThreadsAndTimes(t *testing.T) {
	levels := [2]int{}
	lines := record(t, func() {
		SpecgenStamp()
		inside := [2]chan bool{make(chan bool), make(chan bool)}
		var group sync.WaitGroup
		for i := range levels {
			group.Add(1)
			go func() {
				defer group.Done()
				probed("E", "f", &levels[i], func() {
					// Both are under way at once, and neither is inside the other.
					close(inside[i])
					<-inside[1-i]
					probed("Inner", "g", &levels[i], func() { levels[i]++ })
				})
			}()
		}
		group.Wait()
	})
	if len(lines) != 3 {
		t.Fatal(strings.Join(lines, "\n"))
	}
	var events [2]specgenEvent
	for i := range events {
		if err := json.Unmarshal([]byte(lines[i+1]), &events[i]); err != nil {
			t.Fatal(err)
		}
		if e := events[i]; e.Thread == "" || e.Start == 0 || e.End < e.Start || strings.Join(e.Path, " ") != "g" {
			t.Error(lines[i+1])
		}
	}
	if events[0].Thread == events[1].Thread || events[1].Start > events[0].End {
		t.Error(strings.Join(lines, "\n"))
	}
	// The next trace has none unless it is asked for again.
	level := 0
	for _, line := range record(t, func() { probed("E", "f", &level, func() {}) }) {
		if strings.Contains(line, "thread") {
			t.Error(line)
		}
	}
}

func TestClocksGoWithMessages(t *testing.T) {
	if os.Getenv("CHILD") != "" {
		SpecgenEmit("Send", "n1", nil, nil)
		sent := SpecgenClock("n1")
		SpecgenEmit("Work", "n1", nil, nil)
		SpecgenSaw("n2", sent)
		SpecgenEmit("Receive", "n2", nil, nil)
		return
	}
	lines, _ := child(t, "TestClocksGoWithMessages", "EMIT_CLOCKS=1")
	for number, clock := range []string{`{"n1":1}`, `{"n1":2}`, `{"n1":1,"n2":1}`} {
		if !strings.Contains(lines[number+1], `"clock":`+clock) {
			t.Error(lines[number+1])
		}
	}
}

// TestOverhead prints what a probe costs: the best of many short runs, which
// other work on the machine disturbs least.
func TestOverhead(t *testing.T) {
	if os.Getenv("OVERHEAD") == "" {
		t.Skip("it measures: OVERHEAD=1 go test -v -run Overhead ...")
	}
	level := 0
	measure := func(name string, runs, calls int) {
		best := time.Duration(math.MaxInt64)
		for range runs {
			begun := time.Now()
			for range calls {
				probed("E", "f", &level, func() { level++ })
			}
			best = min(best, time.Since(begun))
		}
		fmt.Printf("go     %-24s %10.1f ns an event\n", name, float64(best)/float64(calls))
	}
	measure("off", 200, 20000)
	file, err := os.Create(filepath.Join(t.TempDir(), "trace"))
	if err != nil {
		t.Fatal(err)
	}
	SpecgenOpen(file, map[string]any{"nodes": []string{"n1"}})
	measure("on", 200, 200)
	SpecgenStamp()
	measure("on, with thread and time", 200, 200)
	if err := SpecgenClose(); err != nil {
		t.Fatal(err)
	}
}
