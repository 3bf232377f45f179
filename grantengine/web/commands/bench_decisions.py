"""`grantengine bench decisions`: a batch of signed PDFs beside bare WeasyPrint."""

import dataclasses
import json
import sys
from typing import TextIO

import click


@click.command("decisions")
@click.option("--json", "output", type=click.File("w"), metavar="FILE", help="Also write JSON.")
@click.option("--decisions", default=105, show_default=True, help="How many in a batch.")
@click.option("--processes", default=2, show_default=True, help="How many work at once.")
@click.option("--repetitions", default=5, show_default=True, help="How many runs of each.")
def command(output: TextIO | None, decisions: int, processes: int, repetitions: int) -> None:
    """Render, sign and keep decisions of two or more pages, and only render the same HTML."""
    # WeasyPrint takes a while to load.
    from grantengine.web.benchmarks.decisions import figures

    length = 2 * repetitions * decisions
    is_watched = sys.stderr.isatty()
    with click.progressbar(length=length, file=sys.stderr, hidden=not is_watched) as bar:
        found = list(
            figures(
                decisions=decisions,
                processes=processes,
                repetitions=repetitions,
                progress=bar.update,
            )
        )
    click.echo(f"{'figure':<40} {'measured':>10} {'target':>10}")
    for figure in found:
        met = "" if not figure.target else ("met" if figure.is_met else "NOT MET")
        click.echo(f"{figure.name:<40} {figure.value:>10} {figure.target:>10} {met}".rstrip())
    if output is not None:
        json.dump([dataclasses.asdict(figure) for figure in found], output, indent=2)
