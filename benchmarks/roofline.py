"""What this machine can do at most with one thread, and the bound that follows for a piece of work.

The model is the roofline of S. Williams, A. Waterman and D. Patterson, "Roofline: an insightful visual
performance model for multicore architectures", Communications of the ACM 52(4), 2009: a function takes at
least as long as its bytes take at the bandwidth of the memory they come from, and at least as long as its
operations take at the arithmetic peak. Both are measured here with NumPy itself, so they are what its
own loops and its BLAS attain, not figures of a data sheet.

``python -m slipstream._benchmarks.roofline`` prints the machine as JSON.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

#: Where Linux tells of the caches of the first processor.
CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
#: Bytes of the levels where nothing tells: common sizes.
USUAL = {"L1": 32 << 10, "L2": 1 << 20, "L3": 16 << 20}
#: Far memory is measured in as many times the last cache, with this many bytes at most.
FAR_TIMES, FAR_MOST = 4, 256 << 20
#: Sides of the square products that the peak is the best of: they stay in the nearer caches.
SIDES = (96, 128, 192, 256)
#: Seconds for one figure, of which there are seven, and samples at the least.
EACH, FEWEST = 0.2, 3


@dataclasses.dataclass(frozen=True)
class Level:
    """A level of memory: its bytes (0: no end) and how many it moves in a second, read and written."""

    name: str
    capacity: int
    bandwidth: float


@dataclasses.dataclass(frozen=True)
class Machine:
    """Bandwidths, nearest level first; operations a second on wide (float64) and narrow (float32) numbers;
    seconds of a call of NumPy that computes one element."""

    levels: tuple[Level, ...]
    peak_wide: float
    peak_narrow: float
    call: float

    def level(self, size: int) -> Level:
        """The nearest level that so many bytes fit in, with a little to spare."""
        return next(level for level in self.levels if size < level.capacity or not level.capacity)

    def memory_seconds(self, size: int) -> float:
        return size / self.level(size).bandwidth

    def arithmetic_seconds(self, wide: float, narrow: float) -> float:
        return wide / self.peak_wide + narrow / self.peak_narrow

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Machine:
        """From what `dataclasses.asdict` made of one."""
        return cls(**{**facts, "levels": tuple(Level(**level) for level in facts["levels"])})


def fastest(call: Callable[[], object], seconds: float = EACH) -> float:
    """Seconds of a call: the least of samples, each long enough for the clock."""
    call()
    number, best = 1, float("inf")
    end = time.perf_counter() + seconds
    samples = 0
    while samples < FEWEST or time.perf_counter() < end:
        begin = time.perf_counter()
        for _ in range(number):
            call()
        elapsed = time.perf_counter() - begin
        if elapsed < 100e-6:
            number *= 4
            continue
        best = min(best, elapsed / number)
        samples += 1
    return best


def capacities() -> dict[str, int]:
    """Bytes of the data caches, nearest first."""
    found = {f"L{level}": size for level, size in sorted(_listed())}
    return found or USUAL


def _listed() -> Iterator[tuple[int, int]]:
    for place in CACHES.glob("index*"):
        try:
            kind, level, size = ((place / name).read_text().strip() for name in ("type", "level", "size"))
        except OSError:
            continue
        if kind != "Instruction" and size.endswith("K"):
            yield int(level), int(size[:-1]) << 10


def call_seconds() -> float:
    """What calling NumPy costs: an addition of one element."""
    a, out = np.ones(1), np.ones(1)
    return fastest(lambda: np.add(a, a, out=out), EACH / 4)


def bandwidth(size: int, call: float) -> float:
    """Bytes a second that an addition or a copy moves, the better of them, in `size` bytes of arrays.

    As STREAM counts (J. McCalpin, 1995): what is read and what is written, not what a cache reads before it
    is written into.
    """
    n = max(size // 24, 64)
    a, b, out = np.ones(n), np.ones(n), np.ones(n)
    moved = {
        24 * n: fastest(lambda: np.add(a, b, out=out), EACH / 2),
        16 * n: fastest(lambda: np.copyto(out, a), EACH / 2),
    }
    return max(count / max(seconds - call, seconds / 10) for count, seconds in moved.items())


def levels(call: float) -> Iterator[Level]:
    """Half of each cache, so that nothing else pushes the arrays out; far memory in more."""
    sizes = capacities()
    for name, capacity in sizes.items():
        yield Level(name, capacity, bandwidth(capacity // 2, call))
    yield Level("memory", 0, bandwidth(min(FAR_TIMES * max(sizes.values()), FAR_MOST), call))


def peak(dtype: str) -> float:
    """Operations a second of the best product of square matrices, 2 n^3 each."""
    return max(2.0 * n**3 / fastest(_product(n, dtype), EACH / len(SIDES)) for n in SIDES)


def _product(n: int, dtype: str) -> Callable[[], object]:
    a, b, out = (np.ones((n, n), dtype) for _ in range(3))
    return lambda: np.matmul(a, b, out=out)


def measured() -> Machine:
    """This machine, within about two seconds."""
    call = call_seconds()
    found = list(levels(call))
    # A level is no slower than one behind it: where it seems to be, the moment was.
    for i in reversed(range(len(found) - 1)):
        best = max(found[i].bandwidth, found[i + 1].bandwidth)
        found[i] = dataclasses.replace(found[i], bandwidth=best)
    return Machine(tuple(found), peak("f8"), peak("f4"), call)


def main() -> int:
    json.dump(dataclasses.asdict(measured()), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
