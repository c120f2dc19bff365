"""What slipstream reports of its work, through the standard logging module.

Every channel is a logger below ``slipstream``. Asking for channels with
`slipstream.config` or ``SLIPSTREAM_LOG`` lets exactly these print to standard
error; records reach the program's own handlers as everywhere.
"""

from __future__ import annotations

import logging
import sys
from types import CodeType
from typing import TYPE_CHECKING, Any

from ._config import CHANNELS
from ._source import place_of
from .reasons import lookup

if TYPE_CHECKING:
    from ._function import Accelerated

_root = logging.getLogger("slipstream")
_channels = {name: logging.getLogger(f"slipstream.{name}") for name in CHANNELS}


class _Stderr(logging.StreamHandler):  # type: ignore[type-arg]
    """Prints to what standard error is at that time, unless another handler does."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr

    def emit(self, record: logging.LogRecord) -> None:
        if self.stream is not None and not _printed_above(record.name):
            super().emit(record)


_handler = _Stderr()
_handler.setFormatter(logging.Formatter("slipstream %(message)s"))
_levels: dict[str, int] = {}


def _printed_above(name: str) -> bool:
    """Whether a handler of the program prints the logger's records to the same place."""
    logger: logging.Logger | None = logging.getLogger(name)
    while logger:
        if any(_target(h) in (sys.stderr, sys.__stderr__) for h in logger.handlers if h is not _handler):
            return True
        logger = logger.parent if logger.propagate else None
    return False


def _target(handler: logging.Handler) -> Any:
    console = getattr(handler, "console", None)  # rich's handler
    return getattr(handler, "stream", None) or getattr(console, "file", None)


def show(channels: tuple[str, ...]) -> None:
    """Print exactly these channels to standard error."""
    for name, logger in _channels.items():
        shown = _handler in logger.handlers
        if name in channels and not shown:
            _levels[name] = logger.level
            logger.addHandler(_handler)
            logger.setLevel(logging.DEBUG)
        elif name not in channels and shown:
            logger.removeHandler(_handler)
            logger.setLevel(_levels.pop(name, logging.NOTSET))


def complain(text: str) -> None:
    """Something about the set-up that the user should know of."""
    _root.warning("%s", text)


def compiled(f: Accelerated, report: dict[str, Any], seconds: float) -> None:
    """A version was compiled."""
    name, line = f.original.__qualname__, (report["lines"] or [f.code.co_firstlineno])[0]
    where = f"{f.code.co_filename}:{line}"
    _channels["compile"].info(
        "compile %s: %s, %.1f ms, kernels: %d compiled, %d from the cache",
        where,
        name,
        seconds * 1e3,
        report["built"],
        report["cached"],
    )
    for guard in report["guards"] or ():
        _channels["guards"].info("guard %s: %s: %s", where, name, guard)
    if _channels["plan"].isEnabledFor(logging.INFO):
        _channels["plan"].info("plan %s: %s\n%s", where, name, report["plan"].rstrip())


def fallback(f: Accelerated, refusal: dict[str, Any]) -> None:
    """A place stays in Python."""
    left_out(f.code, f.original.__qualname__, refusal)


_reported: set[tuple[object, ...]] = set()


def left_out(code: CodeType, name: str, refusal: dict[str, Any]) -> None:
    """Report a place that stays in Python, once a place and reason."""
    if not _channels["fallback"].isEnabledFor(logging.INFO):
        return
    where = code.co_filename, refusal.get("line"), refusal.get("col")
    key = (refusal["reason"], refusal.get("detail"), name, *where)
    if key not in _reported:
        _reported.add(key)
        _channels["fallback"].info("%s", describe(code, name, refusal))


def describe(code: CodeType, name: str, refusal: dict[str, Any]) -> str:
    """A refusal for people: code, place, source with carets, reason, hint."""
    reason, place = lookup(refusal["reason"]), place_of(code, refusal)
    detail = f" ({refusal['detail']})" if refusal.get("detail") else ""
    marked = place.marked()
    return (
        f"{reason.code} {place}: {name}: {reason.sentence[:-1]}{detail}."
        + (f"\n{marked}" if marked else "")
        + f"\n    hint: {reason.hint}"
    )


def bug(f: Accelerated, error: Exception) -> None:
    """A failure of our own."""
    _root.error(
        "SL1904 %s:%d: %s runs in Python: the compiler failed: %s",
        f.code.co_filename,
        f.code.co_firstlineno,
        f.original.__qualname__,
        error,
    )


def differs(name: str, place: str, differences: list[str]) -> None:
    """Verification found another result than NumPy's."""
    found = "; ".join(differences)
    _root.error("%s: %s: compiled code gave another result than NumPy: %s", place, name, found)
