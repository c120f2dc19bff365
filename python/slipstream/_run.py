"""``slipstream run``: a script or module as Python runs it, with its functions accelerated.

The program becomes ``__main__``, with the arguments, paths and exit status it has
in plain Python, and with a stack that begins with its own first frame.
"""

from __future__ import annotations

import builtins
import os
import pkgutil
import runpy
import sys
import threading
import types
from collections.abc import Callable, Sequence
from functools import partial
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, TracebackType
from typing import Any, NoReturn

from . import _native, _rewrite
from ._lift import Loop
from ._taken import take


def main(arguments: Sequence[str]) -> None:
    """Run ``script.py [args...]`` or ``-m module [args...]``."""
    target, rest = arguments[0], list(arguments[1:])
    if target.startswith("-m") and (target != "-m" or rest):
        name, *rest = [target[2:], *rest] if target != "-m" else rest
        run_module(name, rest)
    elif target.startswith("-"):
        _fail(f"slipstream run: give a script, or -m and a module, instead of {target}")
    else:
        run_script(target, rest)


def run_script(path: str, arguments: Sequence[str]) -> None:
    """Run a file, or a folder or archive with a ``__main__.py``, as ``python PATH`` does."""
    if pkgutil.get_importer(path) is not None:
        _set_path(os.path.abspath(path))
        _run_found("__main__", [path, *arguments], alter_argv=False)
        return
    file = _absolute(path)
    source = _read(file)
    _set_path(os.path.dirname(os.path.realpath(file)))
    sys.argv[:] = [path, *arguments]
    names = _new_main()
    names |= {"__loader__": SourceFileLoader("__main__", file), "__file__": file, "__cached__": None}
    for part in _compiled(source, file):
        code = part.instead(names, _THREADS) if isinstance(part, Loop) else part
        _execute(partial(exec, code, names))


def run_module(name: str, arguments: Sequence[str]) -> None:
    """Run a module as ``python -m NAME`` does."""
    _set_path(os.getcwd())
    _run_found(name, ["-m", *arguments], alter_argv=True)


def _run_found(name: str, argv: list[str], alter_argv: bool) -> None:
    """Let Python's own `runpy` find and run a module; its code goes through our hands."""
    sys.argv[:] = argv
    _new_main()
    python: Any = runpy
    find = python._get_module_details

    def details(name: str, error: type[Exception] = ImportError) -> tuple[str, ModuleSpec, CodeType]:
        python._get_module_details = find
        found, spec, code = find(name, error)
        return found, spec, _code_of(spec, code)

    python._get_module_details = details
    _execute(partial(python._run_module_as_main, name, alter_argv))


#: A loop at the top level is left alone where others run beside it.
_THREADS = frozenset({threading.main_thread().ident})


def _compiled(source: bytes, file: str) -> list[CodeType | Loop]:
    try:
        return _rewrite.parts(source, file, take)
    except Exception as error:
        # Nothing of the program has begun: there is no traceback to show.
        sys.excepthook = _Once(sys.excepthook, None)
        raise error.with_traceback(None) from None


def _code_of(spec: ModuleSpec, code: CodeType) -> CodeType:
    """The code of a module from its source, where there is one."""
    read = getattr(spec.loader, "get_source", None)
    source = read(spec.name) if read is not None else None
    return code if source is None else _rewrite.compiled(source, code.co_filename, take)


def _execute(run: Callable[[], Any]) -> None:
    """Run the program, whose first frame is the lowest. What it raises is Python's to report."""
    error = _native.alone(run)
    if error is None:
        return
    if not isinstance(error, SystemExit):
        # Python calls the hook after everything of ours has been left, reports
        # what the hook cannot, and knows which exit status is due.
        sys.excepthook = _Once(sys.excepthook, error.__traceback__)
    raise error


class _Once:
    """Stands for the program's `sys.excepthook` once: hands it the traceback without our frames."""

    def __init__(self, hook: Callable[..., Any], trace: TracebackType | None) -> None:
        self._hook = hook
        self._trace = trace

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> Any:
        sys.excepthook = self._hook
        sys.last_traceback = error.__traceback__ = self._trace
        return self._hook(kind, error, self._trace)


def _new_main() -> dict[str, Any]:
    """The names of a new module ``__main__``, as Python makes it."""
    module = types.ModuleType("__main__")
    _replaced.append(sys.modules.get("__main__"))
    sys.modules["__main__"] = module
    vars(module).update(__annotations__={}, __builtins__=builtins)
    return vars(module)


#: What was ``__main__`` before: its functions run, and may need its names.
_replaced: list[types.ModuleType | None] = []


def _set_path(folder: str) -> None:
    """Put the program's folder where Python put ours."""
    if not sys.flags.safe_path:
        sys.path[0] = folder


def _absolute(path: str) -> str:
    """The path as Python tells it in ``__file__``: absolute, otherwise as it was given."""
    return path if os.path.isabs(path) else os.path.join(os.getcwd(), path)


def _read(file: str) -> bytes:
    try:
        with open(file, "rb") as f:
            return f.read()
    except OSError as error:
        _fail(f"{sys.executable}: can't open file {file!r}: [Errno {error.errno}] {error.strerror}")


def _fail(text: str) -> NoReturn:
    print(text, file=sys.stderr)
    sys.exit(2)
