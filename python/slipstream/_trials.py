"""What a call gives is found out by calling it, with small arrays."""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar

import numpy as np

from ._code import load_const
from ._describe import SCALARS, Description, Objects, is_record

_SEQUENCES: dict[str, Callable[[list[Any]], Any]] = {
    "": tuple,
    "list": list,
    "slice": lambda items: slice(*items),
}


def call(objects: Objects, q: dict[str, Any]) -> dict[str, Any]:
    """What a call gives for arrays of one element along each axis, or of more where that fails."""
    for length in (1, 4):
        with contextlib.suppress(Exception):  # so few elements may be too few, or not be parted
            return _tried(objects, q, length)
    return _tried(objects, q, 12 if _rank(q.get("args", ())) < 5 else 5)


def _tried(objects: Objects, q: dict[str, Any], length: int) -> dict[str, Any]:
    """What the call gives for arrays whose axes have this length, and whether that shares their memory."""
    args = [argument(objects, a, length) for a in q.get("args", ())]
    names = q.get("kw", ())
    first = len(args) - len(names)
    callee: Any = objects.objects[q["id"]]
    with np.errstate(all="ignore"), warnings_raised():
        value = callee(*args[:first], **dict(zip(names, args[first:], strict=True)))
    answer: dict[str, Any] = {"desc": result(objects, value)}
    if any(np.may_share_memory(a, b) for a in _arrays(args) for b in _arrays([value])):
        answer["where"] = "shared"
    return answer


def _arrays(values: Iterable[Any]) -> Iterator[np.ndarray[Any, Any]]:
    """The arrays among values, and in tuples and lists of such."""
    for value in values:
        if isinstance(value, np.ndarray):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from _arrays(value)


def argument(objects: Objects, arg: dict[str, Any], length: int) -> Any:
    if arg.get("const") is not None:
        return load_const(arg["const"])
    if arg.get("object"):
        return objects.objects[arg["object"] - 1]
    if arg.get("tuple"):
        items = [argument(objects, item, length) for item in arg.get("items", ())]
        return _SEQUENCES[arg.get("type", "")](items)
    number = 0 if arg.get("zero") else 1
    if arg["rank"] < 0:
        return np.dtype(arg["dtype"]).type(number)
    return np.full((length,) * arg["rank"], number, dtype=arg["dtype"])


def result(objects: Objects, value: Any) -> Description:
    """What the compiler may know of what a call gives."""
    if type(value) in (tuple, list) or is_record(value):
        return _items(objects, value)
    if type(value) in SCALARS:
        return objects.describe(value) | {"id": objects.number(value)}
    return objects.describe(value)


def _items(objects: Objects, value: Any) -> Description:
    d: Description = {"k": "tuple", "id": -1, "items": [result(objects, item) for item in value]}
    if type(value) is list:
        d["name"] = "list"
    if is_record(value):
        d["fields"] = list(value._fields)
    return d


def _rank(args: Sequence[dict[str, Any]]) -> int:
    """The largest rank of arrays among the arguments of a trial."""
    return max((max(a.get("rank", 0), _rank(a.get("items", ()))) for a in args), default=0)


class _OfTrials(type):
    """The class of a category to which belongs what is warned of in a thread that tries a call."""

    threads: ClassVar[set[int]] = set()

    def __subclasscheck__(cls, category: type) -> bool:
        return threading.get_ident() in cls.threads


class _Tried(Warning, metaclass=_OfTrials):
    pass


_RAISED = ("error", None, _Tried, None, 0)


@contextlib.contextmanager
def warnings_raised() -> Iterator[None]:
    """Warnings of what is tried are errors: it is left to Python, whose line they name.

    `warnings.catch_warnings` would make every warning that a program has seen new
    again, and take warnings of other threads.
    """
    filters: Any = warnings.filters
    _OfTrials.threads.add(threading.get_ident())
    filters.insert(0, _RAISED)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            filters.remove(_RAISED)
        _OfTrials.threads.discard(threading.get_ident())
