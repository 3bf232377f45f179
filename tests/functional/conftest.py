"""What tests of pages and commands may ask for."""

import sys

import pytest


@pytest.fixture
def grantengine(app, settings, monkeypatch, capsys):
    """Run the console script itself; gives its exit status, output and complaint."""
    from grantengine.web.commands.main import main

    def command(*arguments):
        monkeypatch.setenv("GRANTENGINE_ENVIRONMENT", "test")
        monkeypatch.setenv("GRANTENGINE_DATABASE_URL", settings.database_url)
        monkeypatch.setenv("LANG", "en_GB.UTF-8")
        monkeypatch.setattr(sys, "argv", ["grantengine", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return ended.value.code, captured.out, captured.err

    return command
