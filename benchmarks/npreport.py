"""What ``slipstream bench --npbench DIR`` prints: each kernel with its limit and next step, sums."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator

from .limits import Row, judged
from .report import duration
from .roofline import Machine
from .session import child

#: The classes of kernels that results are summed up by, and their members' short names.
CLASSES = {
    "whole-array": "adist azimhist clipping hdiff softmax sthamfft",
    "time loops": "adi cavtflow chanflow coninteg fdtd_2d floydwar heat3d jacobi1d jacobi2d mandel1 mandel2 "
    "nbody",
    "slices": "azimnaiv cholesky conv2d correlat covarian deriche durbin gramschm lenet lu ludcmp resnet "
    "seidel2d sselfeng spmv symm syr2k syrk trisolv trmm vadv",
    "scalars": "crc16 npgofast nussinov",
    "BLAS": "2mm 3mm atax bicg cholesky2 covarian2 doitgen gemm gemver gesummv mlp mvt",
}
#: Geometric means of the ratios that are wanted, by preset.
WANTED = {
    "S": {"whole-array": 3.5, "time loops": 5, "slices": 20, "scalars": 125, "BLAS": 1.2, "all": 6.3},
    "M": {"whole-array": 3.5, "time loops": 4, "slices": 13, "scalars": 130, "BLAS": 1.2, "all": 5.2},
}
#: Seconds of first calls that are wanted: what they take beyond a later call.
FIRST_WANTED = {
    "first": {"median": 0.060, "90th percentile": 0.250, "worst": 1.0},
    "cached": {"median": 0.005},
}
FIRST_NAMES = {"first": "empty cache", "cached": "filled cache"}
#: What stands behind a figure that is below what is wanted.
BELOW = "  BELOW"
HEADER = (
    "kernel",
    "NumPy",
    "ratio",
    "first",
    "cached",
    "native",
    "bound",
    "attained",
    "limit",
    "what limits it",
)
NOTES = (
    "ratio: NumPy's time by slipstream's, medians of calls in turns, one thread.",
    "first, cached: a function's first call, with an empty and a filled cache, beyond a later call; the "
    "compiler was loaded and NumPy's function called before.",
    "bound: the larger of compulsory bytes by bandwidth and operations by peak; attained: bound by "
    "slipstream's time; >= where functions were counted as one operation an element.",
)


def measured(checkout: str, names: list[str], preset: str) -> tuple[list[Row], Machine]:
    """Each kernel: measured with an empty cache, then called with the filled one."""
    machine = Machine.of(child("roofline", []))
    words = [checkout, *names, "--preset", preset]
    with tempfile.TemporaryDirectory(prefix="slipstream-bench-") as folder:
        place = {"SLIPSTREAM_CACHE_DIR": folder}
        rows = child("npbench", words, place)
        cached = {row["kernel"]: row for row in child("npbench", [*words, "--first"], place)}
    for row in rows:
        row["cached"] = cached.get(row["kernel"], {}).get("first")
    return [judged(row, machine) for row in rows], machine


def show(rows: list[Row], machine: Machine, preset: str) -> None:
    """Print all of it."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*HEADER, box=None)
    for column in table.columns[1:8]:
        column.justify = "right"
    measured_rows = sorted((row for row in rows if "error" not in row), key=lambda row: row["ratio"])
    for row in measured_rows:
        table.add_row(*map(Text, cells(row)))
    wide = Console()
    console = wide if wide.is_terminal else Console(width=200)
    console.print(table)
    for line in closing(rows, measured_rows, machine, preset):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def closing(rows: list[Row], measured_rows: list[Row], machine: Machine, preset: str) -> Iterator[str]:
    """The lines below the table."""
    yield from (f"{row['kernel']}: not measured: {row['error']}" for row in rows if "error" in row)
    for row in measured_rows:
        yield from (f"{row['kernel']}: DIFFERS: {line}" for line in row["differing"][:2])
    yield from ("", "next steps", *steps(measured_rows))
    yield from ("", *sums(measured_rows, preset), *first_calls(measured_rows))
    yield from ("", circumstances(machine), *NOTES)


def cells(row: Row) -> list[str]:
    """A line of the table."""
    at_least = ">= " if row.get("work", {}).get("unknown") else ""
    bounded = row["bound"] is not None
    return [
        row["kernel"],
        duration(row["numpy"]),
        f"{row['ratio']:.2f}",
        milliseconds(beyond(row, "first")),
        milliseconds(beyond(row, "cached")),
        f"{row['native']:.0%}",
        duration(row["bound"]) if bounded else "",
        f"{at_least}{row['attained']:.1%}" if bounded else "",
        row["limit"],
        row["why"],
    ]


def beyond(row: Row, key: str) -> float | None:
    """Seconds that a first call takes more than a later one."""
    return None if row.get(key) is None else max(row[key] - row["slipstream"], 0.0)


def milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{1e3 * seconds:.1f} ms"


def steps(rows: list[Row]) -> Iterator[str]:
    """Each next step with the kernels it would help, the largest group first."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        groups.setdefault((row["limit"], row["next"]), []).append(row["kernel"])
    for (limit, step), names in sorted(groups.items(), key=lambda item: -len(item[1])):
        yield f"{limit} ({', '.join(names)}): {step}"


def sums(rows: list[Row], preset: str) -> Iterator[str]:
    """Geometric means of the classes, with what is wanted."""
    for name, members in [*CLASSES.items(), ("all", " ".join(CLASSES.values()))]:
        ratios = [row["ratio"] for row in rows if row["kernel"] in members.split()]
        if ratios:
            mean = statistics.geometric_mean(ratios)
            kernels = f"{len(ratios)} of {len(members.split())} kernels"
            yield f"{name}: {mean:.2f}x over {kernels}{against(mean, WANTED.get(preset, {}).get(name))}"


def against(value: float, wanted: float | None) -> str:
    if wanted is None:
        return ""
    return f", wanted {wanted:g}x{BELOW if value < wanted else ''}"


def first_calls(rows: list[Row]) -> Iterator[str]:
    """Median, 90th percentile and worst of both kinds of first call, beyond a later call and as a whole."""
    for key, wanted in FIRST_WANTED.items():
        found = sorted(seconds for row in rows if (seconds := beyond(row, key)) is not None)
        if not found:
            continue
        figures = {
            "median": statistics.median(found),
            "90th percentile": ninetieth(found),
            "worst": found[-1],
        }
        parts = [
            f"{name} {milliseconds(seconds)}{late(seconds, wanted.get(name))}"
            for name, seconds in figures.items()
        ]
        whole = statistics.median(row[key] for row in rows if row.get(key) is not None)
        text = f"first call, {FIRST_NAMES[key]}: {'; '.join(parts)}"
        yield f"{text}; as a whole, with the work: median {milliseconds(whole)}"


def ninetieth(values: list[float]) -> float:
    """The least that nine tenths of the sorted values do not exceed."""
    return values[-(-9 * len(values) // 10) - 1]


def late(seconds: float, wanted: float | None) -> str:
    if wanted is None:
        return ""
    return f" (wanted {milliseconds(wanted)}{' ABOVE' if seconds > wanted else ''})"


def circumstances(machine: Machine) -> str:
    """The machine that the bounds come from."""
    sizes = [f" of {level.capacity >> 10:,} KiB" if level.capacity else "" for level in machine.levels]
    levels = ", ".join(
        f"{level.name}{size} {level.bandwidth / 1e9:.0f} GB/s"
        for level, size in zip(machine.levels, sizes, strict=True)
    )
    peaks = (
        f"peak {machine.peak_wide / 1e9:.0f} GFlop/s of float64, {machine.peak_narrow / 1e9:.0f} of float32"
    )
    return f"this machine, one thread: {levels}; {peaks}; a call of NumPy's {1e9 * machine.call:.0f} ns"
