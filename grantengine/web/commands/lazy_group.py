"""A group of commands that reads each of them when it is asked for: some bring heavy libraries."""

from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose commands are in modules of their own, each named `command` there."""

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
        command = import_module(self._modules[cmd_name]).command
        assert isinstance(command, click.Command)
        return command
