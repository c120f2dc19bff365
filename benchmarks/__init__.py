"""NumPy against slipstream and its peers, in one process, to the last bit."""

from __future__ import annotations


def main(names: list[str], as_json: bool = False, quick: bool = False) -> int:
    """What ``python -m slipstream bench`` runs, see `__main__`."""
    from .__main__ import main as run

    return run(names, as_json, quick)


def operations(names: list[str], as_json: bool, sizes: str, dtype: str, full: bool = False) -> int:
    """What ``python -m slipstream bench --ops`` runs, see `ops`."""
    from .ops import show
    from .session import child

    result = child("ops", [*names, "--dtype", dtype, "--sizes", sizes, *(["--full"] if full else [])])
    if as_json:
        import json

        print(json.dumps(result, indent=1))
    else:
        show(result)
    return int(any(row["differing"] for row in result["rows"]))


def kernels_of(checkout: str, names: list[str], as_json: bool, preset: str) -> int:
    """What ``python -m slipstream bench --npbench DIR`` runs, see `npbench` and `npreport`."""
    from .npreport import measured, show

    rows, machine = measured(checkout, names, preset)
    if as_json:
        import json

        print(json.dumps(rows, indent=1))
    else:
        show(rows, machine, preset)
    return int(any(row.get("differing") for row in rows))
