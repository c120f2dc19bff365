"""The decorator."""

from __future__ import annotations

import types
from typing import Any

from ._function import Accelerated, Options


def jit(function: Any = None, /, **options: Any) -> Any:
    """Run a function's NumPy code as native code, with NumPy's own results."""
    if function is None:
        return lambda f: jit(f, **options)
    if type(function) is not types.FunctionType:
        raise TypeError("jit needs a function")
    state = Accelerated(function, Options(**options))
    f = state.function
    f._slipstream = state  # type: ignore[attr-defined]
    return f
