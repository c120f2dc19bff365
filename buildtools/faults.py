"""``python -m buildtools.faults``: the package with switches in its guards.

In ``build/faults-<tag>`` stands a copy of the package that this interpreter
imports, of links but for the C module, which is built with SLIP_FAULTS. Tests
put the folder in front of the path (``python/tests/differential/faults.py``).
"""

from __future__ import annotations

import fcntl
import importlib.machinery
import sys
from pathlib import Path

from setuptools import setup

from .environments import ROOT
from .extensions import native

FOLDER = ROOT / "build" / f"faults-{sys.implementation.cache_tag}"


def build() -> Path:
    """Bring the folder up to date. Parallel tests may ask for it at the same time."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _build()


def _build() -> Path:
    extension = native()
    extension.define_macros.append(("SLIP_FAULTS", "1"))
    options = ["-q", "build_ext", "--build-lib", str(FOLDER), "--build-temp", str(FOLDER / "objects")]
    setup(script_args=options, ext_modules=[extension], packages=[], py_modules=[])
    link(package())
    return FOLDER


def package() -> Path:
    """The folder of the package that is imported otherwise."""
    path = [entry for entry in sys.path if Path(entry) != FOLDER]
    spec = importlib.machinery.PathFinder.find_spec("slipstream", path)
    if spec is None or spec.origin is None:
        raise ImportError("slipstream is not installed here")
    return Path(spec.origin).parent


def link(source: Path) -> None:
    """Links to everything of the package that was not built here."""
    for place in source.iterdir():
        target = FOLDER / "slipstream" / place.name
        if place.name.startswith(("_native.", "__pycache__")):
            continue
        if target.is_symlink() and target.resolve() != place:
            target.unlink()
        if not target.is_symlink():
            target.symlink_to(place)


if __name__ == "__main__":
    print(build())
