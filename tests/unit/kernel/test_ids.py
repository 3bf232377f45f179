"""Identifiers say what they are, sort by time and never meet."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from grantengine.ids import new_id, new_secret

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
INSTANTS = st.integers(0, 2**42).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC))


def test_an_identifier_is_its_prefix_and_a_ulid():
    assert re.fullmatch(r"plg_[0-9A-HJKMNP-TV-Z]{26}", new_id("plg", NOON))


def test_the_time_is_written_as_the_ulid_specification_writes_it():
    # 1469918176385 ms is 01ARYZ6S41 in the example of the specification.
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=1469918176385)

    assert new_id("x", instant).startswith("x_01ARYZ6S41")


@given(INSTANTS, INSTANTS)
def test_identifiers_sort_by_the_instant_of_their_making(one, other):
    earlier, later = sorted([one, other])

    if later - earlier >= timedelta(milliseconds=2):
        assert new_id("x", earlier) < new_id("x", later)


def test_a_burst_in_one_millisecond_makes_no_identifier_twice():
    burst = [new_id("chg", NOON) for _ in range(20_000)]

    assert len(set(burst)) == len(burst)
    assert len({each[:14] for each in burst}) == 1


def test_a_secret_is_long_and_safe_in_an_address():
    secrets = {new_secret() for _ in range(1000)}

    assert len(secrets) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", secret) for secret in secrets)


def test_of_one_instant_what_is_made_later_sorts_later():
    made = [new_id("plg", NOON) for _number in range(1000)]

    assert made == sorted(set(made))
