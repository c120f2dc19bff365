"""The rows of the suite. `kernel` stands above each function, which stays what it is."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import numpy as np

#: Modules that hold no kernels.
HARNESS = {"__main__", "check", "table", "variants"}

Arguments = tuple[Any, ...]


@dataclasses.dataclass(frozen=True)
class Kernel:
    """A function with the maker of its arguments: equal generators make equal ones."""

    function: Callable[..., Any]
    make: Callable[[np.random.Generator], Arguments]

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def subject(self) -> str:
        return self.function.__module__.rpartition(".")[2]


_ROWS: dict[str, Kernel] = {}


def kernel(make: Callable[[np.random.Generator], Arguments]) -> Callable[[Any], Any]:
    """Enter the function in the suite."""

    def enter(f: Any) -> Any:
        assert f.__name__ not in _ROWS, f"two kernels are called {f.__name__}"
        _ROWS[f.__name__] = Kernel(f, make)
        return f

    return enter


def subjects() -> list[str]:
    """Names of the modules with kernels."""
    found = pkgutil.iter_modules(importlib.import_module(__package__).__path__)
    return sorted(m.name for m in found if m.name not in HARNESS)


def rows() -> dict[str, Kernel]:
    """All kernels, by name."""
    for name in subjects():
        importlib.import_module(f"{__package__}.{name}")
    return _ROWS
