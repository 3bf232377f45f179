"""The ledger beside other ledgers on one server, in turn: whose clients post how often a second."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import sqlalchemy as sa

from grantengine import migrate
from grantengine.db import Database, driver_conninfo
from grantengine.web.benchmarks import ledger
from grantengine.web.benchmarks.peers import pgledger_client

_HERE = Path(__file__).parent
# What of ours runs beside the peers: as callers use it, and bare.
OURS = ("service", "ledger call")


@dataclass(frozen=True, slots=True)
class Racer:
    """One ledger in the race: its name, and the command that starts one client of it."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True, slots=True)
class Result:
    """Postings a second of every racer by name, one for each repetition."""

    processes: int
    rates: dict[str, list[float]]

    def ratio(self, one: str, other: str) -> float:
        """Tell how many times as fast one is as another: the median over the repetitions."""
        pairs = zip(self.rates[one], self.rates[other], strict=True)
        return median(mine / theirs for mine, theirs in pairs)


@contextmanager
def racers(
    url: str, *, seconds: float, hordak_python: str | None, pgledger_sql: Sequence[Path]
) -> Iterator[list[Racer]]:
    """Prepare every ledger in a database of its own, and drop those databases afterwards.

    Args:
        url: a PostgreSQL server where databases may be made.
        seconds: how long each client posts.
        hordak_python: the Python of an environment that has django-hordak.
        pgledger_sql: the files that install pgledger, in their order; none leaves it out.
    """
    with _databases(url, "ours", "hordak", "pgledger") as urls:
        yield [
            *_ours(urls["ours"], seconds),
            *([] if hordak_python is None else [_hordak(urls["hordak"], seconds, hordak_python)]),
            *([_pgledger(urls["pgledger"], seconds, pgledger_sql)] if pgledger_sql else []),
        ]


def race(racers: Sequence[Racer], *, processes: int, repetitions: int) -> Result:
    """Let every racer run in turn, again and again, each from as many processes."""
    rates: dict[str, list[float]] = {racer.name: [] for racer in racers}
    for _ in range(repetitions):
        for racer in racers:
            rates[racer.name].append(_rate(racer.command, processes))
    return Result(processes, rates)


def _rate(command: Sequence[str], processes: int) -> float:
    with ExitStack() as stack:
        clients = [stack.enter_context(_start(command)) for _ in range(processes)]
        # All of them begin once the last one is ready.
        for client in clients:
            assert client.stdout is not None
            if client.stdout.readline() != "ready\n":
                raise RuntimeError(f"a client did not start: {command[0]}")
        for client in clients:
            assert client.stdin is not None
            client.stdin.write("go\n")
            client.stdin.flush()
        return sum(float(client.communicate()[0]) for client in clients)


def _start(command: Sequence[str]) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)  # noqa: S603  # our own words


@contextmanager
def _databases(url: str, *names: str) -> Iterator[dict[str, str]]:
    server = sa.make_url(url)
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    try:
        for name in names:
            _command(admin, f"CREATE DATABASE grantengine_race_{name}")
        yield {
            name: server.set(database=f"grantengine_race_{name}").render_as_string(
                hide_password=False
            )
            for name in names
        }
    finally:
        for name in names:
            _command(admin, f"DROP DATABASE IF EXISTS grantengine_race_{name} WITH (FORCE)")


def _command(admin: sa.Engine, statement: str) -> None:
    with admin.connect() as connection:
        connection.exec_driver_sql(statement)


def _ours(url: str, seconds: float) -> Iterator[Racer]:
    database = Database(url)
    migrate.upgrade(database)
    ledger.prepare(database)
    database.dispose()
    module = "grantengine.web.benchmarks.peers.own_client"
    for case in OURS:
        yield Racer(case, [sys.executable, "-m", module, url, str(seconds), case])


def _hordak(url: str, seconds: float, python: str) -> Racer:
    parsed = sa.make_url(url)
    where = {
        "NAME": parsed.database,
        "USER": parsed.username or "",
        "PASSWORD": parsed.password or "",
        "HOST": parsed.host or parsed.query.get("host", ""),
        "PORT": str(parsed.port or parsed.query.get("port", "")),
    }
    script, database = str(_HERE / "hordak_client.py"), json.dumps(where)
    prepare = [python, script, "prepare", database, str(ledger.ACCOUNTS)]
    subprocess.run(prepare, check=True)  # noqa: S603  # our own words
    return Racer("django-hordak", [python, script, "run", database, str(seconds)])


def _pgledger(url: str, seconds: float, files: Sequence[Path]) -> Racer:
    database = Database(url)
    conninfo = driver_conninfo(database.engine)
    database.dispose()
    sql = "\n".join(file.read_text("utf-8") for file in files)
    pgledger_client.prepare(conninfo, sql=sql, accounts=ledger.ACCOUNTS)
    module = "grantengine.web.benchmarks.peers.pgledger_client"
    return Racer("pgledger", [sys.executable, "-m", module, conninfo, str(seconds)])
