"""Another card for a pledge: kept until the deadline, or charged now where one was declined."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.campaigns import charge_results, charging, collecting, letters, pledging
from grantengine.campaigns.answers import (
    AuthenticationNeeded,
    CardAnswer,
    CardDeclined,
    CardSaved,
)
from grantengine.campaigns.errors import CardDeclinedError, PledgeNotChangeableError
from grantengine.campaigns.lifecycle import (
    NEW_CARD_MOVES,
    CampaignKind,
    ChargeStatus,
    NewCardStatus,
    PledgeStatus,
)
from grantengine.campaigns.managing_models import NewCard
from grantengine.campaigns.models import Charge, Pledge
from grantengine.campaigns.payments import PaymentGateway
from grantengine.campaigns.retries import ATTEMPTS_MAX
from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.ids import new_id

_UNDECIDED = frozenset({NewCardStatus.PREPARED, NewCardStatus.AUTHENTICATING})


def change_card(
    database: Database, gateway: PaymentGateway, clock: Clock, pledge: Pledge, *, card: str
) -> Pledge:
    """Take another card for a pledge that stands; of one whose charge was declined, charge it.

    Returns:
        The pledge: standing with the new card, charged, or waiting for its backer, while the
        old card stays. When the new one cannot be charged either, the schedule goes on.

    Raises:
        PledgeNotChangeableError: it does not stand, or was paid by other means.
        CardDeclinedError: the card was not accepted; the old one stays.
        GatewayUnavailableError: no answer; try again.
    """
    with database.reading() as session:
        charge = charging.unfinished_charge(session, pledge.id)
    if charge is None:
        return _save_for_later(database, gateway, clock, pledge, card)
    if _may_be_given_up(charge):
        charge = _given_up(database, gateway, clock, charge)
    if charge is not None and charging.waits_for_retry(charge, now=clock.now()):
        _charge_now(database, gateway, clock, charge, card)
    return _reread(database, pledge)


def may_take_card(pledge: Pledge, charge: Charge | None, *, now: datetime) -> bool:
    """Tell whether another card is of use: nothing is being charged at this moment."""
    if pledge.status != PledgeStatus.STANDING or pledge.card_token is None:
        return False
    if charge is not None:
        return _may_be_given_up(charge) or charging.waits_for_retry(charge, now=now)
    return pledging.is_withdrawable(pledge.campaign, now=now)


def finish_new_card(
    database: Database, gateway: PaymentGateway, clock: Clock, new_card_id: str
) -> None:
    """Go on with a card whose holder has been to the bank's page; twice changes nothing.

    Raises:
        CardDeclinedError: the bank did not know the backer; the old card stays.
        GatewayUnavailableError: no answer; try again.
    """
    with database.reading() as session:
        new_card = session.get_one(NewCard, new_card_id)
    if new_card.status != NewCardStatus.AUTHENTICATING:
        return
    assert new_card.authentication_reference is not None
    answer = gateway.finish_authentication(
        key=new_card.id, reference=new_card.authentication_reference
    )
    _record(database, clock, new_card.id, answer)


def awaited_card(session: Session, pledge: Pledge) -> NewCard | None:
    """Find the newest card of a pledge, if its bank is waiting for the backer."""
    query = sa.select(NewCard).where(NewCard.pledge_id == pledge.id)
    newest = session.scalars(query.order_by(NewCard.id.desc()).limit(1)).first()
    is_awaited = newest is not None and newest.status == NewCardStatus.AUTHENTICATING
    return newest if is_awaited and pledge.status == PledgeStatus.STANDING else None


def _save_for_later(
    database: Database, gateway: PaymentGateway, clock: Clock, pledge: Pledge, card: str
) -> Pledge:
    with database.transaction() as session:
        new_card = _prepare(session, pledge.id, now=clock.now())
    answer = gateway.save_card(key=new_card.id, card=card, is_for_later=True)
    _record(database, clock, new_card.id, answer)
    return _reread(database, pledge)


def _prepare(session: Session, pledge_id: str, *, now: datetime) -> NewCard:
    _campaign, pledge = pledging.locked_pledge(session, pledge_id)
    if not may_take_card(pledge, None, now=now):
        raise PledgeNotChangeableError(pledge=pledge.id, status=pledge.status)
    new_card = NewCard(
        id=new_id("crd", now), pledge_id=pledge.id, status=NewCardStatus.PREPARED, asked_at=now
    )
    session.add(new_card)
    history.start(session, new_card, now=now)
    return new_card


def _record(database: Database, clock: Clock, new_card_id: str, answer: CardAnswer) -> None:
    now = clock.now()
    with database.transaction() as session:
        new_card = session.get_one(NewCard, new_card_id)
        _campaign, pledge = pledging.locked_pledge(session, new_card.pledge_id)
        session.refresh(new_card)
        if new_card.status not in _UNDECIDED:
            return
        match answer:
            case CardSaved(token):
                history.move(session, new_card, NEW_CARD_MOVES, NewCardStatus.SAVED, now=now)
                if pledge.status == PledgeStatus.STANDING:
                    pledge.card_token = token
                    letters.enqueue(session, "card_changed", pledge, now=now)
            case AuthenticationNeeded(reference):
                if new_card.status == NewCardStatus.PREPARED:
                    new_card.authentication_reference = reference
                    target = NewCardStatus.AUTHENTICATING
                    history.move(session, new_card, NEW_CARD_MOVES, target, now=now)
            case CardDeclined(reason):
                target = NewCardStatus.DECLINED
                history.move(session, new_card, NEW_CARD_MOVES, target, now=now, note=reason)
    if isinstance(answer, CardDeclined):
        raise CardDeclinedError(reason=answer.reason)


def _given_up(
    database: Database, gateway: PaymentGateway, clock: Clock, charge: Charge
) -> Charge | None:
    """Take back the asking of the old card, whose bank waits for the backer in vain.

    Returns:
        The try that stands for it now; None when the backer had been at the bank after all.
    """
    assert charge.reference is not None
    answer = gateway.give_up_charge(reference=charge.reference)
    with database.transaction() as session:
        charge_results.record_answers(
            session,
            charge.campaign_id,
            {charge.id: answer},
            gateway=gateway.name,
            now=clock.now(),
        )
    with database.reading() as session:
        return charging.unfinished_charge(session, charge.pledge_id)


def _may_be_given_up(charge: Charge) -> bool:
    """Tell whether another try follows when this one, whose bank waits, is taken back."""
    is_away = charge.pledge.campaign.kind == CampaignKind.ALL_OR_NOTHING
    is_asked = charge.status == ChargeStatus.ACTION_NEEDED
    return is_away and is_asked and charge.attempt < ATTEMPTS_MAX


def _charge_now(
    database: Database, gateway: PaymentGateway, clock: Clock, charge: Charge, card: str
) -> None:
    # The bank is asked when the card is charged, in the next moment.
    answer = gateway.save_card(key=charge.id, card=card, is_for_later=False)
    if not isinstance(answer, CardSaved):
        raise CardDeclinedError(reason="not_saved")
    with database.transaction() as session:
        charging.record_new_card(session, charge.id, answer, now=clock.now())
    with database.reading() as session:
        waiting = charging.unfinished_charge(session, charge.pledge_id)
    if waiting is not None and waiting.status == ChargeStatus.PREPARED:
        collecting.charge_one(database, gateway, clock, waiting)


def _reread(database: Database, pledge: Pledge) -> Pledge:
    with database.reading() as session:
        return session.get_one(Pledge, pledge.id)
