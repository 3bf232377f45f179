"""Whatever is put into the views behind postings and batches, PostgreSQL keeps every rule."""

from datetime import date

import pytest
import sqlalchemy as sa

from grantengine.ledger import periods
from grantengine.ledger.entries import entry_id
from grantengine.ledger.periods import PeriodStatus
from grantengine.money import eur
from tests.support.ledger import (
    JAR,
    NOON,
    OTHERS,
    POT,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    balance_of,
    findings_of,
    open_accounts,
    post,
    reverse,
)


@pytest.fixture
def filled_on_postgresql(postgresql_database):
    """A filled pot, a reversal, an account on each other side, and a closed month."""
    a_filled_pot(postgresql_database, "100.00")
    original = post(postgresql_database, an_entry("moved", (JAR.code, POT.code, "1.00")))
    reverse(postgresql_database, original)
    open_accounts(postgresql_database, *OTHERS)
    days = {"first_on": date(2026, 8, 1), "last_on": date(2026, 8, 31)}
    with postgresql_database.transaction() as session:
        periods.open_period(session, **days, now=NOON)
        periods.move_period(session, PeriodStatus.CLOSED, last_on=days["last_on"], now=NOON)


WRONG = {
    "an unknown account": {"debits": ["cash:none"]},
    "another book": {"debits": ["pledges:other"]},
    "another fund": {"debits": ["cash:private"]},
    "another currency": {"debits": ["cash:kronor"]},
    "a currency that the accounts are not in": {"currencies": ["SEK"]},
    "one account on both sides": {"debits": [POT.code]},
    "nothing": {"amounts": [0]},
    "less than nothing": {"amounts": [-1]},
    "more than there is": {"amounts": [10_001]},
    "a key that is taken": {"key": "filled"},
    "a closed month": {"effective_on": date(2026, 8, 31)},
    "no key": {"key": None},
    "no hash": {"request_hash": None},
}
WRONG_REVERSALS = {
    "an entry that there is not": {"reverses": 77},
    "a reversal": {"reverses": 3},
    "what is reversed already": {"reverses": 2},
}


def put_in(database, view, values):
    """Put values into a view as a client of the database would; give what comes back."""
    columns, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    back = "number" if view == "ledger_postings" else "numbers"
    statement = f"INSERT INTO {view} ({columns}) VALUES ({marks}) RETURNING {back}"
    with database.transaction() as session:
        return session.execute(sa.text(statement), values).scalar_one()


def one(**wishes):
    return {
        "key": "forged",
        "request_hash": bytes(32),
        "kind": "forged",
        "about": "tst_01",
        "effective_on": date(2026, 9, 16),
        "booked_at": NOON,
        "reverses": None,
        "debits": [JAR.code],
        "credits": [POT.code],
        "amounts": [7],
        "currencies": ["EUR"],
    } | wishes


def on_one_line(values):
    """The same, with the line as it is and not as arrays."""
    line = {"debits": "debit", "credits": "credit", "amounts": "amount", "currencies": "currency"}
    return {
        line.get(name, name): value[0] if name in line else value for name, value in values.items()
    }


def as_a_batch(values):
    """The same as the second of two entries of a batch; the first is right."""
    right = one(key="right")
    lines = [
        *zip(right["debits"], right["credits"], right["currencies"], strict=True),
        *zip(values["debits"], values["credits"], values["currencies"], strict=True),
    ]
    accounts = list({(code, each[2]): None for each in lines for code in each[:2]})
    return {
        "booked_at": [NOON],
        "keys": ["right", values["key"]],
        "request_hashes": bytes(32) + (values["request_hash"] or b""),
        "kinds": ["forged"] * 2,
        "abouts": ["tst_01"] * 2,
        "effective_on": [right["effective_on"], values["effective_on"]],
        "reverses": [None, values["reverses"]],
        "lines": [1, 1],
        "codes": [code for code, _ in accounts],
        "currencies": [currency for _, currency in accounts],
        "debits": [accounts.index((debit, currency)) + 1 for debit, _, currency in lines],
        "credits": [accounts.index((credit, currency)) + 1 for _, credit, currency in lines],
        "amounts": right["amounts"] + values["amounts"],
    }


BROKEN_BATCHES = {
    "an entry without a line": {"lines": [2, 0]},
    "a line of no entry": {"lines": [1, 0]},
    "a line too few": {"lines": [1, 2]},
    "an account twice": {"codes": [JAR.code, JAR.code]},
    "a place where no account is": {"debits": [1, 3]},
    "an entry without lines' number": {"lines": [1, None]},
    "an entry of no kind": {"kinds": ["forged"]},
    "an entry of no fact": {"abouts": ["tst_01"]},
    "an entry of no day": {"effective_on": [date(2026, 9, 16)]},
    "an entry of no time": {"booked_at": [NOON, None]},
    "no time at all": {"booked_at": []},
}


@pytest.mark.parametrize("what", BROKEN_BATCHES)
def test_a_batch_whose_parts_do_not_fit_is_refused(postgresql_database, filled_on_postgresql, what):
    batch = as_a_batch(one()) | BROKEN_BATCHES[what]

    assert put_in(postgresql_database, "ledger_batches", batch) is None
    assert_in_balance(postgresql_database)


def test_what_is_put_in_is_carried_to_both_balances(postgresql_database, filled_on_postgresql):
    number = put_in(postgresql_database, "ledger_postings", one())
    again = put_in(postgresql_database, "ledger_batches", as_a_batch(one(key="other")))

    assert findings_of(postgresql_database) == [
        ("hash", entry_id(each)) for each in (number, *again)
    ]
    assert balance_of(postgresql_database, JAR.code) == eur("0.21")


@pytest.mark.parametrize("what", [*WRONG, *WRONG_REVERSALS])
def test_of_what_breaks_a_rule_nothing_is_written(postgresql_database, filled_on_postgresql, what):
    wrong = one(**(WRONG | WRONG_REVERSALS)[what])

    assert put_in(postgresql_database, "ledger_postings", wrong) is None
    assert put_in(postgresql_database, "ledger_postings", on_one_line(wrong)) is None
    assert put_in(postgresql_database, "ledger_batches", as_a_batch(wrong)) is None
    assert_in_balance(postgresql_database)
