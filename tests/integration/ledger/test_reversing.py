"""Taking an entry back: once, by its mirror image, as far as the money is still there."""

from datetime import date

import pytest

from grantengine.ledger import journal
from grantengine.ledger.entries import Transfer
from grantengine.ledger.errors import (
    AlreadyReversedError,
    KeyReusedError,
    OverdraftError,
    ReversalOfReversalError,
    UnknownEntryError,
)
from grantengine.money import eur
from tests.support.ledger import (
    JAR,
    POT,
    SOURCE,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    balance_of,
    balances_of,
    open_accounts,
    post,
    reverse,
)


def test_a_reversal_is_the_mirror_image_and_names_what_it_takes_back(database):
    filled = a_filled_pot(database, "100.00")

    back = reverse(database, filled, on=date(2026, 10, 1))

    with database.reading() as session:
        entry = journal.entry(session, back)
        assert journal.reversal_of(session, filled) == entry
    assert (entry.kind, entry.about, entry.reverses) == ("filled_reversed", "tst_01", filled)
    assert entry.effective_on == date(2026, 10, 1)
    assert entry.transfers == [Transfer(SOURCE.code, POT.code, eur("100.00"))]
    assert balance_of(database, POT.code) == eur("0.00")


def test_an_entry_is_taken_back_once(database):
    filled = a_filled_pot(database)
    back = reverse(database, filled, key="first")

    with pytest.raises(AlreadyReversedError) as refusal:
        reverse(database, filled, key="second")

    assert refusal.value.details == {"entry": filled, "reversal": back}


def test_a_repeated_reversal_is_answered_with_the_first(database):
    filled = a_filled_pot(database)

    assert reverse(database, filled) == reverse(database, filled)
    assert balance_of(database, POT.code) == eur("0.00")


def test_a_reversal_is_not_taken_back(database):
    back = reverse(database, a_filled_pot(database))

    with pytest.raises(ReversalOfReversalError) as refusal:
        reverse(database, back, key="forth")

    assert refusal.value.details == {"entry": back}


def test_what_has_been_spent_cannot_be_taken_back(database):
    filled = a_filled_pot(database, "100.00")
    post(database, an_entry("spent", (JAR.code, POT.code, "0.01")))

    with pytest.raises(OverdraftError) as refusal:
        reverse(database, filled)

    assert refusal.value.details == {
        "account": POT.code,
        "available_cents": 9999,
        "wanted_cents": 10000,
    }


def test_what_moved_on_within_its_own_entry_can_be_taken_back(database):
    open_accounts(database, POT, JAR, SOURCE)
    through = (POT.code, SOURCE.code, "5.00"), (JAR.code, POT.code, "5.00")
    entry_id = post(database, an_entry("through", *through))

    reverse(database, entry_id)

    assert balances_of(database, POT.code, JAR.code, SOURCE.code) == {
        POT.code: "0.00",
        JAR.code: "0.00",
        SOURCE.code: "0.00",
    }
    assert_in_balance(database)


def test_an_entry_that_does_not_exist_is_named(database):
    with pytest.raises(UnknownEntryError) as refusal:
        reverse(database, "ent_nowhere")

    assert refusal.value.details == {"entry": "ent_nowhere"}


def test_a_reversal_under_the_key_of_another_entry_is_refused(database):
    filled = a_filled_pot(database)

    with pytest.raises(KeyReusedError):
        reverse(database, filled, key="filled")


def test_after_a_reversal_the_fact_can_be_booked_anew(database):
    reverse(database, a_filled_pot(database, "100.00"))

    post(database, an_entry("filled again", (POT.code, SOURCE.code, "90.00"), kind="filled"))

    assert balance_of(database, POT.code) == eur("90.00")
    assert_in_balance(database)
