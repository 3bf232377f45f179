"""When a declined card is tried again."""

from datetime import datetime, timedelta

# Two days apart and within a week: time for a salary to come or for another card.
RETRY_AFTER = timedelta(hours=48)
ATTEMPTS_MAX = 4
# Within this all tries are over, and whoever the bank asked for has been there or is dropped.
OVER_AFTER = timedelta(days=7)
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


def last_attempt_at(*, attempt: int, due_at: datetime) -> datetime:
    """Tell when a card is tried for the last time, if each try is declined.

    Args:
        attempt: number of the next attempt, from 2.
        due_at: when that is made.
    """
    return due_at + (ATTEMPTS_MAX - attempt) * RETRY_AFTER


def waits_until(*, attempt: int, is_present: bool, now: datetime) -> datetime:
    """Tell until when a charge waits for its backer to be authenticated.

    Args:
        attempt: number of the attempt at which the bank asked, from 1.
        is_present: whether the backer sits before the page.
        now: when the bank asked.
    """
    if is_present:
        return now + AUTHENTICATION_WAIT_PRESENT
    return now + OVER_AFTER - (attempt - 1) * RETRY_AFTER
