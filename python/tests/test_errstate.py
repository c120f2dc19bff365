"""NumPy's error state: compiled code runs in any, and what NumPy would report is reported by NumPy."""

from __future__ import annotations

import contextlib
import contextvars
import io
import warnings
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pytest
from differential.equal import differences
from differential.reports import QUIET, SPECIAL, Observer, campaign, observed
from differential.run import hits
from slipstream import _native, jit

CLASSES = ("divide", "over", "under", "invalid")
MODES = ("ignore", "warn", "raise", "call", "log")


class Recorder:
    """What "call" and "log" tell."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def __call__(self, kind: str, flag: int) -> None:
        self.told.append((kind, flag))

    def write(self, text: str) -> None:
        self.told.append(text)


def told(f: Any, a: Any, b: Any, modes: dict[str, str]) -> dict[str, object]:
    """Everything a call shows in a state of its own."""
    recorder = Recorder()
    with np.errstate(**modes, call=recorder):  # type: ignore[call-overload]
        facts = observed(f, a, b, "always")
        facts["state"] = np.geterr()
    facts["told"] = recorder.told
    return facts


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", CLASSES)
def test_each_class_in_each_mode(kind: str, mode: str) -> None:
    def f(a: Any, b: Any) -> Any:
        x = a / b
        return x * a, (x - b).sum()

    fast, native = jit(f), 0
    for other in MODES:
        modes = dict.fromkeys(CLASSES, other) | {kind: mode}
        for x in (1.0, 0.0, 1e308, 1e-308, np.inf, np.nan):
            for y in (1.0, 0.0, 1e-30, 1e30, np.inf):
                a, b = np.array([1.0, x, 2.0]), np.array([1.0, y, 3.0])
                before = hits(fast)
                found = differences(told(f, a, b, modes), told(fast, a, b, modes))
                assert not found, (modes, x, y, found[0])
                native += hits(fast) > before
    assert native > 25


def random_state(rng: Random) -> Observer:
    """Sees calls in a random error state, often one that ignores all."""
    modes = {c: rng.choice(("ignore", "ignore", *MODES)) for c in CLASSES}
    if rng.random() < 0.3:
        modes = dict.fromkeys(CLASSES, "ignore")
    return lambda f, a, b: {**told(f, a, b, modes), "modes": modes}


@pytest.mark.parametrize("seed", range(8))
def test_random_states(seed: int) -> None:
    assert campaign(Random(1000 + seed), 12, 12, random_state) > 20, "hardly anything ran natively"


def test_casts_of_what_no_integer_holds() -> None:
    def f(a: Any, b: Any) -> Any:
        i, j, k, x = np.zeros(a.shape, "i8"), np.zeros(a.shape, "i4"), a > 0, np.zeros(a.shape, "f4")
        i[:] = a
        j[...] = a * b
        k[...] = a + a
        x[:] = a
        i[1:] = x[1:]
        return i, j, k, x

    fast = jit(f)
    values = np.array([*SPECIAL, *QUIET, 2.0**31, -(2.0**31) - 1, 2.0**63, -(2.0**63), 3e9, -3e9])
    for n in (1, 3, 8, len(values)):
        for modes in ({"all": "ignore"}, {"invalid": "ignore"}, {"over": "ignore", "invalid": "raise"}):
            for start in range(len(values) - n + 1):
                a = values[start : start + n].copy()
                assert not differences(told(f, a, a, modes), told(fast, a, a, modes)), (modes, a)
    assert hits(fast)


def test_in_place_under_ignore() -> None:
    def f(a: Any, b: Any) -> Any:
        a *= b
        a[1:] /= b[:-1]
        return a.copy()

    fast = jit(f)
    for x in (1.0, 0.0, 1e308, np.inf):
        for modes in ({"all": "ignore"}, {"all": "raise"}, {"over": "ignore"}):
            a, b = np.array([1.0, x, 2.0]), np.array([1e10, x, 0.0])
            assert not differences(told(f, a, b, modes), told(fast, a, b, modes)), (x, modes)
    assert hits(fast)


def test_whole_function_in_a_with_block() -> None:
    def f(a: Any, b: Any) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            r = a / b
            s = r + r
        return r, s

    fast, a = jit(f), np.array([0.0, 1.0, 2.0])
    counts = []
    for b in (np.ones(3), np.ones(3), np.ones(3), np.zeros(3), np.array([np.inf, 1.0, 1e-310])):
        before = hits(fast)
        assert not differences(observed(f, a, b, "always"), observed(fast, a, b, "always"))
        counts.append(hits(fast) - before)
    assert counts[2:] == [1, 1, 0], "the last one overflows"


def test_nested_states() -> None:
    def f(a: Any, b: Any) -> Any:
        with np.errstate(all="ignore"):
            x = a / b
            with np.errstate(over="raise"):
                y = a * 2
            z = x + y
        w = z * 3
        return x, y, z, w

    fast = jit(f)
    for value in (1.0, 0.0, 1e308, np.inf):
        a, b = np.full(5, value), np.array([1.0, 0.0, 2.0, 3.0, np.inf])
        for modes in ({}, {"all": "raise"}, {"invalid": "ignore"}):
            assert not differences(told(f, a, b, modes), told(fast, a, b, modes)), (value, modes)
    assert hits(fast)


def test_as_a_decorator() -> None:
    def f(a: Any, b: Any) -> Any:
        return a / b

    fast = jit(f)
    quiet, zero = np.errstate(all="ignore")(fast), np.zeros(4)
    before = hits(fast)
    assert np.isnan(quiet(zero, zero)).all()
    assert np.isnan(quiet(zero, zero)).all()
    assert hits(fast) == before + 2
    with pytest.raises(FloatingPointError), np.errstate(all="raise"):
        fast(zero, zero)


def test_a_state_set_between_regions() -> None:
    def f(a: Any, b: Any) -> Any:
        x = a * b
        old = np.seterr(all="ignore")
        y = x / b
        np.seterr(**old)
        return x, y, y + 1

    fast = jit(f)
    for value in (1.0, 0.0, 1e300):
        a, b = np.full(5, value), np.array([1.0, 0.0, 2.0, 3.0, np.inf])
        for modes in ({}, {"invalid": "raise"}):
            found = differences(told(f, a, b, modes), told(fast, a, b, modes))
            assert not found, (value, modes, found)
    assert hits(fast)


def test_a_generator_that_holds_a_state() -> None:
    """What a suspended `with` leaves set counts for the caller, too, as in NumPy."""

    def scale(a: Any) -> Any:
        return a * 1e308

    def states(f: Any) -> Iterator[Any]:
        with np.errstate(over="ignore"):
            yield f(big)
            yield f(big)

    def run(f: Any) -> list[object]:
        steps: list[object] = []
        for value in states(f):
            steps += [value.tolist(), np.geterr()["over"], f(big).tolist()]
        with np.errstate(over="raise"), contextlib.suppress(FloatingPointError):
            steps.append(f(big).tolist())
        return steps

    big, fast = np.full(3, 1e10), jit(scale)
    assert contextvars.copy_context().run(run, scale) == contextvars.copy_context().run(run, fast)
    assert hits(fast) == 4


def test_every_context_has_its_own() -> None:
    def f(a: Any) -> Any:
        return 1 / a

    fast, zero = jit(f), np.zeros(3)
    fast(np.ones(3))
    quiet, strict = contextvars.Context(), contextvars.Context()
    quiet.run(lambda: np.seterr(all="ignore"))
    strict.run(lambda: np.seterr(all="raise"))
    for _ in range(3):
        before = hits(fast)
        assert np.isinf(quiet.run(fast, zero)).all()
        assert hits(fast) == before + 1
        with pytest.raises(FloatingPointError):
            strict.run(fast, zero)
        with pytest.warns(RuntimeWarning, match="divide by zero"):
            fast(zero)


def test_buffers_of_another_length_run_in_python() -> None:
    def f(a: Any) -> Any:
        return (a * a).sum(), np.add.reduce(a[::2] * a[1::2])

    def work() -> tuple[Any, Any, int]:
        fast(a)
        np.setbufsize(1024)
        before = hits(fast)
        return f(a), fast(a), hits(fast) - before

    fast, a = jit(f), np.random.default_rng(1).standard_normal(5000)
    expected, got, native = contextvars.copy_context().run(work)
    assert [x.hex() for x in map(float, got)] == [x.hex() for x in map(float, expected)]
    assert native == 0


def test_native_in_each_new_state() -> None:
    """Every `with np.errstate` makes a new object."""

    def f(a: Any, b: Any) -> Any:
        return a * b + 1

    fast, a = jit(f), np.ones(5)
    fast(a, a)
    before = hits(fast)
    for modes in ({}, {"all": "raise"}, {"under": "warn"}, {"over": "call"}) * 3:
        with np.errstate(**modes):  # type: ignore[call-overload]
            fast(a, a)
    assert hits(fast) == before + 12


def test_print_mode(capfd: pytest.CaptureFixture[str]) -> None:
    def f(a: Any) -> Any:
        return 1 / (a * 2)

    printed, fast = [], jit(f)
    for g in (f, fast, fast):
        with np.errstate(divide="print"), contextlib.redirect_stdout(io.StringIO()):
            g(np.zeros(3))
        printed.append(capfd.readouterr())
    assert printed[0] == printed[1] == printed[2]
    assert any(printed[0])


def ahead(x: Any) -> Any:
    return np.sqrt(x * 2.0 - 1.0) ** 0.3 + x


def in_a_loop(x: Any) -> Any:
    total = 0.0
    for i in range(len(x)):
        total += np.sqrt(x[i])
    return x + total


def given_up(x: Any) -> Any:
    y = x[x > 0]
    return np.sqrt(y) * 2.0 if len(y) else x


@pytest.mark.parametrize("f", [ahead, in_a_loop, given_up])
def test_what_is_ignored_is_not_told_by_a_loop_over_objects(f: Any) -> None:
    """NumPy reports of such a loop what the functions that it calls leave in the status word."""

    def told_of(f: Any) -> list[str]:
        def body(k: Any) -> Any:
            with np.errstate(all="ignore"):
                f(-np.arange(30.0) * k)
            return k

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            np.frompyfunc(body, 1, 1)(np.arange(1, 4))
        return [str(w.message) for w in caught]

    fast = jit(f)
    for _ in range(3):
        assert told_of(fast) == told_of(f) == []
    assert hits(fast) >= 6


@pytest.mark.parametrize("hook", ["boot", "miss"])
def test_what_compiling_raises_is_not_told(hook: str) -> None:
    def compiling(*_: object) -> None:
        with np.errstate(all="ignore"):
            np.float64(np.inf) - np.float64(np.inf)

    if hook == "boot":
        ask: Any = _native.Boot(compiling)
    else:
        ask = _native.Region("a")
        ask.on_miss = compiling
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.frompyfunc(ask, 1, 1)(np.arange(3))
    with pytest.warns(RuntimeWarning, match="invalid"):
        np.frompyfunc(lambda k: compiling(), 1, 1)(np.arange(3))
