"""Each experiment has a knot of its own, the same wherever it is shown."""

from grantengine.web.knots import knot


def test_same_seed_ties_the_same_knot():
    knot.cache_clear()
    first = knot("exp_1")
    knot.cache_clear()

    assert knot("exp_1") == first


def test_thousand_experiments_have_a_thousand_knots():
    assert len({knot(f"exp_{number}") for number in range(1000)}) == 1000


def test_thread_comes_in_and_goes_out_at_half_height():
    assert 'd="M-2 60C' in knot("exp_1")
    assert knot("exp_1").count(' 322 60"') == 2


def test_knot_holds_nothing_of_its_seed():
    assert "script" not in knot('"><script>')
