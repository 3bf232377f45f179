"""The round: everybody's pledges are matched at the close, in proportion when the pot is short."""

from grantengine.campaigns.matching.backers import counted_of
from grantengine.campaigns.matching.claims import share_out
from grantengine.campaigns.matching.crowd import Crowd
from grantengine.campaigns.matching.terms import MatchTerms
from grantengine.campaigns.matching.trace import WHOLE_BPS, Closing, Step


def match_round(terms: MatchTerms, *, pot_cents: int, crowd: Crowd) -> Closing:
    """Reckon the matches of a round.

    What each backer gave to each campaign is added up before any cap. What counts of it, times
    the factor, is what a campaign has earned, held below the caps on campaigns. If these claims
    exceed the pot, it is shared in proportion to what counted, nobody above the own claim.

    Args:
        terms: the rule.
        pot_cents: what the pot holds.
        crowd: what was given.
    """
    _counted, traces = counted_of(terms, crowd)
    weights = [trace[-1].cents for trace in traces]
    for trace, cents in zip(traces, weights, strict=True):
        earned = cents * terms.factor.numerator // terms.factor.denominator
        trace.append(Step("factor", int(terms.factor * WHOLE_BPS), earned))
    return share_out(terms, pot_cents=pot_cents, crowd=crowd, traces=traces, weights=weights)
