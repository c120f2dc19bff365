"""Process-wide settings and their start values."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import slipstream
from slipstream import _compiler, config


def child(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process with only these settings in its environment."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SLIPSTREAM_")}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**clean, **environment}, check=True
    )


def value(name: str, **environment: str) -> str:
    return child(f"import slipstream; print(repr(slipstream.config.{name}))", **environment).stdout.strip()


def test_a_call_sets_and_a_block_restores() -> None:
    before = config.threads
    with config(threads=3, numerics="fast") as inside:
        assert inside is config
        assert (config.threads, config.numerics) == (3, "fast")
        with config(threads=5):
            assert config.threads == 5
        assert config.threads == 3
    assert (config.threads, config.numerics) == (before, "exact")
    config(threads=2)
    assert config.threads == 2
    config.threads = before
    assert config.threads == before


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"nonsense": 1}, TypeError),
        ({"threads": 0}, ValueError),
        ({"threads": 1.5}, TypeError),
        ({"log": "nonsense"}, ValueError),
        ({"log": 3}, TypeError),
        ({"numerics": "sloppy"}, ValueError),
        ({"enabled": 1}, TypeError),
        ({"cache_dir": 3}, TypeError),
    ],
)
def test_wrong_settings_change_nothing(settings: dict[str, Any], error: type[Exception]) -> None:
    before = repr(config)
    with pytest.raises(error):
        config(**{"numerics": "fast", **settings})
    assert repr(config) == before


def test_an_unknown_attribute_is_an_error() -> None:
    with pytest.raises(AttributeError, match="threads"):
        config.thread = 4
    with pytest.raises(AttributeError):
        _ = config.thread


def test_numerics_is_the_default_of_the_option() -> None:
    with config(numerics="stable"):
        f = slipstream.jit(lambda x: x)
    assert f._slipstream.options.numerics == "stable"


@pytest.mark.parametrize(
    ("name", "variable", "text", "expected"),
    [
        ("threads", "SLIPSTREAM_THREADS", "3", "3"),
        ("log", "SLIPSTREAM_LOG", "fallback,compile", "('fallback', 'compile')"),
        ("cache_dir", "SLIPSTREAM_CACHE_DIR", "/x/y", "'/x/y'"),
        ("cache_dir", "SLIPSTREAM_CACHE_DIR", "", "''"),
        ("cache_dir", "XDG_CACHE_HOME", "/x", "'/x/slipstream'"),
        ("enabled", "SLIPSTREAM_DISABLE", "1", "False"),
        ("enabled", "SLIPSTREAM_DISABLE", "0", "True"),
    ],
)
def test_the_environment_gives_start_values(name: str, variable: str, text: str, expected: str) -> None:
    assert value(name, **{variable: text}) == expected


def test_a_wrong_start_value_is_reported_and_ignored() -> None:
    done = child("import slipstream; print(slipstream.config.threads)", SLIPSTREAM_THREADS="many")
    assert done.stdout == "None\n"
    assert "SLIPSTREAM_THREADS='many'" in done.stderr


DISABLED = """
import sys, threading
import numpy as np, slipstream
@slipstream.jit
def f(x):
    return x * 2.0
f(np.ones(3))
print(f.__code__ is f.__wrapped__.__code__, "slipstream._core" in sys.modules, f.stats().compiles)
"""


def test_disabled_compiles_and_loads_nothing() -> None:
    assert child(DISABLED, SLIPSTREAM_DISABLE="1").stdout == "True False 0\n"


IMPORTED = """
import sys, threading
import slipstream
late = "json click rich inspect importlib.metadata".split()
late += [f"slipstream.{name}" for name in ("_core", "_compiler", "_answers", "_cli", "_watch", "_verify")]
import numpy
print([m for m in late if m in sys.modules and m not in known], threading.active_count())
"""


def test_importing_loads_little_and_starts_nothing() -> None:
    code = "import numpy, sys\nknown = set(sys.modules)\n" + IMPORTED
    assert child(code).stdout == "[] 1\n"


COMPILED = """
import sys
import numpy as np, slipstream
@slipstream.jit
def f(x):
    return x * 2.0
known = set(sys.modules)
f(np.ones(3))
late = "importlib.metadata email pathlib logging llvmlite numpy.random".split()
print([m for m in late if m in sys.modules and m not in known], f.stats().native)
"""


def test_the_first_compilation_imports_little() -> None:
    assert child(COMPILED).stdout == "[] 1\n"


def test_llvm_is_known_by_the_version_of_its_package() -> None:
    settings = _compiler._settings()
    assert settings["llvm_version"] == importlib.metadata.version("llvmlite")
    assert Path(settings["llvm"]).is_file()


def test_a_package_that_is_not_named_once_is_looked_up(tmp_path: Path) -> None:
    wanted = importlib.metadata.version("numpy")
    assert _compiler._version("numpy", "") == wanted
    for name in ("numpy-1.0.dist-info", "numpy-2.0.dist-info"):
        (tmp_path / name).mkdir()
    assert _compiler._version("numpy", str(tmp_path / "numpy")) == wanted


def test_another_cache_folder_is_used(tmp_path: Path) -> None:
    code = f"""
import numpy as np, slipstream, os
slipstream.config(cache_dir={str(tmp_path / "first")!r})
slipstream.jit(lambda x: x * 2.0)(np.ones(3))
slipstream.config(cache_dir={str(tmp_path / "second")!r})
slipstream.jit(lambda x: x * 3.0)(np.ones(3))
"""
    child(code)
    assert list((tmp_path / "first").iterdir())
    assert list((tmp_path / "second").iterdir())
