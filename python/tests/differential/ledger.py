"""The ledger of long campaigns: a row each, in ``python/tests/LEDGER.md``; what counts is their sum."""

from __future__ import annotations

import dataclasses
import pathlib
import platform
import subprocess

import numpy as np

from .campaign import ROOT, Summary

PATH = ROOT / "LEDGER.md"
HEAD = """# Ledger

Random programs compared with NumPy, by campaign: `make ledger N=100000` adds a row.
Each program of a row that differs has been mended, and stands in `corpus`, before the next row was begun.
`level` is LLVM's level of code generation: 2 is what users get; 0 makes machine code of the same IR text in a
quarter of the time (`--level 0`).

"""
COLUMNS = ("build", "python", "numpy", "level", "first", "programs", "native", "differ")

#: The level of code generation where none is asked for.
LEVEL = 2


@dataclasses.dataclass(frozen=True)
class Row:
    """A campaign: the commit that ran, versions, number of the first program, counts."""

    build: str
    python: str
    numpy: str
    level: int
    first: int
    programs: int
    native: int
    differ: int

    def __str__(self) -> str:
        return f"| {' | '.join(str(getattr(self, c)) for c in COLUMNS)} |"


def row(summary: Summary, first: int, level: int = LEVEL) -> Row:
    """What a campaign on this build is entered as."""
    versions = platform.python_version(), np.__version__
    counts = summary.programs, summary.native, len(summary.failures)
    return Row(build(), *versions, level, first, *counts)


def build() -> str:
    """The commit, with a mark where files other than the ledger have been changed since."""
    commit = _git("rev-parse", "--short=7", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ":/", f":!{PATH.name}")
    return f"{commit or 'unknown'}{'-dirty' if changed else ''}"


def _git(*command: str) -> str:
    return subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def rows(path: pathlib.Path = PATH) -> list[Row]:
    """The rows of a ledger, none where there is no file."""
    lines = path.read_text().splitlines() if path.exists() else []
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [Row(*c[:3], *map(int, c[3:])) for c in cells if c[3].isdigit()]


def following(path: pathlib.Path = PATH) -> int:
    """The number behind those of all campaigns."""
    return max((r.first + r.programs for r in rows(path)), default=0)


def enter(new: Row, path: pathlib.Path = PATH) -> None:
    """Add a row, or to the last one if it goes on there; the file is written anew as a whole."""
    known = joined([*rows(path), new])
    head = [f"| {' | '.join(COLUMNS)} |", f"|{' --- |' * len(COLUMNS)}"]
    path.write_text(HEAD + "\n".join([*head, *map(str, known), "", total(known), ""]))


def joined(known: list[Row]) -> list[Row]:
    """The rows, the last two as one if they are of one build and follow each other."""
    if len(known) < 2 or known[-1].first != known[-2].first + known[-2].programs:
        return known
    last, new = known[-2:]
    if dataclasses.astuple(last)[:4] != dataclasses.astuple(new)[:4]:
        return known
    counts = last.programs + new.programs, last.native + new.native, last.differ + new.differ
    return [*known[:-2], Row(*dataclasses.astuple(last)[:5], *counts)]


def total(known: list[Row]) -> str:
    """The closing line."""
    programs, native = sum(r.programs for r in known), sum(r.native for r in known)
    differ = sum(r.differ for r in known)
    return f"{programs:,} programs, {native / max(1, programs):.1%} ran natively, {differ} differed."
