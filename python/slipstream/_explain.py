"""What happens to a function: regions, guards, exits and reasons, line by line."""

from __future__ import annotations

import dataclasses
import linecache
import types
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import _boot, _stats, _ways
from ._config import config
from ._options import Options
from ._source import place_of
from .reasons import lookup

if TYPE_CHECKING:
    from ._function import Accelerated


@dataclasses.dataclass(frozen=True)
class Refusal:
    """A place that is left to Python, and why. Columns count from 1, 0 is unknown."""

    code: str
    slug: str
    sentence: str
    hint: str
    detail: str
    file: str
    line: int
    column: int
    end_column: int
    text: str

    def __str__(self) -> str:
        return self.text


@dataclasses.dataclass(frozen=True)
class Line:
    """A source line and what runs it: region numbers, codes, or Python."""

    number: int
    source: str
    regions: tuple[int, ...]
    codes: tuple[str, ...]
    runs: bool

    @property
    def label(self) -> str:
        """Short text for the margin."""
        native = "native " + ",".join(map(str, self.regions)) if self.regions else ""
        if self.codes:
            return " ".join(filter(None, (native, *self.codes)))
        return native or ("Python" if self.runs else "")


@dataclasses.dataclass(frozen=True)
class Region:
    """A piece of native code and its compiled versions; none until it is first reached."""

    number: int
    line: int
    versions: tuple[_stats.Version, ...]


class Explanation:
    """What slipstream does with a function.

    Printing it shows each source line with what happens to it, then the
    regions with guards and exits, then each reason for leaving code to
    Python with its place and a hint.

    Attributes
    ----------
    name : str
        The function's qualified name.
    lines : list of Line
        Its source.
    regions : list of Region
        The native pieces.
    reasons : list of Refusal
        What is left to Python.
    native : bool
        Whether the function runs natively as a whole, once it is compiled.
    """

    def __init__(self, f: Accelerated, values: tuple[object, ...], note: str = "") -> None:
        self._note = note
        code = f.code
        self.name = f.original.__qualname__
        self.file = code.co_filename
        self.reasons = _refusals(f)
        self.regions = _regions(f)
        self.lines = _lines(f, self.regions, self.reasons)
        self.native = _ways.leads_to_return(f.entries) and not self.reasons
        self._subject = (f.original, f.options)
        self._values = values

    @cached_property
    def stages(self) -> dict[str, str]:
        """The text behind each stage of the compiler, for the first region.

        Compiles once more, with the texts kept.
        """
        from . import _code, _compiler
        from ._answers import Job
        from ._errors import Refused
        from ._function import Accelerated, contents

        original, _ = self._subject
        f = Accelerated(original, Options(mode="eager"))
        job = Job(original)
        try:
            opened = _compiler.request("open", code=_code.as_dict(original.__code__))
            f.entry = opened["entry"]
            described = [job.describe(contents(a)) for a in f.entry_arguments(self._values)]
            result = _compiler.converse(
                "compile", job, fn=opened["fn"], pc=opened["entry"]["pc"], args=described, dump=True
            )
            _compiler.request("close", fn=opened["fn"])
        except Refused:
            return {}
        dumps = (result.get("trace") or {}).get("dumps") or ()
        return {dump["name"]: dump["text"] for dump in dumps}

    @property
    def verdict(self) -> str:
        """One sentence on the whole."""
        return self._note + self._extent()

    def _extent(self) -> str:
        if self.native:
            return "Runs natively as a whole."
        native = sum(bool(line.regions) for line in self.lines)
        running = sum(line.runs for line in self.lines)
        if native:
            return f"Runs natively in part: {native} of {running} lines."
        return "Runs in Python."

    def asdict(self) -> dict[str, Any]:
        """Return everything but the stages as plain data."""
        return {
            "function": self.name,
            "file": self.file,
            "native": self.native,
            "verdict": self.verdict,
            "lines": [dataclasses.asdict(line) for line in self.lines],
            "regions": [dataclasses.asdict(region) for region in self.regions],
            "reasons": [dataclasses.asdict(reason) for reason in self.reasons],
        }

    def json(self) -> str:
        """Return `asdict` as JSON text."""
        import json

        return json.dumps(self.asdict(), indent=2)

    def __str__(self) -> str:
        parts = [f"{self.name} ({self.file}): {self.verdict}", self._listing()]
        parts += [_region_text(region) for region in self.regions]
        parts += [reason.text for reason in self.reasons]
        return "\n\n".join(parts)

    __repr__ = __str__

    def _listing(self) -> str:
        width = max((len(line.label) for line in self.lines), default=0)
        return "\n".join(f"{n.number:5}  {n.label:{width}}  {n.source}".rstrip() for n in self.lines)

    def _repr_html_(self) -> str:
        import html

        rows = "".join(
            f"<tr style='background:{_COLOURS[bool(n.regions), bool(n.codes)]}'><td>{n.number}</td>"
            f"<td>{html.escape(n.label)}</td><td style='text-align:left'><pre style='margin:0'>"
            f"{html.escape(n.source)}</pre></td></tr>"
            for n in self.lines
        )
        rest = [_region_text(region) for region in self.regions] + [reason.text for reason in self.reasons]
        return (
            f"<p><b>{html.escape(self.name)}</b>: {html.escape(self.verdict)}</p><table>{rows}</table>"
            + "".join(f"<pre>{html.escape(text)}</pre>" for text in rest)
        )


#: Row colours by (native, reason): transparent enough for light and dark pages.
_COLOURS = {
    (True, False): "#2ca02c33",
    (True, True): "#ff7f0e33",
    (False, True): "#d6272833",
    (False, False): "transparent",
}


def explain(function: Any, /, *args: Any, **kwargs: Any) -> Explanation:
    """Compile a function for these arguments, without running it, and tell what happens.

    Parameters
    ----------
    function : function
        A decorated function, or one that could be.
    *args, **kwargs
        The arguments of a call. They are looked at, never changed.

    Returns
    -------
    Explanation

    Raises
    ------
    TypeError
        Where calling the function with these arguments would raise it, and
        for what cannot be decorated.
    """
    from ._jit import accelerated, jit

    state = accelerated(function)
    if state is None:
        state = accelerated(jit(function))
    if state is None:
        raise TypeError(f"{function!r} runs in Python: {lookup(1004).sentence}")
    return explain_accelerated(state, args, kwargs)


def explain_accelerated(f: Accelerated, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Explanation:
    """Compile for a call of `f` where that was not done, and tell what happens."""
    values = bind(f, args, kwargs)
    note = ""
    if not config._armed:
        return Explanation(f, values, "slipstream is switched off. ")
    if f.boot is None:
        # Never compiled; tell what would happen if it were.
        from ._function import Accelerated

        note = f"Stays in Python with mode={f.options.mode!r}; without: "
        f = Accelerated(f.original, dataclasses.replace(f.options, mode="normal"))
    with f.busy:
        f.prepare(values)
        return Explanation(f, values, note)


def bind(f: Accelerated, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[object, ...]:
    """The values of the first slots of a frame of this call.

    CPython binds them itself: the function runs up to its first statement,
    where it hands its values over and returns.
    """
    function = f.function
    code = _boot.install(f.code, _values)
    probe = types.FunctionType(code, function.__globals__, None, function.__defaults__, function.__closure__)
    probe.__kwdefaults__ = function.__kwdefaults__
    bound: tuple[object, ...] = probe(*args, **kwargs)
    return bound


def _values(*values: object) -> tuple[None, tuple[object, ...]]:
    return None, values


def _refusals(f: Accelerated) -> list[Refusal]:
    from ._log import describe

    code, found = f.code, []
    raw = list(f.refusals)
    if f.bug is not None:
        raw.append({"reason": 1904, "detail": f.bug.splitlines()[0], "line": code.co_firstlineno})
    for refusal in raw:
        reason, place = lookup(refusal["reason"]), place_of(code, refusal)
        found.append(
            Refusal(
                reason.code,
                reason.slug,
                reason.sentence,
                reason.hint,
                refusal.get("detail", ""),
                place.file,
                place.line,
                place.column,
                place.end_column,
                describe(code, f.original.__qualname__, refusal),
            )
        )
    return found


def _regions(f: Accelerated) -> list[Region]:
    """Regions with versions, and those that wait for the values they will see."""
    starts = _line_starts(f.code)
    versions = _stats.versions(f)
    regions = []
    for number, stub in sorted(f.stubs.items()):
        mine = tuple(v for v in versions if v.region == number)
        if mine or (number in f.regions and f.regions[number].on_miss is not None and number > 0):
            regions.append(Region(number, starts.get(stub["pc"], 0), mine))
    return regions


def _line_starts(code: types.CodeType) -> dict[int, int]:
    return {pc: line for start, end, line in code.co_lines() if line for pc in range(start, end, 2)}


def _lines(f: Accelerated, regions: list[Region], reasons: list[Refusal]) -> list[Line]:
    code = f.code
    running = {line for _, _, line in code.co_lines() if line and line > code.co_firstlineno}
    native = _covered(f)
    last = max([code.co_firstlineno, *running, *(p[1] or 0 for p in code.co_positions())])
    lines = []
    for number in range(code.co_firstlineno, last + 1):
        inside = tuple(r.number for r in regions if number in native.get(r.number, ()))
        codes = tuple(dict.fromkeys(r.code for r in reasons if r.line == number))
        source = linecache.getline(code.co_filename, number).rstrip()
        lines.append(Line(number, source, inside, codes, number in running or bool(inside)))
    return lines


def _covered(f: Accelerated) -> dict[int, set[int]]:
    """The lines each region runs."""
    import dis

    code = f.code
    covered: dict[int, set[int]] = {}
    instructions = list(dis.get_instructions(code))
    starts = _line_starts(code)
    for e in f.entries:
        lines = covered.setdefault(e.region, set())
        lines.update(e.lines)
        end = e.end if e.end >= 0 else len(code.co_code)
        inside = [i for i in instructions if e.pc <= i.offset < end]
        # Where the compiler has decided a branch, only the lines it names were followed.
        if not any(i.opcode in dis.hasjrel or i.opcode in dis.hasjabs for i in inside):
            lines.update(starts[i.offset] for i in inside if starts.get(i.offset))
    return covered


def _region_text(region: Region) -> str:
    if not region.versions:
        return f"region {region.number} at line {region.line}: compiled when it is first reached"
    texts = []
    for v in region.versions:
        lines = _ranges(v.lines)
        text = f"region {region.number}, {lines}: compiled in {v.seconds * 1e3:.1f} ms, {v.hits} hits"
        text += "".join(f"\n  guard: {guard}" for guard in v.guards.splitlines())
        text += "".join(f"\n  exit: {exit_}" for exit_ in v.exits)
        texts.append(text)
    return "\n".join(texts)


def _ranges(lines: tuple[int, ...]) -> str:
    """``lines 3-5, 8`` for 3, 4, 5, 8."""
    parts: list[list[int]] = []
    for line in lines:
        if parts and line == parts[-1][1] + 1:
            parts[-1][1] = line
        else:
            parts.append([line, line])
    texts = [str(a) if a == b else f"{a}-{b}" for a, b in parts]
    return ("line " if len(lines) == 1 else "lines ") + ", ".join(texts)
