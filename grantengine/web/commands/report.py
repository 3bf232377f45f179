"""`grantengine report`: the disbursement report and the budget."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from grantengine.disbursements import reporting
from grantengine.programme import queries as programme
from grantengine.web.commands.dates import DATE, today
from grantengine.web.commands.files import FORCE, OUTPUT, write_file
from grantengine.web.commands.report_budget import budget
from grantengine.web.documents.disbursement_report import MEDIA_TYPES, setting_of, write_report
from grantengine.web.runtime import runtime


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
        setting = setting_of(programme.current_programme(session), made_on=today())
    content = write_report(report, form, setting)
    if output is None:
        click.echo(content, nl=False)
    else:
        write_file(output, content, force=force)
    if not report.agrees:
        raise click.ClickException("the payments differ from the ledger; run: ledger verify")


group.add_command(budget)
