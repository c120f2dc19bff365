"""Places in the user's source: lines, columns and carets."""

from __future__ import annotations

import linecache
from types import CodeType
from typing import Any, NamedTuple


class Place(NamedTuple):
    """A piece of source. Columns count characters from 1; 0 is unknown."""

    file: str
    line: int
    column: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" + (f":{self.column}" if self.column else "")

    @property
    def source(self) -> str:
        """The line without its end, empty where there is no source."""
        return linecache.getline(self.file, self.line).rstrip()

    def marked(self, indent: str = "    ") -> str:
        """The source line with carets below the place; empty without source."""
        text = self.source
        lead = len(text) - len(text.lstrip())
        shown = indent + text[lead:]
        if not text or not self.column:
            return shown.rstrip()
        start = max(self.column - 1 - lead, 0)
        width = max(min(self.end_column, len(text) + 1) - self.column, 1)
        # Wide characters and tabs stay aligned when the padding copies tabs.
        padding = "".join("\t" if c == "\t" else " " for c in text[lead : lead + start])
        return f"{shown}\n{indent}{padding}{'^' * width}"


def place_of(code: CodeType, refusal: dict[str, Any]) -> Place:
    """Where a refusal of the compiler points to."""
    line = refusal.get("line") or code.co_firstlineno
    start, end = refusal.get("col", -1), refusal.get("endcol", -1)
    if not refusal.get("line") or start < 0 or (end <= start and refusal.get("endline", line) == line):
        return Place(code.co_filename, line, 0, 0)
    raw = linecache.getline(code.co_filename, line).rstrip().encode()
    if not raw:
        # Without source, bytes are the best that is known.
        return Place(code.co_filename, line, start + 1, end + 1)
    # Places that span lines are marked to the end of the first.
    stop = end if refusal.get("endline", line) == line else len(raw)
    return Place(code.co_filename, line, _characters(raw, start) + 1, _characters(raw, stop) + 1)


def _characters(raw: bytes, offset: int) -> int:
    """CPython counts columns in bytes of UTF-8."""
    return len(raw[:offset].decode(errors="replace"))
