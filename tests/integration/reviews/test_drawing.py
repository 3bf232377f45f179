"""At the funding line: two more reviews, a draw announced, and lots that anybody can check."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from grantengine.programme.places import load_places
from grantengine.reviews import drawing, queries, selecting, standings
from grantengine.reviews.draw import commitment_to
from grantengine.reviews.drawing import Announcement
from grantengine.reviews.errors import (
    DrawAnnouncedError,
    DrawInputError,
    DrawTimeError,
    NothingToDrawError,
    ReviewsUnfinishedError,
)
from grantengine.reviews.lifecycle import DrawStatus, ReviewStatus
from grantengine.reviews.ranking.groups import Group
from grantengine.reviews.selection import SelectionRules
from grantengine.transitions import IllegalMoveError
from grantengine.web.commands.recompute import group
from tests.support.reviews import (
    DECIDED,
    a_call,
    a_finished_review,
    a_programme,
    a_submitted_application,
    an_official,
    finish_reviews,
    publish,
    scores,
    send_to_review,
    some_reviewers,
)

LOTTERY_AT = DECIDED + timedelta(days=3)
ANNOUNCEMENT = Announcement("Lotto of 7 November 2026, main numbers ascending, spaces", LOTTERY_AT)
NUMBERS = "4 8 15 16 23 40 42"


@pytest.fixture
def session(database):
    with database.transaction() as session:
        a_programme(session)
        some_reviewers(session, 6)
        yield session


@pytest.fixture
def call(session):
    return a_call(session, grants_target=2)


def reviewed(session, call, *points):
    """Give as many applications these points from both of their reviewers."""
    applications = [a_submitted_application(session, call) for _ in points]
    send_to_review(session, call)
    for application, each in zip(applications, points, strict=True):
        session.refresh(application, ["reviews"])
        finish_reviews(session, application, each, each)
    session.flush()
    return applications


def announce(session, call, announcement=ANNOUNCEMENT, *, now=DECIDED):
    return drawing.announce_draw(
        session, call.id, announcement, now=now, actor_id=an_official(session).id
    )


def hold(session, call, numbers=NUMBERS, *, now=LOTTERY_AT):
    return drawing.hold_draw(session, call.id, numbers, now=now, actor_id=an_official(session).id)


def test_those_at_the_line_get_two_more_reviewers_who_have_not_read_them(session, call):
    applications = reviewed(session, call, 4, 4, 4, 4)

    count, shortages = drawing.ask_for_more_reviews(session, call.id, now=DECIDED)

    assert (count, shortages) == (4, {})
    for application in applications:
        session.refresh(application, ["reviews"])
        assert application.reviews_wanted == 4
        assert len({each.reviewer_id for each in application.reviews}) == 4
        statuses = [each.status for each in application.reviews]
        assert statuses.count(ReviewStatus.ASSIGNED) == 2


def test_more_reviews_are_asked_only_when_all_are_in_and_leave_somebody_at_the_line(session, call):
    reviewed(session, call, 4, 4, 4)
    drawing.ask_for_more_reviews(session, call.id, now=DECIDED)

    with pytest.raises(ReviewsUnfinishedError) as refusal:
        drawing.ask_for_more_reviews(session, call.id, now=DECIDED)
    assert refusal.value.details["waiting"] == 6
    with pytest.raises(ReviewsUnfinishedError):
        announce(session, call)


def test_where_reviews_tell_everybody_apart_there_is_nothing_to_draw(session):
    call = a_call(session, grants_target=5)
    reviewed(session, call, 6, 2)

    with pytest.raises(NothingToDrawError):
        drawing.ask_for_more_reviews(session, call.id, now=DECIDED)
    with pytest.raises(NothingToDrawError):
        announce(session, call)
    with pytest.raises(NothingToDrawError):
        hold(session, call)


def test_a_draw_is_announced_with_its_labels_and_a_commitment_to_a_secret(session, call):
    applications = reviewed(session, call, 4, 4, 4)

    draw = announce(session, call)

    assert draw.status == DrawStatus.ANNOUNCED
    assert draw.labels == sorted(each.case_number for each in applications)
    assert draw.winners == 2
    assert draw.commitment == commitment_to(bytes.fromhex(draw.one_time_code))
    assert draw.order == []
    with pytest.raises(DrawAnnouncedError):
        announce(session, call)
    with pytest.raises(DrawAnnouncedError):
        drawing.ask_for_more_reviews(session, call.id, now=DECIDED)


def test_a_floor_that_lots_cannot_reach_takes_its_place_before_them(session):
    load_places(session)
    call = a_call(session, grants_target=3, reviews_per_application=4, published=False)
    selecting.keep_rules(session, call.id, SelectionRules(floors={"19": 1}))
    publish(session, call)
    applications = [a_submitted_application(session, call) for _ in range(7)]
    send_to_review(session, call)
    for application, points in zip(applications, (6, 4, 4, 4, 4, 1, 1), strict=True):
        session.refresh(application, ["reviews"])
        application.region_code = "19" if points == 1 else None
        for review in application.reviews:
            a_finished_review(session, review, scores(points))
    session.flush()

    draw = announce(session, call)

    assert (len(draw.labels), draw.winners) == (4, 1)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=-1)])
def test_randomness_that_could_exist_already_cannot_be_announced(session, call, late):
    reviewed(session, call, 4, 4, 4)

    with pytest.raises(DrawTimeError):
        announce(session, call, Announcement("dice", DECIDED + late))


def test_lots_are_drawn_once_and_not_before_their_time(session, call):
    reviewed(session, call, 4, 4, 4)
    announce(session, call)

    with pytest.raises(DrawTimeError), session.begin_nested():
        hold(session, call, now=LOTTERY_AT - timedelta(seconds=1))
    session.expire_all()
    with pytest.raises(DrawInputError), session.begin_nested():
        hold(session, call, " \r\n ")
    session.expire_all()
    draw = hold(session, call, f" {NUMBERS}\r\n")

    assert draw.public_randomness == NUMBERS
    assert [ticket for _label, ticket in draw.order] == sorted(draw.tickets.values())
    with pytest.raises(IllegalMoveError):
        hold(session, call, "1 2 3 4 5 6 7")


def test_an_outsider_gets_the_same_order_from_what_is_published(session, call, tmp_path):
    reviewed(session, call, 4, 4, 4)
    announce(session, call)
    draw = hold(session, call)
    file = tmp_path / "draw.json"
    file.write_text(
        json.dumps(
            {
                "labels": draw.labels,
                "one_time_code": draw.one_time_code,
                "public_randomness": draw.public_randomness,
                "winners": draw.winners,
            }
        )
    )

    told = json.loads(CliRunner().invoke(group, ["draw", str(file), "--json"]).stdout)

    assert [(each["label"], each["ticket"]) for each in told["order"]] == draw.order


def test_grants_go_to_those_above_the_line_then_as_the_lots_fell(session):
    call = a_call(session, grants_target=3, reviews_per_application=4)
    applications = [a_submitted_application(session, call) for _ in range(7)]
    send_to_review(session, call)
    for application, points in zip(applications, (6, 6, 4, 4, 4, 1, 1), strict=True):
        session.refresh(application, ["reviews"])
        for review in application.reviews:
            a_finished_review(session, review, scores(points))
    session.flush()
    announce(session, call)
    draw = hold(session, call)

    ranked = standings.ranking_of(session, call)
    ordered = standings.in_decision_order(ranked, draw)

    assert [each.group for each in ordered] == [Group.FUND] * 2 + [Group.DRAW] * 3 + [
        Group.REJECT
    ] * 2
    assert [each.case_number for each in ordered[2:5]] == [label for label, _ in draw.order]
    drawn = queries.application(session, ordered[2].application_id)
    standing = standings.standing_of(session, drawn)
    assert (standing["group"], standing["ticket"]) == ("draw", draw.order[0][1])
