"""A pledge from the form to the receipt: prepare, ask the payment provider, record."""

from grantengine.campaigns import charging, collecting, pledging
from grantengine.campaigns.answers import (
    AuthenticationNeeded,
    CardAnswer,
    CardDeclined,
    CardSaved,
    ChargeDeclined,
)
from grantengine.campaigns.errors import (
    CampaignNotOpenError,
    CardDeclinedError,
    CollectionCeilingError,
    RewardSoldOutError,
)
from grantengine.campaigns.lifecycle import (
    UNCONFIRMED,
    CampaignKind,
    ChargeStatus,
    PledgeStatus,
)
from grantengine.campaigns.models import Charge, Pledge
from grantengine.campaigns.payments import PaymentGateway
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.clock import Clock
from grantengine.db import Database


def make_pledge(
    database: Database,
    gateway: PaymentGateway,
    clock: Clock,
    request: PledgeRequest,
    *,
    card: str,
) -> Pledge:
    """Make a pledge: all-or-nothing saves the card, keep-it-all charges it as well.

    May be repeated under the same key after any failure: it goes on where it stopped.

    Args:
        database: where transactions are opened.
        gateway: the payment provider.
        clock: the source of time.
        request: what the backer sends.
        card: what the provider's field on the page gave; handed on, never kept.

    Returns:
        The pledge: standing, charged, or waiting for its backer to be authenticated.

    Raises:
        CardDeclinedError: the card was not accepted; nothing is promised.
        GatewayUnavailableError: no answer; try again under the same key.
        CampaignsError: whatever `prepare_pledge` and `record_card_saved` refuse.
    """
    with database.transaction() as session:
        pledge = pledging.prepare_pledge(session, request, gateway=gateway.name, now=clock.now())
        is_for_later = pledge.campaign.kind == CampaignKind.ALL_OR_NOTHING
    if pledge.status == PledgeStatus.DECLINED:
        raise CardDeclinedError(reason="declined_before")
    if pledge.status == PledgeStatus.PREPARED:
        answer = gateway.save_card(key=pledge.id, card=card, is_for_later=is_for_later)
        pledge = _record(database, clock, pledge, answer)
    return _charge_at_once(database, gateway, clock, pledge)


def finish_pledge(
    database: Database, gateway: PaymentGateway, clock: Clock, pledge: Pledge
) -> Pledge:
    """Go on with a pledge whose backer has been to the bank's page, for its card or its charge.

    Raises:
        CardDeclinedError: the bank did not know the backer; nothing is promised.
        GatewayUnavailableError: no answer; try again.
        CampaignsError: whatever `record_card_saved` refuses.
    """
    if pledge.status in UNCONFIRMED and pledge.authentication_reference is not None:
        answer = gateway.finish_authentication(
            key=pledge.id, reference=pledge.authentication_reference
        )
        pledge = _record(database, clock, pledge, answer)
        return _charge_at_once(database, gateway, clock, pledge)
    charge = _unfinished(database, pledge)
    if charge is not None and charge.status == ChargeStatus.ACTION_NEEDED:
        collecting.charge_one(database, gateway, clock, charge)
    return _reread(database, pledge)


def _record(database: Database, clock: Clock, pledge: Pledge, answer: CardAnswer) -> Pledge:
    match answer:
        case CardDeclined(reason):
            _decline(database, clock, pledge, reason)
            raise CardDeclinedError(reason=reason)
        case AuthenticationNeeded():
            with database.transaction() as session:
                return pledging.record_authentication_needed(
                    session, pledge.id, answer, now=clock.now()
                )
        case CardSaved():
            return _let_stand(database, clock, pledge, answer)


def _let_stand(database: Database, clock: Clock, pledge: Pledge, saved: CardSaved) -> Pledge:
    try:
        with database.transaction() as session:
            pledge = pledging.record_card_saved(session, pledge.id, saved, now=clock.now())
            if pledge.campaign.kind == CampaignKind.KEEP_IT_ALL:
                charging.prepare_charge(session, pledge, now=clock.now())
            return pledge
    except (CampaignNotOpenError, CollectionCeilingError, RewardSoldOutError) as error:
        # The campaign ended or filled up, or its reward was sold out, while the provider was asked.
        _decline(database, clock, pledge, error.code)
        raise


def _charge_at_once(
    database: Database, gateway: PaymentGateway, clock: Clock, pledge: Pledge
) -> Pledge:
    if pledge.campaign.kind != CampaignKind.KEEP_IT_ALL:
        return pledge
    charge = _unfinished(database, pledge)
    if charge is None or charge.status != ChargeStatus.PREPARED:
        return pledge
    answer = collecting.charge_one(database, gateway, clock, charge)
    if isinstance(answer, ChargeDeclined):
        raise CardDeclinedError(reason=answer.reason)
    return _reread(database, pledge)


def _decline(database: Database, clock: Clock, pledge: Pledge, reason: str) -> None:
    with database.transaction() as session:
        pledging.record_pledge_declined(session, pledge.id, reason=reason, now=clock.now())


def _unfinished(database: Database, pledge: Pledge) -> Charge | None:
    with database.reading() as session:
        return charging.unfinished_charge(session, pledge.id)


def _reread(database: Database, pledge: Pledge) -> Pledge:
    with database.reading() as session:
        return session.get_one(Pledge, pledge.id)
