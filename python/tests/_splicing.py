"""Drives the Go package ``bytecode`` from tests through ``bcdump``."""

from __future__ import annotations

import atexit
import functools
import importlib.util
import io
import json
import pathlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def _load_code_module() -> ModuleType:
    """Load ``_code`` alone: the package needs its built extension modules, this half does not."""
    path = ROOT / "python" / "slipstream" / "_code.py"
    spec = importlib.util.spec_from_file_location("slipstream_code", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_code = _load_code_module()

# A builtin that takes anything and answers None: a region that is never taken.
never = io.BytesIO().__exit__


class Refused(Exception):
    """What bcdump answers for code or stubs it does not accept."""


class Dumper:
    """One running bcdump process."""

    def __init__(self, folder: pathlib.Path) -> None:
        program = folder / "bcdump"
        subprocess.run(["go", "build", "-o", program, "./bytecode/cmd/bcdump"], cwd=ROOT, check=True)
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([program], stdin=pipe, stdout=pipe, text=True)

    def ask(self, op: str, code: CodeType, stubs: Sequence[dict[str, Any]] = ()) -> Any:
        """Send one request and return its answer."""
        return self.ask_text(op, json.loads(_code.dump(code)), stubs)

    def ask_text(self, op: str, code: dict[str, Any], stubs: Sequence[dict[str, Any]] = ()) -> Any:
        """Send one request about a dumped code object."""
        request = {"op": op, "code": code, "stubs": list(stubs)}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(request), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        if isinstance(answer, dict) and "error" in answer:
            raise Refused(answer["error"])
        return answer

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


@functools.cache
def dumper() -> Dumper:
    """Build and start bcdump once; skip the test where there is no Go."""
    if shutil.which("go") is None:
        pytest.skip("the go command is not installed, so bcdump cannot be built")
    folder = tempfile.TemporaryDirectory()
    process = Dumper(pathlib.Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(process.close)
    return process


def slots(code: CodeType) -> list[str]:
    """Names of localsplus in CPython's order."""
    cells = [name for name in code.co_cellvars if name not in code.co_varnames]
    return [*code.co_varnames, *cells, *code.co_freevars]


def splice(code: CodeType, stubs: Sequence[dict[str, Any]], regions: Sequence[object]) -> CodeType:
    """Return code with the stubs spliced in."""
    return _code.apply(code, dumper().ask("splice", code, stubs), regions)


def with_code(function: FunctionType, code: CodeType) -> FunctionType:
    """Return a function like this one that runs other code."""
    twin = FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    twin.__kwdefaults__ = function.__kwdefaults__
    return twin


# Builds the stub for a boundary from the code, the pc and the slots that may be unbound.
Builder = Callable[[CodeType, int, set[int]], dict[str, Any]]


def layers(code: CodeType, build: Builder) -> Iterator[list[dict[str, Any]]]:
    """Yield sets of stubs that together cover every boundary.

    Neighbouring boundaries can overwrite the same instructions, so one set
    cannot hold them all.
    """
    answer = dumper().ask("analyse", code)
    unbound = {place["pc"]: set(place["unbound"]) for place in reversed(answer["places"])}
    rest = answer["boundaries"]
    while rest:
        chosen, later, end = [], [], 0
        for boundary in rest:
            fits = boundary["pc"] >= end
            (chosen if fits else later).append(boundary)
            end = boundary["end"] if fits else end
        yield [build(code, b["pc"], unbound[b["pc"]]) for b in chosen]
        rest = later


def never_taken(code: CodeType, pc: int, unbound: set[int]) -> dict[str, Any]:
    """A stub that gets everything it may read, and does nothing."""
    cells = {*code.co_cellvars, *code.co_freevars}
    args = [i for i, name in enumerate(slots(code)) if name in cells or i not in unbound]
    return {"pc": pc, "region": 0, "args": args, "exits": [{"target": pc}]}


def identity(code: CodeType, pc: int, unbound: set[int]) -> dict[str, Any]:
    """A stub that always leaves by its second exit, which stores every local it got."""
    cells = {*code.co_cellvars, *code.co_freevars}
    args = [i for i, name in enumerate(slots(code)) if name not in cells and i not in unbound]
    return {"pc": pc, "region": 0, "args": args, "exits": [{"target": pc}, {"stores": args, "target": pc}]}


def second_exit(*values: object) -> tuple[object, ...]:
    """The region of :func:`identity`."""
    return (1, *values)


REGIONS: dict[Builder, Callable[..., object]] = {never_taken: never, identity: second_exit}


def splice_deep(code: CodeType, layer: int, build: Builder = never_taken) -> tuple[CodeType, int]:
    """Splice one layer into code and all code nested in it; count the stubs."""
    count, consts = 0, []
    for value in code.co_consts:
        if isinstance(value, CodeType):
            value, inner = splice_deep(value, layer, build)
            count += inner
        consts.append(value)
    code = code.replace(co_consts=tuple(consts))
    choices = list(layers(code, build))
    if layer >= len(choices):
        return code, count
    return splice(code, choices[layer], [REGIONS[build]]), count + len(choices[layer])


def walk(code: CodeType) -> Iterator[CodeType]:
    """Yield code and all code nested in it."""
    yield code
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield from walk(value)
