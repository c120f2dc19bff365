"""The listings of the documentation are what the code gives today."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

DOCS = pathlib.Path(__file__).absolute().parents[2] / "docs"


@pytest.mark.skipif(sys.version_info[:2] != (3, 12), reason="the listings are of CPython 3.12")
def test_listings_are_current() -> None:
    command = [sys.executable, str(DOCS / "make_dumps.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
