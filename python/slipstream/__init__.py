"""Runs NumPy-heavy Python functions as native code, with NumPy's own results."""

from ._numpy import configure_native as _configure_native
from ._jit import jit

__all__ = ["jit"]

_configure_native()
