"""`grantengine bench ledger`: what the ledger does beside bare SQL, in a database of your own."""

import dataclasses
import json
from typing import TextIO

import click

from grantengine import migrate
from grantengine.db import Database
from grantengine.ledger import queries
from grantengine.web.benchmarks import ledger_figures
from grantengine.web.benchmarks.ledger_figures import PARTS
from grantengine.web.commands import figure_table


@click.command("ledger")
@click.option("--database", "url", required=True, metavar="URL", help="An empty one.")
@click.option("--only", "parts", type=click.Choice(PARTS), multiple=True, help="Only this part.")
@click.option("--json", "output", type=click.File("w"), metavar="FILE", help="Also write JSON.")
@click.option("--seconds", default=2.0, show_default=True, help="How long each run takes.")
@click.option("--repetitions", default=5, show_default=True, help="How many runs of each.")
@click.option("--legs", default=1_000_000, show_default=True, help="How long the history is.")
def command(
    *,
    url: str,
    parts: tuple[str, ...],
    output: TextIO | None,
    seconds: float,
    repetitions: int,
    legs: int,
) -> None:
    """Measure posting, hot accounts and a long history, in turn with what each is held against."""
    database = Database(url)
    migrate.upgrade(database)
    with database.reading() as session:
        if queries.all_accounts(session):
            raise click.UsageError("the database is not empty; its ledger would be filled up")
    told = []
    click.echo(figure_table.header("processes"))
    for figure in ledger_figures.figures(
        database, parts or PARTS, seconds=seconds, repetitions=repetitions, legs=legs
    ):
        click.echo(figure_table.row(figure))
        told.append(dataclasses.asdict(figure) | {"is_met": figure.is_met})
    database.dispose()
    if output is not None:
        json.dump(told, output, indent=2)
