"""Functions, classes, generators and everything else; each case runs as written and spliced.

A case takes no arguments. What it returns, prints, warns and raises is compared.
The odd style is the point: it makes the compiler emit every kind of instruction.
"""
# ruff: noqa
# fmt: off

import asyncio
import contextlib
import sys
import warnings

from _splicing_corpus import Manager

flag = 3


def case_comprehensions():
    n = 3
    squares = [i * i for i in range(n) if i != 1]
    table = {k: v for k, v in zip("abc", squares)}
    pairs = [(i, j) for i in range(n) for j in range(i)]
    odd = {i % 2 for i in squares}
    i = "kept"
    inner = [[i + j for j in range(2)] for i in range(2)]
    return squares, table, pairs, sorted(odd), i, inner, [lambda: x for x in range(2)][0]()


def case_comprehension_raises():
    x = 5
    try:
        [1 // x for x in (1, 0)]
    except ZeroDivisionError:
        pass
    return x


def case_class_in_comprehension():
    return [type(f"T{k}", (), {"k": k}).k for k in range(3)]


def case_closure_cells():
    total = 0
    names = []

    def add(x, *, times=1):
        nonlocal total
        for _ in range(times):
            total += x
            names.append(f"{x}:{total}")
        return total

    add(2)
    add(3, times=2)
    return total, names


def case_cell_argument():
    def outer(a, b=2, *args, c=3, **kw):
        def inner():
            return a, b, args, c, sorted(kw)
        a += 1
        c = c * b
        return inner()
    return outer(1), outer(1, 5, 6, 7, c=8, z=9, y=1)


def case_unbound_cell():
    def f(go):
        def g():
            return x
        if go:
            x = 1
        return g()
    try:
        return f(True), f(False)
    except NameError as e:
        return str(e)


def case_arguments():
    def f(a, /, b, *rest, c, d=4, **more):
        return a, b, rest, c, d, more
    extra = {"e": 5, "c": 3}
    return f(1, 2, c=3), f(*(1, 2, 9), **extra), f(1, *[2, 3], c=0, d=7, **{"z": 1})


def case_keyword_calls():
    return sorted([3, 1, 2], key=lambda v: -v, reverse=False), "{a}{b}".format(a=1, b=2), dict(x=1, y=2)


def case_method_calls():
    text = " a,b ".strip().split(",")
    text.append("c")
    return "-".join(text).upper(), text[-1], text[::-1], text[0:2]


def case_subscripts():
    xs = list(range(6))
    xs[1:3] = [9]
    xs[0], xs[-1] = xs[-1], xs[0]
    del xs[2]
    xs[0] += 4
    d = {"k": [1]}
    d["k"][0] -= 1
    d.setdefault("n", []).append(xs[1:][0])
    return xs, d


def case_fstrings():
    v, w = 3.14159, "x"
    return f"{v:.2f} {w!r:>6} {v!s} {{}} {w}{w=} {v:{len(w) + 5}.3f}", f"plain", f"{w!a}"


def case_unpacking():
    a, (b, *c), d = 1, (2, 3, 4), "d"
    *e, f = "xyz"
    x = y = [a, *c, *e]
    x, y = y, x
    return a, b, c, d, e, f, x is y, {**{"a": 1}, "b": 2}, {*c, 9}, (*e, f)


def case_del_and_unbound():
    x = 1
    del x
    out = []
    try:
        x
    except UnboundLocalError as e:
        out.append(str(e))
    x = 2
    for i in []:
        z = i
    try:
        out.append(z)
    except UnboundLocalError as e:
        out.append(str(e))
    return out, x


def case_conditionally_bound():
    out = []
    for k in range(3):
        if k == 1:
            late = k
        try:
            out.append(late)
        except NameError:
            out.append(None)
        if k == 1:
            del late
    return out


def case_locals_function():
    a, b = 1, [2]

    def g():
        return b
    before = dict(locals())
    for c in range(2):
        d = c + a
    after = dict(locals())
    return sorted(before), sorted(after), after["d"], g()


def case_frame_locals():
    def caller():
        frame = sys._getframe(1)
        return frame.f_lineno - frame.f_code.co_firstlineno, sorted(frame.f_locals)
    u = 1
    first = caller()
    v = u + 1
    return first, caller(), v


def case_generator():
    def gen(n):
        total = 0
        for i in range(n):
            got = yield total
            if got is not None:
                total += got
            total += i
        return "done", total
    g = gen(4)
    out = [next(g), g.send(10), next(g), g.send(5)]
    try:
        next(g)
    except StopIteration as e:
        out.append(e.value)
    return out


def case_yield_from():
    def inner():
        x = yield 1
        try:
            yield x
        except ValueError as e:
            yield str(e)
        return "inner"

    def outer():
        r = yield from inner()
        yield r
    g = outer()
    return [next(g), g.send("sent"), g.throw(ValueError("thrown")), next(g)]


def case_generator_close():
    log = []

    def gen():
        try:
            while True:
                with Manager(log):
                    yield len(log)
        finally:
            log.append("closed")
    g = gen()
    a = next(g), next(g)
    g.close()
    return a, log


def case_generator_raises():
    def gen():
        yield 1
        raise StopIteration
    try:
        return list(gen())
    except RuntimeError as e:
        return repr(e), repr(e.__cause__)


def case_async():
    log = []

    class Source:
        def __init__(self):
            self.n = 0

        def __aiter__(self):
            return self

        async def __anext__(self):
            await asyncio.sleep(0)
            self.n += 1
            if self.n > 3:
                raise StopAsyncIteration
            return self.n

        async def __aenter__(self):
            log.append("in")
            return self

        async def __aexit__(self, *exc):
            log.append("out")

    async def numbers():
        for i in range(3):
            yield i * 10
            await asyncio.sleep(0)

    async def main():
        total = 0
        async with Source() as source:
            async for x in source:
                total += x
        got = [y async for y in numbers() if y]
        more = [await asyncio.sleep(0, k) for k in range(2)]
        return total, got, more
    return asyncio.run(main()), log


def case_match():
    def f(x):
        match x:
            case 0 | 1:
                return "small"
            case [a, b, *rest] if a == b:
                return a, rest
            case {"k": v, **others}:
                return v, others
            case str() as s:
                return s.upper()
            case complex(real=r, imag=0.0):
                return r
            case (1, (2, y)):
                return y
            case _:
                return None
    return [f(v) for v in (0, 1, [2, 2, 3], [2, 3], {"k": 1, "z": 2}, "s", 3 + 0j, (1, (2, 9)), 4.5)]


def case_walrus():
    data = [1, 2, 3]
    if (n := len(data)) > 2:
        data.append(n)
    while (x := data.pop()) > 1:
        n += x
    return n, x, [y := k, y ** 2] if (k := 3) else None


def case_class_body():
    class Base:
        limit = 2
        table = {i: i * limit for i in range(0)} if limit > 5 else {}

        def __init__(self, x):
            self.x = x

        def twice(self):
            return self.x * self.limit

        @property
        def half(self):
            return self.x / 2

        @staticmethod
        def s(y=limit):
            return y

    class Derived(Base):
        __slots__ = ()

        def __init__(self, x):
            super().__init__(x + 1)

        def twice(self):
            return super().twice() + super(Derived, self).s()
    d = Derived(4)
    d.x += 1
    return d.twice(), d.half, Derived.s(7), sorted(vars(d))


def case_globals():
    global flag, other
    old = flag
    flag += 1
    other = flag * 2
    r = other, flag
    flag = old
    del other
    return r, "other" in globals()


def case_assert_and_raise():
    out = []
    for k in range(3):
        try:
            assert k != 1, f"k was {k}"
            if k == 2:
                raise KeyError("two") from None
            out.append(k)
        except (AssertionError, KeyError) as e:
            out.append(repr(e))
    return out


def case_uncaught_in_expression():
    values = [1, 2, {"a": None}]
    return values[2]["a"].missing + values[0]


def case_uncaught_in_call():
    def deep(x):
        return (x
                + int("not a number")
                + 1)
    for i in range(2):
        y = deep(i)
    return y


def case_uncaught_in_loop_header():
    for x, y in [(1, 2), (3,)]:
        x += y
    return x


def case_uncaught_in_comprehension():
    return [10 // d for d in (2, 1, 0)]


def case_uncaught_in_with():
    log = []
    with Manager(log):
        print("before", log)
        log[5] = 1


def case_exception_group():
    out = []
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2), KeyError(3)])
    except* ValueError as g:
        out.append(len(g.exceptions))
    except* (TypeError, KeyError) as g:
        out.append(sorted(map(repr, g.exceptions)))
    return out


def case_warnings():
    def old(level):
        warnings.warn(f"level {level}", DeprecationWarning, stacklevel=level)
        return level
    a = old(1)
    b = old(2) + a
    for k in range(2):
        b += old(
            2)
    return a, b


def case_imports():
    import math
    import os.path as path
    from fractions import Fraction as F
    from math import floor, pi
    return math.floor(2.5), path.join("a", "b"), F(1, 3) + 1, floor(pi)


def case_print():
    for word in "three short words".split():
        print(word, end=" ")
    print()
    with contextlib.suppress(ValueError):
        int("x")
        print("not reached")


def case_annotations_and_defaults():
    x: int = 3
    y: "list[int]"

    def f(a: int, b: str = "b", *c: float) -> dict:
        z: int = a
        return {b: z}
    return x, f(1), sorted(f.__annotations__)


def case_lambda_and_decorator():
    def twice(f):
        return lambda *a: f(f(*a))

    @twice
    @twice
    def inc(x):
        return x + 1
    return inc(0), (lambda a, b=2: (a, b))(1), list(map(lambda q: q ** 2, range(3)))


def case_big_literals():
    return [1, 2, 3, 4, 5], {1: "a", 2: "b", 3: "c"}, {1, 2, 3}, (1, (2, -0.0)), b"bytes", 1j, ..., 10**30


def case_recursion():
    def ack(m, n):
        if not m: return n + 1
        if not n: return ack(m - 1, 1)
        return ack(m - 1, ack(m, n - 1))
    return ack(2, 2)


def case_one_line_statements():
    t = 0; u = 1
    for i in range(3): t += i; u *= 2
    if t: t -= 1; u -= 1
    try: t /= 0
    except ZeroDivisionError: u = -u
    return t, u
