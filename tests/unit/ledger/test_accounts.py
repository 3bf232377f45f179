"""An account's code is a path that begins with its book, and its kind gives its direction."""

import pytest

from grantengine.ledger.accounts import AccountSpec, Book, Fund, Kind
from grantengine.ledger.errors import AccountCodeError


def an_account(code, kind=Kind.ASSET):
    return AccountSpec(code, kind, Fund.PUBLIC)


@pytest.mark.parametrize(
    ("code", "book"),
    [
        ("cash:treasury", Book.CASH),
        ("budget:match:in_payment:cmp_01K5", Book.BUDGET),
        ("pledges:made:cmp_01K5", Book.PLEDGES),
        ("cash:grants:82300:small", Book.CASH),
    ],
)
def test_the_first_name_of_a_code_is_its_book(code, book):
    assert an_account(code).book is book


@pytest.mark.parametrize(
    "code",
    [
        "", "cash", "cash:", ":cash", "savings:pot", "Cash:pot", "cash::pot", "cash:pot:",
        "cash:pot money", "cash:pöt", "cash:pot\n", "cash:-pot", "cash:_pot", 'cash:"pot',
    ],
)  # fmt: skip
def test_a_code_that_is_no_path_from_a_book_is_refused(code):
    with pytest.raises(AccountCodeError) as refusal:
        an_account(code)

    assert refusal.value.details == {"account": code}


@pytest.mark.parametrize(
    ("kind", "debit_normal"),
    [
        (Kind.ASSET, True),
        (Kind.EXPENSE, True),
        (Kind.LIABILITY, False),
        (Kind.EQUITY, False),
        (Kind.INCOME, False),
    ],
)
def test_assets_and_expenses_grow_by_debit_and_the_rest_by_credit(kind, debit_normal):
    assert an_account("cash:pot", kind).debit_normal is debit_normal
