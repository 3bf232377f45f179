"""`grantengine ledger`: verify, seal, trial balance; the rest stands in files beside this one."""

import csv
import io
import json
from datetime import date, datetime

import click
from flask.cli import AppGroup

from grantengine.ledger import audit, past, queries, seals
from grantengine.ledger.entries import entry_id
from grantengine.ledger.queries import TrialLine
from grantengine.web.commands.dates import DATE, KNOWN_ON, day_of, end_of, today
from grantengine.web.commands.ledger_books import general_ledger, statement
from grantengine.web.commands.ledger_closing import (
    close_account,
    close_year,
    list_periods,
    move_period,
    reopen_account,
)
from grantengine.web.commands.ledger_files import export_ledger, import_ledger
from grantengine.web.commands.tables import euros, table
from grantengine.web.runtime import runtime


@click.group("ledger", cls=AppGroup)
def group() -> None:
    """Check, sum up and export the ledger."""


for _command in (
    statement,
    general_ledger,
    export_ledger,
    import_ledger,
    close_year,
    close_account,
    reopen_account,
    list_periods,
    move_period,
):
    group.add_command(_command)


@group.command("verify")
def verify() -> None:
    """Recompute everything; exit 1 and name what is off."""
    with runtime().database.reading() as session:
        report = audit.verify(session)
    for finding in report.findings:
        click.echo(
            f"{finding.check} of {finding.where}: expected {finding.expected}, found {finding.found}"
        )
    state = "clean" if report.is_clean else f"{len(report.findings)} findings"
    click.echo(f"{report.entries} entries, {report.accounts} accounts: {state}")
    if report.root:
        click.echo(f"{report.sealed} of them sealed, root {report.root}")
    if not report.is_clean:
        raise click.exceptions.Exit(1)


@group.command("seal")
def seal() -> None:
    """Seal what was posted since the last seal, add it up by day; print the roots to publish."""
    database, clock = runtime().database, runtime().clock
    while True:
        made = database.run(lambda session: seals.seal(session, now=clock.now()))
        if made is None:
            past.add_up_all(database, now=clock.now())
            return
        first, last = entry_id(made.first_entry), entry_id(made.last_entry)
        click.echo(f"{made.number} {first} {last} {made.rows} {made.root.hex()}")


@group.command("trial-balance")
@click.option("--on", type=DATE, metavar="DATE", help="Entries effective up to this date.")
@KNOWN_ON
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text")
def trial_balance(on: datetime | None, known_on: datetime | None, form: str) -> None:
    """Print debits, credits and balance of every account."""
    day, known_at = day_of(on), end_of(day_of(known_on))
    with runtime().database.reading() as session:
        lines = queries.trial_balance(session, on=day, known_at=known_at)
    write = {"text": _as_text, "csv": _as_csv, "json": _as_json}[form]
    click.echo(write(lines, day or today()))


def _as_text(lines: list[TrialLine], _day: date) -> str:
    debit, credit = _totals(lines)
    return table(
        ["account", "debit", "credit", "balance"],
        [
            [line.account, *map(euros, (line.debit_cents, line.credit_cents, line.balance_cents))]
            for line in lines
        ],
        foot=["total", euros(debit), euros(credit), euros(debit - credit)],
    )


def _as_csv(lines: list[TrialLine], _day: date) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["account", "debit_cents", "credit_cents", "balance_cents"])
    writer.writerows(
        [line.account, line.debit_cents, line.credit_cents, line.balance_cents] for line in lines
    )
    return buffer.getvalue().rstrip("\n")


def _as_json(lines: list[TrialLine], day: date) -> str:
    debit, credit = _totals(lines)
    accounts = [
        {
            "account": line.account,
            "debit_cents": line.debit_cents,
            "credit_cents": line.credit_cents,
            "balance_cents": line.balance_cents,
        }
        for line in lines
    ]
    return json.dumps(
        {
            "on": day.isoformat(),
            "accounts": accounts,
            "total_debit_cents": debit,
            "total_credit_cents": credit,
        },
        indent=2,
    )


def _totals(lines: list[TrialLine]) -> tuple[int, int]:
    return sum(line.debit_cents for line in lines), sum(line.credit_cents for line in lines)
