"""Which statements of accelerated functions Python has to run.

Instructions that CPython executes in the code with stubs are reported once
each by a monitoring tool; those of the original code are the ones that no
region has taken over. Regions are left while somebody looks on, so this needs
the build with switches in its guards (`differential.faults`).
"""

from __future__ import annotations

import ast
import dis
import functools
import pathlib
import sys
import types
from collections.abc import Sequence

from slipstream import _native
from slipstream._function import Accelerated

_TOOL = 4
#: What belongs to no statement, or to a stub's way in.
_NEUTRAL = {"RESUME", "COPY_FREE_VARS", "MAKE_CELL", "NOP", "EXTENDED_ARG", "JUMP_FORWARD", "CACHE"}
_NEUTRAL |= {"JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "END_FOR", "PUSH_NULL", "RETURN_GENERATOR"}


class Watch:
    """Python's instructions in functions, between `begin` and `end`."""

    def __init__(self) -> None:
        self._seen: dict[types.CodeType, set[int]] = {}
        self._watched: dict[types.CodeType, Accelerated] = {}
        sys.monitoring.use_tool_id(_TOOL, "survey")
        sys.monitoring.register_callback(_TOOL, sys.monitoring.events.INSTRUCTION, self._note)

    def _note(self, code: types.CodeType, offset: int) -> object:
        self._seen.setdefault(code, set()).add(offset)
        return sys.monitoring.DISABLE

    def begin(self, states: Sequence[Accelerated]) -> None:
        self._seen.clear()
        self._watched = {s.target.__code__: s for s in states if s.handle is not None or s.refusals or s.bug}
        for code in self._watched:
            sys.monitoring.set_local_events(_TOOL, code, sys.monitoring.events.INSTRUCTION)
        sys.monitoring.restart_events()
        _native.faults(off="tracing")  # type: ignore[attr-defined]

    def end(self) -> dict[str, list[int]]:
        """The lines of statements that Python ran, by function."""
        _native.faults()  # type: ignore[attr-defined]
        for code in self._watched:
            sys.monitoring.set_local_events(_TOOL, code, 0)
        return {key(s.code): statements(s.code, code, self._seen[code]) for code, s in self._entered()}

    def changed(self) -> int:
        """How many functions got other code meanwhile, of which nothing was seen."""
        return sum(s.target.__code__ is not code for code, s in self._watched.items())

    def _entered(self) -> list[tuple[types.CodeType, Accelerated]]:
        return [(code, s) for code, s in self._watched.items() if code in self._seen]


def key(code: types.CodeType) -> str:
    """A function by its place, as `operations` names it."""
    return f"{code.co_filename}:{code.co_firstlineno}"


def statements(original: types.CodeType, code: types.CodeType, executed: set[int]) -> list[int]:
    """The first lines of the statements of the original that these instructions of the code belong to."""
    lines = {pc: line for a, b, line in original.co_lines() if line for pc in range(a, b, 2)}
    first = first_lines(original.co_filename)
    names = _names(code)
    found = {lines[pc] for pc in executed if pc in lines and names.get(pc) not in _NEUTRAL}
    return sorted({first.get(line, line) for line in found})


def _names(code: types.CodeType) -> dict[int, str]:
    return {i.offset: i.opname for i in dis.get_instructions(code)}


@functools.cache
def first_lines(file: str) -> dict[int, int]:
    """The first line of the innermost statement that a line belongs to."""
    try:
        tree = ast.parse(pathlib.Path(file).read_text())
    except (OSError, SyntaxError):
        return {}
    first: dict[int, int] = {}
    for node in ast.walk(tree):  # outer ones come first
        if isinstance(node, ast.stmt):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                first[line] = node.lineno
    return first
