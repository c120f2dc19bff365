"""The result as a table in the terminal and as `RESULTS.md`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .session import summary

Row = dict[str, Any]
Result = dict[str, Any]
HEADER = ("case", "dtype", "size", "NumPy", "slipstream", "ratio", "wanted", "kept", "warm", "ran", "bits")


def ratio(times: Row, name: str, key: str = "median") -> float | None:
    return times["numpy"][key] / times[name][key] if name in times else None


def peers(result: Result) -> list[str]:
    """Those that ran at least one case, slipstream aside."""
    names = dict.fromkeys(name for row in result["rows"] for name in row["times"])
    return [name for name in names if name not in ("numpy", "slipstream")]


def lines(result: Result) -> Iterator[list[str]]:
    """The cells of each row."""
    warm = {identity(row): row for row in result["warm_allocator"]}
    others = peers(result)
    for row in result["rows"]:
        times = row["times"]
        cells = [
            row["case"],
            row["dtype"],
            f"{row['size']:,}",
            duration(times["numpy"]["median"]),
            duration(times["slipstream"]["median"]),
            factor(ratio(times, "slipstream")),
            factor(row["floor"]),
            factor(ratio(row["kept"], "slipstream")) if row.get("kept") else "",
            factor(ratio(warm[identity(row)]["times"], "slipstream")) if identity(row) in warm else "",
            row["path"],
            same(row["differing"]["slipstream"]),
        ]
        yield cells + [peer(row, name) for name in others]


def identity(row: Row) -> tuple[str, str, int]:
    return row["case"], row["dtype"], row["size"]


def peer(row: Row, name: str) -> str:
    """The peer's ratio to NumPy; a star where its bits are others."""
    value = ratio(row["times"], name)
    return "" if value is None else factor(value) + ("*" if row["differing"].get(name) else "")


def same(count: int) -> str:
    return "equal" if count == 0 else "another type" if count < 0 else f"{count} differ"


def factor(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def duration(seconds: float) -> str:
    for unit, scale in (("ns", 1e9), ("us", 1e6), ("ms", 1e3)):
        if seconds * scale < 1000:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds:.3g} s"


def extremes(result: Result) -> list[str]:
    """The worst beside the best, and how many rows miss what is wanted."""
    rows = result["rows"]
    if not rows:
        return ["no rows"]
    ordered = sorted(
        rows, key=lambda row: row["times"]["numpy"]["median"] / row["times"]["slipstream"]["median"]
    )
    missed = sum(1 for row in rows if (ratio(row["times"], "slipstream") or 0) < row["floor"])
    differ = sum(1 for row in rows if row["differing"]["slipstream"])
    text = [f"{word}: {label(row)}" for word, row in (("worst", ordered[0]), ("best", ordered[-1]))]
    return [
        *text,
        f"{missed} of {len(rows)} rows are below the ratio wanted; {differ} have bits other than NumPy's",
    ]


def label(row: Row) -> str:
    speed = factor(ratio(row["times"], "slipstream"))
    return f"{row['case']} {row['dtype']} {row['size']:,}: {speed} times NumPy's speed"


def opening(result: Result) -> list[str]:
    """First calls: of an empty cache and of a filled one."""
    if not result["first_call"]:
        return []
    text = []
    for word in ("cold", "cached"):
        found = summary(result["first_call"][word])
        text.append(
            f"first call, {'empty cache' if word == 'cold' else 'filled cache'}: "
            f"median {duration(found['first']['median'])}, "
            f"worst {duration(found['first']['worst'])} ({found['first']['worst_case']}); "
            f"until settled: median {duration(found['settled']['median'])}; "
            f"start of the compiler, once a process: {duration(found['start'])}"
        )
        if "numba" in found:
            text.append(
                f"Numba's first call: median {duration(found['numba']['median'])}, "
                f"worst {duration(found['numba']['worst'])} ({found['numba']['worst_case']})"
            )
    return text


def show(result: Result) -> None:
    """Print the table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*HEADER, *peers(result), box=None)
    for column in table.columns[2:]:
        column.justify = "right"
    for cells in lines(result):
        table.add_row(*cells)
    wide = Console()
    console = wide if wide.is_terminal else Console(width=180)
    console.print(table)
    for line in [*extremes(result), *opening(result), *NOTES]:
        console.print(line, highlight=False)


NOTES = (
    "ratio: NumPy's time by slipstream's, medians of interleaved samples, one thread, results dropped.",
    "kept: the same with every result kept alive; warm: with an allocator that keeps freed memory.",
    "peers: ratio to NumPy; * marks results with bits other than NumPy's; empty: not run.",
    "A peer is not run where it cannot express the case, and above 100,000 elements only with --full.",
)


def markdown(result: Result) -> str:
    """The text of `RESULTS.md`."""
    head = [*HEADER, *peers(result)]
    rows = [head, ["---"] * len(head), *lines(result)]
    notes = [*extremes(result), *opening(result), *NOTES]
    text = ["# Results", "", *circumstances(result), "", *[f"- {line}" for line in notes], ""]
    return "\n".join([*text, *["| " + " | ".join(cells) + " |" for cells in rows], ""])


def circumstances(result: Result) -> list[str]:
    """Machine, versions, and how to do it again."""
    machine, versions = result["machine"], dict(result["versions"])
    place = f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}, load {machine['load']:.1f}"
    baseline = f"NumPy {versions.pop('numpy')} with {versions.pop('blas')}"
    others = ", ".join(f"{name} {version}" for name, version in versions.items())
    return [
        f"{place}; {result['date']}. One thread. Baseline: {baseline}. Others: {others}.",
        "",
        "Again: `python -m slipstream bench`; `python -m slipstream._benchmarks --write` wrote this.",
    ]
