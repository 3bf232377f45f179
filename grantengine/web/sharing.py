"""How a campaign looks elsewhere: its picture, and what search engines are told about it."""

from collections.abc import Sequence
from typing import Any

from grantengine.campaigns.content_models import Reward
from grantengine.campaigns.lifecycle import CampaignStatus, LegalKind
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.queries import Totals
from grantengine.money import Money
from grantengine.web.campaign_cards import CampaignCard
from grantengine.web.formatting import money_short, percent_of
from grantengine.web.i18n import _, current_language
from grantengine.web.labels.campaigns import LEGAL_NUMBERS, legal_line
from grantengine.web.labels.history import CAMPAIGN_STATUSES
from grantengine.web.places import place_of
from grantengine.web.runtime import runtime

# The languages of pages as Open Graph names them.
OPEN_GRAPH_LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}


def card_of(campaign: Campaign, pledged: Money) -> CampaignCard:
    """Say what the campaign's picture shows in the present language."""
    is_open = campaign.status == CampaignStatus.OPEN
    return CampaignCard(
        seed=campaign.experiment_id,
        title=campaign.text("title", current_language()),
        place=place_of(campaign.experiment),
        sum_line=_(
            "%(pledged)s pledged of %(goal)s",
            pledged=money_short(pledged),
            goal=money_short(campaign.goal),
        ),
        share=percent_of(pledged, campaign.goal),
        state="" if is_open else str(CAMPAIGN_STATUSES[campaign.shown_status]),
        number=legal_line(campaign),
    )


def public_address(path: str) -> str:
    """Give the address of a page in the present language, with the host that the settings name."""
    return f"{runtime().settings.public_url.rstrip('/')}/{current_language()}{path}"


def card_address(campaign: Campaign, pledged: Money) -> str:
    """Give the address of the campaign's picture; what it shows is in it, so caches keep none."""
    key = card_of(campaign, pledged).key
    return public_address(f"/campaigns/{campaign.slug}/card.png?v={key}")


def structured_data(
    campaign: Campaign,
    totals: Totals,
    *,
    image: str,
    takes_pledges: bool,
    rewards: Sequence[Reward] = (),
) -> dict[str, Any]:
    """Describe a campaign in the words of schema.org.

    A pledge for a reward buys something, a pledge to a collection gives.

    Args:
        campaign: which one.
        totals: its totals.
        image: address of its picture.
        takes_pledges: whether somebody can pledge now.
        rewards: what it sells.
    """
    language, address = current_language(), public_address(f"/campaigns/{campaign.slug}")
    organisation = {"@type": "Organization", "name": campaign.experiment.organisation.name}
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Project",
        "name": campaign.text("title", language),
        "description": campaign.text("summary", language),
        "url": address,
        "image": image,
        "parentOrganization": organisation,
    }
    if place := place_of(campaign.experiment):
        described["location"] = {"@type": "Place", "name": place}
    if campaign.legal_number:
        kind = str(LEGAL_NUMBERS[LegalKind(campaign.legal_kind)])
        number = {"@type": "PropertyValue", "name": kind, "value": campaign.legal_number}
        described["identifier"] = number
    if totals.matched:
        described["funding"] = {"@type": "MonetaryGrant", "amount": _amount(totals.matched)}
    if takes_pledges:
        is_sale = campaign.legal_kind == LegalKind.REWARD
        described["potentialAction"] = {
            "@type": "OrderAction" if is_sale else "DonateAction",
            "target": f"{address}/pledge",
            "endTime": campaign.deadline_at.isoformat(),
            ("seller" if is_sale else "recipient"): organisation,
        }
    if takes_pledges and rewards:
        described["makesOffer"] = [_offer(each, address, campaign) for each in rewards]
    return described


def _offer(reward: Reward, address: str, campaign: Campaign) -> dict[str, Any]:
    language = current_language()
    price = _amount(reward.price)
    return {
        "@type": "Offer",
        "name": reward.text("title", language),
        "description": reward.text("description", language),
        "price": price["value"],
        "priceCurrency": price["currency"],
        "availability": f"https://schema.org/{'SoldOut' if reward.left == 0 else 'PreOrder'}",
        "availabilityEnds": campaign.deadline_at.isoformat(),
        "url": f"{address}/pledge?reward={reward.id}",
    } | ({} if reward.left is None else {"inventoryLevel": _level(reward.left)})


def _level(left: int) -> dict[str, Any]:
    return {"@type": "QuantitativeValue", "value": left}


def _amount(amount: Money) -> dict[str, str]:
    value = f"{amount.cents // 100}.{amount.cents % 100:02d}"
    return {"@type": "MonetaryAmount", "currency": amount.currency, "value": value}
