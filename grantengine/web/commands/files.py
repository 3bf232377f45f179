"""Files that commands write: never over another one unless asked to."""

from pathlib import Path

import click

OUTPUT = click.Path(path_type=Path, dir_okay=False)
FORCE = click.option("--force", is_flag=True, help="Write over a file that is there already.")


def write_file(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file.

    Raises:
        click.ClickException: there is a file of that name and `force` is not given.
    """
    try:
        with path.open("wb" if force else "xb") as target:
            target.write(content)
    except FileExistsError:
        message = f"{path} is there already; --force writes over it."
        raise click.ClickException(message) from None
