"""The top-up: who brings most of the goal together gets the rest from the pot."""

from typing import TYPE_CHECKING

from grantengine.campaigns.matching.claims import claim, share_out
from grantengine.campaigns.matching.terms import MatchTerms
from grantengine.campaigns.matching.trace import CampaignMatch, Closing, Step, capped
from grantengine.money import Money

if TYPE_CHECKING:
    from grantengine.campaigns.matching.crowd import Crowd  # It brings numpy, slow to load.


def top_up(
    terms: MatchTerms,
    *,
    campaign: str,
    goal: Money,
    raised: Money,
    backers: int,
    pot: Money,
    added: Money = Money(0),
) -> CampaignMatch:
    """Reckon the top-up of one campaign.

    Args:
        terms: the rule; its threshold is the share of the goal that backers have to bring.
        campaign: whose.
        goal: what it asks for.
        raised: what backers brought.
        backers: how many different ones.
        pot: what is left in it.
        added: what other top-ups add already.
    """
    trace = _rest(goal, raised.cents, added.cents)
    most = claim(terms, trace, goal=goal, raised_cents=raised.cents, backers=backers)
    cents = capped(trace, most, [("pot", pot.cents)])
    return CampaignMatch(campaign, cents, tuple(trace))


def match_top_ups(terms: MatchTerms, *, pot_cents: int, crowd: "Crowd") -> Closing:
    """Reckon the top-ups of campaigns that end together; a short pot is shared in proportion."""
    raised = crowd.per_campaign(crowd.cents)
    traces = [
        _rest(entrant.goal, cents) for entrant, cents in zip(crowd.entrants, raised, strict=True)
    ]
    return share_out(terms, pot_cents=pot_cents, crowd=crowd, traces=traces)


def _rest(goal: Money, raised_cents: int, added_cents: int = 0) -> list[Step]:
    rest = max(goal.cents - raised_cents - added_cents, 0)
    return [Step("pledged", None, raised_cents), Step("rest", goal.cents, rest)]
