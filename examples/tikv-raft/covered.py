#!/usr/bin/env python3
"""Whether the traces have an event of each probe and of each action: covered.py TRACE_YAML TRACE...

A probe with the trigger `path` is there where its function is in the path of some event. Exit status: 0 all are there, 1 not.
"""

import collections
import json
import re
import sys


def wanted(text):
    """The functions of the probes and the names of the actions; of YAML, what trace.yaml has."""
    probes = text[text.index("\nprobes:"):text.index("\nstate:")]
    actions = text[text.index("\nactions:"):text.index("\nconstants:")]
    functions = re.findall(r'^- (?:\{)?function: "?([^\s",]+)', probes, re.MULTILINE)
    return functions, re.findall(r"^- name: (\S+)", actions, re.MULTILINE)


def main(mapping, *paths):
    with open(mapping, encoding="utf-8") as file:
        functions, actions = wanted(file.read())
    seen, events, aborted = collections.Counter(), collections.Counter(), 0
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for event in map(json.loads, list(lines)[1:]):
                seen.update([event["function"], *set(event["path"])])
                events[event["event"]] += 1
                aborted += bool(event.get("aborted"))
    for name in actions:
        print(f"  {name} {events[name]}", end="")
    print()
    missing = [name for name in functions if not seen[name]] + [name for name in actions if not events[name]]
    strange = [name for name in events if name not in actions]
    print(f"{len(functions)} probed functions and {len(actions)} actions, {len(missing)} of them without an event; "
          f"{len(strange)} events of no action; {aborted} aborted")
    for name in missing + strange:
        print(f"  {name}: {seen[name]} calls, {events[name]} events")
    return 1 if missing or strange or aborted or not functions or not actions else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
