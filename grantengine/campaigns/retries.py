"""When a declined card is tried again."""

from datetime import datetime, timedelta

# Two days apart and within a week: time for a salary to come or for another card.
RETRY_AFTER = timedelta(hours=48)
ATTEMPTS_MAX = 4
# How long a backer has to answer the bank: as long as the last try is away.
AUTHENTICATION_WAIT = timedelta(days=7)
# One who sits before the page answers at once or has gone.
AUTHENTICATION_WAIT_PRESENT = timedelta(hours=1)


def next_attempt_at(*, attempt: int, now: datetime) -> datetime | None:
    """Tell when a card is tried again after a declined attempt.

    Args:
        attempt: number of the declined attempt, from 1.
        now: when it was declined.

    Returns:
        48 hours later; None after the fourth attempt, six days after the first.
    """
    return None if attempt >= ATTEMPTS_MAX else now + RETRY_AFTER


def waits_until(*, is_present: bool, now: datetime) -> datetime:
    """Tell until when a charge waits for its backer to be authenticated."""
    return now + (AUTHENTICATION_WAIT_PRESENT if is_present else AUTHENTICATION_WAIT)
