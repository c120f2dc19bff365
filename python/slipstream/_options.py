"""The options of the decorator, checked where they are written."""

from __future__ import annotations

import dataclasses
from typing import Any

from ._config import _CHECKS, config

#: What each option with a choice accepts today.
CHOICES = {
    "device": ("cpu", "auto"),
    "mode": ("normal", "verify", "eager"),
}


@dataclasses.dataclass(frozen=True)
class Options:
    """The options of `jit`, see there."""

    numerics: str | None = None
    device: str = "cpu"
    threads: int | None = None
    strict: bool = False
    cache: bool = True
    mode: str = "normal"

    def __post_init__(self) -> None:
        numerics = config.numerics if self.numerics is None else self.numerics
        object.__setattr__(self, "numerics", _CHECKS["numerics"](numerics))
        _CHECKS["threads"](self.threads)
        for name in ("strict", "cache"):
            value = getattr(self, name)
            if not isinstance(value, bool):
                raise TypeError(f"{name} must be a bool, not {type(value).__name__}")
        for name, choices in CHOICES.items():
            _choose(name, getattr(self, name), choices)
        if self.strict and self.mode == "eager":
            raise ValueError("strict=True contradicts mode='eager', which never compiles")

    @property
    def watched(self) -> bool:
        """Whether every call is looked at before and after it runs."""
        return self.strict or self.mode == "verify"


_NAMES = tuple(f.name for f in dataclasses.fields(Options))


def parse(options: dict[str, Any]) -> Options:
    """Make `Options` of keyword arguments.

    Raises
    ------
    TypeError
        For an unknown option or a value of the wrong type.
    ValueError
        For a value that is not supported.
    """
    for name in options:
        if name not in _NAMES:
            raise TypeError(f"jit() has no option {name!r}; there are {', '.join(_NAMES)}")
    return Options(**options)


def _choose(name: str, value: object, choices: tuple[str, ...]) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {type(value).__name__}")
    if value not in choices:
        supported = ", ".join(repr(c) for c in choices)
        raise ValueError(f"{name}={value!r} is not supported; there are {supported}")
