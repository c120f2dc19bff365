"""Random programs, grown statement by statement.

Each candidate statement is executed while the program is written, so that
most of them fit their operands; now and then one that raises is kept.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import signal
import warnings
from collections.abc import Iterator
from random import Random
from types import CodeType
from typing import Any

import numpy as np

from . import values
from .loop_lanes import Lanes
from .loops import Loops
from .vocabulary import (
    BINARY,
    BLOCKS,
    CHANGES,
    ENDS,
    FUNCTIONS,
    HEADER,
    LIMIT,
    LIVES,
    OTHER_CALLS,
    PARTS,
    REDUCTIONS,
    UFUNC1,
    UFUNC2,
    WRITES,
)

#: What stands before every program, ready to run.
_PRELUDE = compile(HEADER, "<prelude>", "exec")

#: Bytes of address space for a program.
MEMORY = 6 << 30


#: Seconds of the processor that a statement may take: a power of Python's ints may have no end.
PATIENCE = 2.0


@contextlib.contextmanager
def bounded_time() -> Iterator[None]:
    """Where the interval timer of the processor's time ends, a statement raises."""

    def end(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGVTALRM, before)


class Program(Loops, Lanes):
    """One program under construction; `env` holds its values so far."""

    def __init__(self, seed: int, loops: bool = False) -> None:
        self.rng = Random(seed)
        self.loops = loops
        self.statements = (
            (*self.STATEMENTS, *(Loops.loop,) * 12, *(Lanes.lanes,) * 5) if loops else self.STATEMENTS
        )
        self.tame = self.rng.random() < 0.7
        self.shape = self.rng.choice(values.LARGE if self.rng.random() < 0.02 else values.SHAPES)
        self.limit = max(LIMIT, 2 * int(np.prod(self.shape)))
        self.dtypes = self.rng.choices(values.COMMON, k=2) + (["f8"] if self.rng.random() < 0.6 else [])
        self.env: dict[str, Any] = {}
        self.globals: list[str] = []
        self.cells: list[str] = []
        self.inputs: list[str] = []
        self.args: list[str] = []
        self.locals: list[str] = []
        self.readable: list[str] = []
        self.body: list[str] = []

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def new_array(self) -> str:
        dtype = self.rng.choice(values.ODD) if self.chance(0.04) else self.rng.choice(self.dtypes)
        shape = (
            values.compatible(self.rng, self.shape) if self.chance(0.95) else self.rng.choice(values.SHAPES)
        )
        return values.array(self.rng, dtype, shape, self.tame)

    def literal(self) -> str:
        """A number as a statement writes it: seldom a NumPy scalar made on the spot."""
        for _ in range(3):
            text = self.scalar()
            if not text.startswith("np.") or self.chance(0.02):
                return text
        return "2"

    def scalar(self) -> str:
        return self.rng.choice(values.TAME_SCALARS if self.tame and self.chance(0.9) else values.SCALARS)

    def run(self, text: str | CodeType) -> Exception | None:
        """Execute a statement in the values so far."""
        with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
            try:
                exec(text, self.env)
            except Exception as error:
                return error
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        return None

    def value(self, text: str) -> Any:
        """What an expression gives now; None if it raises."""
        return None if self.run(f"_ = {text}") else self.env["_"]

    # Surroundings ---------------------------------------------------------

    def surroundings(self) -> None:
        self.run(_PRELUDE)
        for name in ("G", "H")[: self.rng.choice((0, 0, 1, 2))]:
            self.globals.append(f"{name} = {self.scalar() if self.chance(0.6) else self.new_array()}")
        for name in ("c", "d")[: self.rng.choice((0, 0, 0, 1, 2))]:
            self.cells.append(f"{name} = {self.scalar() if self.chance(0.7) else self.new_array()}")
        for name in "abu"[: self.rng.choice((1, 2, 2, 3))]:
            self.inputs.append(self.input(name))
            self.args.append(name)
        if self.chance(0.15):
            self.inputs.append(f"{self.args[0]}.flags.writeable = False")
        self.inputs = [fit for line in self.inputs if (fit := self.fitting(line))]
        for line in (*self.globals, *self.cells):
            self.run(line)
        self.readable = [line.partition(" ")[0] for line in (*self.globals, *self.cells)] + self.args
        self.numbers()

    def fitting(self, line: str) -> str:
        """The input's line, or a plain array where it raises."""
        name = line.partition(" = ")[0]
        if not self.run(line):
            return line
        return "" if self.run(f"{name} = np.ones(3)") or "." in name else f"{name} = np.ones(3)"

    def input(self, name: str) -> str:
        if self.args and self.chance(0.12):
            view = self.rng.choice(("{0}", "{0}[::-1]", "{0}[1:]", "{0}[...]", "{0}.T", "{0}[:1]"))
            return f"{name} = {view.format(self.args[0])}"
        return f"{name} = {self.scalar() if self.chance(0.1) else self.new_array()}"

    def numbers(self) -> None:
        """Parameters with defaults: p positional, k keyword-only."""
        self.defaults: dict[str, tuple[str, str | None]] = {}
        for name in ("p", "k"):
            if self.chance(0.35):
                text = "None" if self.chance(0.2) else self.scalar()
                given = self.scalar() if self.chance(0.4) else None
                self.defaults[name] = (text, given)
                self.run(f"{name} = {given or text}")
                self.readable.append(name)

    # Expressions ----------------------------------------------------------

    def name(self) -> str:
        recent = [n for n in self.locals[-3:] + self.args if isinstance(self.env.get(n), np.ndarray)]
        if recent and self.chance(0.6):
            return self.rng.choice(recent)
        recent = self.locals[-3:] + self.args
        return self.rng.choice(recent if self.chance(0.7) else self.readable + self.locals)

    def leaf(self) -> str:
        if self.chance(0.2):
            return self.literal()
        name = self.name()
        if isinstance(self.env.get(name), np.ndarray) and self.chance(0.2):
            return self.rng.choice(
                (f"{name}.T", f"{name}[{self.index(name)}]", f"{name}[{self.index(name)}]")
            )
        return name

    def index(self, name: str) -> str:
        value = self.env.get(name)
        rank = value.ndim if isinstance(value, np.ndarray) else 1
        parts = [self.slice() for _ in range(self.rng.randint(1, max(1, rank)))]
        if self.chance(0.1):
            parts.insert(self.rng.randint(0, len(parts)), self.rng.choice(("...", "None")))
        return ", ".join(parts)

    def slice(self) -> str:
        if self.chance(0.25):
            return str(self.rng.choice((0, 0, 1, -1, 2, -2, 9)))
        part = [self.rng.choice(("", "", "1", "2", "-1", "-2", "0", "100")) for _ in range(2)]
        return ":".join(part) + self.rng.choice(("", "", ":2", ":-1", ":-2", ":3"))

    def expression(self, depth: int) -> str:
        if depth <= 0 or self.chance(0.08):
            return self.leaf()
        if self.chance(0.04):
            return self.other(depth)
        return self.rng.choice(self.FORMS)(self, depth)

    def binary(self, depth: int) -> str:
        left, right, op = self.expression(depth - 1), self.expression(depth - 2), self.rng.choice(BINARY)
        if op in ("**", "<<", "*") and not isinstance(self.value(left), np.ndarray | np.generic | None):
            op = "+"  # Python's own integers and sequences could grow without end
        if op == "**" and self.chance(0.6):
            right = self.rng.choice(("2", "3", "0.5", "-1", "2.0", "1", "0", "-2"))
        return f"({left} {op} {right})"

    def unary(self, depth: int) -> str:
        form = self.rng.choice(("-{}", "~{}", "+{}", "abs({})", "-{}", "(not {})"))
        return f"({form.format(self.expression(depth - 1))})"

    def ufunc(self, depth: int) -> str:
        if self.chance(0.6):
            name = self.rng.choice(UFUNC1[:10] if self.chance(0.7) else UFUNC1)
            call = "root" if name == "sqrt" and self.chance(0.2) else f"np.{name}"
            return f"{call}({self.expression(depth - 1)})"
        name = self.rng.choice(UFUNC2[:2] if self.chance(0.3) else UFUNC2)
        return f"np.{name}({self.expression(depth - 1)}, {self.expression(depth - 2)})"

    def where(self, depth: int) -> str:
        call = self.rng.choice(("np.where", "where"))
        condition = f"{self.expression(depth - 2)} {self.rng.choice(('>', '<=', '=='))} {self.leaf()}"
        return f"{call}({condition}, {self.expression(depth - 1)}, {self.expression(depth - 2)})"

    def reduction(self, depth: int) -> str:
        inner, name = self.expression(depth - 1), self.rng.choice(REDUCTIONS)
        options = (
            [self.rng.choice(("axis=0", "axis=-1", "axis=1", "axis=None", "0", "axis=(0, 1)"))]
            if self.chance(0.5)
            else []
        )
        options += ["keepdims=True"] if self.chance(0.3) else []
        if self.chance(0.5):
            return f"({inner}).{name}({', '.join(options)})"
        return f"np.{name}({', '.join([inner, *options])})"

    def question(self, depth: int) -> str:
        del depth
        return self.rng.choice(("{0}.shape[0]", "{0}.ndim", "{0}.size", "len({0})", "{0}.shape[-1]")).format(
            self.name()
        )

    def other(self, depth: int) -> str:
        del depth
        return self.rng.choice(OTHER_CALLS).format(self.name(), self.name())

    FORMS = (binary,) * 10 + (ufunc,) * 5 + (unary,) * 2 + (where,) * 2 + (reduction,) * 2 + (question,)

    # Statements -----------------------------------------------------------

    def fresh(self) -> str:
        if self.locals and self.chance(0.25):
            return self.rng.choice(self.locals)
        return f"x{len(self.locals)}"

    def assign(self) -> str:
        return f"{self.fresh()} = {self.expression(3)}"

    def augment(self) -> str:
        name, op = self.name_of_own(), self.rng.choice(BINARY[:-6])
        return f"{name} {op if isinstance(self.env.get(name), np.ndarray) else '-'}= {self.expression(2)}"

    def name_of_own(self) -> str:
        return self.rng.choice(self.args + self.locals * 2)

    def store(self) -> str:
        name = self.name_of_own()
        op = self.rng.choice(("=", "=", "=", "+=", "*=", "-="))
        return f"{name}[{self.index(name)}] {op} {self.expression(2)}"

    def write(self) -> str:
        return self.rng.choice(WRITES).format(self.name_of_own(), self.name(), self.literal())

    def several(self) -> str:
        if self.chance(0.1):
            return f"{self.fresh()}, y = np.modf({self.expression(2)})"
        return f"{self.fresh()}, y = {self.expression(2)}, {self.expression(2)}"

    def branch(self) -> str:
        names = [n for n in ("p", "k") if n in self.readable] or self.args
        name, target = self.rng.choice(names), self.fresh()
        test = self.rng.choice(
            (
                f"{name} is None",
                f"{name} is not None",
                f"{self.name()}.ndim == 1",
                f"{name} == 2",
                f"{self.name()}.sum() > 1",
                f"{name}",
                f"{self.name()}.size > 3",
            )
        )
        return f"if {test}:\n    {target} = {self.expression(2)}\nelse:\n    {target} = {self.expression(2)}"

    def opaque(self) -> str:
        return self.rng.choice(
            (
                "print({0!r}, np.shape({0}))",
                "print(f'{{np.ndim({0})}} {{np.size({0})}}')",
                "seen = [np.size({0})]",
                "try:\n    {0}[99]\nexcept Exception as error:\n    print(type(error))",
                "assert {0} is not None",
                f"with np.errstate({self.errstate()}):\n    {{1}} = {{2}}",
                "for i in range(3):\n    {1} = {2} + i",
                "{1} = [v for v in np.ravel({0})[:3]]",
                "seen = {{'k': {0}}}",
                "{1} = helper({0})",
                "emptied({0})",
                "{1} = shown({2})",
                "for i in range(2):\n    {0}[i] = {2}",
                "np.add({0}, 1, out={0})",
                "try:\n    {1} = {2}\nfinally:\n    print('f')",
                "{1} = {0} if {0}.ndim else {2}",
                "i = 0\nwhile i < 2:\n    {1} = {2}\n    i += 1",
                "{1} = lambda: {0}",
            )
        ).format(self.name_of_own(), self.fresh(), self.expression(2))

    def block(self) -> str:
        values = (self.expression(2), self.expression(2))
        return self.rng.choice(BLOCKS).format(self.errstate(), self.name_of_own(), self.fresh(), *values)

    def ended(self) -> str:
        values = (self.expression(2), self.expression(2))
        return self.rng.choice(ENDS).format(self.name_of_own(), self.fresh(), *values, self.name())

    def lives(self) -> str:
        values = (self.expression(2), self.expression(2))
        return self.rng.choice(LIVES).format(self.name_of_own(), self.fresh(), *values)

    def parts(self) -> str:
        values = (self.expression(2), self.expression(2))
        return self.rng.choice(PARTS).format(self.name_of_own(), self.fresh(), *values)

    def functions(self) -> str:
        values = (self.expression(2), self.expression(2))
        return self.rng.choice(FUNCTIONS).format(self.name_of_own(), self.fresh(), *values)

    STATEMENTS = (
        *(assign,) * 12,
        *(augment,) * 4,
        *(store,) * 4,
        *(write,) * 2,
        *(several, branch, opaque, block, ended, lives, parts, functions),
    )

    def statement(self) -> None:
        """Add a statement; of those that raise few are kept."""
        for _ in range(12):
            text = self.rng.choice(self.statements)(self)
            before = self.contents() if self.loops else None
            error = self.run(text)
            if (error and not self.chance(0.02)) or isinstance(error, MemoryError) or self.too_large():
                self.restore(before)
                continue
            self.body.append(text)
            self.locals = [n for n in self.env if n[0] in "xy" and n != "__builtins__"]
            return

    def too_large(self) -> bool:
        """Whether the statement just run made more than is worth the time; forgets that value."""
        large = [n for n, v in self.env.items() if isinstance(v, np.ndarray) and v.size > self.limit]
        for name in large:
            del self.env[name]
        return bool(large)

    def errstate(self) -> str:
        """Arguments of np.errstate: one mode for all classes, or some classes in modes of their own."""
        if self.chance(0.4):
            modes = {"all": self.rng.choice(("ignore", "ignore", "raise", "warn"))}
        else:
            classes = self.rng.sample(("divide", "over", "under", "invalid"), self.rng.randint(1, 4))
            modes = {c: self.rng.choice(("ignore", "ignore", "warn", "raise", "call")) for c in classes}
        text = ", ".join(f"{c}={mode!r}" for c, mode in modes.items())
        return f"{text}, call=report" if "call" in modes.values() else text

    # Text -----------------------------------------------------------------

    @bounded_time()
    def text(self) -> str:
        self.surroundings()
        for _ in range(self.rng.choice((1, 2, 3, 4, 6, 9))):
            self.statement()
        lines = [HEADER.rstrip(), *self.globals]
        if self.chance(0.02 if self.tame else 0.05):
            lines.append("FILTER = 'error'")
        if self.chance(0.06 if self.tame else 0.13):
            lines.append(f"ERRSTATE = dict({self.errstate()})")
        lines += self.make() + self.function()
        return "\n".join(lines) + "\n"

    def make(self) -> list[str]:
        lines = ["def make(turn):", *(f"    {line}" for line in self.inputs)]
        if self.chance(0.35):
            lines += ["    if turn == 2:", f"        {self.rng.choice(self.args)} = {self.new_array()}"]
        if self.chance(0.2):
            lines += ["    if turn == 2:", f"        {self.rng.choice(CHANGES)}"]
        given = [f"{n!r}: {g}" for n, (_, g) in self.defaults.items() if g]
        return [*lines, f"    return ({', '.join(self.args)},), {{{', '.join(given)}}}"]

    def function(self) -> list[str]:
        parameters = list(self.args)
        if "p" in self.defaults:
            parameters.append(f"p={self.defaults['p'][0]}")
        if "k" in self.defaults:
            parameters += ["*", f"k={self.defaults['k'][0]}"]
        lines = [f"def f({', '.join(parameters)}):"]
        for statement in self.body:
            lines += [f"    {line}" for line in statement.split("\n")]
        lines.append(f"    return {self.result()}")
        if not self.cells:
            return lines
        inner = [f"    {line}" for line in [*self.cells, *lines]]
        return ["def outer():", *inner, "    return f", "f = outer()"]

    def result(self) -> str:
        names = self.locals or self.args
        picks = [
            self.rng.choice(names) if self.chance(0.8) else self.expression(2)
            for _ in range(self.rng.choice((1, 1, 2, 3)))
        ]
        return ", ".join(picks + ([self.args[0]] if self.chance(0.1) else []))


@contextlib.contextmanager
def bounded_memory() -> Iterator[None]:
    """Statements that outgrow the machine raise MemoryError instead of filling it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY if hard < 0 else min(MEMORY, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


#: The variable of the environment with which programs have loops; child processes see it, too.
LOOPS = "DIFFERENTIAL_LOOPS"


def generate(seed: int) -> str:
    """The text of the program with this number."""
    with bounded_memory():
        return Program(seed, LOOPS in os.environ).text()
