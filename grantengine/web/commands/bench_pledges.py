"""`grantengine bench pledges`: pledges beside bare SQL, over HTTP, and a large campaign's end."""

import dataclasses
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click
import sqlalchemy as sa

from grantengine.web.benchmarks.pledges import figures
from grantengine.web.benchmarks.pledges.figures import PARTS
from grantengine.web.commands import figure_table


@click.command("pledges")
@click.option("--database", "url", required=True, metavar="URL", help="PostgreSQL, an empty one.")
@click.option("--only", "parts", type=click.Choice(PARTS), multiple=True, help="Only this part.")
@click.option("--json", "output", type=click.File("w"), metavar="FILE", help="Also write JSON.")
@click.option("--seconds", default=2.0, show_default=True, help="How long each run takes.")
@click.option("--repetitions", default=5, show_default=True, help="How many runs of each.")
@click.option("--pledges", default=10_000, show_default=True, help="How many are settled.")
def command(
    *,
    url: str,
    parts: tuple[str, ...],
    output: TextIO | None,
    seconds: float,
    repetitions: int,
    pledges: int,
) -> None:
    """Measure matched pledges, in turn with what they are held against, and a settlement."""
    if sa.make_url(url).get_backend_name() != "postgresql":
        raise click.UsageError("pledges are measured on PostgreSQL")
    told = []
    click.echo(figure_table.header("clients"))
    with tempfile.TemporaryDirectory(prefix="grantengine-bench-") as folder, _bar(pledges) as tell:
        try:
            for figure in figures.figures(
                url,
                parts or PARTS,
                folder=Path(folder),
                seconds=seconds,
                repetitions=repetitions,
                pledges=pledges,
                tell=tell,
            ):
                click.echo(figure_table.row(figure))
                told.append(dataclasses.asdict(figure) | {"is_met": figure.is_met})
        except ValueError as error:
            raise click.UsageError(str(error)) from None
    if output is not None:
        json.dump(told, output, indent=2)


@contextmanager
def _bar(length: int) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    with click.progressbar(length=length, label="Settling", file=sys.stderr) as bar:
        yield bar.update
