"""At the funding line: more reviews for those who cannot be told apart, and then lots."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.ids import new_id
from grantengine.reviews import queries, selecting, standings
from grantengine.reviews.assigning import give_reviewers
from grantengine.reviews.draw import CODE_BYTES, commitment_to, drawn_order
from grantengine.reviews.draw_models import Draw
from grantengine.reviews.errors import (
    DrawAnnouncedError,
    DrawTimeError,
    NothingToDrawError,
    ReviewsUnfinishedError,
)
from grantengine.reviews.experiment_card import clean_text
from grantengine.reviews.lifecycle import DRAW_MOVES, DrawStatus, ReviewStatus
from grantengine.reviews.lots import Lots, Placed, lots_between
from grantengine.reviews.models import Application, Call
from grantengine.reviews.ranking.order import Ranked
from grantengine.reviews.service import locked_call

# Two more tell more true winners apart than any mathematics on the first ones.
MORE_REVIEWS: Final = 2


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is made public before a draw.

    Attributes:
        randomness_source: where the randomness will come from and how it is written down.
        randomness_at: from when on it can exist.
    """

    randomness_source: str
    randomness_at: datetime


def ask_for_more_reviews(
    session: Session, call_id: str, *, now: datetime
) -> tuple[int, Mapping[str, int]]:
    """Give those at the funding line two more reviewers each.

    Returns:
        How many applications that is, and by id how many reviewers could not be found.

    Raises:
        ReviewsUnfinishedError: reviews are still to come.
        NothingToDrawError: the reviews tell everybody apart.
        DrawAnnouncedError: a draw rests on the reviews as they are.
    """
    call = locked_call(session, call_id)
    _refuse_announced(session, call)
    applications = queries.applications_to_review(session, call_id)
    undecided = {each.application_id for each in _at_the_line(session, call, applications)}
    chosen = [each for each in applications if each.id in undecided]
    for application in chosen:
        application.reviews_extra += MORE_REVIEWS
    return len(chosen), give_reviewers(session, chosen, now=now)


def announce_draw(
    session: Session, call_id: str, announcement: Announcement, *, now: datetime, actor_id: str
) -> Draw:
    """Publish who takes part, the commitment to a new secret code, and the randomness to come.

    Raises:
        DrawTimeError: the randomness could exist already.
        ReviewsUnfinishedError: reviews are still to come.
        NothingToDrawError: the reviews tell everybody apart, or floors leave no place to draw for.
        DrawAnnouncedError: there is one already.
    """
    call = locked_call(session, call_id)
    _refuse_announced(session, call)
    if announcement.randomness_at <= now:
        raise DrawTimeError(randomness_at=announcement.randomness_at)
    applications = queries.applications_to_review(session, call_id)
    lots = _lots(session, call, applications)
    code = secrets.token_bytes(CODE_BYTES)
    draw = Draw(
        id=new_id("drw", now),
        call_id=call_id,
        status=DrawStatus.ANNOUNCED,
        labels=lots.labels,
        winners=lots.winners,
        randomness_source=clean_text(announcement.randomness_source),
        randomness_at=announcement.randomness_at,
        commitment=commitment_to(code),
        one_time_code=code.hex(),
        announced_at=now,
    )
    session.add(draw)
    session.flush()  # Its history points at it.
    history.start(session, draw, now=now, actor_id=actor_id)
    return draw


def hold_draw(
    session: Session, call_id: str, public_randomness: str, *, now: datetime, actor_id: str
) -> Draw:
    """Reveal the code and put the labels in order; from then on nothing of it changes.

    Raises:
        NothingToDrawError: no draw was announced.
        DrawTimeError: the randomness cannot exist yet.
        DrawInputError: the randomness is empty.
        IllegalMoveError: lots have been drawn.
    """
    locked_call(session, call_id)
    draw = standings.draw_of(session, call_id)
    if draw is None:
        raise NothingToDrawError(call=call_id)
    history.move(session, draw, DRAW_MOVES, DrawStatus.DRAWN, now=now, actor_id=actor_id)
    if now < draw.randomness_at:
        raise DrawTimeError(randomness_at=draw.randomness_at)
    # Line ends of a browser are not those of the announcement, and nobody sees them.
    written = "\n".join(public_randomness.strip().splitlines())
    order = drawn_order(
        draw.labels, one_time_code=bytes.fromhex(draw.one_time_code), public_randomness=written
    )
    draw.public_randomness = written
    draw.tickets = {each.label: each.ticket for each in order}
    draw.drawn_at = now
    return draw


def _refuse_announced(session: Session, call: Call) -> None:
    if standings.draw_of(session, call.id) is not None:
        raise DrawAnnouncedError(call=call.slug)


def _at_the_line(session: Session, call: Call, applications: Sequence[Application]) -> list[Ranked]:
    waiting = sum(max(0, each.reviews_wanted - _finished(each)) for each in applications)
    if waiting:
        raise ReviewsUnfinishedError(waiting=waiting)
    undecided = standings.at_the_line(standings.ranking_of(session, call))
    if not undecided:
        raise NothingToDrawError(call=call.slug)
    return undecided


def _lots(session: Session, call: Call, applications: Sequence[Application]) -> Lots:
    _at_the_line(session, call, applications)
    query = sa.select(Application.id, Application.region_code)
    regions = dict(session.execute(query.where(Application.call_id == call.id)).all())
    placed = [
        Placed(each.case_number, regions[each.application_id], each.group)
        for each in standings.ranking_of(session, call)
    ]
    floors = selecting.rules_of(session, call.id).floors
    lots = lots_between(placed, places=call.grants_target, floors=floors)
    if not lots.labels:
        raise NothingToDrawError(call=call.slug)
    return lots


def _finished(application: Application) -> int:
    return sum(each.status == ReviewStatus.SUBMITTED for each in application.reviews)
