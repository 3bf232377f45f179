"""`grantengine bench`: the figures of docs/benchmarks.md, measured here and now."""

import click
from flask.cli import AppGroup


@click.group("bench", cls=AppGroup)
def group() -> None:
    """Measure what docs/benchmarks.md states."""
