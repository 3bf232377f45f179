"""`grantengine report`: the disbursement report and the budget."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from grantengine.clock import HELSINKI
from grantengine.disbursements import reporting
from grantengine.money import Money, decimal_string
from grantengine.programme import queries as programme
from grantengine.programme.chart import Stage
from grantengine.programme.queries import Budget
from grantengine.web.commands.files import FORCE, OUTPUT, write_file
from grantengine.web.documents.disbursement_report import MEDIA_TYPES, setting_of, write_report
from grantengine.web.runtime import runtime

DATE = click.DateTime(["%Y-%m-%d"])
Row = tuple[str, list[Money]]


@click.group("report", cls=AppGroup)
def group() -> None:
    """Report what was paid, and where the appropriation stands."""


@group.command("disbursements")
@click.option("--from", "from_at", type=DATE, required=True, metavar="DATE", help="First day.")
@click.option("--to", "to_at", type=DATE, required=True, metavar="DATE", help="Last day.")
@click.option("--format", "form", type=click.Choice(list(MEDIA_TYPES)), required=True)
@click.option("-o", "output", type=OUTPUT, metavar="FILE", help="Where to write; else print.")
@FORCE
def disbursements(
    from_at: datetime, to_at: datetime, form: str, output: Path | None, force: bool
) -> None:
    """List each payment between two days with its source, accounts, verifier and approver.

    Exits with 1 when payments and ledger do not agree to the cent.
    """
    if to_at < from_at:
        raise click.BadParameter("the last day comes before the first", param_hint="--to")
    with runtime().database.reading() as session:
        report = reporting.disbursement_report(session, from_on=from_at.date(), to_on=to_at.date())
        setting = setting_of(programme.current_programme(session), made_on=_today())
    content = write_report(report, form, setting)
    if output is None:
        click.echo(content, nl=False)
    else:
        write_file(output, content, force=force)
    if not report.agrees:
        raise click.ClickException("the payments differ from the ledger; run: ledger verify")


@group.command("budget")
@click.option("--on", "on_at", type=DATE, metavar="DATE", help="As of this day; now if left out.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text")
def budget(on_at: datetime | None, form: str) -> None:
    """Show the appropriation by envelope: available, reserved, committed, in payment, paid."""
    day = on_at.date() if on_at else None
    with runtime().database.reading() as session:
        found = programme.budget(session, on=day)
    click.echo(_BUDGET_FORMS[form](found, day or _today()))


def _today() -> date:
    return runtime().clock.now().astimezone(HELSINKI).date()


def _rows(found: Budget) -> list[Row]:
    return [
        (each.envelope.code, [each.allotted, *(each.stages[stage] for stage in Stage)])
        for each in found.envelopes
    ]


def _as_text(found: Budget, day: date) -> str:
    header = ["envelope", "allotted", *Stage]
    body = [[code, *map(decimal_string, amounts)] for code, amounts in _rows(found)]
    totals = [found.appropriated - found.unallotted, *map(found.stage_total, Stage)]
    body.append(["in all", *map(decimal_string, totals)])
    widths = [max(len(row[at]) for row in [header, *body]) for at in range(len(header))]
    lines = [
        "  ".join(
            text.ljust(width) if at == 0 else text.rjust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in [header, *body]
    ]
    head = f"{day}: {found.appropriated} appropriated, {found.unallotted} not yet allotted"
    return "\n".join([head, *lines])


def _as_csv(found: Budget, _day: date) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["envelope", "allotted_cents", *(f"{stage}_cents" for stage in Stage)])
    for code, amounts in _rows(found):
        writer.writerow([code, *(amount.cents for amount in amounts)])
    return buffer.getvalue().rstrip("\n")


def _as_json(found: Budget, day: date) -> str:
    envelopes = [
        {
            "envelope": each.envelope.code,
            "names": each.envelope.names,
            "allotted_cents": each.allotted.cents,
            **{f"{stage}_cents": each.stages[stage].cents for stage in Stage},
        }
        for each in found.envelopes
    ]
    content = {
        "on": day.isoformat(),
        "currency": found.appropriated.currency,
        "appropriated_cents": found.appropriated.cents,
        "unallotted_cents": found.unallotted.cents,
        "envelopes": envelopes,
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


_BUDGET_FORMS: dict[str, Callable[[Budget, date], str]] = {
    "text": _as_text,
    "csv": _as_csv,
    "json": _as_json,
}
