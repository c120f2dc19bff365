"""What slipstream reports of its work, through the standard logging module."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._function import Accelerated


def compiled(f: Accelerated, report: dict[str, Any], seconds: float) -> None:
    """A version was compiled."""
    logging.getLogger("slipstream.compile").debug("%s: %.1f ms", f.original.__qualname__, seconds * 1e3)


def fallback(f: Accelerated, refusal: dict[str, Any]) -> None:
    """A place stays in Python."""
    logging.getLogger("slipstream.fallback").info("%s: %s", f.original.__qualname__, refusal)


def bug(f: Accelerated, error: Exception) -> None:
    """A failure of our own."""
    logging.getLogger("slipstream").error("%s runs in Python: %s", f.original.__qualname__, error)
