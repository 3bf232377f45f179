"""Batches: four eyes, what a release books and freezes, what a cancelled draft gives back."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sepaxml.validation import try_valid_xml

from grantengine.disbursements import batches, queries, releases, statements
from grantengine.disbursements.errors import (
    BatchNotReleasedError,
    EmptyBatchError,
    InstalmentNotOpenError,
    PayerMissingError,
    SamePersonError,
)
from grantengine.disbursements.models import PaymentBatch
from grantengine.errors import NotAllowedError, NotFoundError
from grantengine.ledger import audit, journal
from grantengine.ledger import queries as ledger
from grantengine.money import eur, total
from grantengine.programme.lifecycle import Role
from grantengine.transitions import IllegalMoveError
from tests.support.bank import read_order, statement_for
from tests.support.disbursements import (
    NOON,
    PAYER_IBAN,
    PRIVATE_PAYER_IBAN,
    PROFILE,
    a_grant,
    a_programme,
    a_settled_campaign,
    an_experiment,
    an_officer,
)
from tests.support.funding import a_funded_envelope
from tests.support.threads import outcomes_of


class Desk:
    """Two officers, one experiment, and what may be paid to it."""

    def __init__(self, session, *, profile=PROFILE):
        programme = a_programme(session, profile=profile)
        self.experiment = an_experiment(session, programme)
        self.first, self.second = (
            an_officer(session, name).id for name in ("Rahanen Raija", "Tilinen Teija")
        )

    def prepare(self, session, **wishes):
        chosen = [each.id for each in queries.open_instalments(session)]
        fields = {"officer_id": self.first, "now": NOON} | wishes
        return batches.prepare_batches(session, chosen, **fields)

    def release(self, session, batch, *, officer=None):
        officer_id = officer or self.second
        return releases.release_batch(session, batch.id, officer_id=officer_id, now=NOON)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def desk(session):
    return Desk(session)


def test_open_instalments_are_collected_and_those_that_wait_are_not(session, desk):
    a_grant(session, desk.experiment, eur("5000"))

    (batch,) = desk.prepare(session)

    (payment,) = queries.batch(session, batch.id).payments
    assert (batch.key, batch.status, batch.fund) == ("KOSU26001", "draft", "public")
    assert (payment.amount, payment.instalment.status) == (eur("3500"), "batched")
    assert (payment.end_to_end_id, payment.long_reference) == ("KOSU26001-0001", "KS/1/2026_1")
    assert batch.pay_on == date(2026, 9, 17)
    assert queries.open_instalments(session) == []


def test_public_and_private_money_go_into_batches_of_their_own(session, desk):
    a_settled_campaign(session, desk.experiment, private=eur("900"), matched=eur("300"))

    public, private = desk.prepare(session)
    for batch in (public, private):
        desk.release(session, batch)

    assert [each.key for each in (public, private)] == ["KOSU26001", "KOSU26002"]
    orders = [read_order(queries.bank_file(session, each.id)[1]) for each in (public, private)]
    assert [each.payer_iban for each in orders] == [PAYER_IBAN, PRIVATE_PAYER_IBAN]
    assert [each.transfers[0].amount for each in orders] == [eur("300"), eur("900")]


def test_a_release_books_each_payment_and_freezes_a_valid_file(session, desk):
    grant = a_grant(session, desk.experiment, eur("5000"))
    event = a_settled_campaign(session, desk.experiment, private=eur("900"), matched=eur("300"))

    for batch in desk.prepare(session):
        desk.release(session, batch)

    def balance(code):
        return ledger.balance(session, code)

    assert balance(f"budget:small:in_payment:{grant.id}") == eur("3500")
    assert balance(f"budget:small:committed:{grant.id}") == eur("1500")
    assert balance(f"budget:match:in_payment:{event.campaign_id}") == eur("300")
    assert balance("cash:in_transit") == eur("3800")
    assert balance("cash:treasury") == eur("1996200")
    assert balance(f"cash:held:{event.campaign_id}") == eur("0")
    assert balance(f"cash:payable:{event.campaign_id}") == eur("900")
    assert audit.verify(session).is_clean
    for key in ("KOSU26001", "KOSU26002"):
        found, content = queries.bank_file(session, key)
        assert try_valid_xml(content, "pain.001.001.09") is None
        assert read_order(content).message_id == found.key
        sums = total(each.amount for each in found.payments)
        assert total(each.amount for each in read_order(content).transfers) == sums


def test_a_grant_of_another_funder_is_paid_from_its_own_money_alone(session, desk):
    oulu = a_funded_envelope(session, amount="8000").code
    grant = a_grant(session, desk.experiment, eur("5000"), envelope=oulu)
    (batch,) = desk.prepare(session)

    desk.release(session, batch)

    def balance(code):
        return ledger.balance(session, code)

    assert balance(f"cash:treasury:{oulu}") == eur("4500")
    assert balance("cash:treasury") == eur("2000000")
    statement = statement_for(queries.bank_file(session, batch.id)[1], booked_on=batch.pay_on)
    incoming = statements.read_incoming(statement, file_name="statement.xml")
    statements.import_statement(session, incoming, officer_id=desk.first, now=NOON)
    assert balance(f"budget:{oulu}:in_payment:{grant.id}") == eur("0")
    assert balance(f"budget:{oulu}:committed:{grant.id}") == eur("1500")
    assert balance("cash:in_transit") == eur("0")
    assert audit.verify(session).is_clean


def test_each_payment_has_its_own_entry_about_the_instalment(session, desk):
    a_grant(session, desk.experiment)
    (batch,) = desk.prepare(session)

    (payment,) = desk.release(session, batch).payments

    (entry,) = journal.entries_about(session, payment.instalment_id)
    assert (entry.id, entry.kind) == (payment.release_entry_id, "payment_released")


def test_whoever_prepared_a_batch_cannot_release_it(session, desk):
    a_grant(session, desk.experiment)
    (batch,) = desk.prepare(session)

    with pytest.raises(SamePersonError):
        desk.release(session, batch, officer=desk.first)

    assert ledger.balance(session, "cash:in_transit") == eur("0")


def test_the_database_itself_refuses_one_person_for_both(database):
    with database.transaction() as session:
        desk = Desk(session)
        a_grant(session, desk.experiment)
        desk.prepare(session)
    statement = sa.update(PaymentBatch).values(
        status="released", file_sha256="0" * 64, released_by_id=PaymentBatch.prepared_by_id
    )

    with pytest.raises(sa.exc.IntegrityError), database.transaction() as session:
        session.execute(statement)


def test_only_finance_officers_prepare_release_and_cancel(session, desk):
    a_grant(session, desk.experiment)
    steward = an_officer(session, "Stina Steward", roles=[Role.STEWARD]).id
    (batch,) = desk.prepare(session)

    for forbidden in (
        lambda: desk.prepare(session, officer_id=steward),
        lambda: desk.release(session, batch, officer=steward),
        lambda: desk.release(session, batch, officer="per_nobody"),
        lambda: batches.cancel_batch(session, batch.id, officer_id=steward, now=NOON),
    ):
        with pytest.raises(NotAllowedError):
            forbidden()


def test_a_cancelled_draft_frees_its_instalments_for_another_batch(session, desk):
    a_grant(session, desk.experiment)
    (draft,) = desk.prepare(session)

    batches.cancel_batch(session, draft.id, officer_id=desk.first, now=NOON)
    (again,) = desk.prepare(session)

    assert (again.key, len(queries.batch(session, again.id).payments)) == ("KOSU26002", 1)
    with pytest.raises(IllegalMoveError):
        desk.release(session, draft)
    with pytest.raises(BatchNotReleasedError):
        queries.bank_file(session, draft.id)


def test_a_released_batch_is_neither_released_again_nor_cancelled(session, desk):
    a_grant(session, desk.experiment)
    (batch,) = desk.prepare(session)
    desk.release(session, batch)

    with pytest.raises(IllegalMoveError):
        desk.release(session, batch)
    with pytest.raises(IllegalMoveError):
        batches.cancel_batch(session, batch.id, officer_id=desk.first, now=NOON)


def test_what_cannot_be_collected_is_refused_by_name(session, desk):
    grant = a_grant(session, desk.experiment)
    first, waiting = (each.id for each in grant.instalments)

    def collect(*ids):
        return batches.prepare_batches(session, ids, officer_id=desk.first, now=NOON)

    with pytest.raises(EmptyBatchError):
        collect()
    with pytest.raises(NotFoundError):
        collect(first, "ins_nothing")
    with pytest.raises(InstalmentNotOpenError) as refusal:
        collect(waiting)
    assert refusal.value.details == {"reference": "KS/1/2026_2", "status": "waiting"}
    (batch,) = collect(first, first)
    assert len(queries.batch(session, batch.id).payments) == 1
    with pytest.raises(InstalmentNotOpenError):
        collect(first)


def test_a_programme_without_an_account_pays_nothing(session):
    desk = Desk(session, profile={})
    a_grant(session, desk.experiment)

    with pytest.raises(PayerMissingError):
        desk.prepare(session)


def test_a_draft_that_waited_past_its_day_is_paid_on_the_day_of_release(session, desk):
    a_grant(session, desk.experiment)
    (batch,) = desk.prepare(session)
    late = NOON + timedelta(days=9)

    released = releases.release_batch(session, batch.id, officer_id=desk.second, now=late)

    assert released.pay_on == released.released_on == date(2026, 9, 25)
    assert b"<Dt>2026-09-25</Dt>" in queries.bank_file(session, batch.id)[1]


def test_two_officers_releasing_at_once_release_once(postgresql_database):
    with postgresql_database.transaction() as session:
        desk = Desk(session)
        third = an_officer(session, "Kolmas Kaisa").id
        for number in range(5):
            a_grant(session, desk.experiment, case_number=f"KS/{number}/2026")
        (batch,) = desk.prepare(session)

    outcomes = at_once(
        postgresql_database,
        *(
            lambda session, officer=officer: desk.release(session, batch, officer=officer)
            for officer in (desk.second, third)
        ),
    )

    assert sorted(outcomes) == ["IllegalMoveError", "done"]
    with postgresql_database.reading() as session:
        assert ledger.balance(session, "cash:in_transit") == eur("17500")
        assert audit.verify(session).is_clean


def test_two_officers_collecting_at_once_collect_an_instalment_once(postgresql_database):
    with postgresql_database.transaction() as session:
        desk = Desk(session)
        for number in range(3):
            a_grant(session, desk.experiment, case_number=f"KS/{number}/2026")
        chosen = [each.id for each in queries.open_instalments(session)]

    outcomes = at_once(
        postgresql_database,
        *(
            lambda session, officer=officer: batches.prepare_batches(
                session, chosen, officer_id=officer, now=NOON
            )
            for officer in (desk.first, desk.second)
        ),
    )

    assert sorted(outcomes) == ["InstalmentNotOpenError", "done"]


def test_first_awards_at_once_open_their_common_accounts_once(postgresql_database):
    with postgresql_database.transaction() as session:
        programme = a_programme(session)
        bodies = [an_experiment(session, programme, f"Kokeilu {number}") for number in range(4)]

    outcomes = at_once(
        postgresql_database,
        *(
            lambda session, number=number, body=body: a_grant(
                session, session.merge(body), case_number=f"KS/{number}/2026"
            )
            for number, body in enumerate(bodies)
        ),
    )

    assert outcomes == ["done"] * 4


def at_once(database, *acts):
    """Do things in transactions of their own at the same moment; say how each ended."""

    def running(act):
        def run():
            with database.transaction() as session:
                act(session)
            return "done"

        return run

    outcomes = outcomes_of(*map(running, acts))
    return [each if each == "done" else type(each).__name__ for each in outcomes]
