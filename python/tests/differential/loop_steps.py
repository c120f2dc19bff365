"""Statements of random programs that compute something in steps, each held by a local."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .loops import Loops


def in_steps(program: Loops, target: str, name: str) -> str:
    """Locals that hold the steps of what is stored, assigned or summed at last; some are read twice."""
    rng, vector, part, v = program.rng, program._vector, program._slice, program._plain()
    op = rng.choice("+-*/")
    whole = (f"v8 {op} {vector(1)}", f"{v} {op} v8", f"np.maximum(v8, {v})", f"np.sqrt(v8) {op} {v}")
    second = rng.choice((*whole, *whole, "v8 * v8", "v8[::-1] - v8", "v8", "np.exp(-v8)"))
    stores = (f"{part()} = v9", f"{part()} {op}= v9", f"{target} = v9 {op} {vector(1)}")
    last = rng.choice((*stores, *stores, f"{name} += np.sum(v9)", f"{target} = v9", f"{part()} = v9 * v8"))
    steps = [f"v8 = {vector(2)}", f"v9 = {second}", last]
    if rng.random() < 0.5:
        others = (f"{part()} = {vector(1)}", f"{name} += {v}", f"{target} = {vector(1)}", "v7 = helper(v8)")
        steps.insert(rng.choice((1, 2)), rng.choice((*others, f"v7 = {vector(1)}")))
    return "; ".join(steps)
