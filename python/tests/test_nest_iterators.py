"""Loops over the elements of arrays, their indices, and what itertools makes of ranges and numbers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import same_each_time, whole_calls
from slipstream import _native, jit
from test_resume import told

GENERATOR = np.random.default_rng(0)
BASE = GENERATOR.standard_normal((6, 4, 5))

ARRAYS = {
    "rows": BASE[:, :, 0],
    "of C's order": BASE[0].copy(),
    "of Fortran's order": np.asfortranarray(BASE[1]),
    "turned": BASE.T,
    "backwards": BASE[::-2, ::-1, 1:4],
    "one axis": BASE[0, 0],
    "apart": BASE[0, 0, ::2],
    "repeated": np.broadcast_to(BASE[0, 0], (3, 5)),
    "empty": np.zeros((3, 0, 2)),
    "without rows": np.zeros((0, 3)),
    "one element": np.ones((1, 1)),
    "single": BASE[0].astype("f4"),
    "ints": np.arange(12, dtype="i2").reshape(3, 4),
    "bools": BASE[0] > 0,
    "complex": BASE[0] + 1j * BASE[1],
    "special": np.array([[np.nan, -0.0], [np.inf, 0.0]]),
}

# Loops: what they go over, and the names of an item.
OF_ARRAYS = (
    ("a.flat", "x"),
    ("enumerate(a.flat)", "i, x"),
    ("np.ndenumerate(a)", "i, x"),
    ("zip(a.flat, np.ndindex(a.shape))", "x, i"),
    ("zip((a + a).flat, a.T.flat)", "x, y"),
    ("np.ndindex(a.shape)", "i"),
)

OF_NUMBERS = (
    ("np.ndindex(n, 3)", "(i, j)"),
    ("np.ndindex((2, n, 2))", "(i, j, k)"),
    ("np.ndindex(n)", "i"),
    ("np.ndindex(4, n - 3)", "i"),
    ("itertools.product(range(n), range(n, 0, -1))", "(i, j)"),
    ("itertools.product(range(3), repeat=3)", "i"),
    ("itertools.product((0.5, 1.5, 2.5), range(n))", "(x, i)"),
    ("itertools.product(range(n), [True, False])", "(i, j)"),
    ("itertools.product(xs, xs)", "(i, j)"),
    ("enumerate(itertools.product(range(n), range(2)))", "(i, (j, k))"),
    ("itertools.combinations(range(n), 2)", "(i, j)"),
    ("itertools.combinations(range(n), 3)", "i"),
    ("itertools.combinations((1.0, 2.5, 4.0), r=2)", "i"),
    ("itertools.combinations_with_replacement(range(n), 2)", "(i, j)"),
    ("zip(itertools.combinations(range(n), 2), range(100))", "(i, j)"),
)


def function(head: str, names: str, body: str) -> Any:
    text = f"""
def f(a, n):
    total, last, xs = 0, None, []
    for k in range(n):
        xs.append(k * 1.5)
    for {names} in {head}:
        {body}
    return total, last
"""
    space: dict[str, Any] = {"np": np, "itertools": itertools, "math": math, "print": print}
    exec(text, space)
    return space["f"]


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize(("head", "names"), OF_ARRAYS)
@pytest.mark.filterwarnings("ignore")
def test_of_arrays(head: str, names: str, name: str) -> None:
    item = "x" if "x" in names else "a[i]"
    f = function(head, names, f"total += {item} * 2; last = {names}")
    # Tuples of complex numbers, and results whose axes are not in C's order, are left to Python.
    left = name == "complex" or "+" in head or ARRAYS[name].size == 0
    assert whole_calls(same_each_time(f, ARRAYS[name], 4)) >= 2 or left


@pytest.mark.parametrize("n", [0, 1, 2, 7])
@pytest.mark.parametrize(("head", "names"), OF_NUMBERS)
def test_of_numbers(head: str, names: str, n: int) -> None:
    f = function(head, names, f"total += 1; last = {names}, total")
    fast = same_each_time(f, BASE[0], n)
    if n == 7:
        assert whole_calls(fast) >= 2


# An exit in the middle: a call that loops know nothing of, in some rounds, and an index that raises.
@pytest.mark.parametrize("body", ["print({names})", "if total % 5 == 3: print({names}, total)"])
@pytest.mark.parametrize(("head", "names"), [*OF_ARRAYS, *OF_NUMBERS])
def test_exits_in_the_middle(head: str, names: str, body: str) -> None:
    f = function(head, names, f"{body.format(names=names)}\n        total += 1\n        last = {names}")
    fast = jit(f)
    for name in ("rows", "turned", "of Fortran's order", "backwards", "one axis", "complex"):
        for n in (5, 3):
            assert told(fast, ARRAYS[name], n) == told(f, ARRAYS[name], n)


@pytest.mark.parametrize(("head", "names"), [*OF_ARRAYS, *OF_NUMBERS])
def test_exits_in_every_round_of_a_loop_inside(head: str, names: str) -> None:
    body = f"for m in range(3):\n            if total % 7 == 4: print({names}, m)\n            total += m + 1"
    f = function(head, names, body)
    fast = jit(f)
    for n in (5, 3):
        assert told(fast, ARRAYS["turned"], n) == told(f, ARRAYS["turned"], n)


def elements(a, n):
    total = 0.0
    for x in a.flat:
        if total < n:
            print(x)
        total += abs(x)
    for at, x in np.ndenumerate(a):
        if at[0] == 1 and at[-1] == 1:
            print(at, x)
        total += x * at[0]
    for at in np.ndindex(a.shape):
        if at[0] == 1 and at[-1] == 1:
            print(at)
        total += a[at]
    for i, j in itertools.combinations(range(n), 2):
        if i == 1:
            print(i, j)
        total += i * j
    return total


def test_they_are_entered_again() -> None:
    fast = jit(elements)
    a = np.random.default_rng(2).random((5, 40))
    for b in (a, a.T.copy().T, a[:, ::-2]):
        assert told(fast, b, 8) == told(elements, b, 8)
    later = [r for number, r in fast._slipstream.regions.items() if number]
    assert sum(r.hits for r in later) >= 6


def test_what_is_stored_meanwhile_is_seen() -> None:
    def f(a):
        a = a * 2
        for i, x in enumerate(a.flat):
            a[-1, -1] += x
            if i > 2:
                a[1, 0] = i
        return x, a

    assert whole_calls(same_each_time(f, np.ones((3, 4)))) >= 2


def test_a_product_has_the_items_that_there_were() -> None:
    def f(n):
        xs, total = [1, 2, 3], 0
        for x, y in itertools.product(xs, xs):
            xs.append(x + y)
            xs[0] = 7
            total += x * y
            if total == n:
                print(total)
        return total, xs

    fast = same_each_time(f, -1)
    assert whole_calls(fast) >= 2
    assert told(fast, 11) == told(f, 11)


@pytest.mark.parametrize(
    "head",
    [
        "np.ndindex(-1, n)",
        "np.ndindex(n, 2.5)",
        "np.ndindex([n, n])",
        "np.ndindex()",
        "itertools.product()",
        "itertools.product(range(n), repeat=n)",
        "itertools.product(range(n), repeat=0)",
        "itertools.product(range(n), repeat=-1)",
        "itertools.product(range(n), 5)",
        "itertools.product(a, range(n))",
        "itertools.product('ab', range(n))",
        "itertools.combinations(range(n), n)",
        "itertools.combinations(range(n), -1)",
        "itertools.combinations(range(n), 0)",
        "itertools.combinations(range(n), 2.0)",
        "itertools.combinations(range(n))",
        "np.ndenumerate([1.5, 2.5])",
        "np.ndenumerate(n)",
        "n.flat",
        "a.flat[1:3]",
    ],
)
def test_other_arguments_are_as_in_python(head: str) -> None:
    f = function(head, "i", "print(i)\n        total += 1\n        last = i")
    fast = jit(f)
    for _ in range(3):
        assert told(fast, ARRAYS["rows"], 3) == told(f, ARRAYS["rows"], 3)


def test_what_an_iterator_tells() -> None:
    def told_of(make: Callable[[], Any]) -> Any:
        it = make()
        return _native.begun(it)

    def begun(it: Any) -> Any:
        next(it)
        return it

    a = np.ones((2, 3))
    kind, of, at = told_of(lambda: begun(a.flat))
    assert (kind, at) == ("flat", 1)
    assert of is a
    kind, of, at = told_of(lambda: begun(np.ndenumerate(a)))
    assert (kind, at) == ("ndenumerate", 1)
    assert of is a
    assert told_of(lambda: begun(itertools.product(range(2)))) is None
    assert told_of(lambda: begun(np.ones(()).flat)) is None


LAYOUTS = {
    "every third": np.arange(12.0)[::3],
    "backwards": np.arange(5.0)[::-1],
    "compact": np.arange(5.0),
    "Fortran's order": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "parts of rows": np.arange(12.0).reshape(3, 4)[:, ::2],
    "three axes": np.arange(24.0).reshape(2, 3, 4)[:, ::-1, 1:3],
    "none": np.zeros((0, 2)),
}


def indices_kept(a, x):
    at, i, rest = 0, None, None
    twice = x + x
    for (i, *rest), v in np.ndenumerate(a):  # noqa: B007
        at = at * 7 + i
        for _j, (_v, _w) in enumerate(((1, 3),)):
            if i:
                x += v
            else:
                twice = None
    return at, i, rest, x, twice


@pytest.mark.parametrize("layout", LAYOUTS)
def test_iterators_of_pythons_loops_go_on_with_their_indices(layout: str) -> None:
    fast = jit(indices_kept)
    for _ in range(4):
        results = [outcome(lambda g=g: g(LAYOUTS[layout], np.ones(2000)[::2])) for g in (indices_kept, fast)]
        assert differences(*results) == []
