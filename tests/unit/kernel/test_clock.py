"""The clock of the tests stands still; that of the machine is in UTC."""

from datetime import UTC, datetime, timedelta

from grantengine.clock import HELSINKI, FixedClock, SystemClock


def test_a_fixed_clock_stands_until_it_is_moved():
    clock = FixedClock(datetime(2026, 9, 16, 15, 0, tzinfo=HELSINKI))

    assert clock.now() == clock.now() == datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
    assert clock.advance(timedelta(hours=1)) == clock.now() == datetime(2026, 9, 16, 13, tzinfo=UTC)


def test_a_fixed_clock_is_set_across_time_zones():
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))

    clock.set_to(datetime(2026, 12, 24, 12, 0, tzinfo=HELSINKI))

    assert clock.now() == datetime(2026, 12, 24, 10, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_the_clock_of_the_machine_is_aware_and_in_utc():
    assert SystemClock().now().utcoffset() == timedelta(0)
