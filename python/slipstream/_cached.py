"""What functools.lru_cache holds, without asking it: asking counts."""

from __future__ import annotations

import gc
import itertools
from typing import Any

#: Classes whose instances are hashed and compared without a program's code.
_PLAIN_HASHES = {object.__hash__, int.__hash__, str.__hash__, type(None).__hash__, bool.__hash__}
_PLAIN_EQUALS = {object.__eq__, int.__eq__, str.__eq__, bool.__eq__}


def held(wrapper: Any, args: tuple[object, ...]) -> tuple[dict[Any, Any], object]:
    """The cache of a wrapper, and what it has for these arguments."""
    if not all(map(_plain, args)):
        raise TypeError("an argument that a program hashes")
    referents = gc.get_referents(wrapper)
    cache = _cache(referents, wrapper.__dict__.get("__wrapped__"))
    key = args[0] if len(args) == 1 and type(args[0]) in (int, str) else args
    found = cache[key]
    if type(found).__qualname__ != "_lru_list_elem":
        return cache, found
    # A bounded cache refers to its entries' keys, each followed by its result.
    own = next(k for k in cache if k == key)
    at = next(i for i, x in enumerate(referents) if x is own)
    return cache, referents[at + 1]


def _plain(value: object) -> bool:
    kind = type(value)
    return kind.__hash__ in _PLAIN_HASHES and kind.__eq__ in _PLAIN_EQUALS


def _cache(referents: list[Any], wrapped: object) -> dict[Any, Any]:
    """It stands in front of the function."""
    for cache, function in itertools.pairwise(referents):
        if type(cache) is dict and function is wrapped and wrapped is not None:
            return cache
    raise LookupError("no cache of a plain function")
