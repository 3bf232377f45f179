"""How a campaign ended, and on which day things count."""

from datetime import date, datetime

from grantengine.campaigns.errors import CampaignNotEndedError
from grantengine.campaigns.lifecycle import Outcome
from grantengine.clock import HELSINKI
from grantengine.money import Money


def decide_outcome(*, goal: Money, pledged: Money, deadline_at: datetime, now: datetime) -> Outcome:
    """Say how an all-or-nothing campaign ended; a pledge at the deadline itself is too late.

    The goal is judged by what stands pledged at the deadline, since that is what backers and
    the experimenter saw. A card that is declined afterwards takes its pledge and match out of
    every total, but does not undo the promise made to everybody else.

    Raises:
        CampaignNotEndedError: the deadline has not come.
    """
    if now < deadline_at:
        raise CampaignNotEndedError(deadline_at=deadline_at)
    return Outcome.FUNDED if pledged >= goal else Outcome.FAILED


def helsinki_date(instant: datetime) -> date:
    """Tell the date on which an instant counts: that of Finland's wall clock."""
    return instant.astimezone(HELSINKI).date()
