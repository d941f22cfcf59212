"""The command line."""

import argparse

# What --faults chooses from. Without restart a node that crashed stays down; partition includes that it heals.
KINDS = "drop,partition,crash,restart"


def read():
    parser = argparse.ArgumentParser(prog="harness", allow_abbrev=False)
    parser.add_argument("--seed", type=_seed, default=1, help="seed of all that is left to chance")
    parser.add_argument("--nodes", type=int, choices=range(2, 10), default=3, help="number of nodes")
    parser.add_argument("--events", type=_count, default=500, help="stop after this many events or a few more")
    parser.add_argument("--out", required=True, help="file to write the trace to")
    parser.add_argument("--faults", type=_faults, default=KINDS, help="none, or some of %s (default: all)" % KINDS)
    parser.add_argument("--header", type=_pair, default=[], action="append", metavar="KEY=VALUE", help="may be repeated")
    return parser.parse_args()


def _seed(text):
    seed = int(text)
    if not 0 <= seed < 2**64:
        raise argparse.ArgumentTypeError("a seed has 64 bits")
    return seed


def _count(text):
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return count


def _faults(text):
    names = [] if text == "none" else text.split(",")
    for name in names:
        if name not in KINDS.split(","):
            raise argparse.ArgumentTypeError("there is no fault %r" % name)
    return names


def _pair(text):
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise argparse.ArgumentTypeError("%r is not of the form KEY=VALUE" % text)
    if key in ("specgen_trace", "system", "nodes", "seed"):
        raise argparse.ArgumentTypeError("the harness itself says %s" % key)
    return key, value
