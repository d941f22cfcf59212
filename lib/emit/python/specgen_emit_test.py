"""Run with: python3 -m unittest specgen_emit_test; with --overhead it measures instead."""

import asyncio
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import specgen_emit


def probed(event, function, body):
    """A probed function as the instrumenter leaves it."""

    @specgen_emit.call("f.py", 3, function, lambda: (event, {"n": 1}), lambda result: ("n1", {"x": result}))
    def inner():
        return body()

    return inner()


def record(body):
    out = io.BytesIO()
    specgen_emit.start(out, {"seed": 7, "nodes": ["n1"]})
    try:
        body()
    finally:
        specgen_emit.stop()
    return out.getvalue().decode().splitlines()


def child(code, **more):
    """Runs code in a process of its own, with a trace that the environment asks for; its whole lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "trace")
        environment = dict(os.environ, EMIT_TRACE=path, EMIT_PROCESS="p1", EMIT_NODES="n1,n2", **more)
        here = os.path.dirname(os.path.abspath(__file__))
        subprocess.run([sys.executable, "-c", code], env=environment, cwd=here, stderr=subprocess.DEVNULL)
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file.read().splitlines(True) if line.endswith("\n")]


class Emitter(unittest.TestCase):
    def test_only_the_outermost_call_emits(self):
        lines = record(lambda: probed("Outer", "outer", lambda: probed("Inner", "inner", lambda: specgen_emit.mark("helper"))))
        self.assertEqual(lines[0], '{"specgen_trace":1,"nodes":["n1"],"seed":7}')
        self.assertEqual(
            lines[1:],
            [
                '{"seq":1,"event":"Outer","node":"n1","params":{"n":1},"state":{"x":null},"probe":"f.py:3","function":"outer",'
                '"path":["inner","helper"]}'
            ],
        )

    def test_a_call_that_raises_is_an_event_once_and_says_so(self):
        def body():
            with self.assertRaises(KeyError):
                probed("E", "e", lambda: {}["x"])
            probed("F", "f", lambda: 2)

        _, first, second = [json.loads(line) for line in record(body)]
        self.assertEqual((first["event"], first["aborted"]), ("E", True))
        self.assertEqual((second["event"], second["state"], "aborted" in second), ("F", {"x": 2}, False))

    def test_tasks_do_not_nest_in_each_other_and_generators_do_not_either(self):
        @specgen_emit.call("f.py", 3, "task", lambda name: (name, {}), lambda result, name: (name, {}))
        async def task(name):
            await asyncio.sleep(0)

        @specgen_emit.call("f.py", 9, "values", lambda: ("Values", {}), lambda result: ("n1", {"result": result}))
        def values():
            yield 1
            probed("Inner", "inner", lambda: 1)
            return 5

        async def both():
            await asyncio.gather(task("A"), task("B"))

        lines = [json.loads(line) for line in record(lambda: (asyncio.run(both()), list(values())))]
        self.assertEqual([line["event"] for line in lines[1:]], ["A", "B", "Inner", "Values"])
        self.assertEqual(lines[4]["state"], {"result": 5})

    def test_a_call_with_wrong_arguments_fails_as_it_would(self):
        @specgen_emit.call("f.py", 3, "f", lambda x: ("E", {}), lambda result, x: ("n1", {}))
        def f(x):
            return x

        def body():
            with self.assertRaisesRegex(TypeError, r"f\(\)"):
                f()

        self.assertEqual(len(record(body)), 1)

    def test_the_environment_turns_it_on(self):
        lines = child(
            "import threading, specgen_emit_test as t\n"
            "def work(): [t.probed('E', 'e', lambda: 1) for _ in range(50)]\n"
            "all = [threading.Thread(target=work) for _ in range(4)]\n"
            "[x.start() for x in all]; [x.join() for x in all]"
        )
        self.assertEqual(lines[0], {"specgen_trace": 1, "nodes": ["n1", "n2"], "process": "p1", "system": "system"})
        self.assertEqual([line["seq"] for line in lines[1:]], list(range(1, 201)))
        last = {}
        for line in lines[1:]:
            self.assertTrue(last.get(line["thread"], 0) <= line["start"] <= line["end"], line)
            last[line["thread"]] = line["end"]

    def test_a_killed_process_leaves_whole_lines(self):
        lines = child("import os, specgen_emit\nfor n in range(60):\n  specgen_emit.emit('E', 'n1', {'x': 'y' * 5000})\n  n < 50 or os.kill(os.getpid(), 9)")
        self.assertEqual(len(lines), 52)

    def test_clocks_go_with_messages(self):
        code = (
            "import specgen_emit as e\ne.emit('Send', 'n1'); sent = e.clock('n1'); e.emit('Work', 'n1')\n"
            "e.saw('n2', sent); e.emit('Receive', 'n2')"
        )
        clocks = [line["clock"] for line in child(code, EMIT_CLOCKS="1")[1:]]
        self.assertEqual(clocks, [{"n1": 1}, {"n1": 2}, {"n1": 1, "n2": 1}])

    def test_a_forked_child_does_not_write_into_the_file_of_its_parent(self):
        code = "import os, specgen_emit as e\ne.emit('A', 'n1')\npid = os.fork()\ne.emit('B', 'n1')\npid and os.wait()"
        self.assertEqual([line.get("event") for line in child(code)], [None, "A", "B"])


def overhead():
    @specgen_emit.call("f.py", 3, "f", lambda x: ("E", {"x": x}), lambda result, x: ("n1", {"x": x}))
    def f(x):
        return x

    def measure(name, calls):
        """The best of many short runs, which other work on the machine disturbs least."""

        def run():
            begun = time.perf_counter_ns()
            for _ in range(calls):
                f(1)
            return (time.perf_counter_ns() - begun) / calls

        print("python %-24s %10.1f ns an event" % (name, min(run() for _ in range(200))))

    measure("off", 2000)
    with tempfile.TemporaryFile(buffering=0) as file:
        specgen_emit.start(file, {"nodes": ["n1"]})
        measure("on", 100)
        specgen_emit.start(file, {"nodes": ["n1"]}, stamped=True)
        measure("on, with thread and time", 100)
        specgen_emit.stop()


if __name__ == "__main__":
    overhead() if "--overhead" in sys.argv else unittest.main()
