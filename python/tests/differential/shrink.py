"""Makes a failing program small: drops statements, arguments and operands."""

from __future__ import annotations

import ast
import copy
import time
from collections.abc import Callable, Iterator


def shrink(text: str, fails: Callable[[str], bool], seconds: float = 30.0) -> str:
    """The smallest program found for which `fails` still holds."""
    end = time.monotonic() + seconds
    text = ast.unparse(ast.parse(text)) + "\n"
    if not _holds(fails, text):
        return text
    again = True
    while again and time.monotonic() < end:
        again = False
        for candidate in candidates(text):
            if time.monotonic() > end:
                break
            if len(candidate) < len(text) and _holds(fails, candidate):
                text, again = candidate, True
                break
    return text


def _holds(fails: Callable[[str], bool], text: str) -> bool:
    try:
        return fails(text)
    except Exception:  # the smaller text is no program any more
        return False


def candidates(text: str) -> Iterator[str]:
    """Smaller texts, the biggest steps first."""
    tree = ast.parse(text)
    for edits in (_statements, _unwrapped, _operands, _items, _numbers):
        for i in range(sum(1 for _ in edits(tree))):
            trial = copy.deepcopy(tree)
            for j, edit in enumerate(edits(trial)):
                if j == i:
                    edit()
                    break
            try:
                yield ast.unparse(ast.fix_missing_locations(trial)) + "\n"
            except (ValueError, AttributeError):
                continue


def _bodies(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            body = getattr(node, field, None)
            if isinstance(body, list) and body:
                yield body


def _statements(tree: ast.AST) -> Iterator[Callable[[], object]]:
    """Delete one statement."""
    for body in _bodies(tree):
        for statement in reversed(body):
            if len(body) > 1:
                yield lambda body=body, s=statement: body.remove(s)


def _unwrapped(tree: ast.AST) -> Iterator[Callable[[], object]]:
    """Replace a compound statement by its body."""
    for body in _bodies(tree):
        for i, statement in enumerate(body):
            inner = getattr(statement, "body", None)
            if isinstance(inner, list) and not isinstance(statement, ast.FunctionDef):
                yield lambda body=body, i=i, inner=inner: body.__setitem__(slice(i, i + 1), inner)


def _operands(tree: ast.AST) -> Iterator[Callable[[], object]]:
    """Replace an expression by one of its parts."""
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                for part in _parts(value):
                    yield lambda node=node, field=field, part=part: setattr(node, field, part)
            elif isinstance(value, list):
                for i, item in enumerate(value):
                    for part in _parts(item):
                        yield lambda value=value, i=i, part=part: value.__setitem__(i, part)


def _parts(node: object) -> list[ast.expr]:
    if not isinstance(
        node, ast.BinOp | ast.UnaryOp | ast.Call | ast.Compare | ast.Subscript | ast.Attribute | ast.IfExp
    ):
        return []
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def _items(tree: ast.AST) -> Iterator[Callable[[], object]]:
    """Drop a list's or tuple's item, an argument, a keyword, a parameter."""
    for node in ast.walk(tree):
        for field in ("elts", "args", "keywords", "keys", "names"):
            items = getattr(node, field, None)
            if isinstance(items, list):
                for i in range(len(items)):
                    yield lambda node=node, items=items, i=i: _drop(node, items, i)


def _drop(node: ast.AST, items: list[ast.AST], i: int) -> None:
    del items[i]
    if isinstance(node, ast.Dict):
        del node.values[i]


def _numbers(tree: ast.AST) -> Iterator[Callable[[], object]]:
    """Make literals shorter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and len(repr(node.value)) > 1:
            yield lambda node=node: setattr(node, "value", type(node.value)(2))
