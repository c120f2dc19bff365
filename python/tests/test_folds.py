"""Reductions that run along with the kernel of their operand: every axis, length, layout and type."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from differential.run import hits
from slipstream import _native, _numpy, jit

FULL = bool(os.environ.get("DIFFERENTIAL_FULL"))
METHODS = {
    "f8": ("sum", "mean", "max", "min", "prod", "std", "var"),
    "f4": ("sum", "mean", "max", "min", "prod", "std", "var"),
    "i8": ("sum", "max", "min", "prod"),
    "i4": ("sum", "max", "min", "prod"),
    "u2": ("sum", "max", "prod"),
    "b1": ("sum", "any", "all", "max"),
}
AXES: dict[int, tuple[Any, ...]] = {
    1: (None, 0, -1),
    2: (None, 0, 1, (0, 1)),
    3: (None, 0, 1, -1, (0, 1), (1, 2), (0, 2), (-1, 0, 1)),
    4: (0, 2, -1, (1, 2), (2, 3), (1, 3), (0, 1, 2)),
}
LENGTHS = (1, 2, 3, 7, 8, 9, 17, 127, 128, 129, 1000, 1025, 8191, 8193, 20000)
LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "c": lambda a: a,
    "f": np.asfortranarray,
    "transposed": lambda a: np.ascontiguousarray(a.T).T,
    "reversed": lambda a: np.ascontiguousarray(a[..., ::-1])[..., ::-1],
    "every second": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "outer axes swapped": lambda a: np.ascontiguousarray(a.swapaxes(0, -1)).swapaxes(0, -1),
}


def function(body: str) -> Callable[..., Any]:
    space: dict[str, Any] = {"np": np}
    exec(compile(f"def f(a, b):\n    {body}\n", "<folds>", "exec"), space)
    made: Callable[..., Any] = space["f"]
    return made


def operation(dtype: str) -> str:
    return "a ^ b" if dtype == "b1" else "a * b - a" if dtype[0] == "f" else "a * b"


def shapes(rank: int, random: Random) -> list[tuple[int, ...]]:
    """Every length on every axis, others short; no large arrays."""
    found = []
    for axis, length in itertools.product(range(rank), LENGTHS):
        shape = [random.choice((1, 2, 3, 5, 9)) for _ in range(rank)]
        shape[axis] = length
        if np.prod(shape) <= 60_000:
            found.append(tuple(shape))
    return [*found, (0,) * rank, (3,) * (rank - 1) + (0,)]


def values(shape: tuple[int, ...], dtype: str, random: Random, special: bool = False) -> np.ndarray:
    rng = np.random.default_rng(random.getrandbits(32))
    if dtype[0] != "f":
        return rng.integers(0, 2 if dtype == "b1" else 100, shape).astype(dtype)
    a = (rng.normal(size=shape) * 10.0 ** rng.integers(-3, 3, shape)).astype(dtype)
    if special and a.size:
        for _ in range(3):
            a.flat[rng.integers(a.size)] = random.choice((0.0, -0.0, np.inf, -np.inf, np.nan, 1e38))
    if special and random.random() < 0.3:
        a[...] = random.choice((0.0, -0.0))
    return a


def seen(f: Callable[..., Any], *args: np.ndarray) -> Any:
    """Result or error, with what tells results apart."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = f(*args)
        except ValueError as error:
            return str(error)
    items = result if isinstance(result, tuple) else (result,)
    plain = [(type(x), x.dtype, x.shape, x.strides, x.flags.writeable, normal(x).tobytes()) for x in items]
    return plain, [str(w.message) for w in caught]


def normal(x: Any) -> np.ndarray:
    """One NaN for all."""
    return np.where(x != x, np.nan, x).astype(x.dtype)


def check(body: str, cases: list[tuple[np.ndarray, np.ndarray]]) -> int:
    plain = function(body)
    fast = jit(plain)
    for a, b in cases:
        assert seen(fast, a, b) == seen(plain, a, b), (body, a.shape, a.strides, a.dtype)
    return hits(fast)


def bodies(dtype: str, axis: Any, keepdims: bool) -> list[str]:
    """Each reduction alone; all together, with the operand; one of them stretched over the operand."""
    options = f"axis={axis!r}, keepdims={keepdims}"
    methods = METHODS[dtype]
    alone = [f"return ({operation(dtype)}).{m}({options})" for m in methods]
    together = ", ".join(f"x.{m}({options})" for m in methods)
    with_operand = f"x = {operation(dtype)}; return {together}, x"
    if keepdims and dtype[0] == "f":
        alone.append(f"x = {operation(dtype)}; return x - x.max({options}) / x.sum({options})")
    return [*alone, with_operand]


PLACES = [(r, axis, k) for r, axes in AXES.items() for axis in axes for k in (False, True)]


def places() -> list[tuple[str, tuple[int, Any, bool]]]:
    """Types and axes; of the integers, which share their code, a part."""
    found = list(itertools.product(METHODS, PLACES))
    return [(d, p) for d, p in found if FULL or d[0] == "f" or Random(f"{d} {p}").random() < 0.3]


@pytest.mark.parametrize(("dtype", "place"), places(), ids=str)
def test_every_axis(dtype: str, place: tuple[int, Any, bool]) -> None:
    rank, axis, keepdims = place
    random = Random(f"{dtype} {place}")
    for body in bodies(dtype, axis, keepdims) if FULL else random.sample(bodies(dtype, axis, keepdims), 2):
        wanted = shapes(rank, random)
        cases = [
            (values(s, dtype, random), values(s, dtype, random))
            for s in (wanted if FULL else random.sample(wanted, 8))
        ]
        assert check(body, cases) >= sum(a.size > 0 for a, _ in cases) - 1


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("rank", [2, 3])
def test_every_layout(rank: int, layout: str) -> None:
    random = Random(f"{layout} {rank}")
    for axis, keepdims in itertools.product(AXES[rank], (False, True)):
        body = random.choice(bodies("f8", axis, keepdims))
        cases = []
        for s in random.sample(shapes(rank, random)[:-2], 6):
            a, b = values(s, "f8", random), values(s, "f8", random)
            cases += [(LAYOUTS[layout](a), b), (LAYOUTS[layout](a), LAYOUTS[layout](b))]
        check(body, cases)


def test_broadcast_operands() -> None:
    random = Random(3)
    for axis, keepdims in itertools.product(AXES[2], (False, True)):
        for body in bodies("f8", axis, keepdims):
            cases = []
            for rows, columns in itertools.product((1, 2, 9, 300), (1, 3, 128, 1025)):
                a = values((rows, columns), "f8", random)
                cases += [(a, values((rows, 1), "f8", random)), (a, values((columns,), "f8", random))]
            check(body, cases)


@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_special_values(dtype: str) -> None:
    random = Random(dtype)
    for axis, keepdims in itertools.product(AXES[2], (False, True)):
        for body in bodies(dtype, axis, keepdims):
            cases = []
            for s in random.sample(shapes(2, random), 6):
                cases.append((values(s, dtype, random, True), values(s, dtype, random, True)))
            check(body, cases)


@pytest.mark.parametrize("x", [0.0, -0.0, np.nan])
def test_maximum_of_a_long_array_that_is_zero_or_nan(x: float) -> None:
    a = np.full(40_000, -1.0)
    a[20_000::1000] = x
    a[30_000::1000] = -x
    assert check("return (a * b).max(), (a + b).min(keepdims=True)", [(a, np.ones(40_000))] * 3) == 3


def test_short_integers_and_bools_are_added_up_wide() -> None:
    a = np.full((3, 500), 30_000, "i2")
    body = "return (a + b).sum(axis=1), (a > b).sum(axis=0), (a > b).mean(axis=1), (a + b).mean()"
    assert check(body, [(a, np.zeros((3, 500), "i2"))] * 2) == 2


@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_deviations(dtype: str) -> None:
    """Of arrays as they lie, in every layout, with both degrees of freedom, down to no elements."""
    random = Random(dtype)
    for rank, ddof, name in itertools.product((1, 2, 3), (0, 1), ("std", "var")):
        for axis, keepdims in itertools.product(AXES[rank], (False, True)):
            body = f"return a.{name}(axis={axis!r}, ddof={ddof}, keepdims={keepdims}), np.{name}(a - b)"
            cases = []
            for layout, s in zip(LAYOUTS.values(), random.sample(shapes(rank, random), 6), strict=True):
                cases.append((layout(values(s, dtype, random)), values(s, dtype, random)))
            check(body, cases)


def test_float32_does_not_have_every_count() -> None:
    """NumPy divides by an int64; 16777217 is no float32."""
    for x, n in itertools.product(np.linspace(0.1, 7.7, 9, dtype="f4"), ((1 << 24) + 1, (1 << 24) + 3)):
        a = np.broadcast_to(x, n)
        check("return a.mean()", [(a, a)] * 2)


def test_operands_that_change_behind_the_reduction() -> None:
    a = values((5, 300), "f8", Random(1))
    for body in (
        "x = a * b; s = x.sum(axis=1); x += 1.0; return s, x, x.sum(axis=0)",
        "x = a * b; x -= x.mean(axis=0); x /= x.max(axis=0); return x",
        "x = a * b; y = x.T; return x.sum(axis=1), y.sum(axis=1), y",
        "x = a * b; x[0] = 1.0; return x.sum(axis=1)",
        "b[:] = a * a; x = a * b; return x.sum(axis=1), x.max()",
        "x = np.exp(a - a.max(axis=1, keepdims=True)); return x / x.sum(axis=1, keepdims=True)",
        "x = a * b; return x.sum(axis=1) + (x.sum(axis=0) * 2.0).sum(), (x.sum(axis=1) * 2.0).max()",
    ):
        assert check(body, [(a.copy(), np.ones((5, 300)))] * 3) >= 2  # a first run never stores


def test_reports_are_numpys() -> None:
    big = np.full((3, 40), 1e308)
    for body in ("return (a * b).sum(axis=1)", "return (a * b).max(axis=1)", "return (a + b).sum(axis=0)"):
        check(body, [(big, np.ones((3, 40))), (big, big), (np.ones((3, 40)), np.ones((3, 40)))])


def test_the_plan_has_them() -> None:
    a = np.ones((3, 4))
    f = jit(function("x = np.exp(a - b); return x / x.sum(axis=1, keepdims=True), (a * b).max(axis=0)"))
    plan = f.explain(a, a).stages["plan"]
    assert plan.count(" = fold object") == 2
    assert plan.count("tile v") == 1  # the product lies nowhere, the exponential is needed again
    assert "call object" not in plan


@pytest.mark.parametrize("ufunc", _numpy._FOLDS)
def test_numpy_reduces_as_known(ufunc: str) -> None:
    for dtype in ("b1",) if ufunc[0] == "l" else ("f8", "f4", "i8", "u8"):
        assert _numpy.folds_alike(ufunc, dtype)
    assert not _numpy.folds_alike(ufunc, "f2")
    for dtype in ("c8", "c16"):
        assert _numpy.folds_alike(ufunc, dtype) == (ufunc in ("add", "multiply"))


def test_other_reductions_are_not_known() -> None:
    a = np.ones((2, 3, 4))
    assert _native.fold(np.subtract.reduce, a) is None
    assert _native.fold(np.add, a) is None
    assert _native.fold(len, a) is None
    assert _native.fold(np.maximum.reduce, a.astype("c16")) is None
    with pytest.raises(TypeError):
        _native.fold(np.add.reduce, a[0])
    with pytest.raises(TypeError):
        _native.fold(np.add.reduce, a[..., ::2])


def test_a_numpy_that_reduces_otherwise_is_called() -> None:
    """In a process that has asked nothing yet: the compiler remembers answers."""
    program = (
        "import numpy as np, slipstream; from slipstream import _numpy\n"
        "_numpy._folds_alike = lambda *_: False\n"
        "from slipstream._doctor import report\n"
        "f = slipstream.jit(eval('lambda a: (a * a).sum(axis=1)'))\n"
        "a = np.ones((3, 4)); assert (f(a) == 4.0).all()\n"
        "assert 'add.reduce of f8' in report()['compiler']['reductions']\n"
        "plan = f.explain(a).stages['plan']\n"
        "assert 'call object' in plan and 'fold' not in plan, plan\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("dtype", METHODS)
def test_what_lies_in_memory(dtype: str) -> None:
    """Over every axis, in every layout: what is not in C order is left to NumPy's own reduce."""
    random = Random(dtype)
    for rank, keepdims in itertools.product(AXES, (False, True)):
        for axis in AXES[rank]:
            options = f"axis={axis!r}, keepdims={keepdims}"
            body = "return " + ", ".join(
                f"a.{m}({options})" for m in METHODS[dtype] if m not in ("std", "var")
            )
            cases = []
            for layout in (LAYOUTS["c"], *random.sample([*LAYOUTS.values()], 3)):
                for s in random.sample(shapes(rank, random), 3):
                    cases.append((layout(values(s, dtype, random, dtype[0] == "f")), np.ones(1)))
            check(body, cases)


@pytest.mark.parametrize("method", ["sum", "prod", "max", "min"])
def test_lone_reductions_call_the_loop(method: str) -> None:
    for a in (np.arange(1.0, 11.0), np.ones(1), np.full((3, 4), 2.0), np.arange(60).reshape(3, 4, 5)):
        for options in ("", "axis=0", "axis=-1, keepdims=True"):
            body = f"return a.{method}({options})"
            assert check(body, [(a, a)] * 4) == 4
            plan = jit(function(body)).explain(a, a).stages["plan"]
            assert (" = sum k" in plan) or (" axes 1" in plan), plan
    assert check("return a.prod()", [(np.array([1e300, 1e300]), np.ones(1))] * 4) == 0  # NumPy warns


def test_a_mean_is_taken_for_the_deviation() -> None:
    a = values((40, 7), "f8", Random(2))
    for body, calls in (
        ("m = a.mean(axis=0); return (a - m) / a.std(axis=0)", 1),
        ("m = a.mean(axis=1, keepdims=True); return (a - m) / a.std(axis=1, keepdims=True)", 1),
        ("m = a.mean(axis=0); b[:] = 1; return (a - m) / a.std(axis=0)", 2),
        ("m = a.mean(axis=1); return (a - m[:, None]) / a.std(axis=0)", 2),
    ):
        assert check(body, [(a, np.ones(3))] * 4) >= 3
        assert jit(function(body)).explain(a, np.ones(3)).stages["plan"].count("call object") == calls, body


def test_doctor_tells() -> None:
    assert _numpy.unlike_folds() == []
