"""`with np.errstate(...)` inside of a region: the block is dissolved, and nobody can tell."""

from __future__ import annotations

import textwrap
from random import Random
from typing import Any

import numpy as np
import pytest
from differential.equal import differences
from differential.reports import expression, operand
from differential.run import hits
from slipstream import jit
from test_errstate import CLASSES, MODES, told

HEADER = """
import numpy as np
def quiet(v, w):
    with np.errstate(divide="ignore", invalid="ignore"):
        return v / w
"""


def function(body: str) -> Any:
    """A function of a and b."""
    space: dict[str, Any] = {"__name__": "blocks"}
    exec(compile(HEADER + "def f(a, b):\n" + textwrap.indent(body, "    "), "<block>", "exec"), space)
    return space["f"]


def check(f: Any, least: int = 1) -> Any:
    """Compare calls on special values in many states; how many must be native."""
    fast, native = jit(f), 0
    for modes in ({}, {"all": "ignore"}, {"all": "raise"}, {"divide": "raise", "under": "warn"}):
        for x in (1.0, 0.0, 1e308, 1e-308, np.inf, np.nan):
            for y in (1.0, 0.0, 1e-30):
                a, b = np.array([1.0, x, 2.0]), np.array([1.0, y, 3.0])
                before = hits(fast)
                found = differences(told(f, a, b, modes), told(fast, a, b, modes))
                assert not found, (modes, x, y, found[0])
                native += hits(fast) - before
    assert native >= least
    return fast


BLOCKS = {
    "one": """
with np.errstate(divide="ignore", invalid="ignore"):
    r = a / b
return r * 2
""",
    "several statements, one after another": """
with np.errstate(divide="ignore"):
    r = a / b
    s = r * a
with np.errstate(over="raise"):
    t = s * a
return r, s, t - b
""",
    "nested": """
with np.errstate(all="ignore"):
    x = a / b
    with np.errstate(over="raise", divide="warn"):
        y = a * a
        with np.errstate(all="ignore", over="raise"):
            z = y / x
    w = z * y
return x, y, z, w * a
""",
    "a return inside": """
with np.errstate(all="ignore"):
    return np.log(a / b)
""",
    "calls inside": """
with np.errstate(all="ignore"):
    r = np.cumsum(a / b)
    s = np.add.reduce(r * a, axis=-1)
    t = np.divide(a, b, dtype="f8")
return r, s, t, np.cumprod(a)
""",
    "sums inside": """
with np.errstate(invalid="ignore", over="ignore"):
    s = (a * b).sum() + a.max() + b.mean()
return s, (a * b).sum()
""",
    "a helper with a block": """
r = quiet(a, b)
s = quiet(r, a) + a / 3
return r, s
""",
    "the same value on both sides": """
x = a / b
with np.errstate(all="ignore"):
    y = a / b
z = a / b
return x, y, z
""",
    "only inside": """
with np.errstate(divide="ignore", invalid="ignore"):
    y = a / b
y = a / b
return y
""",
    "unused inside": """
with np.errstate(all="raise"):
    a / b
return a * b
""",
    "a store": """
with np.errstate(divide="ignore", invalid="ignore"):
    a /= b
return a * 2
""",
    "a store behind": """
with np.errstate(divide="ignore", invalid="ignore"):
    x = a / b
a[1:] *= x[1:]
return a
""",
    "a number": """
with np.errstate(divide="ignore", invalid="ignore"):
    x = a[0] / b[1] + np.float64(1.0)
return a * x
""",
    "None and all": """
with np.errstate(all="raise", over=None, divide="ignore"):
    x = a / b
return x
""",
    "a name for the manager": """
quietly = np.errstate(all="ignore")
with quietly as nothing:
    x = a / b
return x, nothing
""",
    "a branch inside": """
with np.errstate(all="ignore"):
    if a.ndim == 1:
        x = a / b
    else:
        x = a
return x * b
""",
}


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks(name: str) -> None:
    fast = check(function(BLOCKS[name]))
    assert not fast._slipstream.bug


@pytest.mark.parametrize(
    "name", ["one", "nested", "calls inside", "a helper with a block", "a return inside"]
)
def test_a_dissolved_block_takes_no_step_in_python(name: str) -> None:
    fast = jit(function(BLOCKS[name]))
    for _ in range(4):
        fast(np.ones(5), np.full(5, 2.0))
    assert fast.stats().native == 4


LEFT = {
    "entered twice": """
state = np.errstate(all="ignore")
with state:
    x = a / b
with state:
    x = x / b
return x
""",
    "a mode that there is not": """
x = a * b
with np.errstate(all="never"):
    y = a / b
return x, y
""",
    "a class that there is not": """
x = a * b
with np.errstate(none="ignore"):
    y = a / b
return x, y
""",
    "modes of a variable": """
mode = "ignore" if a.ndim == 1 else str(b.ndim)
with np.errstate(all=mode):
    y = a / b
return y * 2
""",
    "something else in the block": """
x = a * b + 1
with np.errstate(all="ignore"):
    y = x / b
    print(np.geterr())
    z = y * a + x
return z / b
""",
    "raises in the block": """
try:
    with np.errstate(all="raise"):
        y = a / b
except FloatingPointError as error:
    return str(error), np.geterr()
return y * 2
""",
    "another manager": """
import contextlib
with contextlib.suppress(ValueError), np.errstate(all="ignore"):
    y = a / b + a
    z = y * b
return z / b
""",
    "the manager gets away": """
state = np.errstate(all="ignore")
print(type(state))
with state:
    y = a / b
return y * 2
""",
}


@pytest.mark.parametrize("name", LEFT)
def test_what_python_enters(name: str) -> None:
    assert not check(function(LEFT[name]), 0)._slipstream.bug


def test_statements_of_a_block_that_python_enters_are_native() -> None:
    fast = jit(function(LEFT["something else in the block"]))
    a = np.ones(3)
    for _ in range(3):
        fast(a, a)
    first = fast.__code__.co_firstlineno
    native = {line.number - first for line in fast.explain(a, a).lines if line.regions}
    assert native >= {2, 4, 6}


@pytest.mark.parametrize("seed", range(6))
def test_random_blocks(seed: int) -> None:
    rng, native = Random(2000 + seed), 0
    for _ in range(10):
        lines, names, depth = [], ["a", "b"], 0
        for i in range(rng.randint(2, 5)):
            if rng.random() < 0.5 and depth < 3:
                states = ", ".join(f"{c}={rng.choice(('ignore', *MODES))!r}" for c in rng.sample(CLASSES, 2))
                lines.append("    " * depth + f"with np.errstate({states}):")
                depth += 1
            elif depth and rng.random() < 0.3:
                depth -= 1
            lines.append("    " * depth + f"x{i} = {expression(rng, rng.randint(1, 2), names)}")
            names.append(f"x{i}")
        f = function("\n".join([*lines, f"return {', '.join(names)}"]))
        fast = jit(f)
        for _ in range(12):
            n, special = rng.choice((1, 2, 3, 5, 17)), rng.choice((0.0, 0.05, 0.3))
            a, b = operand(rng, n, "f8", special), operand(rng, n, "f8", special)
            modes = {c: rng.choice(("ignore", "raise", "call")) for c in CLASSES if rng.random() < 0.4}
            before = hits(fast)
            found = differences(told(f, a, b, modes), told(fast, a, b, modes))
            assert not found, (found[0], lines, a.tolist(), b.tolist(), modes)
            native += hits(fast) > before
        assert not fast._slipstream.bug, lines
    assert native > 20


def test_another_errstate_is_no_longer_dissolved() -> None:
    entered: list[str] = []

    class Mine:
        def __init__(self, **modes: str) -> None:
            entered.append("made")

        def __enter__(self) -> None:
            entered.append("in")

        def __exit__(self, *exc: object) -> None:
            entered.append("out")

    f = function("with np.errstate(all='ignore'):\n    x = a / b\nreturn x")
    fast, zero, theirs = jit(f), np.zeros(3), np.errstate
    for _ in range(2):
        fast(zero, zero)
    try:
        np.errstate = Mine  # type: ignore[misc, assignment]
        with pytest.warns(RuntimeWarning, match="invalid value"):
            fast(zero, zero)
    finally:
        np.errstate = theirs  # type: ignore[misc]
    assert entered == ["made", "in", "out"]
