"""Functions that call themselves: results, exceptions, what they have stored, and what they cost."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import whole_calls
from slipstream import jit


def both(source: str, name: str = "f", **names: Any) -> tuple[Any, Any]:
    """A function that calls itself by its global name, and the same accelerated under that name."""
    made = []
    for wrap in (lambda f: f, jit):
        space: dict[str, Any] = {"np": np, **names}
        exec(source, space)
        space[name] = wrap(space[name])
        made.append(space[name])
    return made[0], made[1]


def check(plain: Any, fast: Any, arguments: Callable[[], tuple[Any, ...]], calls: int = 4) -> None:
    for _ in range(calls):
        expected, got = (outcome(lambda f=f: _with_arguments(f, arguments())) for f in (plain, fast))
        assert differences(expected, got) == []


def _with_arguments(f: Any, arguments: tuple[Any, ...]) -> Any:
    """The result, and what became of the arguments; both, too, of what raises."""
    try:
        return f(*arguments), arguments
    except Exception as error:
        error.add_note(repr(arguments))
        raise


FIBONACCI = "def f(n):\n    if n < 2:\n        return n\n    return f(n - 1) + f(n - 2)\n"
FACTORIAL = "def f(n):\n    return 1 if n < 2 else n * f(n - 1)\n"
DEEP = "def f(n):\n    return 0 if n == 0 else 1 + f(n - 1)\n"


def test_nothing_is_left_to_python() -> None:
    plain, fast = both(FIBONACCI)
    check(plain, fast, lambda: (15,))
    assert whole_calls(fast) == 4


@pytest.mark.parametrize("x", [3, 3.0, True, np.int8(3), np.float32(3), np.float64(3), 3 + 1j])
def test_types_that_change_on_the_way(x: Any) -> None:
    source = (
        "def f(x, n):\n    if n == 0:\n        return x * 1\n    return f(x / 2 + n, n - 1) * f(x, n // 2)\n"
    )
    plain, fast = both(source)
    check(plain, fast, lambda: (x, 5))


def test_results_of_several_types() -> None:
    source = """
def f(a, n):
    if n == 0:
        return 0
    return a[n] + f(a, n - 1) if n % 3 else 1.5 + f(a, n - 2)
"""
    plain, fast = both(source)
    check(plain, fast, lambda: (np.arange(20) * 0.1, 12))
    check(plain, fast, lambda: (np.arange(20), 12))
    check(plain, fast, lambda: (np.arange(20, dtype="f4"), 12))


def test_ints_that_grow_too_large() -> None:
    plain, fast = both(FACTORIAL)
    check(plain, fast, lambda: (20,))
    check(plain, fast, lambda: (21,))
    check(plain, fast, lambda: (40,))


def test_arguments_by_name_and_defaults() -> None:
    source = "def f(n, a=0, *, b=1):\n    return a + 0 if n == 0 else f(n - 1, b=a + b, a=b)\n"
    plain, fast = both(source)
    check(plain, fast, lambda: (60,))
    assert whole_calls(fast) == 4


def test_functions_that_call_each_other() -> None:
    source = """
def g(n, a):
    t = a[n % len(a)]
    return t * h(n - 1, a) + 1.0 if n > 0 else t + 0.0
def h(n, a):
    s = 0.0
    for k in range(n % 3):
        s += a[k]
    return g(n - 1, a) - s if n > 0 else s
def f(n, a):
    return g(n, a) + h(n, a)
"""
    plain, fast = both(source)
    check(plain, fast, lambda: (9, np.arange(5) * 0.3))
    assert whole_calls(fast) >= 3


def test_a_method() -> None:
    class Tree:
        def __init__(self, left: Any, right: Any) -> None:
            self.left, self.right = left, right

        def size(self, i: int) -> Any:
            return 0 if i < 0 else 1 + self.size(self.left[i]) + self.size(self.right[i])

    left, right = np.array([1, 3, -1, -1]), np.array([2, -1, -1, -1])
    plain = Tree(left, right)
    expected = plain.size(0)
    Tree.size = jit(Tree.size)  # type: ignore[method-assign]
    for _ in range(4):
        assert Tree(left, right).size(0) == expected == 4


def test_called_in_a_loop_of_another_function() -> None:
    source = (
        FIBONACCI.replace("f(", "g(")
        + "def f(n):\n    s = 0\n    for i in range(n):\n        s += g(i)\n    return s\n"
    )
    plain, fast = both(source)
    check(plain, fast, lambda: (12,))
    assert whole_calls(fast) == 4


def test_what_lies_on_the_stack_and_in_iterators_stays() -> None:
    source = """
def f(a, n):
    total = 1.0
    for i, (x, y) in enumerate(zip(a, a[::-1])):
        total += x * (f(a, n - 1) - y) / (i + 1) if n > 0 else x
    return total
"""
    plain, fast = both(source)
    check(plain, fast, lambda: (np.linspace(0.1, 0.5, 4), 3))


def test_tuples() -> None:
    source = """
def f(a, low, high):
    if high - low == 1:
        return a[low] * 1, low, None
    middle = (low + high) // 2
    (x, i, _), (y, j, _) = f(a, low, middle), f(a, middle, high)
    if x <= y:
        return x * 1, i, None
    return y * 1, j, None
"""
    plain, fast = both(source)
    check(plain, fast, lambda: (np.sin(np.arange(17)), 0, 17))


def test_a_result_that_came_in_stays_the_same_object() -> None:
    plain, fast = both("def f(x, n):\n    return x if n == 0 else f(x, n - 1)\n")
    for x in (np.float64(2.5), np.int32(7), np.arange(3)):
        for _ in range(4):
            assert fast(x, 12) is x
            assert plain(x, 12) is x


def test_each_call_has_numbers_of_its_own() -> None:
    source = """
def f(a, n):
    y = a[n] * 2
    if n == 0:
        return y, y + 1
    r = f(a, n - 1)
    return y, r[0]
"""
    plain, fast = both(source)
    check(plain, fast, lambda: (np.arange(12) * 0.5, 11))
    first, second = fast(np.arange(12) * 0.5, 11)
    assert (first, second) == (11.0, 10.0)


def test_views_that_get_shorter() -> None:
    source = (
        "def f(a):\n    if len(a) == 1:\n        return a[0] * 1\n    m = len(a) // 2\n"
        "    return f(a[:m]) - f(a[m:][::-1])\n"
    )
    plain, fast = both(source)
    for a in (np.random.default_rng(0).random(33), np.arange(16), np.arange(40.0)[::3]):
        check(plain, fast, lambda a=a: (a,))
    assert whole_calls(fast) > 8


STORES = """
def f(a, low, high, log):
    if low < high:
        pivot, i = a[high], low
        for j in range(low, high):
            if a[j] < pivot:
                a[i], a[j] = a[j], a[i]
                i += 1
        a[i], a[high] = a[high], a[i]
        log[0] += 1
        log[1 + log[0]] = low
        f(a, low, i - 1, log)
        f(a, i + 1, high, log)
"""


def test_stores() -> None:
    plain, fast = both(STORES)
    check(plain, fast, lambda: (np.random.default_rng(3).random(60), 0, 59, np.zeros(100, int)))
    assert whole_calls(fast) == 4


@pytest.mark.parametrize("room", [2, 5, 11, 30])
def test_an_exception_in_the_middle_of_stores(room: int) -> None:
    plain, fast = both(STORES)
    check(plain, fast, lambda: (np.random.default_rng(3).random(60), 0, 59, np.zeros(room, int)), calls=25)


def test_an_exception_has_the_same_frames() -> None:
    source = "def f(a, i):\n    return a[i] + f(a, i + 1)\n"
    plain, fast = both(source)
    check(plain, fast, lambda: (np.arange(8.0), 0), calls=25)


def test_warnings_come_where_they_would() -> None:
    source = "def f(a, n):\n    return a[n] / a[n - 1] if n < 2 else f(a, n - 1) + a[n] / a[n - 2]\n"
    plain, fast = both(source)
    check(plain, fast, lambda: (np.array([0.0, 1.0, 0.0, 2.0, 3.0, 0.0, 1.0]), 6), calls=25)


def depth(f: Any) -> int:
    """The deepest call that works."""
    low, high = 1, 2 * sys.getrecursionlimit()
    while low + 1 < high:
        middle = (low + high) // 2
        try:
            f(middle)
            low = middle
        except RecursionError:
            high = middle
    return low


def test_recursion_ends_where_it_does_in_python() -> None:
    plain, fast = both(DEEP)
    expected = depth(plain)
    for _ in range(3):
        assert abs(depth(fast) - expected) <= (0 if sys.version_info >= (3, 12) else 4)


def test_a_limit_that_is_raised() -> None:
    plain, fast = both(DEEP)
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(20_000)
        check(plain, fast, lambda: (9_000,))
        check(plain, fast, lambda: (17_000,))
    finally:
        sys.setrecursionlimit(limit)


def test_another_function_of_the_name() -> None:
    """What the name is bound to is looked at in every call."""
    plain, fast = both(FIBONACCI)
    check(plain, fast, lambda: (12,))
    for f in (plain, fast):
        g = f.__wrapped__ if hasattr(f, "__wrapped__") else f
        g.__globals__["f"] = lambda n: 100 * n
    check(plain, fast, lambda: (12,))


def test_what_gains_nothing_is_left() -> None:
    """Few calls, or such as Python has to do anew, cost more than they save."""
    plain, fast = both(FIBONACCI)
    check(plain, fast, lambda: (2,), calls=100)
    before = fast.stats().native
    check(plain, fast, lambda: (2,), calls=20)
    assert fast.stats().native == before


@pytest.fixture
def interrupted() -> Iterator[None]:
    main = threading.main_thread().ident
    assert main is not None
    timer = threading.Timer(0.3, lambda: signal.pthread_kill(main, signal.SIGINT))
    timer.start()
    yield
    timer.cancel()


def test_an_interrupt(interrupted: None) -> None:
    _, fast = both(FIBONACCI)
    for _ in range(3):
        fast(15)
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        fast(60)
    assert time.monotonic() - begin < 60  # in plain Python it takes years


LEFT = {
    "arrays that it makes": (
        "def f(a):\n    if len(a) == 1:\n        return a * 1\n    m = len(a) // 2\n"
        "    b = f(a[:m])\n    c = f(a[m:])\n    return np.concatenate((c, b + 1))\n"
    ),
    "lists that it makes": (
        "def f(a):\n    if len(a) < 2:\n        return 1.0\n    xs = []\n"
        "    for x in a:\n        xs.append(x)\n"
        "    return f(a[1:]) + len(xs)\n"
    ),
    "what is printed": (
        "def f(a):\n    if len(a) == 1:\n        return 1\n    print(len(a))\n"
        "    return f(a[1:]) + f(a[:1])\n"
    ),
    "a generator": (
        "def f(a):\n    if len(a) == 1:\n        return a[0] * 1.0\n"
        "    return sum(f(a[i : i + 1]) for i in range(len(a)))\n"
    ),
    "what calls it calls it": (
        "def g(n, k):\n    return 1 if n < 1 else g(n - 1, k) + f(n - 2, k)\n"
        "def f(n, k):\n    return 1 if n < 1 else g(n - 1, k) * k + f(n - 1, k)\n"
    ),
    "attributes that it sets": (
        "class C: pass\nc = C()\nc.n = 0\ndef f(n):\n    c.n = c.n + 1\n"
        "    return c.n if n < 1 else f(n - 1) + f(n - 2)\n"
    ),
}


@pytest.mark.parametrize("what", LEFT)
def test_other_functions(what: str, capsys: Any) -> None:
    plain, fast = both(LEFT[what])
    arguments = {"what calls it calls it": (6, 3), "attributes that it sets": (6,)}
    if what == "attributes that it sets":  # each has an object of its own
        for _ in range(4):
            assert differences(outcome(lambda: plain(6)), outcome(lambda: fast(6))) == []
        return
    check(plain, fast, lambda: arguments.get(what, (np.arange(5) * 0.5,)))
    out = capsys.readouterr().out.splitlines()
    assert out == [line for k in range(0, len(out), 8) for line in out[k : k + 4] * 2]
