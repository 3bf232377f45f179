"""Help besides money: a team says what it needs, visitors offer, the team thanks."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.campaigns.backers import checked_email
from grantengine.campaigns.crowd_lifecycle import HOURS_MAX, OFFER_MOVES, HelpKind, OfferStatus
from grantengine.campaigns.crowd_models import Need, Offer
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.team import ensure_public, ensure_team, write_to_sender, write_to_team
from grantengine.errors import InvalidInputError
from grantengine.ids import new_id, new_secret
from grantengine.programme.models import Person


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer as it was typed.

    Attributes:
        key: made with the form; the same key is the same offer.
        hours: whole hours, for an offer of hours.
        is_known: the address is that of somebody signed in, so no letter has to confirm it.
    """

    campaign_id: str
    key: str
    kind: HelpKind
    hours: int | None
    text: str
    name: str
    is_name_shown: bool
    email: str
    language: str
    is_known: bool = False


def ask_for_help(
    session: Session,
    campaign_id: str,
    kind: HelpKind,
    text: str,
    *,
    language: str,
    person: Person,
    now: datetime,
    need_id: str | None = None,
) -> Need:
    """Say what is needed besides money; kept in a draft too, to be seen when it opens.

    Raises:
        NotAllowedError: the person does not speak for the campaign.
    """
    campaign = session.get_one(Campaign, campaign_id, with_for_update={"of": Campaign})
    ensure_team(campaign, person)
    if need_id is not None and (known := session.get(Need, need_id)) is not None:
        return known
    need = Need(
        id=need_id or new_id("ned", now),
        campaign_id=campaign_id,
        kind=kind,
        language=language,
        text=text,
        added_at=now,
    )
    session.add(need)
    return need


def fill_need(session: Session, need_id: str, *, person: Person, now: datetime) -> Need:
    """Ask for something no longer; done twice, nothing more happens.

    Raises:
        NotAllowedError: the person does not speak for the campaign.
    """
    need = session.get_one(Need, need_id, with_for_update={"of": Need})
    ensure_team(need.campaign, person)
    need.filled_at = need.filled_at or now
    return need


def offer_help(session: Session, offered: Offered, *, now: datetime) -> Offer:
    """Keep an offer; who offers confirms the address by letter before the team sees it.

    Raises:
        InvalidInputError: the address can be none, or the hours are none.
        CampaignHiddenError: the campaign is a draft.
    """
    campaign = session.get_one(Campaign, offered.campaign_id, with_for_update={"of": Campaign})
    ensure_public(campaign)
    known = sa.select(Offer).filter_by(campaign_id=campaign.id, key=offered.key)
    if (offer := session.scalars(known).first()) is not None:
        return offer
    offer = Offer(
        id=new_id("ofr", now),
        campaign_id=campaign.id,
        key=offered.key,
        token=new_secret(),
        status=OfferStatus.UNCONFIRMED,
        kind=offered.kind,
        hours=_hours(offered),
        text=offered.text,
        name=offered.name,
        is_name_shown=offered.is_name_shown,
        email=checked_email(offered.email),
        language=offered.language,
        offered_at=now,
    )
    session.add(offer)
    session.flush()
    history.start(session, offer, now=now)
    if offered.is_known:
        _hand_to_team(session, offer, now=now)
    else:
        # None of the words: the address may be that of somebody who is to be annoyed by them.
        write_to_sender(session, "offer_confirm", offer, {"token": offer.token}, now=now)
    return offer


def confirm_offer(session: Session, offer_id: str, *, now: datetime) -> Offer:
    """Hand an offer to the team, once whoever made it has followed the letter's link."""
    offer = _held(session, offer_id)
    if offer.status == OfferStatus.UNCONFIRMED:
        _hand_to_team(session, offer, now=now)
    return offer


def thank(session: Session, offer_id: str, thanks: str, *, person: Person, now: datetime) -> Offer:
    """Thank for an offer: the page shows it from now on, and the helper has a letter.

    Raises:
        NotAllowedError: the person does not speak for the campaign.
        IllegalMoveError: it is thanked for or declined already.
    """
    offer = _held(session, offer_id)
    ensure_team(offer.campaign, person)
    history.move(session, offer, OFFER_MOVES, OfferStatus.THANKED, now=now, actor_id=person.id)
    offer.thanks = thanks
    offer.answered_by_id = person.id
    offer.answered_at = now
    facts = {
        "offer": offer.text,
        "thanks": thanks,
        "contact": person.email,
        "contact_name": person.name,
    }
    write_to_sender(session, "offer_thanked", offer, facts, now=now)
    return offer


def decline_offer(session: Session, offer_id: str, *, person: Person, now: datetime) -> Offer:
    """Take no use of an offer, or take one off the page.

    Raises:
        NotAllowedError: the person does not speak for the campaign.
        IllegalMoveError: it is declined already.
    """
    offer = _held(session, offer_id)
    ensure_team(offer.campaign, person)
    history.move(session, offer, OFFER_MOVES, OfferStatus.DECLINED, now=now, actor_id=person.id)
    return offer


def _hours(offered: Offered) -> int | None:
    if offered.kind != HelpKind.HOURS:
        return None
    if offered.hours is None or not 1 <= offered.hours <= HOURS_MAX:
        raise InvalidInputError(field="hours", reason="out_of_range", largest=HOURS_MAX)
    return offered.hours


def _hand_to_team(session: Session, offer: Offer, *, now: datetime) -> None:
    history.move(session, offer, OFFER_MOVES, OfferStatus.WAITING, now=now)
    facts = {"name": offer.name, "offer": offer.text, "hours": offer.hours, "email": offer.email}
    write_to_team(session, "offer_made", offer.campaign, facts, now=now)


def _held(session: Session, offer_id: str) -> Offer:
    return session.get_one(Offer, offer_id, with_for_update={"of": Offer})
