"""Who pays, under which key, and on which days banks do."""

from datetime import date

import pytest

from grantengine.disbursements import payers
from grantengine.disbursements.bank_text import is_identifier
from grantengine.disbursements.banking_days import is_banking_day, next_banking_day
from grantengine.disbursements.errors import PayerMissingError
from grantengine.disbursements.posting_accounts import posting_account, recipient_type
from grantengine.ledger.accounts import Fund
from grantengine.programme.lifecycle import OrganisationKind

PUBLIC = {"name": "Kanslia", "iban": "FI21 1234 5600 0007 85", "business_id": "0245437-2"}
PRIVATE = {"name": "Joukko", "iban": "FI5415713000030016"}


def test_private_money_has_an_account_of_its_own_or_shares_the_other():
    both = {"payer": PUBLIC, "private_payer": PRIVATE}

    assert payers.payer_of(both, Fund.PUBLIC).name == "Kanslia"
    assert payers.payer_of(both, Fund.PRIVATE).name == "Joukko"
    assert payers.payer_of({"payer": PUBLIC}, Fund.PRIVATE).name == "Kanslia"
    assert payers.payer_accounts(both) == {"FI2112345600000785", "FI5415713000030016"}
    assert payers.payer_accounts({}) == set()


@pytest.mark.parametrize("profile", [{}, {"payer": {}}, {"payer": {"name": "Kanslia"}}])
def test_a_payer_without_name_or_account_is_missing(profile):
    with pytest.raises(PayerMissingError):
        payers.payer_of(profile, Fund.PUBLIC)


def test_a_batch_key_is_an_id_that_banks_take():
    key = payers.batch_key({"payment_organisation": "VNK1"}, year=2026, number=7)

    assert key == "VNK126007"
    assert is_identifier(f"{payers.batch_key({}, year=2031, number=12345)}-9999")


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (date(2026, 9, 16), date(2026, 9, 17)),
        (date(2026, 9, 18), date(2026, 9, 21)),
        (date(2026, 4, 2), date(2026, 4, 7)),  # Easter: Thursday to Tuesday
        (date(2026, 4, 30), date(2026, 5, 4)),
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_the_next_banking_day_skips_weekends_and_closing_days(after, expected):
    assert next_banking_day(after) == expected


@pytest.mark.parametrize(
    "monday",
    # Easter Mondays as published.
    [date(2024, 4, 1), date(2025, 4, 21), date(2027, 3, 29), date(2038, 4, 26)],
)
def test_easter_monday_is_found_in_any_year(monday):
    assert not is_banking_day(monday)


def test_finnish_holidays_of_their_own_do_not_stop_the_euro():
    assert is_banking_day(date(2028, 12, 6))  # Independence Day, a Wednesday


@pytest.mark.parametrize("kind", list(OrganisationKind))
def test_every_kind_of_body_has_a_ledger_account(kind):
    assert len(posting_account(recipient_type(kind))) == 8
