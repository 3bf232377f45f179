"""The application served as in production, for a measurement over HTTP on this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

from grantengine.settings import Settings
from grantengine.web.commands.serve import THREADS

WORKERS = 2
_PATIENCE_S = 120.0


def gunicorn_on(port: int) -> list[str]:
    """Serve as `serve` does it, but with as many processes on SQLite as on PostgreSQL."""
    command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS)]
    command += ["--worker-class", "gthread", "--threads", str(THREADS)]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    return [*command, "grantengine.web.commands.main:make_app()"]


@contextmanager
def running(
    command: list[str], settings: Settings, further: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run a command of ours with these settings until the context ends.

    Args:
        command: what to run.
        settings: whose database and folder it works on.
        further: more settings, by the names of their variables.
    """
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("GRANTENGINE_")
    }
    environ |= {
        "GRANTENGINE_DATABASE_URL": settings.database_url,
        "GRANTENGINE_VAR_PATH": str(settings.var_path),
        "GRANTENGINE_LOG_LEVEL": "error",
        **(further or {}),
    }
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)  # noqa: S603  # our own words
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(url: str) -> None:
    """Wait until an address answers."""
    deadline = time.perf_counter() + _PATIENCE_S
    while True:
        try:
            with urlopen(url, timeout=_PATIENCE_S):  # noqa: S310  # an address of this machine
                return
        except (URLError, ConnectionError):
            if time.perf_counter() > deadline:
                raise
            time.sleep(0.02)


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
