"""Loops of random programs: nests over ranges and arrays with scalars, elements, branches and ends.

Every nest ends: trip counts are bounded where it is written, a `while` counts first of all, and
no accumulator is multiplied by one, so that Python's integers grow by few digits a step.
"""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

from .loop_containers import CONTAINERS
from .loop_steps import in_steps
from .loop_words import (
    ACCUMULATORS,
    ALONG,
    BITS,
    CALLED,
    CALLS,
    COMPLEX_CALLS,
    COMPLEX_NUMBERS,
    COMPLEX_OPERATORS,
    COMPLEX_STARTS,
    COMPLEX_UFUNCS,
    MADE,
    NUMBERS,
    OPERATORS,
    SHAPES,
    SLICES,
    STARTS,
    TESTS,
    TOTALS,
    UFUNCS,
    VECTORS,
)


class Loops:
    """What `Program` writes nests with."""

    rng: Random
    env: dict[str, Any]
    vectors: tuple[str, ...]
    args: list[str]
    locals: list[str]
    lists: bool
    container: str
    objects: bool
    complex = False

    def loop(self) -> str:
        """A whole nest, the accumulators before it."""
        self.complex = self.rng.random() < 0.25
        used = ACCUMULATORS[: self.rng.choice((1, 2, 3))]
        self.scope: list[str] = [*used]
        lines = [f"{name} = {self._of(STARTS, COMPLEX_STARTS)}" for name in used]
        # Python's own ints would be squared, round by round.
        self.vectors = VECTORS if self._rank(self._array()) and self.rng.random() < 0.6 else ()
        lines += [f"{name} = {self._vector(1)}{self._of(('',), (' * 1j', ' + 2j'))}" for name in self.vectors]
        self.objects = self.rng.random() < 0.3
        made = [
            f"xd = {{'k': {self._plain()}}}",
            f"xg = lambda v, w={self._plain()}: v * w + {self._plain()}",
        ]
        before, behind = (["xo = Tally()", *made], [self._of_object()]) if self.objects else ([], [])
        lines += before
        self.container = self.rng.choice(("", "", *CONTAINERS))
        if self.container:
            lines.append(f"xr = {self._from(self.rng.choice(CONTAINERS[self.container][0]))}")
        self.lists = self.rng.random() < 0.35
        if not self.lists:
            return "\n".join([*lines, *self.nest(0), *behind])
        start = self.rng.choice(("[]", "[]", "[0]", "[0.5] * 3", "[1, 2, 3]", "[k for k in range(3)]"))
        of_list = self.rng.choice(("xs = np.array(xl) if xl else xs", "xs = len(xl)", "xs = sum(xl)"))
        return "\n".join([*lines, f"xl = {self._from(start)}", *self.nest(0), of_list, *behind])

    def _from(self, start: str) -> str:
        """A container that the function makes, or that it gets from where nobody can look."""
        return start if self.rng.random() < 0.5 else f"eval({start!r})"

    def _of_object(self) -> str:
        """A look at what has been set."""
        name = self.rng.choice(self.scope)
        return self.rng.choice((f"{name} = xo.s", f"{name} = xo.n", f"{name} = xo.twice, xo.n, xo.v"))

    def _change_of_object(self) -> str:
        """A statement that sets an attribute, or calls a method or a function made here."""
        name = self.rng.choice([n for n in self.scope if n in ACCUMULATORS])
        a = self.rng.choice(self.vectors) if self.vectors else self._array()
        x = self._value(1)
        forms = (
            f"xo.s += {x}",
            "xo.n += 1",
            f"xo.s = {name}",
            f"xo.n, xo.s = xo.n - 1, {x}",
            f"{name} = xo.s * Tally.rate",
            f"{name} += xo.add({x})",
            f"xo.add({self._plain()})",
            f"{name} -= xo.twice",
            f"xo.v = {a} * {self._plain()}",
            f"xo.v = {a}",
            f"xo.v = {x}, xo.n",
            f"if xo.n > {self._counter()}: xo.s = 0",
            f"{name} += xd['k']",
            f"{name} += xg({x})",
            f"{name} = xg({self._plain()}, {x})",
        )
        return self.rng.choice(forms)

    def _of(self, real: tuple[str, ...], complex_: tuple[str, ...]) -> str:
        return self.rng.choice(complex_ if self.complex else real)

    def contents(self) -> list[tuple[str, Any, Any]]:
        """All values with what arrays hold: a nest that raises has changed some of them."""
        return [(n, v, v.copy() if isinstance(v, np.ndarray) else None) for n, v in self.env.items()]

    def restore(self, contents: list[tuple[str, Any, Any]] | None) -> None:
        """As it was, with the same arrays, which may share memory."""
        if contents is None:
            return
        for name in set(self.env).difference(name for name, *_ in contents):
            del self.env[name]
        for name, value, kept in contents:
            self.env[name] = value
            if kept is not None and value.flags.writeable and value.shape == kept.shape:
                value[...] = kept

    def nest(self, depth: int) -> list[str]:
        """A loop with its body; its variables are known in the body alone."""
        before, (head, names) = self.scope, self._head(depth)
        self.scope = [*before, *names]
        body = self._body(depth)
        self.scope = before
        lines = [*head[:-1], head[-1], *self._indented([*self._count(head, depth), *body])]
        if self.rng.random() < 0.1:
            lines += ["else:", *self._indented([self._change()])]
        return lines

    @staticmethod
    def _indented(lines: list[str]) -> list[str]:
        return [f"    {line}" for line in lines]

    @staticmethod
    def _count(head: list[str], depth: int) -> list[str]:
        return [f"{'ijk'[depth]} += 1"] if head[-1].startswith("while") else []

    # Heads ----------------------------------------------------------------

    def _head(self, depth: int) -> tuple[list[str], list[str]]:
        """Lines up to the colon, and the variables it binds."""
        i, v, w = "ijk"[depth], f"v{depth}", f"w{depth}"
        n, a, b = self._bound(depth), self._array(), self._array()
        heads = (
            (f"for {i} in range({n}):", (i,)),
            (f"for {i} in range({n}):", (i,)),
            (f"for {i} in range(1, {n}):", (i,)),
            (f"for {i} in range({n} - 1, -1, -1):", (i,)),
            (f"for {i} in range(0, {n}, 2):", (i,)),
            (f"for {i} in reversed(range({n})):", (i,)),
            (f"for {v} in {a}[:4]:", (v,)),
            (f"for {v} in reversed({a}[:3]):", (v,)),
            (f"for {i}, {v} in enumerate({a}[:4]):", (i, v)),
            (f"for {i}, {v} in enumerate({a}[1:4], 1):", (i, v)),
            (f"for {v}, {w} in zip({a}[:4], {b}[:3]):", (v, w)),
            (f"for {v} in (1, 2.5, True):", (v,)),
            (f"for {v} in (1, 2, -3):", (v,)),
            (f"for {v}, {w} in ((1, 0.5), (-1, 2.0)):", (v, w)),
            (f"for {i}, ({v}, {w}) in enumerate(((0, 1), (1, 3))):", (i, v, w)),
            (f"for {v} in ({a}, {b}):", (v,)),
            (f"for {v} in reversed(({a}, {b}, 1.5)):", (v,)),
            (f"for {i}, {v} in enumerate(({a}[:3], {b})):", (i, v)),
            (f"for {v}, {w} in zip(({a}, {b}), reversed({a}[:2])):", (v, w)),
            (f"for {v} in {a}[:4].flat:", (v,)),
            (f"for {i}, {v} in enumerate({a}[::-2].flat):", (i, v)),
            (f"for ({i}, *_), {v} in np.ndenumerate({a}[:3]):", (i, v)),
            (f"for w9, {v} in np.ndenumerate({a}[-3:]):", (v,)),
            (f"for {i}, {v} in np.ndindex({n}, 3):", (i, v)),
            (f"for {i}, {v} in itertools.product(range({n}), repeat=2):", (i, v)),
            (f"for {v}, {i} in itertools.product((0.5, -2.0), range(1, {n})):", (v, i)),
            (f"for {i}, {v} in itertools.combinations(range({n}), 2):", (i, v)),
            (
                f"for {v}, ({i}, {w}) in enumerate(itertools.combinations_with_replacement((2, 1), 2)):",
                (v, i, w),
            ),
            (f"for {v} in {a}.ravel()[:4].tolist():", (v,)),
            (f"for {v} in sorted(({n}, 2, 1)):", (v,)),
            (f"{i} = 0\nwhile {i} < {n}:", (i,)),
            (f"{i} = 0\nwhile {i} < 5 and {self._test()}:", (i,)),
            (f"{i} = 0\nwhile {i} < {n} and not {self._test()}:", (i,)),
        )
        head, names = self.rng.choice(heads)
        return head.split("\n"), [*names]

    def _bound(self, depth: int) -> str:
        a = self._array()
        counters = [n for n in self.scope if n in ("i", "j")]
        forms = [f"min(len({a}), 4)", "3", "4"] + [f"{c} + 1" for c in counters[:1]]
        if depth == 0 and self._rank(a) and len(self.env[a]) < 9:
            forms += [f"len({a})", f"{a}.shape[0]"]
        return self.rng.choice(forms)

    def _rank(self, name: str) -> int:
        value = self.env.get(name)
        return value.ndim if isinstance(value, np.ndarray) else 0

    def _array(self) -> str:
        """An array with axes, if there is one."""
        known = [n for n in self.args + self.locals if self._rank(n)]
        return self.rng.choice(known or self.args)

    # Bodies ---------------------------------------------------------------

    def _body(self, depth: int) -> list[str]:
        lines = []
        for _ in range(self.rng.choice((1, 2, 2, 3))):
            lines += self._statement(depth)
        return lines

    def _statement(self, depth: int) -> list[str]:
        p = self.rng.random()
        if depth < 2 and p < 0.22:
            return self.nest(depth + 1)
        if p < 0.42:
            return self._branch()
        if self.objects and 0.8 < p < 0.9:
            return [self._change_of_object()]
        if self.lists and p < 0.6:
            return [self._change_of_list()]
        if self.container and p < 0.75:
            return [self._change_of_container()]
        if self.vectors and p < 0.8:
            return [self._change_of_arrays() if self.rng.random() < 0.6 else self._choice()]
        if p > 0.93:
            return [self._change_by_generator()]
        return [self._change()]

    def _branch(self) -> list[str]:
        lines = [
            f"if {self._test()}:",
            f"    {self.rng.choice(('break', 'continue', *[self._change()] * 4))}",
        ]
        if self.rng.random() < 0.3:
            lines += [f"elif {self._test()}:", f"    {self._change()}"]
        if self.rng.random() < 0.4:
            lines += ["else:", f"    {self._change()}"]
        return lines

    def _change(self) -> str:
        """A statement with an effect: an accumulator, an element, a row."""
        name = self.rng.choice([n for n in self.scope if n in ACCUMULATORS])
        a, place = self._element()
        value = self._value(2)
        forms = (
            f"{name} = {value}",
            f"{name} += {value}",
            f"{name} -= {self._value(1)}",
            f"{name} = {name} {self._of(OPERATORS, COMPLEX_OPERATORS)} {self._plain()}",
            f"{a}[{place}] = {value}",
            f"{a}[{place}] += {self._value(1)}",
            f"{a}[{place}] *= {self._plain()}",
            f"{a}[{place}] = {a}[{self._element()[1]}]",
            f"{a}[1:] = {a}[:-1]",
            f"{a}[{self._counter()}:] -= {self._plain()}",
            f"{name} += {a}[:{self._counter()}].sum()",
            f"{a}[{place}], {name} = {name}, {a}[{place}]",
            *self._helpers(name),
        )
        return self.rng.choice(forms)

    def _change_by_generator(self) -> str:
        """A statement that goes through a generator expression, which may share variables."""
        i, name, x = (
            self._counter(),
            self.rng.choice([n for n in self.scope if n in ACCUMULATORS]),
            self._plain(),
        )
        a = self.rng.choice(self.vectors) if self.vectors else "range(4)"
        item = self.rng.choice(
            ("v6", "v6 * v6", f"v6 * {i}", f"v6 - {x}", f"abs(v6) + {i}", f"{x} / (v6 + 1)")
        )
        source = self.rng.choice((f"for v6 in range({i} + 2)", f"for v6 in {a}[:3]", f"for v6 in {a}[{i}:]"))
        source += self.rng.choice(("", "", f" if v6 > {x}", f" if v6 != {i}"))
        forms = (
            f"{name} += sum({item} {source})",
            f"{name} = {name} - sum({item} {source})",
            f"{name} += max({item} {source})",
            f"{name} -= min({item} {source})",
            f"if any({item} > {x} {source}): {name} += 1",
            f"if all({item} <= {x} {source}): {name} = {x}",
            f"{name} += len(list({item} {source}))",
            f"{name} += sum(map(abs, {a}))" if a != "range(4)" else f"{name} += max({a})",
            f"{name} += sum(map(lambda v6: {item}, range({i} + 2)))",
            f"{name} += len(list(filter(lambda v6: v6 > {x}, range({i} + 2))))",
            f"{name} += min(range({i} + 2), key=lambda v6: {item})",
            f"{name} += max(range({i} + 1), key=lambda v6: (v6 - {i}) * {x})",
            f"{name} += sum(range({i} + 2)) - max(range({i} + 3))",
            f"{name} += round(float({x}), {i}) + round({i} * 7, -1)",
        )
        return self.rng.choice(forms)

    def _helpers(self, name: str) -> list[str]:
        """Calls of functions that store, and go on."""
        a, b, i = self._array(), self._array(), self._counter()
        parts = (a, a, f"{a}[1:]", f"{a}[::-1]", f"{a}[{i}]", *self.vectors)
        return [
            f"stir({self.rng.choice(parts)}, {self._plain()})",
            f"{name} += stir({a}, {self._plain()})",
            f"mix({self.rng.choice(parts)}, {b}, {i})",
            f"{name} -= trade({self.rng.choice(parts)}, {b}, {self._place()})",
            f"{name} += climb({self.rng.choice(parts)}, {i}, {self._plain()})",
            f"{name} -= sink({self.rng.choice(parts)}, {i}, {self._counter()} + 2)",
            f"{name} = {name} * halves({self.rng.choice(parts)})",
        ]

    def _change_of_list(self) -> str:
        """A statement on the list."""
        i, name = self._counter(), self.rng.choice([n for n in self.scope if n in ACCUMULATORS])
        forms = (
            f"xl.append({i})",
            f"xl.append({i} * 2 + 1)",
            f"xl.append(float({self._value(1)}))",
            f"xl.append({self._value(1)})",
            f"if xl: {name} += xl[-1]",
            f"if xl: {name} = xl.pop()",
            f"if {i} < len(xl): xl[{i}] = xl[0]",
            f"if {i} < len(xl): xl[{i}] += 1",
            f"xl += [{i}, 7]",
            f"{name} += len(xl)",
            f"xl = [k * {i} for k in range(4) if k != {i}]",
            f"xl = xl + [{i}]",
            f"xl = [{self._plain()}] * ({i} + 1)",
            f"for v9 in xl[:2]: {name} += v9",
            f"for v9 in xl: {name} += v9",
            f"xw = np.array([{i}, {self._plain()}])",
            f"xl.insert({i} - 1, {i})",
            f"if len(xl) > 1: {name} += xl.pop({i} - 1)",
            "xl.sort()",
            "xl.sort(reverse=True)",
            "xl.reverse()",
            f"xl = xl[{i}:] + xl[:{i}]",
            "xl = xl[::-1]",
            f"xl = sorted(xl)[:{i} + 3]",
            f"if {i} in xl: {name} += xl.index({i})",
            f"{name} += xl.count({i}) + ({self._plain()} not in xl)",
            f"xl = list(range({i}, -2, -1))",
            f"if xl: {name} = min(xl) + max(xl) + sum(xl)",
        )
        return self.rng.choice(forms)

    def _change_of_container(self) -> str:
        """A statement on the container."""
        name = self.rng.choice([n for n in self.scope if n in ACCUMULATORS])
        form = self.rng.choice(CONTAINERS[self.container][1])
        array = self.rng.choice(self.vectors) if self.vectors else self._array()
        return form.format(name, self._counter(), self._plain(), self.rng.choice("0123"), array)

    def _change_of_arrays(self) -> str:
        """A statement on slices and rows."""
        target, x, y = self.rng.choice(self.vectors), self._vector(2), self._slice()
        name = self.rng.choice([n for n in self.scope if n in ACCUMULATORS])
        forms = (
            f"{self._slice()} = {x}",
            f"{self._slice()} = {x}",
            f"{self._slice()} {self.rng.choice('+-*/')}= {x}",
            f"{self._slice()} += {self._plain()}",
            f"{target} = {x}",
            f"{target} = {y}",
            f"{target} = {self.rng.choice(self.vectors)}",
            f"{target} {self.rng.choice('+-*')}= {x}",
            f"{self._slice()} = {self._slice()} = {x}",
            f"{target} = {self._slice()} = {x}",
            f"{target} = {y} @ {self._slice()}",
            f"{target} = np.{self.rng.choice(('add', 'multiply', 'minimum'))}.outer({y}, {self._slice()})",
            f"{self._slice()}, {self._slice()} = {x}, {y}",
            f"{target}[{self._place()}] = {self._value(1)}",
            f"{name} += np.dot({y}, {self._slice()})",
            f"{name} = {name} + {y} @ {self._slice()}",
            f"{name} += np.sum({x})",
            f"{name} -= {y}.sum()",
            f"{name} += {target}[{self._place()}]",
            f"for v9 in {y}: {target}[0] += v9",
            f"{name} += {y}.{self.rng.choice(TOTALS)}()",
            f"{name} = np.{self.rng.choice(TOTALS)}({x}) - {name}",
            f"{target} = {self.rng.choice(ALONG).format(y)}",
            f"{self._slice()} -= {self.rng.choice(ALONG).format(x)}",
            f"{target} = {self.rng.choice(MADE).format(y, self._plain())}",
            f"v8, v9 = {y}[:2]; {name} += v8",
            f"v7 = {self._plain()}, {y}; {name} += v7[0]",
            *(in_steps(self, target, name) for _ in range(4)),
        )
        return self.rng.choice(forms)

    def _choice(self) -> str:
        """A statement on what a mask or an array of places chooses, or a function of NumPy's gives."""
        target, a, i = self.rng.choice(self.vectors), self._whole(), self._counter()
        mask = f"{a} {self.rng.choice(TESTS)} {self._plain()}"
        name, v = self.rng.choice([n for n in self.scope if n in ACCUMULATORS]), self._plain()
        forms = (
            f"{target} = {a}[{mask}]",
            f"{target} = {a}[{mask}]",
            f"{a}[{mask}] = {self._value(1)}",
            f"{a}[{mask}] {self.rng.choice('+-*')}= {v}",
            f"{a}[{mask}] = {a}[{mask}] * {v}",
            f"v8 = {mask}; {target} = {a}[~v8]; {target}[{v} < {target}] = {v}",
            f"v8 = {mask}; np.logical_not(v8, v8); {name} += v8.sum()",
            f"{name} += np.count_nonzero({mask})",
            f"{name} += {a}[{mask}].{self.rng.choice(('sum', 'max', 'mean', 'any'))}()",
            f"if ({mask}).{self.rng.choice(('any', 'all'))}(): {name} = {v}",
            f"{target} = np.where({mask}, {a}, {v})",
            f"{target} = np.where({mask}, {v}, 0.5)",
            f"{target} = np.where({a}, {a}, {self._whole()})",
            f"{target} = {a}[[0, {i}]]",
            f"v8 = np.arange({i} + 1); {a}[v8] += {v}; {target} = {a}[v8]",
            f"v8 = np.array([0, {i}, 0]); {a}[v8] = {v}; {a}[v8] -= 1",
            f"v8 = np.array([0, {i}, 0]); {a}[v8] = {a}[v8][::-1]",
            f"v8 = np.array([0, -1]); {target} = {a}[v8, v8]",
            f"np.{self.rng.choice(('add', 'subtract', 'multiply'))}({target}, {v}, out={target})",
            f"np.maximum({target}, {a}, {target})",
            f"v8, v9 = np.unique({a}, return_counts=True); {name} += v9[0]",
            f"{target}.sort()",
            f"{self._slice()}.sort()",
            f"{target}.fill({v})",
            f"np.add.at({a}, np.array([0, {i}, 0]), {v})",
            f"np.copyto({target}, {v})",
            f"np.copyto({a}, {self._slice()})",
            f"np.fill_diagonal({a}, {v})",
            f"np.put({target}, [0, {i}], {v})",
            f"{name} += {self.rng.choice(SHAPES).format(self._vector(2))}",
            f"{self._vector(2)}",
            *(f"{target} = {self.rng.choice(CALLED).format(self._slice(), v)}" for _ in range(6)),
            *(f"{self._slice()} = {self.rng.choice(CALLED).format(a, v)}" for _ in range(3)),
        )
        return self.rng.choice(forms)

    def _whole(self) -> str:
        return self.rng.choice((self._array(), self._array(), *self.vectors))

    def _slice(self) -> str:
        """A part of an array, or all of it."""
        a = self.rng.choice((self._array(), self._array(), *self.vectors))
        return f"{a}[{self.rng.choice(SLICES).format(self._counter())}]" if self.rng.random() < 0.85 else a

    def _vector(self, depth: int) -> str:
        p = self.rng.random()
        if depth == 0 or p < 0.3:
            array = self._array()
            return f"{array}[{self.rng.choice(SLICES).format(self._counter())}]" if p < 0.7 else array
        if p < 0.5:
            return self._of(UFUNCS, COMPLEX_UFUNCS).format(self._vector(depth - 1), self._plain())
        other = self._plain() if p < 0.7 else self._vector(depth - 1)
        return f"({self._vector(depth - 1)} {self.rng.choice('+-*/+-*')} {other})"

    def _element(self) -> tuple[str, str]:
        """An array with the place of an element, or of a row."""
        a = self._array()
        rank = min(self._rank(a), 2)
        return a, ", ".join(self._place() for _ in range(rank if self.rng.random() < 0.9 else 1)) or "0"

    def _place(self) -> str:
        i = self._counter()
        return self.rng.choice((i, i, i, "0", "-1", f"{i} - 1", f"-{i}", f"{i} // 2", f"{i} + 1"))

    def _counter(self) -> str:
        return self.rng.choice([n for n in self.scope if n in "ijk"] or ["1"])

    # Values ---------------------------------------------------------------

    def _plain(self) -> str:
        """What is no accumulator."""
        a, place = self._element()
        others = [n for n in self.scope if n not in ACCUMULATORS]
        return self.rng.choice(
            (*others * 2, self._of(NUMBERS, COMPLEX_NUMBERS), f"{a}[{place}]", f"{a}[{place}]")
        )

    def _value(self, depth: int) -> str:
        p = self.rng.random()
        if depth == 0 or p < 0.25:
            return self._plain() if self.rng.random() < 0.6 else self.rng.choice(self.scope)
        if p < 0.4:
            return self._of(CALLS, COMPLEX_CALLS).format(self._value(depth - 1), self._plain())
        if p < 0.45:
            return f"({self._counter()} {self.rng.choice(BITS)} {self._counter()})"
        return f"({self._value(depth - 1)} {self._of(OPERATORS, COMPLEX_OPERATORS)} {self._plain()})"

    def _test(self) -> str:
        test = f"{self._value(1)} {self.rng.choice(TESTS)} {self._plain()}"
        if self.complex:
            test = self.rng.choice((f"{self._value(1)} != {self._plain()}", f"abs({self._value(1)}) < 3"))
        return self.rng.choice(
            (test, test, test, f"not {self._plain()}", f"({test} or {self._counter()} == 2)")
        )
