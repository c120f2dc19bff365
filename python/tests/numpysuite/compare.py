"""Starts the runs and compares what they noted."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterable, Sequence

HERE = pathlib.Path(__file__).absolute().parents[1]

#: What is not the product's: started often enough, a test that nobody can get past is given up.
_CRASHES = 20


@dataclasses.dataclass
class Run:
    """Outcomes of tests, by name, and what was counted."""

    outcomes: dict[str, str] = dataclasses.field(default_factory=dict)
    texts: dict[str, str] = dataclasses.field(default_factory=dict)
    totals: dict[str, int] = dataclasses.field(default_factory=dict)
    bugs: list[str] = dataclasses.field(default_factory=list)
    finished: bool = False


@dataclasses.dataclass
class Difference:
    test: str
    plain: str
    fast: str
    text: str


def read(path: pathlib.Path) -> Run:
    """A test that was begun and has no outcome ended its process."""
    run = Run()
    for line in path.read_text().splitlines():
        record = json.loads(line)
        if "begin" in record:
            run.finished = False
            run.outcomes[record["begin"]] = "died"
        elif "test" in record:
            run.outcomes[record["test"]] = record["outcome"]
            run.texts[record["test"]] = record["text"]
        elif "bug" in record:
            run.bugs.append(record["bug"])
        elif "finished" in record:
            run.finished = True
            for key, n in record["finished"].items():
                run.totals[key] = max(run.totals.get(key, 0), n)
    return run


def run(targets: Sequence[str], out: pathlib.Path, settings: dict[str, str]) -> Run:
    """Run tests until each was begun: a new process goes on behind one that died."""
    command = [sys.executable, "-P", "-X", "faulthandler", "-m", "pytest", "--pyargs", *targets]
    command += ["-q", "--tb=short", "-p", "numpysuite.plugin", "-p", "no:cacheprovider", "-p", "no:xdist"]
    environment = dict(os.environ, NUMPYSUITE_OUT=str(out), **settings)
    environment["OPENBLAS_NUM_THREADS"] = "1"  # small matrices
    if "NUMPYSUITE_LEAVE" not in environment:
        environment["PYTHONPATH"] = str(HERE)
    for _ in range(_CRASHES):
        with out.with_suffix(".log").open("a") as log:
            subprocess.run(command, cwd=out.parent, env=environment, stdout=log, stderr=log)
        if out.exists() and read(out).finished:
            break
    return read(out)


def both(
    targets: Sequence[str], folder: pathlib.Path, packages: Iterable[str], tests: bool
) -> tuple[Run, Run]:
    """The tests plainly and accelerated. Files that are there already are continued."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {"NUMPYSUITE_PACKAGES": " ".join(packages), "NUMPYSUITE_TESTS": "1" if tests else ""}
    plain = run(targets, folder / "plain.jsonl", {"NUMPYSUITE_PACKAGES": ""})
    return plain, run(targets, folder / "fast.jsonl", settings)


def differing(plain: Run, fast: Run) -> list[Difference]:
    names = dict.fromkeys([*plain.outcomes, *fast.outcomes])
    return [
        Difference(n, plain.outcomes.get(n, "absent"), fast.outcomes.get(n, "absent"), fast.texts.get(n, ""))
        for n in names
        if plain.outcomes.get(n) != fast.outcomes.get(n)
    ]


def compare(
    targets: Sequence[str], folder: pathlib.Path, packages: Iterable[str], tests: bool = False
) -> tuple[Run, Run, list[Difference]]:
    """Both runs and the tests that differ in them, and again when run alone: some
    depend on the machine's free memory, or on what ran before."""
    plain, fast = both(targets, folder, packages, tests)
    found = differing(plain, fast)
    if found:
        only = folder / "again.txt"
        only.write_text("\n".join(d.test for d in found))
        os.environ["NUMPYSUITE_ONLY"] = str(only)
        try:
            again = differing(*both(targets, folder / "again", packages, tests))
        finally:
            del os.environ["NUMPYSUITE_ONLY"]
        found = [d for d in found if d.fast == "died" or d.test in {a.test for a in again}]
    return plain, fast, found
