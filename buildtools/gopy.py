"""Building ``slipstream._core``: bindings by ``gopy gen``, then one Go link.

``gopy build`` is not used: it links Go twice, compiles with ``-Ofast``, and
leaves the build machine's library path in the result.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from pathlib import Path

from .gotool import find_go

ROOT = Path(__file__).resolve().parent.parent
#: No fast-math and no contraction: results must keep NumPy's bits.
EXACT = "-O2 -fno-fast-math -ffp-contract=off"
#: Silences what the generated wrappers are known for and cannot be changed.
GENERATED = "-Wno-unused-variable -Wno-unused-but-set-variable"


class CoreBuilder:
    """Builds the Go extension module for the running Python."""

    def __init__(self, version: str, log: Callable[[str], None] = print) -> None:
        self.go = find_go()
        self.version = version
        self.log = log
        # The generated main package must lie inside the Go module.
        self.folder = ROOT / "build" / f"gopy-{sys.implementation.cache_tag}"
        self.env = self._environment()

    def build(self, target: Path) -> None:
        """Write the extension module to ``target``."""
        if not self._is_current():
            self._generate()
        self._link(target)

    def _environment(self) -> dict[str, str]:
        env = go_environment(self.go)
        env["GOFLAGS"] = "-buildvcs=false -tags=cuda"
        return env

    def _generate(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self._run(
            [
                self.go,
                "tool",
                "gopy",
                "gen",
                f"-vm={sys.executable}",
                "-name=core",
                f"-output={self.folder}",
                "-no-make",
                "-dynamic-link=true",
                "./pyext",
            ],
            ROOT,
        )
        core = self.folder / "core.go"
        replace_cgo_lines(core)
        self._run([self.go, "tool", "goimports", "-w", str(core)], ROOT)
        self._write_header()
        # pybindgen: writes core.c, which includes the header.
        self._run([sys.executable, "build.py"], self.folder)
        (self.folder / "stamp").write_text(self._fingerprint())

    def _write_header(self) -> None:
        objects = self.folder / "_obj"
        objects.mkdir()
        # The raw tool ignores CGO_CPPFLAGS.
        self._run(
            [
                self.go,
                "tool",
                "cgo",
                "-objdir",
                "_obj/",
                "-exportheader",
                "core_go.h",
                "--",
                f"-I{python_include()}",
                "core.go",
            ],
            self.folder,
        )
        shutil.rmtree(objects)

    def _link(self, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        flags = f"-s -w -X slipstream/pyext.version={self.version}"
        self._run(
            [
                self.go,
                "build",
                "-mod=readonly",
                "-trimpath",
                "-buildvcs=false",
                "-buildmode=c-shared",
                f"-ldflags={flags}",
                "-o",
                str(target),
                ".",
            ],
            self.folder,
        )
        # The C header that c-shared drops beside the library has no place in a wheel.
        target.with_suffix(".h").unlink(missing_ok=True)

    def _is_current(self) -> bool:
        stamp = self.folder / "stamp"
        return stamp.is_file() and stamp.read_text() == self._fingerprint()

    def _fingerprint(self) -> str:
        """Names what the bindings depend on: the exported verbs and the tools."""
        digest = hashlib.sha256(f"{sys.version}{python_include()}".encode())
        for path in [ROOT / "go.mod", Path(__file__), *sorted((ROOT / "pyext").glob("*.go"))]:
            digest.update(exported(path) if path.suffix == ".go" else path.read_bytes())
        return digest.hexdigest()

    def _run(self, command: Sequence[str], cwd: Path) -> None:
        self.log(" ".join(command))
        done = subprocess.run(
            command, cwd=cwd, env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command[:4])} failed:\n{done.stdout.strip()}")


def exported(path: Path) -> bytes:
    """The declarations of a Go file that gopy may bind."""
    if path.name.endswith("_test.go"):
        return b""
    return "\n".join(re.findall(r"(?m)^(?:func|type|var|const) .*[A-Z].*$", path.read_text())).encode()


def replace_cgo_lines(path: Path) -> None:
    """Replaces gopy's ``#cgo`` flags, among them an rpath, by the one needed: where Python.h is.

    It is here and not in the environment because flags there would compile every
    C package anew for each Python version.
    """
    text = re.sub(r"(?m)^#cgo .*$", "", path.read_text())
    path.write_text(text.replace("#include", f'#cgo CPPFLAGS: "-I{python_include()}"\n#include', 1))


def go_environment(go: str) -> dict[str, str]:
    """What every compilation with the tag ``cuda`` needs."""
    link = ROOT / "build" / "link"
    write_empty_archive(link / "libcuda.a")
    refer(link / "include", cuda_include())
    env = {**os.environ, "CGO_ENABLED": "1", "GOAMD64": "v1"}
    # In the environment it comes before cu's own folders, where a real driver may be.
    env["CGO_LDFLAGS"] = f"-L{link}"
    env["CGO_CPPFLAGS"] = f"-I{link / 'include'}"
    env["CGO_CFLAGS"] = f"{EXACT} {GENERATED}"
    env["CGO_CFLAGS_ALLOW"] = "-ffp-contract=.*"
    # An isolated build has its own PATH; gopy starts "go" by name.
    env["PATH"] = os.pathsep.join([str(Path(go).parent), env.get("PATH", os.defpath)])
    return env


def refer(link: Path, target: str) -> None:
    """Points a link at the headers: a path that stays lets Go's cache recognise its work."""
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def write_empty_archive(path: Path) -> None:
    """An archive without members satisfies cu's ``-lcuda``; cuda/driverstub has the symbols."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"!<arch>\n")


def python_include() -> str:
    return sysconfig.get_paths()["include"]


def cuda_include() -> str:
    """Folder of ``cuda.h``, from the headers' wheel in the build requirements."""
    try:
        import nvidia.cuda_runtime as headers
    except ImportError:
        raise RuntimeError(
            "slipstream needs cuda.h to build: pip install nvidia-cuda-runtime-cu12==12.9.79 (no GPU needed)."
        ) from None
    return str(Path(next(iter(headers.__path__))) / "include")
