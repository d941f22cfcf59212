// Run with: go test specgen_emit.go specgen_emit_test.go

package specgen

import (
	"errors"
	"strings"
	"testing"
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
