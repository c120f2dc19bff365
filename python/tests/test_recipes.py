"""NumPy's functions read as the operations they are made of: NumPy's results, and no call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import hits
from slipstream import _recipes, jit

#: For arrays of one, two and three axes: forms that are read as operations.
READ: dict[str, Callable[..., Any]] = {
    "gradient": lambda a, b: np.gradient(a),
    "gradient, steps": lambda a, b: np.gradient(a, 0.25),
    "gradient, axis": lambda a, b: np.gradient(a, 2, axis=-1),
    "gradient, axis 0": lambda a, b: np.gradient(a, axis=0),
    "cross": lambda a, b: np.cross(a[..., :3], b[..., :3]),
    "cross, broadcast": lambda a, b: np.cross(a[..., :3], b[..., :1, :3]) if a.ndim > 1 else a * b,
    "diff": lambda a, b: np.diff(a),
    "diff, twice": lambda a, b: np.diff(a, 2),
    "diff, axis": lambda a, b: np.diff(a, axis=0),
    "trapezoid": lambda a, b: np.trapezoid(a),
    "trapezoid, steps": lambda a, b: np.trapezoid(a * b, dx=0.5) + 1,
    "norm": lambda a, b: np.linalg.norm(a - b),
    "norm, axis": lambda a, b: np.linalg.norm(a - b, axis=-1),
    "norm, kept axis": lambda a, b: a / np.linalg.norm(a, axis=0, keepdims=True),
    "roll, axis": lambda a, b: np.roll(a, 2, axis=0) + np.roll(b, -1, axis=-1),
    "roll, far": lambda a, b: np.roll(a, -100, axis=-1),
    "ptp": lambda a, b: np.ptp(a * b),
    "ptp, axis": lambda a, b: np.ptp(a, axis=-1) + 1,
    "flip": lambda a, b: np.flip(a) * 2,
    "flip, axis": lambda a, b: np.flip(a, 0) - np.flip(b, axis=-1),
    "flipud": lambda a, b: np.flipud(a) * b,
    "round": lambda a, b: np.round(a / 2) + (b / 3).round(),
    "round, decimals": lambda a, b: np.round(a.ravel() / 3, 2) + (b.ravel() / 7).round(decimals=1),
    "isposinf": lambda a, b: np.isposinf(a / 2) | np.isneginf(b / 2),
    "isclose": lambda a, b: np.isclose(a, b) | np.isclose(a, b * 1.0, 0.5, atol=1.0),
    "allclose": lambda a, b: (np.allclose(a, a * 1.0), np.allclose(a, b, 0.1)),
    "outer": lambda a, b: np.outer(a[0], b[..., 0] - 1),
    "angle": lambda a, b: np.angle(a - b),
    "sinc": lambda a, b: np.sinc(a - b) + 1,
    "unwrap": lambda a, b: np.unwrap(a * b),
    "nansum": lambda a, b: np.nansum(a * b) + np.nansum(a, 0),
    "nanmean": lambda a, b: np.nanmean(a * b) + np.nanmean(a, axis=-1).sum(),
    "nanvar": lambda a, b: np.nanvar(a - b, axis=0) + np.nanvar(a * b),
    "nanstd": lambda a, b: np.nanstd(a - b, ddof=1) * np.nanstd(a, -1, ddof=1).sum(),
    "nanmax": lambda a, b: np.nanmax(a - b) + np.nanmax(b - a, axis=0),
    "nanmin": lambda a, b: np.nanmin(a - b) + np.nanmin(b - a, axis=-1).sum(),
    "average": lambda a, b: np.average(a, weights=b * b) + np.average(b, 0, a * a),
    "average, without weights": lambda a, b: np.average(a) - np.average(b, axis=-1).sum(),
    "nan_to_num": lambda a, b: np.nan_to_num(a / b) + np.nan_to_num(b - a, nan=0.5),
}
#: Forms that NumPy's own code answers.
CALLED: dict[str, Callable[..., Any]] = {
    "gradient, places": lambda a, b: np.gradient(a, np.arange(a.shape[-1]) ** 2.0, axis=-1),
    "gradient, edges": lambda a, b: np.gradient(a, edge_order=2),
    "gradient, axes": lambda a, b: np.gradient(a, axis=(0,)),
    "gradient, no such axis": lambda a, b: np.gradient(a, axis=3),
    "gradient, too many": lambda a, b: np.gradient(a, 1, 2, 3, 4),
    "cross, of a length unknown": lambda a, b: np.cross(a[..., :3], np.ones(3)),
    "cross, axes": lambda a, b: np.cross(a[:3], b[:3], axis=0),
    "cross, two elements": lambda a, b: np.cross(a[..., :2], b[..., :2]),
    "diff, three times": lambda a, b: np.diff(a, 3),
    "diff, not at all": lambda a, b: np.diff(a, 0),
    "diff, with": lambda a, b: np.diff(a, append=b[..., :1]),
    "trapezoid, places": lambda a, b: np.trapezoid(a, b),
    "norm, of order 1": lambda a, b: np.linalg.norm(a, 1, axis=-1),
    "norm, kept axes": lambda a, b: np.linalg.norm(a, keepdims=True),
    "outer, out": lambda a, b: np.outer(a, b, np.zeros((a.size, b.size))),
    "round, of a float": lambda a, b: np.round(a * 3, 1.0),
    "round, to tens": lambda a, b: np.round(a * 37, -1),
    "round, decimals of rows": lambda a, b: np.round(a[None] / 3, 2),
    "roll": lambda a, b: np.roll(a, 1),
    "roll, axes": lambda a, b: np.roll(a, (1, 2), (0, -1)),
    "flip, axes": lambda a, b: np.flip(a, (0, -1)),
    "fliplr": lambda a, b: np.fliplr(a) + 1,
    "isclose, equal NaN": lambda a, b: np.isclose(a, b, equal_nan=True),
    "isclose, of wide tolerance": lambda a, b: np.isclose(a, b, np.inf) | np.isclose(a, b, atol=np.nan),
    "isclose, of a number": lambda a, b: np.isclose(a, 0.5),
    "outer, of all axes": lambda a, b: np.outer(a, b),
    "angle, in degrees": lambda a, b: np.angle(a, True),
    "unwrap, of a period": lambda a, b: np.unwrap(a, period=3),
    "nanmean, of a type": lambda a, b: np.nanmean(a, dtype="f8"),
    "nanmean, kept axes": lambda a, b: np.nanmean(a, 0, keepdims=True),
    "nanvar, of few": lambda a, b: np.nanvar(a[:1], 0, ddof=1),
    "nanvar, axes": lambda a, b: np.nanvar(a, (0, -1)),
    "nanmax, of some": lambda a, b: np.nanmax(a, where=b > 0, initial=-1),
    "average, of weights that cancel": lambda a, b: np.average(a, weights=b - b),
    "average, of another shape": lambda a, b: np.average(a, -1, np.ones(a.shape[-1])),
    "average, with its weight": lambda a, b: np.average(a, 0, b, returned=True),
    "nan_to_num, in place": lambda a, b: np.nan_to_num(a, copy=False),
    "nan_to_num, all": lambda a, b: np.nan_to_num(a, posinf=2.0),
}


def operands() -> Iterator[tuple[Any, Any]]:
    rng = np.random.default_rng(8)
    for shape in ((7,), (4, 5), (3, 4, 5)):
        a, b = rng.normal(size=shape), rng.normal(size=shape) * 100
        yield a, b
        yield a[::-1], b[..., ::-1]
        yield np.asfortranarray(a), b
        yield np.asfortranarray(a), np.asfortranarray(b)
        yield np.repeat(a, 2, -1)[..., ::2], b
        yield a.astype("f4"), b.astype("f4")
        yield b.astype("i4"), a > 0
        yield (a * 1j + b), b.astype("c8")
        yield b.astype("u1"), b.astype("f2")
    a = rng.normal(size=(4, 5))
    a[1:3, 2], a[0] = np.nan, -np.inf
    yield a, np.ones((4, 5))
    yield a.T, a.T
    yield a.astype("f4"), a * 0
    yield a[:, 2:3] * np.nan, a[:, 2:3]
    yield np.broadcast_to(a[1], (3, 5)), np.broadcast_to(a[:3, :1], (3, 5))
    yield np.ones((1, 4)), np.ones((1, 4))
    yield np.ones((0, 4)), np.ones((0, 4))
    yield np.array([np.inf, 1.0, -np.inf, np.nan, -0.0]), np.array([1e308, -1e308, 1e308, 0.0, 1.0])


@pytest.mark.parametrize("form", [*READ, *CALLED])
def test_equal(form: str) -> None:
    f = (READ | CALLED)[form]
    for a, b in operands():
        fast = jit(f)
        for _ in range(3):
            found = differences(outcome(f, a, b), outcome(fast, a, b))
            assert not found, (form, a.dtype, b.dtype, a.shape, found)


@pytest.mark.parametrize("form", READ)
def test_without_a_call(form: str) -> None:
    """Nothing of NumPy's Python code is called for the usual arguments."""
    rng = np.random.default_rng(9)
    a, b = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    name = form.partition(",")[0]
    fast = jit(READ[form])
    fast(a, b)
    fast(a, b)
    assert fast.stats().native or name in ("flip", "flipud"), fast.explain(a, b)
    assert f"numpy.{name}" not in fast.explain(a, b).stages.get("plan", "")
    front = fast.explain(a, b).stages["front"]
    assert "elem" in front or "view" in front, front


def test_shapes_that_change() -> None:
    """Lengths are no guards, and what depends on them is looked at in each call."""

    def f(a: Any, b: Any) -> Any:
        return np.cross(a, b), np.gradient(a)

    fast = jit(f)
    for n in (2, 3, 1, 7, 2):
        a, b = np.arange(3.0 * n).reshape(n, 3), np.ones((n, 3)) * 2
        assert not differences(outcome(f, a, b), outcome(fast, a, b))
    for shape in ((3, 2), (2, 2), (2, 4)):
        assert not differences(*(outcome(g, np.ones(shape), np.ones(shape)) for g in (f, fast)))


def test_numbers_that_change() -> None:
    def f(a: Any, n: int, h: Any) -> Any:
        return np.roll(a, n, 0) + np.gradient(a, h)

    fast = jit(f)
    a = np.arange(6.0) ** 2
    for n, h in ((1, 0.5), (-2, 1), (6, np.float32(2)), (0, 0.0), (100, np.array(3.0)), (1, np.ones(6))):
        assert not differences(outcome(f, a, n, h), outcome(fast, a, n, h)), (n, h)


def test_reports_are_numpys() -> None:
    """A report inside of such a function comes from the function's own line."""

    def f(a: Any) -> Any:
        return np.gradient(a * 2)

    fast = jit(f)
    a = np.array([1e308, -1e308, 1e308]) / 2
    for _ in range(3):
        assert not differences(outcome(f, a), outcome(fast, a))


def test_unlike(monkeypatch: pytest.MonkeyPatch) -> None:
    """What gives something else than NumPy's function for its examples is not read."""
    real = _recipes.diff
    monkeypatch.setattr(_recipes, "diff", lambda a, n=1, axis=-1: real(a, n, axis) + 0.5)
    _recipes.alike.cache_clear()
    try:
        fast = jit(lambda a: np.diff(a * 2))
        assert fast(np.arange(4.0)).tolist() == [2.0, 2.0, 2.0]
        assert not _recipes.alike("diff")
    finally:
        monkeypatch.undo()
        _recipes.alike.cache_clear()


@pytest.mark.parametrize("name", _recipes.CALLS)
def test_alike(name: str) -> None:
    assert _recipes.alike(name)


def test_names_that_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program may give NumPy's names to others: each call sees those of its time."""
    f = lambda a: np.diff(a * 2)  # noqa: E731
    fast = jit(f)
    a = np.arange(4.0)
    fast(a)
    monkeypatch.setattr(np, "diff", lambda x: "another")
    assert fast(a) == "another"
    monkeypatch.undo()
    monkeypatch.setattr(np, "empty_like", lambda x, **_: np.zeros(2))
    g = jit(lambda a: np.gradient(a))
    plain = outcome(lambda a: np.gradient(a), a)
    for _ in range(3):
        assert outcome(g, a).keys() == plain.keys()


def test_hits() -> None:
    """A region runs as a whole where only these functions are in it."""

    def f(image: Any) -> Any:
        gy, gx = np.gradient(image)
        return np.sqrt(gx**2 + gy**2)

    fast = jit(f)
    for _ in range(3):
        fast(np.arange(30.0).reshape(5, 6))
    assert hits(fast) >= 2


def test_names_that_a_program_changes_are_not_numpys_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(a):
        return np.linalg.norm(a) + np.ptp(a)

    fast, a = jit(f), np.arange(5.0)
    expected = f(a)
    for _ in range(3):
        assert fast(a) == expected
    monkeypatch.setattr(np, "sqrt", lambda x: x * 0)
    monkeypatch.setattr(np, "subtract", lambda x, y: x * 0)
    again = jit(lambda a: np.linalg.norm(a) + np.ptp(a))
    for _ in range(3):
        assert fast(a) == expected
        assert again(a) == expected
    assert hits(fast) >= 2
