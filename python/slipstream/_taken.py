"""The functions that were accelerated without a decorator in the source: those of cells and scripts."""

from __future__ import annotations

import weakref
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

from ._jit import accelerated, jit

if TYPE_CHECKING:
    from ._function import Accelerated

F = TypeVar("F")

_functions: list[weakref.ref[Any]] = []


def take(function: F) -> F:
    """What the decorator put on functions does. It never raises."""
    try:
        fast = jit(function)
    except Exception:  # whatever it is, the program's function is there
        return function
    if accelerated(fast) is not None:
        # Nobody decorated it: who looks below decorators has to end at this function.
        vars(fast).pop("__wrapped__", None)
        _functions.append(weakref.ref(fast))
    return fast


def functions() -> list[FunctionType]:
    """Those that are still alive, oldest first."""
    _functions[:] = [r for r in _functions if r() is not None]
    return [f for r in _functions if (f := r()) is not None]


def states() -> list[Accelerated]:
    """What is known of each of them."""
    return [s for f in functions() if (s := accelerated(f)) is not None]


def stop() -> None:
    """Let them run in Python."""
    for state in states():
        state.rest()


def resume() -> None:
    """Let them compile again."""
    for state in states():
        state.clear()
