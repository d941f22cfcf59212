module specgen.example/counter-harness

go 1.22

require specgen.example/counter v0.0.0
