"""A source in which operators and called names are spelled as calls that look at the operands.

Python's operators tell nobody of numbers, and a tracer sees instructions but not their operands.
"""

from __future__ import annotations

import ast
import builtins
import operator
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .countedarray import Counted
from .work import ARITHMETIC, Counter

#: Nodes of operators to the functions that do the same.
BINARY: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
IN_PLACE_OF: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    kind: getattr(operator, f"i{function.__name__.rstrip('_')}")
    for kind, function in BINARY.items()
    if issubclass(kind, ast.operator)
}
UNARY: dict[type[ast.AST], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
#: Builtins that compute, of numbers.
NUMERIC = (abs, min, max, pow, divmod, round)
NUMBER = (int, float, complex, np.generic)
PREFIX = "_counted_"


class Spelled(ast.NodeTransformer):
    """Operators and called names of a source become calls of the functions of `Namespace`.

    The order of evaluation stays. Arithmetic in a subscript stays as it is.
    """

    def __init__(self) -> None:
        self._temporaries = 0

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        node.value = self.visit(node.value)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        self.generic_visit(node)
        return _call(node, type(node.op).__name__, node.left, node.right)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        self.generic_visit(node)
        if type(node.op) not in UNARY or isinstance(node.operand, ast.Constant):
            return node
        return _call(node, type(node.op).__name__, node.operand)

    def visit_Compare(self, node: ast.Compare) -> Any:
        """``a < b < c`` is ``a < (t := b) and t < c``."""
        self.generic_visit(node)
        if not all(type(op) in BINARY for op in node.ops):
            return node
        parts: list[ast.expr] = []
        left = node.left
        for i, (op, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            again: ast.expr = right
            if i + 1 < len(node.ops):
                name = self._temporary()
                again = ast.Name(name, ast.Load())
                right = ast.NamedExpr(ast.Name(name, ast.Store()), right)
            parts.append(_call(node, type(op).__name__, left, right))
            left = again
        return parts[0] if len(parts) == 1 else _at(ast.BoolOp(ast.And(), parts), node)

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """``o[i] += v`` is ``t, u = o, i; t[u] = iadd(t[u], v)``."""
        self.generic_visit(node)
        before, target = self._place(node.target)
        load = ast.parse(ast.unparse(target), mode="eval").body
        value = _call(node, f"I{type(node.op).__name__}", load, node.value)
        return [_at(line, node) for line in [*before, ast.Assign([target], value)]]

    def _place(self, target: Any) -> tuple[list[ast.stmt], Any]:
        if isinstance(target, ast.Name):
            return [], target
        lines = [self._keep(target.value)]
        target.value = ast.Name(lines[0].targets[0].id, ast.Load())  # type: ignore[attr-defined]
        if isinstance(target, ast.Subscript):
            lines.append(self._keep(_key(target.slice)))
            target.slice = ast.Name(lines[1].targets[0].id, ast.Load())  # type: ignore[attr-defined]
        return list(lines), target

    def _keep(self, value: ast.expr) -> ast.Assign:
        return ast.Assign([ast.Name(self._temporary(), ast.Store())], value)

    def _temporary(self) -> str:
        self._temporaries += 1
        return f"{PREFIX}t{self._temporaries}"

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name | ast.Attribute):
            node.func = _call(node, "called", node.func)
        return node


def _call(place: ast.AST, name: str, *arguments: ast.expr) -> Any:
    return _at(ast.Call(ast.Name(PREFIX + name, ast.Load()), list(arguments), []), place)


def _at(node: Any, place: ast.AST) -> Any:
    return ast.fix_missing_locations(ast.copy_location(node, place))


def _key(node: ast.expr) -> ast.expr:
    """What is between the brackets as an object: ``1:, j`` is ``(slice(1, None, None), j)``."""
    if isinstance(node, ast.Tuple):
        return ast.Tuple([_key(item) for item in node.elts], ast.Load())
    if not isinstance(node, ast.Slice):
        return node
    ends = [end or ast.Constant(None) for end in (node.lower, node.upper, node.step)]
    return ast.Call(ast.Name(PREFIX + "slice", ast.Load()), ends, [])


class Namespace:
    """The functions that a spelled source calls, entering what they do with numbers."""

    def __init__(self, count: Counter) -> None:
        self.count = count
        self.array: type[Counted] = type("Counted", (Counted,), {"count": count})

    def names(self) -> dict[str, Any]:
        """All of them by their names in the source."""
        found: dict[str, Any] = {"called": self.called, "slice": slice}
        for prefix, table in (("", BINARY), ("I", IN_PLACE_OF)):
            found.update((prefix + kind.__name__, self._binary(f)) for kind, f in table.items())
        found.update((kind.__name__, self._unary(f)) for kind, f in UNARY.items())
        return {PREFIX + name: value for name, value in found.items()}

    def counted(self, value: Any) -> Any:
        """Plain arrays, as some functions make them, are counted from here on."""
        return value.view(self.array) if type(value) is np.ndarray else value

    def _binary(self, function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def counted(left: Any, right: Any) -> Any:
            if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
                return function(self.counted(left), self.counted(right))
            if isinstance(left, NUMBER) and isinstance(right, NUMBER):
                self.count.scalar()
            return function(left, right)

        return counted

    def _unary(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def counted(value: Any) -> Any:
            if isinstance(value, NUMBER):
                self.count.scalar()
            return function(self.counted(value))

        return counted

    def called(self, function: Any) -> Any:
        """What is called in place of it: functions of NumPy's, of numbers, and methods of plain arrays."""
        owner = getattr(function, "__self__", None)
        if type(owner) is np.ndarray:
            return getattr(self.counted(owner), function.__name__)
        if isinstance(function, np.ufunc) or (isinstance(function, _BUILTINS) and function in NUMERIC):
            return self._computing(function)
        module = getattr(function, "__module__", None) or ""
        if isinstance(module, str) and module.split(".")[0] == "numpy" and not isinstance(owner, np.ndarray):
            return self._of_numpy(function)
        return self._computing(function) if module in ("math", "cmath") else function

    def _computing(self, function: Any) -> Any:
        def counted(*args: Any, **kwargs: Any) -> Any:
            given = [self.counted(value) for value in args]
            if given and all(isinstance(value, NUMBER) for value in given):
                self._of_numbers(function, max(len(given) - 1, 1))
            return function(*given, **{key: self.counted(value) for key, value in kwargs.items()})

        return counted

    def _of_numbers(self, function: Any, count: int) -> None:
        self.count.scalar(count)
        name = function.__name__
        if function not in NUMERIC and name not in ARITHMETIC:
            self.count.unknown.add(name)

    def _of_numpy(self, function: Any) -> Any:
        def counted(*args: Any, **kwargs: Any) -> Any:
            before, begin = self.count.leaves, time.perf_counter()
            given = [self.counted(value) for value in args]
            result = function(*given, **{key: self.counted(value) for key, value in kwargs.items()})
            seconds = time.perf_counter() - begin
            if type(result) is np.ndarray and self.count.leaves == before:
                name = getattr(function, "__name__", "")
                self.count.made(name, [result], seconds)
            return self.array.wrap(np.empty(0).view(self.array), result)

        return counted


_BUILTINS = (types.BuiltinFunctionType,)


def spelled(function: types.FunctionType, count: Counter) -> tuple[Any, Namespace]:
    """The same function of a counted copy of its module."""
    path = Path(function.__code__.co_filename)
    tree = Spelled().visit(ast.parse(path.read_text(), str(path)))
    space = Namespace(count)
    names = {"__name__": f"{function.__module__}.counted", "__file__": str(path), "__builtins__": builtins}
    names.update(space.names())
    exec(compile(ast.fix_missing_locations(tree), str(path), "exec"), names)
    return names[function.__name__], space
