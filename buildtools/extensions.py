"""The two extension modules and the command that builds them."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from setuptools import Extension
from setuptools.command.build_ext import build_ext
from setuptools.errors import SetupError

from .gopy import EXACT, ROOT, CoreBuilder

CORE = "slipstream._core"
NATIVE = "slipstream._native"


def extensions() -> list[Extension]:
    """The modules in build order; the cheap one first, so that C errors show early."""
    return [native(), Extension(CORE, ["pyext/pyext.go"])]


def native() -> Extension:
    """Plain C: imports in under a millisecond and needs no Go."""
    import numpy

    return Extension(
        NATIVE,
        sources=relative("pyext/native/*.c"),
        depends=[*relative("pyext/native/*.h"), "pyext/api.h"],
        include_dirs=[numpy.get_include(), "pyext"],
        extra_compile_args=[
            *EXACT.split(),
            "-fvisibility=hidden",
            "-fno-strict-aliasing",  # elements are moved by size, not by type
            "-std=c11",
            "-Werror=incompatible-pointer-types",
        ],
        extra_link_args=["-s"],
    )


def relative(pattern: str) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(pattern))


class BuildExtensions(build_ext):
    """``build_ext`` that knows how to build a Go module.

    ``--only=native`` and ``--only=core`` build one of the two.
    """

    user_options: ClassVar = [*build_ext.user_options, ("only=", None, "build one extension: native or core")]

    extensions: list[Extension]

    def initialize_options(self) -> None:
        super().initialize_options()
        self.only: str | None = None

    def build_extension(self, ext: Extension) -> None:
        if self.only and not ext.name.endswith("_" + self.only):
            return
        if ext.name != CORE:
            self.forget_rpath()
            super().build_extension(ext)
            return
        try:
            builder = CoreBuilder(self.distribution.get_version(), self.announce_step)
            builder.build(Path(self.get_ext_fullpath(ext.name)).resolve())
        except RuntimeError as error:
            raise SetupError(str(error)) from None

    def forget_rpath(self) -> None:
        """Some Pythons hand on the library path they were built with."""
        linker = self.compiler.linker_so
        self.compiler.set_executable("linker_so", [part for part in linker if "-rpath" not in part])

    def announce_step(self, text: str) -> None:
        self.announce(text, level=2)

    def copy_extensions_to_source(self) -> None:
        everything, chosen = list(self.extensions), self.only or ""
        self.extensions = [ext for ext in everything if ext.name.endswith(chosen)]
        super().copy_extensions_to_source()
        self.extensions = everything
