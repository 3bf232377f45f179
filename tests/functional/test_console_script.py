"""The script `grantengine` that `run.py` makes."""

import os
import runpy
import shlex
import subprocess
import sys

import pytest

from tests.support.cases import CHECKOUT


@pytest.fixture
def script(tmp_path):
    """The script, in a folder with a blank in its name, for the interpreter that runs the tests."""
    text = runpy.run_path(str(CHECKOUT / "run.py"))["CONSOLE_SCRIPT"]
    path = tmp_path / "a folder" / "grantengine"
    path.parent.mkdir()
    path.write_text(text.format(python=shlex.quote(sys.executable)), encoding="utf-8")
    path.chmod(0o755)
    return path


def test_it_runs_a_command(script):
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}

    told = subprocess.run([script, "--help"], env=environment, capture_output=True, check=True)

    assert told.stdout.startswith(b"Usage: grantengine")


def test_a_process_that_a_command_starts_reads_it_and_runs_nothing(script, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["grantengine", "no such command"])

    names = runpy.run_path(str(script), run_name="__mp_main__")

    assert "main" in names
