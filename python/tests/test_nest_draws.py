"""Loops that draw random numbers: the same numbers, and the generator left in the same state."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import whole_calls
from slipstream import _draws, jit

BITS = {
    "PCG64": np.random.PCG64,
    "PCG64DXSM": np.random.PCG64DXSM,
    "MT19937": np.random.MT19937,
    "Philox": np.random.Philox,
    "SFC64": np.random.SFC64,
}

#: Statements of a loop over i, with generators and an array; an index beyond its end comes last.
BODIES = (
    "s += g.random()",
    "x, y = g.random(), g.random(); s += x * x + y * y < 1.0",
    "a[i] = g.random()",
    "a[i] = a[i - 1] + g.random() - 0.5",
    "a[i] = g.random() * a[i + 1]",
    "a[i + 1] += g.random() - g.random()",
    "s += g.random() if a[i] > 0 else 1.0",
    "s += a[int(g.random() * len(a))]",
    "s += a[int(g.random() * len(a)) + 1]",
    "s += helper(g, i)",
    "s += helper(g, i) / a[i + 1]",
    "s += sum(g.random() for j in range(i))",
    "s += len([g.random() for j in range(3) if g.random() > 0.5])",
    "s += g.random() / (i - 3.0)",
    "s += 1 // (i - 3) + g.random()",
    "s += math.sqrt(g.random() - 0.1)",
    "a[:] = a * g.random()",
    "a[i:] = a[i:] + g.random(); a[i + 1] = g.random()",
    "s += g.uniform(-2.0, a[i])",
    "s += g.uniform(i, 20)",
    "s += h.random() * g.random()",
)

OF_GENERATORS = (
    "s += g.normal()",
    "s += g.uniform(0.0, a[i])",
    "s += g.normal(1.0, 1.0 - i)",
    "s += g.standard_normal() * a[i + 1]",
    "s += g.integers(10)",
    "s += g.integers(i, 2 * i + 3)",
    "s += g.integers(1 << 20, 1 << 40) % 7 + g.random()",
    "s += g.exponential(2.0) + g.gamma(1.5)",
    "s += g.random(3)[0]",
    "s += g.lognormal(a[i]) - g.laplace(a[i], 2) + g.chisquare(3) + g.standard_gamma(0.5)",
    "s += g.beta(0.5, 2) * g.standard_exponential() + g.gamma(a[i] + 2, scale=0.5)",
    "s += g.normal(scale=2, loc=i) + g.uniform(high=i) + g.exponential(scale=np.float32(0.3))",
    "s += g.integers(0, i + 1) - g.integers(low=-i, high=3) + g.integers(np.int64(7))",
    "a[i] = g.normal(); a[i + 1] = g.normal()",
    "x = g.integers(i); s += x",
    "s += type(g.normal()) is float and type(g.integers(3)) is np.int64",
    "s += g.normal(0, -i)",
    "s += g.normal(0, a[i] * 0.0)",
    "s += g.exponential(-a[i])",
    "s += g.beta(a[i], 1)",
    "s += g.uniform(-1e308, 1e308)",
    "s += g.integers(2**62, 2**63 - 1) % 5",
    "s += g.integers(0, 2**32) % 5 + g.integers(0, 2**32 + 1) % 5 + g.integers(0, 2**32 - 1) % 5",
    "s += g.normal(size=i).sum() + g.standard_normal(3)[i % 3]",
    "s += g.integers(0, 5, size=(2, i)).sum() + g.integers(3, size=4)[0]",
    "s += g.random(size=(i, 2)).sum() + g.uniform(0, 1, 2)[1]",
    "s += g.normal(size=3 - i).sum()",
    "a[:3] = g.normal(a[0], 1.0, 3); s += g.exponential(size=2)[i]",
    "a[:] = a + g.standard_normal(len(a)) * 0.1",
    "x = [g.normal() for j in range(i)]; s += len(x) and x[-1]",
    "s += g.integers(5, dtype=np.int32) + g.normal([0.5, 1.0])[0]",
    "s += g.integers(5, endpoint=True) + g.standard_normal(dtype=np.float32)",
    "s += g.integers(2.5)",
    "s += g.normal(size=2).sum()",
    "s += g.choice(5)",
)


def function(body: str) -> Any:
    import math

    names: dict[str, Any] = {"np": np, "math": math}
    exec(
        "def helper(g, i):\n"
        "    x = 0.0\n"
        "    for j in range(i % 3):\n"
        "        x += g.random() * j\n"
        "    return x\n"
        "def f(g, h, a, n):\n"
        "    s = 0.0\n"
        "    for i in range(n):\n"
        f"        {body}\n"
        "    return s, a\n",
        names,
    )
    return names["f"]


def state_of(g: Any) -> Any:
    if isinstance(g, np.random.RandomState):
        return repr(g.get_state(legacy=False))
    return repr(g.bit_generator.state)


def drawn(f: Any, g: Any, h: Any, n: int) -> dict[str, object]:
    """What a call gives, and which numbers both generators go on with."""
    a = np.linspace(-1, 1, 12)
    given = outcome(lambda: f(g, h, a, n))
    return given | {
        "array": a.tobytes(),
        "states": (state_of(g), state_of(h)),
        "next": (g.random(), h.random()),
    }


def check(f: Any, make: Callable[[int], Any], n: int = 12, calls: int = 4) -> Any:
    fast = jit(f)
    for seed in range(calls):
        plain, accelerated = (drawn(g, make(seed), make(seed + 100), n) for g in (f, fast))
        assert differences(plain, accelerated) == []
    return fast


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("body", BODIES + OF_GENERATORS)
@pytest.mark.filterwarnings("ignore")
def test_of_a_generator(body: str, bits: str) -> None:
    check(function(body), lambda seed: np.random.Generator(BITS[bits](seed)))


@pytest.mark.parametrize(
    "body", [b.replace("g.random()", name) for b in BODIES for name in ("g.random()", "g.rand()")]
)
@pytest.mark.filterwarnings("ignore")
def test_of_the_older_kind(body: str) -> None:
    check(function(body), np.random.RandomState)


@pytest.mark.parametrize(
    "body", [b for b in BODIES if "a[i + 1]" not in b and "helper" not in b and "+ 1]" not in b]
)
def test_nothing_is_left_to_python(body: str) -> None:
    calm = body.replace("i - 3", "i + 3").replace("- 0.1", "+ 0.1")
    assert whole_calls(check(function(calm), lambda seed: np.random.default_rng(seed), 10)) >= 2


@pytest.mark.parametrize(
    "body",
    [
        "a[i] = a[i - 1] + g.normal(0.5, 2.0)",
        "s += g.exponential() if g.integers(1, 7) > 3 else g.uniform(-1, 1)",
        "a[:] = a + g.normal(size=12) * 0.1",
        "s += g.integers(0, 9, size=(2, 3)).sum() + g.gamma(2.0)",
    ],
)
def test_distributions_run_whole(body: str) -> None:
    assert whole_calls(check(function(body), lambda seed: np.random.default_rng(seed), 10)) >= 2


@pytest.mark.parametrize(
    "body",
    [
        "s += g.randint(1, 7) + g.randint(5) - g.randint(-i, i + 1)",
        "s += type(g.randint(3)) is int",
        "s += g.randint(0, 9, size=3).sum() + g.uniform(-1, i)",
        "s += g.randint(i)",
        "s += g.randint(0, 2**40) % 7 + g.normal() + g.exponential()",
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_distributions_of_the_older_kind(body: str) -> None:
    check(function(body), np.random.RandomState)


def test_distributions_of_the_module() -> None:
    def f(n):
        count = 0
        for i in range(n):
            if np.random.randint(1, 7) + np.random.randint(1, 7) == 7:
                count += 1
            count += np.random.uniform(0, i + 1) < 0.5
        return count

    fast = jit(f)
    for seed in range(4):
        told = []
        for g in (f, fast):
            np.random.seed(seed)
            told.append((g(60), np.random.random()))
        assert told[0] == told[1]
    assert whole_calls(fast) >= 2


def test_functions_that_differ_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    _draws.alike.cache_clear()
    monkeypatch.setattr(_draws._native, "draw", lambda bits, row, a, b: 0.5)
    assert not any(map(_draws.alike, _draws.ROWS))
    _draws.alike.cache_clear()
    monkeypatch.undo()
    assert all(map(_draws.alike, _draws.ROWS))


def test_one_generator_twice() -> None:
    f = function("s += g.random() - h.random() * a[i]")
    fast = jit(f)
    for seed in range(4):
        g, h = np.random.default_rng(seed), np.random.default_rng(seed)
        assert differences(drawn(f, g, g, 12), drawn(fast, h, h, 12)) == []


def test_of_the_module() -> None:
    def f(n):
        total = 0.0
        for i in range(n):
            total += np.random.random() - np.random.rand() * i
            if np.random.random_sample() < 0.1:
                total -= 1
        return total

    fast = jit(f)
    for seed in range(4):
        told = []
        for g in (f, fast):
            np.random.seed(seed)
            told.append((g(30), np.random.random()))
        assert told[0] == told[1]
    assert whole_calls(fast) >= 2


def test_a_module_with_other_bits() -> None:
    def f(n):
        total = 0.0
        for _ in range(n):
            total += np.random.random()
        return total

    fast = jit(f)
    before = np.random.get_bit_generator()
    try:
        for make in (np.random.MT19937, np.random.Philox, np.random.PCG64):
            told = []
            for g in (f, fast, f, fast):
                np.random.set_bit_generator(make(5))
                told.append((g(30), np.random.random()))
            assert len(set(told)) == 1
    finally:
        np.random.set_bit_generator(before)


def test_a_generator_made_in_the_function() -> None:
    def f(n):
        rng = np.random.default_rng(n)
        walk = np.zeros(n)
        for i in range(1, n):
            walk[i] = walk[i - 1] + rng.random() - 0.5
        return walk, rng.random()

    fast = jit(f)
    for n in (5, 50, 51, 200):
        assert differences(outcome(lambda n=n: f(n)), outcome(lambda n=n: fast(n))) == []


def test_while_somebody_else_has_locked_it() -> None:
    f = function("s += g.random()")
    fast = jit(f)
    for seed in range(3):
        drawn(fast, np.random.default_rng(seed), np.random.default_rng(1), 12)
    g, begun, done = np.random.default_rng(7), threading.Event(), threading.Event()

    def hold() -> None:
        with g.bit_generator.lock:
            begun.set()
            done.wait(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait()
    told = drawn(fast, g, np.random.default_rng(1), 12)  # waits, as Python does
    done.set()
    thread.join()
    assert differences(drawn(f, np.random.default_rng(7), np.random.default_rng(1), 12), told) == []


def test_threads_share_one() -> None:
    """Each number is given once, whoever gets it."""
    f = jit(function("a[i % 12] = g.random(); s += a[i % 12]"))
    for seed in range(3):
        f(np.random.default_rng(seed), np.random.default_rng(1), np.zeros(12), 40)
    g, sums = np.random.default_rng(11), []

    def run() -> None:
        sums.append(f(g, np.random.default_rng(1), np.zeros(12), 60_000)[0])

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = np.random.default_rng(11)
    assert sum(sums) == pytest.approx(alone.random(180_000).sum())
    assert g.random() == alone.random()
