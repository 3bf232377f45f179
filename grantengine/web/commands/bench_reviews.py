"""`grantengine bench reviews`: assignment and ranking beside other solvers."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from grantengine.web.benchmarks.reviews import Figure


@click.command("reviews")
@click.option("--json", "output", type=click.File("w"), metavar="FILE", help="Also write JSON.")
@click.option("--panel", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER")
@click.option("--repetitions", default=5, show_default=True, help="How many runs of each.")
def command(output: TextIO | None, panel: Path | None, repetitions: int) -> None:
    """Measure assignment and ranking on made-up calls of 1,000 applications.

    FOLDER holds the published panel of ERforResearch, panel1.csv and expected.json; without it
    that comparison is left out.
    """
    # Numerical libraries take a while to load.
    from grantengine.web.benchmarks import reviews as benchmark

    parts: list[Callable[[], Iterator[Figure]]] = [
        lambda: benchmark.assignment_figures(repetitions),
        lambda: benchmark.simplex_figures(repetitions),
        lambda: benchmark.floor_figures(repetitions),
        lambda: benchmark.ranking_figures(repetitions),
    ]
    if panel is not None:
        parts.append(lambda: benchmark.panel_figures(panel))
    click.echo(f"{'figure':<40} {'measured':>10} {'target':>16}")
    told: list[Figure] = []
    for part in parts:
        try:
            for figure in part():
                click.echo(_row(figure))
                told.append(figure)
        except ModuleNotFoundError as error:
            click.echo(f"left out: {error.name} is not installed; it comes with the tests")
    if panel is None:
        click.echo("left out: the published panel; give its folder with --panel")
    if output is not None:
        json.dump([dataclasses.asdict(figure) for figure in told], output, indent=2)


def _row(figure: "Figure") -> str:
    met = "" if not figure.target else ("met" if figure.is_met else "NOT MET")
    return f"{figure.name:<40} {figure.value:>10} {figure.target:>16} {met}".rstrip()
