"""What goes through something item by item, as generators that the compiler reads in place of it.

Inside loops it interprets their code where `sum(map(f, xs))` or `max(range(n), key=f)` stands in the
program. Nobody ever calls them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any


def items(xs: Iterable[Any]) -> Iterator[Any]:
    """What goes through `xs` itself."""
    for x in xs:  # noqa: UP028
        yield x


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


def index(xs: list[Any], x: Any) -> int:
    """`list.index`: a NaN may be found by what it is, which numbers do not tell."""
    if x != x:
        raise ValueError
    i = 0
    for y in xs:
        if y == x:
            return i
        i += 1  # noqa: SIM113
    raise ValueError


def count(xs: list[Any], x: Any) -> int:
    """`list.count`."""
    if x != x:
        raise ValueError
    found = 0
    for y in xs:
        if y == x:
            found += 1
    return found


def contains(xs: list[Any], x: Any) -> bool:
    """The operator `in`."""
    if x != x:
        raise ValueError
    for y in xs:  # noqa: SIM110
        if y == x:
            return True
    return False


def lacks(xs: list[Any], x: Any) -> bool:
    """The operator `not in`."""
    if x != x:
        raise ValueError
    for y in xs:  # noqa: SIM110
        if y == x:
            return False
    return True


def remove(xs: list[Any], x: Any) -> None:
    """`list.remove`."""
    if x != x:
        raise ValueError
    i = 0
    for y in xs:
        if y == x:
            xs.pop(i)
            return
        i += 1  # noqa: SIM113
    raise ValueError
