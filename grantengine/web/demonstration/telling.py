"""The parts of the story. Imported only when it is told, since a second start needs none of them."""

from collections.abc import Iterator

from grantengine.web.demonstration import (
    applications,
    backers,
    calls,
    campaigns,
    crowd,
    experiments,
    finance,
    judging,
    large_call,
    learnings,
    programme,
)
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.stage import Stage

# In this order when two acts fall on one instant.
_PARTS = (
    programme,
    calls,
    applications,
    judging,
    large_call,
    experiments,
    campaigns,
    backers,
    crowd,
    finance,
    learnings,
)


def acts(stage: Stage) -> Iterator[Act]:
    """Give every act of the story."""
    for part in _PARTS:
        yield from part.acts(stage)
