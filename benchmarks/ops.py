"""Every row of the compiler's tables against NumPy: what ``slipstream bench --ops`` runs.

The rows are the compiler's own (it is asked for them), so none can be forgotten. How a row is called
is found by trying: the first of some usual calls that NumPy takes without a word. Each is
measured alone, and on a computed operand, which is how it comes to stand in compiled code.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import operator
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import measure, sampling
from .bits import differing
from .peers import Prepared

SIZES = (10, 10_000, 1_000_000)
#: With --full: every size at which something else decides, and the commonest types.
EVERY_SIZE, EVERY_TYPE = (1, 10, 100, 10_000, 1_000_000, 10_000_000), ("float64", "float32", "int64")
#: A row below this is to be mended or left to Python.
LAW = 0.97
#: Rows whose results have no values.
UNSET = ("numpy.empty", "numpy.empty_like")
#: Seconds for a measurement; one that is below the law is taken again.
SECONDS, AGAIN = 0.03, 0.4
#: Calls that take longer, or give more bytes, are not measured.
LONGEST, LARGEST = 0.15, 96 << 20
WARM_UP = 6

#: Calls to try: x is an array or the computed operand, a and b arrays, i integers, m a square matrix.
CALLS = (
    *("({x}, 0.6, 0.8)", "({x})", "({x}, b)", "({x}, 2)", "([{x}, b])", "(i)", "(m)", "(m, m)", "(m, 2)"),
    *("({x}.shape)", "({x}.shape, 1.5)", "({x}, 2, b)", "({x}, b, b)", "([{x} > 1], [a])"),
    *("(0, {x}.size)", "({x}, 0, -1)", "({x}, 0)", "({x}[:1], {x}.shape)", "('i,i->i', {x}, b)"),
    *("({x}, [0, 2])", "({x}, np.ndarray)", "({x}.dtype, np.floating)", "({x}.dtype, 'f4')", "({x}.dtype)"),
    *("({x}[None])", "({x}[None], 0)", "({x}[0])", "({x}, 'f4')", "(3)", "({x}, j)", "(j, {x})"),
    *("({x}[0], 0.75)", "({x}, i, b, 0)", "({x}[:3], b[:3])", "({x}, 'size')"),
    *("({x}[None, None], 2)", "(({x} > 1).view('u1'))", "(type({x}[0]), np.floating)", "(v={x})"),
    *("[{x}, b]", "[0 : {x}.size]"),  # an index
)
METHODS = (
    *("(0.6, 0.8)", "()", "(b)", "(2)", "('f4')", "([0, -1])", "(0, -1)", "(0)", "(-1)", "(a > 1)"),
    "([a] * 9)",
)
#: Without axes, or of another type: what no array of floats can be asked.
OPERANDS = ("a", "(a + b)"), ("i", "(i + j)"), ("m", "(m + n)"), ("a[None]", "(a + b)[None]")

Arrays = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """An expression that uses one row."""

    row: str
    text: str
    computed: bool

    def function(self) -> Any:
        """``def f(a, b, i, j, m, n): return ...``, as a user would write it."""
        scope: dict[str, Any] = {"np": np, "math": math, "operator": operator}
        exec(f"def f(a, b, i, j, m, n):\n    return {self.text}\n", scope)
        return scope["f"]


def arrays(size: int, dtype: str = "float64") -> Arrays:
    """Floats between 0.5 and 1, integers from 1 to 8, matrices of about `size` elements with an inverse."""
    return {name: array.copy() for name, array in drawn(size, dtype).items()}


@functools.lru_cache(maxsize=len(EVERY_SIZE))
def drawn(size: int, dtype: str) -> Arrays:
    """The arrays themselves: some rows write into theirs."""
    rng = np.random.default_rng(7)
    side = max(2, math.isqrt(size))
    i, j = (rng.integers(1, 9, size) for _ in range(2))
    a, b = i[::-1].astype(dtype), j[::-1].astype(dtype)
    if a.dtype.kind == "f":
        a, b = (rng.uniform(0.5, 1.0, size).astype(dtype) for _ in range(2))
    m = (rng.uniform(0.0, 1.0, (side, side)) + side * np.eye(side)).astype(dtype)
    return {"a": a, "b": b, "i": i, "j": j, "m": (m + m.T) / 2, "n": np.eye(side).astype(dtype)}


def known() -> dict[str, list[str]]:
    """The rows, as the compiler has them."""
    from slipstream import _compiler

    rows: dict[str, list[str]] = _compiler.request("rows")
    return rows


def templates(kind: str, name: str) -> Iterator[str]:
    """Expressions to try for a row, with {x} where an operand stands."""
    if kind == "operators":
        yield from (f"{{x}} {name} {other}" for other in ("b", "j", "2"))
    elif kind == "unary":
        yield f"{name}{{x}}"
    elif kind == "methods":
        yield from (f"{{x}}.{name}{call}" for call in METHODS)
    else:
        place = f"np.{name}" if kind == "ufuncs" else name.replace("numpy.ufunc.", "numpy.add.")
        place = place.replace("numpy.", "np.").replace("builtins.", "").replace("_operator.", "operator.")
        yield from (place + call for call in CALLS)


def accepted(text: str, given: Arrays) -> bool:
    """Whether NumPy takes it without an error or a warning."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = Form("", text, False).function()(**given)
    except Exception:
        return False
    return getattr(getattr(result, "dtype", None), "kind", "f") != "O"


def forms(kind: str, name: str, dtype: str) -> list[Form]:
    """How the row is measured: alone, and on a computed operand if it takes one."""
    given = arrays(100, dtype)  # of more than 64 integers nothing takes a shape
    for x, computed in OPERANDS:
        for template in templates(kind, name):
            if not accepted(template.format(x=x), given):
                continue
            texts = dict.fromkeys((template.format(x=x), template.format(x=computed)))
            label = f"ndarray.{name}" if kind == "methods" else name
            return [Form(label, t, n > 0) for n, t in enumerate(texts) if accepted(t, given)]
    return []


def all_forms(names: Iterable[str] = (), dtype: str = "float64") -> tuple[list[Form], list[str]]:
    """All rows, or those whose names contain one of `names`; and those that no call was found for."""
    found, unknown = [], []
    wanted = tuple(names)
    for kind, rows in known().items():
        for name in rows:
            if wanted and not any(w in name for w in wanted):
                continue
            one = forms(kind, name, dtype)
            found += one
            if not one:
                unknown.append(f"{kind} {name}")
    return found, unknown


def reachable(form: Form, sizes: Iterable[int], dtype: str) -> list[int]:
    """The sizes at which a call is neither too long nor gives too much, judged from smaller ones."""
    wanted = sorted(sizes)
    fits = [n for n in wanted if n < 10 and accepted(form.text, arrays(n, dtype))]
    seconds = given = 0.0
    call, size = form.function(), 10
    while size <= wanted[-1]:
        operands = arrays(size, dtype)
        before = seconds, given
        try:
            seconds, given = observe(call, operands)
        except (ValueError, MemoryError):
            break  # such as places outside of what they index
        fits += [n for n in wanted if n == size]
        # ten times the size: it grows as it grew
        if seconds * max(10.0, seconds / max(before[0], 1e-7)) > LONGEST and size >= 1000:
            break
        if given * max(1.0, given / max(before[1], 1.0)) > LARGEST:
            break
        size *= 10
    return fits


def observe(call: Any, operands: Arrays) -> tuple[float, float]:
    """Seconds and bytes of a call of NumPy."""
    import timeit

    results: list[Any] = []
    timer = timeit.Timer(lambda: results.append(call(**operands)))
    seconds = min(timer.repeat(2, 1))
    parts = results[0] if isinstance(results[0], tuple | list) else (results[0],)
    return seconds, float(sum(part.nbytes for part in parts if isinstance(part, np.ndarray)))


def row(form: Form, size: int, dtype: str) -> dict[str, Any]:
    """One line of the result."""
    from slipstream import jit

    plain, compiled = form.function(), jit(form.function())
    given = tuple(arrays(size, dtype).values())
    expected, first = plain(*given), compiled(*given)
    for _ in range(WARM_UP - 1):
        last = compiled(*given)
    no_values = form.row in UNSET or isinstance(expected, Iterator)
    contenders = {"numpy": Prepared(plain, given), "slipstream": Prepared(compiled, given)}
    before = measure.counts(compiled)
    times = sampling.race(contenders, SECONDS, fewest=3)
    if ratio(times) < LAW:
        times = sampling.race(contenders, AGAIN, fewest=5)
    return {
        "row": form.row,
        "text": form.text,
        "dtype": dtype,
        "size": size,
        "ratio": ratio(times),
        "numpy": times["numpy"]["median"],
        "path": measure.path(compiled, before),
        "differing": 0 if no_values else max(differing(expected, r) for r in (first, last)),
    }


def ratio(times: sampling.Figures) -> float:
    return times["numpy"]["median"] / times["slipstream"]["median"]


def rows(names: Iterable[str], sizes: Iterable[int], dtype: str) -> Iterator[dict[str, Any]]:
    found, _ = all_forms(names, dtype)
    for n, form in enumerate(found):
        for size in reachable(form, sizes, dtype):
            measure.progress(f"{dtype} {n + 1}/{len(found)} {form.text} {size:,}")
            yield row(form, size, dtype)
    measure.progress("")


def show(result: dict[str, Any]) -> None:
    """The table, worst first."""
    done = sorted(result["rows"], key=lambda r: r["ratio"])
    several = len({r["dtype"] for r in done}) > 1
    for r in done:
        differ = f"  {r['differing']} DIFFER" if r["differing"] else ""
        of = f"{r['dtype']:8} " if several else ""
        print(f"{r['ratio']:6.2f}  {r['size']:>10,}  {r['path']:8} {of}{r['row']:26} {r['text']}{differ}")
    for line in below(done):
        print(line)
    print(f"{sum(map(loses, done))} of {len(done)} measurements of {result['dtype']} are below {LAW}")
    for name in result["unknown"]:
        print(f"no call found: {name}")


def loses(found: dict[str, Any]) -> bool:
    return bool(found["ratio"] < LAW)


def below(done: list[dict[str, Any]]) -> Iterator[str]:
    """How many rows of the tables lose, for each type and size."""
    for dtype, size in sorted({(r["dtype"], r["size"]) for r in done}):
        here = [r for r in done if (r["dtype"], r["size"]) == (dtype, size)]
        losers = {r["row"] for r in here if loses(r)}
        rows_here = len({r["row"] for r in here})
        yield f"{dtype} {size:>10,}: {len(losers):3} of {rows_here} rows are below {LAW}"


def main(words: list[str] | None = None) -> int:
    """Measure in this process and print JSON; see `session` for why it is one of its own."""
    parser = argparse.ArgumentParser(prog="ops")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--sizes", default="")
    parser.add_argument("--dtype", default="")
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args(words)
    sizes = [int(float(n)) for n in options.sizes.split(",") if n] or (EVERY_SIZE if options.full else SIZES)
    dtypes = [t for t in options.dtype.split(",") if t] or EVERY_TYPE[: None if options.full else 1]
    done: list[dict[str, Any]] = []
    unknown: list[set[str]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for dtype in dtypes:
            done += rows(options.names, sizes, dtype)
            unknown.append(set(all_forms(options.names, dtype)[1]))
    nowhere = sorted(set.intersection(*unknown))
    json.dump({"dtype": ", ".join(dtypes), "rows": done, "unknown": nowhere}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
