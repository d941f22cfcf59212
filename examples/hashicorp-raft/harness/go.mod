// Built in a go.work beside the instrumented copy of github.com/hashicorp/raft, which needs no
// `require` then, and names the version of the language.
module github.com/hashicorp/raft/specgenharness

go 1.20
