"""Tests compile into a cache of their own, which goes with them."""

import atexit
import os
import shutil
import tempfile

if "SLIPSTREAM_CACHE_DIR" not in os.environ:
    # Set before the processes of pytest-xdist start, so that they share it.
    os.environ["SLIPSTREAM_CACHE_DIR"] = tempfile.mkdtemp(prefix="slipstream-test-")
    atexit.register(shutil.rmtree, os.environ["SLIPSTREAM_CACHE_DIR"], ignore_errors=True)
