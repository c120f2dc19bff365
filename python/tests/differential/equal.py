"""What of a run is visible to a user, and how two runs differ in it."""

from __future__ import annotations

import collections
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

#: Types whose identity is compared. Small ints and strings are shared by the
#: interpreter at its own pleasure, so theirs says nothing.
_IDENTIFIED = (np.ndarray, np.generic, list, dict, set, collections.deque)


def normal_bytes(a: np.ndarray) -> bytes:
    """The elements with every NaN made the same NaN; -0.0 stays."""
    if a.dtype.kind == "c":
        parts = np.ascontiguousarray(a).reshape(-1).view(a.real.dtype)
        return normal_bytes(parts)
    if a.dtype.kind == "f":
        a = np.asarray(a)  # a subclass has ufuncs of its own
        missing = np.isnan(a)
        if missing.any():
            a = np.array(a, copy=True, order="C")
            a[missing] = np.nan
        if a.dtype.char == "g":  # ten bytes of value, six of whatever was there
            a = np.ascontiguousarray(a).reshape(-1)
            return a.view(np.uint8).reshape(-1, a.itemsize)[:, :10].tobytes()
    return a.tobytes()


class Snapshot:
    """Named values of one run, with who is who among them."""

    def __init__(self, roots: Mapping[str, object]) -> None:
        self.facts: dict[str, object] = {}
        self._paths: dict[int, list[str]] = {}
        self._arrays: list[tuple[str, np.ndarray]] = []
        self._alive: list[object] = []
        for name, value in roots.items():
            self._walk(name, value)
        self.facts["same objects"] = sorted(tuple(p) for p in self._paths.values() if len(p) > 1)
        self.facts["shared memory"] = list(self._overlaps())

    def _walk(self, path: str, value: object) -> None:
        self._alive.append(value)
        if isinstance(value, _IDENTIFIED):
            known = id(value) in self._paths
            self._paths.setdefault(id(value), []).append(path)
            if known:
                return
        self.facts[path + ":type"] = type(value).__qualname__
        self._contents(path, value)

    def _contents(self, path: str, value: Any) -> None:
        if isinstance(value, np.ndarray):
            self._array(path, value)
        elif isinstance(value, np.generic):
            self.facts[path + ":scalar"] = (value.dtype.num, value.dtype.str, normal_bytes(np.asarray(value)))
        elif isinstance(value, (float, complex)):
            self.facts[path + ":number"] = normal_bytes(np.asarray(value))
        elif isinstance(value, (tuple, list, set, collections.deque)):
            self.facts[path + ":most"] = getattr(value, "maxlen", None)
            self.facts[path + ":length"] = len(value)
            for i, item in enumerate(value):
                self._walk(f"{path}[{i}]", item)
        elif isinstance(value, dict):
            self.facts[path + ":keys"] = [
                normal_bytes(np.asarray(k)) if type(k) is float else k for k in value
            ]
            self.facts[path + ":factory"] = getattr(value, "default_factory", None)
            for key, item in value.items():
                self._walk(f"{path}[{key!r}]", item)
        elif isinstance(value, int):
            self.facts[path + ":value"] = hex(value)  # CPython refuses to write long ones in decimal digits
        elif isinstance(value, (str, bytes, type(None), slice, np.dtype, type(Ellipsis), range)):
            self.facts[path + ":value"] = repr(value)

    def _array(self, path: str, a: np.ndarray) -> None:
        f = a.flags
        self._arrays.append((path, a))
        self.facts[path + ":dtype"] = (a.dtype.num, a.dtype.str, a.dtype.metadata)
        self.facts[path + ":shape"] = a.shape
        self.facts[path + ":strides"] = a.strides
        self.facts[path + ":flags"] = {
            "C": f.c_contiguous,
            "F": f.f_contiguous,
            "W": f.writeable,
            "O": f.owndata,
            "A": f.aligned,
        }
        self.facts[path + ":bytes"] = normal_bytes(a) if a.dtype.kind != "O" else None
        if a.dtype.kind == "O":
            for i, item in enumerate(a.flat):
                # an array may hold itself
                see = self._walk if isinstance(item, np.ndarray) else self._contents
                see(f"{path}.flat[{i}]", item)
        if a.base is not None:
            self._walk(path + ".base", a.base)

    def _overlaps(self) -> Iterator[tuple[str, str, int]]:
        """Pairs that overlap, with the distance between their first elements."""
        for i, (p, a) in enumerate(self._arrays):
            for q, b in self._arrays[:i]:
                if np.may_share_memory(a, b):
                    yield p, q, a.ctypes.data - b.ctypes.data


def outcome(f: Callable[..., Any], *args: Any, **named: Any) -> dict[str, object]:
    """What a call gives or raises and makes of its arguments, and what it warns of where."""
    result, error = None, None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = f(*args, **named)
        except Exception as e:
            error = exception_facts(e, skip=1)
    told = [(w.category.__name__, str(w.message), w.filename, w.lineno) for w in caught]
    roots = {"result": result, "args": args, "named": named}
    return {"exception": error, "warnings": told, **Snapshot(roots).facts}


def exception_facts(error: BaseException | None, skip: int = 0) -> object:
    """Type, arguments, chain and the frames it went through."""
    if error is None:
        return None
    frames = list(_frames(error.__traceback__))[skip:]
    if isinstance(error, RecursionError):  # how many there are is a matter of the caller's own depth
        frames = list(dict.fromkeys(frames))
    return {
        "type": type(error).__qualname__,
        "args": [repr(a) for a in error.args],
        "text": str(error),
        "cause": exception_facts(error.__cause__),
        "context": exception_facts(error.__context__),
        "frames": frames,
    }


def _frames(tb: types.TracebackType | None) -> Iterator[tuple[object, ...]]:
    while tb is not None:
        positions = list(tb.tb_frame.f_code.co_positions())[tb.tb_lasti // 2]
        yield (tb.tb_frame.f_code.co_name, tb.tb_lineno, *positions)
        tb = tb.tb_next


def differences(eager: Mapping[str, object], fast: Mapping[str, object]) -> list[str]:
    """One line for each fact that is not the same; empty for equal runs."""
    lines = []
    for key in [*eager, *(k for k in fast if k not in eager)]:
        left, right = eager.get(key, "absent"), fast.get(key, "absent")
        if left != right:
            lines.append(f"{key}: eager {_short(key, left)}, accelerated {_short(key, right)}")
    return lines


def _short(key: str, value: object) -> str:
    text = value.hex(" ", -8) if isinstance(value, bytes) else repr(value)
    return text if len(text) < 300 else text[:300] + "..."
