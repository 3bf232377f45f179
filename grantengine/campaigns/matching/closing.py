"""Reckoning any rule over a whole crowd: at the close, or from a file."""

from grantengine.campaigns.matching.crowd import Crowd
from grantengine.campaigns.matching.quadratic import match_quadratic
from grantengine.campaigns.matching.round import match_round
from grantengine.campaigns.matching.terms import MatchKind, MatchTerms
from grantengine.campaigns.matching.topup import match_top_ups
from grantengine.campaigns.matching.trace import Closing

_BY_KIND = {
    MatchKind.ROUND: match_round,
    MatchKind.TOPUP: match_top_ups,
    MatchKind.QUADRATIC: match_quadratic,
}


def close(terms: MatchTerms, *, pot_cents: int, crowd: Crowd) -> Closing:
    """Reckon what a rule adds to each campaign at the close.

    Args:
        terms: a rule of any kind but a promise, which is reckoned pledge by pledge.
        pot_cents: what the pot holds.
        crowd: what each backer gave to each campaign.
    """
    return _BY_KIND[terms.kind](terms, pot_cents=pot_cents, crowd=crowd)
