"""Starts the processes, and starts them again behind an example that ended one."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from differential import faults

from . import memory

HERE = pathlib.Path(__file__).absolute().parents[1]

#: Seconds an example; then its traceback and the end of the process.
_PATIENCE = {"names": 600, "plain": 240, "operations": 240, "fast": 240}

#: Compiled in the first, entered where Python comes back in the second, settled in the third;
#: the last is counted.
ROUNDS = 4

#: A folder with packages that are not installed.
EXTRA = ""

#: Small matrices, one order of summation, no processes besides this one.
_QUIET = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_QUIET |= {
    "JOBLIB_MULTIPROCESSING": "0",
    "PYTHONHASHSEED": "0",
    "PYTHONWARNINGS": "ignore",
    "SLIPSTREAM_LLVM_LEVEL": "0",
}


@dataclasses.dataclass
class Run:
    """What was noted of each example; None where it ended its process."""

    mode: str
    examples: dict[str, dict[str, Any] | None]

    @property
    def died(self) -> list[str]:
        return [name for name, told in self.examples.items() if told is None]


def read(path: pathlib.Path, mode: str) -> Run:
    found: dict[str, dict[str, Any] | None] = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        told = json.loads(line)
        if "begin" in told:
            found[told["begin"]] = None
        elif "name" in told:
            found[told["name"]] = told
    return Run(mode, found)


def run(
    packages: Sequence[str],
    mode: str,
    names: Sequence[str],
    folder: pathlib.Path,
    full: bool = False,
    soil: int = 0,
) -> Run:
    """Run the examples that the folder has no results of, each process until one ends it."""
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / f"{mode}.jsonl"
    while left := _left(names, read(out, mode)):
        rounds = ROUNDS if mode in ("plain", "fast") else 1
        work = {
            "packages": packages,
            "mode": mode,
            "names": left,
            "out": str(out),
            "rounds": rounds,
            "full": full,
            "soil": soil,
        }
        work |= {"patience": _PATIENCE[mode], "watched": sys.version_info >= (3, 12)}
        _start(work, folder / f"{mode}.work.json", folder / f"{mode}.log")
        if _left(names, read(out, mode)) == left:
            raise RuntimeError(f"the process did not begin: see {folder / mode}.log")
    return read(out, mode)


def _left(names: Sequence[str], done: Run) -> list[str]:
    return [name for name in names if name not in done.examples]


def _start(work: dict[str, Any], place: pathlib.Path, log: pathlib.Path) -> None:
    place.write_text(json.dumps(work))
    filled = memory.filled(37 * work["soil"]) if work["soil"] else {}
    with log.open("a") as told:
        command = [sys.executable, "-P", "-m", "survey.worker", str(place)]
        subprocess.run(command, env=environment() | filled, stdout=told, stderr=told)


def environment() -> dict[str, str]:
    """The package with switches in its guards, and nothing that would be random."""
    found = {**os.environ, **_QUIET, **faults.environment()}
    found["PYTHONPATH"] = os.pathsep.join(filter(None, (found["PYTHONPATH"], EXTRA)))
    return found


def differing(plain: Run, fast: Run) -> list[str]:
    """Examples of which the two took down different results."""
    return [
        name
        for name, told in plain.examples.items()
        if told is not None and _results(told) != _results(fast.examples.get(name))
    ]


def _results(told: dict[str, Any] | None) -> Any:
    return told and told["results"]
