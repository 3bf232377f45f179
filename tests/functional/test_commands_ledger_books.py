"""The books of accounts as the person at the terminal reads them."""

import csv
import io
import json
from datetime import date, timedelta

import pytest

from tests.support.ledger import JAR, NOON, POT, a_filled_pot, an_entry, post

SPAN = ("--from", "2026-09-17", "--to", "2026-09-18")


@pytest.fixture
def books(app_database):
    """A pot of EUR 1,000 of which 40 went into the jar on the 17th, and 5 on the 20th."""
    a_filled_pot(app_database, "1000.00")
    for key, amount, day in (("moved", "40.00", 17), ("late", "5.00", 20)):
        on, now = date(2026, 9, day), NOON + timedelta(days=day - 16)
        post(app_database, an_entry(key, (JAR.code, POT.code, amount), on=on, kind=key), now=now)
    return app_database


def test_a_statement_begins_and_ends_with_a_balance(grantengine, books):
    status, output, complaint = grantengine("ledger", "statement", "cash:pot", *SPAN)

    assert (status, complaint) == (0, "")
    head, *rows = [line.split() for line in output.splitlines()]
    assert head == ["cash:pot", "(asset,", "public,", "EUR)"]
    assert rows == [
        ["date", "entry", "kind", "other", "account", "debit", "credit", "balance"],
        ["2026-09-17", "opening", "1,000.00"],
        ["2026-09-17", "ent_000000000002", "moved", "cash:jar", "40.00", "960.00"],
        ["2026-09-18", "closing", "0.00", "40.00", "960.00"],
    ]


def test_a_statement_as_json_and_as_csv_tells_the_same(grantengine, books):
    command = ("ledger", "statement", "cash:jar", "--format")
    (account,) = json.loads(grantengine(*command, "json")[1])["accounts"]
    rows = list(csv.DictReader(io.StringIO(grantengine(*command, "csv")[1])))

    assert (account["opening_cents"], account["closing_cents"]) == (0, 4500)
    assert account["lines"][0] == {
        "effective_on": "2026-09-17",
        "entry": "ent_000000000002",
        "kind": "moved",
        "about": "tst_01",
        "other_account": "cash:pot",
        "debit_cents": 4000,
        "credit_cents": 0,
        "balance_cents": 4000,
    }
    assert [row["balance_cents"] for row in rows] == ["4000", "4500"]
    assert {row["currency"] for row in rows} == {"EUR"}


def test_the_general_ledger_has_every_account_or_those_below_a_path(grantengine, books):
    output = grantengine("ledger", "general")[1]

    assert [line.split()[0] for line in output.splitlines() if "(" in line] == [
        "cash:jar",
        "cash:pot",
        "cash:source",
    ]
    one = grantengine("ledger", "general", "cash:jar", "--format", "json", *SPAN)[1]
    assert json.loads(one)["accounts"][0]["closing_cents"] == 4000
    assert grantengine("ledger", "general", "cash:none") == (0, "", "")


def test_an_account_that_does_not_exist_is_one_clear_line(grantengine, books):
    assert grantengine("ledger", "statement", "cash:nowhere") == (
        1,
        "",
        "grantengine: There is no account called cash:nowhere.\n",
    )


def test_a_span_that_ends_before_it_begins_is_refused(grantengine, books):
    span = ("--from", "2026-09-18", "--to", "2026-09-17")

    assert grantengine("ledger", "statement", "cash:pot", *span)[0] == 2


def test_the_trial_balance_is_told_as_it_was_known_on_a_day(grantengine, books):
    command = ("ledger", "trial-balance", "--format", "json", "--known-on")

    then = json.loads(grantengine(*command, "2026-09-17")[1])
    now = json.loads(grantengine(*command, "2026-09-20")[1])

    assert (then["total_debit_cents"], now["total_debit_cents"]) == (104_000, 104_500)
