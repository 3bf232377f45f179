"""What a campaign can claim at the close, and the share of the pot that it gets."""

from collections.abc import Sequence
from math import floor
from typing import TYPE_CHECKING

from grantengine.campaigns.matching.apportion import ration
from grantengine.campaigns.matching.terms import MatchTerms
from grantengine.campaigns.matching.trace import (
    WHOLE_BPS,
    CampaignMatch,
    Closing,
    Step,
    capped,
)
from grantengine.money import Money

if TYPE_CHECKING:
    from grantengine.campaigns.matching.crowd import Crowd  # It brings numpy, slow to load.


def share_out(
    terms: MatchTerms,
    *,
    pot_cents: int,
    crowd: "Crowd",
    traces: Sequence[list[Step]],
    weights: Sequence[int] | None = None,
) -> Closing:
    """Hold what each campaign has earned below its caps, share the pot, and tell how.

    Args:
        terms: the rule.
        pot_cents: what the pot holds.
        crowd: what was given.
        traces: of each campaign, as far as to what it has earned; the rest is added to them.
        weights: in what proportion a short pot is shared; None for that of the claims.

    Returns:
        A match for every campaign, by id, zero among them; matches and rest are the pot.
    """
    raised, backers = crowd.per_campaign(crowd.cents), crowd.backers_per_campaign()
    claims = [
        claim(terms, trace, goal=entrant.goal, raised_cents=cents, backers=count)
        for entrant, trace, cents, count in zip(
            crowd.entrants, traces, raised, backers, strict=True
        )
    ]
    parts = ration(pot_cents, weights=claims if weights is None else weights, limits=claims)
    for trace, most, part in zip(traces, claims, parts, strict=True):
        trace.append(Step("pot", pot_cents, part, bit=part < most))
    matches = tuple(
        CampaignMatch(entrant.id, part, tuple(trace))
        for entrant, part, trace in zip(crowd.entrants, parts, traces, strict=True)
    )
    return Closing(matches, pot_cents - sum(parts))


def claim(
    terms: MatchTerms, trace: list[Step], *, goal: Money, raised_cents: int, backers: int
) -> int:
    """Say what a campaign can have of what it has earned, if the pot holds enough.

    Args:
        terms: the rule.
        trace: ends with what was earned; gets a step for each condition and cap.
        goal: of the campaign.
        raised_cents: what backers gave it, uncapped.
        backers: how many different ones.
    """
    _judge(terms, trace, goal=goal, raised_cents=raised_cents, backers=backers)
    return capped(trace, trace[-1].cents, caps_on_campaign(terms, goal=goal))


def caps_on_campaign(
    terms: MatchTerms, *, goal: Money, matched: Money = Money(0)
) -> list[tuple[str, int]]:
    """List what a campaign may still get, cap by cap.

    Args:
        terms: the rule.
        goal: of the campaign.
        matched: what the rule has promised it already.
    """
    caps = []
    if terms.cap_per_campaign is not None:
        caps.append(("cap_per_campaign", (terms.cap_per_campaign - matched).cents))
    if terms.cap_share_of_goal is not None:
        most = floor(goal.cents * terms.cap_share_of_goal)
        caps.append(("cap_share_of_goal", most - matched.cents))
    return caps


def _judge(
    terms: MatchTerms, trace: list[Step], *, goal: Money, raised_cents: int, backers: int
) -> None:
    """Take the match away from a campaign that brought too little, or too few backers."""
    if terms.threshold is not None:
        is_met = raised_cents >= terms.threshold * goal.cents
        _all_or_none(trace, "threshold", int(terms.threshold * WHOLE_BPS), is_met=is_met)
    if terms.min_backers is not None:
        is_met = backers >= terms.min_backers
        _all_or_none(trace, "min_backers", terms.min_backers, is_met=is_met)


def _all_or_none(trace: list[Step], name: str, limit: int, *, is_met: bool) -> None:
    before = trace[-1].cents
    cents = before if is_met else 0
    trace.append(Step(name, limit, cents, bit=cents < before))
