"""Functions with loops are weighed against Python, and rest where that is faster: see trial.c and naps.c."""

from __future__ import annotations

import atexit
import types
from typing import TYPE_CHECKING, Any

from . import _code, _compiler, _native

if TYPE_CHECKING:
    from ._function import Accelerated

#: What is to be done, as in native.h.
_BEGIN, _PLAIN, _LOST, _GAINED = 1, 2, 3, 4

#: Runs until what could not be measured is tried again.
_SOON = 1024

_WHY = "measured: the loops are over so soon that Python is faster; they are measured again now and then"

atexit.register(_native.naps_end)


class Trial:
    """What is measured of one function, and the codes that it has meanwhile."""

    def __init__(self, of: Accelerated) -> None:
        self.of = of
        #: The region that counts calls, and whether it has no code of its own.
        self.meter: Any = None
        self.counts = False
        #: The code before; with calls counted; with nothing else. None: no trial is under way.
        self.codes: tuple[types.CodeType, types.CodeType, types.CodeType] | None = None

    def go_on(self, region: Any) -> None:
        """Do what a region tells is to be done."""
        what, region.tried = region.tried, 0
        if what == _BEGIN:
            self._begin()
        elif region is self.meter:
            self._next(what)

    def _begin(self) -> None:
        if self.codes is not None and self.of._code is self.codes[2]:
            return  # a call that is still under way
        if self.codes is None or self.of._code is not self.codes[1]:
            self._end(_SOON)
            self._prepare()
        if self.codes is not None:
            self.of._set_code(self.codes[1])
            self.meter.begin_trial(self.counts)

    def _prepare(self) -> None:
        of = self.of
        if not of.unchanged or of.handle is None:
            return
        pc, awake = of.entry["pc"], of._code
        at = [n for n, stub in of.stubs.items() if stub["pc"] == pc and n in of.regions]
        number = at[0] if at else max(of.regions, default=0) + 1
        self.meter = of.regions[number] if at else self._counter()
        self.counts = not any(self.meter.entries())
        regions = {**of.regions, number: self.meter}
        numbered = [regions.get(n) for n in range(max(regions) + 1)]

        def code(everything: bool) -> types.CodeType:
            patch = _compiler.request("count", fn=of.handle, pc=pc, number=number, all=everything)
            return _code.apply(of.code, patch, numbered)

        self.codes = awake, awake if at else code(True), code(False)
        _native.nap_codes(of, of.target, (of.code, *self.codes))

    def _counter(self) -> Any:
        region = _native.Region(f"{self.of.original.__qualname__}: calls")
        region.weighed, region.globals = True, self.of.original.__globals__
        region.on_failure = self.of.failures()
        return region

    def _next(self, what: int) -> None:
        of = self.of
        if self.codes is None or not any(of._code is code for code in self.codes):
            self._end(_SOON)  # another version has come meanwhile
            return
        awake, _, plain = self.codes
        if what == _PLAIN:
            of._set_code(plain)
            return
        if what == _LOST:
            self._nap(awake)
        else:
            of._set_code(awake)
            _native.woken(of.target)
        self._end(self.meter.later or _SOON)

    def _nap(self, awake: types.CodeType) -> None:
        of = self.of
        of._refuse({"reason": 1903, "detail": _WHY, "line": of.entry["line"]})
        of._set_code(of.code)
        if not (of.unchanged and _native.nap(of.target, tuple(of.regions.values()))):
            of._set_code(awake)

    def _end(self, later: int) -> None:
        """Have regions run so often until they want to be weighed again."""
        if self.meter is not None:
            self.meter.end_trial()
        self.codes = None
        for r in self.of.regions.values():
            r.weighed, r.again = False, r.hits + later
