"""`grantengine bench ledger`: postings a second beside bare SQL, on a server of your own."""

import json
from statistics import median
from typing import TextIO

import click

from grantengine import migrate
from grantengine.db import Database
from grantengine.ledger import queries
from grantengine.web.benchmarks import ledger as benchmark
from grantengine.web.benchmarks.ledger import CASES, Rates


@click.command("ledger")
@click.option("--database", "url", required=True, metavar="URL", help="An empty PostgreSQL one.")
@click.option("--json", "output", type=click.File("w"), metavar="FILE", help="Also write JSON.")
@click.option("--seconds", default=2.0, show_default=True, help="How long each run takes.")
@click.option("--repetitions", default=5, show_default=True, help="How many runs of each.")
def command(url: str, output: TextIO | None, seconds: float, repetitions: int) -> None:
    """Measure the ledger beside bare SQL, in turn, from one process and from eight."""
    database = Database(url)
    if not database.is_postgresql:
        raise click.UsageError("bare SQL is measured on PostgreSQL only")
    migrate.upgrade(database)
    with database.reading() as session:
        if queries.all_accounts(session):
            raise click.UsageError("the database is not empty; its ledger would be filled up")
    benchmark.prepare(database)
    database.dispose()
    results = []
    click.echo(f"{'case':<18} {'processes':>9} {'bare SQL/s':>11} {'ours/s':>9} {'ratio':>6}")
    for processes in (1, 8):
        for case in list(CASES)[1:]:
            rates = benchmark.measure(
                url, case, processes=processes, seconds=seconds, repetitions=repetitions
            )
            click.echo(_row(rates))
            results.append(rates)
    if output is not None:
        json.dump([_as_json(rates) for rates in results], output, indent=2)


def _row(rates: Rates) -> str:
    bare, ours = median(rates.bare), median(rates.ours)
    return f"{rates.case:<18} {rates.processes:>9} {bare:>11.0f} {ours:>9.0f} {rates.ratio:>6.2f}"


def _as_json(rates: Rates) -> dict[str, object]:
    return {
        "case": rates.case,
        "processes": rates.processes,
        "bare_sql_per_s": [round(each) for each in rates.bare],
        "ours_per_s": [round(each) for each in rates.ours],
        "ratio": round(rates.ratio, 3),
    }
