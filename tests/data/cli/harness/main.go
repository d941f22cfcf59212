// Command harness counts to the limit and writes the trace of it.
package main

import (
	"flag"
	"os"

	"specgen.example/counter"
)

func main() {
	out := flag.String("out", "", "file to write the trace to")
	flag.Parse()
	file, err := os.Create(*out)
	if err != nil {
		panic(err)
	}
	counter.SpecgenOpen(file, map[string]any{"system": "counter", "nodes": []string{"c1"}})
	c := &counter.Counter{}
	for range 3 {
		c.Up()
	}
	if err := counter.SpecgenClose(); err != nil {
		panic(err)
	}
}
