"""The promise: how much the pot adds to one pledge at once, and which cap bit."""

from dataclasses import dataclass

from grantengine.campaigns.matching.claims import caps_on_campaign
from grantengine.campaigns.matching.terms import MatchTerms
from grantengine.campaigns.matching.trace import WHOLE_BPS, Step, Trace, capped
from grantengine.money import Money


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rule has promised before this pledge.

    Attributes:
        goal: of the campaign.
        matched: what the campaign has got so far.
        counted: what has counted so far of this backer's pledges to the campaign.
        counted_of_backer: the same, of this backer's pledges to all campaigns.
        pledges_counted: how many of this backer's pledges to the campaign count.
        pot: what is left in it.
    """

    goal: Money
    matched: Money = Money(0)
    counted: Money = Money(0)
    counted_of_backer: Money = Money(0)
    pledges_counted: int = 0
    pot: Money = Money(0)


@dataclass(frozen=True, slots=True)
class Promise:
    """What the pot adds, what of the pledge counted, and how it was reckoned."""

    amount: Money
    counted: Money
    trace: Trace


def promise(terms: MatchTerms, *, pledge: Money, situation: Situation) -> Promise:
    """Reckon the match of one pledge.

    First it is settled how much of the pledge counts (the caps on pledge and backer), then the
    factor makes it the match, rounded down to the cent, and last the caps of the campaign and
    what is left in the pot hold. The order is Goteo's, whose numbers are the tests'.

    Args:
        terms: the rule in force when the pledge is made.
        pledge: its amount.
        situation: what has been promised before it.
    """
    trace = [Step("pledge", None, pledge.cents)]
    counted = capped(trace, pledge.cents, _caps_on_pledge(terms, situation))
    matched = counted * terms.factor.numerator // terms.factor.denominator
    trace.append(Step("factor", int(terms.factor * WHOLE_BPS), matched))
    caps = caps_on_campaign(terms, goal=situation.goal, matched=situation.matched)
    matched = capped(trace, matched, [*caps, ("pot", situation.pot.cents)])
    return Promise(
        amount=Money(matched, pledge.currency),
        counted=Money(counted, pledge.currency),
        trace=tuple(trace),
    )


def _caps_on_pledge(terms: MatchTerms, situation: Situation) -> list[tuple[str, int]]:
    caps = []
    if terms.pledges_per_backer is not None:
        is_past = situation.pledges_counted >= terms.pledges_per_backer
        caps += [("pledges_per_backer", 0)] if is_past else []
    if terms.cap_per_pledge is not None:
        caps.append(("cap_per_pledge", terms.cap_per_pledge.cents))
    if terms.cap_per_backer_campaign is not None:
        left = terms.cap_per_backer_campaign - situation.counted
        caps.append(("cap_per_backer_campaign", left.cents))
    if terms.cap_per_backer is not None:
        left = terms.cap_per_backer - situation.counted_of_backer
        caps.append(("cap_per_backer", left.cents))
    return caps
