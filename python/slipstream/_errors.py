"""What slipstream raises."""

from __future__ import annotations

from typing import Any


class FallbackError(RuntimeError):
    """A function decorated with ``strict=True`` would run (partly) in Python.

    Attributes
    ----------
    codes : tuple of str
        The codes of the reasons, as in ``("SL1301",)``.
    """

    def __init__(self, message: str, codes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.codes = codes

    def __reduce__(self) -> tuple[type[FallbackError], tuple[object, ...]]:
        return type(self), (str(self), self.codes)


class Refused(Exception):
    """The compiler leaves something to Python; `refusal` says why. Never reaches the user."""

    def __init__(self, refusal: dict[str, Any]) -> None:
        super().__init__(refusal.get("detail", ""))
        self.refusal = refusal


class CompilerBug(Exception):
    """The compiler failed; the function it worked on stays in Python. Never reaches the user."""


class NotForThese(Exception):
    """A recipe does not say what NumPy's function does with these arguments. Never reaches the user."""
