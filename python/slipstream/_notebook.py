"""The IPython extension: ``%load_ext slipstream``, ``%slipstream`` and ``%%slipstream``.

Cells are read as they are written: their functions are accelerated by a transformer
of syntax trees, which IPython also applies to ``%time``, ``%timeit`` and their like.
Nothing is added to the notebook's names, and nothing is printed unless it is asked for.
"""

from __future__ import annotations

import ast
import os
import sys
import threading
from collections.abc import Callable
from types import CodeType
from typing import Any

from . import _taken
from ._config import config
from ._lift import Loop
from ._rewrite import Decorate, Origins
from ._tally import Tally, report

_USAGE = "%slipstream on | off | status | report, with -v behind `on` for a line after each cell"
_CELL = "%%slipstream"


class Session:
    """What the extension does in one shell."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._on = self._once = self._told = False
        self._origins = Origins()
        self._before = Tally.now()
        self._threads = frozenset(t.ident for t in threading.enumerate())
        #: Loops at the top level of cells that were read, and those that were met, by their places.
        self._loops: list[Loop] = []
        self._met: dict[str, Loop] = {}

    def load(self) -> None:
        shell = self._shell
        shell.register_magic_function(self.magic, "line_cell", "slipstream")
        shell.ast_transformers.append(self)
        shell.input_transformers_cleanup.append(_without_magic)
        for event, call in self._events.items():
            shell.events.register(event, call)
        # Each statement of a cell is compiled by itself and comes this way.
        shell.run_code = self._wrapped(shell.run_code)

    def unload(self) -> None:
        self._switch_off()
        shell = self._shell
        for kind in ("line", "cell"):
            shell.magics_manager.magics[kind].pop("slipstream", None)
        for kept, own in ((shell.ast_transformers, self), (shell.input_transformers_cleanup, _without_magic)):
            if own in kept:
                kept.remove(own)
        for event, call in self._events.items():
            shell.events.unregister(event, call)
        vars(shell).pop("run_code", None)

    @property
    def _events(self) -> dict[str, Callable[[Any], None]]:
        return {"pre_run_cell": self._begin, "post_run_cell": self._end}

    def magic(self, line: str, cell: str | None = None) -> None:
        """Accelerate the functions of cells.

        ``%slipstream on`` does so from the next cell on (``-v``: with a line after each
        cell that tells what ran natively), ``off`` lets everything run in Python again,
        ``status`` and ``report`` tell how it went; ``%%slipstream`` is for one cell.
        """
        if cell is not None:
            self._run(cell)
            return
        words = line.split()
        action = self._actions.get(words[0] if words else "status")
        if action is None or words[1:] not in ([], ["-v"]):
            from IPython.core.error import UsageError

            raise UsageError(_USAGE)
        action("-v" in words)

    @property
    def _actions(self) -> dict[str, Callable[[bool], None]]:
        return {
            "on": self._switch_on,
            "off": self._switch_off,
            "status": self._status,
            "report": self._report,
        }

    def _switch_on(self, told: bool = False) -> None:
        if not self._on:
            _taken.resume()
        self._on, self._told = True, told

    def _switch_off(self, told: bool = False) -> None:
        self._on = self._told = False
        _taken.stop()

    def _status(self, told: bool = False) -> None:
        state = "on" if self._on else "off"
        disabled = "" if config.enabled else "; compiled code is switched off by slipstream.config.enabled"
        print(f"slipstream is {state}{disabled}. {Tally.now()}")
        for place, loop in self._met.items():
            print(f"  loop at {place}: {'in Python: ' + loop.why if loop.why else 'accelerated'}")

    def _report(self, told: bool = False) -> None:
        print(report(_taken.states()))

    def _run(self, cell: str) -> None:
        """A cell with the magic below another one, which IPython hands over as text."""
        before, self._once = self._once, True
        try:
            self._shell.run_cell(cell)
        finally:
            self._once = before

    def _begin(self, info: Any) -> None:
        self._loops.clear()
        self._once = _is_ours(info.raw_cell.splitlines()[:1])
        self._before = Tally.now()

    def _end(self, result: Any) -> None:
        if self._once or self._told:
            print(f"slipstream: {Tally.now() - self._before}", file=sys.stderr)
        self._once = False

    def visit(self, tree: ast.AST) -> ast.AST:
        """Put the decorator on the functions of a cell. IPython calls this with each tree."""
        if isinstance(tree, ast.Module):
            self._origins.read(tree)
            if self._on or self._once:
                self._loops += [Loop(s, "", 0) for s in tree.body if isinstance(s, ast.For | ast.While)]
                return Decorate(_decorator, self._origins).visit(tree)  # type: ignore[no-any-return]
        return tree

    def _wrapped(self, run_code: Callable[..., Any]) -> Callable[..., Any]:
        async def run(code: CodeType, *args: Any, **options: Any) -> Any:
            return await run_code(self._instead(code), *args, **options)

        return run

    def _instead(self, code: CodeType) -> CodeType:
        """What to run for the code of a statement: something else for a loop that is accelerated."""
        if not (self._loops and config.enabled and self._shell.user_ns is self._shell.user_global_ns):
            return code
        for loop in self._loops:
            if loop.is_of(code):
                self._met[f"{os.path.basename(code.co_filename)}:{loop.node.lineno}"] = loop
                return loop.instead(self._shell.user_ns, self._threads)
        return code


def _decorator() -> ast.expr:
    """How a cell gets at the decorator without a name of its own for it."""
    return ast.parse("__import__('slipstream._taken', None, None, ('take',)).take", mode="eval").body


def _is_ours(first: list[str]) -> bool:
    return bool(first) and first[0].split() == [_CELL]


def _without_magic(lines: list[str]) -> list[str]:
    """A cell without the magic in its first line, which stays so that lines keep their numbers."""
    return ["\n", *lines[1:]] if _is_ours(lines[:1]) else lines


_sessions: dict[int, Session] = {}


def load_ipython_extension(shell: Any) -> None:
    """What ``%load_ext slipstream`` calls."""
    if id(shell) not in _sessions:
        _sessions[id(shell)] = Session(shell)
        _sessions[id(shell)].load()


def unload_ipython_extension(shell: Any) -> None:
    """What ``%unload_ext slipstream`` calls."""
    session = _sessions.pop(id(shell), None)
    if session is not None:
        session.unload()
