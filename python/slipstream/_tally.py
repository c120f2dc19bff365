"""How the functions of cells and scripts ran, in a line or a table."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import _taken
from ._stats import stats
from .reasons import lookup

if TYPE_CHECKING:
    from ._function import Accelerated


@dataclasses.dataclass(frozen=True)
class Tally:
    """Calls of accelerated functions, by how they ran."""

    functions: int
    native: int
    partial: int
    eager: int

    @classmethod
    def now(cls) -> Tally:
        """The sums over all functions that are alive."""
        found = [stats(s) for s in _taken.states()]
        calls = ([getattr(f, kind) for f in found] for kind in ("native", "partial", "eager"))
        return cls(len(found), *map(sum, calls))

    def __sub__(self, before: Tally) -> Tally:
        # Functions that died since took their counts with them.
        native, partial, eager = (max(a - b, 0) for a, b in zip(self._calls, before._calls, strict=True))
        return Tally(self.functions, native, partial, eager)

    @property
    def _calls(self) -> tuple[int, int, int]:
        return self.native, self.partial, self.eager

    def __str__(self) -> str:
        known = f"{self.functions} function{'s' * (self.functions != 1)} accelerated"
        if not any(self._calls):
            return f"{known}, no calls counted."
        native, partial, eager = self._calls
        return f"{known}; calls: {native} native, {partial} native in part, {eager} in Python."


def report(states: Sequence[Accelerated]) -> str:
    """A table of functions: calls by how they ran, and the first reason for Python."""
    rows = [("function", "place", "native", "part", "Python", "reasons"), *map(_row, states)]
    if len(rows) == 1:
        return "No function was accelerated yet."
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, place, *counts, codes = row
    texts = [name.ljust(widths[0]), place.ljust(widths[1])]
    texts += [count.rjust(width) for count, width in zip(counts, widths[2:5], strict=True)]
    return "  ".join([*texts, codes])


def _row(state: Accelerated) -> tuple[str, str, str, str, str, str]:
    counted, code = stats(state), state.code
    codes = dict.fromkeys(lookup(r["reason"]).code for r in state.refusals)
    place = f"{os.path.basename(code.co_filename)}:{code.co_firstlineno}"
    native, partial, eager = map(str, (counted.native, counted.partial, counted.eager))
    return state.original.__qualname__, place, native, partial, eager, " ".join(codes) or "-"
