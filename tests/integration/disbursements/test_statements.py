"""Statements: what the bank says is booked once, what does not fit waits for a person."""

from datetime import date

import pytest
from lxml import etree

from grantengine.disbursements import batches, queries, releases, statements
from grantengine.disbursements.errors import MovementHandledError, StatementNotXMLError
from grantengine.disbursements.models import Payment
from grantengine.errors import NotAllowedError, NotFoundError
from grantengine.ledger import audit, journal
from grantengine.ledger import queries as ledger
from grantengine.money import eur
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from tests.support.bank import batch_statement_for, read_order, statement_for
from tests.support.cases import case_path
from tests.support.disbursements import (
    NOON,
    TODAY,
    a_grant,
    a_programme,
    a_settled_campaign,
    an_experiment,
    an_officer,
)
from tests.support.threads import run_together

FRIDAY = date(2026, 9, 18)
SAMPLES = (
    "banks/nordea_example_camt.xml",
    "banks/abn_amro_example_camt.xml",
    "finnish-federation/FI_camt_053_sample.xml",
    "finnish-channel/camt.053.001.02-s01.xml",
)


class Released:
    """A released batch of two grants of EUR 3,500, and its bank file."""

    def __init__(self, session):
        experiment = an_experiment(session, a_programme(session))
        self.first, self.second = (
            an_officer(session, name).id for name in ("Rahanen Raija", "Tilinen Teija")
        )
        self.grants = [
            a_grant(session, experiment, case_number=f"KS/{number}/2026") for number in (1, 2)
        ]
        self.file = self.pay(session)

    def pay(self, session):
        chosen = [each.id for each in queries.open_instalments(session)]
        for batch in batches.prepare_batches(session, chosen, officer_id=self.first, now=NOON):
            releases.release_batch(session, batch.id, officer_id=self.second, now=NOON)
        return queries.bank_file(session, batch.id)[1]

    @property
    def ids(self):
        return [each.end_to_end_id for each in read_order(self.file).transfers]


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def released(session):
    return Released(session)


def take(session, content, *, now=NOON):
    incoming = statements.read_incoming(content, file_name="tiliote.xml")
    return statements.import_statement(session, incoming, officer_id=None, now=now)


def counts(imported):
    names = ("paid", "returned", "known", "unclear", "foreign", "unbooked")
    found = {name: getattr(imported.statement, f"{name}_count") for name in names}
    return {name: count for name, count in found.items() if count}


def doubts(session):
    return [(each.doubt, each.end_to_end_id) for each in queries.unclear_movements(session)]


def test_a_statement_marks_paid_and_books_on_the_banks_day(session, released):
    imported = take(session, statement_for(released.file, booked_on=FRIDAY))

    assert counts(imported) == {"paid": 2}
    assert imported.statement.paid_cents == 700000
    for grant in released.grants:
        first, waiting = grant.instalments
        assert (first.status, waiting.status) == ("paid", "waiting")
        assert ledger.balance(session, f"budget:small:paid:{grant.id}") == eur("3500")
        released_entry, confirmed = journal.entries_about(session, first.id)
        assert (confirmed.kind, confirmed.effective_on) == ("payment_confirmed", FRIDAY)
        assert released_entry.effective_on == TODAY
    assert ledger.balance(session, "cash:grants:82510000:small") == eur("7000")
    assert ledger.balance(session, "cash:in_transit") == eur("0")
    assert audit.verify(session).is_clean


def test_private_money_is_confirmed_out_of_escrow(session):
    experiment = an_experiment(session, a_programme(session))
    event = a_settled_campaign(session, experiment, private=eur("900"), matched=eur("300"))
    first, second = (an_officer(session, name).id for name in ("Rahanen Raija", "Tilinen Teija"))
    chosen = [each.id for each in queries.open_instalments(session)]
    for batch in batches.prepare_batches(session, chosen, officer_id=first, now=NOON):
        releases.release_batch(session, batch.id, officer_id=second, now=NOON)
        take(session, statement_for(queries.bank_file(session, batch.id)[1], booked_on=FRIDAY))

    balances = {
        code: ledger.balance(session, f"{code}:{event.campaign_id}")
        for code in ("pledges:delivered", "pledges:kept", "cash:payable", "budget:match:paid")
    }
    assert balances == {
        "pledges:delivered": eur("900"),
        "pledges:kept": eur("0"),
        "cash:payable": eur("0"),
        "budget:match:paid": eur("300"),
    }
    assert ledger.balance(session, "cash:escrow") == eur("0")


def test_the_same_file_twice_says_so_and_does_nothing(session, released):
    content = statement_for(released.file, booked_on=FRIDAY)
    first = take(session, content)

    again = take(session, content)

    assert (first.is_new, again.is_new) == (True, False)
    assert again.statement.id == first.statement.id
    assert counts(again) == {"paid": 2}
    assert len(queries.statements(session)) == 1


def test_the_same_movements_in_another_file_are_known(session, released):
    take(session, statement_for(released.file, booked_on=FRIDAY, statement_id="DAY"))

    again = take(session, statement_for(released.file, booked_on=FRIDAY, statement_id="WEEK"))

    assert counts(again) == {"known": 2}
    assert ledger.balance(session, "cash:grants:82510000:small") == eur("7000")


def test_a_payment_debited_on_another_day_again_is_for_a_person(session, released):
    take(session, statement_for(released.file, booked_on=FRIDAY))

    again = take(session, statement_for(released.file, booked_on=date(2026, 9, 21)))

    assert counts(again) == {"unclear": 2}
    assert doubts(session) == [("paid_twice", each) for each in released.ids]


def test_a_returned_payment_opens_its_instalment_again(session, released):
    back = released.ids[0]
    imported = take(
        session, statement_for(released.file, booked_on=FRIDAY, returned={back: "AC04"})
    )

    assert counts(imported) == {"paid": 2, "returned": 1}
    payment = session.query(Payment).filter_by(end_to_end_id=back).one()
    assert (payment.status, payment.return_reason) == ("returned", "AC04")
    assert payment.instalment.status == "open"
    grant = payment.instalment.grant
    assert ledger.balance(session, f"budget:small:committed:{grant.id}") == eur("5000")
    assert ledger.balance(session, "cash:treasury") == eur("1996500")
    assert audit.verify(session).is_clean


def test_what_came_back_is_paid_again_under_a_new_id(session, released):
    back = released.ids[0]
    take(session, statement_for(released.file, booked_on=FRIDAY, returned={back: "AC04"}))

    again = released.pay(session)
    imported = take(session, statement_for(again, booked_on=date(2026, 9, 22)))

    assert [each.end_to_end_id for each in read_order(again).transfers] == ["KOSU26002-0001"]
    assert counts(imported) == {"paid": 1}
    assert ledger.balance(session, "cash:grants:82510000:small") == eur("7000")
    assert audit.verify(session).is_clean


def test_a_return_imported_before_its_debit_ends_the_same(session, released):
    whole = statement_for(released.file, booked_on=FRIDAY, returned={released.ids[0]: "AC04"})
    debits = statement_for(released.file, booked_on=FRIDAY)
    only_back = without_debits(whole)

    assert counts(take(session, only_back)) == {"returned": 1}
    assert counts(take(session, debits)) == {"paid": 1, "known": 1}
    assert doubts(session) == []
    assert audit.verify(session).is_clean


def test_what_the_bank_refused_stays_in_payment(session, released):
    imported = take(
        session, statement_for(released.file, booked_on=FRIDAY, refused=[released.ids[1]])
    )

    assert counts(imported) == {"paid": 1}
    assert released.grants[1].instalments[0].status == "in_payment"


def test_a_pending_movement_counts_when_it_is_booked(session, released):
    early = statement_for(released.file, booked_on=FRIDAY, pending=released.ids)
    assert counts(take(session, early)) == {"unbooked": 2}

    assert counts(take(session, statement_for(released.file, booked_on=FRIDAY))) == {"paid": 2}


def test_a_tampered_amount_moves_nothing_and_waits_for_a_person(session, released):
    content = statement_for(released.file, booked_on=FRIDAY)
    tampered = content.replace(b">3500.00<", b">3500.01<", 1)

    imported = take(session, tampered)

    assert counts(imported) == {"paid": 1, "unclear": 1}
    assert doubts(session) == [("amount_differs", released.ids[0])]
    assert released.grants[0].instalments[0].status == "in_payment"
    assert ledger.balance(session, "cash:in_transit") == eur("3500")


def test_an_id_that_we_never_gave_waits_for_a_person(session, released):
    content = statement_for(released.file, booked_on=FRIDAY)
    stranger = content.replace(released.ids[0].encode(), b"SOMEBODY-ELSE")

    assert counts(take(session, stranger)) == {"paid": 1, "unclear": 1}
    assert doubts(session) == [("unknown_id", "SOMEBODY-ELSE")]


def test_a_payment_of_a_draft_cannot_have_been_paid(session, released):
    a_grant(
        session,
        an_experiment(session, programme.current_programme(session), "Uusi"),
        case_number="KS/9/2026",
    )
    chosen = [each.id for each in queries.open_instalments(session)]
    (draft,) = batches.prepare_batches(session, chosen, officer_id=released.first, now=NOON)
    content = statement_for(released.file, booked_on=FRIDAY)
    forged = content.replace(released.ids[0].encode(), f"{draft.key}-0001".encode())

    assert counts(take(session, forged)) == {"paid": 1, "unclear": 1}
    assert doubts(session) == [("not_sent", "KOSU26002-0001")]


def test_a_batch_booked_as_one_debit_pays_each_of_its_payments(session, released):
    content = batch_statement_for(released.file, booked_on=FRIDAY, with_details=False)

    assert counts(take(session, content)) == {"paid": 2}
    assert audit.verify(session).is_clean


def test_a_batch_booked_with_another_sum_waits_for_a_person(session, released):
    content = batch_statement_for(released.file, booked_on=FRIDAY, with_details=False)

    assert counts(take(session, content.replace(b">7000.00<", b">6999.99<"))) == {"unclear": 1}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_real_statement_without_anything_of_ours_is_no_error(session, released, name):
    imported = take(session, case_path(f"bank-samples/{name}").read_bytes())

    assert imported.is_new
    assert set(counts(imported)) <= {"foreign", "unbooked"}
    assert doubts(session) == []


def test_what_is_no_statement_is_refused_and_not_kept(session, released):
    with pytest.raises(StatementNotXMLError):
        take(session, b"Summa;Val\n2,50;EUR\n")

    assert queries.statements(session) == []


def test_a_person_notes_what_became_of_a_doubt_once(session, released):
    content = statement_for(released.file, booked_on=FRIDAY).replace(b">3500.00<", b">1.00<", 1)
    take(session, content)
    (movement,) = queries.unclear_movements(session)
    noted = {"officer_id": released.first, "note": "Pankin virhe, korjattu.", "now": NOON}

    statements.handle_movement(session, movement.id, **noted)
    session.flush()

    assert queries.unclear_movements(session) == []
    with pytest.raises(MovementHandledError):
        statements.handle_movement(session, movement.id, **noted)
    with pytest.raises(NotFoundError):
        statements.handle_movement(session, 999, **noted)


def without_debits(content):
    root = etree.fromstring(content)
    for entry in root.findall(".//{*}Ntry"):
        if entry.findtext("{*}CdtDbtInd") == "DBIT":
            entry.getparent().remove(entry)
    return etree.tostring(root)


def test_the_same_file_imported_twice_at_once_counts_once(postgresql_database):
    with postgresql_database.transaction() as session:
        released = Released(session)
    content = statement_for(released.file, booked_on=FRIDAY)

    def import_it():
        with postgresql_database.transaction() as session:
            return take(session, content).is_new

    assert sorted(run_together(import_it, import_it)) == [False, True]
    with postgresql_database.reading() as session:
        assert ledger.balance(session, "cash:grants:82510000:small") == eur("7000")
        assert audit.verify(session).is_clean


def test_two_statements_of_the_same_payments_at_once_book_them_once(postgresql_database):
    with postgresql_database.transaction() as session:
        released = Released(session)
    contents = [
        statement_for(released.file, booked_on=FRIDAY, statement_id=name) for name in ("A", "B")
    ]

    def importing(content):
        def run():
            with postgresql_database.transaction() as session:
                return counts(take(session, content))

        return run

    outcomes = run_together(*map(importing, contents))

    assert sorted(outcomes, key=str) == [{"known": 2}, {"paid": 2}]


def test_only_a_finance_officer_imports_in_person(session, released):
    steward = an_officer(session, "Stina Steward", roles=[Role.STEWARD]).id
    incoming = statements.read_incoming(
        statement_for(released.file, booked_on=FRIDAY), file_name="tiliote.xml"
    )

    with pytest.raises(NotAllowedError):
        statements.import_statement(session, incoming, officer_id=steward, now=NOON)
