"""The command `grantengine`, also `python -m grantengine`."""

from grantengine.importing import without_collecting


def main() -> None:
    """Run a command."""
    with without_collecting():
        from grantengine.web.commands.main import main as run
    run()


if __name__ == "__main__":
    main()
