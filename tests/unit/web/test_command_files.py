"""Files that commands write piece by piece: whole, or not there at all."""

import click
import pytest

from grantengine.web.commands.files import open_output


def test_what_breaks_off_leaves_no_file(tmp_path):
    file = tmp_path / "ledger.csv"

    with pytest.raises(ZeroDivisionError), open_output(file, force=False) as target:
        target.write(f"{1 / 0}")

    assert not file.exists()


def test_a_file_that_is_there_is_written_over_only_by_force(tmp_path):
    file = tmp_path / "ledger.csv"
    file.write_text("mine", encoding="utf-8")

    with pytest.raises(click.ClickException, match="--force"), open_output(file, force=False):
        pass
    assert file.read_text("utf-8") == "mine"
    with open_output(file, force=True) as target:
        target.write("yours\n")
    assert file.read_bytes() == b"yours\n"


def test_without_a_file_it_is_printed(capsys):
    with open_output(None, force=False) as target:
        target.write("shown")

    assert capsys.readouterr().out == "shown"
