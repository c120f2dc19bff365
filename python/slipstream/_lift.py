"""Loops at the top level of cells and scripts.

Their names are global, and a loop that binds global names cannot be compiled. Where
`_closed` shows that nobody looks, the loop runs as a function that keeps the names in
local variables; they are written back whatever happens. It begins in Python, and what
is left after a while is compiled: as one loop over numbers, or statement by statement.

Tracebacks show the function's frame as the module's: its code has that name, and the
frame of the module itself is taken out.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import collections
import contextlib
import copy
import dis
import functools
import itertools
import operator
import sys
import time
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ._boot import varint
from ._closed import World, check_surroundings, is_data
from ._config import config
from ._flow import Flow, Refused
from ._jit import accelerated, jit

#: Seconds in Python before anything is compiled.
_PATIENCE = 0.1
_clock = time.perf_counter
#: Iterations by themselves, in which the statements of the body are compiled.
_WARM = 5

#: What import statements of `__future__` change.
FUTURE = functools.reduce(
    operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)

#: Names that no program has.
_KEEP, _ITEMS, _END, _ANY = ".keep", ".items", ".end", ".any"
_RANGE = (".start", ".stop", ".step")


class Loop:
    """A loop statement of a module, and the functions it is run by."""

    def __init__(self, node: ast.For | ast.While, filename: str, flags: int) -> None:
        self.node, self.filename, self._flags = node, filename, flags
        self.why = ""
        #: The loop as it is.
        self.code: types.CodeType | None = None
        try:
            self.flow = Flow(node)
            if isinstance(node, ast.For) and node.orelse:
                raise Refused("a loop with `else`")
        except Refused as refused:
            self.why = str(refused)

    def is_of(self, code: types.CodeType) -> bool:
        """Whether this is the code of the loop, compiled elsewhere; if so, it is kept."""
        self._flags = code.co_flags & FUTURE
        flags = self._flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        if code != compile_again(ast.Module([self.node], []), code.co_filename, flags):
            return False
        self.filename, self.code = code.co_filename, code
        return True

    def instead(self, names: dict[str, Any], threads: frozenset[int | None]) -> types.CodeType:
        """Code of a module that runs the loop."""
        assert self.code is not None
        if self.why or not config.enabled:
            return self.code
        return self._taken(names, threads) or self.code

    def _taken(self, names: dict[str, Any], threads: frozenset[int | None]) -> types.CodeType | None:
        """The same for a loop that nobody looks into; None for others."""
        try:
            run = _Run(self, names, threads)
        except Exception as refused:  # a bug of ours is not the program's
            self.why = str(refused) if isinstance(refused, Refused) else f"slipstream failed: {refused!r}"
            return None
        place = self.node.iter if isinstance(self.node, ast.For) else self.node.test
        return _frame(place, self.filename, run.all)

    def function(self, names: dict[str, Any], parameters: list[str], form: str) -> types.FunctionType:
        """The loop as a function of the values of names, and of what its form needs."""
        extra = {"items": [_ITEMS, _END, _KEEP], "range": [*_RANGE, _KEEP], "while": [_KEEP], "iterable": []}[
            form
        ]
        body = self._body(form)
        arguments = ast.arguments(
            posonlyargs=[],
            args=[ast.arg(n) for n in parameters + extra],
            kwonlyargs=[],
            kw_defaults=[],
            defaults=[],
        )
        definition = ast.parse("def f(): pass").body[0]
        assert isinstance(definition, ast.FunctionDef)
        definition.args, definition.body = arguments, body
        return types.FunctionType(self._code(definition), names, "<module>")

    def _code(self, definition: ast.FunctionDef) -> types.CodeType:
        for node in ast.walk(definition):
            if isinstance(node, ast.expr | ast.stmt | ast.arg | ast.excepthandler) and not hasattr(
                node, "lineno"
            ):
                ast.copy_location(node, self.node)
        module = compile_again(ast.Module([definition], []), self.filename, self._flags)
        code = next(c for c in module.co_consts if isinstance(c, types.CodeType))
        return _reraising(code.replace(co_name="<module>", co_qualname="<module>"))

    def _body(self, form: str) -> list[ast.stmt]:
        node = copy.deepcopy(self.node)
        if form == "iterable":
            assert isinstance(node, ast.For)
            return [ast.Return(node.iter)]
        loop: ast.stmt = node
        if form == "items":
            loop = _over_items(node)
        elif form == "range":
            assert isinstance(node, ast.For)
            node.iter = ast.Call(_name("range"), [_name(n) for n in _RANGE], [])
        return [ast.Try(body=[loop], handlers=[], orelse=[], finalbody=[self._keeping()])]

    def _keeping(self) -> ast.stmt:
        """Hand over the variables.

        The call looks into the frame, and gives False. That they are read behind it lets
        compiled code keep them all up to date, to whatever place it is left.
        """
        names = ast.Tuple([_name(n) for n in self.flow.stored], ast.Load())
        return ast.If(ast.Call(_name(_KEEP), [], []), [ast.Expr(names)], [])


def _reraising(code: types.CodeType) -> types.CodeType:
    """Let an exception leave the frame at the place where it was raised.

    `finally` raises it again at its own end, and the line of a frame that has ended,
    which IPython shows, would be there. Where `with` does so the place is kept on the
    stack (``RERAISE 2``), and restored; the same is done here.
    """
    raw, entries = bytearray(code.co_code), list(dis._parse_exception_table(code))  # type: ignore[attr-defined]
    if not entries:
        return code
    for i in dis.get_instructions(code):
        if i.opname == "RERAISE" and i.arg == 0:
            raw[i.offset + 1] = 2
    handler = min(entries, key=lambda e: e.start).target
    table = b"".join(_entry(e, e.target == handler) for e in entries)
    return code.replace(co_code=bytes(raw), co_exceptiontable=table, co_stacksize=code.co_stacksize + 1)


def _entry(e: Any, outer: bool) -> bytes:
    """An entry of the exception table: the outer handler gets the place, others find one more value."""
    depth = e.depth << 1 | 1 if outer else e.depth + 1 << 1 | e.lasti
    first = varint(e.start // 2, 0x80) + varint((e.end - e.start) // 2)
    return first + varint(e.target // 2) + varint(depth)


def compile_again(tree: ast.Module, filename: str, flags: int) -> types.CodeType:
    """Compile what was compiled before: its warnings have been shown.

    Python looks at the filters one by one here; `warnings.catch_warnings` would make
    every warning that the program has seen new again.
    """
    filters: Any = warnings.filters
    filters.insert(0, _SEEN)
    try:
        code: types.CodeType = compile(tree, filename, "exec", flags=flags, dont_inherit=True)
        return code
    finally:
        with contextlib.suppress(ValueError):
            filters.remove(_SEEN)


_SEEN = ("ignore", None, SyntaxWarning, None, 0)


def _over_items(loop: ast.For | ast.While) -> ast.For:
    """The loop over items that are handed over; tells when it came to their end."""
    end: list[ast.stmt] = [ast.Expr(ast.Call(_name(_END), [], []))]
    if isinstance(loop, ast.For):
        return ast.copy_location(ast.For(loop.target, _name(_ITEMS), loop.body, end), loop)
    body = ast.If(loop.test, loop.body, [ast.Break()])
    return ast.copy_location(ast.For(_name(_ANY, ast.Store()), _name(_ITEMS), [body], end), loop)


def _name(name: str, context: ast.expr_context | None = None) -> ast.Name:
    return ast.Name(name, context or ast.Load())


class _Run:
    """One execution of a loop."""

    def __init__(self, loop: Loop, names: dict[str, Any], threads: frozenset[int | None]) -> None:
        self._loop, self._names, flow = loop, names, loop.flow
        missing = [
            n for n in flow.loaded if n not in names and n not in vars(builtins) and n not in flow.stored
        ]
        unbound = sorted(n for n in flow.needed if n not in names)
        if missing or unbound:
            raise Refused(f"{(missing + unbound)[0]!r} has no value yet")
        if "range" in names:
            raise Refused("a builtin has another meaning")
        self._parameters = [n for n in flow.loaded if n in names and (n in flow.stored or is_data(names[n]))]
        self._out: dict[str, Any] = {}
        self._ended = False
        self._plain = self._function("items")
        self._iterable = self._function("iterable") if isinstance(loop.node, ast.For) else None
        self._check(threads)

    def _check(self, threads: frozenset[int | None]) -> None:
        flow = self._loop.flow
        world = World(self._names, flow.stored)
        for name in self._parameters:
            world.value(self._names[name], name)
        for function in (self._plain, self._iterable):
            if function is not None:
                world.check(function.__code__, self._names)
        check_surroundings(self._names, threads, "print" in self._loop.flow.loaded)

    def _function(self, form: str) -> types.FunctionType:
        return self._loop.function(self._names, self._parameters, form)

    def _values(self, *more: object) -> list[Any]:
        """The arguments of a call: names as they are now, and what its form needs."""
        return [*(self._out.get(n, self._names[n]) for n in self._parameters), *more]

    def _keep(self) -> bool:
        """Take what the variables of the calling frame hold."""
        self._take(sys._getframe(1))
        return False

    def _take(self, frame: types.FrameType) -> None:
        found = frame.f_locals
        self._out.update({n: found[n] for n in self._loop.flow.stored if n in found})

    def _end(self) -> None:
        """The loop came to the end of its items."""
        self._ended = True

    def _goes_on(self, function: Any, items: Any) -> bool:
        """Run a part of the loop; whether it was not broken off."""
        self._ended = False
        function(*self._values(items, self._end, self._keep))
        return self._ended

    def all(self) -> None:
        """Run the loop from its beginning to its end."""
        try:
            self._from_the_start()
        except BaseException as error:
            # An interrupt between two iterations passes `finally` by.
            frame = _first_of(self._loop.filename, error.__traceback__)
            if frame is not None:
                self._take(frame.tb_frame)
            raise
        finally:
            self._names.update({n: self._out[n] for n in self._loop.flow.stored if n in self._out})

    def _from_the_start(self) -> None:
        iterable = self._iterable
        parts = _Parts(itertools.repeat(None) if iterable is None else iterable(*self._values()))
        start = _clock()
        while _clock() - start < _PATIENCE and not parts.at_end():
            if not self._goes_on(self._plain, parts.next()):
                return
        if not parts.at_end(surely=True):
            self._rest(parts)

    def _rest(self, parts: _Parts) -> None:
        """Run what is left, compiled: as a whole, if that can be."""
        whole = parts.whole(isinstance(self._loop.node, ast.While))
        if whole is not None:
            form, more = whole
            more = [*more, self._end, self._keep] if form == "items" else [*more, self._keep]
            fast = _compiled(self._function(form), self._values(*more))
            if fast is not None:
                ran.append(fast)
                fast(*self._values(*more))
                return
        self._by_statement(parts)

    def _by_statement(self, parts: _Parts) -> None:
        fast = jit(self._plain)
        ran.append(fast)
        state = accelerated(fast)
        for _ in range(_WARM):
            before = state.compiles if state else 0
            if not self._goes_on(fast, parts.one()):
                return
            if state is None or state.compiles == before:
                break
        self._goes_on(fast, parts.rest())


#: The last functions that loops were run by.
ran: collections.deque[Any] = collections.deque(maxlen=100)


def _compiled(function: types.FunctionType, values: list[Any]) -> Any:
    """The function compiled for these values, if its loop runs natively."""
    fast = jit(function)
    state = accelerated(fast)
    if state is None:
        return None
    with state.busy:
        state.prepare(values)
    region = state.regions.get(0)
    native = region is not None and any(e and e["exits"] is not None for e in region.entries())
    return fast if native else None


class _Parts:
    """What a loop goes over, in parts: one item, two, four, and then the rest."""

    def __init__(self, items: Any) -> None:
        self._items, self._done, self._size = items, 0, 1
        #: Parts of these are such things themselves.
        self._sliced = type(items) is range or (type(items) is np.ndarray and items.ndim > 0)
        self._iterator: Iterator[Any] = iter(()) if self._sliced else iter(items)

    def at_end(self, surely: bool = False) -> bool:
        """Whether nothing is left, as far as that can be told without taking an item."""
        if self._sliced:
            return self._done >= len(self._items)
        if self._size > 1 << 24 or surely:
            return self._look_ahead()
        return False

    def _look_ahead(self) -> bool:
        for item in self._iterator:
            self._iterator = itertools.chain([item], self._iterator)
            return False
        return True

    def next(self) -> Any:
        self._size *= 2
        return self._some(self._size // 2)

    def one(self) -> Any:
        return self._some(1)

    def rest(self) -> Any:
        return self._items[self._done :] if self._sliced else self._iterator

    def _some(self, count: int) -> Any:
        self._done += count
        if self._sliced:
            return self._items[self._done - count : self._done]
        return itertools.islice(self._iterator, count)

    def whole(self, endless: bool) -> tuple[str, list[Any]] | None:
        """How the rest may be given to a loop that is compiled as a whole."""
        if endless:
            return "while", []
        if type(self._items) is range:
            left = self._items[self._done :]
            return "range", [left.start, left.stop, left.step]
        return ("items", [self.rest()]) if self._sliced else None


_RUN, _CUT = "<slipstream: run>", "<slipstream: cut>"


def _frame(place: ast.expr, filename: str, run: Callable[[], None]) -> types.CodeType:
    """Code of a module that runs a loop, and takes its own frame out of tracebacks."""
    tree = ast.parse(f"try:\n    ({_RUN!r} or 0)()\nexcept BaseException:\n    ({_CUT!r} or 0)()\n    raise")
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            ast.copy_location(node, place)
    code = compile(tree, filename, "exec", dont_inherit=True)
    parts = {_RUN: run, _CUT: functools.partial(_cut, filename)}
    constants = (parts.get(c, c) if isinstance(c, str) else c for c in code.co_consts)
    return code.replace(co_consts=tuple(constants))


def _cut(filename: str) -> None:
    """Let the traceback of the exception begin with the function's frame.

    Where that was not reached, as by an interrupt while it was compiled, the frame of
    the module stands for it.
    """
    error = sys.exception()
    assert error is not None
    own = error.__traceback__
    assert own is not None
    program = _first_of(filename, own.tb_next)
    if program is None:
        own.tb_next = None
    else:
        error.__traceback__ = program


def _first_of(filename: str, trace: types.TracebackType | None) -> types.TracebackType | None:
    """The first entry of a traceback that is of this file."""
    while trace is not None and trace.tb_frame.f_code.co_filename != filename:
        trace = trace.tb_next
    return trace
