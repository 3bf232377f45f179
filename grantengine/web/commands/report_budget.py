"""`grantengine report budget`: the appropriation by envelope, on any day, as known on any day."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import click
from flask.cli import with_appcontext

from grantengine.errors import NotFoundError
from grantengine.money import Money
from grantengine.programme import queries as programme
from grantengine.programme.chart import Stage
from grantengine.programme.queries import Budget, EnvelopeBudget
from grantengine.web.commands.dates import DATE, KNOWN_ON, day_of, end_of, today
from grantengine.web.commands.tables import euros, table
from grantengine.web.runtime import runtime

# The way that money takes, and at the end what may still go it.
_WAY = (*(stage for stage in Stage if stage is not Stage.AVAILABLE), Stage.AVAILABLE)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A budget with the day that it tells of, and the day on which that was known."""

    budget: Budget
    on: date
    known_on: date | None


@click.command("budget")
@click.option("--on", "on_at", type=DATE, metavar="DATE", help="As of this day; now if left out.")
@KNOWN_ON
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text")
@with_appcontext
def budget(on_at: datetime | None, known_on: datetime | None, form: str) -> None:
    """Show the appropriation by envelope: what is allotted, and how far it has come.

    An entry counts from the day on which it takes effect; with --known-on only what had been
    booked by the end of that day is counted.
    """
    day, known = day_of(on_at), day_of(known_on)
    with runtime().database.reading() as session:
        try:
            found = programme.budget(session, on=day, known_at=end_of(known))
        except NotFoundError:
            raise click.ClickException("no programme has been started here") from None
    click.echo(_FORMS[form](_Sheet(found, day or today(), known)))


def _as_text(sheet: _Sheet) -> str:
    found = sheet.budget
    known = f", as known on {sheet.known_on}" if sheet.known_on else ""
    totals = [found.appropriated - found.unallotted, *map(found.stage_total, _WAY)]
    rows = [_row(each) for each in found.envelopes]
    above = [("appropriated", found.appropriated), ("not allotted", found.unallotted)]
    lines = [f"{name:<12}  {euros(amount.cents):>14} EUR" for name, amount in above]
    header = ["envelope", "allotted", *(stage.replace("_", " ") for stage in _WAY)]
    below = table(header, rows, foot=["in all", *_written(totals)])
    beside = ["", _beside(found.funded)] if found.funded else []
    return "\n".join([f"Budget on {sheet.on}{known}", "", *lines, "", below, *beside])


def _beside(funded: list[EnvelopeBudget]) -> str:
    """Show the envelopes of other funders, which are no part of the appropriation."""
    header = ["of other funders", "came in", *(stage.replace("_", " ") for stage in _WAY)]
    return table(header, [_row(each) for each in funded])


def _row(each: EnvelopeBudget) -> list[str]:
    amounts = [each.allotted, *(each.stages[stage] for stage in _WAY)]
    return [each.envelope.code, *_written(amounts)]


def _written(amounts: list[Money]) -> list[str]:
    return [euros(amount.cents) for amount in amounts]


def _as_csv(sheet: _Sheet) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["envelope", "allotted_cents", *(f"{stage}_cents" for stage in Stage)])
    for each in (*sheet.budget.envelopes, *sheet.budget.funded):
        amounts = [each.allotted, *(each.stages[stage] for stage in Stage)]
        writer.writerow([each.envelope.code, *(amount.cents for amount in amounts)])
    return buffer.getvalue().rstrip("\n")


def _as_json(sheet: _Sheet) -> str:
    found = sheet.budget
    content = {
        "on": sheet.on.isoformat(),
        "known_on": sheet.known_on.isoformat() if sheet.known_on else None,
        "currency": found.appropriated.currency,
        "appropriated_cents": found.appropriated.cents,
        "unallotted_cents": found.unallotted.cents,
        "envelopes": [_plain(each) for each in found.envelopes],
        "funded_envelopes": [
            {**_plain(each), "funder": each.envelope.funder.name}
            for each in found.funded
            if each.envelope.funder
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _plain(each: EnvelopeBudget) -> dict[str, Any]:
    return {
        "envelope": each.envelope.code,
        "names": each.envelope.names,
        "allotted_cents": each.allotted.cents,
        **{f"{stage}_cents": each.stages[stage].cents for stage in Stage},
    }


_FORMS: dict[str, Callable[[_Sheet], str]] = {
    "text": _as_text,
    "csv": _as_csv,
    "json": _as_json,
}
