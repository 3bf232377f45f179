"""The command `grantengine`, also `python -m grantengine`."""

import gc


def main() -> None:
    """Load everything without looking for garbage, of which there is none, and run a command.

    It saves a fifth of the start.
    """
    gc.disable()
    from grantengine.web.commands.main import main as run

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
