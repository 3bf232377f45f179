"""`grantengine ledger`, what finishes books: accounts, periods and years."""

from datetime import datetime

import click
from flask.cli import with_appcontext

from grantengine.ledger import closing, periods
from grantengine.ledger.periods import PeriodStatus
from grantengine.web.runtime import runtime


@click.command("close-year")
@click.argument("year", type=click.IntRange(1, 9998))
@with_appcontext
def close_year(year: int) -> None:
    """Close the books of YEAR and carry its income and expenses over to equity.

    Doing it again changes nothing, or carries over what came late.
    """
    engine = runtime()
    now = engine.clock.now()
    closed = engine.database.run(lambda session: closing.close_year(session, year, now=now))
    if closed.entry_id is None:
        click.echo(f"{year} is closed; nothing was left to carry over")
    else:
        click.echo(
            f"{year} is closed; {closed.entry_id} carried the result over to {year + 1}, "
            f"accounts brought to nought: {closed.carried}"
        )


@click.command("close-account")
@click.argument("account")
@with_appcontext
def close_account(account: str) -> None:
    """Close ACCOUNT, which must be empty: nothing is posted to it any more."""
    engine = runtime()
    now = engine.clock.now()
    engine.database.run(lambda session: closing.close_account(session, account, now=now))
    click.echo(f"{account} is closed")


@click.command("reopen-account")
@click.argument("account")
@with_appcontext
def reopen_account(account: str) -> None:
    """Open ACCOUNT again after it was closed."""
    runtime().database.run(lambda session: closing.reopen_account(session, account))
    click.echo(f"{account} is open")


@click.command("periods")
@with_appcontext
def list_periods() -> None:
    """List the periods and how far their books are; a day of none is open."""
    with runtime().database.reading() as session:
        for period in periods.all_periods(session):
            click.echo(f"{period.first_on} {period.last_on} {period.status}")


@click.command("move-period")
@click.argument("last_day", type=click.DateTime(["%Y-%m-%d"]), metavar="LAST_DAY")
@click.argument("status", type=click.Choice([each.value for each in PeriodStatus]))
@with_appcontext
def move_period(last_day: datetime, status: str) -> None:
    """Close, lock or reopen the period that ends on LAST_DAY; a locked one stays locked."""
    engine, last_on, target = runtime(), last_day.date(), PeriodStatus(status)
    now = engine.clock.now()
    engine.database.run(
        lambda session: periods.move_period(session, target, last_on=last_on, now=now)
    )
    click.echo(f"the period up to {last_on} is {status}")
