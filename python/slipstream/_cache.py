"""The folder of compiled code, seen from outside: how much is in it, and emptying it."""

from __future__ import annotations

import os
import re
import stat
from typing import NamedTuple

#: The names the compiler gives its files; nothing else is ever touched.
_OURS = re.compile(r"[0-9a-f]{64}\.slo")


class Info(NamedTuple):
    """What a cache holds."""

    path: str
    entries: int
    bytes: int


def info(path: str) -> Info:
    """Count the entries of a cache folder; one that is missing is empty."""
    sizes = [size for _, size in _entries(path)]
    return Info(path, len(sizes), sum(sizes))


def clear(path: str) -> int:
    """Remove all entries and return how many were removed."""
    removed = 0
    for name, _ in _entries(path):
        try:
            os.unlink(os.path.join(path, name))
        except FileNotFoundError:
            continue  # another process was faster
        removed += 1
    return removed


def _entries(path: str) -> list[tuple[str, int]]:
    if not path or not os.path.isdir(path):
        return []
    found = []
    with os.scandir(path) as entries:
        for entry in entries:
            if _OURS.fullmatch(entry.name) and (size := _own_file(entry)) is not None:
                found.append((entry.name, size))
    return found


def _own_file(entry: os.DirEntry[str]) -> int | None:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() else None
