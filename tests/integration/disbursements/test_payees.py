"""Correcting a payee's account: two officers, and what is paid afterwards."""

import pytest

from grantengine import history
from grantengine.disbursements import batches, payees
from grantengine.disbursements.errors import (
    AccountChangeWaitsError,
    AccountInBatchError,
    AccountUnchangedError,
    InvalidIBANError,
    SameOfficerError,
)
from grantengine.errors import NotAllowedError
from grantengine.money import eur
from grantengine.programme.lifecycle import Role
from grantengine.transitions import IllegalMoveError
from tests.support.disbursements import (
    NOON,
    PAYEE_IBAN,
    a_grant,
    a_programme,
    an_experiment,
    an_officer,
)

NEW_IBAN = "FI5415713000030016"


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def officers(session):
    return an_officer(session, "Rahanen Raija"), an_officer(session, "Tilinen Teija")


@pytest.fixture
def grant(session, officers):
    return a_grant(session, an_experiment(session, a_programme(session)), eur("5000"))


def proposed(session, grant, officer, iban=NEW_IBAN):
    return payees.propose_account(
        session, grant.id, iban, reason="Kirje 3.5.", officer_id=officer.id, now=NOON
    )


def paid_to(session, grant, officer):
    batch = batches.prepare_batches(
        session, [grant.instalments[0].id], officer_id=officer.id, now=NOON
    )[0]
    return batch, batch.payments[0].payee_iban


def test_what_one_proposes_and_another_confirms_is_paid_to_the_new_account(
    session, grant, officers
):
    change = proposed(session, grant, officers[0], "FI54 1571 3000 0300 16")
    assert grant.payee_iban == PAYEE_IBAN

    payees.confirm_account(session, change.id, officer_id=officers[1].id, now=NOON)

    assert paid_to(session, grant, officers[0])[1] == NEW_IBAN
    events = history.history_of(session, change.id)
    assert [(each.status, each.actor_id) for each in events] == [
        ("proposed", officers[0].id),
        ("confirmed", officers[1].id),
    ]


def test_nobody_confirms_what_they_proposed(session, grant, officers):
    change = proposed(session, grant, officers[0])

    with pytest.raises(SameOfficerError), session.begin_nested():
        payees.confirm_account(session, change.id, officer_id=officers[0].id, now=NOON)

    assert grant.payee_iban == PAYEE_IBAN


def test_a_dropped_account_is_not_used_and_leaves_room_for_another(session, grant, officers):
    change = proposed(session, grant, officers[0])
    with pytest.raises(AccountChangeWaitsError):
        proposed(session, grant, officers[1])

    payees.drop_account(session, change.id, officer_id=officers[0].id, now=NOON)

    with pytest.raises(IllegalMoveError):
        payees.confirm_account(session, change.id, officer_id=officers[1].id, now=NOON)
    assert grant.payee_iban == PAYEE_IBAN
    assert proposed(session, grant, officers[1]) is payees.waiting_change(session, grant.id)


def test_an_account_is_not_changed_under_a_draft_batch(session, grant, officers):
    change = proposed(session, grant, officers[0])
    batch, old = paid_to(session, grant, officers[0])

    with pytest.raises(AccountInBatchError), session.begin_nested():
        payees.confirm_account(session, change.id, officer_id=officers[1].id, now=NOON)
    batches.cancel_batch(session, batch.id, officer_id=officers[0].id, now=NOON)
    payees.confirm_account(session, change.id, officer_id=officers[1].id, now=NOON)

    assert (old, grant.payee_iban) == (PAYEE_IBAN, NEW_IBAN)


@pytest.mark.parametrize(
    ("iban", "error"),
    [("FI54 1571 3000 0300 17", InvalidIBANError), (PAYEE_IBAN, AccountUnchangedError)],
)
def test_an_account_that_is_none_or_no_other_is_refused(session, grant, officers, iban, error):
    with pytest.raises(error):
        proposed(session, grant, officers[0], iban)


def test_only_finance_officers_correct_accounts(session, grant):
    reviewer = an_officer(session, "Arvi Arvioija", roles=[Role.REVIEWER])

    with pytest.raises(NotAllowedError):
        proposed(session, grant, reviewer)
