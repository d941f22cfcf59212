"""Drives the system under test in one process, from one seed, and writes a trace of what it does. The same arguments write the
same bytes.

Exit status: 0 done; 1 the trace could not be written, or not to its end; 2 wrong usage; 3 the system raised an exception that
it did not handle, and the trace is whole up to there.
"""

import sys
import traceback

# Behind the instrumented copy, which may have a `main` of its own.
sys.path.append(sys.path.pop(0))

from pysyncobj import specgen_emit

from specgen_harness import args as command_line
from specgen_harness.scheduler import Scheduler, Stuck
from specgen_harness.system import name


class Out:
    """The trace's file. It keeps the first error, so that the system never sees one of the trace."""

    def __init__(self, file):
        self.file, self.error = file, None

    def write(self, line):
        if self.error is None:
            try:
                if self.file.write(line) < len(line):
                    raise OSError("the trace's file takes no more")
            except OSError as error:
                self.error = error


def main():
    args = command_line.read()
    try:
        # Without a buffer, so that a run that is stopped from outside leaves whole lines.
        with open(args.out, "wb", buffering=0) as file:
            return run(args, Out(file))
    except OSError as error:
        return failed(error)


def run(args, out):
    """Writes one trace."""
    header = {**dict(args.header), "system": "pysyncobj", "seed": args.seed}
    header["nodes"] = [name(node) for node in range(args.nodes)]
    raised = stuck = None
    try:
        scheduler = Scheduler(args)
        specgen_emit.start(out, header)
        scheduler.run(args.events, specgen_emit.events)
    except Stuck as error:
        stuck = error
    except (Exception, SystemExit) as error:
        traceback.print_exc()
        raised = error
    if not specgen_emit.on():
        specgen_emit.start(out, header)
    specgen_emit.stop()
    if out.error or stuck:
        return failed(out.error or stuck)
    if raised:
        print("harness: exception in the system under test: %r" % raised, file=sys.stderr)
        return 3
    print(scheduler.summary())
    return 0


def failed(error):
    print("harness: %s" % error, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
