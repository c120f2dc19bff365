"""Code objects as text for the compiler, and its patches applied to them.

The text is what the Go package ``bytecode`` reads; everything CPython encodes
in tables of bytes stays encoded.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

__all__ = ["apply", "dump"]

_MAGIC = int.from_bytes(importlib.util.MAGIC_NUMBER[:2], "little")


def dump(code: CodeType) -> str:
    """Write a code object as JSON text.

    Nested code objects and constants without a literal form appear only by
    name, so the text never runs or refers to live objects.
    """
    return json.dumps(as_dict(code))


def as_dict(code: CodeType) -> dict[str, Any]:
    """Return the fields that :func:`dump` writes."""
    return {
        "version": list(sys.version_info[:2]),
        "magic": _MAGIC,
        "name": code.co_name,
        "qualname": code.co_qualname,
        "filename": code.co_filename,
        "firstlineno": code.co_firstlineno,
        "argcount": code.co_argcount,
        "posonlyargcount": code.co_posonlyargcount,
        "kwonlyargcount": code.co_kwonlyargcount,
        "flags": code.co_flags,
        "stacksize": code.co_stacksize,
        "code": code.co_code.hex(),
        "exceptiontable": code.co_exceptiontable.hex(),
        "linetable": code.co_linetable.hex(),
        "consts": [_const(value) for value in code.co_consts],
        "names": list(code.co_names),
        "varnames": list(code.co_varnames),
        "cellvars": list(code.co_cellvars),
        "freevars": list(code.co_freevars),
    }


def _const(value: object) -> dict[str, Any]:
    """Describe one constant by exact type; subclasses are opaque."""
    kind = type(value)
    if value is None:
        return {"t": "none"}
    if value is ...:
        return {"t": "ellipsis"}
    if isinstance(value, CodeType):
        return {"t": "code", "v": value.co_name}
    if kind is tuple:
        return {"t": "tuple", "items": [_const(item) for item in value]}  # type: ignore[attr-defined]
    if kind is frozenset:
        # Sets have no order of their own; sorted text makes the dump repeatable.
        items = [_const(item) for item in value]  # type: ignore[attr-defined]
        return {"t": "frozenset", "items": sorted(items, key=json.dumps)}
    text = _scalar(value)
    if text is None:
        return {"t": "object", "v": kind.__name__}
    return {"t": kind.__name__, "v": text}


def written(value: object) -> bool:
    """Whether a constant that is no tuple can be written as text: numbers of thousands of digits cannot."""
    return value is None or value is ... or _scalar(value) is not None


def _scalar(value: object) -> str | None:
    """Return the exact text of a scalar constant, or None if it has none."""
    kind = type(value)
    if kind is str:
        # A lone surrogate cannot be written as UTF-8 text.
        return value if _encodes(value) else None  # type: ignore[arg-type,return-value]
    if kind is bool:
        return str(value)
    if kind is int:
        # Larger ones hit the interpreter's limit on decimal conversion.
        return str(value) if value.bit_length() < 4096 else None  # type: ignore[attr-defined]
    if kind is float:
        return value.hex()  # type: ignore[attr-defined,no-any-return]
    if kind is complex:
        return f"{value.real.hex()} {value.imag.hex()}"  # type: ignore[attr-defined]
    if kind is bytes:
        return value.hex()  # type: ignore[attr-defined,no-any-return]
    return None


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def load_const(const: dict[str, Any]) -> Any:
    """The Python literal that a constant's text stands for."""
    kind, text = const["t"], const.get("v", "")
    if kind in ("tuple", "frozenset"):
        items = (load_const(item) for item in const.get("items", ()))
        return tuple(items) if kind == "tuple" else frozenset(items)
    return _LOADERS[kind](text)


_LOADERS: dict[str, Callable[[str], Any]] = {
    "none": lambda _: None,
    "bool": lambda v: v == "True",
    "int": int,
    "float": float.fromhex,
    "complex": lambda v: complex(*map(float.fromhex, v.split())),
    "str": str,
    "bytes": bytes.fromhex,
    "ellipsis": lambda _: ...,
}


def apply(code: CodeType, patch: dict[str, Any], regions: Sequence[object]) -> CodeType:
    """Return `code` with a patch of the compiler applied.

    Parameters
    ----------
    code : CodeType
        The code object that was dumped; it is not changed.
    patch : dict
        The parsed JSON of a ``bytecode.Patch``.
    regions : sequence of callables
        What the patch calls, by number.
    """
    extra = tuple(_revive(item, regions) for item in patch["extra_consts"] or ())
    return code.replace(
        co_code=bytes.fromhex(patch["code"]),
        co_exceptiontable=bytes.fromhex(patch["exceptiontable"]),
        co_linetable=bytes.fromhex(patch["linetable"]),
        co_stacksize=patch["stacksize"],
        co_consts=code.co_consts + extra,
    )


def _revive(item: dict[str, Any], regions: Sequence[object]) -> object:
    kind = item["t"]
    if kind == "region":
        return regions[int(item["v"])]
    if kind == "taker":
        from ._native import begun  # this module is also loaded alone

        return begun
    if kind == "int":
        return int(item["v"])
    if kind == "none":
        return None
    raise ValueError(f"a patch cannot add a constant of kind {kind!r}")
