"""``python -m kernels [NAME ...]``: a line a kernel, with the runs of regions in a call."""

from __future__ import annotations

import argparse
import logging

from . import check, table


def main() -> int:
    parser = argparse.ArgumentParser(prog="kernels", description=__doc__)
    parser.add_argument("names", nargs="*", help="kernels or subjects; all")
    parser.add_argument("--warm", type=int, default=0, help="calls before each variant")
    options = parser.parse_args()
    logging.getLogger("slipstream").addHandler(logging.NullHandler())
    rows = [r for r in table.rows().values() if not options.names or {r.name, r.subject} & {*options.names}]
    print(f"{'kernel':32}{'variants':>9}{'runs':>6}  whole  left out")
    shares, differ = [], 0
    for row in rows:
        shares.append(check.share(row))
        found = check.kernel(row, options.warm)
        differ += bool(found.differ)
        counts = f"{len(found.compared):9}{shares[-1].runs:6}  {'yes' if shares[-1].whole else 'no':5}"
        print(
            f"{row.name:32}{counts}  {', '.join(found.left_out)}", *found.differ[:5], sep="\n    ", flush=True
        )
    whole, part = sum(s.whole for s in shares), sum(s.runs > 0 for s in shares)
    print(f"{len(rows)} kernels, {part} with native runs, {whole} without a Python step, {differ} differ")
    return bool(differ)


if __name__ == "__main__":
    raise SystemExit(main())
