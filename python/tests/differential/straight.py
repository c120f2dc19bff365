"""Programs that a region could hold from their first line to their return."""

from __future__ import annotations

import ast

from .vocabulary import HEADER

_BLOCKS = (ast.For, ast.While, ast.Try, ast.ListComp)
#: What shows or keeps its arguments, a state that calls such a function, and
#: values that tell when they are freed.
_OPAQUE = frozenset(
    ("print", "shown", "keep", "globals", "report", "Ender", "weakref", "ROWS", "QUEUE", "update", "kept")
)
#: Parameters that hold numbers or None, on which a branch is decided before it is reached.
_NUMBERS = frozenset("pk")


def straight_line(text: str) -> bool:
    """Whether `f` has no loop, handler or comprehension, calls nothing
    that Python runs by nature, such as `print`, and branches on no contents of arrays.
    """
    return not any(_breaks(node) for node in ast.walk(_function(text)))


def _breaks(node: ast.AST) -> bool:
    if isinstance(node, ast.If | ast.IfExp):
        return not _decided(node.test)
    name = getattr(node, "id", None) or getattr(node, "attr", None)
    return isinstance(node, _BLOCKS) or name in _OPAQUE


def _decided(test: ast.expr) -> bool:
    """Whether types, shapes and parameters say how a branch comes out."""
    if isinstance(test, ast.BoolOp):
        return all(map(_decided, test.values))
    if isinstance(test, ast.Compare):
        return isinstance(test.ops[0], ast.Is | ast.IsNot) or _decided(test.left)
    return isinstance(test, ast.Attribute) or (isinstance(test, ast.Name) and test.id in _NUMBERS)


def _function(text: str) -> ast.FunctionDef:
    """`f` of the module, or of the function that makes it."""
    functions = _functions(ast.parse(text.removeprefix(HEADER)).body)
    (found,) = (n for g in functions for n in (g, *_functions(g.body)) if n.name == "f")
    return found


def _functions(body: list[ast.stmt]) -> list[ast.FunctionDef]:
    return [n for n in body if isinstance(n, ast.FunctionDef)]
