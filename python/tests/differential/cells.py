"""``python -m differential.cells matrix`` or another of KINDS: all of it, in pieces.

Cells are done in an order that is shuffled once, so that any part of them is
a sample. What is done stands in a file, and the next run goes on there.
A child process does them: one that it dies of is a finding.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import pathlib
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from . import calls, matrix, reports, sessions, special
from .campaign import ROOT

KINDS: dict[str, Callable[[], dict[str, Callable[[], int]]]] = {
    "matrix": matrix.cells,
    "specials": special.cells,
    "sessions": sessions.cells,
    "calls": calls.cells,
    "reports": reports.cells,
}
PATIENCE = 300  # seconds a cell


def order(kind: str, shard: int, shards: int) -> list[str]:
    """The names of the cells of one shard, shuffled."""
    names = list(KINDS[kind]())
    random.Random(kind).shuffle(names)
    return names[shard::shards]


def child(kind: str, notes: pathlib.Path) -> None:
    """Do the cells of which standard input has a list."""
    known = KINDS[kind]()
    with notes.open("a") as out:
        for name in json.load(sys.stdin):
            print(json.dumps({"begin": name}), file=out, flush=True)
            faulthandler.dump_traceback_later(PATIENCE, exit=True)
            print(json.dumps({"cell": name, **_outcome(known[name])}), file=out, flush=True)


def _outcome(cell: Callable[[], int]) -> dict[str, object]:
    try:
        return {"native": cell()}
    except Exception as error:  # a difference, or an error of the harness
        return {"native": 0, "difference": f"{type(error).__name__}: {error}"[:2000]}


def records(notes: pathlib.Path) -> dict[str, dict[str, object]]:
    """What is known of each cell; one that was begun and not ended killed its process."""
    found: dict[str, dict[str, object]] = {}
    for line in notes.read_text().splitlines() if notes.exists() else ():
        record = json.loads(line)
        if "begin" in record:
            found[record["begin"]] = {"native": 0, "difference": "the process died or hung"}
        else:
            found[record["cell"]] = record
    return found


def run(kind: str, notes: pathlib.Path, names: list[str], end: float) -> None:
    """Do what is not done, until the time is over."""
    done = records(notes)
    for part in _parts(names):
        while (left := [n for n in part if n not in done]) and time.time() < end:
            command = [sys.executable, "-P", "-m", "differential.cells", kind, "--child", str(notes)]
            environment = dict(os.environ, PYTHONPATH=str(ROOT))
            subprocess.run(command, input=json.dumps(left), text=True, cwd=ROOT, env=environment)
            done = records(notes)


def _parts(names: list[str], size: int = 500) -> Iterator[list[str]]:
    for at in range(0, len(names), size):
        yield names[at : at + size]


def main() -> int:
    parser = argparse.ArgumentParser(prog="differential.cells", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--shard", default="0/1", help="which of how many parts: 0/4")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after about this time")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT.parents[1] / "build" / "cells")
    parser.add_argument("--again", action="store_true", help="forget what was done")
    parser.add_argument("--child", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.kind, options.child)
        return 0
    shard, shards = map(int, options.shard.split("/"))
    options.out.mkdir(parents=True, exist_ok=True)
    notes = options.out / f"{options.kind}-{shard}-{shards}.jsonl"
    if options.again:
        notes.unlink(missing_ok=True)
    names = order(options.kind, shard, shards)
    run(options.kind, notes, names, time.time() + options.seconds)
    return report(options.kind, names, records(notes))


def report(kind: str, names: list[str], done: dict[str, dict[str, object]]) -> int:
    bad = {name: r["difference"] for name, r in done.items() if "difference" in r}
    native = sum(bool(r["native"]) for r in done.values())
    for name, text in bad.items():
        print(f"--- {name}\n{text}")
    print(f"{kind}: {len(done)} of {len(names)} cells, {native} with native runs, {len(bad)} differ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
