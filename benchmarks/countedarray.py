"""An array that enters what is done with it, by NumPy's own protocols.

Each operation runs on plain arrays and is entered with its elements, bytes and seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .work import METADATA, PRODUCTS, Counter, flat, names, place

#: Products that take less, in seconds, are timed once more, warm.
AGAIN = 0.05
#: Elements that compiled code hands to a loop of NumPy's at once.
TILE = 1024
#: C methods of arrays that compute or copy; others are views, or end in a ufunc.
METHODS = names(
    "copy astype dot sort argsort argmax argmin partition argpartition take put choose repeat nonzero fill "
    "flatten compress searchsorted tolist tobytes trace byteswap"
)
#: Those that change the array.
IN_PLACE = frozenset({"sort", "partition", "put", "fill"})
#: Functions that change their first argument; others may, where they have ``out=``.
CHANGING = frozenset({"copyto", "put", "place", "putmask", "put_along_axis", "fill_diagonal"})


class Counted(np.ndarray):
    """An array that enters what is done with it. Each run has a subclass with its own `count`."""

    count: Counter
    origin: int | None

    def __array_finalize__(self, base: Any) -> None:
        self.origin = getattr(base, "origin", None)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        outs = kwargs.get("out", ())
        given, named = plain(inputs), plain(kwargs)
        result, seconds = _timed(lambda: getattr(ufunc, method)(*given, **named))
        if ufunc.__name__ in PRODUCTS and not outs and seconds < AGAIN:
            seconds = min(seconds, _timed(lambda: ufunc(*given, **named))[1])
        results = list(result) if isinstance(result, tuple) else [result]
        axis = kwargs.get("axis") if method == "accumulate" else 0
        read = [a for a in given if isinstance(a, np.ndarray)]
        self.count.touch(inputs, inputs[:1] if method == "at" else outs)
        self.count.ufunc(ufunc.__name__, method, axis or 0, read, results, seconds)
        if method == "__call__" and not ufunc.signature and read:
            self.count.tiled(ufunc.__name__, read, results, lambda: rate(ufunc, given))
        if outs:
            results = [new if out is None else out for new, out in zip(results, outs, strict=True)]
            return tuple(results) if isinstance(result, tuple) else results[0]
        return self.wrap(result)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        def run() -> Any:
            return super(Counted, self).__array_function__(function, types, args, kwargs)

        changed = list(args[:1]) if function.__name__ in CHANGING else []
        changed += flat(kwargs.get("out"))
        return self.entered(function.__name__, [args, kwargs], run, changed)

    def entered(self, name: str, given: Any, run: Callable[[], Any], changed: Any = ()) -> Any:
        """Run, and enter it as one operation unless operations inside of it were."""
        before = self.count.leaves
        begin = time.perf_counter()
        result = run()
        seconds = time.perf_counter() - begin
        if self.count.leaves == before:
            arrays = [a for a in flat(given) if not any(a is other for other in changed)]
            operands = plain(arrays)
            results = plain(list(changed)) or _new(plain(result), operands)
            if results and name not in METADATA:  # else all are views, or no element was looked at
                self.count.touch(arrays, changed)
                self.count.leaf(name, operands, results, seconds)
        return self.wrap(result)

    def wrap(self, value: Any) -> Any:
        """Arrays that are to be counted, too, in place of plain ones, also in tuples and lists."""
        if type(value) is np.ndarray:
            value = value.view(type(self))
            value.origin = None
        elif type(value) in (tuple, list):
            return type(value)(self.wrap(item) for item in value)
        return value

    def __getitem__(self, key: Any) -> Any:
        whole, begin = plain(self), time.perf_counter()
        found = whole[plain(key)]
        if not isinstance(found, np.ndarray):
            self.count.touch([self], ())
            return found
        view = found.view(type(self))
        shared = _basic(key)
        view.origin = self.origin if shared else None
        if not shared:
            self.count.touch([self, *flat(key)], ())
            self.count.leaf("getitem", [found], [found], time.perf_counter() - begin)
        return view

    def __setitem__(self, key: Any, value: Any) -> None:
        whole, place, given = plain(self), plain(key), plain(value)
        begin = time.perf_counter()
        whole[place] = given
        seconds = time.perf_counter() - begin
        self.count.touch(flat(value), [self])
        stored = whole[place]
        if isinstance(stored, np.ndarray) and not _same(stored, given):
            read = [given] if isinstance(given, np.ndarray) else []
            self.count.leaf("setitem", read, [stored], seconds)


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.perf_counter()
    result = call()
    return result, time.perf_counter() - begin


def rate(ufunc: np.ufunc, given: tuple[Any, ...]) -> float:
    """Seconds an element, on tiles of the operands' first elements, in a near cache."""
    operands = given[: ufunc.nin]
    tiles = [np.resize(a.flat[:TILE], TILE) if isinstance(a, np.ndarray) else a for a in operands]
    with np.errstate(all="ignore"):
        results = ufunc(*tiles)
        return min(_timed(lambda: ufunc(*tiles, out=results))[1] for _ in range(5)) / TILE


def _basic(key: Any) -> bool:
    """Whether an index of this form gives a view."""
    parts = key if type(key) is tuple else (key,)
    return not any(isinstance(part, list | tuple | np.ndarray | bool | np.bool_) for part in parts)


def _same(stored: Any, given: Any) -> bool:
    """Whether an array is stored where it lies, which NumPy skips: what is left of ``a[i] += b``."""
    return isinstance(given, np.ndarray) and stored.shape == given.shape and place(stored) == place(given)


def _method(name: str) -> Any:
    inherited = getattr(np.ndarray, name)

    def counted(self: Counted, *args: Any, **kwargs: Any) -> Any:
        changed = [self] if name in IN_PLACE else ()
        return self.entered(name, [self, args, kwargs], lambda: inherited(self, *args, **kwargs), changed)

    return counted


for _name in METHODS:
    setattr(Counted, _name, _method(_name))


def _new(result: Any, given: list[Any]) -> list[Any]:
    """Arrays of a result that are no views of what was given; its own number where there is no array."""
    arrays = flat(result)
    return [a for a in arrays if not any(np.may_share_memory(a, b) for b in given)] if arrays else [0.0]


def plain(value: Any) -> Any:
    """The same memory as plain arrays, also in tuples, lists and dicts."""
    if isinstance(value, Counted):
        return value.view(np.ndarray)
    kind = type(value)
    if kind is tuple:
        return tuple([plain(item) for item in value])
    if kind is list:
        return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.items()} if kind is dict else value
