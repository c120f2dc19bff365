"""Random loops whose statements are steps of one another, and copies between vectors in one memory."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.steps import Steps, bent, both
from slipstream import jit

PROGRAMS = 240


def copies(arrays: list[np.ndarray]) -> list[np.ndarray]:
    """Copies that lie in memory as the arrays do, in one memory where they do."""
    bases = {id(a.base): a.base.copy() for a in arrays if a.base is not None}
    return [a.copy(order="K") if a.base is None else again(a, bases[id(a.base)]) for a in arrays]


def again(a: np.ndarray, base: np.ndarray) -> np.ndarray:
    at = a.__array_interface__["data"][0] - a.base.__array_interface__["data"][0]  # type: ignore[union-attr]
    return np.ndarray(a.shape, a.dtype, base.data if base.flags.c_contiguous else base.T.data, at, a.strides)


def called(f: Any, program: Steps, arrays: list[np.ndarray], rounds: int) -> Any:
    arguments: list[np.ndarray] = copies(arrays)
    seen: list[float] = []

    def one() -> Any:
        if program.state is None:
            return f(*arguments, rounds, seen)
        with np.errstate(all=program.state):  # type: ignore[call-overload]
            return f(*arguments, rounds, seen)

    return outcome(one), arguments, seen


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("part", range(8))
def test_random_steps(part: int) -> None:
    for seed in range(part, PROGRAMS, 8):
        program = Steps(seed)
        plain, rng = program.function(), Random(seed)
        fast = jit(plain)
        for turn in range(4):
            arrays, rounds = program.arrays(seed * 10 + rng.choice((0, 0, turn))), rng.choice((1, 2, 4, 7))
            expected, got = (
                outcome(lambda g=g: called(g, program, arrays, rounds))  # noqa: B023
                for g in (plain, fast)
            )
            assert differences(expected, got) == [], f"program {seed}:\n{program.text}"


def repeated(x, y, z, rounds):
    s = 0.0
    for i in range(rounds):
        if i % 2 == 0:
            y *= y
        t0, t1 = both(z + z, 2 - y)
        t3 = ((x / z) - (2 / 0.5)) - bent(z - x)
        s += t0.sum()
        t2 = y - t3
    return y, s, t0, t1, t2, t3


def test_results_that_are_computed_together_lie_apart() -> None:
    fast = jit(repeated)
    for _ in range(4):
        x, y, z = (np.random.default_rng(k).random(n) + 0.5 for k, n in enumerate(((8, 2), 2, (8, 1))))
        results = [outcome(lambda g=g: g(x, y.copy(), z, 4)) for g in (repeated, fast)]  # noqa: B023
        assert differences(*results) == []


STEPS = (1, 2, 3, -1, -2, -3)


@pytest.mark.parametrize("by", STEPS)
@pytest.mark.parametrize("to", STEPS)
def test_copies_within_one_memory(to: int, by: int) -> None:
    """NumPy copies vectors that go the same way element after element, whatever that changes."""

    def once(x: Any, y: Any) -> None:
        x[:] = y

    def often(x: Any, y: Any) -> None:
        for _ in range(2):
            x[1:] = y[:-1]

    for plain in (once, often):
        fast = jit(plain)
        for n, shift in ((9, 0), (9, 2), (30, 1), (30, 5), (1, 0), (0, 0)):
            for _ in range(3):
                assert copied(plain, n, shift, to, by) == copied(fast, n, shift, to, by)


def copied(f: Any, n: int, shift: int, to: int, by: int) -> bytes:
    """What comes of the memory of two vectors of n elements, in steps of so many."""
    base = np.arange(200.0)
    x, y = base[100::to][:n], base[100 + shift :: by][:n]
    f(x, y)
    return base.tobytes()
