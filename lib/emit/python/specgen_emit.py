"""Trace emitter added by specgen to an instrumented copy of a Python program.

Nothing here depends on that program; only the standard library is used (Python 3.7 and later).

The emitter is off until `start` is called, or from the beginning on if the environment says where the trace goes:

    EMIT_TRACE    the file; {pid} in it stands for the process's number
    EMIT_SYSTEM   the traced system's name; the default is "system"
    EMIT_NODES    the names of all nodes, with commas; the default is the process's
    EMIT_PROCESS  this process's name; the default is p and its number
    EMIT_CLOCKS   1 if messages carry clocks; see `clock`

While it is on, every outermost probed call writes one event, when it ends and with the state after it. A probed call made
inside another one writes no event of its own: its name is added to the outer event's path. A call that ends by an exception
is an event with "aborted". Each line is handed to the system in one piece before the call returns, so that a process that
is killed loses at most the line it was writing.

A trace is a text file with one JSON object a line:

    {"specgen_trace":1,"nodes":["n1","n2"],"seed":7,"system":"..."}
    {"seq":1,"event":"...","node":"n1","params":{},"state":{},"probe":"file.py:10","function":"C.f","path":[]}

A trace that the environment asked for also has thread, start and end. One that `start` began has no time stamps, and all keys
come in a fixed order: a deterministic run writes the same bytes every time.
"""

import contextvars
import functools
import inspect
import json
import os
import sys
import threading
import time


class _Trace:
    """The one trace of the process."""

    def __init__(self, out, stamped):
        self.out = out
        self.stamped = stamped
        # Of each node its vector clock; None unless EMIT_CLOCKS asks for clocks.
        self.clocks = None
        self.sequence = 0
        # Wall time at one moment of the monotonic clock, so that it never goes back and processes share it.
        self.offset = time.time_ns() - time.monotonic_ns()

    def now(self):
        return time.monotonic_ns() + self.offset if self.stamped else 0

    def line(self, values):
        text = json.dumps(values, separators=(",", ":"), ensure_ascii=False, default=_plain)
        self.out.write((text + "\n").encode())

    def event(self, event, node, params, state, probe, function, path, aborted, begun):
        with _lock:
            self.sequence += 1
            values = {
                "seq": self.sequence,
                "event": event,
                "node": node,
                "params": _sorted(params),
                "state": _sorted(state),
                "probe": probe,
                "function": function,
                "path": path,
            }
            if aborted:
                values["aborted"] = True
            if self.stamped:
                values["thread"] = str(threading.get_ident())
                values["start"] = begun
                values["end"] = self.now()
            if self.clocks is not None:
                own = self.clocks.setdefault(node, {})
                own[node] = own.get(node, 0) + 1
                values["clock"] = own
            self.line(values)


_trace = None
_lock = threading.RLock()
# The event under way in this thread or task: its path, and whether it still is.
_inside = contextvars.ContextVar("specgen_inside", default=None)


def _plain(value):
    """What JSON has no word for."""
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, (bytes, bytearray)):
        return value.decode(errors="backslashreplace")
    raise TypeError("specgen: %r cannot be recorded" % (value,))


def _sorted(fields):
    return {str(key): fields[key] for key in sorted(fields or {}, key=str)}


def start(out, header=None, stamped=False):
    """Starts a trace on `out`, which has `write` for bytes, and writes its header line."""
    global _trace
    with _lock:
        trace = _Trace(out, stamped)
        trace.line({"specgen_trace": 1, **_sorted(header)})
        _trace = trace


def stop():
    """Ends the trace; probes are off afterwards."""
    global _trace
    with _lock:
        _trace = None


def on():
    """Whether a trace is open."""
    return _trace is not None


def events():
    """How many events were written."""
    return _trace.sequence if _trace else 0


def clock(node):
    """The vector clock of a node, to be sent with a message; empty unless EMIT_CLOCKS asks for clocks."""
    with _lock:
        return dict((_trace.clocks or {}).get(node, {})) if _trace else {}


def saw(node, seen):
    """Tells that a node received a message with this clock, before the receiving event is written."""
    with _lock:
        if _trace and _trace.clocks is not None:
            own = _trace.clocks.setdefault(node, {})
            for other, count in seen.items():
                own[other] = max(own.get(other, 0), count)


def emit(event, node, params=None, state=None):
    """Writes an event that no probe sees. Its probe is `harness:` and the event's name."""
    trace = _trace
    if trace:
        trace.event(event, node, params, state, "harness:" + event, "harness", [], False, trace.now())


def mark(function):
    """Trigger path: adds a function's name to the path of the event under way, if there is one."""
    call = _inside.get()
    if call is not None and call.open:
        call.path.append(function)


def here(file, line, function, event, params, node, state):
    """Writes an event from the place where it stands, if no probed call of trigger exit is under way."""
    trace = _trace
    call = _inside.get()
    if call is not None and call.open:
        call.path.append(function)
    elif trace and event:
        probe = "%s:%d" % (file, line)
        trace.event(event, node, params, state, probe, function, [], False, trace.now())


def returning(value, seen):
    """Hands `value` on after `seen` has looked at it; stands around what a probed function returns."""
    if _trace:
        seen(value)
    return value


class _Call:
    """A probed call under way."""

    def __init__(self, probe, function, event, params, begun):
        self.probe, self.function, self.event, self.params, self.begun = probe, function, event, params, begun
        self.path = []
        self.open = True


def _begin(probe, function, event, params, nests):
    """The event that begins, with what ends its nesting; None where it is no event."""
    trace = _trace
    if trace is None or not event:
        return None
    outer = _inside.get() if nests else None
    if outer is not None and outer.open:
        outer.path.append(function)
        return None
    begun = _Call(probe, function, event, params, trace.now())
    return begun, _inside.set(begun) if nests else None


def _end(begun, look, aborted):
    """Writes what `_begin` gave, with the node and the state that `look` gives."""
    if begun is None:
        return
    underway, token = begun
    if token is not None:
        _inside.reset(token)
    underway.open = False
    trace = _trace
    if trace is None:
        return
    try:
        node, state = look()
    except Exception:
        if not aborted:
            raise
        node, state = "", {}  # After an exception the state may be too broken to be read.
    trace.event(
        underway.event, node, underway.params, state, underway.probe, underway.function, underway.path, aborted, underway.begun
    )


class section:
    """Trigger critical_section: an item of a `with`, behind the lock, so that it ends while that is held. `before` makes the
    event's name and parameters, `after` the node and the state."""

    def __init__(self, file, line, function, before, after):
        self.probe, self.function, self.before, self.after = "%s:%d" % (file, line), function, before, after
        self.begun = None

    def __enter__(self):
        if _trace is not None:
            event, params = self.before()
            self.begun = _begin(self.probe, self.function, event, params, True)

    def __exit__(self, kind, error, trace):
        _end(self.begun, self.after, kind is not None)

    async def __aenter__(self):
        self.__enter__()

    async def __aexit__(self, kind, error, trace):
        self.__exit__(kind, error, trace)


class call:
    """Trigger exit: a decorator. `before` makes the event's name and parameters of the call's arguments, `after` the node and
    the state of the result and the arguments. The name "" is no event, and no level of nesting either."""

    def __init__(self, file, line, function, before, after):
        self.probe, self.function, self.before, self.after = "%s:%d" % (file, line), function, before, after

    def __call__(self, function):
        signature = inspect.signature(function)

        def begin(args, kwargs, nests):
            """The call that begins, and its arguments; None where the function itself says best what is wrong with these."""
            try:
                bound = signature.bind(*args, **kwargs)
            except TypeError:
                return None
            bound.apply_defaults()
            event, params = self.before(**bound.arguments)
            return _begin(self.probe, self.function, event, params, nests), bound.arguments

        def end(begun, result, aborted):
            if begun is not None:
                _end(begun[0], lambda: self.after(result, **begun[1]), aborted)

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def wrapped(*args, **kwargs):
                if _trace is None:
                    return await function(*args, **kwargs)
                begun = begin(args, kwargs, True)
                try:
                    result = await function(*args, **kwargs)
                except BaseException:
                    end(begun, None, True)
                    raise
                end(begun, result, False)
                return result

        elif inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def wrapped(*args, **kwargs):
                # Between its values a generator is not under way, so that nothing is inside it.
                begun = begin(args, kwargs, False) if _trace else None
                try:
                    result = yield from function(*args, **kwargs)
                except BaseException:
                    end(begun, None, True)
                    raise
                end(begun, result, False)
                return result

        else:

            @functools.wraps(function)
            def wrapped(*args, **kwargs):
                if _trace is None:
                    return function(*args, **kwargs)
                begun = begin(args, kwargs, True)
                try:
                    result = function(*args, **kwargs)
                except BaseException:
                    end(begun, None, True)
                    raise
                end(begun, result, False)
                return result

        return wrapped


def _from_environment():
    """Begins the trace that the environment asks for. What is wrong with it is said; the program goes on without a trace."""
    global _trace
    _trace = None
    path = os.environ.get("EMIT_TRACE")
    if not path:
        return
    pid = str(os.getpid())
    try:
        out = open(path.replace("{pid}", pid), "wb", buffering=0)
    except OSError as error:
        print("specgen: no trace: %s" % error, file=sys.stderr)
        return
    process = os.environ.get("EMIT_PROCESS") or "p" + pid
    nodes = (os.environ.get("EMIT_NODES") or process).split(",")
    system = os.environ.get("EMIT_SYSTEM") or "system"
    start(out, {"nodes": nodes, "process": process, "system": system}, stamped=True)
    if os.environ.get("EMIT_CLOCKS") == "1":
        _trace.clocks = {}


def _after_fork():
    """A child writes into a file of its own, or not at all: two processes cannot number the events of one."""
    global _lock, _trace
    _lock = threading.RLock()
    _trace = None
    if "{pid}" in os.environ.get("EMIT_TRACE", ""):
        os.environ.pop("EMIT_PROCESS", None)
        _from_environment()


_from_environment()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
