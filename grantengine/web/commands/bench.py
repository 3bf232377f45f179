"""`grantengine bench`: the figures of docs/benchmarks.md, measured here and now."""

import click

from grantengine.web.commands.lazy_group import LazyGroup

MODULES = {
    "decisions": "grantengine.web.commands.bench_decisions",
    "ledger": "grantengine.web.commands.bench_ledger",
    "ledger-peers": "grantengine.web.commands.bench_peers",
    "matching": "grantengine.web.commands.bench_matching",
    "pledges": "grantengine.web.commands.bench_pledges",
    "reviews": "grantengine.web.commands.bench_reviews",
    "smoke": "grantengine.web.commands.bench_smoke",
}


@click.group("bench", cls=LazyGroup, modules=MODULES)
def group() -> None:
    """Measure what docs/benchmarks.md states."""
