"""`grantengine recompute`: what the engine reckons, reckoned again from a file, without a database."""

import click

from grantengine.web.commands.lazy_group import LazyGroup

MODULES = {
    "assignment": "grantengine.web.commands.recompute_assignment",
    "draw": "grantengine.web.commands.recompute_draw",
    "match": "grantengine.web.commands.recompute_match",
    "ranking": "grantengine.web.commands.recompute_ranking",
}


@click.group("recompute", cls=LazyGroup, modules=MODULES)
def group() -> None:
    """Reckon again from a FILE what the engine reckons: the same functions, no database."""
