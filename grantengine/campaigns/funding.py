"""How a campaign ended, and on which day things count."""

from datetime import date, datetime

from grantengine.campaigns.errors import CampaignNotEndedError
from grantengine.campaigns.lifecycle import CampaignKind, Outcome
from grantengine.clock import HELSINKI
from grantengine.money import Money


def decide_outcome(
    *,
    goal: Money,
    pledged: Money,
    deadline_at: datetime,
    now: datetime,
    kind: CampaignKind = CampaignKind.ALL_OR_NOTHING,
) -> Outcome:
    """Say how a campaign ended; a pledge at the deadline itself is too late.

    A campaign that keeps it all is funded by any pledge. Of the other kind the goal is judged by what stands pledged at the deadline, since that is what backers and
    the experimenter saw. A card that is declined afterwards takes its pledge and match out of
    every total, but does not undo the promise made to everybody else.

    Raises:
        CampaignNotEndedError: the deadline has not come.
    """
    if now < deadline_at:
        raise CampaignNotEndedError(deadline_at=deadline_at)
    enough = goal if kind is CampaignKind.ALL_OR_NOTHING else Money(1)
    return Outcome.FUNDED if pledged >= enough else Outcome.FAILED


def helsinki_date(instant: datetime) -> date:
    """Tell the date on which an instant counts: that of Finland's wall clock."""
    return instant.astimezone(HELSINKI).date()
