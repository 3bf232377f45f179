"""`grantengine recompute`: what the engine reckons, reckoned again from a file, without a database.

Each subcommand is in a file of its own and is only read when it is asked for: some of them
bring heavy libraries.
"""

from importlib import import_module

import click

# Name of the subcommand -> module that holds it as `command`.
SUBCOMMANDS = {
    "assignment": "grantengine.web.commands.recompute_assignment",
    "draw": "grantengine.web.commands.recompute_draw",
    "match": "grantengine.web.commands.recompute_match",
    "ranking": "grantengine.web.commands.recompute_ranking",
}


class LazyGroup(click.Group):
    """A group that imports a subcommand when it is called for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every subcommand, without reading it."""
        return sorted(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Read a subcommand."""
        if cmd_name not in SUBCOMMANDS:
            return None
        command = import_module(SUBCOMMANDS[cmd_name]).command
        assert isinstance(command, click.Command)
        return command


@click.group("recompute", cls=LazyGroup)
def group() -> None:
    """Reckon again from a FILE what the engine reckons: the same functions, no database."""
