"""Calls: planned, published, opened and closed to the instant by their own times."""

from datetime import UTC, date, datetime, timedelta

import pytest

from grantengine import history
from grantengine.clock import HELSINKI, FixedClock
from grantengine.errors import NotFoundError
from grantengine.ids import new_id
from grantengine.money import eur
from grantengine.programme.errors import UnknownEnvelopeError
from grantengine.reviews import calendar, queries, service
from grantengine.reviews.errors import (
    CallClosedError,
    CallNotOpenError,
    CallPlanError,
    RubricError,
)
from grantengine.reviews.lifecycle import CallStatus
from grantengine.reviews.models import Call
from grantengine.reviews.planning import InstalmentShare
from grantengine.transitions import IllegalMoveError
from tests.support.reviews import (
    CLOSES,
    INSTANT,
    NOON,
    OPENS,
    a_call,
    a_call_plan,
    a_draft,
    a_programme,
    send_to_review,
    status_of_call,
)
from tests.support.threads import run_together


@pytest.fixture
def session(database):
    with database.transaction() as session:
        a_programme(session)
        yield session


def test_a_draft_is_seen_by_nobody(session):
    call = a_call(session, published=False)

    assert call.status == CallStatus.DRAFT
    assert list(queries.public_calls(session)) == []
    assert list(queries.open_calls(session, now=OPENS)) == []
    with pytest.raises(NotFoundError):
        queries.call_by_slug(session, call.slug)


def test_a_draft_takes_no_application_even_while_it_would_be_open(session):
    call = a_call(session, published=False)

    with pytest.raises(CallNotOpenError):
        a_draft(session, call, now=OPENS)


def test_a_published_call_is_found_by_its_address(session):
    call = a_call(session)

    assert queries.call_by_slug(session, "pienet-kokeilut") is call
    assert [each.status for each in history.history_of(session, call.id)] == ["draft", "published"]


def test_two_calls_of_one_title_have_two_addresses(session):
    slugs = [a_call(session).slug for _ in range(3)]

    assert slugs == ["pienet-kokeilut", "pienet-kokeilut-2", "pienet-kokeilut-3"]


def test_a_call_is_published_once(session):
    call = a_call(session)

    with pytest.raises(IllegalMoveError) as refusal:
        service.publish_call(session, call.id, now=NOON, actor_id=None)

    assert refusal.value.details == {"current": "published", "target": "published"}


def test_a_call_takes_applications_from_its_opening_to_just_before_its_closing(session):
    call = a_call(session)

    with pytest.raises(CallNotOpenError) as early:
        a_draft(session, call, now=OPENS - INSTANT)
    a_draft(session, call, now=OPENS)
    a_draft(session, call, now=CLOSES - INSTANT)
    with pytest.raises(CallClosedError) as late:
        a_draft(session, call, now=CLOSES)

    assert early.value.details == {"slug": call.slug, "opens_at": OPENS}
    assert late.value.details == {"slug": call.slug, "closes_at": CLOSES}


def test_an_instant_said_in_helsinki_is_the_same_instant(database):
    closes = datetime(2026, 10, 25, 4, 0, tzinfo=HELSINKI)  # after the clocks went back at four
    with database.transaction() as session:
        a_programme(session)
        call = a_call(session, closes_at=closes)
    with database.reading() as session:
        kept = session.get_one(Call, call.id)

    assert kept.closes_at == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)
    service.ensure_takes_applications(kept, now=closes - INSTANT)
    with pytest.raises(CallClosedError):
        service.ensure_takes_applications(kept, now=closes.astimezone(UTC))


@pytest.mark.parametrize(
    ("now", "status"),
    [
        (OPENS - INSTANT, CallStatus.PUBLISHED),
        (OPENS, CallStatus.OPEN),
        (CLOSES - INSTANT, CallStatus.OPEN),
        (CLOSES, CallStatus.CLOSED),
        (CLOSES + timedelta(days=400), CallStatus.CLOSED),
    ],
)
def test_the_task_marks_what_the_instants_have_decided(database, now, status):
    with database.transaction() as session:
        a_programme(session)
        call = a_call(session)

    calendar.advance_calls(database, FixedClock(now))
    calendar.advance_calls(database, FixedClock(now))

    assert status_of_call(database, call) == status


def test_a_call_published_while_it_is_open_opens_at_once(session):
    call = a_call(session, published=False)

    service.publish_call(session, call.id, now=OPENS, actor_id=None)

    assert call.status == CallStatus.OPEN


def test_open_calls_are_those_of_the_instant_whatever_the_task_has_marked(session):
    call = a_call(session)

    def are_open(now):
        return list(queries.open_calls(session, now=now))

    assert are_open(OPENS - INSTANT) == []
    assert are_open(OPENS) == [call]
    assert are_open(CLOSES - INSTANT) == [call]
    assert are_open(CLOSES) == []


def test_reviews_do_not_begin_while_a_call_is_open(session):
    call = a_call(session)

    with pytest.raises(IllegalMoveError) as refusal:
        send_to_review(session, call, now=CLOSES - INSTANT)

    assert refusal.value.details == {"current": "open", "target": "in_review"}


@pytest.mark.parametrize(
    ("field", "wish"),
    [
        ("closes_at", {"closes_at": OPENS}),
        ("use_ends_on", {"use_ends_on": date(2026, 12, 1)}),
        ("grant_max", {"grant_max": eur("999.99")}),
        ("grant_max", {"grant_min": eur("0")}),
        ("cost_share_max_percent", {"cost_share_max_percent": 0}),
        ("cost_share_max_percent", {"cost_share_max_percent": 101}),
        ("grants_target", {"grants_target": 0}),
        ("reviews_per_application", {"reviews_per_application": 0}),
        ("goal_ids", {"goal_ids": []}),
        ("goal_ids", {"goal_ids": ["gol_unknown"]}),
        ("applicant_kinds", {"applicant_kinds": []}),
        ("texts", {"texts": {}}),
        ("texts", {"texts": {"fi": {"title": " "}}}),
        ("instalments", {"instalments": [InstalmentShare(99, 14)]}),
        ("instalments", {"instalments": [InstalmentShare(150, 14), InstalmentShare(-50, 30)]}),
        ("instalments", {"instalments": [InstalmentShare(100, -1)]}),
    ],
)
def test_a_plan_that_cannot_be_is_refused_by_the_name_of_its_field(sqlite_database, field, wish):
    with sqlite_database.transaction() as session:
        a_programme(session)
        with pytest.raises(CallPlanError) as refusal:
            a_call(session, **wish)

    assert refusal.value.details == {"field": field, "reason": "invalid"}


def test_a_call_needs_an_envelope_of_the_programme(session):
    with pytest.raises(UnknownEnvelopeError):
        a_call(session, envelope="strong")


def test_a_call_needs_a_rubric_that_can_be_used(session):
    with pytest.raises(RubricError):
        service.draft_call(
            session, a_call_plan(session, rubric={"criteria": []}), now=NOON, actor_id=None
        )


def test_two_clicks_at_once_draft_one_call(postgresql_database):
    database, kept_id = postgresql_database, new_id("cal", NOON)
    with database.transaction() as session:
        a_programme(session)
        plan = a_call_plan(session)

    def click():
        with database.transaction() as session:
            call = service.draft_call(session, plan, now=NOON, actor_id=None, call_id=kept_id)
            return call.id

    assert run_together(*[click] * 4) == [kept_id] * 4


def test_a_call_is_closed_early_once_and_never_before_it_opens(session):
    call = a_call(session)
    with pytest.raises(CallNotOpenError):
        service.close_call(session, call.id, now=OPENS, actor_id=None)

    service.close_call(session, call.id, now=OPENS + INSTANT, actor_id=None)

    assert (call.status, call.closes_at) == (CallStatus.CLOSED, OPENS + INSTANT)
    with pytest.raises(IllegalMoveError):
        service.close_call(session, call.id, now=CLOSES, actor_id=None)
