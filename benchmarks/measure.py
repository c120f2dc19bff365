"""Measures cases in this process: ``python -m slipstream._benchmarks.measure`` prints JSON.

Run by `session`, which sets one thread and an allocator before NumPy is loaded.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import time
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from . import bits, peers, sampling
from .cases import Case, arguments, chosen

#: Results of fewer bytes cost the allocator next to nothing.
KEPT_FROM = 1 << 19
#: A decorated function looks at its first calls before it settles.
WARM_UP = 6
#: Of larger arguments a second call is compared and no more: each takes a tenth of a second.
LARGE = 1 << 21

Row = dict[str, Any]


def rows(cases: list[Case], smallest: int, largest: int) -> Iterator[tuple[Case, str, int]]:
    for case in cases:
        for dtype in case.dtypes:
            for size in case.sizes:
                if smallest <= elements(case, size, dtype) <= largest:
                    yield case, dtype, size


def elements(case: Case, size: int, dtype: str) -> int:
    """Elements of the largest argument, known from small ones: size to the first or second power."""
    one, two = (max(np.size(a) for a in arguments(case, n, dtype)) for n in (8, 16))
    return one * size // 8 if two == 2 * one else one * (size // 8) ** 2


def measure(case: Case, dtype: str, size: int, names: list[str], seconds: float) -> Row:
    """One row of the table."""
    given = arguments(case, size, dtype)
    row: Row = {"case": case.name, "dtype": dtype, "size": size, "floor": case.floors[size]}
    ready, row["not_run"] = prepare(case, given, names)
    row["differing"] = {name: compare(case, given, p, name) for name, p in ready.items() if name != "numpy"}
    before = settle(ready)
    row["times"] = sampling.race(ready, seconds, fewest=3)
    row["path"] = path(ready["slipstream"].call, before)
    result = case.function(*copy.deepcopy(given))
    if isinstance(result, np.ndarray) and result.nbytes >= KEPT_FROM:
        ours = {name: ready[name] for name in ("numpy", "slipstream")}
        row["kept"] = sampling.race_kept(ours, seconds / 2, result.nbytes)
    return row


def prepare(
    case: Case, given: tuple[Any, ...], names: list[str]
) -> tuple[dict[str, peers.Prepared], dict[str, str]]:
    """Every contender with arguments of its own, and why the others do not run."""
    ready = {"numpy": peers.Prepared(case.function, given)}
    reasons: dict[str, str] = {}
    for name in names:
        try:
            prepared = peers.PEERS[name](case, copy.deepcopy(given) if case.mutates else given)
            prepared.call(*copy.deepcopy(prepared.arguments))
            ready[name] = prepared
        except Exception as error:
            if name == "slipstream":  # never an excuse
                raise
            first_line = str(error).strip().partition("\n")[0]
            reasons[name] = f"{type(error).__name__}: {first_line}"[:160]
    return ready, reasons


def compare(case: Case, given: tuple[Any, ...], prepared: peers.Prepared, name: str) -> int:
    """Elements whose bits are not NumPy's, of the result and of what was changed."""
    expected_args, got_args = copy.deepcopy(given), copy.deepcopy(prepared.arguments)
    equal = bits.differing if name == "slipstream" else bits.differing_values
    worst = 0
    large = max(np.size(a) for a in given) > LARGE
    for _ in range(1 if name != "slipstream" else 2 if large else WARM_UP):
        expected, got = case.function(*expected_args), prepared.call(*got_args)
        count = 0 if expected is None and got is None else equal(expected, got)
        if case.mutates and count >= 0:
            changed = equal(expected_args[0], got_args[0])
            count = changed if changed < 0 else count + changed
        if count < 0:
            return count
        worst = max(worst, count)
    return worst


def settle(ready: dict[str, peers.Prepared]) -> Any:
    """Call often enough that everything is compiled; slipstream's counts so far."""
    for prepared in ready.values():
        for _ in range(2):
            prepared.call(*prepared.arguments)
    return counts(ready["slipstream"].call)


def counts(function: Any) -> dict[str, int] | None:
    """What the function counted so far; None for one that was left alone."""
    stats = getattr(function, "stats", None)
    return stats().asdict() if stats else None


def path(function: Any, before: dict[str, int] | None) -> str:
    """How slipstream ran while it was timed: native, partial or python."""
    after = counts(function)
    if before is None or after is None:
        return "python"
    gained = {key: after[key] - before[key] for key in ("native", "partial", "eager")}
    most = max(gained, key=lambda key: gained[key])
    return "python" if most == "eager" or not gained[most] else most


def progress(text: str) -> None:
    """Show what is measured now, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="measure")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--smallest", type=int, default=0)
    parser.add_argument("--largest", type=int, default=10**9)
    parser.add_argument("--peers-largest", type=int, default=100_000, help="elements up to which peers run")
    parser.add_argument("--peers", default=",".join(peers.installed()))
    options = parser.parse_args(words)
    wanted = list(rows(chosen(options.names), options.smallest, options.largest))
    end = time.perf_counter() + options.seconds
    done: list[Row] = []
    # Peers warn about themselves. NumPy's error state stays as a user has it:
    # with another one the compiled code would not run.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for i, (case, dtype, size) in enumerate(wanted):
            progress(f"{i + 1}/{len(wanted)} {case.name} {dtype} {size:,}")
            share = max(end - time.perf_counter(), 0) / (len(wanted) - i)
            few = elements(case, size, dtype) <= options.peers_largest
            names = options.peers.split(",") if few else ["slipstream"]
            done.append(measure(case, dtype, size, names, 0.4 * share))
    progress("")
    json.dump(done, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
