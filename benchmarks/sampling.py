"""Times of several contenders, sampled in turns so that a slow moment of the machine hits all."""

from __future__ import annotations

import statistics
import time
import timeit
from collections.abc import Callable, Mapping
from typing import Any

from .peers import Prepared

#: A sample lasts at least this long, in seconds: far above the clock's grain,
#: far below the time slice of the scheduler.
SAMPLE = 200e-6
#: A call that allocates keeps this many bytes at most when results are kept.
KEPT_BYTES = 512 << 20
FEWEST, MOST = 5, 300

#: Contender to its median, minimum (seconds a call) and number of samples.
Figures = dict[str, dict[str, float]]


class Stopwatch:
    """One contender: seconds a call, sample by sample."""

    def __init__(self, prepared: Prepared) -> None:
        names = [f"a{i}" for i in range(len(prepared.arguments))]
        self._names: dict[str, Any] = dict(zip(names, prepared.arguments, strict=True), f=prepared.call)
        call = f"f({', '.join(names)})"
        self._dropped = timeit.Timer(call, globals=self._names)
        self._kept = timeit.Timer(f"keep({call})", globals=self._names)
        self.samples: list[float] = []
        self.number = 1

    def calibrate(self) -> None:
        """Choose how many calls make a sample; this is the warm-up too."""
        while (elapsed := self._dropped.timeit(self.number)) < SAMPLE and self.number < 1 << 20:
            self.number = max(2 * self.number, int(self.number * SAMPLE / max(elapsed, 1e-9)))

    def sample(self) -> None:
        self.samples.append(self._dropped.timeit(self.number) / self.number)

    def sample_kept(self, calls: int) -> None:
        """Like `sample`, but every result stays alive, so each needs memory of its own."""
        results: list[Any] = []
        self._names["keep"] = results.append
        self.samples.append(self._kept.timeit(calls) / calls)

    def figures(self) -> dict[str, float]:
        return {
            "median": statistics.median(self.samples),
            "min": min(self.samples),
            "samples": len(self.samples),
        }


def race(contenders: Mapping[str, Prepared], seconds: float, *, fewest: int = FEWEST) -> Figures:
    """Median and minimum of each, in seconds a call, within about `seconds`."""
    watches = {name: Stopwatch(prepared) for name, prepared in contenders.items()}
    for watch in watches.values():
        watch.calibrate()
    return _rounds(watches, Stopwatch.sample, seconds, fewest)


def race_kept(contenders: Mapping[str, Prepared], seconds: float, bytes_each: int) -> Figures | None:
    """The same with results kept; None where two do not fit into memory."""
    calls = min(64, KEPT_BYTES // max(bytes_each, 1))
    if calls < 2:
        return None
    watches = {name: Stopwatch(prepared) for name, prepared in contenders.items()}
    return _rounds(watches, lambda watch: watch.sample_kept(calls), seconds, 3)


def _rounds(
    watches: Mapping[str, Stopwatch], sample: Callable[[Stopwatch], None], seconds: float, fewest: int
) -> Figures:
    end = time.perf_counter() + seconds
    order = list(watches.values())
    for turn in range(MOST):
        if turn >= fewest and time.perf_counter() > end:
            break
        # Nobody always runs behind the same neighbour's cache contents.
        for watch in order if turn % 2 else reversed(order):
            sample(watch)
    return {name: watch.figures() for name, watch in watches.items()}
