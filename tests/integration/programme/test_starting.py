"""Starting a programme: its appropriation is booked and divided, or nothing happens at all."""

from datetime import date

import pytest
import sqlalchemy as sa

from grantengine.errors import NotFoundError
from grantengine.ledger import journal
from grantengine.ledger.errors import AccountCodeError, InvalidTransferError, OverdraftError
from grantengine.money import eur
from grantengine.programme import queries, service
from grantengine.programme.chart import Stage, envelope_code, subject_accounts
from grantengine.programme.errors import UnknownEnvelopeError
from grantengine.programme.models import Envelope, Programme
from tests.support.ledger import an_entry, assert_in_balance, open_accounts, post
from tests.support.programme import NOON, STARTS_ON, a_plan


def start(database, **wishes):
    with database.transaction() as session:
        return service.start_programme(session, a_plan(**wishes), now=NOON)


def budget_of(database, **wishes):
    with database.reading() as session:
        return queries.budget(session, **wishes)


def counts_in(database):
    with database.reading() as session:
        rows = [
            session.scalar(sa.select(sa.func.count()).select_from(t)) for t in (Programme, Envelope)
        ]
        return [*rows, len(list(journal.all_entries(session)))]


def test_a_programme_starts_with_its_appropriation_and_its_allotments(database):
    programme = start(database)

    budget = budget_of(database)
    with database.reading() as session:
        entries = list(journal.all_entries(session))
        assert queries.current_programme(session).id == programme.id
    assert budget.appropriated == eur("1000.00")
    assert budget.unallotted == eur("100.00")
    assert [(each.envelope.code, each.allotted) for each in budget.envelopes] == [
        ("small", eur("600.00")),
        ("match", eur("300.00")),
    ]
    assert [entry.kind for entry in entries] == ["appropriated", "allotted", "allotted"]
    assert {entry.effective_on for entry in entries} == {STARTS_ON}
    assert_in_balance(database)


def test_the_whole_appropriation_may_be_allotted(database):
    start(database, envelopes=(("small", "999.99"), ("match", "0.01")))

    assert budget_of(database).unallotted == eur("0.00")


def test_an_envelope_may_be_empty(database):
    start(database, envelopes=(("small", "0.00"),))

    (small,) = budget_of(database).envelopes
    assert small.allotted == eur("0.00")


def test_envelopes_larger_than_the_appropriation_leave_nothing_half_done(database):
    with pytest.raises(OverdraftError) as refusal:
        start(database, envelopes=(("small", "600.00"), ("match", "400.01")))

    assert refusal.value.details == {
        "account": "budget:unallotted",
        "available_cents": 40000,
        "wanted_cents": 40001,
    }
    assert counts_in(database) == [0, 0, 0]
    assert_in_balance(database)


@pytest.mark.parametrize(
    ("wishes", "error"),
    [
        ({"appropriation": "0.00", "envelopes": ()}, InvalidTransferError),
        ({"envelopes": (("small", "-1.00"),)}, InvalidTransferError),
        ({"envelopes": (("two words", "1.00"),)}, AccountCodeError),
    ],
)
def test_a_plan_that_cannot_be_booked_leaves_nothing_half_done(database, wishes, error):
    with pytest.raises(error):
        start(database, **wishes)

    assert counts_in(database) == [0, 0, 0]


def test_two_envelopes_of_one_code_leave_nothing_half_done(database):
    with pytest.raises(sa.exc.IntegrityError):
        start(database, envelopes=(("small", "1.00"), ("small", "2.00")))

    assert counts_in(database) == [0, 0, 0]


def test_an_envelope_is_found_by_its_code(database):
    start(database)

    with database.reading() as session:
        assert queries.envelope(session, "match").code == "match"
        with pytest.raises(UnknownEnvelopeError) as refusal:
            queries.envelope(session, "large")
    assert refusal.value.details == {"envelope": "large"}


def test_without_a_programme_there_is_none_to_find(database):
    with database.reading() as session, pytest.raises(NotFoundError):
        queries.current_programme(session)


def test_the_budget_adds_up_at_every_stage_and_on_every_date(database):
    start(database)
    open_accounts(
        database, *subject_accounts("small", "grt_01"), *subject_accounts("small", "grt_02")
    )
    moves = [
        ("awarded", Stage.AVAILABLE, Stage.COMMITTED, "grt_01", "100.00", 1),
        ("awarded", Stage.AVAILABLE, Stage.COMMITTED, "grt_02", "50.00", 2),
        ("released", Stage.COMMITTED, Stage.IN_PAYMENT, "grt_01", "70.00", 3),
        ("paid", Stage.IN_PAYMENT, Stage.PAID, "grt_01", "70.00", 4),
    ]
    for number, (kind, source, target, subject, amount, day) in enumerate(moves):
        debit = envelope_code("small", source, None if source is Stage.AVAILABLE else subject)
        credit = envelope_code("small", target, subject)
        on = date(2026, 3, day)
        post(database, an_entry(f"{number}", (debit, credit, amount), kind=kind, on=on))

    def stages_on(day):
        budget = budget_of(database, on=date(2026, 3, day))
        small = budget.envelopes[0]
        assert small.allotted == eur("600.00")
        assert budget.appropriated == eur("1000.00")
        of = small.stages
        return [
            str(of[each]).removesuffix(" EUR")
            for each in list(Stage)[:5]
            if each is not Stage.RESERVED
        ]

    assert stages_on(1) == ["500.00", "100.00", "0.00", "0.00"]
    assert stages_on(2) == ["450.00", "150.00", "0.00", "0.00"]
    assert stages_on(3) == ["450.00", "80.00", "70.00", "0.00"]
    assert stages_on(4) == ["450.00", "80.00", "0.00", "70.00"]
    assert budget_of(database).stage_total(Stage.AVAILABLE) == eur("750.00")


def test_before_it_starts_a_programme_has_no_money(database):
    start(database)

    budget = budget_of(database, on=date(2026, 1, 6))

    assert budget.appropriated == budget.unallotted == eur("0.00")
    assert [each.allotted for each in budget.envelopes] == [eur("0.00"), eur("0.00")]
