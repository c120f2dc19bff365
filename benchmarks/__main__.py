"""``python -m slipstream._benchmarks``: measure, show, and with --write renew `RESULTS.md`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import report, session
from .cases import chosen


def main(
    names: list[str], as_json: bool = False, quick: bool = False, full: bool = False, write: bool = False
) -> int:
    """Measure the named cases, all for none.

    Returns
    -------
    int
        0, or 1 where a result has other bits than NumPy's, or 2 for an
        unknown name.
    """
    try:
        chosen(names)
    except KeyError as unknown:
        print(unknown.args[0], file=sys.stderr)
        return 2
    result = session.run(names, session.QUICK if quick else session.FULL if full else session.NORMAL)
    if as_json:
        print(json.dumps(result, indent=1))
    else:
        report.show(result)
    if write:
        (Path(__file__).resolve().parent / "RESULTS.md").write_text(report.markdown(result))
    return int(any(row["differing"]["slipstream"] for row in result["rows"]))


def command() -> int:
    parser = argparse.ArgumentParser(prog="python -m slipstream._benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="cases; all for none")
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--quick", action="store_true", help="half a minute, up to a million elements")
    parser.add_argument("--full", action="store_true", help="more samples, about ten minutes")
    parser.add_argument("--write", action="store_true", help="renew RESULTS.md")
    return main(**vars(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(command())
