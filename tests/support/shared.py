"""What is costly and the same for every test: made once in a test run, by whichever worker is first."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


class Workshop:
    """Makes folders that all xdist workers of one test run share; the next run makes them anew."""

    def __init__(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        base = tmp_path_factory.getbasetemp()
        # Below xdist each worker has a folder of its own in that of the run.
        self.folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(self, name: str, make: Callable[[Path], object]) -> Path:
        """Give a folder, filled by `make` if nobody did before; others wait for it meanwhile.

        Args:
            name: what the folder is called, the same in every worker.
            make: fills the empty folder that it is given; what it fills is not changed later.
        """
        finished, unfinished = self.folder / name, self.folder / f"{name}.unfinished"
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not finished.exists():
                shutil.rmtree(unfinished, ignore_errors=True)  # Of a maker that failed.
                unfinished.mkdir()
                make(unfinished)
                unfinished.rename(finished)
        return finished
