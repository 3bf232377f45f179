"""The caps that hold for backers at the close, after adding up what each of them gave."""

import numpy as np

from grantengine.campaigns.matching.crowd import Column, Crowd
from grantengine.campaigns.matching.terms import MatchTerms
from grantengine.campaigns.matching.trace import Step
from grantengine.money import LARGEST_CENTS, Money, split_by_weights


def counted_of(terms: MatchTerms, crowd: Crowd) -> tuple[Column, list[list[Step]]]:
    """Say how much counts of what each backer gave to each campaign.

    Returns:
        The crowd's column of cents, held below the caps per backer, and for each campaign the
        steps of a trace that tell its sum before and after each cap.
    """
    counted = crowd.cents
    traces = [[Step("pledged", None, cents)] for cents in crowd.per_campaign(counted)]
    if terms.cap_per_backer_campaign is not None:
        cap = terms.cap_per_backer_campaign.cents
        counted = np.minimum(counted, cap)
        _tell(traces, "cap_per_backer_campaign", cap, crowd.per_campaign(counted))
    if terms.cap_per_backer is not None:
        counted = _scaled(crowd, counted, terms.cap_per_backer)
        cap = terms.cap_per_backer.cents
        _tell(traces, "cap_per_backer", cap, crowd.per_campaign(counted))
    return counted, traces


def counted_by_pair(terms: MatchTerms, crowd: Crowd) -> dict[tuple[str, str], int]:
    """Say how much counts of what each backer gave to each campaign, by backer and campaign."""
    counted, _traces = counted_of(terms, crowd)
    pairs = zip(crowd.backers, crowd.campaigns, counted, strict=True)
    return {
        (crowd.names[backer], crowd.entrants[campaign].id): int(cents)
        for backer, campaign, cents in pairs
    }


def _tell(traces: list[list[Step]], name: str, cap: int, sums: list[int]) -> None:
    for trace, cents in zip(traces, sums, strict=True):
        trace.append(Step(name, cap, cents, bit=cents < trace[-1].cents))


def _scaled(crowd: Crowd, counted: Column, cap: Money) -> Column:
    """Shrink what counts of each backer who gave above the cap, in proportion, to the cent."""
    sums = np.zeros(int(crowd.backers.max(initial=-1)) + 1, np.int64)
    np.add.at(sums, crowd.backers, counted)
    above = np.flatnonzero(sums[crowd.backers] > min(cap.cents, LARGEST_CENTS))
    # A backer's lines together, each backer's in the order of the campaigns.
    above = above[np.argsort(crowd.backers[above], kind="stable")]
    scaled = counted.copy()
    starts = np.flatnonzero(np.diff(crowd.backers[above])) + 1
    for lines in np.split(above, starts):
        if len(lines):
            parts = split_by_weights(cap, [int(each) for each in counted[lines]])
            scaled[lines] = [part.cents for part in parts]
    return scaled
