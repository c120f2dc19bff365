"""Locals in loops that hold a step of what is computed: one kernel computes it with what it is used for,
where nothing shows of that."""

from __future__ import annotations

import copy
import textwrap
from typing import Any

import numpy as np
import pytest
from differential.equal import differences, outcome
from differential.run import whole_calls
from slipstream import jit

LINE = np.linspace(-2.0, 3.0, 40)
ARRAYS: dict[str, tuple[np.ndarray, np.ndarray]] = {
    "quiet": (LINE, LINE + 0.05),
    "zeros": (LINE, np.zeros(40)),
    "special": (np.array([np.nan, np.inf, -np.inf, -0.0, 1e308, 5e-324, 0.0, 1.0] * 5), LINE),
    "integers": (np.arange(40) - 7, np.arange(40) % 5),
    "singles": (LINE.astype("f4"), np.linspace(0.5, 1, 40, dtype="f4")),
    "strided": (np.linspace(-1, 1, 80)[::2], np.linspace(0, 1, 40)[::-1]),
    "overlapping": (LINE[1:], LINE[:-1]),
    "none": (np.ones(0), np.ones(0)),
    "one": (np.full(1, 0.5), np.full(1, 3.0)),
    "other lengths": (LINE, LINE[:7]),
    "repeated": (LINE, LINE[:1]),
    "bytes": (np.arange(40, dtype="u1"), np.arange(40, dtype="u1") * 7),
    "complex": (LINE + 1j, LINE * 1j - 0.5),
}
PLANES: dict[str, tuple[np.ndarray, np.ndarray]] = {
    "quiet": (LINE.reshape(8, 5), LINE.reshape(8, 5) + 0.05),
    "squares": (LINE[:36].reshape(6, 6), LINE[4:].reshape(6, 6)),
    "turned": (LINE.reshape(5, 8).T, LINE.reshape(8, 5)),
    "zeros": (np.ones((4, 4)), np.zeros((4, 4))),
    "overlapping": (LINE[:36].reshape(6, 6), LINE[:36].reshape(6, 6)[::-1]),
}

STEPS = (
    "t = x * y; x[:] = t + 1",
    "t = x * y; u = t - x; x[:] = u * 0.5",
    "t = x * y; u = t * t; v = u + t; x[:] = v * 0.01 - t",
    "t = x * y; x += t * 0.1; y -= t",
    "t = x - y; total += np.sum(t * t)",
    "t = np.exp(-abs(x)); x[:] = t / t.sum()",
    "t = x * y; x[:] = 0; y[:] = t",
    "t = x * y; x += 1; x += t",
    "t = x * y; np.add(x, 1, out=x); y[:] = t",
    "t = x * y; u = x + 1; np.multiply(u, 2, out=u); y[:] = t + u",
    "u = x + 1; t = u * y; np.multiply(u, 2, out=u); y[:] = t + u",
    "t = x * y; x.sort(); y[:] = t",
    "t = x * y; x.fill(2); y[:] = t",
    "t = x * y; x[0] = 7; y[:] = t",
    "t = x * y; np.copyto(x, y); y[:] = t",
    "t = x * y; total += helper(x); y[:] = t * 0.5",
    "t = helper(x) + y; x[:] = t * 0.5",
    "t = x * y; total += change(x); y[:] = t * 0.5",
    "t = x * y; u = t[::-1] + t; x[:] = u * 0.1",
    "t = x * y; u = t[1:] - t[:-1]; x[1:] = u * 0.1",
    "t = x * y; total += t[2]",
    "t = x * y; total += t[i * 9]",
    "t = x / y; total += len(t)",
    "t = x / y; u = np.log(y); x[:] = t + u",
    "t = x / y; u = t * 0; v = np.sqrt(u - 1); x[:] = v + y",
    "t = x // y; u = t % 3; y[:] = u",
    "t = x > y; x[t] = 0.5",
    "t = x > y; u = np.where(t, x, y); y[:] = u * 0.5",
    "t = x > y; u = ~t; total += u.sum() * 2",
    "t = x * y; u = t; t = u + 1; x[:] = t",
    "t = u = x * y; x[:] = t + 1; y[:] = u",
    "t, u = x * y, x + y; x[:] = t - u",
    "t = x * y; u = (t, 3); x[:] = u[0] + u[1]",
    "t = x * y; del t; x += 1",
    "t = x * y; u = t + x; del t; x[:] = u * 0.25",
    "t = x * y; t += 1; x[:] = t * 0.5",
    "t = x * y; u = x if total < 3 else t; x[:] = u * 0.5",
    "t = x * y; x[:] = t if total < 3 else y; total += 1",
    "t = x * y\nif i > 2: x[:] = t + 1",
    "t = x * y\nu = t + 1\nif i > 2: break\nx[:] = u",
    "t = x * y\nif i == 3: continue\nx[:] = t",
    "t = x * y\nfor k in range(2): x += t * 0.1",
    "t = x * y; seen.append(i); x[:] = t * 0.5",
    "t = x * y; u = [k for k in range(3)]; x[:] = t * len(u)",
    "t = x * y; print(i, end=''); x[:] = t * 0.5",
    "t = x * y; total += rng.random(); x[:] = t * 0.5",
    "t = x * y; u = rng.random(len(x)); x[:] = t * u",
    "t = x * y; u = x @ y; x[:] = t * u",
    "t = x * y; u = t @ x; x[:] = t * u * 0.001",
    "t = x * y; u = np.cumsum(t); x[:] = u * 0.01",
    "t = x * y; u = np.clip(t, 0, 1); x[:] = u + t",
    "t = x * y; u = np.roll(t, 1); x[:] = u - t",
    "t = x.astype(np.float32); u = t * 2; x[:] = u",
    "t = x * 2; kept = t",
    "t = x * 2; u = np.concatenate((x, t)); x[:] = u[3:3 + len(x)]; kept = t, u",
    "t = x * 2; u = np.stack([t, x, t]); kept = t, u",
    "t = x * 2; u = np.append(t, t + 1); kept = u, t",
    "t = x * 2; u = np.sort(t); kept = u, t",
    "t = x * 2; u = np.unique(t); kept = u, t",
    "t = x * 2; total += np.median(t) + np.std(t); kept = t",
    "t = x > y; total += t.sum() + np.count_nonzero(t); kept = t",
    "t = x > 0; u = x[t]; kept = u, t",
    "t = np.cumsum(x) + i; u = np.roll(t, i); total += np.linalg.norm(u); kept = t, u",
    "t = x * 2; u = t.argmax(); v = t.tolist(); kept = u, v, t",
    "t = x * 2; q = []; q.append(t); q.append(t + 1); kept = q, t",
    "t = x * 2; u = t.reshape(2, -1); v = t.astype(float); kept = t, u, v",
    "t = x * 2; u = t.copy(); u[:1] = 3; kept = t, u",
    "t = x * 2; kept = [t, i]",
    "t = x * 2; kept = t[1:]",
    "t = x * 2; u = t.shape; x[:] = u[0]",
    "t = x * y; box.value = t; x[:] = t * 0.5",
    "t = x * y; x[:] = box.scale * t",
    "t = x * y; u = t + x[50]; x[:] = u",
    "t = x * y; u = t + y[:3]; x[:] = u",
    "t = x * y; u = t + 'text'; x[:] = u",
    "try:\n    t = x * y\n    u = t + x[i * 10]\n    x[:] = u\n"
    "except IndexError:\n    total += np.sum(t)\n    break",
    "try:\n    t = x / y\n    u = t + 1\n    x[:] = u\n    x[i * 10] = 3\n"
    "except IndexError:\n    kept = u + t\n    break",
    "with np.errstate(all='raise'):\n    t = x / y\n    u = t * 2\n    x[:] = u",
    "with np.errstate(all='ignore'):\n    t = x / y\n    u = t * 2\nx[:] = u",
    "t = x * y; g = lambda: t; x[:] = g() * 0.5",
    "t = 0; t = t + x; u = t * y; t = u - 1; x[:] = t * 0.1",
    "a = x + y; b = a * x; c = b - a; d = c * b; e = d + a; f = e * 0.01; h = f - x; x[:] = h * 0.5",
)
CARRIED = (
    "a = x + y; b = x - y; x = a * 0.5; y = b + a",
    "a = -x - 0.1 * y; b = x + 0.05 * y; c = y + 0.05 * a; x = x + 0.1 * c; y = y + 0.1 * (-b - 0.1 * c)",
    "x = x + y; y = x - y; x = x - y",
    "x, y = y, x + y",
    "x = x * 0.5; kept = x",
    "x = x * 0.5; kept = (x, x)",
    "old = x; x = x + y; y = old",
    "x = x + 1; x = x * y; x = x - 1",
    "x = x + y\nif i % 2: x = x * 0.5\nelse: y = x - y",
    "x = x + y\nif i == 4: break\ny = x * 0.5",
    "x = x + y\nfor k in range(2): y = y + x * 0.1",
    "x = x / y\nif i > 3: kept = x\nx = y - 1",
    "x = x / y\nif i > 3: continue\nx = y - 1",
    "x = x / y; x = y + 0",
    "t = x / y\nif i > 3: total += t[0]",
    "x = x + total; total += x[1]; y = y * total",
    "x = x + y; print(i, end=''); y = y - x",
    "x = x + y; y[:] = x; x = x * y",
    "x = x + y; x[0] = 3; y = x * 0.5",
    "x = x + y; x += y; y = x - y",
    "x = x + y; total += helper(x); y = y * 0.5 + x",
    "x = x + y; total += change(x); y = y * 0.5 + x",
    "try:\n    x = x + y\n    y = y - x[i * 10]\nexcept IndexError:\n    y = x * 2\n    break",
    "try:\n    x = x / y\n    y = y + x\nfinally:\n    total += 1",
    "t = x + y; x = t[::-1] * 0.5; y = t - x",
    "t = x * y; x = t.clip(-3, 3); y = y * 0.9 + t.mean()",
    "x = np.where(x > y, x * 0.5, y); y = np.sqrt(abs(x)) - y",
    "x = x * y; y = x @ x * y * 1e-3; x = x * 0.5 + y",
    "a = np.exp(-abs(x)); b = np.tanh(a) * y; x = a * 0.5; y = b - a",
    "x = np.log1p(abs(x)); y = np.exp(-abs(y)) * x",
    "x = x // 2; y = y % 3 + x; x = x * y",
    "x = x + y; t = unknown(x); y = y * 0.5 + t; x = x * y",
    "x = x + y; y = y * 0.5; unknown(i); x = x * y; y = x - y",
    "x = x + y; s = str(i); y = y * len(s); x = x - y",
    "x = x + y; y = y * 0.5; seen.append(float(x[0])); x = x * y",
    "x = x + y; y = y * 0.5; q = {i: x}; x = x * q[i]",
    "x = x + y; m = max(x.max(), 1); x = x * 0.1 + m",
    "x = x + y; m = min(total, i); y = y * m - x",
    "x = x * 0.5; m = mixed[i % 3]; y = y * 0.5 + m; x = x - y",
    "x = y * 2; y = x * 2; x = y * 2; y = x + y; x = y * x * 1e-4",
)
CALLED = (
    "a = slope(x, y); x = x + 0.1 * a",
    "k = slope(x, y); m = slope(x + 0.05 * k, y); x = x + 0.1 * (k + m); y = y * 0.9",
    "x = twice(twice(x * 0.3)) - y",
    "x = twice(x / y) + twice(y)",
    "total += ignore(x / y); total += ignore(x * y)",
    "t = ignore(np.log(y)); x = x + t",
    "x = same(x * 0.5); kept = same(x)",
    "x = same(same(x + y) * 0.5) - same(y)",
    "t = same(x); t += 1; y = t * 0.5",
    "a, b = both(x, y); x = a * 0.1; y = b * 0.5",
    "a, b = both(x + y, y); x = a - b; kept = a",
    "x = keyed(y, x * 0.1, scale=2)",
    "x = keyed(low=x, high=y * 2)",
    "x = (lambda v, w=2: v * w - y)(x * 0.25)",
    "f = lambda v: v * total + y; x = f(x * 0.1); total += 1",
    "x = spread(x * 2, y * 2)",
    "x = added(x * 0.5, y)",
    "t = x * 2; u = added(y, t); x = t * 0.5 + u",
    "x = sorted_copy(x * y); y = y - x",
    "x = head(x * 2)[:1] + y",
    "x = summed(x * 0.1) + x * 0.5",
    "x = branching(x * 0.5, i) + y",
    "x = outer_call(x * 0.5, i) - y",
    "x = failing(x * 0.5, i); y = y + 1",
    "t = x * y; x = box.bent(t) + t; y = y * 0.5",
    "x = noted(x * 0.5, seen) + y",
    "x = y * 1j + twice(x * 2j); x = x.real + twice(x.imag * x.real)",
    "t = y * 1j; u = twice(t * t) * t; x = u.real * 0.01",
    "x = twice(x) if i % 2 else twice(x * 0.1)",
    "try: x = failing(x * 0.5, i)\nexcept ValueError: x = y * 2",
)
IN_PLANES = (
    "t = x * y; u = t + x[0]; x[:] = u * 0.1",
    "t = x[0] * 2; u = np.exp(-t); x[:] = x * u",
    "t = x[:, 0] * 2; x[0] = x[0] + t[:5][0]",
    "t = x.T * 2; u = t + 1; x[:] = u.T * 0.1",
    "t = x + y; u = t.sum(axis=0); x[:] = u * 0.01",
    "t = x + y; u = t.sum(axis=1, keepdims=True); x[:] = t / (abs(u) + 1)",
    "t = x[1:, 1:] - x[:-1, :-1]; u = t * t; x[1:, 1:] += u * 0.01",
    "t = x[1:-1, 2:] - x[1:-1, :-2]; u = x[2:, 1:-1] - x[:-2, 1:-1]; y[1:-1, 1:-1] = np.sqrt(t * t + u * u)",
    "t = x + y; kept = t",
    "t = x > y; total += t.sum(); kept = t",
    "t = x + y; total += np.std(t) + t.max(); kept = t",
    "t = x + y; total += t.argmax(); kept = t",
    "t = x + y; u = t.mean(axis=0); kept = t - u, t",
    "t = x + y; u = np.concatenate((t, x)); v = np.vstack([t, t]); kept = t, u, v",
    "t = x > y; u = x[t]; y[t] = 0; kept = t, u",
    "t = x.T + x.T; kept = t * 2",
    "t = x[0] + y[0]; kept = x + t",
    "a = (2 - y[0]) + x[:, :1] * 2; b = x[:, :1] * 2; c = b - a; x = a * 0.1 + c * x[:1]; y = c * 0.1 + a",
    "v = i - x[:, :1]; a = v * v; x = (a - v) * 0.25 + x * 0.01; y = a + y * 0.5",
    "for row in x: t = row * 2; u = t + y[0]; row[:] = u * 0.1",
    "t = x * 0.5; u = t @ y.T; kept = u",
    "t = x * 0.5; kept = np.add.outer(t[0], t[1])",
    "t = x * x[0]; u = t * t[1]; x[:] = u",
    "t = x[0] * x[1]; u = x * 0.5; x[:] = u + t",
)


class Box:
    """Something with attributes."""

    scale = 0.5
    value: Any = None

    def bent(self, x: Any) -> Any:
        """What is inlined, with an attribute."""
        return x * self.scale - 1


def helper(x: Any) -> Any:
    """What is inlined."""
    doubled = x * 2
    return doubled.sum() - 1


def change(x: Any) -> Any:
    """What is inlined, and changes an array."""
    x += 0.5
    return 1


def slope(x, v):
    pull = -x
    return pull - 0.1 * v


def twice(x):
    y = x + x
    return y


def ignore(x):
    return 2


def same(x):
    return x


def both(x, y):
    s = x + y
    return s * 0.5, s - y


def keyed(low, high, *, scale=0.5):
    return (high - low) * scale


def spread(*values):
    return values[0] * 0.1 - values[1]


def added(x, y):
    z = x * 0.5
    np.add(z, y, out=z)
    return z


def sorted_copy(x):
    z = x * 1
    z.sort()
    return z


def head(x):
    return x[1:3]


def summed(x):
    e = np.exp(-abs(x))
    return e / e.sum()


def branching(x, i):
    if i % 2:
        return x + 1
    return x * 0.5


def outer_call(x, i):
    t = x + 1
    return branching(t, i) - t


def failing(x, i):
    y = x + 1
    z = int("no" if i == 4 else "3")
    return y * z


def noted(x, seen):
    y = x + 1
    seen.append(len(y))
    return y * 0.5


def unknown(x):
    text = f"{x!r}"
    return len(text)


HELPERS = (
    unknown, helper, change, slope, twice, ignore, same, both, keyed, spread, added, sorted_copy, head,
    summed, branching, outer_call, failing, noted,
)  # fmt: skip


def program(statements: str) -> Any:
    """A loop of some statements."""
    body = "\n".join(line for part in statements.split("\n") for line in split(part))
    source = f"""
def f(x, y, rounds, rng, box, seen):
    total, kept, mixed = 0.0, None, [1, 2.5, 3]
    for i in range(rounds):
{textwrap.indent(body, " " * 8)}
    return total, kept, x, y
"""
    scope: dict[str, Any] = {"np": np, **{f.__name__: f for f in HELPERS}}
    exec(compile(source, f"<{statements}>", "exec"), scope)
    return scope["f"]


def split(line: str) -> list[str]:
    """Statements of a line, a line each, unless it begins a block."""
    return [line] if line.lstrip() != line or ":" in line.split(";")[0].split("[")[0] else line.split("; ")


def called(f: Any, arrays: tuple[np.ndarray, np.ndarray], rounds: int = 6) -> Any:
    base = arrays[0].base
    x, y = (
        (arrays[0].copy(), arrays[1].copy()) if base is None or base is not arrays[1].base else shared(arrays)
    )
    rng, box, seen = np.random.default_rng(3), Box(), []
    result = outcome(lambda: f(x, y, rounds, rng, box, seen))
    return copy.deepcopy((result, x, y, rng.random(), box.value, seen))


def shared(arrays: tuple[np.ndarray, np.ndarray]) -> list[np.ndarray]:
    """Copies that share memory as the arrays do."""
    base = np.array(arrays[0].base)
    at = arrays[0].base.__array_interface__["data"][0]  # type: ignore[union-attr]
    return [
        np.ndarray(a.shape, a.dtype, base.data, a.__array_interface__["data"][0] - at, a.strides)
        for a in arrays
    ]


@pytest.mark.parametrize("kind", ARRAYS)
@pytest.mark.parametrize("statements", STEPS + CARRIED + CALLED)
def test_steps_are_as_in_python(statements: str, kind: str) -> None:
    compare(program(statements), ARRAYS, ("quiet", kind, kind, "quiet", kind))


@pytest.mark.parametrize("kind", PLANES)
@pytest.mark.parametrize("statements", IN_PLANES)
def test_steps_of_planes_are_as_in_python(statements: str, kind: str) -> None:
    compare(program(statements), PLANES, ("quiet", kind, kind, "quiet", kind))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("statements", STEPS + CARRIED + CALLED)
def test_reports_that_raise(statements: str) -> None:
    with np.errstate(all="raise"):
        compare(program(statements), ARRAYS, ("quiet", "zeros", "special", "quiet", "bytes"))


def compare(plain: Any, arrays: dict[str, tuple[np.ndarray, np.ndarray]], kinds: tuple[str, ...]) -> None:
    fast = jit(plain)
    for kind in kinds:
        expected, got = (outcome(lambda g=g, k=kind: called(g, arrays[k])) for g in (plain, fast))
        assert differences(expected, got) == []


@pytest.mark.parametrize("count", [1, 3, 40])
@pytest.mark.parametrize(
    "between", ["u = unknown(y)", "y = y + unknown(i)", "print(i)", "total += added(y, y)[0]"]
)
def test_many_statements_that_are_left(between: str, count: int) -> None:
    plain = program("; ".join([f"x = x * 0.5 + y; t = x - y; {between}; y = y - t * 0.1"] * count))
    compare(plain, ARRAYS, ("quiet", "zeros", "quiet"))


def runge_kutta(x, rounds):
    for _ in range(rounds):
        k1 = 1.0 - x * x
        x2 = x + 0.05 * k1
        k2 = 1.0 - x2 * x2
        x = x + 0.05 * (k1 + k2)
    return x


def gradient(x, out, rounds):
    for _ in range(rounds):
        across = x[1:-1, 2:] - x[1:-1, :-2]
        along = x[2:, 1:-1] - x[:-2, 1:-1]
        size = across * across + along * along
        out[1:-1, 1:-1] = np.sqrt(size)


def stepped(x, v, rounds):
    for _ in range(rounds):
        half = v + 0.05 * slope(x, v)
        x, v = x + 0.1 * half, v + 0.1 * slope(x + 0.05 * v, half)
    return x, v


def leapfrog(x, v, rounds):
    for _ in range(rounds):
        pull = -x
        v = v + 0.05 * pull
        x = x + 0.05 * v
    return x, v


@pytest.mark.parametrize(
    ("f", "arguments", "kernels"),
    [
        (runge_kutta, (LINE, 5), 2),
        (gradient, (LINE.reshape(8, 5), np.zeros((8, 5)), 5), 1),
        (leapfrog, (LINE, LINE, 5), 2),
        (stepped, (LINE, LINE, 5), 2),
    ],
    ids=["runge_kutta", "gradient", "leapfrog", "stepped"],
)
def test_a_round_is_one_kernel(f: Any, arguments: tuple[Any, ...], kernels: int) -> None:
    """The first round is written out where a local becomes the nest's own."""
    fast = jit(f)
    for _ in range(4):
        fast(*arguments)
    assert whole_calls(fast) > 0
    plan = fast._slipstream.entries[0].plan
    assert plan.count("host.sweep") + plan.count("host.write") == kernels
