"""``python -m survey [PART...]``: examples of objects whose names contain one of the parts, all without.

``--packages`` names others than SciPy and scikit-learn, which must be installed;
the page is only written of these two in full.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import shutil
import sys
from collections.abc import Sequence

from . import report
from .report import Verdicts
from .runs import HERE, Run, differing, run

Facts = dict[str, str]  # of one statement

PACKAGES = ("scipy", "sklearn")
PAGE = HERE.parents[1] / "benchmarks" / "LIBRARIES.md"
OUT = HERE.parents[1] / "build" / "survey"


def main() -> int:
    parser = argparse.ArgumentParser(prog="survey", description=__doc__)
    parser.add_argument("parts", nargs="*", help="parts of names such as scipy.signal")
    parser.add_argument("--out", type=pathlib.Path, default=OUT)
    parser.add_argument("--resume", action="store_true", help="go on where an earlier survey was stopped")
    parser.add_argument("--packages", nargs="+", default=PACKAGES, help="instead of SciPy and scikit-learn")
    options = parser.parse_args()
    packages = tuple(options.packages)
    if not options.resume:
        shutil.rmtree(options.out, ignore_errors=True)
    found = names(packages, options.out, options.parts)
    print(f"{len(found)} objects with examples", flush=True)
    plain, fast, operations = (
        run(packages, mode, found, options.out) for mode in ("plain", "fast", "operations")
    )
    verdicts = again(packages, differing(plain, fast), options.out)
    page = report.text(plain, fast, operations, verdicts)
    if not options.parts and packages == PACKAGES:
        PAGE.write_text(page)
    print(page)
    bugs = {bug for told in fast.examples.values() if told for bug in told["bugs"]}
    for bug in bugs:
        print(f"bug: {bug}")
    return 1 if verdicts.differ or verdicts.together or bugs or set(fast.died) - set(plain.died) else 0


def names(packages: Sequence[str], out: pathlib.Path, parts: list[str]) -> list[str]:
    """Found by a process of its own: this one imports none of the libraries."""
    listed = run(packages, "names", packages, out)
    every = [n for package in packages for n in (listed.examples[package] or {"names": []})["names"]]
    return [n for n in every if not parts or any(part in n for part in parts)]


def again(packages: Sequence[str], suspects: list[str], out: pathlib.Path) -> Verdicts:
    """What becomes of those that differ when these alone are run, and everything is noted."""
    # Nothing that anybody wrote depends on what free memory holds.
    plain, twin, fast = (
        run(packages, mode, suspects, out / "again" / str(soil), full=True, soil=soil)
        for mode, soil in (("plain", 1), ("plain", 2), ("fast", 3))
    )
    differ = [name for name in differing(plain, fast) if beyond(plain, twin, fast, name)]
    unrepeatable = [name for name in differing(plain, twin) if name not in differ]
    for name in differ:
        print("\n".join(first(plain, fast, name)), flush=True)
    return Verdicts(differ, unrepeatable, [n for n in suspects if n not in {*differ, *unrepeatable}])


def beyond(plain: Run, twin: Run, fast: Run, name: str) -> bool:
    """Whether an example differs in what plain runs do not differ in, and what does not follow from that."""
    runs = [r.examples[name] for r in (plain, twin, fast)]
    if not all(runs):
        return True
    told, other, third = (r["results"] for r in runs if r)
    return any(_beyond(*rounds) for rounds in zip(told, other, third, strict=True))


def _beyond(plain: list[Facts], twin: list[Facts], fast: list[Facts]) -> bool:
    """The same of one round. Variables of which anything differs among plain runs are no matter."""
    if len(plain) != len(fast):
        return True
    for a, b, c in zip(plain, twin, fast, strict=True):
        uncertain = {_variable(key) for key in {**a, **b} if a.get(key) != b.get(key)}
        if any(a.get(key) != c.get(key) for key in {**a, **c} if _variable(key) not in uncertain):
            return True
        if uncertain:
            return False
    return False


def _variable(key: str) -> str:
    return re.split(r"[.:\[]", key)[0]


def first(plain: Run, fast: Run, name: str) -> list[str]:
    """The first statement that gives something else, and what."""
    told, other = plain.examples[name], fast.examples[name]
    if told is None or other is None:
        return [f"{name}: ended the process"]
    for number, (left, right) in enumerate(zip(told["results"], other["results"], strict=True)):
        for i, (a, b) in enumerate(zip(left, right, strict=True)):
            keys = [key for key in {**a, **b} if a.get(key) != b.get(key)]
            if keys:
                lines = [f"{name}: round {number}, statement {i}"]
                return lines + [f"  {k}:\n    plain {a.get(k)}\n    accelerated {b.get(k)}" for k in keys[:5]]
    return []


if __name__ == "__main__":
    sys.exit(main())
