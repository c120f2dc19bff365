"""Objects, their methods, dicts and lists that a native loop gets from outside."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import whole_calls
from slipstream import jit

A = np.arange(20.0)


@dataclasses.dataclass
class Model:
    k: Any
    a: Any

    def rate(self, i: int) -> Any:
        return self.a[i] * self.k

    def __call__(self, x: Any) -> Any:
        return x * self.k - self.offset(by=0.5)

    def offset(self, *, by: float = 1.0) -> Any:
        return self.k + by


class Steeper(Model):
    def rate(self, i: int) -> Any:
        return self.k - self.a[i]


class Slotted:
    __slots__ = ("a", "k")

    def __init__(self, k: Any, a: Any) -> None:
        self.k, self.a = k, a

    def rate(self, i: int) -> Any:
        return self.a[i] - self.k


class Watched(Model):
    seen = 0

    def __getattribute__(self, name: str) -> Any:
        Watched.seen += name == "k"
        return super().__getattribute__(name)


def methods(m: Any, n: int) -> Any:
    s = 0.0
    for i in range(n):
        s += m.rate(i)
    return s


def called(m: Any, n: int) -> Any:
    s = 0.0
    for i in range(n):
        s += m(i * 0.5)
    return s


def parameters(p: Any, n: int) -> Any:
    s = 0.0
    for i in range(n):
        s = s * p["decay"] + p["w"][i] * p["gain"]
    return s


def listed(v: Any, n: int) -> Any:
    s = 0.0
    for i in range(n):
        s += v[0] * i + v[1][2]
    return s


def best_or_not(a: Any, n: int) -> Any:
    return max((x for x in a if x > n), default=-1.0), min((x * 2 for x in a if x < n), default=None)


OBJECTS: dict[Callable[..., Any], list[Callable[[], Any]]] = {
    methods: [
        lambda: Model(2.0, A.copy()),
        lambda: Model(3, A.astype("f4")),
        lambda: Steeper(np.float32(1.5), A.copy()),
        lambda: Slotted(1.0, A.copy()),
        lambda: Model(2.0, A.tolist()),
    ],
    called: [lambda: Model(2.0, None), lambda: Model(np.float32(3), 1), lambda: Steeper(2, 0)],
    parameters: [
        lambda: {"decay": 0.5, "gain": 2.0, "w": A.copy()},
        lambda: {"decay": 1, "gain": np.float32(2), "w": A.astype("f4"), "unused": "x"},
        lambda: {"decay": 0.5, "w": A.copy()},
    ],
    listed: [lambda: [2.0, A.copy()], lambda: (3, A.copy()), lambda: [1.0, [1, 2, 3]], lambda: [1.0]],
    best_or_not: [lambda: A.copy(), lambda: A.astype("f4")],
}


@pytest.mark.parametrize("f", OBJECTS)
@pytest.mark.parametrize("n", [0, 1, 7, 30])
def test_they_are_what_they_are_in_python(f: Any, n: int) -> None:
    fast = jit(f)
    for make in OBJECTS[f]:
        for _ in range(3):
            assert not differences(outcome(f, make(), n), outcome(fast, make(), n)), (f, n)
    assert not fast._slipstream.bug
    assert whole_calls(fast) or n == 30


def test_what_changes_between_calls_is_seen() -> None:
    m, p = Model(2.0, A.copy()), {"decay": 0.5, "gain": 2.0, "w": A.copy()}
    changes: list[Callable[[], Any]] = [
        lambda: setattr(m, "k", 5.0),
        lambda: setattr(m, "a", m.a[::2]),
        lambda: setattr(m, "rate", lambda i: i + 0.25),
        lambda: p.update(gain=7),
        lambda: p["w"].fill(3),
        lambda: p.pop("decay"),
    ]
    fast, of_dict = jit(methods), jit(parameters)
    for change in changes:
        for _ in range(3):
            assert not differences(outcome(methods, m, 5), outcome(fast, m, 5))
            assert not differences(outcome(parameters, p, 5), outcome(of_dict, p, 5))
        change()
    assert not differences(outcome(parameters, p, 5), outcome(of_dict, p, 5))
    assert not differences(outcome(methods, m, 5), outcome(fast, m, 5))


def test_reading_that_runs_code_is_left_to_python() -> None:
    m, fast = Watched(2.0, A.copy()), jit(methods)
    for n in (3, 5, 4):
        Watched.seen = 0
        assert fast(m, n) == methods(Model(2.0, A), n)
        assert Watched.seen == n
