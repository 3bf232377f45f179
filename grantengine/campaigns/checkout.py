"""A pledge from the form to the receipt: prepare, ask the payment provider, record."""

from grantengine.campaigns import pledging
from grantengine.campaigns.errors import (
    CampaignNotOpenError,
    CardDeclinedError,
    CollectionCeilingError,
)
from grantengine.campaigns.lifecycle import UNCONFIRMED, PledgeStatus
from grantengine.campaigns.models import Pledge
from grantengine.campaigns.payments import (
    AuthenticationNeeded,
    CardAnswer,
    CardDeclined,
    CardSaved,
    PaymentGateway,
)
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
    """Make a pledge: all-or-nothing saves the card now and charges it at the deadline.

    May be repeated under the same key after any failure: it goes on where it stopped.

    Args:
        database: where transactions are opened.
        gateway: the payment provider.
        clock: the source of time.
        request: what the backer sends.
        card: what the provider's field on the page gave; handed on, never kept.

    Returns:
        The pledge: standing, or waiting for its backer to be authenticated.

    Raises:
        CardDeclinedError: the card was not accepted; nothing is promised.
        GatewayUnavailableError: no answer; nothing is promised, try again.
        CampaignsError: whatever `prepare_pledge` and `record_card_saved` refuse.
    """
    with database.transaction() as session:
        pledge = pledging.prepare_pledge(session, request, gateway=gateway.name, now=clock.now())
    if pledge.status == PledgeStatus.DECLINED:
        raise CardDeclinedError(reason="declined_before")
    if pledge.status != PledgeStatus.PREPARED:
        return pledge
    answer = gateway.save_card(key=pledge.id, card=card)
    return _record(database, clock, pledge, answer)


def finish_pledge(
    database: Database, gateway: PaymentGateway, clock: Clock, pledge: Pledge
) -> Pledge:
    """Go on with a pledge whose backer has been to the bank's page.

    Raises:
        CardDeclinedError: the bank did not know the backer; nothing is promised.
        GatewayUnavailableError: no answer; try again.
        CampaignsError: whatever `record_card_saved` refuses.
    """
    if pledge.status not in UNCONFIRMED or pledge.authentication_reference is None:
        return pledge
    answer = gateway.finish_authentication(key=pledge.id, reference=pledge.authentication_reference)
    return _record(database, clock, pledge, answer)


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
            return pledging.record_card_saved(session, pledge.id, saved, now=clock.now())
    except (CampaignNotOpenError, CollectionCeilingError) as error:
        # The campaign ended or filled up while the provider was asked.
        _decline(database, clock, pledge, error.code)
        raise


def _decline(database: Database, clock: Clock, pledge: Pledge, reason: str) -> None:
    with database.transaction() as session:
        pledging.record_pledge_declined(session, pledge.id, reason=reason, now=clock.now())
