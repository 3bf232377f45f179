"""A real crowdfunding ledger, 1,080 groups in two currencies, booked as entries of ours.

Their ledger keeps a pair of rows for each group; what a collective holds is the sum of the net
amounts of its rows. Ours keeps transfers. Both have to come to the same cent.
"""

import csv
from collections import Counter, defaultdict
from datetime import date

import pytest

from grantengine.db import Database
from grantengine.ledger import audit, queries, service
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.entries import Entry, Transfer
from grantengine.money import Money
from tests.support.cases import case_path
from tests.support.ledger import NOON


@pytest.fixture(scope="module")
def rows():
    """Every row of theirs that was not deleted."""
    path = case_path("opencollective-ledger/transactions.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if not row["deletedAt"]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def books(request, rows):
    """Our ledger with all of their groups, posted in one call; nobody changes it."""
    groups = defaultdict(dict)
    for row in rows:
        groups[row["TransactionGroup"]][row["type"]] = row
    entries = [entry_of(pair["CREDIT"]) for pair in groups.values()]
    codes = {code for entry in entries for code in entry.account_codes}
    with request.getfixturevalue(f"{request.param}_databases").fresh_url() as url:
        database = Database(url)
        with database.transaction() as session:
            service.open_accounts(session, map(account, codes), now=NOON)
            service.post_many(session, entries, now=NOON)
        yield database
        database.dispose()


def account(code):
    currency = code.rpartition(":")[2].upper()
    kind = Kind.EXPENSE if code.startswith("cash:fees:") else Kind.ASSET
    return AccountSpec(code, kind, Fund.PRIVATE, None, currency)


def collective(number, currency):
    return f"cash:collective:{number}:{currency.lower()}"


def entry_of(row):
    """Book the row of who received: what arrived, and what was kept on the way."""
    currency, net = row["currency"], int(row["netAmountInCollectiveCurrency"])
    giver = collective(row["FromCollectiveId"], currency)
    transfers = [Transfer(collective(row["CollectiveId"], currency), giver, Money(net, currency))]
    fees = int(row["amount"]) - net
    if fees:
        transfers.append(Transfer(f"cash:fees:{currency.lower()}", giver, Money(fees, currency)))
    return Entry(
        key=row["TransactionGroup"],
        kind=row["kind"].lower() or "added",
        about=f"opencollective-{row['id']}",
        effective_on=date.fromisoformat(row["createdAt"][:10]),
        transfers=transfers,
    )


def test_each_collective_holds_what_its_own_rows_add_up_to(books, rows):
    expected = Counter()
    for row in rows:
        code = collective(row["CollectiveId"], row["currency"])
        expected[code] += int(row["netAmountInCollectiveCurrency"])

    with books.reading() as session:
        found = queries.balances_under(session, "cash:collective")

    assert {code: money.cents for code, money in found.items()} == dict(expected)
    assert len(found) == 157


def test_what_nobody_received_are_the_fees(books, rows):
    lost = Counter()
    for row in rows:
        lost[row["currency"]] -= int(row["netAmountInCollectiveCurrency"])

    with books.reading() as session:
        fees = queries.balances_under(session, "cash:fees")

    assert {money.currency: money.cents for money in fees.values()} == dict(lost)
    assert all(money.cents > 0 for money in fees.values())


def test_the_contributions_come_to_what_the_source_says(rows):
    amounts = [
        int(row["amount"])
        for row in rows
        if row["kind"] == "CONTRIBUTION" and row["type"] == "CREDIT"
    ]

    assert (len(amounts), sum(amounts), max(amounts)) == (972, 8_245_873, 3_500_000)


def test_an_audit_of_all_of_it_finds_nothing(books, rows):
    with books.reading() as session:
        report = audit.verify(session)
        lines = queries.trial_balance(session)

    assert (report.entries, report.findings) == (1080, [])
    assert sum(line.balance_cents for line in lines) == 0
