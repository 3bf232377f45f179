"""A programme's money, entry by entry, with the balances that an accountant would expect.

The accounts and entries are those of docs/money-flows.md; the amounts are of one small campaign
that asks for EUR 1,000, matched euro for euro.
"""

import pytest

from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.errors import CrossingError, OverdraftError
from grantengine.money import eur
from grantengine.programme import bookings
from grantengine.programme.chart import PROGRAMME_ACCOUNTS, envelope_accounts, subject_accounts
from tests.support.ledger import (
    TODAY,
    an_entry,
    assert_in_balance,
    balances_of,
    open_accounts,
    post,
    reverse,
)

GRANT, CAMPAIGN = "grt_01", "cmp_01"
PRIVATE_ACCOUNTS = (
    AccountSpec("cash:provider:sandbox", Kind.ASSET, Fund.PRIVATE),
    AccountSpec("cash:escrow", Kind.ASSET, Fund.PRIVATE),
    AccountSpec(f"cash:held:{CAMPAIGN}", Kind.LIABILITY, Fund.PRIVATE),
    AccountSpec(f"cash:payable:{CAMPAIGN}", Kind.LIABILITY, Fund.PRIVATE),
    AccountSpec(f"pledges:made:{CAMPAIGN}", Kind.INCOME, Fund.PRIVATE),
    AccountSpec(f"pledges:open:{CAMPAIGN}", Kind.ASSET, Fund.PRIVATE),
    AccountSpec(f"pledges:kept:{CAMPAIGN}", Kind.ASSET, Fund.PRIVATE),
    AccountSpec(f"pledges:fees:{CAMPAIGN}", Kind.ASSET, Fund.PRIVATE),
    AccountSpec(f"pledges:delivered:{CAMPAIGN}", Kind.ASSET, Fund.PRIVATE),
)
PUBLIC_ACCOUNTS = (
    AccountSpec("cash:in_transit", Kind.ASSET, Fund.PUBLIC),
    AccountSpec("cash:grants:82300:small", Kind.EXPENSE, Fund.PUBLIC),
    AccountSpec("cash:grants:82300:match", Kind.EXPENSE, Fund.PUBLIC),
)


@pytest.fixture
def books(database):
    """The books of a programme: EUR 2,000,000, of which small and match get 500,000 each."""
    open_accounts(database, *PROGRAMME_ACCOUNTS, *PUBLIC_ACCOUNTS, *PRIVATE_ACCOUNTS)
    open_accounts(database, *envelope_accounts("small"), *subject_accounts("small", GRANT))
    open_accounts(database, *envelope_accounts("match"), *subject_accounts("match", CAMPAIGN))
    post(database, bookings.appropriated(programme_id="prg_01", amount=eur("2000000"), on=TODAY))
    for envelope in ("small", "match"):
        allotted = bookings.allotted(
            envelope_id=f"env_{envelope}", envelope=envelope, amount=eur("500000"), on=TODAY
        )
        post(database, allotted)
    return database


def awarded():
    return an_entry(
        "awarded",
        ("budget:small:available", f"budget:small:committed:{GRANT}", "8000.00"),
        kind="awarded",
    )


def pledged(key, amount, matched):
    return an_entry(
        key,
        (f"pledges:open:{CAMPAIGN}", f"pledges:made:{CAMPAIGN}", amount),
        ("budget:match:available", f"budget:match:reserved:{CAMPAIGN}", matched),
        kind="pledge_made",
    )


def collected(key, amount, fee):
    return an_entry(
        f"collected:{key}",
        (f"pledges:kept:{CAMPAIGN}", f"pledges:open:{CAMPAIGN}", amount),
        ("cash:provider:sandbox", f"cash:held:{CAMPAIGN}", amount),
        (f"cash:held:{CAMPAIGN}", "cash:provider:sandbox", fee),
        (f"pledges:fees:{CAMPAIGN}", f"pledges:kept:{CAMPAIGN}", fee),
        kind="pledge_collected",
    )


def settled(matched, net):
    return an_entry(
        "settled",
        (f"budget:match:reserved:{CAMPAIGN}", f"budget:match:committed:{CAMPAIGN}", matched),
        ("cash:escrow", "cash:provider:sandbox", net),
        kind="campaign_settled",
    )


def released(envelope, subject, amount):
    return an_entry(
        f"released:{subject}",
        (
            f"budget:{envelope}:committed:{subject}",
            f"budget:{envelope}:in_payment:{subject}",
            amount,
        ),
        ("cash:in_transit", "cash:treasury", amount),
        kind="payment_released",
    )


def confirmed(envelope, subject, amount):
    return an_entry(
        f"confirmed:{subject}",
        (f"budget:{envelope}:in_payment:{subject}", f"budget:{envelope}:paid:{subject}", amount),
        (f"cash:grants:82300:{envelope}", "cash:in_transit", amount),
        kind="payment_confirmed",
    )


def private_released(net):
    held, payable = f"cash:held:{CAMPAIGN}", f"cash:payable:{CAMPAIGN}"
    return an_entry("private released", (held, payable, net), kind="payment_released")


def private_confirmed(net):
    return an_entry(
        "private confirmed",
        (f"cash:payable:{CAMPAIGN}", "cash:escrow", net),
        (f"pledges:delivered:{CAMPAIGN}", f"pledges:kept:{CAMPAIGN}", net),
        kind="payment_confirmed",
    )


def balances(database, *codes):
    return list(balances_of(database, *codes).values())


def test_an_appropriation_is_a_right_to_spend_and_money_to_spend(books):
    assert balances_of(
        books,
        "budget:appropriation",
        "budget:unallotted",
        "budget:small:available",
        "budget:match:available",
        "cash:treasury",
        "cash:state",
    ) == {
        "budget:appropriation": "2000000.00",
        "budget:unallotted": "1000000.00",
        "budget:small:available": "500000.00",
        "budget:match:available": "500000.00",
        "cash:treasury": "2000000.00",
        "cash:state": "2000000.00",
    }
    assert_in_balance(books)


def test_a_grant_goes_from_awarded_to_released_to_paid(books):
    committed, in_payment, paid = (
        f"budget:small:{stage}:{GRANT}" for stage in ("committed", "in_payment", "paid")
    )
    journey = [balances(books, "budget:small:available", committed, in_payment, paid)]
    for entry in (
        awarded(),
        released("small", GRANT, "5000.00"),
        confirmed("small", GRANT, "5000.00"),
    ):
        post(books, entry)
        journey.append(balances(books, "budget:small:available", committed, in_payment, paid))

    assert journey == [
        ["500000.00", "0.00", "0.00", "0.00"],
        ["492000.00", "8000.00", "0.00", "0.00"],
        ["492000.00", "3000.00", "5000.00", "0.00"],
        ["492000.00", "3000.00", "0.00", "5000.00"],
    ]
    assert balances_of(books, "cash:treasury", "cash:in_transit", "cash:grants:82300:small") == {
        "cash:treasury": "1995000.00",
        "cash:in_transit": "0.00",
        "cash:grants:82300:small": "5000.00",
    }
    assert_in_balance(books)


def test_a_returned_payment_is_as_if_it_had_never_been_released(books):
    post(books, awarded())
    accounts = (
        "cash:treasury",
        "cash:in_transit",
        f"budget:small:committed:{GRANT}",
        f"budget:small:in_payment:{GRANT}",
    )
    before = balances(books, *accounts)

    release = post(books, released("small", GRANT, "5000.00"))
    reverse(books, release, key="returned: AC04")

    assert balances(books, *accounts) == before
    assert_in_balance(books)


def test_a_grant_is_not_paid_beyond_what_was_decided(books):
    post(books, awarded())

    with pytest.raises(OverdraftError) as refusal:
        post(books, released("small", GRANT, "8000.01"))

    assert refusal.value.details == {
        "account": f"budget:small:committed:{GRANT}",
        "available_cents": 800000,
        "wanted_cents": 800001,
    }


def test_a_pledge_reserves_its_match_and_its_withdrawal_sets_both_free(books):
    accounts = (
        f"pledges:made:{CAMPAIGN}",
        f"pledges:open:{CAMPAIGN}",
        f"budget:match:reserved:{CAMPAIGN}",
        "budget:match:available",
    )
    first = post(books, pledged("plg_01", "600.00", "600.00"))
    post(books, pledged("plg_02", "400.00", "400.00"))

    assert balances(books, *accounts) == ["1000.00", "1000.00", "1000.00", "499000.00"]

    reverse(books, first, key="withdrawn")

    assert balances(books, *accounts) == ["400.00", "400.00", "400.00", "499600.00"]
    assert_in_balance(books)


def test_the_last_cent_of_the_match_is_given_and_no_cent_more(books):
    post(books, pledged("plg_01", "499999.99", "499999.99"))
    post(books, pledged("plg_02", "0.01", "0.01"))

    with pytest.raises(OverdraftError) as refusal:
        post(books, pledged("plg_03", "0.01", "0.01"))

    assert refusal.value.details["account"] == "budget:match:available"
    assert balances(books, "budget:match:available", f"pledges:made:{CAMPAIGN}") == [
        "0.00",
        "500000.00",
    ]


def test_a_collected_pledge_keeps_its_gross_and_its_fee_apart(books):
    post(books, pledged("plg_01", "600.00", "600.00"))

    post(books, collected("plg_01", "600.00", "9.25"))

    assert balances_of(
        books,
        f"pledges:made:{CAMPAIGN}",
        f"pledges:open:{CAMPAIGN}",
        f"pledges:kept:{CAMPAIGN}",
        f"pledges:fees:{CAMPAIGN}",
        "cash:provider:sandbox",
        f"cash:held:{CAMPAIGN}",
    ) == {
        f"pledges:made:{CAMPAIGN}": "600.00",
        f"pledges:open:{CAMPAIGN}": "0.00",
        f"pledges:kept:{CAMPAIGN}": "590.75",
        f"pledges:fees:{CAMPAIGN}": "9.25",
        "cash:provider:sandbox": "590.75",
        f"cash:held:{CAMPAIGN}": "590.75",
    }


def test_a_collection_that_was_booked_by_mistake_can_be_taken_back(books):
    post(books, pledged("plg_01", "600.00", "600.00"))
    mistake = post(books, collected("plg_01", "600.00", "9.25"))

    reverse(books, mistake, key="mistake")

    assert balances(books, f"pledges:open:{CAMPAIGN}", "cash:provider:sandbox") == [
        "600.00",
        "0.00",
    ]
    assert_in_balance(books)


def test_a_funded_campaign_ends_with_everything_delivered_and_nothing_in_between(books):
    for key, amount, fee in (("plg_01", "600.00", "9.25"), ("plg_02", "400.00", "6.25")):
        post(books, pledged(key, amount, amount))
        post(books, collected(key, amount, fee))
    for entry in (
        settled("1000.00", "984.50"),
        released("match", CAMPAIGN, "1000.00"),
        private_released("984.50"),
        confirmed("match", CAMPAIGN, "1000.00"),
        private_confirmed("984.50"),
    ):
        post(books, entry)

    assert balances_of(
        books,
        f"pledges:made:{CAMPAIGN}",
        f"pledges:fees:{CAMPAIGN}",
        f"pledges:delivered:{CAMPAIGN}",
        f"budget:match:paid:{CAMPAIGN}",
        "cash:grants:82300:match",
    ) == {
        f"pledges:made:{CAMPAIGN}": "1000.00",
        f"pledges:fees:{CAMPAIGN}": "15.50",
        f"pledges:delivered:{CAMPAIGN}": "984.50",
        f"budget:match:paid:{CAMPAIGN}": "1000.00",
        "cash:grants:82300:match": "1000.00",
    }
    # Clearing accounts: whatever still stood here would be money that got lost on its way.
    between = (
        "cash:provider:sandbox",
        "cash:escrow",
        "cash:in_transit",
        f"cash:held:{CAMPAIGN}",
        f"cash:payable:{CAMPAIGN}",
        f"pledges:open:{CAMPAIGN}",
        f"pledges:kept:{CAMPAIGN}",
        f"budget:match:reserved:{CAMPAIGN}",
        f"budget:match:committed:{CAMPAIGN}",
        f"budget:match:in_payment:{CAMPAIGN}",
    )
    assert set(balances(books, *between)) == {"0.00"}
    assert_in_balance(books)


def test_public_and_private_money_never_touch(books):
    entry = an_entry("mixed", (f"cash:held:{CAMPAIGN}", "cash:treasury", "1.00"))

    with pytest.raises(CrossingError) as refusal:
        post(books, entry)

    assert refusal.value.details["dimension"] == "fund"
