"""How campaigns and pledges are spoken of."""

from grantengine.campaigns.lifecycle import CampaignKind, CampaignStatus, LegalKind, PledgeStatus
from grantengine.campaigns.models import Campaign
from grantengine.web.i18n import LazyText, lazy

# The states that a reader chooses from, and the statuses they stand for.
STATES: dict[str, LazyText] = {
    "open": lazy("Open for pledges"),
    "funded": lazy("Funded"),
    "failed": lazy("Ended short of its goal"),
}
STATUSES_OF_STATE: dict[str, tuple[CampaignStatus, ...]] = {
    "open": (CampaignStatus.OPEN,),
    "funded": (CampaignStatus.FUNDED,),
    "failed": (CampaignStatus.FAILED,),
}

CAMPAIGN_KINDS: dict[CampaignKind, LazyText] = {
    CampaignKind.ALL_OR_NOTHING: lazy("At the end, and only if the goal is reached"),
    CampaignKind.KEEP_IT_ALL: lazy("At once; the experiment begins with whatever comes in"),
}
LEGAL_KINDS: dict[LegalKind, LazyText] = {
    LegalKind.REWARD: lazy("A reward at a fixed price (a sale)"),
    LegalKind.SMALL_SCALE_COLLECTION: lazy("Nothing in return: small-scale collection"),
    LegalKind.PERMIT: lazy("Nothing in return: money collection permit"),
}
LEGAL_NUMBERS: dict[LegalKind, LazyText] = {
    LegalKind.SMALL_SCALE_COLLECTION: lazy("Number of the small-scale collection"),
    LegalKind.PERMIT: lazy("Number of the money collection permit"),
}


def legal_line(campaign: Campaign) -> str:
    """Name the number of a collection or permit with its kind; empty of a sale.

    Whoever asks for money shows it with every appeal (Rahankeräyslaki 863/2019).
    """
    kind = LEGAL_NUMBERS.get(LegalKind(campaign.legal_kind))
    return f"{kind}: {campaign.legal_number}" if kind and campaign.legal_number else ""


PLEDGE_STATUSES: dict[PledgeStatus, LazyText] = {
    PledgeStatus.PREPARED: lazy("Waits for the card"),
    PledgeStatus.AUTHENTICATING: lazy("Waits for your bank"),
    PledgeStatus.AWAITING_TRANSFER: lazy("Waits for your payment"),
    PledgeStatus.STANDING: lazy("In force"),
    PledgeStatus.DECLINED: lazy("The card was not accepted"),
    PledgeStatus.WITHDRAWN: lazy("Withdrawn"),
    PledgeStatus.LAPSED: lazy("Lapsed: the payment did not come in time"),
    PledgeStatus.COLLECTED: lazy("Charged"),
    PledgeStatus.CHARGE_FAILED: lazy("The charge failed"),
    PledgeStatus.RELEASED: lazy("Released, nothing was charged"),
    PledgeStatus.REFUNDED: lazy("Given back"),
    PledgeStatus.DISPUTED: lazy("Disputed at the bank"),
    PledgeStatus.CHARGED_BACK: lazy("Taken back by the bank"),
}

# Why a campaign may not be opened; the key is the error's reason.
TERM_REASONS: dict[str, LazyText] = {
    "too_small": lazy("Ask for at least one euro."),
    "in_the_past": lazy("The last day has passed. Choose a later one."),
    "before_opening": lazy("The campaign would end before it opens."),
    "too_long": lazy("A campaign lasts at most 180 days."),
    "missing": lazy("Give the number: without it nobody may be asked for money."),
    "not_in_aland": lazy("Finnish collection law does not apply in Åland. Offer a reward instead."),
    "above_ceiling": lazy("A small-scale collection may collect at most 10 000 euros."),
    "below_goal": lazy("What is best cannot be less than the goal."),
    "missing_purpose": lazy("A collection says what the money is for, and what for otherwise."),
    "missing_notice": lazy("Give the day on which the police were told of the collection."),
    "notice_too_short": lazy(
        "The police have to be told five working days before a collection begins."
    ),
    "third_this_year": lazy("An organiser may begin two small-scale collections in a year."),
    "missing_day": lazy("Give the day as it stands in the permit."),
    "missing_area": lazy("Say where the permit holds."),
    "before_permit": lazy("The campaign would begin before the permit does."),
    "after_permit": lazy("The campaign would last longer than the permit."),
    "no_reward": lazy("A sale needs something to sell. Add a reward first."),
    "reward_in_collection": lazy("A collection gives nothing in return. Take its rewards away."),
    "over_three_months": lazy("A small-scale collection lasts at most three months."),
}
