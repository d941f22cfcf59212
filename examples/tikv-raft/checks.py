#!/usr/bin/env python3
"""Looks for what no run of raft may show, in traces: checks.py TRACE...

What is asked is asked of the recorded states alone, as there is no specification: that a trace passes says only that nothing of
this was seen in it. Exit status: 0 nothing was found, 1 something was, 2 wrong usage or a file that is no trace.
"""

import json
import sys


# What a node has before it saved anything.
START = {"currentTerm": 0, "votedFor": "none", "log": []}


class Run:
    """What one trace has shown so far."""

    def __init__(self):
        self.found = {}
        self.leaders = {}    # term -> node
        self.last = {}       # node -> its state before
        self.saved = {}      # node -> its state when it was saved last
        self.prefixes = {}   # (index, term) of an entry -> the terms up to it
        self.committed = {}  # index -> term

    def event(self, event):
        number, node, state = event["seq"], event["node"], event["state"]
        if event.get("aborted"):
            return self.fails("NoPanic", number, f"{event['event']} on {node} did not return")
        self.kept(number, node, state, event["event"])
        for check in (self.fields, self.one_leader, self.log_matching, self.commits):
            check(number, node, state)
        self.last[node] = state

    def fails(self, name, number, text):
        self.found.setdefault(name, f"event {number}: {text}")

    def fields(self, number, node, state):
        log = state["log"]
        if state["lastIndex"] != len(log) or state["lastTerm"] != (log[-1] if log else 0):
            self.fails("Fields", number, f"{node} tells two stories of its last entry")
        if state["commitIndex"] > len(log) or state["persisted"] > len(log):
            self.fails("Fields", number, f"{node} commits or saves more than it has")

    def kept(self, number, node, state, event):
        """What a crash may take is what was not saved, and only that."""
        before = self.saved.get(node, START) if event == "Restart" else self.last.get(node, START)
        term, vote = before["currentTerm"], before["votedFor"]
        if event == "Restart" and [state[key] for key in START] != [before[key] for key in START]:
            self.fails("SavedIsKept", number, f"{node} restarts with another term, vote or log than it had saved")
        if state["currentTerm"] < term:
            self.fails("TermGrows", number, f"{node} goes from term {term} to {state['currentTerm']}")
        if state["currentTerm"] == term and vote not in ("none", state["votedFor"]):
            self.fails("OneVote", number, f"{node} votes for {vote}, then for {state['votedFor']} in term {term}")
        if event == "Advance":
            self.saved[node] = state

    def one_leader(self, number, node, state):
        if state["role"] != "Leader":
            return
        term, log = state["currentTerm"], state["log"]
        leader = self.leaders.get(term)
        if leader is None:
            self.leaders[term] = node
            lacks = [index for index, of in self.committed.items() if log[index - 1:index] != [of]]
            if lacks:
                self.fails("LeaderCompleteness", number, f"{node} leads term {term} without committed entry {lacks[0]}")
        elif leader != node:
            self.fails("OneLeader", number, f"{leader} and {node} lead term {term}")

    def log_matching(self, number, node, state):
        log = tuple(state["log"])
        before = self.last.get(node)
        if before and tuple(before["log"]) == log:
            return
        for index in range(1, len(log) + 1):
            prefix = log[:index]
            if self.prefixes.setdefault((index, log[index - 1]), prefix) != prefix:
                self.fails("LogMatching", number, f"{node} has another log up to entry {index} of term {log[index - 1]}")

    def commits(self, number, node, state):
        for index, term in enumerate(state["log"][:state["commitIndex"]], 1):
            if self.committed.setdefault(index, term) != term:
                text = f"{node} commits entry {index} of term {term}, which was committed of term {self.committed[index]}"
                self.fails("CommittedAgree", number, text)


def check(path):
    run, events = Run(), 0
    with open(path, encoding="utf-8") as lines:
        header = json.loads(next(lines, "{}"))
        if header.get("specgen_trace") != 1:
            raise ValueError("it is no trace")
        for line in lines:
            run.event(json.loads(line))
            events += 1
    return run, events


def main(paths):
    if not paths:
        sys.exit(__doc__)
    bad = events = leaders = committed = 0
    for path in paths:
        try:
            run, count = check(path)
        except (OSError, ValueError, KeyError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            return 2
        events += count
        leaders += len(run.leaders)
        committed += len(run.committed)
        bad += bool(run.found)
        for name, text in run.found.items():
            print(f"{path}: {name}: {text}")
    print(f"{len(paths)} traces, {events} events, {leaders} leaders, {committed} entries committed; {bad} traces show a violation")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
