"""The code of a function before its first call.

A call of the boot callable is put in front of RESUME; it gets the arguments as
they were bound and may answer with the function's result. Before RESUME a frame
is not complete: neither tracebacks nor anybody who looks at the stack sees it.
Everything else is the original code, moved by a few units: jumps are relative, so
only the exception table and the line table have to know.
"""

from __future__ import annotations

import dis
import inspect
import itertools
import opcode
import sys
from types import CodeType

from . import _native

_VERSION = sys.version_info[:2]
_OP = opcode.opmap
_VARARGS, _VARKEYWORDS = inspect.CO_VARARGS, inspect.CO_VARKEYWORDS


def bootable(code: CodeType) -> bool:
    """Whether a boot call can be put into this code."""
    return _VERSION in ((3, 11), (3, 12), (3, 13)) and _resume(code.co_code) is not None


def install(code: CodeType, boot: object) -> CodeType:
    """The code with a call of `boot` at its beginning."""
    raw = code.co_code
    at = _resume(raw)
    assert at is not None
    consts: list[object] = list(code.co_consts)
    call, entry = _call(code, consts, boot, at // 2)
    entries = list(_lines(code.co_linetable))
    return code.replace(
        co_code=raw[:at] + call + raw[at:],
        co_consts=tuple(consts),
        co_stacksize=max(code.co_stacksize, 2 * argument_count(code) + 6),
        co_exceptiontable=entry + _shifted(code.co_exceptiontable, at // 2, len(call) // 2),
        co_linetable=_with_gap(entries, at // 2, len(call) // 2),
    )


def argument_count(code: CodeType) -> int:
    """How many slots of a frame its caller fills."""
    flags = bool(code.co_flags & _VARARGS) + bool(code.co_flags & _VARKEYWORDS)
    return code.co_argcount + code.co_kwonlyargcount + flags


def _resume(raw: bytes) -> int | None:
    """The offset of the first RESUME, or None."""
    for at in range(0, len(raw), 2):
        if raw[at] == _OP["RESUME"]:
            return at
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


def _call(code: CodeType, consts: list[object], boot: object, at: int) -> tuple[bytes, bytes]:
    """function, result = boot(arguments): return the result, or what the function returns.

    Where the boot answers None the original goes on. The constants that are needed are added.
    Gives the code for unit `at`, and its entry of the exception table: the boot is told when
    a call that began anew is over, whether it returns or raises.
    """
    n = argument_count(code)
    load_cell = "LOAD_CLOSURE" if _VERSION < (3, 13) else "LOAD_FAST"
    cells = _cells(code)
    arguments = b"".join(_emit(load_cell if i in cells else "LOAD_FAST", i) for i in range(n))
    consts.append(boot)
    callee = _emit("PUSH_NULL") + _emit("LOAD_CONST", len(consts) - 1)
    if _VERSION >= (3, 13):
        callee = _emit("LOAD_CONST", len(consts) - 1) + _emit("PUSH_NULL")
    forward = "POP_JUMP_FORWARD_IF_" if _VERSION == (3, 11) else "POP_JUMP_IF_"
    result = _emit("POP_TOP") + _emit("RETURN_VALUE")
    consts.append(_native.begun_anew)
    over = _emit("LOAD_CONST", len(consts) - 1) + _called(0) + _emit("POP_TOP")
    over = _emit("PUSH_NULL") + over
    if _VERSION >= (3, 13):
        over = _emit("LOAD_CONST", len(consts) - 1) + _emit("PUSH_NULL") + _called(0) + _emit("POP_TOP")
    again = _anew(code, consts)
    anew = again + over + _emit("RETURN_VALUE")
    taken = _emit("UNPACK_SEQUENCE", 2) + _emit("COPY", 1)
    taken += _emit(forward + "NOT_NONE", len(result) // 2) + result + anew
    handler = over + _emit("RERAISE")
    skipped = len(taken + handler) // 2
    asked = callee + arguments + _called(n) + _emit("COPY", 1) + _emit(forward + "NONE", skipped)
    behind = at + len(asked + taken) // 2
    first = behind - len(anew) // 2
    entry = varint(first, 0x80) + varint(len(again) // 2) + varint(behind) + varint(0)
    return asked + taken + handler + _emit("POP_TOP"), entry


def _called(n: int, names: int | None = None) -> bytes:
    """A call of n arguments, of which the constant `names` has the names of the last ones."""
    if names is None:
        return (_emit("PRECALL", n) if _VERSION == (3, 11) else b"") + _emit("CALL", n)
    if _VERSION >= (3, 13):
        return _emit("LOAD_CONST", names) + _emit("CALL_KW", n)
    return _emit("KW_NAMES", names) + _called(n)


def _cells(code: CodeType) -> set[int]:
    """The arguments that inner functions share."""
    names = code.co_varnames[: argument_count(code)]
    return {names.index(c) for c in code.co_cellvars if c in names}


def _anew(code: CodeType, consts: list[object]) -> bytes:
    """Call the function on top of the stack, over a value that goes, with the arguments.

    They are handed over: this frame holds none of them any more.
    """
    drop = _emit("SWAP", 2) + _emit("POP_TOP") + _emit("PUSH_NULL")
    if _VERSION < (3, 13):
        drop += _emit("SWAP", 2)
    n, only = code.co_argcount, code.co_kwonlyargcount
    given = [_moved(code, i) for i in range(argument_count(code))]
    if not code.co_flags & (_VARARGS | _VARKEYWORDS):
        if not only:
            return drop + b"".join(given) + _called(n)
        consts.append(code.co_varnames[n : n + only])
        return drop + b"".join(given) + _called(n + only, len(consts) - 1)
    return drop + _spread(code, consts, given)


def _spread(code: CodeType, consts: list[object], given: list[bytes]) -> bytes:
    """The same where the function takes more arguments than it names."""
    n, only = code.co_argcount, code.co_kwonlyargcount
    rest = given[n + only :]
    out = b"".join(given[:n]) + _emit("BUILD_LIST", n)
    if code.co_flags & _VARARGS:
        out += rest.pop(0) + _emit("LIST_EXTEND", 1)
    out += _emit("LIST_TO_TUPLE") if _VERSION == (3, 11) else _emit("CALL_INTRINSIC_1", 6)
    for i in range(n, n + only):
        consts.append(code.co_varnames[i])
        out += _emit("LOAD_CONST", len(consts) - 1) + given[i]
    out += _emit("BUILD_MAP", only)
    if rest:
        out += rest[0] + _emit("DICT_UPDATE", 1)
    return out + _emit("CALL_FUNCTION_EX", 1)


def _moved(code: CodeType, i: int) -> bytes:
    """Push the value of argument i, and empty the variable."""
    if i in _cells(code):
        return _emit("LOAD_DEREF", i) + _emit("DELETE_DEREF", i)
    if _VERSION >= (3, 12):
        return _emit("LOAD_FAST_AND_CLEAR", i)
    return _emit("LOAD_FAST", i) + _emit("DELETE_FAST", i)


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
