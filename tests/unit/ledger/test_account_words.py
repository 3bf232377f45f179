"""The words for what an account is: kept in every database and export, so they never change."""

from grantengine.ledger.accounts import AccountSpec, Book, Fund, Kind


def test_kinds_funds_and_books_are_kept_under_these_words():
    assert [*Kind] == ["asset", "liability", "equity", "income", "expense"]
    assert [*Fund] == ["public", "private"]
    assert [*Book] == ["budget", "cash", "pledges"]


def test_an_account_is_in_euros_and_does_not_fall_below_nothing_unless_it_is_said():
    spec = AccountSpec("cash:pot", Kind.ASSET, Fund.PUBLIC)

    assert (spec.floor_cents, spec.currency) == (0, "EUR")
