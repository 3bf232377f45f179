"""All proposals of a call signed by one word: a task that can be begun again at any point."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from grantengine import history, tasks
from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.errors import GrantEngineError, NotFoundError
from grantengine.faults import DatabaseBusyError, DiskFullError, ReadOnlyError
from grantengine.ids import new_id
from grantengine.money import Money
from grantengine.programme.models import Person
from grantengine.reviews import standings
from grantengine.reviews.batch_models import SigningBatch, SigningItem
from grantengine.reviews.deciding import sign_decision
from grantengine.reviews.errors import NothingToSignError
from grantengine.reviews.lifecycle import SIGNING_MOVES, DecisionStatus, SigningStatus
from grantengine.reviews.models import Application, Decision
from grantengine.reviews.service import locked_call
from grantengine.tasks import Priority

SIGN_TASK = "sign_batch"


def start_batch(
    session: Session,
    call_id: str,
    decision_ids: Sequence[str],
    *,
    decision_maker: Person,
    now: datetime,
) -> SigningBatch:
    """Take a decision-maker's word on proposals of a call; the signing itself is a task.

    Proposals that wait in another batch, and whatever is no longer proposed, are left out.

    Args:
        session: the transaction; the call's row is held in it.
        call_id: the call.
        decision_ids: proposals in the order in which they are signed, best first.
        decision_maker: whose word it is.
        now: the instant.

    Raises:
        NothingToSignError: nothing is left to sign.
    """
    call = locked_call(session, call_id)
    open_ids = set(session.scalars(_open_proposals(call_id)))
    chosen = [each for each in dict.fromkeys(decision_ids) if each in open_ids]
    if not chosen:
        raise NothingToSignError(call=call.slug)
    batch = SigningBatch(
        id=new_id("sgb", now), call_id=call_id, decision_maker_id=decision_maker.id, started_at=now
    )
    session.add(batch)
    session.flush()  # Its items point at it.
    for position, decision_id in enumerate(chosen, start=1):
        item = SigningItem(
            id=new_id("sgi", now),
            batch_id=batch.id,
            decision_id=decision_id,
            position=position,
            status=SigningStatus.WAITING,
        )
        session.add(item)
        session.flush()  # Its history points at it.
        history.start(session, item, now=now, actor_id=decision_maker.id)
    tasks.enqueue(session, SIGN_TASK, now=now, priority=Priority.AWAITED, batch_id=batch.id)
    return batch


def sign_batch(database: Database, clock: Clock, *, batch_id: str) -> None:
    """Sign what waits in a batch, each decision in its own transaction; the task SIGN_TASK.

    Begun again after a crash, or by a second worker at the same time, it goes on with what
    still waits: the item and the decision change together or not at all. What cannot be signed
    is kept with the reason and stays proposed.

    Raises:
        DatabaseBusyError, DiskFullError, ReadOnlyError: the rest waits for the next try.
    """
    with database.reading() as session:
        waiting = sa.select(SigningItem.id).where(
            SigningItem.batch_id == batch_id, SigningItem.status == SigningStatus.WAITING
        )
        item_ids = session.scalars(waiting.order_by(SigningItem.position)).all()
        call = session.get_one(SigningBatch, batch_id).call
        # Every review is in when something can be proposed, so this is what each would find.
        known = standings.standings_of(session, call) if item_ids else {}
    for item_id in item_ids:
        try:
            _sign(database, item_id, known, now=clock.now())
        except (DatabaseBusyError, DiskFullError, ReadOnlyError):
            raise
        except GrantEngineError as refusal:
            _refuse(database, item_id, refusal, now=clock.now())


def batch_of(session: Session, batch_id: str) -> SigningBatch:
    """Load a batch with its decisions for its page.

    Raises:
        NotFoundError: there is none.
    """
    items = selectinload(SigningBatch.items)
    query = (
        sa.select(SigningBatch)
        .where(SigningBatch.id == batch_id)
        .options(
            joinedload(SigningBatch.call),
            joinedload(SigningBatch.decision_maker),
            items.joinedload(SigningItem.decision).joinedload(Decision.application),
        )
    )
    found = session.scalars(query).unique().first()
    if found is None:
        raise NotFoundError(kind="signing_batch", id=batch_id)
    return found


def batches_of(session: Session, call_id: str) -> Sequence[SigningBatch]:
    """List the batches of a call, newest first."""
    query = sa.select(SigningBatch).where(SigningBatch.call_id == call_id)
    query = query.options(joinedload(SigningBatch.decision_maker), selectinload(SigningBatch.items))
    return session.scalars(query.order_by(SigningBatch.id.desc())).unique().all()


def _open_proposals(call_id: str) -> sa.Select[str]:
    elsewhere = sa.select(SigningItem.decision_id).where(
        SigningItem.status == SigningStatus.WAITING
    )
    return (
        sa.select(Decision.id)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Application.call_id == call_id,
            Decision.status == DecisionStatus.PROPOSED,
            Decision.id.not_in(elsewhere),
        )
    )


def _sign(
    database: Database, item_id: str, known: Mapping[str, dict[str, Any]], *, now: datetime
) -> None:
    def work(session: Session) -> None:
        item = _locked_item(session, item_id)
        if item.status != SigningStatus.WAITING:
            return
        maker = session.get_one(
            Person, session.get_one(SigningBatch, item.batch_id).decision_maker_id
        )
        sign_decision(
            session, item.decision_id, decision_maker=maker, now=now, known_standings=known
        )
        target = SigningStatus.SIGNED
        history.move(session, item, SIGNING_MOVES, target, now=now, actor_id=maker.id)

    database.run(work)


def _refuse(database: Database, item_id: str, refusal: GrantEngineError, *, now: datetime) -> None:
    def work(session: Session) -> None:
        item = _locked_item(session, item_id)
        if item.status == SigningStatus.WAITING:
            item.refusal = {"code": refusal.code} | _plain(refusal.details)
            history.move(session, item, SIGNING_MOVES, SigningStatus.REFUSED, now=now)

    database.run(work)


def _locked_item(session: Session, item_id: str) -> SigningItem:
    return session.get_one(
        SigningItem, item_id, with_for_update={"of": SigningItem}, populate_existing=True
    )


def _plain(details: dict[str, Any]) -> dict[str, Any]:
    """Keep the facts of a refusal as JSON: sums as cents, everything else as text."""
    return {
        f"{name}_cents" if isinstance(value, Money) else name: value.cents
        if isinstance(value, Money)
        else str(value)
        for name, value in details.items()
    }
