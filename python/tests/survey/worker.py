"""The process that runs examples: ``python -m survey.worker FILE`` with the work as JSON.

Results are appended to the file that the work names, a line an example, and
the beginning of each is noted before, so that a crash leaves its name.
"""

from __future__ import annotations

import faulthandler
import json
import os
import pathlib
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from . import examples, memory, operations, record


class Plain:
    """Runs examples as they are."""

    soil = 0

    def run(self, name: str, rounds: int, full: bool) -> dict[str, object]:
        """Run an example's statements in a new namespace, several times; what each gave."""
        codes = examples.compiled(name, examples.statements(examples.find(name)))
        results = []
        for number in range(rounds):
            self.prepare()
            session = record.Session(self.soil)
            with self.round(number, number == rounds - 1):
                facts = [session.run(code) for code in codes]
            facts.append({"end": record.Values(_variables(session.space)).facts})
            results.append([record.short(f) if full else record.digest(f) for f in facts])
        raised = sum(f.get("exception", "None") != "None" for f in facts)
        return {"results": results, "statements": len(codes), "raised": raised, **self.told()}

    def prepare(self) -> None:
        """In front of each example."""

    def round(self, number: int, last: bool) -> Any:
        return _Nothing()

    def told(self) -> dict[str, object]:
        """What is noted of an example besides its results."""
        return {}


class _Nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


class Names(Plain):
    """Lists what a package has."""

    def run(self, name: str, rounds: int, full: bool) -> dict[str, object]:
        return {"names": list(examples.names(name))}


class Operations(Plain):
    """Counts the operations on arrays in the last round."""

    def __init__(self, packages: list[str]) -> None:
        operations.install(packages)

    def round(self, number: int, last: bool) -> Any:
        operations.clear()
        return _Nothing()

    def told(self) -> dict[str, object]:
        return {"operations": operations.counts(), "lines": operations.lines()}


class Fast(Plain):
    """Accelerates every function of the packages, and sees in the last round what Python runs."""

    def __init__(self, packages: list[str], watched: bool) -> None:
        self.packages = packages
        self.states: list[Any] = []
        self.watch: Any = None
        self.python: dict[str, list[int]] = {}
        self.watched = watched
        self._known = 0

    def prepare(self) -> None:
        """Functions of modules that were imported since come in, too."""
        from numpysuite import inplace

        if len(sys.modules) == self._known:
            return
        self._known = len(sys.modules)
        folders = [
            pathlib.Path(sys.modules[p].__file__ or "").parent for p in self.packages if p in sys.modules
        ]
        self.states += [inplace.accelerate(f) for f in list(inplace.functions(folders))]

    def round(self, number: int, last: bool) -> Any:
        return self if last and self.watched else _Nothing()

    def __enter__(self) -> None:
        from . import steps

        self.watch = self.watch or steps.Watch()
        self.watch.begin(self.states)

    def __exit__(self, *_: object) -> None:
        self.python = self.watch.end()

    def told(self) -> dict[str, object]:
        from . import steps

        reasons = {
            steps.key(s.code): [[r["reason"], r.get("detail", ""), r.get("line", 0)] for r in s.refusals]
            for s in self.states
            if steps.key(s.code) in self.python and s.refusals
        }
        bugs = [f"{s.original.__qualname__}: {s.bug}" for s in self.states if s.bug]
        changed = self.watch.changed() if self.watch else 0
        return {"python": self.python, "reasons": reasons, "bugs": bugs, "changed": changed}


def main() -> None:
    work = json.loads(pathlib.Path(sys.argv[1]).read_text())
    os.chdir(tempfile.mkdtemp())
    packages: list[str] = work["packages"]
    runners: dict[str, Callable[[], Plain]] = {
        "names": Names,
        "plain": Plain,
        "operations": lambda: Operations(packages),
        "fast": lambda: Fast(packages, work["watched"]),
    }
    runner = runners[work["mode"]]()
    soiled = work["soil"] and work["mode"] == "plain"
    if soiled:
        memory.from_the_library()
    record.PACKAGES = tuple(packages)
    runner.soil = work["soil"]
    with pathlib.Path(work["out"]).open("a") as out:
        for name in work["names"]:
            _note(out, begin=name)
            faulthandler.dump_traceback_later(work["patience"], exit=True)
            _note(out, name=name, **runner.run(name, work["rounds"], work["full"]))
            faulthandler.cancel_dump_traceback_later()
        _note(out, finished=True)
    if soiled:
        os._exit(0)  # some arrays outlive what gives their memory back


def _note(out: Any, **record: object) -> None:
    out.write(json.dumps(record) + "\n")
    out.flush()


def _variables(space: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in space.items() if not k.startswith("__")}


if __name__ == "__main__":
    main()
