"""The ledger as a file and back, as the person at the terminal meets it."""

import pytest

from tests.support.full_ledger import backup_of, fill_with_everything
from tests.support.ledger import JAR, POT, a_filled_pot, an_entry, post


@pytest.fixture
def books(app_database):
    """Two entries."""
    a_filled_pot(app_database, "100.00")
    post(app_database, an_entry("moved", (JAR.code, POT.code, "40.00")))
    return app_database


@pytest.fixture
def backup(sqlite_database, tmp_path):
    """The file of another ledger, with everything that a ledger can hold."""
    fill_with_everything(sqlite_database)
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(b"".join(backup_of(sqlite_database)))
    return file


def test_a_backup_is_restored_and_exported_again_letter_for_letter(grantengine, backup):
    status, output, complaint = grantengine("ledger", "import", str(backup))

    assert (status, complaint) == (0, "")
    first, second = output.splitlines()
    assert first == "restored 8 accounts, 6 entries, 5 holds, 1 period, 1 seal: clean"
    assert second.startswith("root ")
    again = grantengine("ledger", "export", "--format", "jsonl")[1]
    assert again == backup.read_text("utf-8")


def test_a_line_that_is_wrong_is_named_in_one_line_and_nothing_is_restored(grantengine, backup):
    backup.write_bytes(backup.read_bytes().replace(b'"amount_cents":10000', b'"amount_cents":9999'))

    status, output, complaint = grantengine("ledger", "import", str(backup))

    assert (status, output) == (1, "")
    assert complaint == ("grantengine: Line 14 cannot be restored (hash). Nothing was restored.\n")
    assert grantengine("ledger", "verify")[1] == "0 entries, 0 accounts: clean\n"


def test_nothing_is_restored_over_a_ledger_that_is_in_use(grantengine, books, backup):
    status, _output, complaint = grantengine("ledger", "import", str(backup))

    assert status == 1
    assert "into an empty one" in complaint


def test_a_file_of_another_kind_is_refused(grantengine, tmp_path):
    file = tmp_path / "photo.jsonl"
    file.write_bytes(bytes(range(256)))

    assert grantengine("ledger", "import", str(file))[2].startswith("grantengine: Line 1 cannot")
    assert grantengine("ledger", "import", str(tmp_path / "missing"))[0] == 2


def test_an_export_is_not_written_over_another_file_unless_asked_to(grantengine, books, tmp_path):
    file = tmp_path / "ledger.csv"
    file.write_text("mine", encoding="utf-8")
    export = ("ledger", "export", "--format", "csv", "-o", str(file))

    status, _output, complaint = grantengine(*export)

    assert (status, file.read_text("utf-8")) == (1, "mine")
    assert "--force" in complaint
    assert grantengine(*export, "--force")[0] == 0
    assert file.read_text("utf-8").startswith("entry,kind")
