"""Process-wide settings: `slipstream.config`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

NUMERICS = ("exact", "stable", "fast")
#: Parts of the log, each a logger below ``slipstream``.
CHANNELS = ("fallback", "compile", "guards", "plan", "run", "cuda")
_TRUE = {"1", "true", "yes", "on"}


def _threads(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"threads must be an int or None, not {type(value).__name__}")
    if value < 1:
        raise ValueError(f"threads must be at least 1, not {value}")
    return int(value)


def _log(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        value = value.split(",")
    names = list(value) if isinstance(value, Iterable) else [value]
    if not all(isinstance(name, str) for name in names):
        raise TypeError("log must be a name, names separated by commas, or a sequence of names")
    names = [name.strip() for name in names if name.strip()]
    unknown = [name for name in names if name not in (*CHANNELS, "all")]
    if unknown:
        raise ValueError(f"unknown log channel {unknown[0]!r}; there are {', '.join(CHANNELS)} and all")
    return CHANNELS if "all" in names else tuple(c for c in CHANNELS if c in names)


def _cache_dir(value: Any) -> str:
    if value is None or value is False:
        return ""
    path = os.fspath(value)
    if not isinstance(path, str):
        raise TypeError("cache_dir must be text or a path, or None to switch the cache off")
    return os.path.abspath(os.path.expanduser(path)) if path else ""


def _numerics(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"numerics must be a string, not {type(value).__name__}")
    if value not in NUMERICS:
        raise ValueError(f"numerics must be one of {', '.join(NUMERICS)}, not {value!r}")
    return value


def _enabled(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"enabled must be a bool, not {type(value).__name__}")
    return value


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "threads": _threads,
    "log": _log,
    "cache_dir": _cache_dir,
    "numerics": _numerics,
    "enabled": _enabled,
}


class Scope:
    """The answer to a call of `config`: as a context manager it undoes the call."""

    def __init__(self, config: Config, before: dict[str, Any]) -> None:
        self._config = config
        self._before = before

    def __enter__(self) -> Config:
        return self._config

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._config._apply(self._before)


class Config:
    """The process-wide settings.

    ``slipstream.config(threads=4)`` sets, ``with slipstream.config(threads=4):``
    sets for the block. The current values are attributes; assigning to one
    is the same as calling.

    Parameters
    ----------
    threads : int or None
        Workers for functions without a number of their own; None chooses by
        the machine.
    log : str or sequence of str or None
        Channels printed to standard error: fallback, compile, guards, plan,
        run, cuda, or all.
    cache_dir : path or None
        Where compiled code is kept between processes; None keeps none.
    numerics : {'exact', 'stable', 'fast'}
        The default of the decorator's option of this name.
    enabled : bool
        Whether compiled code is used. False lets every decorated function
        run in Python.

    Raises
    ------
    TypeError
        For an unknown setting or a value of the wrong type.
    ValueError
        For a value that is out of range.
    """

    threads: int | None
    log: tuple[str, ...]
    cache_dir: str
    numerics: str
    enabled: bool

    def __init__(self) -> None:
        values: dict[str, Any] = {
            "threads": None,
            "log": (),
            "cache_dir": default_cache_dir(),
            "numerics": "exact",
            "enabled": True,
        }
        object.__setattr__(self, "_values", values)
        object.__setattr__(self, "_effects", {})
        object.__setattr__(self, "_off_from_start", False)

    def __call__(self, **settings: Any) -> Scope:
        unknown = [name for name in settings if name not in _CHECKS]
        if unknown:
            raise TypeError(f"config() has no setting {unknown[0]!r}; there are {', '.join(_CHECKS)}")
        # All are checked before the first is set.
        checked = {name: _CHECKS[name](value) for name, value in settings.items()}
        before = {name: self._values[name] for name in checked}
        self._apply(checked)
        return Scope(self, before)

    def _apply(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            if self._values[name] != value:
                self._values[name] = value
                self._effects.get(name, _nothing)(value)

    def _on_change(self, name: str, effect: Callable[[Any], None]) -> None:
        """Call `effect` with each new value of a setting."""
        self._effects[name] = effect

    @property
    def _armed(self) -> bool:
        """Whether functions decorated now may ever be compiled."""
        return self._values["enabled"] or not object.__getattribute__(self, "_off_from_start")

    def __getattr__(self, name: str) -> Any:
        try:
            return object.__getattribute__(self, "_values")[name]
        except KeyError:
            raise AttributeError(f"slipstream.config has no setting {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in _CHECKS:
            raise AttributeError(f"slipstream.config has no setting {name!r}; there are {', '.join(_CHECKS)}")
        self(**{name: value})

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *_CHECKS]

    def __repr__(self) -> str:
        return f"slipstream.config({', '.join(f'{k}={v!r}' for k, v in self._values.items())})"


def _nothing(_: Any) -> None:
    pass


def default_cache_dir() -> str:
    """The directory for compiled code below the user's cache directory; empty without a home."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        # The specification has relative values ignored.
        base = os.path.expanduser("~/.cache")
    return os.path.join(base, "slipstream") if os.path.isabs(base) else ""


def read_environment(config: Config) -> list[str]:
    """Take start values from the environment. Returns complaints about unusable ones.

    A wrong value must not stop a program that only imports us.
    """
    complaints = []
    readers: dict[str, tuple[str, Callable[[str], Any]]] = {
        "SLIPSTREAM_THREADS": ("threads", int),
        "SLIPSTREAM_LOG": ("log", str),
        "SLIPSTREAM_CACHE_DIR": ("cache_dir", str),
        "SLIPSTREAM_DISABLE": ("enabled", lambda text: text.strip().lower() not in _TRUE),
    }
    for variable, (name, read) in readers.items():
        text = os.environ.get(variable)
        if text is None or (not text and name != "cache_dir"):
            continue
        try:
            config(**{name: read(text)})
        except (TypeError, ValueError) as error:
            complaints.append(f"{variable}={text!r} is ignored: {error}")
    object.__setattr__(config, "_off_from_start", not config.enabled)
    return complaints


config = Config()


def cache_dir() -> str:
    """The directory of compiled code, empty for none."""
    return config.cache_dir
