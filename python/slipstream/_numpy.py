"""What the hot path must know of the NumPy it runs under."""

from __future__ import annotations

import contextvars
import functools
import os
from typing import Any

import numpy as np

from . import _native

#: Since this version a full sum is one tree; before, chunks of 8192 elements.
_ONE_TREE = (2, 3)

_DEFAULT_MODES = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
_DEFAULT_ERRORS = _DEFAULT_MODES | {"call": None, "bufsize": 8192}

#: The processor's status bit of each class of report.
_STATUS_BITS = {"invalid": 0x01, "divide": 0x04, "over": 0x08, "under": 0x10}


def configure_native() -> None:
    """Tell the hot path how NumPy reports floating-point errors, and how it sums."""
    var = np._core.umath._extobj_contextvar
    version = tuple(int(x) for x in np.__version__.split(".")[:2])
    _native.configure(
        errvar=var,
        errdefault=contextvars.Context().run(var.get),
        errraise=raising_states(var),
        errcheck=_default_errors,
        errread=contextvars.Context().run(_readable, var),
        sum_rule=0 if version >= _ONE_TREE else 1,
        weigh=int(os.environ.get("SLIPSTREAM_WEIGH", "64")),
    )


#: What folds.c has a row for.
_FOLDS = ("add", "multiply", "maximum", "minimum", "logical_or", "logical_and")
#: Kept, reduced and kept lengths: around the sizes at which sums change their form.
_FOLDED = [(3, n, 1) for n in (2, 3, 4, 7, 8, 9, 127, 128, 129, 300, 8200)] + [
    (2, 3, 5),
    (1, 4, 130),
    (2, 9, 1),
]


@functools.cache
def folds_alike(ufunc: str, dtype: str) -> bool:
    """Whether NumPy reduces small arrays as the hot path does, to the bit.

    Which elements NumPy hands to its inner loop at once decides the last bits
    of a sum. That is its own affair and may change; then its ``reduce`` is called.
    ``var`` stands for its steps.
    """
    if ufunc == "var":
        return all(_same_variance(n, axis, dtype) for n in (7, 300) for axis in (None, 0, 1))
    return all(_folds_alike(getattr(np, ufunc).reduce, shape, dtype) for shape in _FOLDED)


def _same_variance(n: int, axis: int | None, dtype: str) -> bool:
    """Whether NumPy's var and std are the steps of jit/front/spread.go."""
    x = ((np.arange(3 * n) * 7919 % 1009 - 504) * 0.37).astype(dtype).reshape(3, n)
    count = x.size if axis is None else x.shape[axis]
    distance = x - np.add.reduce(x, axis=axis, keepdims=True) / x.dtype.type(count)
    total = np.add.reduce(distance * distance, axis=axis)
    for ddof in (0, 1):
        steps = np.asarray(total / x.dtype.type(count - ddof))
        var, std = (np.asarray(f(x, axis=axis, ddof=ddof)) for f in (np.var, np.std))
        if steps.tobytes() != var.tobytes() or np.sqrt(steps).tobytes() != std.tobytes():
            return False
    return True


def unlike_folds() -> list[str]:
    """The reductions that are not as expected, by name and type."""
    types = {u: ("b1",) if u.startswith("logical") else ("f8", "f4", "i8") for u in _FOLDS}
    found = [f"{u}.reduce of {t}" for u in _FOLDS for t in types[u] if not folds_alike(u, t)]
    return found + [f"var of {t}" for t in ("f8", "f4") if not folds_alike("var", t)]


def _folds_alike(reduce: Any, shape: tuple[int, int, int], dtype: str) -> bool:
    # not np.random: an import of it, and no state of the program's, may change
    steps = np.arange(shape[0] * shape[1] * shape[2]).reshape(shape)
    values = (steps * 7919 % 1009 - 504) * 0.37
    values[0] *= -0.0
    with np.errstate(all="ignore"):
        operand = values.astype(dtype)
        if operand.dtype.kind == "c":
            operand *= operand.dtype.type(1 - 0.7j)
        ours, theirs = _native.fold(reduce, operand), reduce(operand, axis=1)
    return ours is not None and bool(ours.dtype == theirs.dtype and ours.tobytes() == theirs.tobytes())


def raising_states(var: contextvars.ContextVar[Any]) -> tuple[object, ...]:
    """For each word of status bits the error state that raises these reports and no others."""

    def state(word: int) -> object:
        modes: dict[str, Any] = {c: "raise" if word & bit else "ignore" for c, bit in _STATUS_BITS.items()}
        with np.errstate(**modes):
            return var.get()

    context = contextvars.Context()
    return tuple(context.run(state, word) for word in range(sum(_STATUS_BITS.values()) + 1))


def _default_errors() -> bool:
    """Whether NumPy's present error state means the same as its default."""
    modes = np._core.umath._get_extobj_dict()
    return bool(modes == _DEFAULT_ERRORS)


def _readable(var: contextvars.ContextVar[Any]) -> bool:
    """Whether error states that NumPy's public functions set are read as what they are.

    How NumPy keeps them is its own affair and may change; then compiled code
    runs in the default state only. Leaves the last state set in the context.
    """
    if _native.errstate(var.get()) != (_bits(_DEFAULT_MODES), _DEFAULT_ERRORS["bufsize"]):
        return False
    for n, mode in enumerate(("warn", "raise", "call", "print", "log", "ignore")):
        for reporting in _STATUS_BITS:
            modes: dict[str, Any] = dict.fromkeys(_STATUS_BITS, "ignore") | {reporting: mode}
            np.seterr(**modes)
            np.setbufsize(16 + 16 * n)
            if _native.errstate(var.get()) != (_bits(modes), np.getbufsize()):
                return False
    return True


def _bits(modes: dict[str, str]) -> int:
    return sum(bit for c, bit in _STATUS_BITS.items() if modes[c] != "ignore")
