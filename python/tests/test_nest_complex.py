"""Complex numbers in loops that run natively as a whole: operators, elements, functions, arrays."""

from __future__ import annotations

import cmath
import itertools
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import whole_calls
from slipstream import jit

Function = Callable[..., Any]

PARTS = (0.0, -0.0, 1.0, -1.5, 0.1, 3.7, np.inf, -np.inf, np.nan, 1e300, -1e200, 1e154, 1e-300, 5e-324, 1e38)
CLASSES: dict[str, Callable[[complex], Any]] = {
    "complex": complex,
    "float": lambda z: z.real,
    "int": lambda z: int(z.real) if abs(z.real) < 1e15 else 2**53 + 1,
    "bool": lambda z: bool(z.real),
    "complex128": np.complex128,
    "complex64": np.complex64,
    "float64": lambda z: np.float64(z.real),
    "float32": lambda z: np.float32(z.real),
    "int64": lambda z: np.int64(z.real if abs(z.real) < 1e15 else 2**60 + 1),
    "int8": lambda z: np.int8(z.real if abs(z.real) < 100 else 77),
    "uint64": lambda z: np.uint64(abs(z.real) if abs(z.real) < 1e15 else 2**63 + 1),
}
COMPLEX = ("complex", "complex128", "complex64")
OPERATORS = ("+", "-", "*", "/", "==", "!=")
PAIRS = [(a, b) for a, b in itertools.product(CLASSES, CLASSES) if a in COMPLEX or b in COMPLEX]
UNARY = {
    "-a": COMPLEX,
    "abs(a)": COMPLEX,
    "a.real": (*COMPLEX, "float", "int", "bool"),
    "a.imag": CLASSES,
    "a.conjugate()": COMPLEX,
    "a ** 2": COMPLEX,
    "a ** 3": COMPLEX,
    "a ** 7": COMPLEX,
    "a ** 1": COMPLEX,
    "a ** 0": ("complex",),
    "a ** -3": ("complex",),
    "np.power(a, 2)": COMPLEX,
    "np.power(a, 1.5 - i)": COMPLEX,
    "np.power(2.0, a)": COMPLEX,
    "np.exp(a)": COMPLEX,
    "np.abs(a)": COMPLEX,
    "np.sqrt(a)": COMPLEX,
    "np.conj(a)": COMPLEX,
    "np.real(a)": COMPLEX,
    "np.imag(a)": COMPLEX,
    "cmath.exp(a)": CLASSES,
    "cmath.phase(a)": CLASSES,
    "cmath.polar(a)[0]": CLASSES,
    "complex(a)": CLASSES,
    "complex(a, 2)": ("float", "int", "bool", "float64", "float32", "int64"),
    "cmath.rect(2.5, a)": ("float", "int", "float64"),
    "np.complex128(a)": ("complex", "complex64", "float", "int", "float64"),
    "np.complex64(a)": ("complex", "complex128", "float", "float32"),
    "1.5 if a else 2j": COMPLEX,
    "not a": COMPLEX,
}


def made(expression: str) -> Function:
    names: dict[str, Any] = {"np": np, "cmath": cmath}
    exec(f"def f(a, b, n):\n    for i in range(n):\n        r = {expression}\n    return r", names)
    f: Function = names["f"]
    return f


def numbers(seed: str, count: int) -> list[complex]:
    rng = random.Random(seed)
    special = [complex(rng.choice(PARTS), rng.choice(PARTS)) for _ in range(count)]
    return [*special, *(complex(rng.gauss(0, 2), rng.gauss(0, 2)) for _ in range(count // 2))]


def compare(f: Function, fast: Function, *args: Any) -> None:
    assert differences(outcome(f, *args), outcome(fast, *args)) == [], args


def tried(expression: str, operands: list[tuple[Any, Any]]) -> None:
    """Equal for all operands, and of ordinary ones without a step of Python."""
    f = made(expression)
    fast = jit(f)
    for a, b in operands:
        compare(f, fast, a, b, 1)
    a, b = operands[-1]
    fast(a, b, 2)
    whole = whole_calls(fast)
    fast(a, b, 2)
    assert whole_calls(fast) == whole + 1, (fast.explain(a, b, 2), a, b)
    assert not fast._slipstream.bug


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("left", CLASSES)
def test_operators(operator: str, left: str) -> None:
    for right in CLASSES:
        if (left, right) not in PAIRS:
            continue
        a, b = numbers(f"{left} {right}", 40), numbers(f"{right} {operator}", 40)
        operands = [(CLASSES[left](x), CLASSES[right](y)) for x, y in zip(a, b, strict=True)]
        operands.append((CLASSES[left](1.5 - 0.5j), CLASSES[right](3 + 2j)))
        tried(f"a {operator} b", operands)


@pytest.mark.parametrize("expression", UNARY)
def test_expressions_of_one_number(expression: str) -> None:
    for kind in UNARY[expression]:
        operands = [(CLASSES[kind](z), None) for z in [*numbers(expression + kind, 120), 1.5 - 0.5j]]
        tried(expression, operands)


# Arrays ---------------------------------------------------------------------


def butterflies(a, b, n):
    for i in range(n):
        half = len(a) // 2
        u, v = a[:half] + a[half : 2 * half], (a[:half] - a[half : 2 * half]) * b[:half]
        a[:half], a[half : 2 * half] = u, v
        b[:half] = np.exp(-0.1j * i * b[:half].real)
    return a, b


def products(a, b, n):
    total = 0
    for i in range(1, n):
        total += a[:i] @ b[:i] - np.dot(a[i:], b[i:]) + a[::-1].sum() + np.sum(b[i::-1])
        a[i] = total
    return total


def totals(a, b, n):
    m = np.add.outer(a, b)
    for i in range(n):
        m[i] += m.sum(axis=0) + np.sum(m[::-1], axis=1) * a[i:].prod()
        b[i] = (a * b).sum() + b[::2].sum()
    return m, b


def parts(a, b, n):
    for i in range(n):
        a.real[i:] += b.imag[i:]
        a.imag[:i] = np.abs(b[:i])
        b[i:] = a[i:].conj() * np.conj(b[i:]) + np.real(a[i])
        a[i] = abs(a[i]) + 1j * a.real[i]
    return a.real, b.imag, np.imag(a)


def in_place(a, b, n):
    for i in range(n):
        a *= 1.0 - 0.5j
        a[i:] *= b[: len(a) - i]
        b /= a + 2
        b[i : i + 2] *= a[i]
    return a


def carried(a, b, n):
    z, c = a * 0, a + b * 1j
    for i in range(n):
        z = z * z + c[i]
        w = z
        c = c**2 - 0.3 * b
    return z, w, c, w is z


def views(a, b, n):
    for i in range(n):
        x, y = a.real, a[i:].imag
        y[0] = i
    return x, y, x.base is a, y.base is a


def compared(a, b, n):
    same = np.zeros(len(a))
    for i in range(n):
        same += (a == b) + (a[i] == b)
        if a[i] != b[i] and a[i]:
            b[i] = a[i]
    return same


def mixed(a, b, n):
    real, small = np.abs(a), np.zeros_like(b)
    for i in range(n):
        a += real * b
        small[:] = a
        small *= real[i]
        b[i:] = small[i:] + i
        a[i] = real[i] * small[i] * a[i] + small[i] ** 2 - 2j * real[i]
    return small


def rows(a, b, n):
    total = 0j
    for i, (x, y) in enumerate(zip(a, b)):  # noqa: B905
        total += x.conjugate() * y
        a[i], b[i] = b[i] - total, x
    for z in a:
        total -= z / (2 - 1j)
    return total


def matrices(a, b, n):
    m = np.add.outer(a, b)
    out = np.zeros_like(m)
    for i in range(n):
        column = m[:, i] * 0.1
        out[0] += m @ column + column @ m
        out[1] = (m @ m.T)[i]
        m[i:] = (out[i:] - 1j) * m[i]
        m[: i + 1] = m[: i + 1, 0][:, None] * b
        m[:, i] = a[:, None][:, 0] * b[i]
    return m, out


def products_of_one(a, b, n):
    m = np.add.outer(a, b)
    out = np.zeros_like(m[:1, :1])
    for i in range(n):
        out[:, :1] = m[i : i + 1, :1] * b[i : i + 1]
        m[:1, :1] *= b[:1]
        b[i : i + 1] *= a[i]
        b[:1] = m[:1, i] * a[i : i + 1] + out[0]
    return out, m


ARRAYS = [
    totals,
    butterflies,
    products,
    parts,
    in_place,
    carried,
    views,
    compared,
    mixed,
    rows,
    matrices,
    products_of_one,
]
WHOLE = [f.__name__ for f in ARRAYS if f not in (products_of_one, carried, views)]
LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "compact": lambda a: a.copy(),
    "apart": lambda a: np.repeat(a, 2)[::2],
    "backwards": lambda a: a[::-1].copy()[::-1],
    "single": lambda a: a.astype("c8"),
    "nan": lambda a: np.where(np.arange(len(a)) == 2, complex(np.nan, 1), a),
    "inf": lambda a: np.where(np.arange(len(a)) == 3, complex(-np.inf, 2), a),
    "huge": lambda a: a * 1e200,
    "tiny": lambda a: a * 1e-200,
    "left single": lambda a: a.astype("c8") if a[0].real > 0 else a.copy(),
    "right single": lambda a: a.astype("c8") if a[0].real < 0 else a.copy(),
    "right real": lambda a: np.abs(a) if a[0].real < 0 else a.copy(),
    "zeros": lambda a: np.where(np.arange(len(a)) % 2, a, -0.0),
}


def vectors(length: int = 6) -> tuple[Any, ...]:
    rng = np.random.default_rng(5)
    a, b = (rng.standard_normal(length) + 1j * rng.standard_normal(length) for _ in range(2))
    a[0], b[0] = 0.7 - 0.2j, -0.3 - 1.1j
    return a, b, 3


@pytest.mark.parametrize("f", ARRAYS, ids=lambda f: f.__name__)
def test_arrays(f: Function) -> None:
    for name, laid in LAYOUTS.items():
        fast = jit(f)
        for _ in range(3):
            left, right = ((laid(a), laid(b), n) for a, b, n in (vectors(), vectors()))
            assert differences(outcome(f, *left), outcome(fast, *right)) == [], name
        assert not fast._slipstream.bug
    fast = jit(f)
    fast(*vectors())
    whole = whole_calls(fast)
    fast(*vectors())
    assert f.__name__ not in WHOLE or whole_calls(fast) == whole + 1, fast.explain(*vectors())


@pytest.mark.parametrize("f", ARRAYS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("length", [3, 4, 5, 9, 300])
def test_lengths(f: Function, length: int) -> None:
    fast = jit(f)
    for _ in range(3):
        assert differences(outcome(f, *vectors(length)), outcome(fast, *vectors(length))) == []


@pytest.mark.parametrize("f", [in_place, parts, mixed, products, rows], ids=lambda f: f.__name__)
@pytest.mark.parametrize(("start", "step"), itertools.product((0, 1, 2), (1, -1, 2)))
def test_arguments_that_share_memory(f: Function, start: int, step: int) -> None:
    def overlapping() -> tuple[Any, ...]:
        memory = np.linspace(-1, 2, 20) * (1 - 0.5j)
        return memory[:6], memory[start : start + 6 * abs(step)][::step], 3

    fast = jit(f)
    for _ in range(3):
        assert differences(outcome(f, *overlapping()), outcome(fast, *overlapping())) == []


def test_one_number_is_one_object() -> None:
    def f(a, n):
        z = w = a[0] * 1
        for i in range(n):
            w = z
            z = z * a[i]
            x, y, u = z.real, z.real, z.conjugate()
            v = np.complex128(2.0), np.complex128(2.0)
        return z, w, x, y, u, (z, x), v[0], v[1]

    a = vectors()[0]
    for n in (1, 3, 6):
        fast = jit(f)
        for _ in range(3):
            compare(f, fast, a, n)


def test_what_raises_or_warns_in_the_middle() -> None:
    def f(a, b, log):
        z = 1 + 0j
        for i in range(len(a)):
            log.append(z)
            z = z * complex(a[i]) + abs(z)
            b[i] = a[i] / b[i]
            z = 1 / (z - 1)
        return z

    fast = jit(f)
    for x in (0, 1e200 + 1e200j, 1e308 * (1 + 1j), np.nan):
        for _ in range(3):
            plain, ours = ((np.array([1.0, 2j, x, 1 + 1j]), np.array([1, 1j, 0, 2]), []) for _ in range(2))
            assert differences(outcome(f, *plain), outcome(fast, *ours)) == [], x
