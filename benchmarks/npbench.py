"""The kernels of an NPBench checkout, unmodified: what ``slipstream bench --npbench DIR`` runs.

Nothing of NPBench is part of this package: descriptions, inputs and kernels are read from the checkout.
Every call gets copies of the inputs, made before its time runs, because kernels change them.
"""

from __future__ import annotations

import argparse
import copy
import importlib.util
import json
import statistics
import sys
import time
import traceback
import types
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .bits import differing
from .counting import NotCounted, counted
from .firstcall import warm_start
from .limits import callouts

#: Calls that are compared, and timed ones at the least and at the most.
COMPARED, FEWEST, MOST = 3, 3, 200

Row = dict[str, Any]


@dataclass(frozen=True)
class Kernel:
    """One benchmark of the checkout."""

    name: str
    function: types.FunctionType
    arguments: dict[str, Any]


def kernels(checkout: Path, names: list[str], preset: str) -> Iterable[tuple[str, Any]]:
    """Short name and what `load` needs, of the chosen ones or of all, by name."""
    for path in sorted((checkout / "bench_info").glob("*.json")):
        info = json.loads(path.read_text())["benchmark"]
        if preset in info["parameters"] and (not names or {info["short_name"], path.stem} & set(names)):
            yield info["short_name"], info


def load(checkout: Path, info: dict[str, Any], preset: str) -> Kernel:
    """The kernel of the NumPy version with the inputs of a preset."""
    folder = checkout / "npbench" / "benchmarks" / info["relative_path"]
    given: dict[str, Any] = dict(info["parameters"][preset])
    if info.get("init"):
        made = getattr(module(folder / f"{info['module_name']}.py"), info["init"]["func_name"])
        results = made(*(given[name] for name in info["init"]["input_args"]))
        names = info["init"]["output_args"]
        given.update(zip(names, results if len(names) > 1 else (results,), strict=True))
    function = getattr(module(folder / f"{info['module_name']}_numpy.py"), info["func_name"])
    return Kernel(info["short_name"], function, {name: given[name] for name in info["input_args"]})


def module(path: Path) -> Any:
    """A module of the checkout, under a name of its own."""
    spec = importlib.util.spec_from_file_location(f"npbench_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no module")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def fresh(kernel: Kernel) -> list[Any]:
    return [copy.deepcopy(value) for value in kernel.arguments.values()]


def differences(expected: Any, got: Any, where: str = "result") -> list[str]:
    """What is not the same: type, dtype, shape, strides, flags, elements that differ."""
    if type(expected) is not type(got):
        return [f"{where}: {type(got).__name__} for {type(expected).__name__}"]
    if isinstance(expected, tuple | list):
        if len(expected) != len(got):
            return [f"{where}: {len(got)} items for {len(expected)}"]
        pairs = enumerate(zip(expected, got, strict=True))
        return [line for i, (e, g) in pairs for line in differences(e, g, f"{where}[{i}]")]
    found = []
    if isinstance(expected, np.ndarray):
        for fact in ("dtype", "shape", "strides"):
            if getattr(expected, fact) != getattr(got, fact):
                found.append(f"{where}: {fact} {getattr(got, fact)} for {getattr(expected, fact)}")
        if str(expected.flags) != str(got.flags):
            found.append(f"{where}: other flags")
    count = 0 if expected is None else differing(expected, got)
    return found or ([f"{where}: {count} elements have other bits"] if count else [])


def shared(result: Any, arguments: list[Any]) -> list[tuple[int, int]]:
    """Which arrays of the result share memory with which arguments."""
    parts = result if isinstance(result, tuple | list) else [result]
    arrays = [(i, a) for i, a in enumerate(arguments) if isinstance(a, np.ndarray)]
    return [
        (i, j)
        for i, part in enumerate(parts)
        if isinstance(part, np.ndarray)
        for j, a in arrays
        if np.may_share_memory(part, a)
    ]


def compared(kernel: Kernel, function: Any) -> list[str]:
    """What differs from NumPy in a call: result, changed arguments, sharing of memory."""
    expected_arguments, arguments = fresh(kernel), fresh(kernel)
    expected, got = kernel.function(*expected_arguments), function(*arguments)
    found = differences(expected, got)
    for name, e, g in zip(kernel.arguments, expected_arguments, arguments, strict=True):
        found += differences(e, g, name)
    if shared(expected, expected_arguments) != shared(got, arguments):
        found.append("result: shares other memory")
    return found


def seconds_of(kernel: Kernel, function: Any) -> float:
    arguments = fresh(kernel)
    begin = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - begin


def measure(kernel: Kernel, seconds: float) -> Row:
    """One row: ratio to NumPy, first call, how it ran, what kept it in Python, and the work that it is."""
    from slipstream import jit

    function: Any = jit(kernel.function)
    first = first_call(kernel, function)
    different = [line for _ in range(COMPARED) for line in compared(kernel, function)]
    before = function.stats()
    ours, numpys = race(kernel, function, seconds)
    after = function.stats()
    turns = len(ours)
    reasons = function.explain(*fresh(kernel)).reasons
    return {
        "kernel": kernel.name,
        "ratio": statistics.median(numpys) / statistics.median(ours),
        "numpy": statistics.median(numpys),
        "slipstream": statistics.median(ours),
        "first": first,
        "native": (after.native - before.native) / turns,
        "exits": (after.exits - before.exits) / turns,
        "differing": different,
        "reasons": [f"{r.code} line {r.line}: {r.text}" for r in reasons],
        "places": [f"{r.code} {r.slug}, line {r.line}: {r.detail}" for r in reasons],
        "hints": [r.hint for r in reasons],
        "callouts": callouts([version.plan for version in function.entries()]),
        **work(kernel),
    }


def work(kernel: Kernel) -> Row:
    """What the kernel does, or why that is not known."""
    try:
        return {"work": counted(kernel.function, lambda: copy.deepcopy(kernel.arguments))}
    except NotCounted as why:
        return {"uncounted": str(why)}


def first_call(kernel: Kernel, function: Any) -> float:
    """Seconds of the first call, behind one of NumPy's: what its libraries do once is not for us."""
    seconds_of(kernel, kernel.function)
    return seconds_of(kernel, function)


def only_first(kernel: Kernel, seconds: float) -> Row:
    """A row of the first call alone; it takes what it takes."""
    from slipstream import jit

    return {"kernel": kernel.name, "first": first_call(kernel, jit(kernel.function))}


def race(kernel: Kernel, function: Any, seconds: float) -> tuple[list[float], list[float]]:
    """Times of both in turns, so that a slow moment of the machine hits both."""
    ours: list[float] = []
    numpys: list[float] = []
    end = time.perf_counter() + seconds
    while len(ours) < FEWEST or (time.perf_counter() < end and len(ours) < MOST):
        numpys.append(seconds_of(kernel, kernel.function))
        ours.append(seconds_of(kernel, function))
    return ours, numpys


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="npbench")
    parser.add_argument("checkout", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--preset", default="S", choices=["S", "M", "L", "paper"])
    parser.add_argument("--seconds", type=float, default=1.0, help="for each kernel")
    parser.add_argument("--first", action="store_true", help="only the first call of each")
    options = parser.parse_args(words)
    act = only_first if options.first else measure
    rows: list[Row] = []
    warm_start()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, info in kernels(options.checkout, options.names, options.preset):
            print(name, file=sys.stderr, flush=True)
            try:
                rows.append(act(load(options.checkout, info, options.preset), options.seconds))
            except Exception as error:
                rows.append({"kernel": name, "error": traceback.format_exception_only(error)[-1].strip()})
    json.dump(rows, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
