"""The code of a function before its first call.

A call of the boot callable is put behind RESUME; it gets the arguments as
they were bound and may answer with the function's result. Everything else is
the original code, moved by a few units: jumps are relative, so only the
exception table and the line table have to know.
"""

from __future__ import annotations

import dis
import itertools
import opcode
import sys
from types import CodeType

_VERSION = sys.version_info[:2]
_OP = opcode.opmap


def bootable(code: CodeType) -> bool:
    """Whether a boot call can be put into this code."""
    return _VERSION in ((3, 11), (3, 12), (3, 13)) and _resume(code.co_code) is not None


def install(code: CodeType, boot: object) -> CodeType:
    """The code with a call of `boot` at its beginning."""
    raw = code.co_code
    at = _resume(raw)
    assert at is not None
    call = _call(code, len(code.co_consts))
    entries = list(_lines(code.co_linetable))
    return code.replace(
        co_code=raw[:at] + call + raw[at:],
        co_consts=(*code.co_consts, boot),
        co_stacksize=max(code.co_stacksize, argument_count(code) + 4),
        co_exceptiontable=_shifted(code.co_exceptiontable, at // 2, len(call) // 2),
        co_linetable=_with_gap(entries, at // 2, len(call) // 2),
    )


def argument_count(code: CodeType) -> int:
    """How many slots of a frame its caller fills."""
    flags = bool(code.co_flags & 4) + bool(code.co_flags & 8)
    return code.co_argcount + code.co_kwonlyargcount + flags


def _resume(raw: bytes) -> int | None:
    """The offset behind the first RESUME, or None."""
    for at in range(0, len(raw), 2):
        if raw[at] == _OP["RESUME"]:
            return at + 2
    return None


def _emit(name: str, arg: int = 0) -> bytes:
    out = b""
    for shift in (24, 16, 8):
        if arg >> shift:
            out += bytes((_OP["EXTENDED_ARG"], arg >> shift & 255))
    return out + bytes((_OP[name], arg & 255)) + bytes(2 * _caches(name))


def _caches(name: str) -> int:
    known = opcode._inline_cache_entries  # type: ignore[attr-defined]
    return int(known.get(name, 0) if isinstance(known, dict) else known[_OP[name]])


def _call(code: CodeType, const: int) -> bytes:
    """result = boot(arguments); return it unless it is None, else go on."""
    n = argument_count(code)
    cells = {code.co_varnames.index(c) for c in code.co_cellvars if c in code.co_varnames[:n]}
    load_cell = "LOAD_CLOSURE" if _VERSION < (3, 13) else "LOAD_FAST"
    arguments = b"".join(_emit(load_cell if i in cells else "LOAD_FAST", i) for i in range(n))
    callee = _emit("PUSH_NULL") + _emit("LOAD_CONST", const)
    if _VERSION >= (3, 13):
        callee = _emit("LOAD_CONST", const) + _emit("PUSH_NULL")
    called = (_emit("PRECALL", n) if _VERSION == (3, 11) else b"") + _emit("CALL", n)
    taken = _emit("UNPACK_SEQUENCE", 1) + _emit("RETURN_VALUE")
    test = "POP_JUMP_FORWARD_IF_NONE" if _VERSION == (3, 11) else "POP_JUMP_IF_NONE"
    answer = _emit("COPY", 1) + _emit(test, len(taken) // 2) + taken + _emit("POP_TOP")
    return callee + arguments + called + answer


def _shifted(table: bytes, at: int, by: int) -> bytes:
    """The exception table with every place behind `at` moved by `by` units."""
    entries = dis._parse_exception_table(_Table(table))  # type: ignore[attr-defined]
    out = b""
    for e in entries:
        start, end, target = (x // 2 + (by if x // 2 >= at else 0) for x in (e.start, e.end, e.target))
        out += varint(start, 0x80) + varint(end - start) + varint(target) + varint(e.depth << 1 | e.lasti)
    return out


class _Table:
    """What dis needs of a code object to read its exception table."""

    def __init__(self, table: bytes) -> None:
        self.co_exceptiontable = table


def varint(value: int, first: int = 0) -> bytes:
    """Exception table format: six bits a byte, most significant first."""
    digits = [value & 63]
    while value := value >> 6:
        digits.append(value & 63)
    digits.reverse()
    out = bytearray(d | 64 for d in digits[:-1]) + bytearray(digits[-1:])
    out[0] |= first
    return bytes(out)


def _lines(table: bytes) -> list[tuple[int, bytes]]:
    """The entries of a line table: units covered, bytes."""
    starts = [i for i, b in enumerate(table) if b & 128] + [len(table)]
    return [((table[a] & 7) + 1, table[a:b]) for a, b in itertools.pairwise(starts)]


def _with_gap(entries: list[tuple[int, bytes]], at: int, units: int) -> bytes:
    """The line table with `units` units on the same line put in at unit `at`."""
    out, done = b"", 0
    for n, raw in entries:
        if done == at:
            out += _no_line(units)
        out += raw
        done += n
    return out if at < done else out + _no_line(units)


def _no_line(units: int) -> bytes:
    """Entries without a location: tracers are told nothing of them."""
    return b"".join(bytes((128 | 15 << 3 | min(units - i, 8) - 1,)) for i in range(0, units, 8))
