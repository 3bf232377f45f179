"""Until when a review of a decision can be requested.

Source: Act 688/2001 section 34 (30 days) and the agencies' instructions for requesting a review:
a letter counts as received on the seventh day after it was sent, that day is not counted, and
a last day on which offices are closed moves to the next working day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from grantengine.workdays import next_working_day

REVIEW_DAYS: Final = 30
NOTICE_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class ReviewPeriod:
    """The days of a review period.

    Attributes:
        sent_on: day on which the decision was sent.
        noticed_on: day on which the recipient is deemed to have been told.
        last_on: last day on which the request has to arrive.
    """

    sent_on: date
    noticed_on: date
    last_on: date


def review_period(sent_on: date) -> ReviewPeriod:
    """Give the days of the review period of a decision sent by letter.

    Args:
        sent_on: day of sending, in Finland's time.
    """
    noticed_on = sent_on + timedelta(days=NOTICE_DAYS)
    # The day of notice is day 0, so the thirtieth day is thirty days later.
    last_on = next_working_day(noticed_on + timedelta(days=REVIEW_DAYS))
    return ReviewPeriod(sent_on=sent_on, noticed_on=noticed_on, last_on=last_on)
