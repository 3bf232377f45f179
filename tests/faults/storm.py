"""Kill PostgreSQL and its clients in a storm of postings, then look whether the ledger holds.

Run it from the checkout: python -m tests.faults.storm --rounds 20
"""

import argparse
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click
import sqlalchemy as sa

from grantengine import migrate
from grantengine.db import Database
from grantengine.ledger import audit, journal, seals
from tests.faults.storming import (
    FILLED,
    NOW,
    acknowledged,
    keys_of,
    kill_clients,
    open_accounts,
    start_client,
    wait_until_posted,
)
from tests.support.postgres import Server, own_server

CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was there after a round.

    Attributes:
        steps: how many steps the clients were told were done, since the beginning.
        lost: acknowledged entries that are not there.
        findings: what `verify` found.
        unheard: entries whose client was killed before it could note them down.
    """

    steps: int
    entries: int
    lost: list[str]
    twice: list[str]
    findings: list[str]
    unheard: int
    recovery_s: float

    @property
    def is_clean(self) -> bool:
        """Tell whether the ledger held."""
        return not (self.lost or self.twice or self.findings)


def run(rounds: int, *, steps: int) -> list[Outcome]:
    """Storm and kill so many times; in each round at least twice so many steps are done."""
    with (
        tempfile.TemporaryDirectory(prefix="grantengine-storm-") as folder,
        own_server(tempfile.gettempdir(), fsync="on", synchronous_commit="on") as server,
    ):
        url = _ledger(server)
        notes = [Path(folder) / f"client{number}" for number in range(CLIENTS)]
        outcomes = []
        for number in range(1, rounds + 1):
            outcomes.append(_round(server, url, notes, steps=steps))
            click.echo(_line(number, outcomes[-1]))
        return outcomes


def _ledger(server: Server) -> str:
    admin = sa.create_engine(server.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE storm")
    url = sa.make_url(server.url).set(database="storm").render_as_string(hide_password=False)
    database = Database(url)
    migrate.upgrade(database)
    open_accounts(database)
    database.dispose()
    return url


def _round(server: Server, url: str, notes: list[Path], *, steps: int) -> Outcome:
    clients = [start_client(url, each.name, each) for each in notes]
    try:
        wait_until_posted(notes, count=steps)
        server.kill()
        begun = time.monotonic()
        server.start()
        recovery_s = time.monotonic() - begun
        wait_until_posted(notes, count=steps)
    finally:
        kill_clients(clients)
    return _look(url, notes, recovery_s)


def _look(url: str, notes: list[Path], recovery_s: float) -> Outcome:
    told = {step: ids for each in notes for step, ids in acknowledged(each).items()}
    database = Database(url)
    with database.transaction() as session:
        seals.seal(session, now=NOW)
    with database.reading() as session:
        report = audit.verify(session)
        entries = journal.all_entries(session)
        found = [(entry.key, entry.id) for entry in entries if entry.key != FILLED]
    database.dispose()
    there = dict(found)
    pairs = [
        pair for step, ids in told.items() if ids for pair in zip(keys_of(step), ids, strict=True)
    ]
    return Outcome(
        steps=len(told),
        entries=len(found),
        lost=[key for key, entry_id in pairs if there.get(key) != entry_id],
        twice=[key for key, count in Counter(key for key, _ in found).items() if count > 1],
        findings=[str(each) for each in report.findings],
        unheard=len(there) - len(pairs),
        recovery_s=recovery_s,
    )


def _line(number: int, outcome: Outcome) -> str:
    state = "clean" if outcome.is_clean else "BROKEN"
    return (
        f"round {number:>2}: {outcome.steps:>7} steps acknowledged, {outcome.entries:>7} entries, "
        f"{outcome.unheard} unheard, {len(outcome.lost)} lost, {len(outcome.twice)} twice, "
        f"{len(outcome.findings)} findings, up again after {outcome.recovery_s:.1f} s: {state}"
    )


def main() -> int:
    """Read how many rounds; say 0 when the ledger held in each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--steps", type=int, default=1000, help="before and after each kill")
    wishes = parser.parse_args()
    outcomes = run(wishes.rounds, steps=wishes.steps)
    for each in outcomes:
        for line in (*each.lost, *each.twice, *each.findings):
            click.echo(line)
    return 0 if all(each.is_clean for each in outcomes) else 1


if __name__ == "__main__":
    raise SystemExit(main())
