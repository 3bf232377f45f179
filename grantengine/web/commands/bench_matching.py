"""`grantengine bench matching`: how long the close of a round of 100,000 pledges takes."""

import dataclasses
import json
from statistics import median
from typing import TextIO

import click

from grantengine.web.benchmarks import matching as benchmark
from grantengine.web.benchmarks.matching import Times


@click.command("matching")
@click.option("--json", "output", type=click.File("w"), metavar="FILE", help="Also write JSON.")
@click.option("--repetitions", default=5, show_default=True, help="How many runs of each.")
def command(output: TextIO | None, repetitions: int) -> None:
    """Close a round of 100,000 pledges over 500 campaigns, under each rule."""
    entrants, pledges = benchmark.a_large_round()
    click.echo(
        f"{'rule':<10} {'gather ms':>9} {'reckon ms':>9} {'together':>8} {'target':>7}"
        f" {'every cent':>10} {'any order':>9}"
    )
    results = []
    for name in benchmark.RULES:
        times = benchmark.measure(name, entrants, pledges, repetitions=repetitions)
        click.echo(_row(times))
        results.append(times)
    if output is not None:
        told = [dataclasses.asdict(times) | {"median_ms": times.median_ms} for times in results]
        json.dump(told, output, indent=2)


def _row(times: Times) -> str:
    gathering, reckoning = median(times.gathering_ms), median(times.reckoning_ms)
    return (
        f"{times.rule:<10} {gathering:>9.1f} {reckoning:>9.1f} {times.median_ms:>8.1f}"
        f" {times.target_ms:>7.0f} {_yes(times.is_exact):>10}"
        f" {_yes(times.is_independent_of_order):>9}"
    )


def _yes(holds: bool) -> str:
    return "yes" if holds else "NO"
