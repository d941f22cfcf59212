package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

// kinds is what --faults chooses from. Without restart a node that crashed stays
// down; partition includes that it heals.
const kinds = "drop,delay,duplicate,reorder,partition,crash,restart,clock"

type args struct {
	seed   uint64
	nodes  int
	events int
	out    string
	faults []string
	header map[string]any
}

func readArgs() args {
	a := args{faults: strings.Split(kinds, ","), header: map[string]any{}}
	flag.Uint64Var(&a.seed, "seed", 1, "seed of all that is left to chance")
	flag.IntVar(&a.nodes, "nodes", 3, "number of nodes, 2 to 9")
	flag.IntVar(&a.events, "events", 500, "stop after this many events or a few more")
	flag.StringVar(&a.out, "out", "", "file to write the trace to")
	flag.Func("faults", "none, or some of "+kinds+" (default all)", a.setFaults)
	flag.Func("header", "KEY=VALUE to add to the trace's header; may be repeated", a.addHeader)
	flag.Parse()
	if a.out == "" || a.nodes < 2 || a.nodes > 9 || a.events < 1 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "harness: --out FILE is needed, --nodes is 2 to 9, --events at least 1")
		flag.Usage()
		os.Exit(exitUsage)
	}
	return a
}

func (a *args) setFaults(text string) error {
	a.faults = nil
	if text == "none" {
		return nil
	}
	for _, name := range strings.Split(text, ",") {
		if name == "" || !strings.Contains(","+kinds+",", ","+name+",") {
			return fmt.Errorf("there is no fault %q", name)
		}
		a.faults = append(a.faults, name)
	}
	return nil
}

func (a *args) addHeader(text string) error {
	key, value, ok := strings.Cut(text, "=")
	if !ok || key == "" {
		return fmt.Errorf("%q is not of the form KEY=VALUE", text)
	}
	switch key {
	case "specgen_trace", "system", "nodes", "seed":
		return fmt.Errorf("the harness itself says %s", key)
	}
	a.header[key] = value
	return nil
}
