"""Tests compile into a cache of their own, which goes with them, and can be interrupted."""

import atexit
import os
import shutil
import signal
import tempfile

# A shell without job control has its background processes ignore it, and then Python does, too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How often a function ran natively shall not depend on how fast it did.
os.environ.setdefault("SLIPSTREAM_WEIGH", "0")

if "SLIPSTREAM_CACHE_DIR" not in os.environ:
    # Set before the processes of pytest-xdist start, so that they share it.
    os.environ["SLIPSTREAM_CACHE_DIR"] = tempfile.mkdtemp(prefix="slipstream-test-")
    atexit.register(shutil.rmtree, os.environ["SLIPSTREAM_CACHE_DIR"], ignore_errors=True)
