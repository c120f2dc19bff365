"""Process-wide settings."""

from __future__ import annotations

import os


def cache_dir() -> str:
    """The directory of compiled code, empty for none."""
    return os.environ.get("SLIPSTREAM_CACHE_DIR", "")
