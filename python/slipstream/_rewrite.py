"""Which functions of a cell or script are accelerated: the decorator is put on their `def` statements.

It goes innermost, so that the program's own decorators get what `jit` gives. Lines
and columns stay what they are. Left alone are

- functions inside of functions: the outer one is compiled with them, and what is made
  anew on each call would be compiled anew, too; the same goes for the bodies of loops;
- generators and coroutines;
- functions that look at their own variables from outside, as `locals` does: compiled code does not keep
  those that are not read again;
- what is decorated for another compiler, which wants to read the code as it was written.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

from ._lift import FUTURE, Loop

Decorator = Callable[[], ast.expr]

#: Packages with decorators that read a function's code instead of calling it.
COMPILERS = frozenset(
    {"slipstream", "numba", "torch", "jax", "tensorflow", "taichi", "triton", "cython", "Cython", "pythran"}
    | {"transonic", "warp", "cupyx", "pytensor", "llvmlite", "pyccel", "codon"}
)


#: Names by which a function's variables are looked at; pandas and numexpr find them in the frame.
LOOKS = frozenset(
    {"locals", "vars", "dir", "eval", "exec", "breakpoint", "set_trace"}
    | {"_getframe", "currentframe", "stack", "query", "evaluate"}
)


class Origins(dict[str, str]):
    """From which package the names of a program come, as its import statements say."""

    def read(self, tree: ast.AST) -> None:
        """Take what the import statements of a module say, wherever they stand."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for a in node.names:
                    self[a.asname or a.name.partition(".")[0]] = a.name.partition(".")[0]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                self.update({a.asname or a.name: node.module.partition(".")[0] for a in node.names})

    def of(self, expression: ast.expr) -> str:
        """The package of what an expression such as ``nb.njit(cache=True)`` calls; empty if unknown."""
        while isinstance(expression, ast.Call | ast.Attribute):
            expression = expression.func if isinstance(expression, ast.Call) else expression.value
        return self.get(expression.id, "") if isinstance(expression, ast.Name) else ""


def handed_over(tree: ast.AST, origins: Origins) -> set[str]:
    """The names given to another compiler in a call such as ``fast = numba.njit(slow)``."""
    calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call) and origins.of(n) in COMPILERS)
    return {a.id for call in calls for a in call.args if isinstance(a, ast.Name)}


class Decorate(ast.NodeTransformer):
    """Puts a decorator on the functions and methods of a module that are to be accelerated."""

    def __init__(self, decorator: Decorator, origins: Origins) -> None:
        self._decorator = decorator
        self._origins = origins
        self._spared: set[str] = set()

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self._origins.read(node)
        self._spared = handed_over(node, self._origins)
        self.generic_visit(node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        spared = node.name in self._spared or self._foreign(node)
        if not (spared or _generates(node) or _looks(node)):
            node.decorator_list.append(_at(self._decorator(), node))
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        if not self._foreign(node):
            self.generic_visit(node)
        return node

    def _leave(self, node: Any) -> Any:
        return node

    visit_AsyncFunctionDef = visit_For = visit_AsyncFor = visit_While = _leave

    def _foreign(self, node: ast.FunctionDef | ast.ClassDef) -> bool:
        return any(self._origins.of(d) in COMPILERS for d in node.decorator_list)


def _at(expression: ast.expr, node: ast.FunctionDef) -> ast.expr:
    """The expression at the word `def`: the line a function begins at, and what tracers see, stay."""
    start = {"lineno": node.lineno, "col_offset": node.col_offset}
    end = {"end_lineno": node.lineno, "end_col_offset": node.col_offset + len("def")}
    for part in ast.walk(expression):
        for name, value in (start | end).items():
            setattr(part, name, value)
    return expression


def _generates(function: ast.FunctionDef) -> bool:
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in _own_nodes(function))


def _looks(function: ast.FunctionDef) -> bool:
    """Whether something in a function may look at its variables from outside."""
    for node in ast.walk(function):
        name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
        if name in LOOKS:
            return True
    return False


def _own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What belongs to a function itself, not to functions and classes inside of it."""
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            todo.extend(ast.iter_child_nodes(node))


#: Stands for the decorator between parsing and compiling: a syntax tree cannot hold a function.
_PLACEHOLDER = "<slipstream: the decorator's place>"


def compiled(source: bytes | str, filename: str, decorator: Callable[[Any], Any]) -> CodeType:
    """The code of a module whose functions go through a decorator. No name is added to the module."""
    tree = _decorated(source, filename)
    return _filled(compile(tree, filename, "exec", dont_inherit=True), decorator)


def parts(source: bytes, filename: str, decorator: Callable[[Any], Any]) -> list[CodeType | Loop]:
    """The same in parts, to be run one after the other: loops at the top level are parts of their own."""
    tree = _decorated(source, filename)
    found: list[CodeType | Loop] = []
    flags = 0
    for statements in _runs(tree):
        code = compile(ast.Module(statements, []), filename, "exec", flags=flags, dont_inherit=True)
        flags |= code.co_flags & FUTURE
        loop = _lifted(statements, filename, flags)
        if loop is not None:
            loop.code = code
        found.append(_filled(code, decorator) if loop is None else loop)
    return found


def _decorated(source: bytes | str, filename: str) -> ast.Module:
    tree = compile(source, filename, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    return Decorate(lambda: ast.Constant(_PLACEHOLDER), Origins()).visit(tree)  # type: ignore[no-any-return]


def _runs(tree: ast.Module) -> list[list[ast.stmt]]:
    """The statements of a module, loops apart."""
    if any(isinstance(s, ast.Global) for s in tree.body):
        return [tree.body]  # what it may follow is a matter of the whole
    runs: list[list[ast.stmt]] = [[]]
    for statement in tree.body:
        if _lifted([statement], "", 0) is not None:
            runs += [[statement], []]
        elif runs[-1] or len(runs) == 1 or not _is_text(statement):
            runs[-1].append(statement)
    # The first gives the module its text, even if it is empty.
    return runs[:1] + [run for run in runs[1:] if run]


def _is_text(statement: ast.stmt) -> bool:
    """Whether a statement would be the text of a module that began with it."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _lifted(statements: list[ast.stmt], filename: str, flags: int) -> Loop | None:
    """The loop that a run of statements is, if it may be lifted."""
    if len(statements) != 1 or not isinstance(statements[0], ast.For | ast.While):
        return None
    loop = Loop(statements[0], filename, flags)
    return None if loop.why else loop


def _filled(code: CodeType, decorator: object) -> CodeType:
    """Code with the decorator in place of what stands for it, in the bodies of classes, too."""

    def filled(constant: object) -> object:
        if isinstance(constant, CodeType):
            return _filled(constant, decorator)
        return decorator if constant == _PLACEHOLDER else constant

    constants = tuple(map(filled, code.co_consts))
    changed = any(new is not old for new, old in zip(constants, code.co_consts, strict=True))
    return code.replace(co_consts=constants) if changed else code
