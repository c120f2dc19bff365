"""What stands for NumPy's functions as long as it is found to give the same."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any


class Checked:
    """An object with an attribute for each of some names that is alike, and none for the others.

    The compiler asks for such an attribute where it would use what stands for NumPy's function.
    """

    def __init__(
        self, names: Collection[str], alike: Callable[[str], bool], stand_in: Callable[[str], Any]
    ) -> None:
        self._names, self._alike, self._stand_in = names, alike, stand_in

    def __getattr__(self, name: str) -> Any:
        if name not in self._names or not self._alike(name):
            raise AttributeError(name)
        return self._stand_in(name)
