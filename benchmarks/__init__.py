"""NumPy against slipstream and its peers, in one process, to the last bit."""

from __future__ import annotations


def main(names: list[str], as_json: bool = False, quick: bool = False) -> int:
    """What ``python -m slipstream bench`` runs, see `__main__`."""
    from .__main__ import main as run

    return run(names, as_json, quick)
