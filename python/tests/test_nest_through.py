"""What is gone through at once in loops, by map or for a key, lists that are made of it, and round."""

from __future__ import annotations

import itertools
import math
import random
import sys
from typing import Any

import numpy as np
import pytest
from differential.run import same_each_time, whole_calls
from slipstream import jit
from test_resume import told

A = np.random.default_rng(1).random(12)
ARRAYS = {
    "floats": A,
    "backwards": A[::-2],
    "NaN and zeros": np.array([np.nan, 1.0, 2.0, -0.0, 0.0, 0.5]),
    "zeros": np.array([0.0, 1.0, 2.0, -0.0, 0.0, -0.0, 0.25]),
    "single": A.astype("f4"),
    "ints": (A * 9).astype(int),
    "small": (A * 9).astype("i1"),
    "bools": A > 0.5,
    "empty": A[:0],
}

EXPRESSIONS = (
    "sum(map(math.sqrt, a))",
    "sum(map(abs, a))",
    "max(map(float, a))",
    "list(map(lambda x: x * 2.0, a.tolist()))",
    "tuple(map(lambda x, y: float(x * y), a, a[::-1]))",
    "any(map(lambda x: x > 0.99, a))",
    "all(filter(lambda x: x > 0.5, a))",
    "sum(filter(None, range(n)))",
    "list(filter(lambda i: i % 3, range(n)))",
    "sum(map(lambda x: x + sum(map(abs, range(n))), a.tolist()))",
    "min(range(n), key=lambda i: a[i])",
    "max(range(n), key=lambda i: a[i])",
    "max(range(n), key=lambda i: -abs(i - 3))",
    "min(enumerate(a.tolist()), key=lambda t: t[1])",
    "min(itertools.combinations(range(n), 2), key=lambda t: a[t[0]] - a[t[1]])",
    "max(a, key=lambda x: -x)",
    "max(a.tolist(), key=abs)",
    "max(range(n))",
    "min(range(n, 0, -1))",
    "max(range(0), default=7)",
    "max(a)",
    "min(a.tolist())",
    "sum(range(n))",
    "sum(range(n), 5)",
    "sum(a.tolist(), 0.5)",
    "sum(a)",
    "sum(a.flat)",
    "any(a), all(a)",
    "any(x > 0.5 for x in a.tolist())",
    "tuple(range(n))",
    "list(zip(range(n), a.tolist()))",
    "list(enumerate(range(n)))",
    "list(itertools.product(range(2), repeat=3))",
    "list(itertools.combinations(range(4), 2))",
    "sum(x * i for (i,), x in np.ndenumerate(a))",
    "sum((1.5, 2.5, 0.5))",
    "sum([n, 3, 2])",
    "max([n, 3, 2])",
    "list(reversed(range(n)))",
    "tuple(a.tolist())",
    "sum(map(int, a), 1)",
    "list(map(max, range(n), range(n, 0, -1)))",
    "sorted(a.tolist())",
    "sorted(a)",
    "sorted(a.tolist(), reverse=True)",
    "sorted(range(n, -n, -1))",
    "sorted(x * x for x in a.tolist())[0]",
    "list(a), a.tolist()[1:-1]",
    "list(a.tolist()), list((0.5, n * 1.0))",
    "[round(x, 1) for x in a.tolist()]",
)

# What Python refuses, or loops leave to it.
LEFT = (
    "min(range(0), key=lambda i: a[i])",
    "max(range(0))",
    "sum(range(n), 0.5)",
    "sum(a, 1.5)",
    "sum(map(lambda x: sum(map(lambda y: float(x * y), a)), a))",
    "sorted(a.tolist(), key=lambda x: -x)",
    "sorted(zip(range(n), a.tolist()))",
    "sum(map(len, a))",
    "list(map(max, a, a, a))",
    "sum(map(abs, 5))",
    "a.reshape(-1, 1).tolist()",
    "(a * 1j).tolist()",
    "max(a, a, key=lambda x: x.sum())",
    "sum(filter(lambda: 1, range(n)))",
    "round(a[0], 2)",
    "list(5)",
    "a.tolist(1)",
)

METHODS = (
    "xs.insert(0, float(k))\ns += xs[-1]",
    "ys.insert(k, -k)",
    "ys.insert(-2, k)",
    "ys.insert(100, k)\nys.insert(-100, k)",
    "s += ys.pop(0)\nys.append(k)",
    "s += xs.pop(-1)",
    "xs.append(1.5)\ns += xs.pop(k // 2)",
    "xs.sort()",
    "xs.sort(reverse=True)\ns = xs[0]",
    "ys.sort()\nys.append(n - k)",
    "xs.reverse()\ns += xs[0]",
    "ys = ys[k:] + ys[:k]",
    "zs = xs[1:-1]\ns += sum(zs)",
    "zs = xs[::-1]\ns += zs[0]\nys = ys[::2]",
    "zs = xs.copy()\nzs.append(1.5)\ns += len(zs) + len(xs)",
    "ys.clear()\nys.append(k)",
    "s += ys.index(k * 2)",
    "s += xs.index(a[k])",
    "s += ys.count(4) + (k in ys) + (k not in ys)",
    "if 2.0 in xs: s += 1",
    "s += sorted(xs)[k]",
    "s += sorted(ys, reverse=True)[0]",
    "s += sorted(a)[0]",
    "s += sorted((3, n, k))[1]",
    "ys.remove(k * 2)",
    "xs += [0.5]\nxs.sort()\ns += xs.pop()",
)

METHODS_LEFT = (
    "s += xs.pop(5)",
    "s += ys.index(77)",
    "s += xs.index(xs[k])",
    "ys.remove(77)",
    "xs[0:2] = [1.5]",
    "del xs[0]",
    "xs.sort(key=abs)",
    "xs.insert(1)",
    "s += xs.pop(0.5)",
    "xs.insert(0, 'a')",
    "s += [].pop(0)",
)


def in_a_loop(expression: str) -> Any:
    return made(f"def f(a, n):\n    s = 0\n    for k in range(3):\n        s = {expression}\n    return s\n")


def method(body: str) -> Any:
    lines = body.replace("\n", "\n        ")
    return made(
        "def f(a, n):\n    xs = a.tolist()\n    ys = [k * 2 for k in range(n)]\n    s = 0\n"
        f"    for k in range(n):\n        {lines}\n    return s, xs, ys\n"
    )


def made(text: str) -> Any:
    names: dict[str, Any] = {"np": np, "itertools": itertools, "math": math}
    exec(text, names)
    return names["f"]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_expressions(expression: str) -> None:
    for name, a in ARRAYS.items():
        fast = same_each_time(in_a_loop(expression), a, len(a))
        assert whole_calls(fast) >= 2 or name != "floats"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("expression", LEFT)
def test_what_is_left_to_python(expression: str) -> None:
    for a in (A, ARRAYS["NaN and zeros"], ARRAYS["empty"]):
        same_each_time(in_a_loop(expression), a, len(a))


@pytest.mark.parametrize("expression", [e for e in EXPRESSIONS if "map(" in e or "key=" in e])
def test_statements_that_are_in_no_loop(expression: str) -> None:
    fast = same_each_time(made(f"def f(a, n):\n    return {expression}\n"), A, len(A))
    assert whole_calls(fast) >= 2


@pytest.mark.parametrize("body", [*METHODS, *METHODS_LEFT])
def test_methods_of_lists(body: str) -> None:
    for name, a in ARRAYS.items():
        fast = same_each_time(method(body), a, len(a))
        assert whole_calls(fast) >= 2 or name != "floats" or body in METHODS_LEFT


@pytest.mark.parametrize("body", METHODS)
def test_lists_are_as_they_were_where_a_loop_is_left(body: str) -> None:
    f = method(f"{body}\nif k == n // 2: print(k, s, xs, ys)")
    fast = jit(f)
    for name in ("floats", "zeros", "ints", "floats"):
        assert told(fast, ARRAYS[name], len(ARRAYS[name])) == told(f, ARRAYS[name], len(ARRAYS[name]))


def rounded(xs, n):
    out = []
    for i in range(len(xs)):
        out.append(round(float(xs[i]), n))
    return out


def test_floats_are_rounded_as_python_does() -> None:
    rng, fast = random.Random(1), jit(rounded)
    few = [0.5, 1.5, 2.5, 2.675, 1.005, -0.3, -0.0, 1e22, 1e300, 5e-324, 2.0**52 + 0.5, 1e15 + 0.5]
    many = [rng.choice((1e-3, 1, 1e3, 1e6, 1e9)) * rng.uniform(-5, 5) for _ in range(3000)]
    ties = [k / 8 for k in range(-400, 400)] + [k / 1000 + 0.005 for k in range(2000)]
    xs = np.array([*few, *many, *ties, math.inf, -math.inf])
    for n in (2, 0, 1, 3, 5, 11, 12, 15, 22, -1, -2, -5, 300, -400, 400):
        for _ in range(2):
            assert repr(fast(xs, n)) == repr(rounded(xs, n))
    assert whole_calls(fast) >= 20
    same_each_time(rounded, np.array([1.25, math.nan]), 1)
    same_each_time(rounded, np.array([sys.float_info.max]), -308)


def test_ints_are_rounded_to_the_even_one() -> None:
    def f(n):
        out, s = [], 0.0
        for i in range(-n, n):
            out.append((round(i, -1), round(i * 37, -2), round(i, 1), round(i / 7, None)))
            s += round(i / 7, ndigits=1)
        return out, s

    assert whole_calls(same_each_time(f, 60)) >= 2

    def far(n):
        s = 0
        for i in range(3):
            s += round(n - i, -3)
        return s

    for n in (2**63 - 1, -(2**63) + 2):
        same_each_time(far, n)


def test_what_has_not_begun_is_told_apart() -> None:
    def f(a):
        s = 0.0
        for n in range(4):
            for t in enumerate(zip(a) if a[n % 2] > 1.5 else enumerate(a)):
                s += t[1][-1]
                s *= len(t[1])
        return s

    same_each_time(f, np.array([1.0, 2.0, 3.0]))


def squared(x):
    return x * x


def bent(x):
    if x > 0.5:
        return x
    return 0.25


# Loops over map, of functions that an exit can hand over, and of others.
MAPPED = (
    ("y", "map(math.sqrt, a)"),
    ("y", "map(squared, a)"),
    ("y", "map(bent, a.tolist())"),
    ("y", "map(max, a.tolist(), range(n))"),
    ("y", "map(float, a[::-1])"),
    ("y", "map(int, a.flat)"),
    ("y", "map(abs, itertools.chain(a))"),
    ("y", "map(math.sqrt, a - 0.3)"),
    ("i, y", "enumerate(map(squared, a))"),
    ("y", "map(lambda x: x + n, a)"),
    ("y", "filter(bent, a)"),
)
BODIES = (
    "s += y",
    "if y > 0.9: break\n        s += y",
    "s += y\n        if s > 2: print(s, y)",
    "for z in map(squared, range(n)):\n            if z == 4: print(y, z)\n            s += y * z",
)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(("names", "head"), MAPPED)
def test_loops_over_map(names: str, head: str, body: str) -> None:
    text = (
        f"def f(a, n):\n    s, y = 0.0, None\n    for {names} in {head}:\n        {body}\n    return s, y\n"
    )
    f = made(text)
    f.__globals__.update(squared=squared, bent=bent)
    fast = jit(f)
    for a, n in ((A, 4), (A, 4), (A, 3), (ARRAYS["empty"], 3), (ARRAYS["single"], 3), (A, 4)):
        assert told(fast, a, n) == told(f, a, n)
    if body == BODIES[0] and head in [of for _, of in MAPPED[:6]]:
        assert whole_calls(fast) >= 3


def test_a_function_that_is_passed_is_mapped() -> None:
    def f(g, n):
        s = 0.0
        for y in map(g, range(n)):
            s += y
            if s > 5:
                print(s)
        return s

    fast = jit(f)
    for g in (squared, squared, lambda x: x + 1.5, lambda x: x + 2.5, abs, float):
        assert told(fast, g, 5) == told(f, g, 5)
