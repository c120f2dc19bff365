"""Sums, calls, numbers, tuples, results and exits of regions."""

from __future__ import annotations

import itertools
import math
import operator
import signal
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from test_native_support import (
    F4,
    F8,
    I8,
    IN,
    KERNELS,
    NONE,
    REASON,
    C,
    Plan,
    elementwise,
    native,
    pack,
    same,
)

rng = np.random.default_rng(6)


# Sums


def summed(name: str, rank: int = 1) -> Plan:
    params = KERNELS[name][0]
    n = len(params) - 1
    plan = Plan(n, direct=True)
    src = [plan.input(plan.array(rank, params[i][1]), i) for i in range(n)]
    out = plan.value("npscalar", params[-1][1])
    plan.apply(name, *src, out, mode="SCALAR")
    plan.leave(out)
    return plan


SIZES = [0, 1, 7, 8, 9, 127, 128, 129, 255, 1000, 1024, 8191, 8192, 8193, 20000, 100001]


@pytest.mark.parametrize("n", SIZES)
def test_sums(n: int) -> None:
    a, b = rng.normal(size=n) * 1e3, rng.normal(size=n)
    region, dot = summed("sum").region(), summed("dot").region()
    same(region(a), a.sum())
    same(region(a[::-1]), a[::-1].sum())
    same(region(np.repeat(a, 2)[::2]), np.repeat(a, 2)[::2].sum())
    same(dot(a, b), (a * b).sum())
    same(dot(a[::-1], b), (a[::-1] * b).sum())
    single = summed("sum_f4").region()
    same(single(a.astype("f4")), a.astype("f4").sum())


@pytest.mark.parametrize("shape", [(3, 5), (100, 200), (64, 128), (1, 9), (9, 1), (0, 4)])
def test_sums_2d(shape: tuple[int, int]) -> None:
    a = rng.normal(size=shape)
    region, dot = summed("sum", 2).region(), summed("dot", 2).region()
    same(region(a), a.sum())
    same(region(a[::2]) if shape[1] == 1 else region(a), a[::2].sum() if shape[1] == 1 else a.sum())
    row = rng.normal(size=(1, shape[1]))
    same(dot(a, row), (a * row).sum())
    wide = np.repeat(a, 2, axis=1)[:, ::2]
    same(dot(wide, a), (wide * a).sum())


def test_sums_left_to_numpy() -> None:
    region = summed("sum", 2).region()
    assert region(rng.normal(size=(6, 7))[:, ::2]) is None
    assert region(np.broadcast_to(rng.normal(size=(6, 1)), (6, 7))) is None
    assert region.reasons() == {REASON["layout"]: 2}


@pytest.mark.parametrize("shape", [(3, 5), (100, 200), (1, 9), (0, 4)])
def test_sums_in_memory_order(shape: tuple[int, int]) -> None:
    a, b = np.asfortranarray(rng.normal(size=shape)), rng.normal(size=shape)
    region, dot = summed("sum", 2).region(), summed("dot", 2).region()
    same(region(a), a.sum())
    same(region(a[::-1, ::-1]), a[::-1, ::-1].sum())
    same(dot(a, a), (a * a).sum())
    same(dot(a, b), (a * b).sum())
    same(dot(b[::-1], a), (b[::-1] * a).sum())


def test_sum_of_negative_zeros() -> None:
    same(summed("sum").region()(np.array([-0.0])), np.array([-0.0]).sum())


def test_sum_raises() -> None:
    region = summed("sum").region()
    assert region(np.array([1e308, 1e308])) is None
    assert region.last_reason == REASON["fpflags"]


# Results


@pytest.mark.parametrize(
    ("kind", "type", "value"),
    [
        ("npscalar", F8, np.float64(1.5)),
        ("npscalar", F4, np.float32(1.5)),
        ("npscalar", I8, np.int64(-3)),
        ("npscalar", C["I32"], np.int32(-3)),
        ("npscalar", C["BOOL"], np.True_),
        ("pyfloat", F8, 2.5),
        ("pyint", I8, 12345678901),
        ("pybool", C["BOOL"], False),
        ("object", 0, "text"),
    ],
)
def test_inputs_come_back_as_the_same_objects(kind: str, type: int, value: Any) -> None:
    plan = Plan(1, direct=True)
    plan.leave(plan.input(plan.value(kind, type), 0))
    assert plan.region()(value) is value


@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "i4", "?"])
def test_loaded_scalars(dtype: str) -> None:
    type = {"f8": F8, "f4": F4, "i8": I8, "i4": C["I32"], "?": C["BOOL"]}[dtype]
    plan = Plan(1, direct=True)
    x, item = plan.input(plan.array(1, type), 0), plan.array(0, type)
    out = plan.value("npscalar", type)
    plan.task("view", [x], item, index=[1])
    plan.task("load", [item], out)
    plan.leave(out)
    a = np.array([0, 1, 0]).astype(dtype)
    same(plan.region()(a), a[1])


def test_one_exit_is_a_tuple_or_true() -> None:
    plan = Plan(2)
    a, b = plan.input(plan.value("object"), 0), plan.input(plan.value("object"), 1)
    plan.leave(b, a, b)
    assert plan.region()(1, 2) == (2, 1, 2)
    empty = Plan(0)
    empty.leave()
    assert empty.region()() is True


def test_several_exits_are_numbered_and_padded() -> None:
    plan = Plan(1)
    a = plan.input(plan.value("object"), 0)
    plan.leave(a)
    region = plan.region(exits=3, width=2, exit_map=[2])
    assert region("x") == (2, "x", None)
    for numbers in ([3], [-1], [], [0, 0], ["x"]):
        with pytest.raises((ValueError, TypeError), match=r"exit|int"):
            plan.add(region, numbers)
    narrow = native.Region("narrow")
    narrow.exits = 2
    with pytest.raises(ValueError, match="fit the region"):
        plan.add(narrow, [0])


def test_tuples() -> None:
    plan = Plan(2, direct=True)
    a, i = plan.input(plan.array(), 0), plan.input(plan.value("pyint", I8), 1)
    double, pair = plan.array(), plan.value("object")
    plan.apply("twice", a, double)
    plan.task("tuple", [double, i, double], pair)
    plan.leave(pair)
    x = np.ones(3)
    got = plan.region()(x, 7)
    same(got[0], x * 2)
    assert got[0] is got[2]
    assert got[1:2] == (7,)


# Commits


def committed(late: str) -> Plan:
    """target = 2a is stored and committed (exit 0); then something may fail."""
    plan = Plan(3)
    a, t = plan.input(plan.array(), 0), plan.input(plan.array(), 1, writable=True)
    b, out = plan.input(plan.array(), 2), plan.array()
    plan.apply("twice", a, t, mode="INTO")
    plan.task("commit", exit=plan.exit(t))
    plan.apply(late, b, out)
    plan.leave(out, t)
    return plan


@pytest.mark.parametrize("late", ["twice", "stuck"])
def test_failing_after_a_commit(late: str) -> None:
    region = committed(late).region(exits=2, width=2, exit_map=[1, 0])
    a, t = np.ones(3), np.zeros(3)
    bad = np.full(3, 1e308)
    got = region(a, t, bad)
    assert got[0] == 1
    assert got[1] is t
    assert got[2] is None
    assert t.tolist() == [2, 2, 2]
    assert region.last_reason == REASON["fpflags" if late == "twice" else "kernel"]
    if late == "twice":
        number, out, target = region(a, t, a)
        same(out, a * 2)
        assert number == 0
        assert target is t
    assert region(a, t[:2], bad) is None


# Calls


def called(callee: Any, kind: str = "array", type: int = F8, rank: int = 1, names: tuple = ()) -> Plan:
    n = 1 + len(names)
    plan = Plan(n, direct=True)
    src = [plan.input(plan.array(), 0)] + [plan.input(plan.value("object"), i) for i in range(1, n)]
    out = plan.value(kind, type, rank if kind == "array" else 0)
    more = {"kwnames": plan.object(names)} if names else {}
    plan.task("call", src, out, callee=plan.object(callee), **more)
    plan.leave(out)
    return plan


def test_calls() -> None:
    x = np.array([3.0, 1.0, 2.0])
    same(called(np.sort).region()(x), np.sort(x))
    same(called(np.max, "npscalar").region()(x), np.max(x))
    same(called(np.cumsum, names=("axis", "dtype")).region()(x, 0, None), np.cumsum(x, axis=0, dtype=None))
    assert called(len, "pyint", I8).region()(x) == 3
    assert called(np.shape, "object").region()(x) == (3,)


def test_calls_that_fail() -> None:
    x = np.array([3.0, 0.0])

    def stop(_: Any) -> None:
        raise MemoryError

    cases = [(operator.index, "call"), (stop, "call"), (np.argsort, "result"), (np.reciprocal, "call")]
    for callee, reason in cases:
        region = called(callee).region()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert region(x) is None
        assert region.last_reason == REASON[reason]
    assert np.geterr()["divide"] == "warn"


def test_an_interrupt_is_not_lost() -> None:
    def interrupt(_: Any) -> None:
        raise KeyboardInterrupt

    region = called(interrupt).region()
    answers = []

    def program() -> None:
        answers.append(region(np.ones(2)))
        for _ in range(1000):
            pass

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    try:
        with pytest.raises(KeyboardInterrupt):
            program()
    finally:
        signal.signal(signal.SIGINT, before)
    assert answers in ([], [None])


def test_flags_left_by_a_call_do_not_count() -> None:
    def noisy(a: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return a / 0

    x = np.ones(2)
    same(called(noisy).region()(x), noisy(x))


def test_flags_before_a_call_do() -> None:
    plan = Plan(1)
    x, y, z = plan.input(plan.array(), 0), plan.array(), plan.array()
    seen: list[Any] = []
    plan.apply("twice", x, y)
    plan.task("call", [x], z, callee=plan.object(lambda a: seen.append(a)))
    plan.leave(z)
    assert plan.region()(np.array([1e308])) is None
    assert not seen


def test_a_call_may_remove_its_entry() -> None:
    holder: list[Any] = []

    def callee(a: np.ndarray) -> np.ndarray:
        holder[0].clear()
        return a + 1

    holder.append(called(callee).region())
    assert holder[0](np.ones(2)).tolist() == [2, 2]
    assert holder[0].entries() == []
    assert holder[0](np.ones(2)) is None


# Python numbers

BINARY = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "truediv": operator.truediv,
    "floordiv": operator.floordiv, "mod": operator.mod, "pow": operator.pow, "lshift": operator.lshift,
    "rshift": operator.rshift, "and": operator.and_, "or": operator.or_, "xor": operator.xor,
    "lt": operator.lt, "le": operator.le, "eq": operator.eq, "ne": operator.ne, "gt": operator.gt,
    "ge": operator.ge,
}  # fmt: skip
KINDS = {int: ("pyint", I8), float: ("pyfloat", F8), bool: ("pybool", C["BOOL"])}
NUMBERS = [0, 3, -7, 2**62, 2.5, -0.0, math.inf, True]


def number(op: str, *args: Any, result: type) -> Any:
    plan = Plan(len(args), direct=True)
    src = [plan.input(plan.value(*KINDS[type(a)]), i) for i, a in enumerate(args)]
    out = plan.value(*KINDS[result])
    plan.task("number", src, out, operator=C[op.upper()])
    plan.leave(out)
    return plan.region()(*args)


@pytest.mark.parametrize("op", BINARY)
def test_numbers(op: str) -> None:
    for a, b in itertools.product(NUMBERS, repeat=2):
        if op in ("lshift", "pow") and abs(b) > 100 and isinstance(b, int):
            continue
        try:
            expected = BINARY[op](a, b)
        except (ArithmeticError, TypeError, ValueError):
            assert number(op, a, b, result=float) is None
            continue
        if isinstance(expected, complex):
            continue
        got = number(op, a, b, result=type(expected))
        if isinstance(expected, int) and not -(2**63) <= expected < 2**63:
            assert got is None
        else:
            same(got, expected)


def test_negation() -> None:
    assert number("neg", 3, result=int) == -3
    same(number("neg", 0.0, result=float), -0.0)
    assert number("neg", -(2**63), result=int) is None


# Damage


def viewed(plan: Plan) -> None:
    x, i = plan.input(plan.array(2), 0), plan.input(plan.value("pyint", I8), 1)
    view, double, out = plan.array(), plan.array(), plan.array()
    plan.fact({"a": 1}, "a", expect=1)
    plan.task("view", [x], view, index=[("v", i), slice(1, None)])
    plan.apply("twice", view, double, mode="TEMP")
    plan.apply("add", double, view, out, drops=[double])
    plan.leave(out)


def folded(plan: Plan) -> None:
    """Twice the argument, added up along both axes."""
    x, product, rows, columns = plan.input(plan.array(2), 0), plan.array(2), plan.array(), plan.array()
    out = plan.array()
    plan.apply("twice", x, product, mode="TILE")
    add = plan.object(np.add.reduce)
    zero, one = (plan.input(plan.value("object"), plan.object(n), "const") for n in (0, 1))
    plan.task("fold", [product, one], rows, axis=2, callee=add)
    plan.task("fold", [product, zero], columns, axis=1, callee=add, drops=[product])
    plan.apply("add", rows, columns, out)
    plan.leave(out)


def test_folds() -> None:
    plan = Plan(1, direct=True)
    folded(plan)
    for n in (0, 1, 7, 40, 300):
        for a in (np.random.default_rng(n).normal(size=(n, n)), np.ones((n, n)).T[::-1]):
            same(plan.region()(a), (a + a).sum(axis=1) + (a + a).sum(axis=0))


@pytest.mark.parametrize("build", [viewed, folded])
def test_damaged_images(build: Callable[[Plan], None]) -> None:
    """Any one word changed, or any prefix: refused or harmless, never worse."""
    plan = Plan(2, direct=True)
    build(plan)
    words, objects = plan.words(), tuple(plan.objects)
    addresses = {n for n in range(len(words)) if words[n] > 2**32}
    argument = np.arange(12.0).reshape(3, 4)
    accepted = 0
    for at in range(len(words)):
        for new in (-2, -1, 0, 1, 2, 3, 9, 2**31, 2**62, -(2**63)):
            if at in addresses or words[at] == new:
                continue
            changed = [*words[:at], new, *words[at + 1 :]]
            region = native.Region("damaged")
            try:
                region.add(pack(changed), objects, (), (0,))
            except ValueError:
                continue
            accepted += 1
            region(argument, 1)
            region(argument)
    assert accepted < 400
    for n in range(len(words)):
        with pytest.raises(ValueError, match="damaged"):
            native.Region("short").add(pack(words[:n]), objects, (), (0,))
    with pytest.raises(ValueError, match="damaged"):
        native.Region("odd").add(pack(words)[:-3], objects, (), (0,))
    with pytest.raises(ValueError, match="damaged"):
        native.Region("objects").add(pack(words), (), (), (0,))


def test_refused_plans() -> None:
    def leaves_early(plan: Plan) -> None:
        plan.leave()
        plan.leave()

    def no_leave(plan: Plan) -> None:
        plan.exit()

    def reads_unmade(plan: Plan) -> None:
        plan.leave(plan.array())

    def reads_dropped(plan: Plan) -> None:
        a, out = plan.input(plan.array(), 0), plan.array()
        plan.apply("twice", a, out, drops=[a])
        plan.leave(a)

    def hands_out_scratch(plan: Plan) -> None:
        a, out = plan.input(plan.array(), 0), plan.array()
        plan.apply("twice", a, out, mode="TEMP")
        plan.leave(out)

    def wrong_type(plan: Plan) -> None:
        a, out = plan.input(plan.array(1, F4), 0), plan.array()
        plan.apply("twice", a, out)
        plan.leave(out)

    def wrong_rank(plan: Plan) -> None:
        a, out = plan.input(plan.array(2), 0), plan.array(1)
        plan.apply("twice", a, out)
        plan.leave(out)

    def uncommitted_store(plan: Plan) -> None:
        a, b, out = plan.input(plan.array(), 0), plan.input(plan.array(), 1), plan.array()
        plan.apply("copy", a, b, mode="INTO")
        plan.apply("twice", a, out)
        plan.leave(out)

    def hands_out_a_tile(plan: Plan) -> None:
        a, out = plan.input(plan.array(), 0), plan.array()
        plan.apply("twice", a, out, mode="TILE")
        plan.leave(out)

    def folds_an_argument(plan: Plan) -> None:
        a, out, total = plan.input(plan.array(), 0), plan.array(), plan.value("npscalar")
        plan.apply("twice", a, out, mode="TILE")
        plan.task("fold", [a], total, axis=1, callee=plan.object(np.add.reduce))
        plan.leave(total)

    first = (leaves_early, no_leave, reads_unmade, reads_dropped, hands_out_a_tile, folds_an_argument)
    for build in (*first, hands_out_scratch, wrong_type, wrong_rank, uncommitted_store):
        plan = Plan(2)
        build(plan)
        with pytest.raises(ValueError, match="damaged plan image"):
            plan.region()


# References


def test_references_are_exact() -> None:
    """Ten thousand runs on every path leave the counts as they were."""
    ok, tasks = elementwise("muladd").region(), committed("twice").region(exits=2, width=2, exit_map=[1, 0])
    call = called(np.sort).region()
    x, t, bad = np.ones(4), np.zeros(4), np.full(4, 1e308)
    target = np.zeros(4)
    other = np.ones(4, "f4")
    text = "a text of its own"
    watched = [x, t, bad, other, target, text, ok, tasks, call, None, True, np.dtype("f8")]

    def everything() -> None:
        ok(x, x, x)
        ok(x, other, x)
        ok(x, bad, bad)
        ok(x, np.sort, x)
        tasks(x, target, t)
        tasks(x, target, bad)
        call(x)

    everything()
    before = [sys.getrefcount(o) for o in watched]
    for _ in range(10000):
        everything()
    after = [sys.getrefcount(o) for o in watched]
    assert [abs(a - b) < 50 for a, b in zip(after, before, strict=True)] == [True] * len(watched)
    assert before[:9] == after[:9]


# One kernel from arguments to the result: a short way, and the long one


def one_kernel(name: str, direct: bool, rank: int = 1) -> Any:
    """Its region; besides operands it takes a constant and an argument that nothing uses."""
    params = KERNELS[name][0]
    plan, n = Plan(len(params) + 1, direct=direct), len(params) - 1
    src = [
        plan.input(plan.array(rank, t) if kind == IN else plan.value("pyfloat", F8), i)
        for i, (kind, t) in enumerate(params[:-1])
    ]
    plan.input(NONE, n, equal=plan.object("mode"))
    plan.input(plan.array(rank), n + 1)
    out = plan.array(rank, params[-1][1])
    plan.apply(name, *src, out)
    plan.leave(out)
    return plan.region()


WAYS: dict[str, tuple[Any, ...]] = {
    "contiguous": ("add", np.arange(5.0), np.ones(5)),
    "other types": ("add_f4", np.ones(5, "f4"), np.arange(5, dtype="f4")),
    "another type": ("add", np.ones(5), np.ones(5, "f4")),
    "another rank": ("add", np.ones(5), np.ones((5, 1))),
    "comparison": ("less", np.arange(4.0), np.ones(4)),
    "other shapes": ("add", np.ones(5), np.ones(4)),
    "broadcast": ("add", np.ones(5), np.ones(1)),
    "strided": ("add", np.arange(10.0)[::2], np.ones(10)[::-2]),
    "empty": ("add", np.ones(0), np.ones(0)),
    "read-only": ("twice", np.frombuffer(np.arange(3.0).tobytes())),
    "number": ("scale", np.ones(3), 0.1),
    "an int for it": ("scale", np.ones(3), 3),
    "number too large": ("scale_f4", np.ones(3, "f4"), 1e300),
    "report": ("divide", np.ones(3), np.zeros(3)),
    "exit of the kernel": ("stuck", np.ones(3)),
}


@pytest.mark.parametrize("case", WAYS)
def test_short_and_long_way_agree(case: str) -> None:
    name, *operands = WAYS[case]
    short, long = one_kernel(name, direct=True), one_kernel(name, direct=False)
    for rest in (("mode", np.ones(2)), ("other", np.ones(2)), ("mode", np.ones(2, "f4"))):
        a, b = short(*operands, *rest), long(*operands, *rest)
        assert (a is None) == (b is None)
        if b is not None:
            same(a, b[0])
        assert short.reasons() == long.reasons()
        assert (short.hits, short.misses, short.failures) == (long.hits, long.misses, long.failures)


def test_short_way_of_more_axes() -> None:
    for a in (np.ones((2, 3)), np.ones((0, 3)), np.ones((3, 2)).T, np.ones((1, 1))):
        short, long = (one_kernel("twice", direct, rank=2) for direct in (True, False))
        same(short(a, "mode", a), long(a, "mode", a)[0])
