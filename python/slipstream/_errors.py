"""What can end a compilation."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """The compiler leaves something to Python; `refusal` says why."""

    def __init__(self, refusal: dict[str, Any]) -> None:
        super().__init__(refusal.get("detail", ""))
        self.refusal = refusal


class CompilerBug(Exception):
    """The compiler failed; the function it worked on stays in Python."""
