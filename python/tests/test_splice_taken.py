"""Stubs that are taken: values arrive, exits lead where they should."""

from __future__ import annotations

import dis
import inspect
import itertools
import traceback
from collections.abc import Callable, Iterator
from types import CellType, FunctionType
from typing import Any

import pytest
from _splicing import Refused, dumper, slots, splice, with_code


def boundaries(function: FunctionType) -> list[dict[str, Any]]:
    return dumper().ask("boundaries", function.__code__)


def at(function: FunctionType, text: str) -> int:
    """Return the pc of the statement that starts on the source line with this text."""
    source, first = inspect.getsourcelines(function)
    lines = {first + i for i, line in enumerate(source) if text in line}
    places = [b["pc"] for b in boundaries(function) if b["line"] in lines and b["statement_start"]]
    assert places, text
    return places[0]


def before(function: FunctionType, text: str) -> int:
    """Return the first pc of a line, where an exit may lead but perhaps no stub can be."""
    places = dumper().ask("analyse", function.__code__)["places"]
    return next(p["pc"] for p in places if p["where"][0] == at_line(function, text))


def at_line(function: FunctionType, text: str) -> int:
    """Return the number of the first source line with this text."""
    source, first = inspect.getsourcelines(function)
    return first + next(i for i, line in enumerate(source) if text in line)


def named(function: FunctionType, names: str) -> list[int]:
    return [slots(function.__code__).index(name) for name in names.split()]


def spliced(
    function: Callable[..., Any], region: object, pc: int, args: str = "", **stub: Any
) -> FunctionType:
    """Return the function with one stub; an exit's stores and deletes are given by name."""
    assert isinstance(function, FunctionType)
    exits = stub.pop("exits", [])
    for leave in exits:
        for key in ("stores", "deletes"):
            if key in leave:
                leave[key] = named(function, leave[key])
    whole = {"pc": pc, "region": 0, "args": named(function, args), "exits": exits, **stub}
    return with_code(function, splice(function.__code__, [whole], [region]))


def straight(a: int, b: int) -> object:
    c = a + b
    d = c * 2
    e = d - a
    return c, d, e


def test_single_exit_stores_its_values() -> None:
    f = spliced(
        straight,
        lambda a, b: (a * 10, b * 10),
        at(straight, "c = a"),
        "a b",
        exits=[{"stores": "c d", "target": at(straight, "e = d")}],
    )
    assert f(1, 2) == (10, 20, 19)


def test_exit_without_values_skips_the_statements() -> None:
    done: list[int] = []

    def side(a: int) -> int:
        done.append(a)
        done.append(-a)
        return a

    f = spliced(
        side, lambda a: True, at(side, "done.append(a)"), "a", exits=[{"target": at(side, "return a")}]
    )
    assert f(4) == 4
    assert done == []


def test_not_taken_runs_the_original() -> None:
    f = spliced(
        straight,
        lambda a, b: None,
        at(straight, "c = a"),
        "a b",
        exits=[{"stores": "c d", "target": at(straight, "e = d")}],
    )
    assert f(1, 2) == straight(1, 2)


@pytest.mark.parametrize("answer", [0, 3.5, (), "text", False])
def test_direct_answer_is_returned(answer: object) -> None:
    f = spliced(straight, lambda a, b: answer, at(straight, "c = a"), "a b", direct=True)
    assert f(1, 2) is answer


def many_ways(n: int) -> object:
    a = b = 0
    for i in range(n):
        a += i
        b -= i
    return a, b


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((0, 7, 8, None), (7, 8)),
        ((1, "returned", None, None), "returned"),
        ((2, None, None, None), None),
        ((3, 1, 2, "last"), "last"),
        (None, (6, -6)),
    ],
)
def test_several_exits(answer: object, expected: object) -> None:
    exits = [
        {"stores": "a b", "target": at(many_ways, "return a, b")},
        {"return": True},
        {"return_none": True},
        {"stores": "a b", "return": True},
    ]
    f = spliced(many_ways, lambda n: answer, at(many_ways, "for i"), "n", exits=exits)
    assert f(4) == expected


def test_exit_out_of_a_loop_drops_its_iterator() -> None:
    exits = [
        {"stores": "a", "target": at(many_ways, "return a, b")},
        {"stores": "b", "target": at(many_ways, "a += i")},
        {"stores": "a", "target": at(many_ways, "b -= i")},
    ]

    def region(i: int, a: int) -> object:
        return {1: (2, a + 50), 2: (1, 1000), 4: (0, "out")}.get(i)

    f = spliced(many_ways, region, at(many_ways, "a += i"), "i a", exits=exits)
    # 0: original; 1: a changed, goes on behind; 2: b changed, original statement; 4: out
    assert f(4) == (0 + 50 + 2 + 3, 1000 - 2 - 3)
    assert f(9) == ("out", 1000 - 2 - 3)


def test_exit_to_the_own_place_does_not_enter_again() -> None:
    entered = []

    def region(i: int, a: int) -> object:
        entered.append(i)
        return (a + 100,)

    pc = at(many_ways, "a += i")
    f = spliced(many_ways, region, pc, "i a", exits=[{"stores": "a", "target": pc}])
    assert f(3) == (303, -3)
    assert entered == [0, 1, 2]


def test_exit_into_a_loop_brings_an_iterator() -> None:
    def region(n: int) -> object:
        return (10, -10, n - 1, iter(range(n, n + 2)))

    exits = [{"stores": "a b i", "push": 1, "target": at(many_ways, "a += i")}]
    f = spliced(many_ways, region, at(many_ways, "for i"), "n", exits=exits)
    assert f(5) == (10 + 4 + 5 + 6, -10 - 4 - 5 - 6)


def test_pushed_values_lie_before_the_padding() -> None:
    exits = [
        {"stores": "a", "target": at(many_ways, "return a, b")},
        {"stores": "i", "push": 1, "target": at(many_ways, "a += i")},
        {"stores": "a b i", "target": at(many_ways, "return a, b")},
    ]
    f = spliced(many_ways, lambda n: (1, 7, iter([1]), None), at(many_ways, "for i"), "n", exits=exits)
    assert f(5) == (8, -8)


@pytest.mark.parametrize("pushed", range(1, 5))
@pytest.mark.parametrize("padding", range(5))
def test_pushed_values_keep_their_order(pushed: int, padding: int) -> None:
    def victim(a: int, b: int, c: int, d: int) -> object:
        x = a
        return x, b, c, d

    loads = [i.offset for i in dis.get_instructions(victim) if i.opname.startswith("LOAD_FAST")][1:]
    places = [*loads, next(i.offset for i in dis.get_instructions(victim) if i.opname == "BUILD_TUPLE")]
    if len(places) < 5:
        pytest.skip("superinstructions")
    start = at(victim, "x = a")
    exits = [
        {"stores": "x", "push": pushed, "target": places[pushed], "fill": [{"at": 1, "slot": 1}]},
        {"stores": "x a b c d", "target": start},
    ]
    exits += [{"stores": "x a b c d x a b c d"[: 2 * (pushed + padding + 1)].strip(), "target": start}]
    values = [*range(10, 10 + pushed)]
    width = max(1 + pushed, 5, pushed + padding + 1)
    f = spliced(
        victim,
        lambda a, b, c, d: (0, 9, *values[::-1], *[None] * (width - 1 - pushed)),
        start,
        "a b c d",
        exits=exits,
    )
    assert f(1, 2, 3, 4) == (*values[:-1], 2, *(1, 2, 3, 4)[pushed:])


def test_deletes_leave_the_local_unbound() -> None:
    def victim(x: int) -> object:
        y = x
        z = y
        return sorted(locals()), z

    exits = [{"stores": "z", "deletes": "y", "target": at(victim, "return sorted")}]
    f = spliced(victim, lambda x: (x,), at(victim, "y = x"), "x", exits=exits)
    assert f(5) == (["x", "z"], 5)


def test_cells_are_passed_as_cells_and_stored_into() -> None:
    def counter(n: int) -> object:
        total = 0

        def add(k: int) -> int:
            nonlocal total
            total += k
            return total

        add(n)
        twice = total * 2
        return add(1), twice

    seen: list[Any] = []

    def region(n: int, total: CellType) -> object:
        seen.append(total.cell_contents)
        return 40, 7

    exits = [{"stores": "total twice", "target": at(counter, "return add")}]
    f = spliced(counter, region, at(counter, "add(n)"), "n total", exits=exits)
    assert f(3) == (41, 7)
    assert seen == [0]


def test_free_variables_are_cells_too() -> None:
    x, y = 1, 2

    def reader() -> object:
        nonlocal y
        y = x + 1
        return x, y

    exits = [{"stores": "y", "target": at(reader, "return x, y")}]
    f = spliced(reader, lambda x: (x.cell_contents + 10,), at(reader, "y = x"), "x", exits=exits)
    assert f() == (1, 11)
    assert y == 11


def test_exit_lands_inside_the_instructions_another_stub_moved() -> None:
    code = straight.__code__
    places = {b["pc"]: b for b in boundaries(straight)}
    covering = next(
        b
        for b in boundaries(straight)
        if b["line"] == at_line(straight, "e = d") and any(b["pc"] < pc < b["end"] for pc in places)
    )
    inner = next(pc for pc in places if covering["pc"] < pc < covering["end"])
    push = places[inner]["depth"] - covering["depth"]
    operands = (5, 30)[-push:]  # one or two are on the stack before the subtraction
    first = {
        "pc": at(straight, "c = a"),
        "region": 0,
        "args": [],
        "exits": [{"stores": named(straight, "c d"), "push": push, "target": inner}],
    }
    second = {"pc": covering["pc"], "region": 1, "args": [], "exits": [{"target": covering["pc"]}]}
    entered: list[bool] = []
    f = with_code(
        straight, splice(code, [first, second], [lambda: (1, 2, *operands), lambda: entered.append(True)])
    )
    assert f(5, 6) == (1, 2, 25)
    assert not entered


def guarded(xs: list[int]) -> object:
    log = []
    for k in range(3):
        try:
            value = xs[k]
            log.append(value)
        except IndexError as e:
            log.append(str(e))
    return log


def test_stub_inside_try_is_covered_by_the_handler() -> None:
    def region(xs: list[int], k: int) -> object:
        if k == 1:
            raise IndexError("from the region")
        return (xs[k] * 10,) if k == 0 else None

    exits = [{"stores": "value", "target": at(guarded, "log.append(value)")}]
    f = spliced(guarded, region, at(guarded, "value = xs"), "xs k", exits=exits)
    assert f([1, 2]) == [10, "from the region", "list index out of range"]


def test_region_that_raises_shows_the_line_of_its_place() -> None:
    def region() -> None:
        raise KeyError("inside")

    f = spliced(straight, region, at(straight, "d = c"), direct=True)
    with pytest.raises(KeyError) as caught:
        f(1, 2)
    frames = [entry for entry in traceback.extract_tb(caught.tb) if entry.name == "straight"]
    assert [entry.lineno for entry in frames] == [at_line(straight, "d = c")]


def test_generator_between_yields() -> None:
    def gen(n: int) -> Iterator[int]:
        total = 0
        for i in range(n):
            total += i
            yield total

    exits = [{"stores": "total", "target": before(gen, "yield total")}]
    f = spliced(
        gen, lambda i, total: (total + 100,) if i % 2 else None, at(gen, "total += i"), "i total", exits=exits
    )
    assert list(f(4)) == [0, 100, 102, 202]


def test_wide_indices() -> None:
    """More than 255 locals, constants and code units in between."""
    body = [f"    v{i} = {i + 1000} + q" for i in range(300)]
    source = ["def f(q):", *body, "    last = v299", "    return v0, v150, last"]
    space: dict[str, Any] = {}
    exec("\n".join(source), space)
    f = space["f"]
    code, line = f.__code__, 302
    lines = {b["line"]: b["pc"] for b in reversed(boundaries(f)) if b["statement_start"]}
    exits = [{"stores": named(f, "v0 v299"), "target": lines[line]}, {"return": True}]
    args = named(f, " ".join(["q", *(f"v{i}" for i in range(270))]))
    stub = {"pc": lines[300], "region": 0, "args": args, "exits": exits}
    g = with_code(f, splice(code, [stub], [lambda *a: (0, len(a), a[-1])]))
    assert g(1) == (271, 1151, 1270)


def test_two_stubs_in_one_function() -> None:
    def region(number: int) -> Callable[..., object]:
        return lambda *args: (number * sum(args),)

    stubs = [
        {"pc": at(straight, "c = a"), "region": 1, "args": named(straight, "a b"),
         "exits": [{"stores": named(straight, "c"), "target": at(straight, "d = c")}]},
        {"pc": at(straight, "d = c"), "region": 0, "args": named(straight, "c"),
         "exits": [{"stores": named(straight, "d"), "target": at(straight, "e = d")}]},
    ]  # fmt: skip
    f = with_code(straight, splice(straight.__code__, stubs, [region(3), region(5)]))
    assert f(1, 2) == (15, 45, 44)


@pytest.mark.parametrize(
    ("stub", "message"),
    [
        ({"pc": 0, "exits": [{"return": True}]}, "not-a-boundary"),
        ({"pc": 3, "exits": [{"return": True}]}, "not-a-boundary"),
        ({"exits": []}, "0 exits"),
        ({"exits": [{"return": True}] * 251}, "251 exits"),
        ({"exits": [{"return": True}], "args": [99]}, "argument slot"),
        ({"exits": [{"stores": [-1], "return": True}]}, "exit slot"),
        ({"exits": [{"return": True, "return_none": True}]}, "a return needs"),
        ({"exits": [{"target": 1}]}, "exit to pc 1"),
        ({"exits": [{"target": 0}]}, "exit to pc 0"),
        ({"direct": True, "exits": [{"return": True}]}, "direct return"),
        ({"exits": [{"return": True}], "args": [3]}, "slot 3 may be unbound"),
        ({"exits": [{"target": "b -= i"}]}, "stack depth 1 from depth 0"),
        ({"exits": [{"target": "b -= i", "push": 1}]}, "leaves slot 3 unbound"),
        ({"exits": [{"target": "return a", "deletes": [2]}]}, "leaves slot 2 unbound"),
    ],
)
def test_refused_stubs(stub: dict[str, Any], message: str) -> None:
    whole = {"pc": at(many_ways, "for i"), "region": 0, "args": [], **stub}
    whole["exits"] = [
        {**leave, "target": before(many_ways, leave["target"])}
        if isinstance(leave.get("target"), str)
        else leave
        for leave in whole["exits"]
    ]
    with pytest.raises(Refused, match=message):
        splice(many_ways.__code__, [whole], [None])


def test_return_inside_a_loop_is_refused() -> None:
    stub = {"pc": at(many_ways, "a += i"), "region": 0, "args": [], "exits": [{"return": True}]}
    with pytest.raises(Refused, match="empty stack"):
        splice(many_ways.__code__, [stub], [None])


def test_overlapping_stubs_are_refused() -> None:
    places = boundaries(straight)
    pc = next(a["pc"] for a, b in itertools.pairwise(places) if b["pc"] < a["end"])
    follower = next(b["pc"] for b in places if b["pc"] > pc)
    stubs = [{"pc": p, "region": 0, "args": [], "exits": [{"return": True}]} for p in (pc, follower)]
    with pytest.raises(Refused, match=r"overlaps|empty stack"):
        splice(straight.__code__, stubs, [None])
