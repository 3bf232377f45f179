"""What `grantengine demo` refuses, each in one line that says what to do, and what it deletes."""

import os
import socket
import sqlite3
import sys

import pytest

from grantengine import migrate
from grantengine.db import Database
from tests.support.demonstration import a_runtime
from tests.support.programme import NOON, a_plan


@pytest.fixture
def demo(monkeypatch, capsys, tmp_path):
    """Run the console script to its refusal and give what it says; it never gets to serving."""
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("GRANTENGINE_VAR_PATH", str(tmp_path))
    monkeypatch.setenv("GRANTENGINE_DATABASE_URL", f"sqlite:///{tmp_path / 'demo.sqlite'}")

    def run(*arguments, status=1):
        from grantengine.web.commands.main import main

        monkeypatch.setattr(sys, "argv", ["grantengine", "demo", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        complaint = capsys.readouterr().err
        assert ended.value.code == status, complaint
        assert complaint.startswith("grantengine: ")
        assert complaint.count("\n") == 1, complaint
        return complaint

    return run


@pytest.fixture
def port():
    """A port that is free, and very likely still is when it is asked for."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_a_taken_port_is_refused(demo):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = str(other.getsockname()[1])

        complaint = demo("--port", taken)

    assert complaint == f"grantengine: port {taken} is taken; choose another with --port\n"


@pytest.mark.parametrize("arguments", [["--port", "x"], ["--port", "0"], ["--nothing"]])
def test_a_wrong_option_is_refused_with_where_to_look(demo, arguments):
    assert "Look at: grantengine demo --help" in demo(*arguments, status=2)


def test_an_unknown_setting_is_refused(demo, port, monkeypatch):
    monkeypatch.setenv("GRANTENGINE_DATABSE_URL", "sqlite:///typo.sqlite")

    complaint = demo("--port", port)

    assert "databse_url" in complaint
    assert "docs/settings.md lists them all" in complaint


def test_an_address_that_is_none_is_refused_without_its_password(demo, port, monkeypatch):
    monkeypatch.setenv("GRANTENGINE_DATABASE_URL", "postgresql+psycopg://me:hunter2@host:port/x")

    complaint = demo("--port", port)

    assert "database_url" in complaint
    assert "hunter2" not in complaint


def test_a_folder_that_cannot_be_made_is_refused(demo, port, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("GRANTENGINE_VAR_PATH", str(tmp_path / "file"))

    assert "set GRANTENGINE_VAR_PATH" in demo("--port", port)


@pytest.mark.skipif(os.geteuid() == 0, reason="to root every folder is writable")
@pytest.mark.parametrize("setting", ["VAR_PATH", "DATABASE_URL"])
def test_a_folder_that_cannot_be_written_to_is_refused(demo, port, monkeypatch, tmp_path, setting):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o555)
    value = folder if setting == "VAR_PATH" else f"sqlite:///{folder / 'demo.sqlite'}"
    monkeypatch.setenv(f"GRANTENGINE_{setting}", str(value))

    complaint = demo("--port", port)

    assert f"make it writable or set GRANTENGINE_{setting}" in complaint


def test_a_database_of_a_later_version_is_refused(demo, port, tmp_path):
    with sqlite3.connect(tmp_path / "demo.sqlite") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.execute("INSERT INTO alembic_version VALUES ('9999_future')")
    connection.close()

    complaint = demo("--port", port)

    assert "made by a later version (9999_future). Update the program." in complaint


def test_a_file_that_is_no_database_is_refused(demo, port, tmp_path):
    (tmp_path / "demo.sqlite").write_bytes(b"a letter to grandmother " * 50)

    assert "file is not a database" in demo("--port", port)
    assert "file is not a database" in demo("--fresh", "--port", port)
    assert (tmp_path / "demo.sqlite").read_bytes().startswith(b"a letter")


def test_beginning_anew_leaves_another_programme_alone(demo, port, tmp_path):
    from grantengine.programme import service

    url = f"sqlite:///{tmp_path / 'demo.sqlite'}"
    database = Database(url)
    migrate.upgrade(database)
    with database.transaction() as session:
        service.start_programme(session, a_plan(), now=NOON)
    database.dispose()

    complaint = demo("--fresh", "--port", port)

    assert "holds no demonstration; --fresh leaves it alone" in complaint
    with a_runtime(url, tmp_path) as runtime:
        migrate.check(runtime.database)


def test_beginning_anew_leaves_a_database_of_somebody_else_alone(demo, port, tmp_path):
    with sqlite3.connect(tmp_path / "demo.sqlite") as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()

    assert "--fresh leaves it alone" in demo("--fresh", "--port", port)
    assert (tmp_path / "demo.sqlite").exists()


def test_beginning_anew_on_postgresql_is_refused(demo, port, monkeypatch):
    monkeypatch.setenv("GRANTENGINE_DATABASE_URL", "postgresql+psycopg://nobody@/none?host=/none")

    assert "give an empty database instead" in demo("--fresh", "--port", port)
