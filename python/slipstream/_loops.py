"""What NumPy's ufuncs compute, told by their results: which loop is behind a name or a power."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

#: NumPy's names as they were: a program may bind others to them.
NUMPY = dict(vars(np))

#: What ``array ** number`` may call instead of power.
_POWERS = (np.square, np.reciprocal, np.sqrt, np.positive)


def power(dtype: str, exponent: float) -> str:
    """The name of the ufunc that ``array ** exponent`` has the bits of.

    Which exponents have a short cut differs between versions of NumPy. The
    last bits of the two ways differ in one of a thousand values, so a sample
    of 65,536 and the special values tell them apart.
    """
    x = _bases().astype(dtype)
    with np.errstate(all="ignore"):
        wanted = (x**exponent).tobytes()
        for ufunc in _POWERS:
            if ufunc(x).tobytes() == wanted:
                return ufunc.__name__
    return "power"


#: Arguments by which a loop of NumPy is told from another, see ``jit/codegen/math.go``.
_SAMPLES = 1 << 14


def digest(name: str, dtype: str, signed: bool) -> str:
    """The hash of the results of a ufunc for arguments that the compiler knows.

    "" where the results of complex numbers depend on their places.
    """
    with np.errstate(all="ignore"):
        if dtype in ("c8", "c16"):
            return _complex_digest(NUMPY[name], np.dtype(dtype))
        return hashed(NUMPY[name](sample_arguments(signed).view(dtype)))


#: Parts of which all pairs of numbers are compared.
_SPECIAL = (0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 1e30, 1e-30, 3.0)


def _complex_digest(ufunc: Any, dtype: Any) -> str:
    # Of sizes of special numbers the compiler's code knows nothing.
    first = len(_SPECIAL) ** 4 if ufunc is NUMPY["absolute"] else 0
    arguments = complex_arguments()[: ufunc.nin, first:].astype(dtype)
    result = ufunc(*arguments)
    if not _everywhere(ufunc, arguments[:, 9000:11000]):
        return ""
    parts = np.atleast_1d(result).view(result.real.dtype)
    parts[parts != parts] = np.nan
    return hashed(parts)


@functools.cache
def complex_arguments() -> np.ndarray:
    """Two rows of complex numbers: every pair with special parts, and samples (codegen/math.go)."""
    x, n = sample_arguments(True).view("f8"), len(_SPECIAL) ** 2
    special, i, k = np.array(_SPECIAL), np.arange(n * n), np.arange(len(x))
    both = np.empty((2, n * n + len(x)), complex)
    for row, chosen, first in zip(both, (i // n, i % n), (k, (3 * k + 1) % len(x)), strict=True):
        row.real = np.concatenate((special[chosen // len(special)], x[first]))
        row.imag = np.concatenate((special[chosen % len(special)], x[(5 * first + 2) % len(x)]))
    return both


def _everywhere(ufunc: Any, arguments: np.ndarray) -> bool:
    """Whether results are the same of few elements, of elements that lie apart, and of one for all."""
    wanted, odd = ufunc(*arguments), arguments[:, ::3]
    one = np.broadcast_to(arguments[:, :1], arguments.shape)
    pairs = [(ufunc(*arguments[:, i : i + n]), wanted[i : i + n]) for n in range(1, 34) for i in (0, 7)]
    pairs += [(ufunc(*odd), wanted[::3]), (ufunc(*odd), ufunc(*odd.copy()))]
    if ufunc.nin == 2:
        pairs += [(ufunc(arguments[0], one[1]), ufunc(arguments[0], one[1].copy()))]
        pairs += [(ufunc(one[0], arguments[1]), ufunc(one[0].copy(), arguments[1]))]
    return all(np.ascontiguousarray(a).tobytes() == np.ascontiguousarray(b).tobytes() for a, b in pairs)


@functools.cache
def _bases() -> np.ndarray:
    """Numbers of both signs below 2**6, most of them larger than 1, and special ones."""
    special = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan]
    steps = np.arange(1 << 16, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(11)
    return np.concatenate([np.ldexp(steps.astype(float), -46) - 64.0, special])


@functools.cache
def sample_arguments(signed: bool) -> np.ndarray:
    """The bits of those arguments: the compiler computes the same (codegen/math.go)."""
    i = np.arange(_SAMPLES, dtype=np.uint64)
    u = i * np.uint64(0x9E3779B97F4A7C15)
    u = (u ^ (u >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    u ^= u >> np.uint64(32)
    top = u >> np.uint64(52)
    exponent = np.where(
        i & np.uint64(1), np.uint64(1023) - (top & np.uint64(1)), np.uint64(973) + top % np.uint64(59)
    )
    bits = (exponent << np.uint64(52)) | (u & np.uint64((1 << 52) - 1))
    return bits | (i >> np.uint64(1)) << np.uint64(63) if signed else bits


def hashed(values: np.ndarray) -> str:
    """The hash of an array's bytes."""
    import hashlib  # not at hand when the package is imported

    return hashlib.sha256(values.tobytes()).hexdigest()
