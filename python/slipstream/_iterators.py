"""What goes through something item by item, as generators that the compiler reads in place of it.

Inside loops it interprets their code where `sum(map(f, xs))` or `max(range(n), key=f)` stands in the
program. Nobody ever calls them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any


def items(xs: Iterable[Any]) -> Iterator[Any]:
    """What goes through `xs` itself."""
    for x in xs:
        yield x  # noqa: UP028  # the compiler knows no other form


def mapped(f: Callable[[Any], Any], xs: Iterable[Any]) -> Iterator[Any]:
    """`map` of one iterable."""
    for x in xs:
        yield f(x)


def mapped_pairs(f: Callable[[Any, Any], Any], pairs: Iterable[tuple[Any, Any]]) -> Iterator[Any]:
    """`map` of two that are gone through side by side."""
    for x, y in pairs:
        yield f(x, y)


def filtered(f: Callable[[Any], Any], xs: Iterable[Any]) -> Iterator[Any]:
    """`filter` by a function."""
    for x in xs:
        if f(x):
            yield x


def true(xs: Iterable[Any]) -> Iterator[Any]:
    """`filter` without one."""
    for x in xs:
        if x:
            yield x


def keyed(f: Callable[[Any], Any], xs: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Each item behind what it is compared by, for `min` and `max`."""
    for x in xs:
        yield f(x), x
