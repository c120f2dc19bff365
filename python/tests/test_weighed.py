"""Regions are compared with Python while they run. Which is faster is no matter here."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from differential.run import same_each_time
from slipstream import _native, _stats, jit


@pytest.fixture
def weighing() -> Iterator[None]:
    _native.configure(weigh=2)
    yield
    _native.configure(weigh=0)


def reasons(fast) -> dict[str, int]:
    counts: dict[str, int] = {}
    for _, region, _ in _stats.regions(fast._slipstream):
        for number, n in region.reasons().items():
            name = _native.REASONS[number]
            counts[name] = counts.get(name, 0) + n
    return counts


def straight(a):
    return np.sqrt(a * a + 1.0) - a


def in_parts(a, say):
    x = a * 2.0 + 1.0
    say(x.sum())
    return x * x - a


def looping(a, out):
    for i in range(3):
        out.append(a[i])
        a[i] = a[i] * 0.5 + a[i + 1] * 0.25
    return a.copy()


@pytest.mark.usefixtures("weighing")
def test_results_are_the_same_whoever_computes_them() -> None:
    said: list[float] = []
    fast = same_each_time(straight, np.linspace(0, 1, 50), calls=120)
    assert reasons(fast)["weighed"] >= 1
    stats = fast.stats()
    assert stats.calls == stats.native + stats.partial + stats.eager == 120
    fast = jit(in_parts)
    for _ in range(120):
        a = np.linspace(0, 1, 50)
        assert fast(a, said.append).tobytes() == in_parts(a, said.append).tobytes()
        assert said[-1] == said[-2]
    assert reasons(fast)["weighed"] >= 1


@pytest.mark.usefixtures("weighing")
def test_loops_too() -> None:
    fast = jit(looping)
    for seed in range(120):
        a = np.random.default_rng(seed).random(5)
        b, first, second = a.copy(), [], []
        assert fast(a, first).tobytes() == looping(b, second).tobytes()
        assert first == second
        assert a.tobytes() == b.tobytes()


@pytest.mark.usefixtures("weighing")
def test_strict_functions_are_not_weighed() -> None:
    fast = jit(strict=True)(straight)
    for _ in range(120):
        fast(np.linspace(0, 1, 50))
    assert "weighed" not in reasons(fast)
    assert fast.stats().native == 120


def test_what_lost_is_told() -> None:
    fast = jit(straight)
    for _ in range(3):
        fast(np.linspace(0, 1, 50))
    state = fast._slipstream
    number = next(iter(state.regions))

    class Lost:
        """The region, as it is when it has lost."""

        vain, last_reason = True, _native.REASONS.index("weighed")
        begin, end, inside, tried = 0, 0, False, 0

    state.regions[number] = lost = Lost()
    state._renew_regions = lambda stubs: state.regions.clear()
    state.failing(lost)
    told = fast.explain(np.linspace(0, 1, 50))
    assert [r.code for r in told.reasons] == ["SL1903"]
    assert "measured" in told.reasons[0].text
    assert fast(np.array([3.0])).tolist() == straight(np.array([3.0])).tolist()
