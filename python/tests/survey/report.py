"""Shares and ranked reasons of a survey, as a page."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import importlib.metadata
import re
import statistics
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from slipstream.reasons import lookup

from .runs import Run
from .steps import first_lines

_LEAST = 3  # operations on arrays of the functions that count
_SHOWN = 40  # rows of reasons
#: Pieces that are too small on their own, and where a region was cut: others are the reason.
_CONSEQUENCES = (1903, 1905)


@dataclasses.dataclass(frozen=True)
class Path:
    """A function in one example: which of its statements Python ran, and why."""

    example: str
    function: str
    operations: int
    python: tuple[int, ...]
    reasons: tuple[tuple[int, str], ...]
    places: int
    working: int = 0

    @property
    def package(self) -> str:
        return self.example.partition(".")[0]


@dataclasses.dataclass(frozen=True)
class Verdicts:
    """Examples whose results were not the same."""

    differ: list[str]
    unrepeatable: list[str]  # plain runs differ among themselves
    together: list[str]  # only when others ran before in the same process


def paths(fast: Run, operations: Run) -> list[Path]:
    """The functions that did enough operations on arrays, in each example."""
    return [
        Path(name, function, n, *_python(accelerated, function), _working(told, accelerated, function))
        for name, told in operations.examples.items()
        if told is not None and (accelerated := fast.examples.get(name)) is not None
        for function, n in told["operations"].items()
        if n >= _LEAST
    ]


def _working(operations: dict[str, Any], fast: dict[str, Any], function: str) -> int:
    """How many of the statements that Python ran work on arrays themselves."""
    first = first_lines(function.rpartition(":")[0])
    working = {first.get(line, line) for line in operations["lines"].get(function, ())}
    return len(working.intersection(fast["python"].get(function, ())))


def _python(told: dict[str, Any], function: str) -> tuple[tuple[int, ...], tuple[tuple[int, str], ...], int]:
    """The statements that Python ran, the reasons, and how many places have one."""
    lines = tuple(told["python"].get(function, ()))
    found = [r for r in told["reasons"].get(function, ()) if lines]
    reasons = {(number, detail) for number, detail, _ in found}
    places = {line for number, _, line in found if line in lines and number not in _CONSEQUENCES}
    return lines, tuple(sorted(reasons)), max(len(places), bool(lines))


def text(plain: Run, fast: Run, operations: Run, verdicts: Verdicts) -> str:
    """The page."""
    found = paths(fast, operations)
    parts = [_head(), _results(plain, fast, verdicts), _shares(found), _ranking(found)]
    return "\n\n".join(parts) + "\n"


def _version(package: str) -> str:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(package)
    return "absent"


def _head() -> str:
    versions = ", ".join(f"{p} {_version(p)}" for p in ("scipy", "scikit-learn", "numpy"))
    return _HEAD.format(versions=versions, python=sys.version.split()[0], least=_LEAST)


_HEAD = """# Library code

Examples of docstrings, {versions}, CPython {python}. Again: `make survey`.

Each example runs twice in several rounds, plainly and with every Python function of the two libraries
accelerated where it is. Compared are all values that a statement binds or shows (type, bits, strides,
who shares memory with whom, attributes of objects), what it prints and warns of, exceptions with their
frames, the error state and the state of random numbers.

A *path* is a function in one example. A *Python step* is a statement of it that CPython executed in the
last round, be it in whole or in part, however simple: the whole of a function that has nothing native
counts. Paths are counted that have at least {least} places which work on arrays or NumPy's numbers
themselves, not by a Python function that they call. *Array steps* are those Python steps that do such
work themselves; the others look at arguments, branch, or call functions. *Places* are those Python steps
that were refused for a reason of their own. The others are left to Python because what lies between two
places is too small to be worth a region, or is on the way to what was refused. Functions that others make
when they are called are not decorated, and counted only where they are inlined."""


def _results(plain: Run, fast: Run, verdicts: Verdicts) -> str:
    told = [t for t in plain.examples.values() if t]
    statements, raised = (sum(t[key] for t in told) for key in ("statements", "raised"))
    differ, together = verdicts.differ, verdicts.together
    same = len(told) - len(differ) - len(together) - len(verdicts.unrepeatable) - len(fast.died)
    rows = [
        ("objects with examples", len(plain.examples)),
        ("statements", statements),
        ("of these raise, most because matplotlib is not there", raised),
        ("identical", same),
        (
            "plain runs differ among themselves: times, addresses, memory that nobody wrote",
            len(verdicts.unrepeatable),
        ),
        ("**different**", len(differ)),
        ("different only behind other examples in one process", len(together)),
        ("ended the process: plain, accelerated", f"{len(plain.died)}, {len(fast.died)}"),
    ]
    names = [f"- different: `{n}`" for n in (*differ, *together)] + [f"- ended: `{n}`" for n in fast.died]
    return "## Results\n\n" + "\n".join([*_table(("", "n"), rows), *(["", *names] if names else [])])


def _shares(found: Sequence[Path]) -> str:
    rows = [_row(f"paths, {p}", [x for x in found if x.package == p]) for p in ("scipy", "sklearn")]
    rows.append(_row("paths", found))
    rows.append(_row("functions, by the worst of their paths", list(_by_function(found, max))))
    rows.append(_row("functions, by the best", list(_by_function(found, min))))
    heads = ["", "n", "no Python step", "1 to 3", "more", "median of the steps"]
    heads += ["no array step", "1 to 3", "more", "1 to 3 places", "more"]
    return "## Shares\n\n" + "\n".join(_table(heads, rows))


def _by_function(found: Iterable[Path], choose: Any) -> Iterator[Path]:
    groups = collections.defaultdict(list)
    for path in found:
        groups[path.function].append(path)
    for group in groups.values():
        yield choose(group, key=lambda p: len(p.python))


def _row(name: str, found: Sequence[Path]) -> tuple[object, ...]:
    steps = [len(p.python) for p in found]
    median = statistics.median(steps) if steps else ""
    shares = _three([p.working for p in found]) + _three([p.places for p in found])[1:]
    return (name, len(found), *_three(steps), median, *shares)


def _three(counts: Sequence[int]) -> list[str]:
    """The shares of none, one to three, and more."""
    few = sum(1 <= c <= 3 for c in counts)
    none = counts.count(0)
    return [f"{100 * k / max(len(counts), 1):.0f} %" for k in (none, few, len(counts) - none - few)]


def _ranking(found: Sequence[Path]) -> str:
    everywhere: collections.Counter[tuple[int, str]] = collections.Counter()
    alone: collections.Counter[tuple[int, str]] = collections.Counter()
    example: dict[tuple[int, str], str] = {}
    for path in found:
        kinds = {(number, kind(detail)) for number, detail in path.reasons}
        everywhere.update(kinds)
        alone.update(kinds if len(kinds) == 1 else ())
        for reason in kinds:
            example.setdefault(reason, path.function.rpartition("site-packages/")[2])
    rows = [
        (n, alone[r], lookup(r[0]).code, r[1].replace("|", "\\|"), f"`{example[r]}`")
        for r, n in everywhere.most_common(_SHOWN)
    ]
    heads = ("paths", "only reason", "code", "what", "for instance")
    return "## What stopped the rest\n\n" + "\n".join(_table(heads, rows))


def kind(detail: str) -> str:
    """A reason's detail without the way to it through functions that are called."""
    return re.sub(r"^(in \S+, line -?\d+: )+", "in a function called: ", detail)


def _table(heads: Sequence[object], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(map(str, line)) + " |" for line in lines]
