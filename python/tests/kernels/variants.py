"""Inputs derived from a kernel's original ones: other values, layouts, types, sizes, and what raises late.

A variant is a function of arguments that gives others, or None where it would change nothing.
What comes of them is nowhere written down: the plain kernel tells.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .table import Arguments, Kernel

Change = Callable[[np.ndarray], np.ndarray]
Variant = Callable[[Arguments, int], "Arguments | None"]


def of(row: Kernel) -> Iterator[tuple[str, Callable[[], Arguments]]]:
    """The variants that the kernel has, each with a maker of fresh arguments."""
    for name, variant in VARIANTS.items():
        seed = zlib.crc32(f"{row.name} {name}".encode())

        def make(variant: Variant = variant, seed: int = seed) -> Arguments | None:
            return variant(original(row), seed)

        if make() is not None:
            yield name, make  # type: ignore[misc]


def original(row: Kernel) -> Arguments:
    """Fresh arguments as the kernel's row makes them."""
    return row.make(np.random.default_rng(1))


def each(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with all that stands in its tuples and lists changed."""
    if isinstance(value, (tuple, list)):
        return type(value)(each(item, change) for item in value)
    return change(value)


def leaves(value: Any) -> list[Any]:
    """What stands in the tuples and lists."""
    found: list[Any] = []
    each(value, found.append)
    return found


def changed(args: Arguments, change: Callable[[Any], Any]) -> Arguments | None:
    """The arguments with every leaf changed, None if `change` gave all of them back."""
    new = each(args, change)
    return None if all(x is y for x, y in zip(leaves(args), leaves(new), strict=True)) else new


def arrays(kinds: str, change: Change, rank: int = 0) -> Variant:
    """Arrays of these kinds of dtypes and at least this rank, changed one by one."""

    def fits(value: Any) -> bool:
        return isinstance(value, np.ndarray) and value.dtype.kind in kinds and value.ndim >= rank

    return lambda args, seed: changed(args, lambda x: change(x) if fits(x) else x)


def drawn(kinds: str, change: Callable[[np.ndarray, np.random.Generator], np.ndarray]) -> Variant:
    """The same with a generator, and arrays that have elements."""

    def variant(args: Arguments, seed: int) -> Arguments | None:
        rng = np.random.default_rng(seed)
        return arrays(kinds, lambda a: change(a, rng) if a.size else a)(args, seed)

    return variant


def scalars(kinds: type | tuple[type, ...], change: Callable[[Any], Any]) -> Variant:
    """Python's numbers of exactly these types."""
    types = kinds if isinstance(kinds, tuple) else (kinds,)
    return lambda args, seed: changed(args, lambda x: change(x) if type(x) in types else x)


# Values -------------------------------------------------------------------


def _other(a: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Floats of both signs; integers stay in their range, because they may be places."""
    if a.dtype.kind in "fc":
        return (rng.standard_normal(a.shape) * 2).astype(a.dtype)
    return rng.permutation(a.reshape(-1)).reshape(a.shape)


def put(a: np.ndarray, values: Any, rng: np.random.Generator) -> np.ndarray:
    """A copy with the values at some places."""
    a = a.copy()
    for value in values:
        a.reshape(-1)[rng.integers(a.size)] = value
    return a


def _late(value: Any) -> Callable[[np.ndarray], np.ndarray]:
    """A copy with this value near the end of each array, so that the first iterations are as ever."""

    def change(a: np.ndarray) -> np.ndarray:
        if not a.size:
            return a
        a = a.copy()
        a.reshape(-1)[-max(1, a.size // 4)] = value(a.dtype) if callable(value) else value
        return a

    return change


def _greatest(dtype: np.dtype) -> Any:
    return np.iinfo(dtype).max if dtype.kind in "iu" else np.finfo(dtype).max


def _narrow(x: float) -> Any:
    if type(x) is float:
        return np.float32(x)
    return np.int32(x) if abs(x) < 2**31 else x


def _cast(dtype: str, factor: complex = 1) -> Change:
    """To another type, in silence where values do not fit it."""

    def change(a: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return (a * factor if factor != 1 else a).astype(dtype)

    return change


# Layouts ------------------------------------------------------------------


def _steps(a: np.ndarray) -> np.ndarray:
    """Every second element of a larger array, on all axes."""
    room = np.zeros([2 * n for n in a.shape], a.dtype)
    view = room[(slice(None, None, 2),) * a.ndim]
    view[...] = a
    return view


def _backwards(a: np.ndarray) -> np.ndarray:
    flip = (slice(None, None, -1),) * a.ndim
    return np.ascontiguousarray(a[flip])[flip]


def _repeated(a: np.ndarray) -> np.ndarray:
    """All rows are the first one."""
    return np.broadcast_to(a[:1], a.shape)


def _locked(a: np.ndarray) -> np.ndarray:
    a = a.copy()
    a.flags.writeable = False
    return a


def _odd(a: np.ndarray) -> np.ndarray:
    """Not aligned: an odd address."""
    room = np.zeros(a.nbytes + 1, np.uint8)
    view = room[1:].view(a.dtype).reshape(a.shape)
    view[...] = a
    return view


def _swapped(a: np.ndarray) -> np.ndarray:
    """The other byte order."""
    return a.astype(a.dtype.newbyteorder())


def _overlapping(distance: int) -> Variant:
    """Arrays of one dtype in one buffer, each so many elements behind the one before."""

    def variant(args: Arguments, seed: int) -> Arguments | None:
        groups: dict[Any, list[np.ndarray]] = {}
        for x in leaves(args):
            if isinstance(x, np.ndarray):
                groups.setdefault(x.dtype.str, []).append(x)
        places = {}
        for group in groups.values():
            if len(group) > 1:
                places.update(_one_buffer(group, distance))
        return changed(args, lambda x: places.get(id(x), x))

    return variant


def _one_buffer(group: list[np.ndarray], distance: int) -> dict[int, np.ndarray]:
    room = np.zeros(max(a.size for a in group) + distance * len(group), group[0].dtype)
    views = {}
    for n, a in enumerate(group):
        views[id(a)] = room[n * distance : n * distance + a.size].reshape(a.shape)
        views[id(a)][...] = a
    return views


def _one_object(args: Arguments, seed: int) -> Arguments | None:
    """The first of the arrays with equal shape and dtype stands for all of them."""
    first: dict[Any, np.ndarray] = {}

    def change(x: Any) -> Any:
        return first.setdefault((x.shape, x.dtype.str), x) if isinstance(x, np.ndarray) else x

    return changed(args, change)


# Sizes --------------------------------------------------------------------


def _first(n: int) -> Change:
    """As many elements on each axis."""
    return lambda a: a[(slice(0, n),) * a.ndim]


def _shorter(which: int) -> Variant:
    """One array lacks its last row, so that what reads it goes wrong late."""

    def variant(args: Arguments, seed: int) -> Arguments | None:
        given = [x for x in leaves(args) if isinstance(x, np.ndarray) and x.ndim]
        short = given[which] if which < len(given) else None
        return changed(args, lambda x: x[:-1] if x is short else x)

    return variant


ALL = "biufc"
SPECIAL = (np.nan, np.inf, -np.inf, -0.0, 0.0)

VARIANTS: dict[str, Variant] = {
    "original": lambda args, seed: args,
    "random": drawn("iufc", _other),
    "special": drawn("fc", lambda a, rng: put(a, SPECIAL[: max(1, a.size // 3)], rng)),
    "late nan": arrays("fc", _late(np.nan)),
    "late zero": arrays("iufc", _late(0)),
    "late minus zero": arrays("f", _late(-0.0)),
    "all zero": arrays("iufc", np.zeros_like),
    "negative": arrays("ifc", lambda a: -a),
    "tiny": arrays("f", lambda a: a * np.finfo(a.dtype).tiny),
    "huge": arrays("f", lambda a: np.copysign(np.finfo(a.dtype).max, a)),
    "late huge": arrays("iuf", _late(_greatest)),
    "late bad place": arrays("i", _late(10**6)),
    "late negative place": arrays("i", _late(-1)),
    "steps": arrays(ALL, _steps, 1),
    "backwards": arrays(ALL, _backwards, 1),
    "Fortran": arrays(ALL, np.asfortranarray, 2),
    "repeated rows": arrays(ALL, _repeated, 1),
    "read-only": arrays(ALL, _locked),
    "not aligned": arrays("iufc", _odd),
    "other byte order": arrays("iufc", _swapped),
    "overlapping": _overlapping(1),
    "overlapping by much": _overlapping(3),
    "one object": _one_object,
    "one element": arrays(ALL, _first(1), 1),
    "two elements": arrays(ALL, _first(2), 1),
    "no elements": arrays(ALL, _first(0), 1),
    "no rows": arrays(ALL, lambda a: a[:0], 2),
    "first shorter": _shorter(0),
    "second shorter": _shorter(1),
    "third shorter": _shorter(2),
    "float32": arrays("f", _cast("f4")),
    "float16": arrays("f", _cast("f2")),
    "complex128": arrays("f", _cast("c16", 1 + 0.5j)),
    "int32": arrays("iu", _cast("i4")),
    "uint8": arrays("iu", _cast("u1")),
    "integers": arrays("f", _cast("i8", 8)),
    "floats": arrays("biu", _cast("f8")),
    "objects": arrays("if", _cast("O")),
    "another axis": arrays(ALL, lambda a: a[..., None], 1),
    "NumPy's scalars": scalars((int, float, bool, complex), lambda x: np.asarray(x)[()]),
    "narrow scalars": scalars((int, float), _narrow),
    "scalars zero": scalars((int, float), lambda x: type(x)(0)),
    "scalars negative": scalars((int, float), lambda x: -x),
    "floats for integers": scalars(int, float),
    "integers for floats": scalars(float, round),
    "nan for floats": scalars(float, lambda x: float("nan")),
    "a size more": scalars(int, lambda x: x + 1),
}
