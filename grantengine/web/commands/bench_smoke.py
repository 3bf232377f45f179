"""`grantengine bench smoke`: starts, a replay of real orders, and the page of a campaign."""

import dataclasses
import json
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from grantengine.web.application import create_app
from grantengine.web.benchmarks import smoke
from grantengine.web.benchmarks.smoke import Figure
from grantengine.web.commands.orders_file import Orders, read_orders

# A campaign of the demonstration with pledges, match and a learning link.
_SLUG = "oppna-data-i-regionutvecklingen"


@click.command("smoke")
@click.argument("orders", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--database", "postgresql_url", help="An empty PostgreSQL database to replay on too.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write JSON here.")
def command(orders: Path, postgresql_url: str | None, json_file: Path | None) -> None:
    """Start, replay the ORDERS (CSV of Open Collective), and ask for a campaign's page."""
    read = read_orders(orders)
    figures = []
    for figure in _figures(read, postgresql_url):
        click.echo(f"{figure.name:<24} {figure.value:>9.1f} {figure.unit:<10} {figure.how}")
        figures.append(dataclasses.asdict(figure))
    if json_file is not None:
        told = {"machine": platform.platform(), "figures": figures}
        json_file.write_text(json.dumps(told, indent=2), encoding="utf-8")


def _figures(orders: Orders, postgresql_url: str | None) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="grantengine-bench-") as name:
        settings = smoke.settings_in(Path(name))
        application = create_app(settings)
        yield smoke.tell_story(application)
        yield smoke.second_start(settings)
        yield smoke.campaign_page(settings, _SLUG)
        yield smoke.replay(application, orders)
        if postgresql_url is not None:
            served = create_app(smoke.settings_in(Path(name), postgresql_url))
            yield smoke.tell_story(served)
            yield smoke.replay(served, orders)
