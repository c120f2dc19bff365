"""Pickling by value, as cloudpickle does for functions of scripts and notebooks.

By name, decorated functions pickle as all functions do. By value, what the
process has compiled stays behind, and the copy compiles anew where it runs.
"""

from __future__ import annotations

import copyreg
import types
from typing import Any

from . import _native
from ._function import Accelerated
from ._options import Options


def idle(*values: object) -> None:
    """Stands for a region of another process: leaves everything to Python."""


def _idle() -> Any:
    return idle


def _native_part(part: object) -> tuple[Any, ...]:
    return _idle, ()


def _state(state: Accelerated) -> tuple[Any, ...]:
    # The function is being pickled at this time; it comes behind the state.
    return _revive, (state.original, state.options), state.function, None, None, Accelerated.adopt


def _revive(original: types.FunctionType, options: Options) -> Accelerated:
    return Accelerated(original, options)


def register() -> None:
    """Tell picklers."""
    copyreg.pickle(_native.Region, _native_part)
    copyreg.pickle(_native.Boot, _native_part)
    copyreg.pickle(Accelerated, _state)
