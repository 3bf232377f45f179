"""`grantengine payments`: give a batch's bank file, take a bank's statement."""

from pathlib import Path

import click
from flask.cli import AppGroup

from grantengine.disbursements import queries, statements
from grantengine.web.commands.files import FORCE, OUTPUT, write_file
from grantengine.web.i18n import _
from grantengine.web.labels.disbursements import statement_summary
from grantengine.web.runtime import runtime, transaction


@click.group("payments", cls=AppGroup)
def group() -> None:
    """Write bank files and read bank statements."""


@group.command("export")
@click.argument("batch")
@click.option("-o", "output", type=OUTPUT, required=True, metavar="FILE", help="Where to write.")
@FORCE
def export(batch: str, output: Path, force: bool) -> None:
    """Write the bank file (pain.001.001.09) of a released BATCH, named by its key or id."""
    with runtime().database.reading() as session:
        found, content = queries.bank_file(session, batch)
    write_file(output, content, force=force)
    click.echo(f"{output}: {found.key}, SHA-256 {found.file_sha256}")


@group.command("import-statement")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def import_statement(file: Path) -> None:
    """Read a bank statement (camt.053) and mark what it shows as paid or returned.

    The same FILE again does nothing.
    """
    limit = runtime().settings.statement_size_max_bytes
    with file.open("rb") as source:
        content = source.read(limit + 1)
    incoming = statements.read_incoming(content, file_name=file.name, max_bytes=limit)
    now = runtime().clock.now()
    with transaction() as session:
        imported = statements.import_statement(session, incoming, officer_id=None, now=now)
        said = statement_summary(imported.statement)
    if not imported.is_new:
        said = _("This very file was imported before. Nothing was done a second time.")
    click.echo(f"{file.name}: {said}")
