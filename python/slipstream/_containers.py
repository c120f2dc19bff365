"""What lists, deques, dicts and sets hold, as far as compiled code can have the same.

These are numbers, tuples of numbers, and lists of such, all alike; numbers of a few types beside one another.
What is found out here of many items may be no longer so in the next call: the extension looks at each.
"""

from __future__ import annotations

import collections
import itertools
from collections.abc import Collection, Iterable
from typing import Any

Form = dict[str, Any]

#: Items that are looked at: of more only some are.
_MANY = 100_000
_MOST_COLUMNS = 6
_BEYOND = 2**63
_MOST_TYPES = 3
_DEEPEST = 4

_NUMBERS: dict[type, str] = {int: "int", float: "float", bool: "bool"}
_SEQUENCES: dict[type, str] = {list: "list", tuple: "tuple", collections.deque: "deque"}
_TABLES: dict[type, str] = {dict: "dict", set: "set", collections.Counter: "Counter"}
_FACTORIES: dict[Any, str] = {
    int: "defaultdict of int",
    float: "defaultdict of float",
    list: "defaultdict of list",
}


def form(value: Any) -> Form | None:
    """The form of a container, or None."""
    try:
        return _form([value], _DEEPEST)
    except RuntimeError:  # another thread changes it meanwhile
        return None


def _form(containers: Collection[Any], depth: int) -> Form | None:
    """The one form of several containers."""
    kinds = {_kind(c) for c in containers}
    if len(kinds) != 1 or depth == 0:
        return None
    kind = kinds.pop()
    if kind in _SEQUENCES.values():
        return _with(kind, None, _some(containers), depth)
    if kind == "set":
        return _with(kind, _some(containers), [], depth)
    return _with(kind, _some(containers), _some([c.values() for c in containers]), depth) if kind else None


def _kind(container: Any) -> str:
    kind = type(container)
    if kind is collections.deque and container.maxlen is not None:
        return ""
    if kind is collections.defaultdict:
        return _FACTORIES.get(container.default_factory, "")
    return _SEQUENCES.get(kind) or _TABLES.get(kind, "")


def _some(containers: Iterable[Iterable[Any]]) -> list[Any]:
    return list(itertools.islice(itertools.chain.from_iterable(containers), _MANY))


def _with(kind: str, keys: list[Any] | None, values: list[Any], depth: int) -> Form | None:
    """A form by what its keys and its items are."""
    out: Form = {"kind": kind}
    if keys:
        key = _numbers(keys, 1) or _tuples(keys)
        if key is None or len(key["types"]) > 3:
            return None
        out |= {"keys": key["types"], "tuple_key": key.get("tuple", False)}
    if not values:
        return out
    item = _numbers(values, _MOST_TYPES if keys is None else 1) or _tuples(values)
    if item is None:
        inner = _form(values, depth - 1)
        if inner is None or inner["kind"] != "list":
            return None
        item = {"inner": inner}
    return out | item


def _numbers(items: list[Any], most: int) -> Form | None:
    types = set(map(type, items))
    if len(types) > most or not types <= _NUMBERS.keys() or not _held(items, types):
        return None
    return {"types": [_NUMBERS[t] for t in types]}


def _held(numbers: list[Any], types: set[type]) -> bool:
    """Whether there is no NaN, which lists find by what it is, and no int of more than 64 bits."""
    if (
        float in types
        and sum(x for x in numbers if type(x) is float) * 0 != 0
        and any(x != x for x in numbers)
    ):
        return False
    return int not in types or all(-_BEYOND <= x < _BEYOND for x in (min(numbers), max(numbers)))


def _tuples(items: list[Any]) -> Form | None:
    if set(map(type, items)) != {tuple} or len(set(map(len, items))) != 1:
        return None
    columns = [_numbers(column, 1) for column in map(list, zip(*items, strict=True))]
    known = [c for c in columns if c is not None]
    if not 0 < len(known) <= _MOST_COLUMNS or len(known) < len(columns):
        return None
    return {"types": [c["types"][0] for c in known], "tuple": True}
