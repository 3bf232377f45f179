"""The commands of the ledger, as the person at the terminal meets them."""

import csv
import io
import json
from datetime import date

import pytest
import sqlalchemy as sa

from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.web.commands import ledger
from tests.support.ledger import (
    JAR,
    POT,
    SOURCE,
    a_filled_pot,
    an_entry,
    open_accounts,
    post,
    unguarded,
)


@pytest.fixture
def books(app_database):
    """Two entries, a day apart."""
    a_filled_pot(app_database, "100.00")
    post(app_database, an_entry("moved", (JAR.code, POT.code, "40.00"), on=date(2026, 9, 17)))
    return app_database


@pytest.fixture
def run(app):
    """Run a command of the group against the application's own database."""

    def command(*arguments):
        return app.test_cli_runner().invoke(ledger.group, arguments)

    return command


def tamper(database):
    with unguarded(database) as connection:
        connection.execute(
            sa.text("UPDATE ledger_transfers SET amount_cents = 3999 WHERE amount_cents = 4000")
        )


def test_verify_says_that_an_honest_ledger_is_clean(run, books):
    result = run("verify")

    assert result.exit_code == 0
    assert result.output == "2 entries, 3 accounts: clean\n"


def test_verify_of_an_empty_ledger_is_clean(run):
    result = run("verify")

    assert (result.exit_code, result.output) == (0, "0 entries, 0 accounts: clean\n")


def test_verify_names_what_was_tampered_with_and_fails(run, books):
    tamper(books)

    result = run("verify")

    assert result.exit_code == 1
    running_line, hash_line, *balance_lines, summary = result.output.splitlines()
    assert running_line.startswith("running of ent_")
    assert hash_line.startswith("hash of ent_")
    assert balance_lines == [
        "balance of cash:jar: expected (3999, 0), found (4000, 0)",
        "balance of cash:pot: expected (10000, 3999), found (10000, 4000)",
    ]
    assert summary == "2 entries, 3 accounts: 4 findings"


def test_the_trial_balance_as_text_adds_up_under_a_rule(run, books):
    result = run("trial-balance")

    assert result.exit_code == 0
    rows = [line.split() for line in result.output.splitlines() if not line.startswith("-")]
    assert rows == [
        ["account", "debit", "credit", "balance"],
        ["cash:jar", "40.00", "0.00", "40.00"],
        ["cash:pot", "100.00", "40.00", "60.00"],
        ["cash:source", "0.00", "100.00", "-100.00"],
        ["total", "140.00", "140.00", "0.00"],
    ]


def test_the_trial_balance_as_json_has_the_shape_that_is_promised(run, books, clock):
    result = run("trial-balance", "--format", "json")

    assert json.loads(result.output) == {
        "on": clock.now().date().isoformat(),
        "accounts": [
            line("cash:jar", 4000, 0, 4000),
            line("cash:pot", 10000, 4000, 6000),
            line("cash:source", 0, 10000, -10000),
        ],
        "total_debit_cents": 14000,
        "total_credit_cents": 14000,
    }


def test_the_trial_balance_on_a_date_leaves_out_what_came_later(run, books):
    result = run("trial-balance", "--on", "2026-09-16", "--format", "json")

    found = json.loads(result.output)
    assert found["on"] == "2026-09-16"
    assert found["total_debit_cents"] == found["total_credit_cents"] == 10000


def test_the_trial_balance_as_csv_reads_back(run, books):
    result = run("trial-balance", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(result.output)))
    assert rows[0] == {
        "account": "cash:jar",
        "debit_cents": "4000",
        "credit_cents": "0",
        "balance_cents": "4000",
    }
    assert sum(int(row["balance_cents"]) for row in rows) == 0


@pytest.mark.parametrize("form", ["text", "csv", "json"])
def test_the_trial_balance_of_an_empty_ledger_is_no_error(run, form):
    assert run("trial-balance", "--format", form).exit_code == 0


@pytest.mark.parametrize(
    "wrong", [["--on", "16.9.2026"], ["--on", "2026-02-30"], ["--format", "xml"]]
)
def test_a_wrong_option_is_refused(run, wrong):
    result = run("trial-balance", *wrong)

    assert result.exit_code == 2
    assert wrong[0] in result.output


@pytest.mark.parametrize(
    ("form", "beginning"),
    [
        ("beancount", 'option "title" "grantengine"'),
        ("hledger", "commodity 1000.00 EUR"),
        ("csv", "entry,kind,about,"),
        ("jsonl", '{"type":"account","account":"cash:jar"'),
    ],
)
def test_the_ledger_is_exported_in_each_format(run, books, form, beginning, tmp_path):
    shown = run("export", "--format", form)
    file = tmp_path / "ledger"
    written = run("export", "--format", form, "-o", str(file))

    assert shown.exit_code == written.exit_code == 0
    assert shown.output.startswith(beginning)
    assert file.read_text("utf-8") == shown.output


def test_an_export_without_a_format_is_refused(run):
    assert run("export").exit_code == 2


@pytest.mark.parametrize("command", [(), ("verify",), ("trial-balance",), ("export",)])
def test_each_command_says_what_it_is_for(run, command):
    result = run(*command, "--help")

    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_the_console_script_verifies(grantengine, books):
    assert grantengine("ledger", "verify") == (0, "2 entries, 3 accounts: clean\n", "")


def test_the_console_script_fails_when_the_ledger_was_tampered_with(grantengine, books):
    tamper(books)

    status, output, complaint = grantengine("ledger", "verify")

    assert (status, complaint) == (1, "")
    assert "balance of cash:jar" in output


def test_a_file_that_cannot_be_written_is_one_clear_line(grantengine, books, tmp_path):
    status, _output, complaint = grantengine(
        "ledger", "export", "--format", "csv", "-o", str(tmp_path / "missing" / "ledger.csv")
    )

    assert status != 0
    assert "missing" in complaint
    assert "Traceback" not in complaint


def test_accounts_in_another_currency_are_written_in_theirs(run, app_database):
    kronor = AccountSpec("cash:kronor", Kind.ASSET, Fund.PUBLIC, currency="SEK")
    open_accounts(app_database, kronor, SOURCE)

    result = run("export", "--format", "jsonl")

    assert (
        '"account":"cash:kronor","kind":"asset","fund":"public","floor_cents":0,"currency":"SEK"'
        in result.output
    )


def line(account, debit, credit, balance):
    return {
        "account": account,
        "debit_cents": debit,
        "credit_cents": credit,
        "balance_cents": balance,
    }
