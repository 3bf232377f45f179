"""When a declined card is tried again, and how long a bank's question stands."""

from datetime import UTC, datetime, timedelta

import pytest

from grantengine.campaigns.retries import last_attempt_at, next_attempt_at, waits_until

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)


def test_four_attempts_are_two_days_apart():
    at, attempts = NOON, [NOON]
    while (following := next_attempt_at(attempt=len(attempts), now=at)) is not None:
        at = following
        attempts.append(at)

    assert [(each - NOON).days for each in attempts] == [0, 2, 4, 6]


@pytest.mark.parametrize("attempt", [2, 3, 4])
def test_last_attempt_is_six_days_after_the_first_whichever_comes_next(attempt):
    due_at = NOON + timedelta(days=2 * (attempt - 1))

    assert last_attempt_at(attempt=attempt, due_at=due_at) == NOON + timedelta(days=6)


@pytest.mark.parametrize("attempt", [1, 2, 3, 4])
def test_bank_s_question_stands_until_a_week_after_the_first_attempt(attempt):
    asked_at = NOON + timedelta(days=2 * (attempt - 1))

    until = waits_until(attempt=attempt, is_present=False, now=asked_at)

    assert until == NOON + timedelta(days=7)


def test_backer_before_the_page_has_an_hour():
    assert waits_until(attempt=1, is_present=True, now=NOON) == NOON + timedelta(hours=1)
