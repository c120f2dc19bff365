"""What the hot path must know of the NumPy it runs under."""

from __future__ import annotations

import contextvars

import numpy as np

from . import _native

#: Since this version a full sum is one tree; before, chunks of 8192 elements.
_ONE_TREE = (2, 3)

_DEFAULT_MODES = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
_DEFAULT_ERRORS = _DEFAULT_MODES | {"call": None, "bufsize": 8192}


def configure_native() -> None:
    """Tell the hot path how NumPy reports floating-point errors, and how it sums."""
    var = np._core.umath._extobj_contextvar
    with np.errstate(divide="raise", over="raise", invalid="raise", under="ignore"):
        raising = var.get()
    default = contextvars.Context().run(var.get)
    version = tuple(int(x) for x in np.__version__.split(".")[:2])
    _native.configure(
        errvar=var,
        errdefault=default,
        errraise=raising,
        errcheck=_default_errors,
        sum_rule=0 if version >= _ONE_TREE else 1,
    )


def _default_errors() -> bool:
    """Whether NumPy's present error state means the same as its default."""
    modes = np._core.umath._get_extobj_dict()
    return bool(modes == _DEFAULT_ERRORS)
