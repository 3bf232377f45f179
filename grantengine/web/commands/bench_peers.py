"""`grantengine bench ledger-peers`: postings a second beside other ledgers, on a server of yours."""

import json
from pathlib import Path
from statistics import median
from typing import TextIO

import click

from grantengine.web.benchmarks.peers import racing
from grantengine.web.benchmarks.peers.racing import OURS, Result

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_HORDAK = "The Python of an environment with django-hordak and psycopg."
_PGLEDGER = "A file that installs pgledger; several in their order."


@click.command("ledger-peers")
@click.option("--database", "url", required=True, metavar="URL", help="A PostgreSQL server.")
@click.option("--hordak-python", type=_FILE, metavar="PATH", help=_HORDAK)
@click.option("--pgledger-sql", type=_FILE, multiple=True, metavar="FILE", help=_PGLEDGER)
@click.option("--json", "output", type=click.File("w"), metavar="FILE", help="Also write JSON.")
@click.option("--seconds", default=2.0, show_default=True, help="How long each run takes.")
@click.option("--repetitions", default=5, show_default=True, help="How many runs of each.")
def command(
    *,
    url: str,
    hordak_python: Path | None,
    pgledger_sql: tuple[Path, ...],
    output: TextIO | None,
    seconds: float,
    repetitions: int,
) -> None:
    """Race the ledger against others, each in a database of its own that is dropped afterwards."""
    results = []
    with racing.racers(
        url,
        seconds=seconds,
        hordak_python=None if hordak_python is None else str(hordak_python),
        pgledger_sql=pgledger_sql,
    ) as racers:
        click.echo(_row("ledger", "processes", "postings/s", *(f"{ours} is" for ours in OURS)))
        for processes in (1, 8):
            results.append(racing.race(racers, processes=processes, repetitions=repetitions))
            for line in _lines(results[-1]):
                click.echo(line)
    if output is not None:
        json.dump([_as_json(result) for result in results], output, indent=2)


def _lines(result: Result) -> list[str]:
    return [
        _row(
            name,
            result.processes,
            f"{median(rates):.0f}",
            *(f"{result.ratio(ours, name):.2f} times" for ours in OURS),
        )
        for name, rates in result.rates.items()
    ]


def _row(*cells: object) -> str:
    name, processes, rate, *ratios = (str(cell) for cell in cells)
    return f"{name:<14} {processes:>9} {rate:>10}" + "".join(f" {each:>15}" for each in ratios)


def _as_json(result: Result) -> dict[str, object]:
    ratios = {
        f"{ours} / {name}": round(result.ratio(ours, name), 3)
        for ours in OURS
        for name in result.rates
        if name != ours
    }
    rates = {name: [round(each) for each in many] for name, many in result.rates.items()}
    return {"processes": result.processes, "postings_per_s": rates, "ratios": ratios}
