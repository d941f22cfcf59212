package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

const usage = `usage: harness --out FILE [OPTION]...
  --out FILE           file to write the trace to
  --seed N             seed of all that is left to chance (1)
  --nodes N            number of nodes, 2 to 9 (3)
  --events N           stop after this many events, or a few more (500)
  --faults NAMES       none, or some of drop,delay,duplicate,reorder,partition,crash,restart,clock (all)
  --header KEY=VALUE   more of the trace's header`

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

func readArgs(words []string) (args, error) {
	a := args{faults: strings.Split(kinds, ","), header: map[string]any{}}
	flags := flag.NewFlagSet("harness", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Uint64Var(&a.seed, "seed", 1, "")
	flags.IntVar(&a.nodes, "nodes", 3, "")
	flags.IntVar(&a.events, "events", 500, "")
	flags.StringVar(&a.out, "out", "", "")
	flags.Func("faults", "", a.setFaults)
	flags.Func("header", "", a.addHeader)
	err := flags.Parse(words)
	if err == nil && (a.out == "" || a.nodes < 2 || a.nodes > 9 || a.events < 1 || flags.NArg() > 0) {
		err = errors.New("--out FILE is needed, --nodes is 2 to 9, --events at least 1, and that is all")
	}
	return a, err
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
