"""A group of commands that reads each of them when it is asked for: some bring heavy libraries."""

from importlib import import_module
from typing import Any

import click

from grantengine.importing import without_collecting


class LazyGroup(click.Group):
    """A group whose commands are in modules of their own: `module:name`, or `command` there."""

    def __init__(self, *args: Any, modules: dict[str, str], **settings: Any) -> None:
        """Keep which command is in which module; none is read."""
        super().__init__(*args, **settings)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, without reading it."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Read a command."""
        if cmd_name not in self._modules:
            return None
        module, _, name = self._modules[cmd_name].partition(":")
        with without_collecting():
            command = getattr(import_module(module), name or "command")
        assert isinstance(command, click.Command)
        return command
