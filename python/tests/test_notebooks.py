"""Whole notebooks in a kernel, with and without the extension: their outputs are equal."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ipykernel")
nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")

NOTEBOOKS = sorted(Path(__file__).with_name("notebooks").glob("*.ipynb"))

SWITCHED_ON = "%load_ext slipstream\n%slipstream on"
TOLD = "%slipstream status"


@pytest.fixture(autouse=True)
def _a_loop_of_its_own() -> Any:
    # The client leaves its event loop open where there was none.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    loop.close()


def executed(path: Path, first: str, last: str) -> list[Any]:
    """The code cells of a notebook after their execution, between two cells of ours."""
    notebook = nbformat.read(path, as_version=4)
    code = nbformat.v4.new_code_cell
    notebook.cells = [code(first), *notebook.cells, code(last)]
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", allow_errors=True).execute()
    return [c for c in notebook.cells if c.cell_type == "code"]


def outputs(cell: Any) -> Any:
    """What a cell shows, without what differs between two runs of plain Python."""
    return re.sub(r"ipykernel_\d+|(Wall time|CPU times): [^\\]*|0x[0-9a-f]+", "", repr(joined(cell.outputs)))


def joined(parts: list[Any]) -> list[Any]:
    """Texts that came in several messages are one."""
    out: list[Any] = []
    for part in parts:
        if out and part.output_type == "stream" and out[-1].get("name") == part.name:
            out[-1]["text"] += part.text
        else:
            out.append(dict(part))
    return out


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_outputs_are_equal(path: Path) -> None:
    plain, ours = executed(path, "pass\npass", "pass"), executed(path, SWITCHED_ON, TOLD)
    for cell, other in zip(plain[1:-1], ours[1:-1], strict=True):
        assert outputs(other) == outputs(cell), cell.source
    native = re.search(r"(\d+) native,", ours[-1].outputs[0].text)
    assert native is not None
    assert int(native[1]) > 0
