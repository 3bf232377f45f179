"""`grantengine db`: bring the database up to date, or tell whether it is."""

import click
from flask.cli import AppGroup

from grantengine import migrate
from grantengine.ledger.guards import WayRound, ways_round
from grantengine.web.runtime import runtime

_IN_WORDS = {
    WayRound.SUPERUSER: "is a superuser",
    WayRound.OWNER: "owns the ledger",
    WayRound.CREATE: "may create tables",
    WayRound.TEMPORARY: "may create temporary tables",
}


@click.group("db", cls=AppGroup)
def group() -> None:
    """Upgrade or check the database."""


@group.command("upgrade")
def upgrade() -> None:
    """Run the migrations that are waiting."""
    database = runtime().database
    before = migrate.current_revision(database)
    migrate.upgrade(database)
    after = migrate.current_revision(database)
    click.echo(f"database at {after}" + (" already" if before == after else ""))


@group.command("check")
def check() -> None:
    """Exit 1 unless the database has exactly the shape that this code expects.

    Warns when the role that connects could go round what keeps the ledger as it was.
    """
    database = runtime().database
    migrate.check(database)
    click.echo(f"database at {migrate.current_revision(database)}, as expected")
    with database.reading() as session:
        ways = [_IN_WORDS[way] for way in ways_round(session)]
    if ways:
        click.echo(
            f"grantengine: warning: this role can go round the ledger's guards: it {', '.join(ways)};"
            ' see docs/ledger.md, "As whom to connect"',
            err=True,
        )
