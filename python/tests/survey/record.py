"""What a statement of an example gives, as facts that two runs are compared by."""

from __future__ import annotations

import contextlib
import hashlib
import io
import random
import re
import sys
import types
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from differential.equal import Snapshot, exception_facts
from differential.run import soil

_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b|(?<=pid=)\d+")
_MOST = 2000  # values of one statement that are looked into
_TOGETHER = 30  # arrays whose memory is compared in pairs
#: Whose compiled classes are looked into, too.
PACKAGES: tuple[str, ...] = ()

_SHORT = {"networkx": "nx", "numpy": "np", "pandas": "pd", "skimage": "ski", "xarray": "xr"}


def normal(text: str) -> str:
    """Text without addresses and numbers of processes."""
    return _ADDRESS.sub("0x", text)


class Values(Snapshot):
    """Named values with all that can be reached from them, attributes of objects, too."""

    def _walk(self, path: str, value: object) -> None:
        if len(self._alive) < _MOST:
            super()._walk(path, value)

    def _contents(self, path: str, value: Any) -> None:
        before = len(self.facts)
        super()._contents(path, value)
        if len(self.facts) == before and not isinstance(value, np.ndarray):
            self._object(path, value)

    def _object(self, path: str, value: Any) -> None:
        if isinstance(value, (set, frozenset)):
            self.facts[path + ":items"] = sorted(normal(repr(v)) for v in value)
        elif isinstance(value, (type, types.FunctionType, types.ModuleType)):
            self.facts[path + ":name"] = value.__name__
        elif id(value) in self._paths:
            self.facts[path + ":known"] = self._paths[id(value)][0]
        else:
            self._paths[id(value)] = [path]
            for name, part in _parts(value).items():
                self._walk(f"{path}.{name}", part)

    def _overlaps(self) -> Iterator[tuple[str, str, int]]:
        if len(self._arrays) <= _TOGETHER:
            yield from super()._overlaps()


def _parts(value: Any) -> dict[str, Any]:
    """The attributes of an object, or what a compiled class would be pickled as. Bound
    methods show those of their functions, among them how these are accelerated."""
    if isinstance(getattr(value, "__dict__", None), dict):
        return {name: part for name, part in value.__dict__.items() if name != "_slipstream"}
    if type(value).__module__.split(".")[0] in PACKAGES:
        with contextlib.suppress(Exception):
            return {"reduced": value.__reduce_ex__(2)[1:3]}
    return {}


def customary() -> dict[str, types.ModuleType]:
    """NumPy and the packages by the names under which their documentation knows them."""
    known = {_SHORT.get(name, name): sys.modules[name] for name in PACKAGES if name in sys.modules}
    return {"np": np, **known}


class Session:
    """The namespace of an example, and what is taken down of each statement."""

    def __init__(self, soil: int = 0) -> None:
        self.soil = soil  # what free memory is filled with in front of each statement
        self.space: dict[str, Any] = {"__name__": "__main__", **customary()}
        _seed()

    def run(self, code: types.CodeType | None) -> dict[str, object]:
        """Execute a statement; what it gives, prints, warns of, raises and binds."""
        if code is None:
            return {"syntax": "not a statement"}
        if self.soil:
            soil(self.soil)
        before = dict(self.space)
        shown, output, error = self._execute(code)
        facts: dict[str, object] = {"output": normal(output), "exception": _plain(exception_facts(error, 2))}
        facts["warnings"] = [
            (w.category.__name__, normal(str(w.message)), w.filename, w.lineno) for w in self.caught
        ]
        facts["errors"] = np.geterr()
        facts["random"] = hashlib.sha1(repr(np.random.get_state()).encode()).hexdigest()
        bound = {k: v for k, v in self.space.items() if k[:2] != "__" and before.get(k, self) is not v}
        facts.update(Values({"shown": shown, **bound}).facts)
        return facts

    def _execute(self, code: types.CodeType) -> tuple[list[object], str, BaseException | None]:
        shown: list[object] = []
        output, error = io.StringIO(), None
        hook, sys.displayhook = sys.displayhook, shown.append
        try:
            with warnings.catch_warnings(record=True) as self.caught, contextlib.redirect_stdout(output):
                warnings.simplefilter("always")
                try:
                    exec(code, self.space)
                    print(*map(_text, shown))
                except Exception as e:
                    error = e
        finally:
            sys.displayhook = hook
        return shown, output.getvalue(), error


def _text(value: object) -> str:
    return "" if value is None else repr(value)


def _plain(facts: Any) -> Any:
    """An exception's facts; objects among its arguments have addresses in their texts."""
    return normal(repr(facts))


def _seed() -> None:
    """All random numbers of an example are the same in each of its runs."""
    random.seed(0)
    np.random.seed(0)
    drawn = random.Random(0)
    module: Any = np.random.bit_generator
    module.randbits = drawn.getrandbits  # where NumPy takes seeds that nobody gave


def digest(facts: Mapping[str, object]) -> str:
    """A short text that differs where facts do."""
    return hashlib.sha1(repr(list(facts.items())).encode(errors="replace")).hexdigest()[:16]


def short(facts: Mapping[str, object]) -> dict[str, str]:
    """Facts as they are compared and shown: long ones by their digest and beginning."""
    return {key: _short(value) for key, value in facts.items()}


def _short(value: object) -> str:
    text = value.hex(" ", -8) if isinstance(value, bytes) else repr(value)
    if len(text) <= 400:
        return text
    return f"{hashlib.sha1(text.encode(errors='replace')).hexdigest()[:16]} {text[:380]}"
