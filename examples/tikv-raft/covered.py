#!/usr/bin/env python3
"""Whether probes and traces go together: covered.py TRACE_YAML POINTS_JSON TRACE...

Each probe and each action has an event; a probe with the trigger `path` is there where its function is in the path of one. Each event is
of a probe that the instrumented copy has at that place, or of the harness. Exit status: 0 all of that holds, 1 not.
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


def main(mapping, points, *paths):
    with open(points, encoding="utf-8") as file:
        known = {(f"{point['file']}:{point['line']}", point["function"]) for point in json.load(file)}
    with open(mapping, encoding="utf-8") as file:
        functions, actions = wanted(file.read())
    seen, events, aborted, foreign = collections.Counter(), collections.Counter(), 0, []
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for event in map(json.loads, list(lines)[1:]):
                seen.update([event["function"], *set(event["path"])])
                events[event["event"]] += 1
                aborted += bool(event.get("aborted"))
                place = event["probe"], event["function"]
                if place not in known and place != (f"harness:{event['event']}", "harness"):
                    foreign.append(f"{path}: event {event['seq']}: no probe at {place[0]} in {place[1]}")
    for name in actions:
        print(f"  {name} {events[name]}", end="")
    print()
    missing = [name for name in functions if not seen[name]] + [name for name in actions if not events[name]]
    strange = [name for name in events if name not in actions]
    print(f"{len(functions)} probed functions and {len(actions)} actions, {len(missing)} of them without an event; "
          f"{len(strange)} events of no action, {len(foreign)} of no probe of the copy; {aborted} aborted")
    for line in foreign[:20]:
        print(f"  {line}")
    for name in missing + strange:
        print(f"  {name}: {seen[name]} calls, {events[name]} events")
    return 1 if missing or strange or foreign or aborted or not functions or not actions else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
