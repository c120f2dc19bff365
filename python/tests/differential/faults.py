"""Guards switched off, and runs left where they need not be: what the tests of
the guards must notice, and what no program may notice.

The package with these switches is built by ``python -m buildtools.faults``.
``python -m differential.faults off rank`` compares the programs of a guard
with the guard switched off, ``leave third`` the corpus with runs that are left
at every third place; the last line tells what happened, as JSON.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterable

from slipstream import _native

from .campaign import ROOT
from .run import TURNS, compare

GUARDS = ROOT / "guards"
CORPUS = ROOT / "corpus"

#: At which places runs are left, and entries passed over.
LEAVE: dict[str, dict[str, float]] = {
    "all": {"every": 1},
    "third": {"every": 3},
    "random": {"share": 0.1},
}


@functools.cache
def environment() -> dict[str, str]:
    """Variables under which a child imports the package with the switches."""
    done = subprocess.run(
        [sys.executable, "-m", "buildtools.faults"],
        cwd=ROOT.parents[1],
        check=True,
        capture_output=True,
        text=True,
    )
    return {"PYTHONPATH": os.pathsep.join((done.stdout.split()[-1], str(ROOT)))}


def leave(mode: str, seed: int = 1) -> None:
    """From now on runs are left."""
    _native.faults(**LEAVE[mode], seed=seed)  # type: ignore[attr-defined]


def check(path: pathlib.Path) -> list[str]:
    """What is wrong with a program. One may tell in how many turns native code is to be entered."""
    text = path.read_text()
    space: dict[str, object] = {}
    exec("\n".join(line for line in text.splitlines() if line.startswith("NATIVE_TURNS")), space)
    outcome = compare(text)
    wanted = space.get("NATIVE_TURNS")
    wrong = wanted is not None and outcome.native_turns != wanted
    count = f"- native in {outcome.native_turns} of {TURNS} turns instead of {wanted}"
    return outcome.differences + [count] * wrong


def programs(guard: str) -> list[pathlib.Path]:
    """The program that needs a guard, or those of all."""
    return sorted(GUARDS.glob(f"{guard or '*'}.py"))


def off(guard: str) -> dict[str, object]:
    """Compare the programs of a guard, or of all where it is empty, with the guard switched off."""
    _native.faults(off=guard)  # type: ignore[attr-defined]
    return _report(programs(guard))


def left(mode: str) -> dict[str, object]:
    leave(mode)
    return _report(sorted(CORPUS.glob("*.py")), turns=False)


def _report(paths: Iterable[pathlib.Path], turns: bool = True) -> dict[str, object]:
    found = {}
    for path in paths:
        differences = check(path) if turns else compare(path.read_text()).differences
        if differences:
            found[path.stem] = differences[:3]
    return {"found": found, "counts": _native.faults_counts()}  # type: ignore[attr-defined]


def child(*arguments: str) -> tuple[int, dict[str, object]]:
    """Run this module in a child: its exit status and its report."""
    command = [sys.executable, "-P", "-m", "differential.faults", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment()}, capture_output=True, text=True, timeout=600
    )
    lines = done.stdout.splitlines()
    return done.returncode, json.loads(lines[-1]) if lines and done.returncode == 0 else {}


def main() -> int:
    logging.getLogger("slipstream").addHandler(logging.NullHandler())
    what, argument = sys.argv[1:]
    print(json.dumps(off(argument) if what == "off" else left(argument)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
