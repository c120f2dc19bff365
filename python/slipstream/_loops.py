"""What NumPy's ufuncs compute, told by their results: which loop is behind a name or a power."""

from __future__ import annotations

import functools

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
    """The hash of the results of a ufunc of float64 for arguments that the compiler knows."""
    with np.errstate(all="ignore"):
        return hashed(NUMPY[name](sample_arguments(signed).view(dtype)))


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
