"""``python -m numpysuite [TARGET...]``: tests of these packages or modules, both ways."""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import sys

from differential import faults

from .compare import HERE, Difference, Run, compare

PACKAGES = ("numpy.fft", "numpy.polynomial", "numpy.linalg", "numpy.lib", "numpy.ma")


def main() -> int:
    parser = argparse.ArgumentParser(prog="numpysuite", description=__doc__)
    parser.add_argument("targets", nargs="*", default=PACKAGES, help="what to test")
    parser.add_argument("--packages", nargs="*", default=PACKAGES, help="what to accelerate")
    parser.add_argument("--tests", action="store_true", help="accelerate the tests, too")
    parser.add_argument("--leave", choices=faults.LEAVE, help="leave native runs at these places")
    parser.add_argument("--out", type=pathlib.Path, default=HERE.parents[1] / "build" / "numpysuite")
    parser.add_argument("--resume", action="store_true", help="go on where an earlier run was stopped")
    options = parser.parse_args()
    if not options.resume:
        shutil.rmtree(options.out, ignore_errors=True)
    if options.leave:
        os.environ.update(faults.environment(), NUMPYSUITE_LEAVE=options.leave)
    bad = 0
    for target in options.targets:
        bad += report(target, *compare([target], options.out / target, options.packages, options.tests))
    return 1 if bad else 0


def report(target: str, plain: Run, fast: Run, found: list[Difference]) -> int:
    """How many findings there are."""
    passed = sum(outcome == "passed" for outcome in fast.outcomes.values())
    counts = ", ".join(f"{n} {key}" for key, n in fast.totals.items())
    print(f"{target}: {len(plain.outcomes)} tests, {passed} pass, {len(found)} differ; {counts}", flush=True)
    for d in found:
        print(f"  {d.test}: {d.plain}, accelerated {d.fast}\n{d.text[-2000:]}")
    for bug in fast.bugs:
        print(f"  bug: {bug}")
    unfinished = not (plain.finished and fast.finished)
    if unfinished:
        print("  a run came to no end")
    idle = not fast.totals.get("runs") and "NUMPYSUITE_LEAVE" not in os.environ
    if idle:
        print("  nothing ran natively")
    return len(found) + len(fast.bugs) + unfinished + idle


if __name__ == "__main__":
    sys.exit(main())
