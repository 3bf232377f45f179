"""How campaigns, pledges and the match are spoken of."""

from collections.abc import Callable
from typing import Any

from grantengine.campaigns.lifecycle import CampaignStatus, LegalKind, PledgeStatus
from grantengine.campaigns.matching.terms import MatchTerms
from grantengine.campaigns.matching.trace import WHOLE_BPS
from grantengine.money import Money
from grantengine.web.formatting import money, money_short, percent
from grantengine.web.i18n import LazyText, _, lazy

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

LEGAL_KINDS: dict[LegalKind, LazyText] = {
    LegalKind.REWARD: lazy("A reward at a fixed price (a sale)"),
    LegalKind.SMALL_SCALE_COLLECTION: lazy("Nothing in return: small-scale collection"),
    LegalKind.PERMIT: lazy("Nothing in return: money collection permit"),
}
LEGAL_NUMBERS: dict[LegalKind, LazyText] = {
    LegalKind.SMALL_SCALE_COLLECTION: lazy("Number of the small-scale collection"),
    LegalKind.PERMIT: lazy("Number of the money collection permit"),
}

PLEDGE_STATUSES: dict[PledgeStatus, LazyText] = {
    PledgeStatus.PREPARED: lazy("Waits for the card"),
    PledgeStatus.AUTHENTICATING: lazy("Waits for your bank"),
    PledgeStatus.STANDING: lazy("In force"),
    PledgeStatus.DECLINED: lazy("The card was not accepted"),
    PledgeStatus.WITHDRAWN: lazy("Withdrawn"),
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
    "over_three_months": lazy("A small-scale collection lasts at most three months."),
}


def rule_sentence(terms: MatchTerms) -> str:
    """Say a match rule in one sentence."""
    added = money_short(Money(int(terms.factor * 100)))
    limits = [
        str(limit(terms)) for name, limit in _LIMITS.items() if getattr(terms, name) is not None
    ]
    limits.append(_("and only as long as there is money left in the match pot"))
    beginning = _("For every euro that you pledge, the public match pot adds %(sum)s", sum=added)
    return f"{beginning}: {'; '.join(limits)}."


def step_sentence(step: dict[str, Any]) -> str:
    """Say one step of the trace that is kept with a match."""
    limit = step["limit"]
    if step["name"] == "pledge":
        return _("Your pledge")
    if step["name"] == "factor":
        return _("The pot adds %(share)s of what counts", share=percent(limit / WHOLE_BPS))
    return str(_CAPS[step["name"]]) % {"sum": money(Money(limit))}


_LIMITS: dict[str, Callable[[MatchTerms], str]] = {
    "cap_per_pledge": lambda terms: _(
        "of one pledge at most %(sum)s counts", sum=money_short(_given(terms.cap_per_pledge))
    ),
    "cap_per_backer_campaign": lambda terms: _(
        "of one backer’s pledges at most %(sum)s counts",
        sum=money_short(_given(terms.cap_per_backer_campaign)),
    ),
    "pledges_per_backer": lambda terms: _(
        "of one backer at most %(count)s pledges count", count=terms.pledges_per_backer
    ),
    "cap_per_campaign": lambda terms: _(
        "one campaign gets at most %(sum)s", sum=money_short(_given(terms.cap_per_campaign))
    ),
    "cap_share_of_goal": lambda terms: _(
        "one campaign gets at most %(share)s of its goal",
        share=percent(float(terms.cap_share_of_goal or 0)),
    ),
}

_CAPS: dict[str, LazyText] = {
    "cap_per_pledge": lazy("Of one pledge at most %(sum)s counts"),
    "cap_per_backer_campaign": lazy("Of your pledges to this campaign %(sum)s more could count"),
    "pledges_per_backer": lazy("Your earlier pledges to this campaign counted already"),
    "cap_per_campaign": lazy("This campaign could still get %(sum)s of match"),
    "cap_share_of_goal": lazy("Of its share of the goal this campaign could still get %(sum)s"),
    "pot": lazy("The match pot held %(sum)s"),
}


def _given(amount: Money | None) -> Money:
    assert amount is not None
    return amount
