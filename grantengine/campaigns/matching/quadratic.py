"""Quadratic funding, in the variant of Gitcoin's Grants Stack, in fixed-point integers.

The ideal match of a campaign is the square of the sum of the roots of what each backer gave,
less the sum itself; one backer alone draws nothing. When the ideals exceed the pot, it is shared
in proportion to them; a larger pot is not stretched, and its rest stays.

Part of the rule, so that anybody can reckon it again: a root is the whole number below the
square root of cents times 10^12, so a millionth of the root of a cent is the smallest step.
"""

from math import isqrt

import numpy as np

from grantengine.campaigns.matching.backers import counted_of
from grantengine.campaigns.matching.claims import share_out
from grantengine.campaigns.matching.crowd import Column, Crowd
from grantengine.campaigns.matching.terms import MatchTerms
from grantengine.campaigns.matching.trace import Closing, Step

SCALE = 10**12
# Up to here cents times the scale, and the square next above its root, fit into 64 bits.
_SMALL_CENTS = 9_000_000


def match_quadratic(terms: MatchTerms, *, pot_cents: int, crowd: Crowd) -> Closing:
    """Reckon the matches of a quadratic round.

    Args:
        terms: the rule; its factor has no effect.
        pot_cents: what the pot holds.
        crowd: what was given.
    """
    counted, traces = counted_of(terms, crowd)
    weights = _weights(crowd, counted)
    for trace, weight in zip(traces, weights, strict=True):
        trace.append(Step("squares", None, weight // SCALE))
    return share_out(terms, pot_cents=pot_cents, crowd=crowd, traces=traces, weights=weights)


def _weights(crowd: Crowd, counted: Column) -> list[int]:
    roots = crowd.per_campaign(_roots(counted))
    sums = crowd.per_campaign(counted)
    # Roots are rounded down, so one backer alone would come out a trifle below zero.
    return [max(root * root - cents * SCALE, 0) for root, cents in zip(roots, sums, strict=True)]


def _roots(cents: Column) -> Column:
    """Take the whole root of cents times the scale, exactly, of a column."""
    small = np.minimum(cents, _SMALL_CENTS) * SCALE
    roots = np.sqrt(small.astype(np.float64)).astype(np.int64)
    # The floating root may be one off in either direction.
    roots -= roots * roots > small
    roots += (roots + 1) * (roots + 1) <= small
    for index in np.flatnonzero(cents > _SMALL_CENTS):
        roots[index] = isqrt(int(cents[index]) * SCALE)
    return roots
