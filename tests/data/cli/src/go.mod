module specgen.example/counter

go 1.22
