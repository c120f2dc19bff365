"""Nests of random programs that only compute elements of arrays: their rounds may be done side by side."""

from __future__ import annotations

from random import Random
from typing import Any

_MADE = (
    "ya = np.linspace(-2.0, 3.0, {0})",
    "ya = np.arange({0}) * 0.5",
    "ya = np.full({0}, 1.5, 'f4')",
    "ya = np.arange({0})",
    "ya = np.arange({0}) % 3 > 0",
)
_BESIDE = ("yb = np.sqrt(np.arange({0}) + 0.5)", "yb = ya[::-1]", "yb = ya", "yb = ya[1:]", "yb = ya * 1e300")
_TABLE = (
    "ym = np.arange({0} * {0}, dtype='f8').reshape({0}, {0}) / 7",
    "ym = np.asfortranarray(np.arange({0} * {0}, dtype='f8').reshape({0}, {0}) / 7)",
    "ym = np.ones(({0}, {0}), 'f4')",
)
_OTHER = ("yt = ym.T", "yt = ym.copy()", "yt = ym", "yt = ym[::-1]", "yt = ym[:, 1:]", "yt = ym * 1e155")
_HEADS = (
    "range({0})",
    "range({0})",
    "range(1, {0})",
    "range({0} - 2)",
    "range(2, {0} - 1)",
    "range(k0, {0})",
)
_SHIFTS = ("{0}", "{0}", "{0}", "{0} + 1", "{0} - 1", "{0} - k0", "k0 + {0}", "-{0}")
_OPERATORS = "+-*/+-*"
_CONDITIONS = (
    "{0} > {1}",
    "{0} < {1}",
    "{0} != 0",
    "{0} == {1}",
    "{0}",
    "not {0} >= {1}",
    "0 < {0} <= {1}",
    "{0} > 0.5 and {1} < 1",
    "{0} < -1 or {1}",
    "{2} != k0",
    "{2} > 1",
)
_CALLS = (
    "abs({0})",
    "max({0}, {1})",
    "min({0}, {1})",
    "max(0, {0})",
    "min({0}, 1.5)",
    "max({0}, {1}, 0.25)",
    "math.sqrt({0})",
    "math.sqrt(abs({0}))",
    "np.sqrt({0} * {0})",
    "np.abs({0})",
    "math.fabs({0})",
    "(1.0 / {0})",
    "({0} if {1} > 0 else {1})",
    "({0} if {0} else 0)",
    "({0} / {1} if {1} != 0 else 1)",
)
_ENDS = ("xs = ya[0]", "xs = ym[0, 1]", "xs = yb.sum()", "xs = i", "xs = yt.sum()")


def _under(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


class Lanes:
    """What `Program` writes such nests with."""

    rng: Random
    env: dict[str, Any]
    side: str  # the loop whose rounds have likely nothing to do with one another

    def lanes(self) -> str:
        """A nest, the arrays before it."""
        n = self.rng.choice(("3", "5", "8"))
        lines = [f"k0 = {self.rng.choice('012')}", "xs = 0.0"]
        lines += [self.rng.choice(forms).format(n) for forms in (_MADE, _BESIDE, _TABLE, _OTHER)]
        for _ in range(self.rng.choice((1, 1, 2))):
            self.side = self.rng.choice("iij")
            lines += self._lane_nest("ijk"[: self.rng.choice((1, 2, 2, 3))], n)
        return "\n".join([*lines, self.rng.choice(_ENDS)])

    def _lane_nest(self, names: str, n: str, around: str = "") -> list[str]:
        """A loop, and those inside: locals from before them are carried on in them."""
        name, known = names[0], around + names[0]
        inside: list[str] = []
        if len(names) > 1:
            start = self.rng.choice(
                ("", "s0 = 0.0", "s0 = 0", "s0 = 0.25", f"s0 = {self._lane_element(known)}")
            )
            inside += [start] if start else []
            inside += self._lane_nest(names[1:], n, known)
            inside += [self._lane_store(known, "s0")] if start else []
        if len(names) == 1 or self.rng.random() < 0.3:
            inside += self._lane_body(known)
        return [f"for {name} in {self.rng.choice(_HEADS).format(n)}:", *(f"    {line}" for line in inside)]

    def _lane_body(self, known: str) -> list[str]:
        """What a round does: some of it only if conditions hold."""
        lines = self._lane_statements(known)
        if self.rng.random() < 0.6:
            return lines
        inside = self._lane_statements(known)
        shape = self.rng.choice(("if", "else", "elif", "continue", "before"))
        lines = lines if shape in ("before", "continue") or self.rng.random() < 0.3 else []
        if shape == "continue":
            return [f"if {self._lane_condition(known)}:", *_under(["continue"]), *lines, *inside]
        lines += [f"if {self._lane_condition(known)}:", *_under(inside)]
        if shape == "elif":
            lines += [f"elif {self._lane_condition(known)}:", *_under(self._lane_statements(known))]
        if shape in ("elif", "else"):
            lines += ["else:", *_under(self._lane_statements(known))]
        return lines + (self._lane_statements(known) if self.rng.random() < 0.3 else [])

    def _lane_condition(self, known: str) -> str:
        a, b = self._lane_value(known, 1), self._lane_value(known, 0)
        return self.rng.choice(_CONDITIONS).format(a, b, self.rng.choice(known))

    def _lane_statements(self, known: str) -> list[str]:
        lines = []
        if self.rng.random() < 0.4:
            lines.append(f"t0 = {self._lane_value(known, 2)}")
        if len(known) > 1 and self.rng.random() < 0.5:
            lines.append(
                self.rng.choice(("s0 += {0}", "s0 = s0 * 0.5 - {0}", "s0 = {0} - s0")).format(
                    self._lane_value(known, 1)
                )
            )
        if not lines or self.rng.random() < 0.7:
            lines.append(
                self._lane_store(
                    known, self.rng.choice(("", "t0" if "t0 = " in lines[0] else "") if lines else ("",))
                )
            )
        return lines

    def _lane_store(self, known: str, value: str) -> str:
        sign = self.rng.choice(("", "", "+", "-", "*"))
        return f"{self._lane_element(known)} {sign}= {value or self._lane_value(known, 2)}"

    def _lane_value(self, known: str, depth: int) -> str:
        p = self.rng.random()
        if depth == 0 or p < 0.3:
            return (
                self._lane_element(known)
                if p < 0.25 or depth
                else self.rng.choice(("2", "0.5", "-1.0", "k0"))
            )
        if p < 0.36:
            return f"-{self._lane_value(known, depth - 1)}"
        if p < 0.46:
            return self.rng.choice(_CALLS).format(*(self._lane_value(known, depth - 1) for _ in range(2)))
        a, b = self._lane_value(known, depth - 1), self._lane_value(known, depth - 1)
        return f"({a} {self.rng.choice(_OPERATORS)} {b})"

    def _lane_element(self, known: str) -> str:
        side = self.side if self.side in known else known[-1]
        others = known.replace(side, "") or "0"
        if self.rng.random() < 0.8:
            i, k = self.rng.choice((side, side, side, f"{side} - 1")), self.rng.choice(others)
            return self.rng.choice((f"ya[{i}]", f"yb[{i}]", *(f"{m}[{k}, {i}]" for m in ("ym", "yt", "ym"))))
        i, k = (self.rng.choice(_SHIFTS).format(self.rng.choice(known)) for _ in range(2))
        return self.rng.choice((f"ya[{i}]", f"yb[{k}]", f"ym[{i}, {k}]", f"yt[k0, {k}]"))
