"""`mode="verify"`: NumPy runs beside the compiled code, and the two are compared.

The original runs on the caller's own objects, so whatever compiled code does,
the program sees NumPy's results. The compiled code runs first, on copies that
overlap in memory as the originals do.
"""

from __future__ import annotations

import copy
import struct
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _log

if TYPE_CHECKING:
    from ._function import Accelerated


def run_both(f: Accelerated, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Run both, report every difference, and give NumPy's result."""
    given = (args, kwargs)
    try:
        copies = duplicate(given)
    except Exception:  # an object without a copy: nothing to compare on
        return f.original(*args, **kwargs)
    found, found_error = _outcome(f.target, copies)
    result, error = _outcome(f.original, given, quiet=False)
    if error is not None or found_error is not None:
        differences = compare_errors(found_error, error)
    else:
        differences = compare(found, result, "result")
    differences += compare(copies, given, "arguments")
    if differences:
        code = f.code
        _log.differs(f.original.__qualname__, f"{code.co_filename}:{code.co_firstlineno}", differences[:10])
    if error is not None:
        raise error
    return result


def _outcome(function: Any, call: Any, quiet: bool = True) -> tuple[Any, Exception | None]:
    args, kwargs = call
    try:
        if not quiet:
            return function(*args, **kwargs), None
        with warnings.catch_warnings(record=True):
            return function(*args, **kwargs), None
    except Exception as error:
        return None, error


def compare_errors(found: Exception | None, expected: Exception | None) -> list[str]:
    """Differences between two ends of a call of which at least one is an error."""
    a, b = (f"{type(e).__name__}: {e}" if e is not None else "no error" for e in (found, expected))
    return [] if a == b else [f"raised {a}, NumPy {b}"]


def compare(found: Any, expected: Any, where: str) -> list[str]:
    """List the differences of two values, to the last bit."""
    if type(found) is not type(expected):
        return [f"{where} is a {type(found).__name__}, NumPy's a {type(expected).__name__}"]
    if isinstance(expected, np.ndarray):
        return _compare_arrays(found, expected, where)
    if isinstance(expected, np.generic):
        same = found.dtype == expected.dtype and found.tobytes() == expected.tobytes()
        return [] if same else [f"{where} is {found!r}, NumPy's {expected!r}"]
    if isinstance(expected, (float, complex)):
        return [] if _bits(found) == _bits(expected) else [f"{where} is {found!r}, NumPy's {expected!r}"]
    if isinstance(expected, (int, str, bytes)):
        return [] if found == expected else [f"{where} is {found!r}, NumPy's {expected!r}"]
    return _compare_items(found, expected, where)


def _compare_items(found: Any, expected: Any, where: str) -> list[str]:
    if isinstance(expected, dict):
        if list(found) != list(expected):
            return [f"{where} has the keys {list(found)!r}, NumPy's {list(expected)!r}"]
        pairs = [(key, found[key], value) for key, value in expected.items()]
    elif isinstance(expected, (list, tuple)):
        if len(found) != len(expected):
            return [f"{where} has {len(found)} items, NumPy's {len(expected)}"]
        pairs = [(i, a, b) for i, (a, b) in enumerate(zip(found, expected, strict=True))]
    else:
        return []
    return [text for key, a, b in pairs for text in compare(a, b, f"{where}[{key!r}]")]


def _compare_arrays(found: Any, expected: Any, where: str) -> list[str]:
    for name in ("dtype", "shape", "strides"):
        a, b = getattr(found, name), getattr(expected, name)
        if a != b:
            return [f"{where} has {name} {a}, NumPy's {b}"]
    if expected.dtype.hasobject or found.tobytes() == expected.tobytes():
        return []
    width = expected.dtype.itemsize
    raw = [np.frombuffer(a.tobytes(), dtype=np.uint8).reshape(-1, width) for a in (found, expected)]
    places = np.flatnonzero((raw[0] != raw[1]).any(axis=1))
    first = np.unravel_index(places[0], expected.shape)
    index = tuple(int(i) for i in first)
    values = f"{found[index]!r}, NumPy's {expected[index]!r}"
    return [f"{where} differs in {len(places)} elements, first at {index}: {values}"]


def _bits(value: complex) -> bytes:
    if isinstance(value, complex):
        return struct.pack("<dd", value.real, value.imag)
    return struct.pack("<d", value)


def duplicate(value: Any) -> Any:
    """Copy a call's values, keeping which of the arrays share memory."""
    return _duplicate(value, {}, {})


def _duplicate(value: Any, memo: dict[int, Any], roots: dict[int, Any]) -> Any:
    if type(value) in (list, tuple):
        return type(value)(_duplicate(item, memo, roots) for item in value)
    if type(value) is dict:
        return {key: _duplicate(item, memo, roots) for key, item in value.items()}
    if type(value) is np.ndarray and not value.dtype.hasobject:
        if id(value) not in memo:
            memo[id(value)] = _duplicate_array(value, roots)
        return memo[id(value)]
    return copy.deepcopy(value, memo)


def _duplicate_array(value: Any, roots: dict[int, Any]) -> Any:
    root = value
    while isinstance(root.base, np.ndarray):
        root = root.base
    if id(root) not in roots:
        roots[id(root)] = root.copy(order="K")
    twin = roots[id(root)]
    offset = value.__array_interface__["data"][0] - root.__array_interface__["data"][0]
    if not (twin.flags.c_contiguous or twin.flags.f_contiguous) or twin.strides != root.strides:
        return value.copy(order="K")
    made = np.ndarray(value.shape, value.dtype, buffer=twin, offset=offset, strides=value.strides)
    made.flags.writeable = value.flags.writeable
    return made
