"""Classic algorithms in loops, on inputs of every kind: equal to plain runs, call by call."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pathlib
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from kernels import check, table, variants
from slipstream import jit

FLOOR = json.loads(pathlib.Path(__file__).with_name("floor.json").read_text())
ROWS = table.rows()


@pytest.mark.parametrize("name", ROWS)
def test_kernel(name: str) -> None:
    found = check.kernel(ROWS[name])
    assert not found.differ, "\n".join(found.differ[:5])
    assert "original" in found.compared
    assert len(found.compared) > 2 * len(found.left_out)


def test_enough_ran_natively() -> None:
    """Floors that rise with what is compiled of loops."""
    shares = [check.share(row) for row in ROWS.values()]
    assert sum(s.runs > 0 for s in shares) >= FLOOR["kernels with native runs"]
    assert sum(s.whole for s in shares) >= FLOOR["kernels without a Python step"]


# The tables ---------------------------------------------------------------


def test_every_function_is_a_kernel() -> None:
    """Of all that the modules define; names of helpers begin with a line."""
    for subject in table.subjects():
        module = importlib.import_module(f"kernels.{subject}")
        own = [f for f in vars(module).values() if inspect.isfunction(f) and f.__module__ == module.__name__]
        public = {f.__name__ for f in own if not f.__name__.startswith("_")}
        assert public == {n for n, r in ROWS.items() if r.subject == subject}, subject
    assert len(ROWS) > 180


def test_original_inputs_raise_nothing() -> None:
    for row in ROWS.values():
        with np.errstate(all="ignore"):
            row.function(*variants.original(row))


def test_every_variant_is_used() -> None:
    had = {name for row in ROWS.values() for name, _ in variants.of(row)}
    assert had == set(variants.VARIANTS)


def test_equal_generators_give_equal_arguments() -> None:
    for row in list(ROWS.values())[::20]:
        for name, make in variants.of(row):
            first, second = (repr(variants.leaves(make())) for _ in range(2))
            assert first == second or "function" in first or "object" in name, (row.name, name)


# What the kernels are written with ---------------------------------------


def loops(node: ast.AST, depth: int = 0) -> int:
    """How many loops stand in each other."""
    inner = depth + isinstance(node, (ast.For, ast.While))
    return max([inner, *(loops(child, inner) for child in ast.iter_child_nodes(node))])


def inside_loops(tree: ast.AST) -> Iterator[ast.AST]:
    for loop in ast.walk(tree):
        if isinstance(loop, (ast.For, ast.While)):
            yield from (n for statement in loop.body for n in ast.walk(statement))


def over(name: str, test: Callable[[ast.Call], bool] = lambda c: True) -> Callable[[ast.AST], bool]:
    """A loop over what a function gives."""
    return lambda n: isinstance(n, ast.For) and called(name)(n.iter) and test(n.iter)  # type: ignore[arg-type]


def called(name: str) -> Callable[[ast.AST], bool]:
    return lambda n: isinstance(n, ast.Call) and ast.unparse(n.func) == name


def binary(kind: type[ast.operator]) -> Callable[[ast.AST], bool]:
    return lambda n: isinstance(n, (ast.BinOp, ast.AugAssign)) and isinstance(n.op, kind)


def place(test: Callable[[ast.expr], bool]) -> Callable[[ast.AST], bool]:
    """An index with a part of this kind."""
    return lambda n: isinstance(n, ast.Subscript) and any(map(test, parts(n)))


def parts(n: ast.Subscript) -> list[ast.expr]:
    return n.slice.elts if isinstance(n.slice, ast.Tuple) else [n.slice]


def span(n: ast.expr) -> bool:
    """A slice whose bounds are known at run time."""
    return isinstance(n, ast.Slice) and any(b and not _constant(b) for b in (n.lower, n.upper))


def _constant(n: ast.expr) -> bool:
    return isinstance(n.operand if isinstance(n, ast.UnaryOp) else n, ast.Constant)


def stored(n: ast.AST, test: Callable[[ast.AST], bool]) -> bool:
    return isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store) and test(n)


BUILTINS = ["abs", "bool", "complex", "divmod", "float", "int", "len", "max", "min", "pow", "round", "sum"]
MATH = ["ceil", "copysign", "cos", "exp", "floor", "gcd", "hypot", "log", "sin", "sqrt", "trunc"]

#: Forms that loops are written in; each stands in some kernels.
FORMS: dict[str, Callable[[ast.AST], bool]] = {
    "range": over("range"),
    "range with a start": over("range", lambda c: len(c.args) == 2),
    "range downwards": over("range", lambda c: len(c.args) == 3 and isinstance(c.args[2], ast.UnaryOp)),
    "range with a variable step": over("range", lambda c: len(c.args) == 3 and not _constant(c.args[2])),
    "enumerate": over("enumerate"),
    "zip": over("zip"),
    "reversed": over("reversed"),
    "loop over a variable": lambda n: isinstance(n, ast.For) and isinstance(n.iter, ast.Name),
    "loop over a slice": lambda n: isinstance(n, ast.For) and isinstance(n.iter, ast.Subscript),
    "loop over a tuple": lambda n: isinstance(n, ast.For) and isinstance(n.iter, ast.Tuple),
    "loop over an attribute or call": lambda n: isinstance(n, ast.For) and isinstance(n.iter, ast.Call),
    "unpacked target": lambda n: isinstance(n, ast.For) and isinstance(n.target, ast.Tuple),
    "while": lambda n: isinstance(n, ast.While),
    "while True": lambda n: isinstance(n, ast.While) and isinstance(n.test, ast.Constant),
    "while with and": lambda n: isinstance(n, ast.While) and isinstance(n.test, ast.BoolOp),
    "for-else": lambda n: isinstance(n, ast.For) and bool(n.orelse),
    "while-else": lambda n: isinstance(n, ast.While) and bool(n.orelse),
    "break": lambda n: isinstance(n, ast.Break),
    "continue": lambda n: isinstance(n, ast.Continue),
    "chained comparison": lambda n: isinstance(n, ast.Compare) and len(n.ops) > 1,
    "conditional expression": lambda n: isinstance(n, ast.IfExp),
    "is": lambda n: isinstance(n, ast.Compare) and isinstance(n.ops[0], (ast.Is, ast.IsNot)),
    "in": lambda n: isinstance(n, ast.Compare) and isinstance(n.ops[0], (ast.In, ast.NotIn)),
    "not": lambda n: isinstance(n, ast.UnaryOp) and isinstance(n.op, ast.Not),
    "raise": lambda n: isinstance(n, ast.Raise),
    "assert": lambda n: isinstance(n, ast.Assert),
    "closure": lambda n: isinstance(n, ast.FunctionDef) and any(map(_nested, ast.walk(n))),
    "lambda or comprehension": lambda n: isinstance(n, (ast.Lambda, ast.ListComp, ast.GeneratorExp)),
    "swap": lambda n: isinstance(n, ast.Assign)
    and isinstance(n.targets[0], ast.Tuple)
    and isinstance(n.targets[0].elts[0], ast.Subscript),
    "complex number": lambda n: isinstance(n, ast.Constant) and isinstance(n.value, complex),
    "negative index": place(lambda p: isinstance(p, ast.UnaryOp) and _constant(p)),
    "index from an array": place(lambda p: isinstance(p, ast.Subscript)),
    "slice with variable bounds": place(span),
    "block of an array": lambda n: isinstance(n, ast.Subscript) and sum(map(span, parts(n))) > 1,
    "column of an array": place(lambda p: isinstance(p, ast.Slice) and not (p.lower or p.upper or p.step)),
    "slice with a step": place(lambda p: isinstance(p, ast.Slice) and p.step is not None),
    "store into a slice": lambda n: stored(n, place(lambda p: isinstance(p, ast.Slice))),
    "store at an element of two axes": lambda n: stored(n, lambda s: len(parts(s)) == 2),  # type: ignore[arg-type]
    "in-place operation on an element": lambda n: isinstance(n, ast.AugAssign)
    and isinstance(n.target, ast.Subscript),
    "in-place operation on a name": lambda n: isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name),
    "mask": place(lambda p: isinstance(p, ast.Compare)),
    "np.dot": called("np.dot"),
    **{op.__name__: binary(op) for op in ast.operator.__subclasses__()},
    **{name: called(name) for name in BUILTINS},
    **{f"math.{name}": called(f"math.{name}") for name in MATH},
}


def _nested(n: ast.AST) -> bool:
    return isinstance(n, ast.FunctionDef) and n.name in ("force", "energy")


def trees() -> dict[str, ast.AST]:
    return {n: ast.parse(textwrap.dedent(inspect.getsource(r.function))) for n, r in ROWS.items()}


def test_every_form_is_met() -> None:
    nodes = [node for tree in trees().values() for node in ast.walk(tree)]
    assert not [name for name, test in FORMS.items() if not any(map(test, nodes))]


def test_loops_stand_in_loops() -> None:
    depths = {name: loops(tree) for name, tree in trees().items()}
    # Functions that call themselves need none.
    assert {ROWS[name].subject for name, depth in depths.items() if depth == 0} <= {"recursion"}
    assert max(depths.values()) >= 4
    assert sum(any(isinstance(n, ast.Return) for n in inside_loops(t)) for t in trees().values()) > 5


# The harness itself -------------------------------------------------------


def _rounding(f: Any) -> Any:
    """A function whose results are off in the last place."""

    def wrong(*args: Any) -> Any:
        return np.nextafter(f(*args), np.inf)

    wrong._slipstream = jit(f)._slipstream  # type: ignore[attr-defined]
    return wrong


def test_a_wrong_function_is_noticed() -> None:
    def f(x: float) -> float:
        return x * 2

    found = check.kernel(table.Kernel(f, lambda r: (1.5,)), wrap=_rounding)
    assert any("original" in line for line in found.differ)


def test_what_does_not_end_is_left_out() -> None:
    def f(x: Any) -> Any:
        while x != 0:
            x = x / 2
        return x

    row = table.Kernel(f, lambda r: (1.0,))
    found = check.kernel(row)
    assert not found.differ
    assert "nan for floats" in found.left_out
    assert {"original", "scalars zero"} <= {*found.compared}
