"""What a loop at the top level does to names, as far as its text tells."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

#: All that a loop may consist of. Anything else can be seen, or sees, from outside.
_STATEMENTS = (
    ast.For,
    ast.While,
    ast.If,
    ast.Assign,
    ast.AugAssign,
    ast.Expr,
    ast.Break,
    ast.Continue,
    ast.Pass,
)
_EXPRESSIONS = (
    *(ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Call, ast.keyword, ast.Starred),
    *(
        ast.Constant,
        ast.Name,
        ast.Attribute,
        ast.Subscript,
        ast.Slice,
        ast.Tuple,
        ast.List,
        ast.Dict,
        ast.Set,
    ),
    *(ast.JoinedStr, ast.FormattedValue),
    *(ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop),
)

Names = frozenset[str]


class Refused(Exception):
    """Why a loop stays what it is."""


class Flow:
    """The names of a loop.

    Attributes
    ----------
    stored : list of str
        Those it binds, in the order of the text.
    loaded : list of str
        Those it reads, in the order of the text.
    needed : set of str
        Those that an iteration may read before it has bound them.
    """

    def __init__(self, loop: ast.For | ast.While) -> None:
        for node in ast.walk(loop):
            if not isinstance(node, _STATEMENTS + _EXPRESSIONS):
                raise Refused(f"{type(node).__name__} in a loop at the top level")
            if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                raise Refused("an attribute is set")
        names = [n for n in ast.walk(loop) if isinstance(n, ast.Name)]
        self.stored = _ordered(n for n in names if isinstance(n.ctx, ast.Store))
        self.loaded = _ordered(n for n in names if isinstance(n.ctx, ast.Load))
        self.loaded += [n for n in self.stored if n not in self.loaded]
        self.needed: set[str] = set()
        self._statements([loop], frozenset())

    def _statements(self, body: Sequence[ast.stmt], bound: Names | None) -> Names | None:
        """What is bound behind statements; None where they are not left at their end."""
        for statement in body:
            if bound is None:
                return None
            bound = self._statement(statement, bound)
        return bound

    def _statement(self, s: ast.stmt, bound: Names) -> Names | None:
        match s:
            case ast.For():
                self._read(s.iter, bound)
                self._read(s.target, bound)
                self._statements(s.body, bound | _stored(s.target))
                self._statements(s.orelse, bound)
            case ast.While():
                self._read(s.test, bound)
                self._statements(s.body, bound)
                self._statements(s.orelse, bound)
            case ast.If():
                self._read(s.test, bound)
                return _both(self._statements(s.body, bound), self._statements(s.orelse, bound))
            case ast.Break() | ast.Continue():
                return None
            case ast.AugAssign():
                self._need(_names(s.target) - bound)
                self._read(s.value, bound)
                return bound | _stored(s.target)
            case _:
                self._read(s, bound)
                return bound | _stored(s)
        return bound

    def _read(self, node: ast.AST, bound: Names) -> None:
        self._need(_names(node, ast.Load) - bound)

    def _need(self, names: Iterable[str]) -> None:
        self.needed.update(n for n in names if n in self.stored)


def _both(one: Names | None, other: Names | None) -> Names | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _names(node: ast.AST, context: type[ast.expr_context] = ast.expr_context) -> Names:
    found = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return frozenset(n.id for n in found if isinstance(n.ctx, context))


def _stored(node: ast.AST) -> Names:
    return _names(node, ast.Store)


def _ordered(names: Iterable[ast.Name]) -> list[str]:
    ordered = sorted(names, key=lambda n: (n.lineno, n.col_offset))
    return list(dict.fromkeys(n.id for n in ordered))
