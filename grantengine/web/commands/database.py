"""`grantengine db`: bring the database up to date, or tell whether it is."""

import click
from flask.cli import AppGroup

from grantengine import migrate
from grantengine.web.runtime import runtime


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
    """Exit 1 unless the database has exactly the shape that this code expects."""
    migrate.check(runtime().database)
    click.echo(f"database at {migrate.current_revision(runtime().database)}, as expected")
