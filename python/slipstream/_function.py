"""One accelerated function: its code with stubs, its regions, its counts."""

from __future__ import annotations

import dataclasses
import sys
import threading
import time
import types
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import _boot, _native
from ._config import config
from ._errors import CompilerBug, Refused
from ._options import Options

if TYPE_CHECKING:
    from . import _stats
    from ._answers import Job
    from ._trial import Trial


#: Why a region was taken out that had run natively.
_WEIGHED = "measured: it takes Python no longer"


@dataclasses.dataclass
class Entry:
    """One compiled version of a region."""

    region: int
    pc: int
    guards: list[str]
    plan: str
    lines: list[int]
    exits: list[str]
    ends: list[int]  # where each leads, or -1: it returns
    seconds: float
    index: int
    end: int


class Accelerated:
    """What slipstream knows of one function.

    The function the user holds is `function`, a real function whose code is
    replaced as versions are compiled; `original` is never touched. Where every
    call is watched, the versions go to `target`, which the watcher calls.
    """

    def __init__(self, original: types.FunctionType, options: Options) -> None:
        self.original = original
        self.options = options
        self.function = _copy(original)
        self.target = _copy(original) if options.watched else self.function
        self.boot: Any = None
        self.calls_before = 0
        self.anew = False  # the call that compiled has not come to the first region yet
        self.handle: int | None = None
        self.regions: dict[int, Any] = {}
        self.entry: dict[str, Any] = {}  # the stub of the first region, in place or not
        self.stubs: dict[int, dict[str, Any]] = {}
        self.entries: list[Entry] = []
        self.refusals: list[dict[str, Any]] = []
        #: Numbers, regions, and their versions.
        self.retired: list[tuple[int, Any, list[Entry]]] = []
        self.objects: dict[tuple[int, int], tuple[object, ...]] = {}
        self.compiles = 0
        self.compile_seconds = 0.0
        self.cache_hits = 0
        self.bug: str | None = None
        self.seen: set[tuple[object, ...]] = set()
        self.past: _stats.Counts | None = None
        self.trial: Trial | None = None
        self.busy = threading.Lock()
        #: What everything is made from, whatever becomes of the original.
        self.code = self._code = original.__code__
        self.arm()

    def arm(self) -> None:
        """Make the next call compile."""
        if self.options.mode == "eager" or not config._armed or not _boot.bootable(self.code):
            return
        if self.options.watched:
            self._set_code(self.code)
            self._watch()
            return
        self.boot = _native.Boot(weakly(self.first_call))
        self._set_code(_boot.install(self.code, self.boot))

    def adopt(self, function: types.FunctionType) -> None:
        """Serve another function object with the original's code."""
        function.__code__ = self.code
        if self.target is self.function:
            self.target, self._code = function, function.__code__
        self.function, self.boot = function, None
        self.arm()

    def _watch(self) -> None:
        """Put a watcher in front of every call, once."""
        if self.boot is None:
            self.boot = _native.Boot(weakly(self._watched))
            self.function.__code__ = _boot.install(self.code, self.boot)

    def _watched(self, *values: object) -> Any:
        from . import _watch

        return _watch.watch(self, values)

    def first_call(self, *args: object) -> list[types.FunctionType] | None:
        """What the boot call of a function does: compile for these arguments.

        Gives the function where its code is another one now, so that this call begins
        anew with it: it may be the only one, and take long.
        """
        if not self.busy.acquire(blocking=False):
            return None
        try:
            self.compile_first(args)
            # A region counts its calls itself.
            anew = 0 in self.regions and self.unchanged
            self.anew = anew and not any(e.region == 0 for e in self.entries)
            self.calls_before += not anew
        finally:
            self.busy.release()
        return [self.target] if anew else None

    def compile_first(self, args: Sequence[object]) -> None:
        """Compile for the first arguments."""
        # The compiler's side is imported by the first call that needs it.
        from . import _code, _compiler

        try:
            opened = _compiler.request("open", code=_code.as_dict(self.code), lanes=_compiler.fewest_lanes())
        except Refused as r:
            self._refuse(r.refusal)
            self._set_code(self.code)
            return
        except CompilerBug as bug:
            self._disable(bug)
            return
        self.handle = opened["fn"]
        self.entry = self.stubs[0] = opened["entry"]
        self.compile(opened["entry"]["pc"], 0, self.entry_arguments(args))

    def entry_arguments(self, args: Sequence[object]) -> list[object]:
        """The values of the entry region's slots: arguments, then closure cells."""
        code = self.code
        slots: dict[int, object] = dict(enumerate(args))
        first_free = len(code.co_varnames) + len(set(code.co_cellvars) - set(code.co_varnames))
        for i, cell in enumerate(self.original.__closure__ or ()):
            slots[first_free + i] = cell
        # A variable of an inner function has an empty cell before the first statement.
        return [slots[s] if s in slots else types.CellType() for s in self.entry["args"]]

    def miss(self, region: Any, args: tuple[object, ...]) -> int | None:
        """Called by a region that no version of fits: compile one more."""
        if not self.busy.acquire(blocking=False):
            return None
        try:
            for number, r in self.regions.items():
                if r is region:
                    if number == 0 and self.anew:  # these values were just compiled for
                        self.anew = False
                        return None
                    if self._included(number):
                        return None
                    return self.compile(self.stubs[number]["pc"], number, args)
        finally:
            self.busy.release()
        return None

    def _included(self, number: int) -> bool:
        """Whether a region that has not run since it was compiled holds what this one would.

        The call under way has older code, so it comes by here once; the next one will not.
        """
        stub = self.stubs[number]
        if stub["foreseen"]:
            return False
        return any(
            e.pc < stub["pc"] and stub["line"] in e.lines and not self.regions[e.region].hits
            for e in self.entries
            if e.region in self.regions
        )

    def failing(self, region: Any) -> None:
        """Called by a region whose runs fail: let another begin in its middle, or guess otherwise.

        Under `strict` a place where Python takes over is an error, a warning is not.
        """
        reason = _native.REASONS[region.last_reason]
        if (self.options.strict and reason != "guess") or not self.busy.acquire(blocking=False):
            return
        try:
            if region.tried:
                self._try(region)
                return
            for number, r in self.regions.items():
                if r is region and reason == "guess":
                    self._cut(number, "misguess", guess=region.guess)
                    return
                if r is region:
                    if reason == "weighed":
                        self._refuse({"reason": 1903, "detail": _WEIGHED, "line": self.stubs[number]["line"]})
                    inside = [n for n in self._rounds_in(r) if reason == "weighed"]
                    for n in (number, *inside):  # which may take others along
                        if n not in self.stubs:
                            continue
                        self._cut(n, "cut", frees=reason == "frees", vain=region.vain)
                    return
        finally:
            self.busy.release()

    def failures(self) -> Any:
        """What regions tell of runs that fail."""
        return weakly(self.failing)

    def _try(self, region: Any) -> None:
        """Go on with a trial that a region tells of."""
        from ._trial import Trial

        self.trial = self.trial or Trial(self)
        try:
            self.trial.go_on(region)
        except Exception as bug:  # ours, whatever it is: the original runs on
            self._disable(bug)

    def _rounds_in(self, region: Any) -> list[int]:
        """The regions where rounds of loops begin in another region, which gain no more than that."""
        return [n for n, r in self.regions.items() if r.inside and region.begin < r.begin < region.end]

    def _cut(self, number: int, what: str, **how: Any) -> None:
        from . import _compiler

        result = _compiler.request(what, fn=self.handle, pc=self.stubs[number]["pc"], **how)
        if result is True:
            return
        self._renew_regions(result["stubs"])
        # Its versions are gone, and with them what their numbers meant.
        self.entries = [e for e in self.entries if e.region != number]
        self.objects = {key: o for key, o in self.objects.items() if key[0] != number}
        self._set_code(self._spliced(result["patch"]))

    def compile(self, pc: int, number: int, args: Sequence[object]) -> int | None:
        """Compile a version of region `number` for these values. Gives its
        index in the region where the region stayed the same."""
        from . import _compiler
        from ._answers import Job

        job = Job(self.original, self.code)
        start = time.perf_counter()
        try:
            descriptions = [job.describe(contents(a)) for a in args]
            self.seen.add(kinds(descriptions))
            result = _compiler.converse(
                "compile", job, fn=self.handle, pc=pc, args=descriptions, no_cache=not self.options.cache
            )
            return self._install(result, job, number, time.perf_counter() - start)
        except Refused as r:
            self._refuse(r.refusal)
            if number in self.regions:
                self.regions[number].on_miss = None
        except Exception as bug:  # ours, whatever it is: the original runs on
            self._disable(bug)
        return None

    def _install(self, result: dict[str, Any], job: Job, number: int, seconds: float) -> int | None:
        self.compiles += 1
        self.compile_seconds += seconds
        if result.get("refusal"):
            self._refuse(result["refusal"])
        before = self.regions.get(number)
        self._renew_regions(result["stubs"])
        index = None
        for e in result["entries"] or ():
            # A version installed before refers to objects of its own job.
            key = (number, e["number"])
            if key not in self.objects:
                self.objects[key] = tuple(job.fetch(h) for h in e["hosts"] or ())
            index = self._add_entry(number, e, self.objects[key])
        self._note(result, number, seconds, index)
        if result.get("patch"):
            self._set_code(self._spliced(result["patch"]))
        if result.get("given_up") and number in self.regions:
            self.regions[number].on_miss = None
        return index if before is not None and before is self.regions.get(number) else None

    def _add_entry(self, number: int, entry: dict[str, Any], objects: tuple[object, ...]) -> int:
        from ._describe import loop_types

        loops = tuple(
            _native.loop(objects[spec["host"]], loop_types(spec["sig"], len(spec["sig"]) - 1))
            for spec in entry["loops"] or ()
        )
        image = bytes.fromhex(entry["image"])
        return int(self.regions[number].add(image, objects, loops, tuple(entry["exit_map"])))

    def _renew_regions(self, stubs: list[dict[str, Any]]) -> None:
        """Make callables for new stubs and for those called in a new way."""
        living = {s["region"]: s for s in stubs}
        for number in list(self.regions):
            if number not in living:
                self._retire(number, self.regions.pop(number)).enabled = False
        for number, stub in living.items():
            old = self.stubs.get(number)
            if number in self.regions and old is not None and old["generation"] == stub["generation"]:
                continue
            if number in self.regions:
                self._retire(number, self.regions[number])
            region = _native.Region(f"{self.original.__qualname__}:{stub['pc']}")
            region.exits, region.width = stub["exits"], stub["width"]
            region.inside = stub["inside"]
            region.weighed = self.options.strict
            region.globals = self.original.__globals__
            region.group, region.begin = id(self), stub["pc"]
            region.on_miss, region.on_failure = weakly(self.miss), weakly(self.failing)
            self.regions[number] = region
        self.stubs = living

    def _retire(self, number: int, region: Any) -> Any:
        """Frames may still run code that calls this region; it compiles nothing more."""
        region.on_miss = region.on_failure = None
        self.retired.append((number, region, [e for e in self.entries if e.region == number]))
        return region

    def _spliced(self, patch: dict[str, Any]) -> types.CodeType:
        from . import _code

        if not self.regions:
            return self.original.__code__
        numbered = [self.regions.get(n) for n in range(max(self.regions, default=-1) + 1)]
        return _code.apply(self.code, patch, numbered)

    def _set_code(self, code: types.CodeType) -> None:
        """Replace the function's code, unless the user did so meanwhile."""
        if self.target.__code__ is self._code:
            if self.trial is not None:
                _native.stay(self.target)
            self.target.__code__ = code
            self._code = code

    def _note(self, result: dict[str, Any], number: int, seconds: float, index: int | None) -> None:
        report = result.get("report")
        if report is None:
            return
        self.cache_hits += report["cached"]
        if number in self.regions:
            self.regions[number].end = max(self.regions[number].end, self._behind(report["lines"] or []))
        self.entries.append(
            Entry(
                number,
                report["pc"],
                report["guards"] or [],
                report["plan"],
                report["lines"] or [],
                report["exits"] or [],
                report["ends"] or [],
                seconds,
                index if index is not None else -1,
                report["end"],
            )
        )
        if listened():
            from . import _log

            _log.compiled(self, report, seconds)

    def _behind(self, lines: list[int]) -> int:
        """Where the code of some lines ends."""
        return max((end for _, end, line in self.original.__code__.co_lines() if line in lines), default=0)

    def _refuse(self, refusal: dict[str, Any]) -> None:
        if not any(_same_place(refusal, told) for told in self.refusals):
            self.refusals.append(refusal)
            if listened():
                from . import _log

                _log.fallback(self, refusal)

    def _disable(self, bug: Exception) -> None:
        """A failure of ours: the original runs from now on."""
        self.bug = f"{type(bug).__name__}: {bug}"
        from . import _log

        _log.bug(self, bug)
        self._set_code(self.code)

    def clear(self) -> None:
        """Drop all compiled code; the next call compiles again."""
        with self.busy:
            self.drop()
            self.arm()

    @property
    def unchanged(self) -> bool:
        """Whether the function still has the code that slipstream gave it."""
        return self.target.__code__ is self._code

    def rest(self) -> None:
        """Drop all compiled code and run in Python, until `clear` is called."""
        with self.busy:
            self.drop()
            self._set_code(self.code)

    def prepare(self, values: Sequence[object]) -> None:
        """Compile for the values of a call where that was not done; `busy` is held."""
        from ._answers import Job

        if self.handle is None:
            self.compile_first(values)
            return
        args = self.entry_arguments(values)
        job = Job(self.original, self.code)
        if kinds([job.describe(contents(a)) for a in args]) not in self.seen:
            self.compile(self.entry["pc"], 0, args)

    def drop(self) -> None:
        """Forget every version; what was counted stays."""
        if self.handle is not None:
            from . import _compiler

            _compiler.request("close", fn=self.handle)
        from . import _stats

        _native.stay(self.target)
        self.past, self.trial = _stats.count(self), None
        self.handle, self.bug, self.calls_before = None, None, 0
        collections: tuple[Any, ...] = (
            self.regions,
            self.retired,
            self.stubs,
            self.entries,
            self.refusals,
            self.seen,
        )
        for collection in collections:
            collection.clear()


def listened() -> bool:
    """Whether anybody can have asked for what is told below the level of a warning."""
    return "logging" in sys.modules


def weakly(method: Any) -> Any:
    """A callable that calls a method as long as its object lives.

    The garbage collector does not look into code objects: a function whose
    code led back to it would never be freed.
    """
    there = weakref.WeakMethod(method)

    def call(*args: object) -> Any:
        alive = there()
        return None if alive is None else alive(*args)

    return call


def kinds(descriptions: Sequence[dict[str, Any]]) -> tuple[object, ...]:
    """What versions may differ by: the types of values, not the values."""
    return tuple(
        (d["k"], d.get("dtype"), len(d.get("dims", ())), d.get("name"), d.get("const", {}).get("t"))
        for d in descriptions
    )


def contents(value: object) -> object:
    """What a passed cell holds; other values are themselves."""
    if type(value) is not types.CellType:  # isinstance would ask the value for its class
        return value
    cell: Any = value
    try:
        return cell.cell_contents
    except ValueError:
        return value


def _copy(original: types.FunctionType) -> types.FunctionType:
    """A new function that shares everything with the original."""
    o = original
    f = types.FunctionType(o.__code__, o.__globals__, o.__name__, o.__defaults__, o.__closure__)
    f.__kwdefaults__ = original.__kwdefaults__
    f.__qualname__ = original.__qualname__
    f.__module__ = original.__module__
    f.__doc__ = original.__doc__
    f.__annotations__ = original.__annotations__
    if hasattr(original, "__type_params__"):
        f.__type_params__ = original.__type_params__
    f.__dict__.update(original.__dict__)
    f.__wrapped__ = original  # type: ignore[attr-defined]
    return f


def _same_place(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """Whether one reason for one place: a loop and the statement in it may both tell of it."""
    seen = ["reason", "line", "col", "endline", "endcol"]
    return all(a.get(k) == b.get(k) for k in (seen if a.get("line") else [*seen, "detail"]))
