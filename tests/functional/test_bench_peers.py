"""The race beside other ledgers: everybody begins at once, in turn, and the ratios are of pairs."""

import sys

import pytest

from grantengine.web.benchmarks.peers.racing import Racer, Result, race

CLIENT = "import sys; print('ready', flush=True); sys.stdin.readline(); print({rate})"


def racer(name, *, rate):
    return Racer(name, [sys.executable, "-c", CLIENT.format(rate=rate)])


def test_every_racer_runs_as_often_and_its_clients_are_added_up():
    result = race(
        [racer("hare", rate=30.0), racer("tortoise", rate=10.0)], processes=2, repetitions=2
    )

    assert result == Result(2, {"hare": [60.0, 60.0], "tortoise": [20.0, 20.0]})


def test_a_ratio_is_the_median_of_the_ratios_of_each_repetition():
    result = Result(1, {"hare": [30.0, 90.0, 20.0], "tortoise": [10.0, 10.0, 10.0]})

    assert result.ratio("hare", "tortoise") == 3.0


def test_a_client_that_does_not_start_ends_the_race():
    lame = Racer("lame", [sys.executable, "-c", "print('no such module')"])

    with pytest.raises(RuntimeError, match="did not start"):
        race([lame], processes=1, repetitions=1)
