"""The most that a rule can add to a campaign, as long as nobody knows how others will do."""

from dataclasses import replace
from math import ceil

from grantengine.campaigns.matching.closing import close
from grantengine.campaigns.matching.crowd import Crowd
from grantengine.campaigns.matching.terms import MatchKind, MatchTerms
from grantengine.campaigns.matching.topup import top_up
from grantengine.money import Money


def most_of(terms: MatchTerms, *, pot: Money, crowd: Crowd) -> Money:
    """Say what one campaign would get if it alone drew from the pot and met every condition.

    Less is always possible: others draw too, backers withdraw. So this is the upper end of a
    range whose lower end is nothing.

    Args:
        terms: a rule that is reckoned at the close.
        pot: what is left in it.
        crowd: what was pledged to the campaign so far, the crowd's only one.
    """
    [entrant] = crowd.entrants
    hopeful = replace(terms, threshold=None, min_backers=None)
    if terms.kind is not MatchKind.TOPUP:
        return Money(close(hopeful, pot_cents=pot.cents, crowd=crowd).matches[0].cents)
    # A top-up shrinks as pledges come in, so it is largest when the threshold is just met.
    needed = Money(ceil((terms.threshold or 0) * entrant.goal.cents))
    raised = max(Money(sum(crowd.per_campaign(crowd.cents))), needed)
    match = top_up(
        hopeful, campaign=entrant.id, goal=entrant.goal, raised=raised, backers=0, pot=pot
    )
    return Money(match.cents)
