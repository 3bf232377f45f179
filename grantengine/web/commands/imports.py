"""`grantengine import`: take applications or pledges from a file."""

import click
from flask.cli import AppGroup

from grantengine.web.commands.import_applications import import_applications
from grantengine.web.commands.import_pledges import import_pledges


@click.group("import", cls=AppGroup)
def group() -> None:
    """Take applications or pledges from a file through the same rules as the pages."""


group.add_command(import_applications)
group.add_command(import_pledges)
