"""Regions that end inside of a statement: what lies on the stack goes on in Python."""

from __future__ import annotations

import sys
import textwrap
import traceback
from typing import Any

import numpy as np
import pytest
from differential.equal import Snapshot, differences, exception_facts
from differential.run import hits
from slipstream import jit

HEADER = """
import collections
import numpy as np
told = []
def note(*values, **more):
    told.append((values, more))
    return values[0] if values else None
class Box:
    pass
box = Box()
box.rows, box.names = [], {"k": []}
class Rows(list):
    def append(self, value):
        super().append(value * 2)
kinds = {"list": [], "dict": {}, "queue": collections.deque(maxlen=3), "rows": Rows()}
def held(x):
    return box
"""

STATEMENTS = {
    "an argument": "r = note(a * b)",
    "the second argument": "r = note(a, a * b)",
    "a name between": "r = note(a * b, c, a - b, note)",
    "by name": "r = note(a * b, also=a - b)",
    "unpacked": "r = note(*(a * b, 1))",
    "an operand": "r = a * b - note(a + b) * 2",
    "two calls": "r = note(a * b) + note(a + b, b)",
    "a method": "r = (a * b).tolist()",
    "a method of a list": "rows = kinds['list']\nrows.append(a * b - 1)\nr = rows[-1]",
    "a method of a list that is global": "told.append(a * b - 1); r = len(told)",
    "a method of an attribute": "box.rows.append((a * b, a - b)); r = box.rows[-1]",
    "a method of an item": "box.names['k'].insert(0, a * b + 1); r = box.names['k'][0]",
    "a method of a dict": "d = kinds['dict']\nd.update({'k': a * b}, m=a - b)\nr = d.setdefault('z', a + b)",
    "a method that a dict does not have": "d = kinds['dict']\nr = d.append(a * b)",
    "a method of a queue": "q = kinds['queue']\nq.append(a * b - b)\nr = list(q)",
    "a method of a class of one's own": "rows = kinds['rows']\nrows.append(a * b + b)\nr = rows[-1]",
    "a method that raises": "rows = kinds['list']\nr = rows.append(a * b, a - b)",
    "a method that is no method": "rows = kinds['list']\nr = rows.__class__((a * b, a - b))",
    "an attribute": "held(1).x = a * b; r = box.x",
    "an item": "r = {}; r['k'] = a * b + 1",
    "a dict": "r = {'p': a * b, 'q': (a, b - a)}",
    "a list": "r = [a * b, [b * a, c]]",
    "a text": "r = f'{(a * b).sum():.3f} and {np.mean(b)}'",
    "a branch": "r = 1 if (a * b).sum() > 2 else a",
    "a branch on two": "r = a if (a * b).sum() > 2 and (a - b).any() else b * b",
    "a loop over values": "r = [v for v in a * b]",
    "a loop": "r = 0\nfor v in a * b:\n    r = r + v * np.sqrt(v)",
    "a lambda": "r = (lambda v: note(v))(a * b)",
    "unpacking": "r, *s = a * b",
    "a global": "global kept\nkept = a * b; r = kept",
    "a comparison": "r = (a * b).sum() in (1.0, 2.0)",
    "an assertion": "assert (a * b).sum() < 1e9, a\nr = a * 2",
    "two exits": "if a.size > 3:\n    r = note(a * b, c, b - a)\nelse:\n    r = note(a + b)\nreturn r",
    "what was stored": "a[0], r = c, note(a * b)",
    "in a block": "with np.errstate(all='ignore'):\n    r = note(a / b)",
    "in a try": "try:\n    r = note(a * b)[5]\nexcept IndexError:\n    r = b * a",
    "a star": "r = np.hypot(*(a * b, b * a))",
    "a slice of a list": "r = [a, b, c][slice(0, (a * b).size)]",
}


def space(body: str) -> dict[str, Any]:
    text = HEADER + "def f(a, b, c=2.5):\n    s = a - b\n" + textwrap.indent(body, "    ")
    names: dict[str, Any] = {"__name__": "inside"}
    exec(compile(f"{text}\n    return r, s * 2\n", "<inside>", "exec"), names)
    return names


def observed(names: dict[str, Any], f: Any, *args: Any) -> dict[str, object]:
    result, error = None, None
    try:
        result = f(*args)
    except Exception as e:
        error = e
    facts = {"exception": exception_facts(error, skip=1)}
    facts.update(
        Snapshot({"result": result, "told": names["told"], "args": args, "kept": names.get("kept")}).facts
    )
    return facts


def values(n: int) -> list[tuple[Any, ...]]:
    ramp, zeros = np.arange(1.0, n + 1), np.zeros(n)
    return [(ramp, ramp + 2), (ramp, zeros), (ramp.astype("f4"), ramp), (ramp, ramp, ramp), (ramp, ramp[:-1])]


@pytest.mark.parametrize("name", STATEMENTS)
def test_statements(name: str) -> None:
    left, right = space(STATEMENTS[name]), space(STATEMENTS[name])
    fast = jit(right["f"])
    for turn in range(4):
        for args in (
            zip(values(4), values(4), strict=True) if turn % 2 else zip(values(3), values(3), strict=True)
        ):
            found = differences(observed(left, left["f"], *args[0]), observed(right, fast, *args[1]))
            assert not found, (turn, found[0])
    assert hits(fast)
    assert not fast._slipstream.bug


def test_the_call_alone_runs_in_python() -> None:
    """The statement's arithmetic is native, in every call from the second on."""
    names = space("r = note(a * b + 1)")
    fast, a = jit(names["f"]), np.ones(4)
    for _ in range(4):
        fast(a, a)
    lines = {line.source or line.number: line for line in fast.explain(a, a).lines}
    assert sum(bool(line.regions) and bool(line.codes) for line in lines.values()) == 1


def test_a_traceback_is_the_same() -> None:
    def fails(x: Any) -> Any:
        raise ValueError(x.shape)

    names = space("r = s + note(a * b) / fails(a + b)")
    names["fails"] = fails
    texts = []
    for f in (names["f"], jit(names["f"]), jit(names["f"])):
        try:
            f(np.ones(3), np.ones(3))
        except ValueError:
            texts.append(traceback.format_exc().split("\n", 3)[-1])
    assert texts[0] == texts[1] == texts[2]


def test_nothing_is_kept() -> None:
    names = space("r = note(a * b, a, held)")
    fast = jit(names["f"])
    a, b = np.ones(1000), np.ones(1000)
    for _ in range(5):
        fast(a, b)
    names["told"].clear()
    counts = [sys.getrefcount(x) for x in (a, b, names["held"], names["note"], None)][:4]
    for _ in range(100):
        fast(a, b)
    names["told"].clear()
    assert counts == [sys.getrefcount(x) for x in (a, b, names["held"], names["note"])]
