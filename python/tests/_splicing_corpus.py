"""Operators, loops, `try` and `with`; each case runs as written and spliced.

A case takes no arguments. What it returns, prints, warns and raises is compared.
The odd style is the point: it makes the compiler emit every kind of instruction.
"""
# ruff: noqa
# fmt: off


flag = 3


def case_arithmetic():
    a, b = 7, 2.5
    c = a + b * a - b / a
    c **= 2
    c //= 3
    return -a, +b, ~a, not a, c, a % 3, a << 2 | 1, a ^ 3 & 5, divmod(a, 2)


def case_chained_comparison():
    out = []
    for x in range(-1, 4):
        out.append(0 < x <= 2 != x + 1)
    return out, 1 < flag < 5, None is not flag, 2 in [1, 2], 3 not in (3,)


def case_bool_operators():
    seen = []

    def note(x):
        seen.append(x)
        return x

    r = note(0) or note(2) and note(3) or note(4)
    s = note(None) if note(r) else note("no")
    return r, s, seen, (note(0)
                        or note([])
                        or note("end"))


def case_while_else():
    n, out = 0, []
    while n < 5:
        n += 1
        if n == 2:
            continue
        out.append(n)
    else:
        out.append("else")
    while True:
        n -= 1
        if n < 0:
            break
    return n, out


def case_nested_loops():
    total = 0
    for i in range(4):
        for j in range(i, 4):
            if j == 3 and i == 2:
                break
            if (i + j) % 2: continue
            total += i * j
        else:
            total += 100
    return total, i, j


def case_early_return_in_loop():
    def find(xs, y):
        for i, x in enumerate(xs):
            if x == y:
                return i
        return -1
    return find([1, 2, 3], 3), find([], 0)


def case_try_except_else_finally():
    out = []
    for x in (1, 0, "a"):
        try:
            out.append(1 / x)
        except ZeroDivisionError as e:
            out.append(str(e))
        except TypeError:
            out.append("type")
        else:
            out.append("fine")
        finally:
            out.append("finally")
    return out


def case_nested_try():
    out = []
    try:
        try:
            out.append([][1])
        finally:
            out.append("inner")
    except IndexError as e:
        out.append(repr(e))
        try:
            raise ValueError("second") from e
        except ValueError as f:
            out.append(repr(f.__cause__))
    return out


def case_return_in_finally():
    def f(x):
        try:
            return 1 // x
        except ZeroDivisionError:
            return "zero"
        finally:
            if x == 5:
                return "five"
    return f(1), f(0), f(5)


def case_break_out_of_try():
    out = []
    for i in range(5):
        try:
            if i == 3:
                break
            if i == 1:
                continue
            out.append(i)
        finally:
            out.append(-i)
    return out


class Manager:
    def __init__(self, log, swallow=False):
        self.log, self.swallow = log, swallow

    def __enter__(self):
        self.log.append("enter")
        return self

    def __exit__(self, kind, value, tb):
        self.log.append(repr(value))
        return self.swallow


def case_with():
    log = []
    with Manager(log) as m, Manager(log, True):
        log.append(m is not None)
        log.append(1 / 0)
    with Manager(log):
        x = sum(i for i in range(3))
        y = x + 1
    return log, x, y


def case_with_return():
    log = []

    def f():
        for i in range(3):
            with Manager(log):
                if i == 1:
                    return i
    return f(), log
