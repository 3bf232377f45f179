"""`grantengine decisions`: the documents of signed decisions."""

import sys

import click
from flask.cli import AppGroup

from grantengine.reviews import issuing
from grantengine.web.runtime import runtime


@click.group("decisions", cls=AppGroup)
def group() -> None:
    """Make the documents of signed decisions."""


@group.command("issue")
@click.option(
    "--processes", type=click.IntRange(min=1), help="How many work; all cores if left out."
)
def issue(processes: int | None) -> None:
    """Render, sign and keep every PDF that is still to be made.

    The tasks do it by themselves; this does all at once. It can be stopped and begun again: what
    is kept is not made twice.
    """
    # WeasyPrint and what signs take a while to load.
    from grantengine.web.documents.sealing import seal_all

    with runtime().database.reading() as session:
        waiting = len(issuing.decisions_to_issue(session))
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=waiting, file=sys.stderr, hidden=hidden) as bar:
        made = seal_all(
            runtime().database, runtime().settings, processes=processes, progress=bar.update
        )
    click.echo(f"{made} documents made, signed and kept.")
