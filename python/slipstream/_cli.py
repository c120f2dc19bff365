"""The command line."""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

import click

import slipstream
from slipstream.reasons import GROUPS, parse


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(slipstream.__version__, prog_name="slipstream")
def main() -> None:
    """Run NumPy-heavy Python functions as native code, with NumPy's own results."""


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("program", nargs=-1, type=click.UNPROCESSED, required=True, metavar="[-m] PROGRAM [ARGS]...")
def run(program: tuple[str, ...]) -> None:
    """Run a script, or with -m a module, as Python does, with its functions accelerated."""
    from . import _run

    _run.main(program)


@main.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Print the page of a reason such as SL1301; without CODE, list all."""
    if code is None:
        _list_reasons()
        return
    try:
        click.echo(parse(code).page)
    except KeyError:
        raise click.ClickException(f"there is no code {code!r}; `slipstream explain` lists all") from None


def _list_reasons() -> None:
    group = 0
    for reason in slipstream.reasons():
        if reason.number // 100 != group:
            group = reason.number // 100
            click.echo(f"\n{group}xx {GROUPS[group]}")
        click.echo(f"  {reason.code} {reason.slug}: {reason.sentence}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> None:
    """Show what slipstream found here, and test that results are NumPy's to the last bit."""
    from . import _doctor

    facts, checks = _doctor.report(), _doctor.self_test()
    if as_json:
        click.echo(json.dumps({**facts, "self-test": [c._asdict() for c in checks]}, indent=2))
    else:
        _print_doctor(facts, checks)
    if not all(check.ok for check in checks):
        raise click.ClickException("results differ from NumPy's; set SLIPSTREAM_DISABLE=1 and report this")
    if slipstream.config.enabled and not any(check.native for check in checks):
        raise click.ClickException("nothing ran natively; SLIPSTREAM_LOG=fallback tells why")


def _print_doctor(facts: dict[str, dict[str, str]], checks: list[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for title, rows in facts.items():
        table = Table(title=title, show_header=False, title_justify="left", box=None)
        for name, value in rows.items():
            table.add_row(f"  {name}", value)
        console.print(table)
    table = Table(title="self-test", show_header=False, title_justify="left", box=None)
    for check in checks:
        table.add_row(f"  {check.name}", "[green]ok[/]" if check.ok else "[red]WRONG[/]", check.note)
    console.print(table)


@main.command()
@click.argument("action", type=click.Choice(["info", "clear"]), default="info")
def cache(action: str) -> None:
    """Show or empty the cache of compiled code."""
    from . import _cache

    path = slipstream.config.cache_dir
    if not path:
        click.echo("The cache is off.")
    elif action == "clear":
        click.echo(f"{_cache.clear(path)} kernels removed from {path}")
    else:
        found = _cache.info(path)
        click.echo(f"{found.path}: {found.entries} kernels, {found.bytes / 1e6:.1f} MB")


@main.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--quick", is_flag=True, help="Fewer sizes and samples.")
@click.option("--ops", is_flag=True, help="Measure every operation the compiler knows, worst first.")
@click.option("--sizes", default="", help="With --ops: numbers of elements, such as 10,1e4,1e6.")
@click.option("--dtype", default="", help="With --ops: types of the elements, such as float64,int64.")
@click.option("--full", is_flag=True, help="With --ops: sizes from 1 to 10^7 and three types; an hour.")
@click.option(
    "--npbench", type=click.Path(exists=True, file_okay=False), help="The kernels of a checkout of NPBench."
)
@click.option(
    "--preset", type=click.Choice(["S", "M", "L", "paper"]), default="S", help="With --npbench: their size."
)
def bench(
    names: tuple[str, ...],
    as_json: bool,
    quick: bool,
    ops: bool,
    sizes: str,
    dtype: str,
    full: bool,
    npbench: str | None,
    preset: str,
) -> None:
    """Measure NumPy against slipstream in one process, and compare their results."""
    try:
        benchmarks = importlib.import_module("slipstream._benchmarks")
    except ImportError as error:
        raise click.ClickException(f"the benchmarks are not installed: {error}") from None
    if npbench:
        sys.exit(benchmarks.kernels_of(npbench, list(names), as_json, preset))
    if ops:
        sys.exit(benchmarks.operations(list(names), as_json, sizes, dtype, full))
    sys.exit(benchmarks.main(list(names), as_json, quick))
