"""How often a function ran natively."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import _ways

if TYPE_CHECKING:
    from ._function import Accelerated, Entry

#: Reasons of the hot path after which the whole call ran in Python.
_UNTOUCHED = {"guard", "disabled", "tracing", "errstate", "control", "weighed"}


@dataclasses.dataclass
class Counts:
    """Sums over the regions of a function."""

    calls: int = 0
    native: int = 0
    partial: int = 0
    exits: int = 0
    guard_misses: int = 0


@dataclasses.dataclass(frozen=True)
class Stats:
    """How a decorated function ran so far.

    Attributes
    ----------
    calls : int
        Calls that were counted: ``native + partial + eager``. A function of
        which nothing can be compiled runs without counting.
    native : int
        Calls that returned from compiled code without any Python step. What goes
        from one region straight into the next is counted where it is certain.
    partial : int
        Calls with compiled and Python steps.
    eager : int
        Calls that ran in Python.
    exits : int
        How often control went from compiled code on to Python.
    guard_misses : int
        How often values fitted no compiled version of a region.
    compiles : int
        Compilations.
    compile_seconds : float
        Time spent in them, in seconds.
    cache_hits : int
        Kernels that came from the cache on disk.
    entries : int
        Compiled versions in use.
    """

    calls: int
    native: int
    partial: int
    eager: int
    exits: int
    guard_misses: int
    compiles: int
    compile_seconds: float
    cache_hits: int
    entries: int

    def asdict(self) -> dict[str, Any]:
        """Return the fields as a dict."""
        return dataclasses.asdict(self)


def stats(f: Accelerated) -> Stats:
    """The figures of a function up to now."""
    c = count(f)
    return Stats(
        calls=c.calls,
        native=c.native,
        partial=c.partial,
        eager=max(c.calls - c.native - c.partial, 0),
        exits=c.exits,
        guard_misses=c.guard_misses,
        compiles=f.compiles,
        compile_seconds=f.compile_seconds,
        cache_hits=f.cache_hits,
        entries=len(f.entries),
    )


def count(f: Accelerated) -> Counts:
    """Sum over living and retired regions, and what was dropped before."""
    c = dataclasses.replace(f.past or Counts())
    c.calls += f.calls_before
    ways = _ways.Ways(regions(f))
    begun = elsewhere = 0
    for number, region, _ in regions(f):
        c.exits += region.hits + region.failures
        c.guard_misses += region.misses
        if number == 0:
            reasons = _named(region.reasons())
            untouched = sum(n for name, n in reasons.items() if name in _UNTOUCHED)
            left = sum(reasons.values()) - untouched
            c.calls += region.hits + untouched + left
            c.partial += region.hits + left
            begun += untouched
        else:
            elsewhere += region.hits
    whole = ways.whole()
    c.native, c.partial, c.exits = c.native + whole, c.partial - whole, c.exits - ways.without_exit()
    # Calls that entered no code at the top may have done so further down;
    # which did is not counted, only that no more than these can have.
    c.partial += min(begun, elsewhere)
    return c


def regions(f: Accelerated) -> Iterator[tuple[int, Any, list[Entry]]]:
    """Every region the function has or had: its number, itself, its versions."""
    for number, region in f.regions.items():
        yield number, region, [e for e in f.entries if e.region == number]
    yield from f.retired


def _named(counts: dict[int, int]) -> dict[str, int]:
    from ._native import REASONS

    return {REASONS[number]: n for number, n in counts.items()}


@dataclasses.dataclass(frozen=True)
class Version:
    """One compiled version of a region.

    Attributes
    ----------
    region : int
        The number of the region in its function.
    lines : tuple of int
        Source lines with operations in it.
    guards : str
        What must hold of the values, a line each.
    plan : str
        The tasks it runs.
    exits : tuple of str
        Where control may go from it; the last is the usual one.
    hits : int
        How often it ran to its end.
    seconds : float
        What its compilation took.
    """

    region: int
    lines: tuple[int, ...]
    guards: str
    plan: str
    exits: tuple[str, ...]
    hits: int
    seconds: float


def versions(f: Accelerated) -> list[Version]:
    """The versions in use, by region and age."""
    found = []
    for number, region in sorted(f.regions.items()):
        entries = [e for e in f.entries if e.region == number]
        for record, e in zip(region.entries(), entries, strict=False):
            hits = record["hits"] if record else 0
            hits += _earlier_hits(f, number, entries.index(e))
            guards = "\n".join(e.guards)
            found.append(Version(number, tuple(e.lines), guards, e.plan, tuple(e.exits), hits, e.seconds))
    return found


def _earlier_hits(f: Accelerated, number: int, index: int) -> int:
    """Hits of a version while its region was called in another way."""
    lists = [r.entries() for n, r, _ in f.retired if n == number]
    return sum(records[index]["hits"] for records in lists if index < len(records) and records[index])
