"""Builds slipstream's two extension modules; everything else is in pyproject.toml."""

import sys
from pathlib import Path

from setuptools import setup

sys.path.insert(0, str(Path(__file__).resolve().parent))

from buildtools.extensions import BuildExtensions, extensions

setup(ext_modules=extensions(), cmdclass={"build_ext": BuildExtensions})
