"""Books that are finished from the terminal: accounts, periods, years."""

from datetime import date

import pytest

from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from tests.support.ledger import POT, a_filled_pot, an_entry, open_accounts, post

SPENT = AccountSpec("cash:spent", Kind.EXPENSE, Fund.PUBLIC, None)


@pytest.fixture
def books(app_database):
    """A pot of which EUR 40 were spent on the last day of 2025."""
    a_filled_pot(app_database, "100.00")
    open_accounts(app_database, SPENT)
    post(app_database, an_entry("spent", (SPENT.code, POT.code, "40.00"), on=date(2025, 12, 31)))
    return app_database


def test_a_year_is_closed_once_and_its_result_carried_over_once(grantengine, books):
    assert grantengine("ledger", "close-year", "2025") == (
        0,
        (
            "2025 is closed; ent_000000000003 carried the result over to 2026, "
            "accounts brought to nought: 1\n"
        ),
        "",
    )
    assert grantengine("ledger", "close-year", "2025")[1] == (
        "2025 is closed; nothing was left to carry over\n"
    )
    assert grantengine("ledger", "periods")[1] == "2025-01-01 2025-12-31 closed\n"


def test_a_year_that_is_not_over_is_not_closed(grantengine, books):
    status, _output, complaint = grantengine("ledger", "close-year", "9998")

    assert status == 1
    assert complaint == "grantengine: The year 9998 is not over. Its books stay open.\n"


def test_a_period_is_reopened_and_locked_by_its_last_day(grantengine, books):
    grantengine("ledger", "close-year", "2025")

    for status in ("open", "closed", "locked"):
        assert grantengine("ledger", "move-period", "2025-12-31", status)[:2] == (
            0,
            f"the period up to 2025-12-31 is {status}\n",
        )
    assert grantengine("ledger", "move-period", "2025-12-31", "open")[0] == 1


def test_an_account_is_closed_and_opened_again(grantengine, books):
    assert grantengine("ledger", "close-account", "cash:jar")[1] == "cash:jar is closed\n"
    assert grantengine("ledger", "reopen-account", "cash:jar")[1] == "cash:jar is open\n"


@pytest.mark.parametrize(
    ("account", "sentence"),
    [("cash:pot", "still holds money"), ("cash:nowhere", "no account called cash:nowhere")],
)
def test_an_account_that_cannot_be_closed_is_one_clear_line(grantengine, books, account, sentence):
    status, output, complaint = grantengine("ledger", "close-account", account)

    assert (status, output, complaint.count("\n")) == (1, "", 1)
    assert sentence in complaint
