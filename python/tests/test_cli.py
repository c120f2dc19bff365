"""The command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import slipstream
from click.testing import CliRunner, Result
from slipstream._cli import main


def run(*args: str) -> Result:
    return CliRunner().invoke(main, args)


@pytest.mark.parametrize("code", ["SL1301", "1301", "unknown-call"])
def test_explain_prints_a_page(code: str) -> None:
    done = run("explain", code)
    assert done.exit_code == 0
    assert done.output.startswith("SL1301 unknown-call")


def test_explain_lists_all() -> None:
    output = run("explain").output
    assert all(reason.code in output for reason in slipstream.reasons())


def test_explain_refuses_what_is_no_code() -> None:
    done = run("explain", "SL9999")
    assert done.exit_code == 1
    assert "SL9999" in done.output


def test_doctor_finds_this_machine_exact() -> None:
    done = run("doctor", "--json")
    assert done.exit_code == 0, done.output
    facts = json.loads(done.output)
    assert facts["compiler"]["state"] == "loaded"
    assert all(check["ok"] and check["native"] for check in facts["self-test"])
    assert "arithmetic" in run("doctor").output


def test_cache_counts_and_clears_only_ours(tmp_path: Path) -> None:
    (tmp_path / ("0" * 64 + ".slo")).write_bytes(b"1234")
    (tmp_path / "mine.txt").write_text("")
    (tmp_path / ("1" * 64 + ".slo")).symlink_to(tmp_path / "mine.txt")
    with slipstream.config(cache_dir=tmp_path):
        assert "1 kernels" in run("cache").output
        assert "1 kernels removed" in run("cache", "clear").output
        assert "0 kernels" in run("cache", "info").output
    assert (tmp_path / "mine.txt").exists()


def test_cache_can_be_off() -> None:
    with slipstream.config(cache_dir=None):
        assert "off" in run("cache").output
