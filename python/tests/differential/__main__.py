"""``python -m differential N``: N random programs, mismatches made small."""

from __future__ import annotations

import argparse
import logging
import os
import pathlib
import sys

from . import faults, ledger, programs
from .campaign import ROOT, Failure, campaign, child, minimal
from .run import compare

#: Programs after which the ledger is written, so that a long campaign can be ended at any time.
PIECE = 1000


def main() -> int:
    parser = argparse.ArgumentParser(prog="differential", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=1000, help="number of programs")
    parser.add_argument("--seed", type=int, help="number of the first program; 0, or what follows the ledger")
    parser.add_argument(
        "--out",
        type=pathlib.Path,
        default=ROOT.parents[1] / "build" / "failures",
        help="folder for failing programs",
    )
    parser.add_argument("--budget", type=float, default=1e9, help="seconds")
    parser.add_argument("--shrink", type=float, default=20.0, help="seconds a failure")
    parser.add_argument("--run", type=pathlib.Path, help="compare this one program instead")
    parser.add_argument("--stopped", action="store_true", help="rank what stops straight-line programs")
    parser.add_argument("--ledger", action="store_true", help=f"enter the counts in {ledger.PATH.name}")
    parser.add_argument("--leave", choices=faults.LEAVE, help="leave runs at these places")
    parser.add_argument("--loops", action="store_true", help="programs with loops")
    parser.add_argument("--level", choices="0123", help="of code generation; 0 takes a quarter of the time")
    parser.add_argument("--child", nargs="*", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--text", type=int, help="only print the program with this number")
    options = parser.parse_args()
    logging.getLogger("slipstream").addHandler(logging.NullHandler())
    if options.loops:
        os.environ[programs.LOOPS] = "1"
    os.environ.setdefault("SLIPSTREAM_FEWEST_LANES", "2")  # arrays are small
    if options.level:
        os.environ["SLIPSTREAM_LLVM_LEVEL"] = options.level
    if options.leave:
        # A failure is not made small: it depends on all that ran before.
        os.environ.update(faults.environment(), DIFFERENTIAL_LEAVE=options.leave)
        options.shrink = 0.0
    if options.text is not None:
        print(programs.generate(options.text), end="")
        return 0
    if options.child is not None:
        if "DIFFERENTIAL_LEAVE" in os.environ:
            faults.leave(os.environ["DIFFERENTIAL_LEAVE"], options.child[0])
        child(options.child)
        return 0
    if options.run:
        print(*compare(options.run.read_text()).differences or ["equal"], sep="\n")
        return 0
    first = options.seed if options.seed is not None else ledger.following() if options.ledger else 0
    piece = min(PIECE, options.count) if options.ledger else options.count
    starts = range(first, first + options.count, max(1, piece))
    failures = [_piece(range(n, min(n + piece, starts.stop)), options) for n in starts]
    return 1 if any(failures) else 0


def _piece(seeds: range, options: argparse.Namespace) -> int:
    """Run these programs, tell and enter what came of them: the number of failures."""
    summary = campaign(seeds, options.budget)
    print(summary.report(), flush=True)
    if options.stopped:
        print(summary.ranking())
    if options.ledger:
        ledger.enter(ledger.row(summary, seeds.start, int(options.level or ledger.LEVEL)))
    _save(summary.failures, options)
    return len(summary.failures)


def _save(failures: list[Failure], options: argparse.Namespace) -> None:
    """One small program for each kind of difference, the others as they are."""
    kinds: dict[str, int] = {}
    for failure in failures:
        kinds[failure.kind] = kinds.get(failure.kind, 0) + 1
        options.out.mkdir(parents=True, exist_ok=True)
        small = options.shrink and kinds[failure.kind] <= 2
        text = minimal(failure, options.shrink) if small else failure.text
        notes = "".join(f"# {line}\n" for d in failure.lines[:6] for line in d.splitlines()[:30])
        (options.out / f"seed{failure.seed}.py").write_text(f"# seed {failure.seed}\n{notes}{text}")
        if kinds[failure.kind] <= 2:
            print(f"--- seed {failure.seed}\n{notes}{text}", flush=True)
    print(kinds)


if __name__ == "__main__":
    sys.exit(main())
