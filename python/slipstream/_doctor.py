"""What `slipstream doctor` finds out about this machine."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import slipstream

from . import _cache, _load, _numpy, _verify


class Check(NamedTuple):
    """One kernel of the self-test and how it did."""

    name: str
    ok: bool
    native: int
    note: str


def report() -> dict[str, dict[str, str]]:
    """Facts by section. Loads the compiler."""
    return {"versions": _versions(), "machine": _machine(), "BLAS": _blas(), "compiler": _compiler()}


def _versions() -> dict[str, str]:
    found = {"slipstream": slipstream.__version__, "Python": platform.python_version()}
    for package in ("numpy", "llvmlite", "scipy", "numba"):
        if importlib.util.find_spec(package) is not None:
            found[package] = importlib.metadata.version(package)
    return found


def _machine() -> dict[str, str]:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    threads = slipstream.config.threads
    return {
        "system": f"{platform.system()} {platform.machine()}, {' '.join(platform.libc_ver())}".rstrip(", "),
        "processor": _processor(),
        "usable cores": str(usable),
        "threads": str(threads) if threads else "chosen by slipstream",
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or "unknown"


def _blas() -> dict[str, str]:
    config: Any = np.show_config(mode="dicts")
    known = config.get("Build Dependencies", {})
    found = {}
    for kind in ("blas", "lapack"):
        entry = known.get(kind, {})
        found[kind] = f"{entry.get('name', 'unknown')} {entry.get('version', '')}".strip()
    return found


def _compiler() -> dict[str, str]:
    path = slipstream.config.cache_dir
    kept = _cache.info(path)
    return {
        "state": "loaded" if _load.core() is not None else _load.reason(),
        "enabled": "yes" if slipstream.config.enabled else "no (SLIPSTREAM_DISABLE or slipstream.config)",
        "cache": f"{path}: {kept.entries} kernels, {kept.bytes / 1e6:.1f} MB" if path else "off",
        "reductions": _reductions(),
        "platform": sys.platform,
    }


def _reductions() -> str:
    other = _numpy.unlike_folds()
    if not other:
        return "fused with what they reduce"
    return f"by NumPy's reduce: this NumPy computes {', '.join(other)} in another order than known"


def _chain(x: Any, y: Any) -> Any:
    return (x * y + 1.5) / (y * y + 2.0) - x


def _functions(x: Any, y: Any) -> Any:
    return np.exp(-x * x) * np.sin(y) + np.log(y * y + 1.0)


def _choice(x: Any, y: Any) -> Any:
    return np.where(x > y, x * 2.0, np.sqrt(np.abs(y)))


def _sums(x: Any, y: Any) -> Any:
    return (x * y).sum() + (x - y).mean()


def _reduced(x: Any, y: Any) -> Any:
    table = x[:, None] * y[-9:]
    return table.sum(axis=1), (table - table.max(axis=0)).sum(axis=0), (table > 0).any(axis=1)


def _stencil(x: Any, y: Any) -> Any:
    y[1:-1] = (x[:-2] + 2.0 * x[1:-1] + x[2:]) * 0.25
    return y


def _integers(x: Any, y: Any) -> Any:
    return (x > 0) & (y < 1) | (x * 2 == y)


def _scalars(x: Any, y: Any) -> Any:
    return x * 0.5 + 3.0


def _warning(x: Any, y: Any) -> Any:
    with_zero = x - x
    return y / with_zero


#: One kernel of every kind, run with float64 and float32.
KERNELS: dict[str, Callable[..., Any]] = {
    "arithmetic": _chain,
    "functions": _functions,
    "choice": _choice,
    "sums": _sums,
    "reductions": _reduced,
    "stencil": _stencil,
    "comparisons": _integers,
    "numbers": _scalars,
    "division by zero": _warning,
}


def self_test() -> list[Check]:
    """Run every kernel natively and by NumPy, and compare to the last bit."""
    return [_check(name, kernel, dtype) for name, kernel in KERNELS.items() for dtype in ("f8", "f4")]


def _check(name: str, kernel: Callable[..., Any], dtype: str) -> Check:
    native = slipstream.jit(kernel)
    differences = []
    for n in (1, 7, 1000, 4099):
        ours, theirs = _operands(n, dtype), _operands(n, dtype)
        with np.errstate(all="ignore"):
            expected = kernel(*theirs)
        differences += _verify.compare(_quietly(native, ours), expected, "result")
        differences += _verify.compare(ours, theirs, "arguments")
    s = native.stats()  # type: ignore[attr-defined]
    note = differences[0] if differences else f"{s.native + s.partial} of {s.calls} calls native"
    return Check(f"{name}, {dtype}", not differences, s.native + s.partial, note)


def _quietly(function: Callable[..., Any], operands: list[Any]) -> Any:
    import warnings

    # Not errstate: the default state is the one that most programs run in.
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        return function(*operands)


def _operands(n: int, dtype: str) -> list[Any]:
    random = np.random.default_rng(n)
    return [random.standard_normal(n).astype(dtype), random.standard_normal(n).astype(dtype)]
