"""Runs one program both ways and tells what differs and what ran natively."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import linecache
import marshal
import sys
import traceback
import types
import warnings
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import slipstream
from slipstream import _native, _stats

from .equal import Snapshot, differences, exception_facts, outcome

#: Calls of each program: `make` may answer turn 2 with other types or layouts.
TURNS = 4

#: Bytes of the rows that large arrays are gone over at a time: as it is, and so that small ones are large.
BLOCK, SMALL_BLOCK = 128 << 10, 32


@dataclasses.dataclass
class Outcome:
    """What a comparison found."""

    differences: list[str]
    native_turns: int = 0
    lines: set[int] = dataclasses.field(default_factory=set)
    native_lines: set[int] = dataclasses.field(default_factory=set)
    raised: bool = False
    bug: bool = False
    #: Turns without an exception or a warning, and those without any Python step.
    quiet_turns: int = 0
    whole_turns: int = 0
    #: What was left to Python: code and detail.
    reasons: list[str] = dataclasses.field(default_factory=list)

    @property
    def kind(self) -> str:
        """The first difference without its details; empty if there is none."""
        return self.differences[0].partition(": ")[0].partition(" ")[2] if self.differences else ""


def compare(text: str, turns: int = TURNS, wrap: Callable[[Any], Any] = slipstream.jit) -> Outcome:
    """Execute the program twice in fresh namespaces and compare call by call."""
    program = _compiled(text)
    eager, fast = _load(program), _load(program)
    original = fast["f"]
    fast["f"] = wrap(original)
    outcome = Outcome([])
    with _unraisable(outcome.differences), small_blocks(text):
        _turns(outcome, eager, fast, original, turns)
        _finish(outcome, fast["f"], original)
    if outcome.differences and not outcome.bug and not _repeatable(text, turns):
        outcome.differences.clear()
    return outcome


def _repeatable(text: str, turns: int) -> bool:
    """Whether plain runs agree: a loop that raises half-way leaves memory that NumPy never wrote."""
    runs, program = [], _compiled(text)
    for n in range(3):
        space = _load(program)
        soil(n)
        runs.append([_observe(space, space["f"], turn) for turn in range(turns)])
    return not any(differences(x, y) for run in runs[1:] for x, y in zip(runs[0], run, strict=True))


def soil(n: int) -> None:
    """Leave free memory of all small sizes with contents of its own."""
    sizes = [size for size in range(1, 4096, 7) for _ in range(3)]
    kept = [np.full(size, 0x51 + n, np.uint8) for size in sizes]
    del kept


@contextlib.contextmanager
def small_blocks(text: str) -> Iterator[None]:
    """In every fourth program arrays of some hundred bytes are gone over block by block."""
    _native.configure(block=SMALL_BLOCK if zlib.crc32(text.encode()) % 4 == 0 else BLOCK)
    try:
        yield
    finally:
        _native.configure(block=BLOCK)


@contextlib.contextmanager
def _unraisable(lines: list[str]) -> Iterator[None]:
    """An error that Python could only print is a finding."""
    before = sys.unraisablehook
    sys.unraisablehook = lambda e: lines.append(f"- unraisable: {e.exc_value!r} in {_place(e.exc_traceback)}")
    try:
        yield
    finally:
        sys.unraisablehook = before


def _place(tb: types.TracebackType | None) -> str:
    return " <- ".join(f"{f.name}:{f.lineno}" for f in reversed(traceback.extract_tb(tb)))


def _turns(outcome: Outcome, eager: dict[str, Any], fast: dict[str, Any], original: Any, turns: int) -> None:
    for turn in range(turns):
        before, whole = hits(fast["f"]), whole_calls(fast["f"])
        left, right = _observe(eager, eager["f"], turn), _observe(fast, original, turn)
        outcome.native_turns += hits(fast["f"]) > before
        outcome.whole_turns += whole_calls(fast["f"]) > whole
        outcome.quiet_turns += left["exception"] is None and not left["warnings"]
        outcome.raised |= left["exception"] is not None
        outcome.differences += [f"turn{turn} {d}" for d in differences(left, right)]
        if outcome.differences:
            break


def _compiled(text: str) -> bytes:
    """The program as an import would find it: each run has code objects of its own."""
    name = "<program>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    return marshal.dumps(compile(text, name, "exec"))


def _load(program: bytes) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "program", "__builtins__": __builtins__}
    exec(marshal.loads(program), namespace)
    return namespace


def _observe(space: dict[str, Any], original: types.FunctionType, turn: int) -> dict[str, object]:
    """Call f once and take down everything that can be seen."""
    args, kwargs = space["make"](turn)
    output, result, error = io.StringIO(), None, None
    with warnings.catch_warnings(record=True) as caught, _errstate(space), contextlib.redirect_stdout(output):
        warnings.simplefilter(space.get("FILTER", "always"))
        errors = np.geterr()
        try:
            result = space["f"](*args, **kwargs)
        except Exception as e:
            error = e
        errors_after = np.geterr()
    facts: dict[str, object] = {"exception": exception_facts(error, skip=1)}
    facts["warnings"] = [(w.category.__name__, str(w.message), w.lineno, w.filename) for w in caught]
    facts["stdout"] = output.getvalue()
    facts["errstate kept"] = errors == errors_after
    facts.update(Snapshot(_roots(space, original, result, args, kwargs)).facts)
    return facts


def _errstate(space: dict[str, Any]) -> contextlib.AbstractContextManager[object]:
    """Programs that set nothing run in the default state itself, not in an equal one."""
    return np.errstate(**space["ERRSTATE"]) if "ERRSTATE" in space else contextlib.nullcontext()


def _roots(
    space: dict[str, Any], f: types.FunctionType, result: object, args: Any, kwargs: Any
) -> dict[str, object]:
    roots: dict[str, object] = {"result": result, "args": list(args), "kwargs": kwargs}
    roots["globals"] = {
        k: v for k, v in space.items() if isinstance(v, (np.ndarray, np.generic, int, float, list))
    }
    roots["defaults"] = (f.__defaults__, f.__kwdefaults__)
    roots["cells"] = tuple(_contents(c) for c in f.__closure__ or ())
    return roots


def _contents(cell: types.CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:
        return "empty"


def same_each_time(f: Any, *args: Any, calls: int = 3) -> Any:
    """What accelerates ``f``, once some calls of both were the same in everything."""
    fast = slipstream.jit(f)
    for _ in range(calls):
        plain, accelerated = (outcome(lambda g=g: g(*args)) for g in (f, fast))
        assert differences(plain, accelerated) == []
    return fast


def hits(f: Any) -> int:
    """How often native code of f ran to one of its exits."""
    state = f._slipstream
    return sum(r.hits for _, r, _ in _stats.regions(state))


def whole_calls(f: Any) -> int:
    """How many calls of f returned from native code without any Python step."""
    return _stats.count(f._slipstream).native


def _finish(outcome: Outcome, f: Any, original: types.FunctionType) -> None:
    state = f._slipstream
    if state.bug:
        outcome.bug = True
        outcome.differences.append(f"- bug: {state.bug[:2000]}")
    outcome.lines = {
        n for *_, n in original.__code__.co_lines() if n and n > original.__code__.co_firstlineno
    }
    outcome.reasons = [f"{r['reason']} {r.get('detail', '')}" for r in state.refusals]
    if outcome.native_turns:
        outcome.native_lines = {n for e in state.entries for n in e.lines} & outcome.lines
    state.clear()
