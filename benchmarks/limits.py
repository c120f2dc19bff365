"""What limits a kernel, and what its next step would be: rules over what was measured and counted.

`judged` adds to a row of `npbench` the bound of the roofline, the share of it that is attained, the limit and
the next step. No rule knows a kernel.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

from .roofline import Machine

Row = dict[str, Any]
#: From this share of the time on something is what limits.
MOST = 0.5
#: NumPy's time in products is our time in them up to this share of it: in more there is what is not ours.
SAME = 1.5
#: NumPy's time for one call of a function, in calls of one element, from which the function is what takes it.
LARGE = 5
#: Steps are many where calling as many functions of NumPy's takes this share of the time.
FEW = 0.1
#: A function of NumPy's that a plan calls, but does not name.
ANY = "*"
#: So many operations on numbers take as long as one step on arrays.
SCALARS_A_STEP = 8


@dataclasses.dataclass(frozen=True)
class Facts:
    """What is known of a kernel; seconds of one call.

    Attributes
    ----------
    ours, numpy : float
        Slipstream's time and NumPy's.
    native, exits : float
        Share of calls without a Python step, and exits a call.
    places, hints : tuple of str
        What is left to Python, with reason and line, and what helps.
    uncounted : str
        Why the work is not known; empty where it is.
    level : str
        The nearest level of memory that the compulsory bytes fit in.
    memory, arithmetic : float
        Least time of the compulsory bytes and of the operations.
    traffic, repeats : float
        Least time of the bytes of NumPy's steps, and these in compulsory ones.
    products, functions : float
        What NumPy spends in products that are long, and in the functions that
        compiled code calls.
    function : str
        The one of these that takes most.
    steps, scalars : float
        Operations on arrays, and on numbers.
    overhead : float
        The steps times NumPy's time for calling a function.
    """

    ours: float
    numpy: float
    native: float
    exits: float
    places: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    uncounted: str = ""
    level: str = ""
    memory: float = 0.0
    arithmetic: float = 0.0
    traffic: float = 0.0
    repeats: float = 0.0
    products: float = 0.0
    functions: float = 0.0
    function: str = ""
    steps: float = 0.0
    scalars: float = 0.0
    overhead: float = 0.0

    @property
    def bound(self) -> float:
        """The roofline: no implementation takes less."""
        return max(self.memory, self.arithmetic)

    def share(self, seconds: float) -> float:
        return seconds / self.ours

    @property
    def each(self) -> float:
        """Nanoseconds for each step, numbers counted in with their weight."""
        return 1e9 * self.ours / max(self.steps + self.scalars / SCALARS_A_STEP, 1.0)

    @property
    def place(self) -> str:
        return self.places[0] if self.places else ""

    @property
    def hint(self) -> str:
        return self.hints[0] if self.hints else ""


@dataclasses.dataclass(frozen=True)
class Limit:
    """One limit: when it is the one, what is said of it, and the next step; texts are formats of `Facts`."""

    name: str
    holds: Callable[[Facts], bool]
    text: str
    step: str


#: The first whose rule holds is the limit of a kernel. The last always holds.
LIMITS = (
    Limit(
        "memory",
        lambda f: f.share(f.memory) >= MOST and f.memory >= f.arithmetic,
        "moving what must be moved, through {f.level}",
        "Little is left in the kernel: fewer bytes (narrower types, results used while they are near) or "
        "more threads.",
    ),
    Limit(
        "arithmetic",
        lambda f: f.share(f.arithmetic) >= MOST,
        "arithmetic near the peak of the machine",
        "Little is left in the kernel: narrower types or more threads.",
    ),
    Limit(
        "products",
        lambda f: MOST <= f.share(f.products) <= SAME,
        "products that NumPy's BLAS or LAPACK computes",
        "The product is NumPy's, bit for bit; spare the passes and copies before and behind it.",
    ),
    Limit(
        "Python",
        lambda f: f.native < MOST and bool(f.places),
        "not whole: {f.place}",
        "{f.hint}",
    ),
    Limit(
        "exits",
        lambda f: f.native < MOST,
        "leaves compiled code {f.exits:.1f} times a call, for a type, a size, an index or a report",
        "Compile for what is met there: see guards and exits of explain, and SLIPSTREAM_LOG=run.",
    ),
    Limit(
        "not counted",
        lambda f: bool(f.uncounted),
        "not counted: {f.uncounted}",
        "Make it countable, or measure where its time goes.",
    ),
    Limit(
        "functions",
        lambda f: f.share(f.functions) >= MOST,
        "functions that are called, {f.function} first",
        "A form of {f.function} in compiled code with NumPy's bits; until then fewer calls of it.",
    ),
    Limit(
        "scalar steps",
        lambda f: f.scalars >= SCALARS_A_STEP * f.steps and f.scalars > 0,
        "{f.scalars:,.0f} operations on numbers, one after the other",
        "A shorter way for each: fewer checks and loads in the innermost loop, values kept in registers.",
    ),
    Limit(
        "passes",
        lambda f: f.share(f.traffic) >= MOST and f.repeats >= 2,
        "{f.steps:,.0f} steps on arrays that move {f.repeats:.0f} times what must be moved",
        "More statements in one pass over the elements, in tiles that stay in a near cache.",
    ),
    Limit(
        "small steps",
        lambda f: f.overhead >= max(f.traffic, FEW * f.ours),
        "{f.steps:,.0f} small steps on arrays, {f.each:,.0f} ns each",
        "Less for each step: all rounds of the innermost loop in one step, or one loop over elements.",
    ),
    Limit(
        "kernels",
        lambda f: True,
        "the code of the kernels: neither bytes nor arithmetic are near their bound",
        "Look at the machine code of the longest kernel: wider vectors, fewer dependent or divided values.",
    ),
)


def callouts(plans: list[str]) -> list[str]:
    """Loops of NumPy's that plans call, as ``exp f8``; `ANY` where a function is called by its object."""
    named = {
        re.split(r",|->", loop.strip().rsplit(".", 1)[-1])[0]
        for plan in plans
        for loops in re.findall(r"\bloops \[([^\]]+)\]", plan)
        for loop in loops.split(";")
    }
    unnamed = any(re.search(r"\bcall object\b|\bhost\.call_out\b", plan) for plan in plans)
    return sorted(named) + [ANY] * unnamed


def facts(row: Row, machine: Machine) -> Facts:
    """The facts of a measured row."""
    known = Facts(
        ours=row["slipstream"],
        numpy=row["numpy"],
        native=row["native"],
        exits=row["exits"],
        places=tuple(row["places"]),
        hints=tuple(row["hints"]),
    )
    if not row.get("work"):
        return dataclasses.replace(known, uncounted=row["uncounted"])
    return dataclasses.replace(known, **_counted(row["work"], set(row["callouts"]), row["numpy"], machine))


def _counted(work: Row, called: set[str], numpy: float, machine: Machine) -> Row:
    """The facts that follow from the work."""
    level = machine.level(work["compulsory"])
    rows = work["rows"]
    long = _long(rows, numpy, machine)
    functions = {
        name: float(tally["tiled"]) or long[name]
        for name, tally in rows.items()
        if name in called or (ANY in called and tally["kind"] == "functions")
    }
    steps = sum(tally["calls"] for tally in rows.values())
    return {
        "level": level.name,
        "memory": machine.memory_seconds(work["compulsory"]),
        "arithmetic": machine.arithmetic_seconds(work["wide"], work["narrow"]),
        "traffic": work["traffic"] / level.bandwidth,
        "repeats": work["traffic"] / max(work["compulsory"], 1),
        "products": sum(long[name] for name, tally in rows.items() if tally["kind"] == "products"),
        "functions": sum(functions.values()),
        "function": max(functions, key=lambda name: functions[name], default=""),
        "steps": steps,
        "scalars": work["scalars"],
        "overhead": steps * machine.call,
    }


def _long(rows: dict[str, Row], numpy: float, machine: Machine) -> dict[str, float]:
    """Seconds in each function, calling it apart; none where that is most of it.

    The counting run is one, and a slow one: what it measures is shortened to
    NumPy's time in all.
    """
    slower = max(sum(tally["seconds"] for tally in rows.values()) / numpy, 1.0)
    seconds = {name: tally["seconds"] / slower for name, tally in rows.items()}
    calling = {name: machine.call * tally["calls"] for name, tally in rows.items()}
    return {
        name: 0.0 if seconds[name] < LARGE * calling[name] else seconds[name] - calling[name] for name in rows
    }


def limit_of(f: Facts) -> Limit:
    return next(limit for limit in LIMITS if limit.holds(f))


def judged(row: Row, machine: Machine) -> Row:
    """The row with its bound in seconds, the share attained, the limit and the next step in words."""
    if "error" in row:
        return row
    f = facts(row, machine)
    limit = limit_of(f)
    bound = None if f.uncounted else f.bound
    return row | {
        "bound": bound,
        "attained": None if bound is None else bound / f.ours,
        "limit": limit.name,
        "why": limit.text.format(f=f),
        "next": limit.step.format(f=f),
    }
