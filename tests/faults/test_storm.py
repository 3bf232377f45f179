"""The ledger outlives the death of its server and its clients in the middle of a storm."""

import subprocess
import sys

from tests.support.source import CHECKOUT


def test_what_was_acknowledged_is_there_once_after_server_and_clients_were_killed():
    # In a process of its own, since its clients are forked and its children killed.
    command = [sys.executable, "-m", "tests.faults.storm", "--rounds", "1", "--steps", "80"]

    storm = subprocess.run(
        command, check=False, cwd=CHECKOUT, capture_output=True, text=True, timeout=600
    )

    assert storm.returncode == 0, storm.stdout + storm.stderr
    assert "0 lost, 0 twice, 0 findings" in storm.stdout
