"""Loading the Go side: once, late, and not where it would be fatal."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

import pytest

PRELUDE = "from slipstream import _load, _native\n"


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", PRELUDE + code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_loads_once_and_says_so() -> None:
    same = "_load.core() is _load.core() is not None"
    assert (
        python(f"print(_load.loaded(), {same}, _load.loaded(), repr(_load.reason()))") == "False True True ''"
    )


def test_version_is_the_package_version() -> None:
    try:
        packaged = metadata.version("slipstream")
    except metadata.PackageNotFoundError:
        pytest.skip("built in place, not installed")
    assert python("print(_load.core().pyext_Version())") == packaged


def test_little_address_space_is_a_reason_not_an_abort() -> None:
    code = (
        "import resource\n"
        "hard = resource.getrlimit(resource.RLIMIT_AS)[1]\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, hard))\n"
        "print(_load.core(), _load.reason())\n"
        "resource.setrlimit(resource.RLIMIT_AS, (hard, hard))\n"
        "print(_load.core())"
    )
    first, second = python(code).splitlines()
    assert first.startswith("None the limit on address space")
    assert second == "None"


def test_musl_and_subinterpreters_are_reasons() -> None:
    code = (
        "_load._libc = lambda: ''\n"
        "print(_load.preflight())\n"
        "_load._libc = lambda: 'glibc 2.36'\n"
        "_load._id = lambda interpreter: object()\n"
        "print(_load.preflight())"
    )
    first, second = python(code).splitlines()
    assert "glibc" in first
    assert "main interpreter" in second


def test_broken_module_is_a_reason() -> None:
    code = "import sys\nsys.modules['slipstream._core'] = None\nprint(_load.core(), _load.reason())"
    assert python(code).startswith("None slipstream._core cannot be loaded")
