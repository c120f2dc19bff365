"""Every operation alone at every size: a decorated function must not lose what it cannot gain.

``python -m slipstream._benchmarks.noharm [NAME...]`` prints the ratios to
NumPy and the worst. It takes minutes and is no part of the tests.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .bits import differing
from .peers import Prepared

SIZES = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)
SECONDS = 0.15


@dataclass(frozen=True)
class Operation:
    """A ufunc by name and the dtype it is measured on."""

    name: str
    dtype: str = "float64"

    @property
    def inputs(self) -> int:
        return int(getattr(np, self.name).nin)

    def function(self) -> Any:
        """``def name(a, b): return np.name(a, b)``, as a user would write it."""
        names = ", ".join("ab"[: self.inputs])
        scope: dict[str, Any] = {"np": np}
        exec(f"def {self.name}({names}):\n    return np.{self.name}({names})\n", scope)
        return scope[self.name]

    def arguments(self, size: int) -> tuple[Any, ...]:
        """Values between 0.5 and 1 or 1 and 8: inside every operation's domain."""
        rng = np.random.default_rng(7)
        if self.dtype == "bool":
            return tuple(rng.integers(0, 2, size).astype(bool) for _ in range(self.inputs))
        if self.dtype == "int64":
            return tuple(rng.integers(1, 9, size) for _ in range(self.inputs))
        return tuple(rng.uniform(0.5, 1.0, size).astype(self.dtype) for _ in range(self.inputs))


def _all(names: str, dtype: str = "float64") -> tuple[Operation, ...]:
    return tuple(Operation(name, dtype) for name in names.split())


#: One an operation that slipstream knows; a test holds it against the compiler's table.
OPERATIONS: tuple[Operation, ...] = (
    *_all("add subtract multiply divide negative absolute fabs sqrt square reciprocal positive power"),
    *_all("less less_equal greater greater_equal equal not_equal minimum maximum isnan isinf isfinite"),
    *_all("exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh"),
    *_all("hypot floor ceil trunc rint sign signbit copysign floor_divide remainder fmod fmin fmax cbrt"),
    *_all("bitwise_and bitwise_or bitwise_xor invert left_shift right_shift", "int64"),
    *_all("logical_and logical_or logical_not logical_xor", "bool"),
    *_all("arcsinh arctanh degrees radians deg2rad rad2deg heaviside logaddexp logaddexp2 nextafter spacing"),
)


def ratios(operation: Operation) -> Iterator[tuple[int, float, int]]:
    """Size, NumPy's time by slipstream's, elements that differ."""
    from slipstream import jit

    from . import sampling

    plain, compiled = operation.function(), jit(operation.function())
    for size in SIZES:
        given = operation.arguments(size)
        times = sampling.race(
            {"n": Prepared(plain, given), "s": Prepared(compiled, given)}, SECONDS, fewest=3
        )
        yield size, times["n"]["median"] / times["s"]["median"], differing(plain(*given), compiled(*given))


def main(names: list[str]) -> int:
    from .session import ONE_THREAD

    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":  # before NumPy is loaded
        os.execve(
            sys.executable,
            [sys.executable, "-m", f"{__package__}.noharm", *names],
            {**os.environ, **ONE_THREAD},
        )
    worst: list[tuple[float, str]] = []
    wrong = 0
    print(f"{'':16}" + "".join(f"{size:>12,}" for size in SIZES))
    for operation in OPERATIONS:
        if names and operation.name not in names:
            continue
        found = list(ratios(operation))
        wrong += sum(1 for _, _, count in found if count)
        worst += [(value, f"{operation.name} {size:,}") for size, value, _ in found]
        cells = "".join(f"{value:>11.2f}{'!' if count else ' '}" for _, value, count in found)
        print(f"{operation.name:16}{cells}", flush=True)
    for value, place in sorted(worst)[:5]:
        print(f"worst: {value:.2f} {place}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
