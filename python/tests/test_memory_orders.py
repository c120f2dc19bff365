"""Results of fused operations lie in memory as NumPy lays each of them out:
operands in every order, two and three at a time, one to three results."""

from __future__ import annotations

import ctypes
import itertools
import os
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from differential.run import hits
from slipstream import jit
from test_native_support import kernels

FULL = bool(os.environ.get("DIFFERENTIAL_FULL"))
SHAPES = [(4, 6), (5, 5), (1, 6), (6, 1), (0, 3), (3, 4, 5), (3, 1, 5), (1, 4, 1), (2, 0, 2), (2, 3, 2, 3)]


def fresh(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng([*shape, seed]).normal(size=shape)


def permuted(axes: tuple[int, ...]) -> Callable[[tuple[int, ...]], np.ndarray]:
    """An array whose axes lie in memory in this order, outermost first."""
    return lambda shape: fresh(tuple(shape[a] for a in axes)).transpose(np.argsort(axes))


def every_second(shape: tuple[int, ...], axis: int) -> np.ndarray:
    steps = [2 if i == axis % len(shape) else 1 for i in range(len(shape))]
    wide = fresh(tuple(n * step for n, step in zip(shape, steps, strict=True)))
    return wide[tuple(slice(None, None, step) for step in steps)]


def without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return tuple(1 if i == axis % len(shape) else n for i, n in enumerate(shape))


def layouts(rank: int) -> dict[str, Callable[[tuple[int, ...]], np.ndarray]]:
    """Ways to make an array that goes into a shape."""
    found = {f"axes {axes}": permuted(axes) for axes in itertools.permutations(range(rank)) if rank < 4}
    return found | {
        "c": fresh,
        "f": lambda shape: np.asfortranarray(fresh(shape)),
        "reversed": lambda shape: fresh(shape)[::-1],
        "last reversed": lambda shape: fresh(shape)[..., ::-1],
        "f reversed": lambda shape: fresh(shape[::-1]).T[::-1],
        "all reversed": lambda shape: np.flip(fresh(shape[::-1]).T),
        "rows": lambda shape: every_second(shape, 0),
        "columns": lambda shape: every_second(shape, -1),
        "window": lambda shape: fresh(tuple(n + 2 for n in shape))[tuple(slice(1, n + 1) for n in shape)],
        "one row": lambda shape: fresh(without(shape, 0)),
        "one column": lambda shape: fresh(without(shape, -1)),
        "spread": lambda shape: np.broadcast_to(fresh(without(shape, 0)), shape),
        "tall": lambda shape: np.broadcast_to(fresh(without(shape, -1)), shape),
        "tall f": lambda shape: np.broadcast_to(np.asfortranarray(fresh(without(shape, -1))), shape),
        "lower rank": lambda shape: fresh(shape[1:]),
        "lower rank f": lambda shape: np.asfortranarray(fresh(shape[1:])),
        "no axes": lambda shape: np.array(1.5),
        "f4 f": lambda shape: np.asfortranarray(fresh(shape).astype("f4")),
        "f4": lambda shape: fresh(shape).astype("f4"),
    }


TWO = """a + b
a * 2.0 + b
a * 2.0, a + b
a - b, (a * b).sum()
(a + 1.0).sum(), (b * 2.0).sum(), a.sum()
np.where(a < b, a, b * 2.0)
np.hypot(a, b) + a, np.sin(a)
-(a * 2.0) + (b - 1.0)
(a + b).T * 2.0
(a < b) & (a > 0.5), np.abs(a)
(a * 2.0).T + 1.0, a + b
np.exp(a * 0.1) - b, b""".splitlines()
THREE = """a * b + c
a * b + c, a + c
np.where(a < b, b, c) + a
a + 1.0, b * c, (a - c).sum()
np.hypot(a, b) - c, a - b - c""".splitlines()


def steps_ufunc() -> Any:
    """A ufunc whose results tell the signs of the steps that its loop met."""
    from numpy._core._multiarray_umath import _UFUNC_API

    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    table = ctypes.cast(pointer(_UFUNC_API, None), ctypes.POINTER(ctypes.c_void_p))
    numbers = [ctypes.c_int] * 4
    make = ctypes.PYFUNCTYPE(
        ctypes.py_object, *[ctypes.c_void_p] * 3, *numbers, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int
    )(table[1])
    loop = (ctypes.c_void_p * 1)(ctypes.cast(kernels.tell_steps, ctypes.c_void_p).value)
    data, types = (ctypes.c_void_p * 1)(), ctypes.create_string_buffer(bytes([np.dtype("d").num] * 3), 3)
    KEEP.extend([loop, data, types])
    name = b"tell_steps"
    return make(*map(ctypes.addressof, (loop, data, types)), 1, 2, 1, -1, name, name, 0)


KEEP: list[Any] = []
SPACE = {"np": np, "tell": steps_ufunc()}


def seen(value: Any) -> Any:
    if isinstance(value, tuple):
        return [seen(v) for v in value]
    if isinstance(value, np.ndarray):
        return value.shape, value.strides, str(value.flags), value.dtype, value.tobytes()
    return type(value), value.tobytes()


class Tally:
    """Runs one expression on many operands and counts what ran natively."""

    def __init__(self, names: str, text: str) -> None:
        self.text = text
        self.make = lambda: eval(f"lambda {names}: ({text})", dict(SPACE))
        self.plain = self.make()
        self.versions: dict[object, Any] = {}
        self.native = self.runs = 0

    def compare(self, *operands: np.ndarray) -> None:
        f = self.version(operands)
        before = hits(f)
        got, want = f(*operands), self.plain(*operands)
        assert seen(got) == seen(want), (self.text, [(x.shape, x.strides) for x in operands])
        self.runs += 1
        self.native += hits(f) > before
        if hits(f) == before:
            self.wake(f, operands)

    def version(self, operands: tuple[np.ndarray, ...]) -> Any:
        kind = tuple((x.dtype, tuple(n == 1 for n in x.shape)) for x in operands)
        if kind not in self.versions:
            self.versions[kind] = jit(self.make())
            self.wake(self.versions[kind], operands)
        return self.versions[kind]

    def wake(self, f: Any, operands: tuple[np.ndarray, ...]) -> None:
        """What fails again and again is let alone for a while; C order always runs."""
        for _ in range(2):
            f(*(x.copy(order="C") for x in operands))


def check(names: str, text: str, sample: int, floor: float) -> None:
    tally, count = Tally(names, text), len(names.split())
    every = [(s, of) for s in SHAPES for of in itertools.product(layouts(len(s)), repeat=count)]
    for shape, of in every if FULL and count < 3 else Random(7).sample(every, sample):
        tally.compare(*(layouts(len(shape))[name](shape) for name in of))
    assert tally.native >= floor * tally.runs, f"{tally.native} of {tally.runs} ran natively"


@pytest.mark.parametrize("text", TWO)
def test_two_operands(text: str) -> None:
    check("a, b", text, 500, 0.5)


@pytest.mark.parametrize("text", THREE)
def test_three_operands(text: str) -> None:
    check("a, b, c", text, 5000 if FULL else 500, 0.5)


@pytest.mark.parametrize(
    "text",
    [
        "tell(a, b)",
        "tell(a, 2.0), tell(b, a) - a",
        "tell(a + 1.0, b), tell(a, a)",
        "np.where(a < b, tell(a, b), tell(b, 1.0))",
        "tell(a, b).sum(), a * tell(b, b)",
    ],
)
def test_loops_meet_the_steps_that_they_would_have_met(text: str) -> None:
    check("a, b", text, 1000, 0.7)


def test_loops_over_reversed_rows() -> None:
    tell = SPACE["tell"]
    f = jit(eval("lambda a, b: (tell(a, b) * 2.0, tell(b, 3.0))", {"tell": tell}))
    single = jit(eval("lambda b: tell(b, 3.0)", {"tell": tell}))
    for n in (1, 2, 7, 1023, 1024, 1025, 5000):
        x, y = fresh((n,)), fresh((3 * n,), 1)
        for a, b in ((x, y[::3]), (x[::-1], y[::3]), (x, y[::-3]), (x[::-1], y[::-3])):
            assert seen(f(a, b)) == seen((tell(a, b) * 2.0, tell(b, 3.0)))
            assert seen(single(b)) == seen(tell(b, 3.0))
    assert hits(f) > 20 < hits(single)
