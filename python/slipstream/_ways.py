"""The ways of calls through regions: which returned natively, straight from one region into the next.

Counted is how often control came to a region, and how often it left a region by each of its exits, not which
call went where. Of those that left one to where another begins as many surely went on natively as came to
that one in all, without those that did not.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._function import Entry

RETURNS = -1


@dataclasses.dataclass
class _Place:
    """Where a region begins: arrivals, those of them that ran natively, and where these went on."""

    arrivals: int = 0
    hits: int = 0
    onward: Counter[int] = dataclasses.field(default_factory=Counter)


class Ways:
    """What is known of the ways of the calls of one function."""

    def __init__(self, regions: Iterable[tuple[int, Any, list[Entry]]]) -> None:
        self._places: dict[int, _Place] = {}
        self._natively: dict[int, int] = {}
        self._first: int | None = None
        for number, region, versions in regions:
            if versions:
                self._add(region, versions)
            if versions and number == 0:
                self._first = versions[0].pc

    def _add(self, region: Any, versions: list[Entry]) -> None:
        place = self._places.setdefault(versions[0].pc, _Place())
        place.arrivals += region.hits + sum(region.reasons().values())
        place.hits += region.hits
        for record, version in zip(region.entries(), versions, strict=False):
            if record is not None and version.ends:
                place.onward.update(_left_to(record, version.ends))

    def whole(self) -> int:
        """Calls that surely returned without a Python step."""
        return 0 if self._first is None else self._from(self._first)

    def _from(self, pc: int) -> int:
        """Arrivals at a region that surely came to the function's return natively."""
        if pc not in self._natively:
            self._natively[pc] = 0  # none of those that come by here again
            onward = self._places[pc].onward
            self._natively[pc] = sum(self._of(n, to) for to, n in onward.items())
        return self._natively[pc]

    def _of(self, n: int, to: int) -> int:
        if to == RETURNS:
            return n
        place = self._places.get(to)
        return 0 if place is None else max(0, n - (place.arrivals - self._from(to)))

    def without_exit(self) -> int:
        """Runs of regions that returned, or surely went straight into the next one."""
        ways = ((pc, to, n) for pc, place in self._places.items() for to, n in place.onward.items())
        return sum(self._on(pc, to, n) for pc, to, n in ways)

    def _on(self, pc: int, to: int, n: int) -> int:
        if to == RETURNS:
            return n
        place = self._places.get(to)
        # What leaves where it began is left to Python.
        return 0 if place is None or to == pc else max(0, n - (place.arrivals - place.hits))


def leads_to_return(versions: Iterable[Entry]) -> bool:
    """Whether native code leads from the function's beginning to a return, from region to region."""
    ends: dict[int, set[int]] = {}
    first = []
    for v in versions:
        ends.setdefault(v.pc, set()).update(v.ends)
        first += [v.pc] if v.region == 0 else []
    reached, ahead = set(first), first
    while ahead:
        onward = ends.get(ahead.pop(), set()) - reached
        reached |= onward
        ahead += onward
    return RETURNS in reached


def _left_to(record: dict[str, Any], ends: list[int]) -> Counter[int]:
    """How often a version was left to where: a loop nest by any of its exits, others by the last."""
    left: Counter[int] = Counter()
    if record["exits"] is None:
        left[ends[-1]] += record["hits"]
    else:
        for n, end in zip(record["exits"], ends, strict=True):
            left[end] += n
    return left
