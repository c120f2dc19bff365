"""Functions that are accelerated where they are, for everybody who holds them."""

from __future__ import annotations

import gc
import pathlib
import types
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from slipstream import _stats
from slipstream._function import Accelerated
from slipstream._jit import _GENERATES
from slipstream._options import Options

ROOT = pathlib.Path(np.__file__).parent

#: Functions that are accelerated, and what they were made from.
_known: set[types.FunctionType] = set()


def folders(packages: Iterable[str]) -> list[pathlib.Path]:
    """Where packages of NumPy's lie."""
    return [ROOT.joinpath(*name.split(".")[1:]) for name in packages]


def functions(folders: Sequence[pathlib.Path], tests: bool = False) -> Iterator[types.FunctionType]:
    """Every living function that is written in these folders, wherever it is bound."""
    for value in gc.get_objects():
        if type(value) is not types.FunctionType or value in _known:
            continue
        if _wanted(value.__code__, folders, tests):
            yield value


def _wanted(code: types.CodeType, folders: Sequence[pathlib.Path], tests: bool) -> bool:
    path = pathlib.Path(code.co_filename)
    if ("tests" in path.parts) > tests or code.co_flags & _GENERATES:
        return False
    return any(path.is_relative_to(folder) for folder in folders)


def accelerate(function: types.FunctionType) -> Accelerated:
    """Let a function object run as `jit` of it would; its identity stays."""
    f = function
    original = types.FunctionType(f.__code__, f.__globals__, f.__name__, f.__defaults__, f.__closure__)
    original.__kwdefaults__, original.__qualname__ = f.__kwdefaults__, f.__qualname__
    state = Accelerated(original, Options())
    state.adopt(function)
    vars(function)["_slipstream"] = state  # who inlines it reads the code that it was made from
    _known.update((original, function))
    return state


def totals(states: Sequence[Accelerated]) -> dict[str, int]:
    """How many functions there are, were compiled and entered, and how often native code ran to an exit."""
    hits = [sum(region.hits for _, region, _ in _stats.regions(state)) for state in states]
    return {
        "functions": len(states),
        "compiled": sum(state.compiles > 0 for state in states),
        "entered": sum(n > 0 for n in hits),
        "runs": sum(hits),
    }
