"""The work of a function, counted while its source runs once on arrays that keep a tally.

Arrays count by NumPy's protocols (`countedarray`), numbers by operators that are calls in a copy of the
source (`spelling`). The result counts only if the copy gives what the function gives.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .bits import differing
from .countedarray import plain
from .spelling import Namespace, spelled
from .work import Counter, TooLong, flat

#: Seconds that counting may take.
MOST_SECONDS = 10.0


class NotCounted(Exception):
    """Why the work of a function is not known."""


def counted(
    function: types.FunctionType,
    arguments: Callable[[], Mapping[str, Any]],
    seconds: float = MOST_SECONDS,
) -> dict[str, Any]:
    """The work of a call, as `Work` in a dict.

    Parameters
    ----------
    function : function
        A function at the top level of a file.
    arguments : callable
        Makes new copies of the arguments, by name and in order.
    seconds : float
        What the counting run may take.

    Raises
    ------
    NotCounted
        Where the copy cannot be made or run, takes longer, or gives another
        result than the function.
    """
    given, expected_arguments = list(arguments().values()), list(arguments().values())
    expected = function(*expected_arguments)
    count = Counter(seconds)
    try:
        copy, space = spelled(function, count)
        ours = numbered(space, given)
        count.begin()
        result = copy(*ours)
    except TooLong:
        raise NotCounted(f"counting takes longer than {seconds:g} s") from None
    except Exception as error:
        raise NotCounted(f"{type(error).__name__}: {error}") from error
    if differing([expected, *expected_arguments], plain([result, *ours])):
        raise NotCounted("the counting run gave another result")
    return count.work(flat(given), plain(result))


def numbered(space: Namespace, given: list[Any]) -> list[Any]:
    """The arguments, each array counted and with its place in `flat` of them; other objects themselves."""
    places = {id(a): i for i, a in reversed(list(enumerate(flat(given))))}

    def counted(value: Any) -> Any:
        if type(value) is np.ndarray:
            view: Any = value.view(space.array)
            view.origin = places[id(value)]
            return view
        return type(value)(map(counted, value)) if type(value) in (tuple, list) and flat(value) else value

    return [counted(value) for value in given]
