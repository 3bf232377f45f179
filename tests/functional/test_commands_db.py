"""The commands that bring a database up to date and tell whether it is."""

import sys

import pytest
import sqlalchemy as sa

from grantengine import migrate
from grantengine.db import Database
from grantengine.migrate import DatabaseNewerError, DatabaseOlderError
from grantengine.settings import load_settings
from grantengine.web.application import create_app
from grantengine.web.commands import database as commands
from tests.support.roles import a_role, connected_as


@pytest.fixture
def run(app):
    """Run a command of the group against the application's own database."""

    def command(*arguments):
        return app.test_cli_runner().invoke(commands.group, arguments)

    return command


@pytest.fixture
def checked(tmp_path):
    """Check a database by the command, connected as that database is."""

    def command(database):
        url = database.engine.url.render_as_string(hide_password=False)
        app = create_app(load_settings("test", environ={}, database_url=url, var_path=tmp_path))
        result = app.test_cli_runner().invoke(commands.group, ["check"])
        app.extensions["grantengine"].database.dispose()
        return result

    return command


def test_check_lets_a_database_pass_that_is_as_expected(run, app_database):
    result = run("check")

    assert result.exit_code == 0
    assert result.output == f"database at {migrate.current_revision(app_database)}, as expected\n"


def test_check_warns_of_a_role_that_could_go_round_the_guards(checked, postgresql_database):
    result = checked(postgresql_database)

    assert result.exit_code == 0
    assert result.stdout.endswith(", as expected\n")
    assert result.stderr == (
        "grantengine: warning: this role can go round the ledger's guards: it is a superuser;"
        ' see docs/ledger.md, "As whom to connect"\n'
    )


def test_check_is_content_with_the_role_of_the_documentation(checked, postgresql_database):
    owner = postgresql_database
    with a_role(owner, documented=True) as role, connected_as(owner, role) as application:
        result = checked(application)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith(", as expected\n")


def test_check_refuses_a_database_that_waits_for_migrations(run, app_database):
    migrate.downgrade(app_database, "-1")

    result = run("check")

    assert result.exit_code != 0
    assert isinstance(result.exception, DatabaseOlderError)


def test_upgrade_brings_it_up_to_date_and_again_changes_nothing(run, app_database):
    head = migrate.current_revision(app_database)
    migrate.downgrade(app_database, "-2")

    first, second = run("upgrade"), run("upgrade")

    assert first.output == f"database at {head}\n"
    assert second.output == f"database at {head} already\n"
    assert run("check").exit_code == 0


def test_upgrade_makes_a_database_where_there_was_none(tmp_path):
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    app = create_app(load_settings("test", environ={}, database_url=url, var_path=tmp_path))

    result = app.test_cli_runner().invoke(commands.group, ["upgrade"])

    assert result.exit_code == 0
    database = Database(url)
    migrate.check(database)
    database.dispose()
    app.extensions["grantengine"].database.dispose()


@pytest.mark.parametrize("command", ["upgrade", "check"])
def test_a_database_of_a_later_version_is_left_alone(run, app_database, command):
    with app_database.transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = 'from-the-future'"))

    result = run(command)

    assert isinstance(result.exception, DatabaseNewerError)
    assert migrate.current_revision(app_database) == "from-the-future"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en_GB.UTF-8",
            "grantengine: The database waits for migrations. Run: grantengine db upgrade\n",
        ),
        ("fi_FI.UTF-8", "grantengine db upgrade"),
    ],
)
def test_the_console_script_says_in_one_line_what_to_do(
    app_database, settings, monkeypatch, capsys, language, sentence
):
    from grantengine.web.commands.main import main

    migrate.downgrade(app_database, "-1")
    monkeypatch.setenv("GRANTENGINE_ENVIRONMENT", "test")
    monkeypatch.setenv("GRANTENGINE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("LANG", language)
    monkeypatch.setattr(sys, "argv", ["grantengine", "db", "check"])

    with pytest.raises(SystemExit) as ended:
        main()

    complaint = capsys.readouterr().err
    assert ended.value.code == 1
    assert sentence in complaint
    assert complaint.count("\n") == 1
