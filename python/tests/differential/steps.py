"""Random loops whose statements are steps of one another: locals that hold parts of what is stored at last,
helpers, branches, over arrays of one shape, of shapes that are repeated, in both orders, or of one memory."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np


def half(v: Any, w: Any) -> Any:
    return v * 0.5 - w


def bent(v: Any) -> Any:
    t = v * v
    u = t - v
    return u * 0.25 + t * 0.01


def both(v: Any, w: Any, k: float = 0.5) -> Any:
    s = v + w
    return s * k, v - s


def scaled(v: Any) -> Any:
    return np.sqrt(abs(v)) / (1.0 + v.max()) if v.size else v


def nested(v: Any, w: Any) -> Any:
    a = half(v, w)
    b = bent(a)
    return a - b * 0.1


HELPERS = {f.__name__: f for f in (half, bent, both, scaled, nested)}
UFUNCS = ("np.sqrt", "abs", "np.exp", "np.tanh", "-", "np.sin", "np.square")
KINDS = ("vectors", "planes", "orders", "one memory", "strided", "repeated")


class Steps:
    """A program: its text, and arrays for it."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.names = ["x", "y", "z"]
        lines = [line for _ in range(self.rng.choice((2, 3, 5, 8, 12))) for line in self._statement(1)]
        begin = "\n".join(f"    t{k} = x * 0" for k in range(5))
        body = "\n".join(f"        {line}" for line in lines)
        end = "    return x, y, z, s, c, kept, t0, t1, t2, t3, t4\n"
        head = "def f(x, y, z, n, seen):\n    s, c, kept = 0.0, 0.75, None\n"
        self.text = f"{head}{begin}\n    for i in range(n):\n{body}\n{end}"
        self.kind = self.rng.choice(KINDS)
        self.state = self.rng.choice((None, None, None, "raise", "ignore"))

    def function(self) -> Any:
        scope: dict[str, Any] = {"np": np, **HELPERS}
        exec(compile(self.text, "<steps>", "exec"), scope)
        return scope["f"]

    def arrays(self, seed: int) -> list[np.ndarray]:
        rng = Random(seed)
        n, m = rng.choice((0, 1, 2, 5, 17, 300)), rng.choice((1, 3, 8))
        numbers, dtype = np.random.default_rng(seed), rng.choice(("f8", "f8", "f8", "f4", "i8", "i4", "u1"))

        def one(*shape: int) -> np.ndarray:
            a = numbers.random(shape) * 6 - 3
            if a.size and rng.random() < 0.25:
                a.flat[rng.randrange(a.size)] = rng.choice((np.nan, np.inf, 0.0, -0.0, 1e308))
            with np.errstate(all="ignore"):
                return a.astype(dtype if rng.random() < 0.8 else "f8")

        base = one(2 * n + 4)
        return {
            "vectors": lambda: [one(n), one(n), one(n)],
            "planes": lambda: [one(m, n), one(m, n), one(m, n)],
            "orders": lambda: [np.asfortranarray(one(m, n)), one(m, n), one(n, m).T],
            "one memory": lambda: [base[:n], base[2 : n + 2], base[::2][:n]],
            "strided": lambda: [one(n), one(n)[::-1], one(2 * n)[::2]],
            "repeated": lambda: [one(m, n), one(n), one(m, 1)],
        }[self.kind]()

    def _value(self, depth: int = 2) -> str:
        rng, p = self.rng, self.rng.random()
        if depth == 0 or p < 0.2:
            return rng.choice((*self.names * 3, "0.5", "2", "c", "i"))
        a, b = self._value(depth - 1), self._value(depth - 1)
        if p < 0.65:
            return f"({a} {rng.choice('++--**/')} {b})"
        if p < 0.75:
            return f"{rng.choice(UFUNCS)}({a})"
        calls = (f"np.where({a} > {b}, {b}, {a})", f"np.maximum({a}, {b})", f"half({a}, {b})", f"bent({a})")
        return rng.choice((*calls, *calls, f"nested({a}, {b})"))

    def _local(self) -> str:
        name = f"t{self.rng.randrange(5)}"
        if name not in self.names:
            self.names.append(name)
        return name

    def _statement(self, depth: int) -> list[str]:
        rng, one = self.rng, self.rng.choice(self.names)
        p = rng.random()
        if p < 0.42:
            value = self._value(rng.choice((1, 2, 2, 3)))
            return [f"{self._local()} = {value}"]
        if p < 0.93 or not depth:
            pair, value = f"both({self._value(1)}, {self._value(1)})", self._value()
            forms = (
                *(f"{rng.choice('xyz')} = {value}",) * 3,
                *(f"{rng.choice('xyz')}[...] = {value}",) * 2,
                f"{one} {rng.choice('+-*')}= {self._value(1)}",
                f"x[1:] = {one}[:-1]",
                f"s += {one}.sum()",
                f"s += np.sum({value})",
                f"{self._local()}, {self._local()} = {pair}",
                f"kept = {one}",
                f"s += len({value})",
                f"z = scaled({value})",
                "seen.append(s)",
                "c = c * 0.5",
            )
            return [rng.choice(forms)]
        lines = [f"if i % {rng.choice((2, 3))} == 0:", *(f"    {line}" for line in self._statement(0))]
        return [*lines, "else:", *(f"    {line}" for line in self._statement(0))] if p < 0.97 else lines
