"""Posting: once for each key, never below a floor, never across books, funds or currencies."""

import pytest

from grantengine.ledger import journal, queries, service
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.entries import Entry, Transfer
from grantengine.ledger.errors import (
    AccountExistsError,
    CrossingError,
    KeyReusedError,
    OverdraftError,
    UnknownAccountError,
)
from grantengine.money import Money, eur
from tests.support.ledger import (
    JAR,
    NOON,
    POT,
    SOURCE,
    TODAY,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    balance_of,
    balances_of,
    open_accounts,
    post,
)


def entry_count(database):
    with database.reading() as session:
        return len(list(journal.all_entries(session)))


def test_an_entry_is_kept_as_it_was_posted(database):
    open_accounts(database, POT, JAR, SOURCE)
    entry = an_entry("k", (POT.code, SOURCE.code, "9.00"), (JAR.code, POT.code, "4.00"))

    entry_id = post(database, entry)

    with database.reading() as session:
        kept = journal.entry(session, entry_id)
        assert journal.entries_about(session, "tst_01") == [kept]
    assert kept.id.startswith("ent_")
    assert (kept.key, kept.kind, kept.about) == ("k", "moved", "tst_01")
    assert (kept.effective_on, kept.booked_at, kept.reverses) == (TODAY, NOON, None)
    assert kept.transfers == entry.transfers
    assert kept.request_hash == entry.request_hash


def test_a_debit_raises_an_asset_and_a_credit_raises_equity(database):
    a_filled_pot(database, "100.00")

    assert balance_of(database, POT.code) == eur("100.00")
    assert balance_of(database, SOURCE.code) == eur("100.00")


def test_an_entry_whose_transaction_fails_was_never_posted(database):
    open_accounts(database, POT, SOURCE)

    with pytest.raises(UnknownAccountError), database.transaction() as session:
        post_two(session, "cash:pot", "cash:nowhere")

    assert balance_of(database, POT.code) == eur("0.00")
    assert entry_count(database) == 0


def test_the_same_key_with_the_same_content_posts_once(database):
    first = a_filled_pot(database, "100.00")

    again = post(database, an_entry("filled", (POT.code, SOURCE.code, "100.00"), kind="filled"))

    assert again == first
    assert entry_count(database) == 1
    assert balance_of(database, POT.code) == eur("100.00")


def test_the_same_key_posts_once_within_one_transaction_too(database):
    open_accounts(database, POT, SOURCE)
    entry = an_entry("twice", (POT.code, SOURCE.code, "5.00"))

    with database.transaction() as session:
        ids = {service.post(session, entry, now=NOON) for _ in range(3)}

    assert len(ids) == 1
    assert balance_of(database, POT.code) == eur("5.00")


def test_a_repeated_key_is_answered_even_when_the_money_is_gone(database):
    a_filled_pot(database, "100.00")
    spent = an_entry("spent", (JAR.code, POT.code, "100.00"))
    first = post(database, spent)

    assert post(database, spent) == first


@pytest.mark.parametrize(
    "other",
    [
        an_entry("filled", (POT.code, SOURCE.code, "100.01"), kind="filled"),
        an_entry("filled", (JAR.code, SOURCE.code, "100.00"), kind="filled"),
        an_entry("filled", (POT.code, SOURCE.code, "100.00"), kind="given"),
        an_entry("filled", (POT.code, SOURCE.code, "100.00"), kind="filled", about="tst_02"),
    ],
)
def test_the_same_key_with_other_content_is_refused(database, other):
    a_filled_pot(database, "100.00")

    with pytest.raises(KeyReusedError) as refusal:
        post(database, other)

    assert refusal.value.details == {"key": "filled"}
    assert entry_count(database) == 1


def test_the_last_cent_can_be_spent_and_no_more(database):
    a_filled_pot(database, "0.01")

    post(database, an_entry("last", (JAR.code, POT.code, "0.01")))
    with pytest.raises(OverdraftError):
        post(database, an_entry("more", (JAR.code, POT.code, "0.01")))

    assert balances_of(database, POT.code, JAR.code) == {POT.code: "0.00", JAR.code: "0.01"}


def test_an_overdraft_says_which_account_what_there_was_and_what_was_wanted(database):
    a_filled_pot(database, "100.00")

    with pytest.raises(OverdraftError) as refusal:
        post(database, an_entry("much", (JAR.code, POT.code, "100.01")))

    assert refusal.value.details == {
        "account": "cash:pot",
        "available_cents": 10000,
        "wanted_cents": 10001,
    }


def test_an_overdraft_leaves_the_transaction_usable(database):
    a_filled_pot(database, "100.00")

    with database.transaction() as session:
        with pytest.raises(OverdraftError):
            service.post(session, an_entry("much", (JAR.code, POT.code, "500.00")), now=NOON)
        service.post(session, an_entry("less", (JAR.code, POT.code, "50.00")), now=NOON)

    assert balances_of(database, POT.code, JAR.code) == {POT.code: "50.00", JAR.code: "50.00"}
    assert_in_balance(database)


def test_a_floor_is_counted_from_and_not_from_zero(database):
    credit_line = AccountSpec("cash:credit-line", Kind.ASSET, Fund.PUBLIC, floor_cents=-5000)
    open_accounts(database, credit_line, JAR)
    post(database, an_entry("first", (JAR.code, credit_line.code, "49.99")))

    with pytest.raises(OverdraftError) as refusal:
        post(database, an_entry("second", (JAR.code, credit_line.code, "0.02")))

    assert refusal.value.details["available_cents"] == 1
    assert balance_of(database, credit_line.code) == eur("-49.99")


def test_an_account_without_a_floor_goes_as_low_as_it_must(database):
    open_accounts(database, AccountSpec("cash:suspense", Kind.ASSET, Fund.PUBLIC, None), JAR)

    post(database, an_entry("k", (JAR.code, "cash:suspense", "1000000.00")))

    assert balance_of(database, "cash:suspense") == eur("-1000000.00")


def test_money_that_arrives_in_an_earlier_line_can_leave_in_a_later_one(database):
    open_accounts(database, POT, JAR, SOURCE)

    post(database, an_entry("k", (POT.code, SOURCE.code, "5.00"), (JAR.code, POT.code, "5.00")))

    assert balances_of(database, POT.code, JAR.code) == {POT.code: "0.00", JAR.code: "5.00"}


def test_money_that_arrives_in_a_later_line_cannot_leave_in_an_earlier_one(database):
    open_accounts(database, POT, JAR, SOURCE)
    entry = an_entry("k", (JAR.code, POT.code, "5.00"), (POT.code, SOURCE.code, "5.00"))

    with pytest.raises(OverdraftError):
        post(database, entry)

    assert entry_count(database) == 0


@pytest.mark.parametrize(
    ("other", "dimension"),
    [
        (AccountSpec("pledges:pot", Kind.ASSET, Fund.PUBLIC), "book"),
        (AccountSpec("cash:private", Kind.ASSET, Fund.PRIVATE), "fund"),
        (AccountSpec("cash:kronor", Kind.ASSET, Fund.PUBLIC, currency="SEK"), "currency"),
    ],
)
def test_a_transfer_stays_in_its_book_fund_and_currency(database, other, dimension):
    a_filled_pot(database)
    open_accounts(database, other)

    with pytest.raises(CrossingError) as refusal:
        post(database, an_entry("across", (other.code, POT.code, "1.00")))

    assert refusal.value.details == {
        "debit": other.code,
        "credit": POT.code,
        "dimension": dimension,
    }


def test_an_amount_in_another_currency_than_its_accounts_is_refused(database):
    a_filled_pot(database)
    transfer = Transfer(JAR.code, POT.code, Money(100, "SEK"))

    with pytest.raises(CrossingError) as refusal:
        post(database, Entry("k", "moved", "tst_01", TODAY, [transfer]))

    assert refusal.value.details["dimension"] == "currency"


def test_an_account_that_is_not_open_is_named(database):
    a_filled_pot(database)

    with pytest.raises(UnknownAccountError) as refusal:
        post(database, an_entry("k", ("cash:elsewhere", POT.code, "1.00")))

    assert refusal.value.details == {"account": "cash:elsewhere"}


def test_opening_an_account_again_as_the_same_thing_changes_nothing(database):
    a_filled_pot(database, "7.00")

    open_accounts(database, POT, POT)

    assert balance_of(database, POT.code) == eur("7.00")


@pytest.mark.parametrize(
    "other",
    [
        AccountSpec(POT.code, Kind.LIABILITY, Fund.PUBLIC),
        AccountSpec(POT.code, Kind.ASSET, Fund.PRIVATE),
        AccountSpec(POT.code, Kind.ASSET, Fund.PUBLIC, floor_cents=None),
        AccountSpec(POT.code, Kind.ASSET, Fund.PUBLIC, floor_cents=-1),
        AccountSpec(POT.code, Kind.ASSET, Fund.PUBLIC, currency="SEK"),
    ],
)
def test_opening_an_account_again_as_something_else_is_refused(database, other):
    open_accounts(database, POT)

    with pytest.raises(AccountExistsError) as refusal:
        open_accounts(database, other)

    assert refusal.value.details == {"account": POT.code}


def test_an_account_is_found_as_it_was_opened(database):
    spec = AccountSpec("cash:kronor", Kind.EQUITY, Fund.PRIVATE, -100, "SEK")
    open_accounts(database, spec)

    with database.reading() as session:
        assert queries.account_spec(session, "cash:kronor") == spec
        assert queries.all_accounts(session) == [spec]
        assert queries.account_spec(session, "cash:nowhere") is None


def post_two(session, known, unknown):
    service.post(session, an_entry("one", (known, SOURCE.code, "1.00")), now=NOON)
    service.post(session, an_entry("two", (unknown, SOURCE.code, "1.00")), now=NOON)
