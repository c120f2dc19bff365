"""Docstrings of public objects and the statements of their examples."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import types
import warnings
from collections.abc import Iterator
from types import CodeType
from typing import Any

#: Where nothing is surveyed: copies of other projects, what only lists names of
#: other modules, what loads data from the network.
_LEFT_OUT = {"tests", "conftest", "externals", "datasets", "show_versions"}

_parser = doctest.DocTestParser()


def modules(package: str) -> Iterator[types.ModuleType]:
    """The public modules, those nearest to the package first."""
    top = importlib.import_module(package)
    found = [m.name for m in pkgutil.walk_packages(top.__path__, package + ".", onerror=lambda name: None)]
    for name in sorted(found, key=lambda n: (n.count("."), n)):
        if any(part.startswith("_") or part in _LEFT_OUT for part in name.split(".")):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield importlib.import_module(name)
            except ImportError:  # needs a package that is not there
                continue


def names(package: str) -> Iterator[str]:
    """``module:object`` of everything written in Python that has examples, each object once."""
    seen: set[int] = set()
    for module in modules(package):
        for attribute in getattr(module, "__all__", ()):
            value = vars(module).get(attribute)
            if id(value) in seen or not _ours(value, package):
                continue
            seen.add(id(value))
            here = f"{module.__name__}:{attribute}"
            if statements(value):
                yield here
            if inspect.isclass(value):
                yield from _methods(here, value)


def _ours(value: Any, package: str) -> bool:
    """Functions, classes and instances of classes whose code is the package's Python code."""
    if isinstance(value, types.FunctionType):
        return inspect.unwrap(value).__module__.split(".")[0] == package
    kind = value if inspect.isclass(value) else type(value)
    home = getattr(kind, "__module__", None)
    python = any(isinstance(v, types.FunctionType) for v in vars(kind).values())
    return isinstance(home, str) and home.split(".")[0] == package and python


def _methods(here: str, kind: type) -> Iterator[str]:
    for name, value in vars(kind).items():
        if not name.startswith("_") and statements(value):
            yield f"{here}.{name}"


def find(name: str) -> Any:
    module, _, path = name.partition(":")
    value: Any = importlib.import_module(module)
    for part in path.split("."):
        value = inspect.getattr_static(value, part) if inspect.isclass(value) else getattr(value, part)
    return value


def statements(value: Any) -> list[str]:
    """The examples of an object's docstring; none where it is no text or cannot be read."""
    text = getattr(value, "__doc__", None)
    if type(text) is not str or ">>>" not in text:
        return []
    try:
        return [e.source for e in _parser.get_examples(text)]
    except ValueError:
        return []


def compiled(name: str, sources: list[str]) -> list[CodeType | None]:
    """Each statement as an interactive session compiles it."""
    return [_compile(source, f"<{name}[{i}]>") for i, source in enumerate(sources)]


def _compile(source: str, place: str) -> CodeType | None:
    try:
        return compile(source, place, "single")
    except SyntaxError:
        return None
