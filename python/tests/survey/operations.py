"""Which expressions of the libraries work on arrays: their source is compiled with a look at each value.

A site is a place in a function whose operator, subscript or call gives an
array or a NumPy number, or stores into an array.
"""

from __future__ import annotations

import ast
import importlib.machinery
import sys
import types
from collections.abc import Sequence
from typing import Any

import numpy as np

#: Function (file, first line) to the sites that worked on arrays since `clear`.
found: dict[tuple[str, int], set[int]] = {}

_sites: list[tuple[str, int]] = []
_lines: list[int] = []
_calls: set[int] = set()
_NAME, _CALLED = "__survey_see__", "__survey_called__"


def see(site: int, value: Any) -> Any:
    """Called with each value."""
    if isinstance(value, (np.ndarray, np.generic)) and site not in _calls:
        found.setdefault(_sites[site], set()).add(site)
    return value


def see_called(site: int, called: Any) -> Any:
    """Called with what a call calls: operations of Python functions are their own."""
    if isinstance(called, (types.FunctionType, types.MethodType)):
        _calls.add(site)
    return called


class Look(ast.NodeTransformer):
    """Puts a call of `see` around what may work on arrays, inside of functions."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._function: int | None = None

    def visit_FunctionDef(self, node: Any) -> Any:
        outer = self._function
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        self._function = first
        body = ast.Module(node.body, [])
        node.body = self.generic_visit(body).body  # type: ignore[attr-defined]
        self._function = outer
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        return node

    def _look(self, node: Any) -> Any:
        """The node with its parts looked at, and itself."""
        self.generic_visit(node)
        return self._seen(node) if self._function is not None else node

    visit_BinOp = visit_UnaryOp = visit_Compare = _look

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if self._function is None:
            return node
        called, node.func = node.func, ast.Name("", ast.Load())
        seen = self._seen(node)
        node.func = _call(_CALLED, len(_sites) - 1, called)
        return seen

    def _seen(self, node: Any) -> Any:
        assert self._function is not None
        _sites.append((self._file, self._function))
        _lines.append(node.lineno)
        return _call(_NAME, len(_sites) - 1, node)

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        self.generic_visit(node)
        if self._function is None:
            return node
        if isinstance(node.ctx, ast.Load):
            return self._seen(node)
        node.value = self._seen(node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        self.generic_visit(node)
        if self._function is None or not isinstance(node.target, ast.Name):
            return node
        # `a += b` of a name: the operation is seen by what the name holds behind it.
        name = ast.copy_location(ast.Name(node.target.id, ast.Load()), node)
        look = ast.Expr(self._seen(name))
        return [node, ast.copy_location(look, node)]

    def visit_arguments(self, node: ast.arguments) -> Any:
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        return node

    def visit_Match(self, node: Any) -> Any:
        return node


def _call(name: str, site: int, node: Any) -> Any:
    call = ast.Call(ast.Name(name, ast.Load()), [ast.Constant(site), node], [])
    return ast.copy_location(call, node)


class Loader(importlib.machinery.SourceFileLoader):
    """Reads a module with the looks."""

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> types.CodeType:
        tree = ast.fix_missing_locations(Look(str(path)).visit(ast.parse(data)))
        return compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)

    def get_code(self, fullname: str) -> types.CodeType | None:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)

    def exec_module(self, module: types.ModuleType) -> None:
        vars(module).update({_NAME: see, _CALLED: see_called})
        super().exec_module(module)


class Finder:
    """In front of the path: modules of the packages are read by `Loader`."""

    def __init__(self, packages: Sequence[str]) -> None:
        self._packages = packages

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name.partition(".")[0] not in self._packages:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is importlib.machinery.SourceFileLoader:
            spec.loader = Loader(spec.loader.name, spec.loader.path)
        return spec


def install(packages: Sequence[str]) -> None:
    """Look at everything that these packages import from now on."""
    sys.meta_path.insert(0, Finder(packages))  # type: ignore[arg-type]


def clear() -> None:
    found.clear()


def counts() -> dict[str, int]:
    """How many sites of each function worked on arrays."""
    return {f"{file}:{line}": len(sites) for (file, line), sites in found.items()}


def lines() -> dict[str, list[int]]:
    """On which lines they begin."""
    return {f"{file}:{line}": sorted({_lines[s] for s in sites}) for (file, line), sites in found.items()}
