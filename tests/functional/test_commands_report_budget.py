"""The budget at the terminal: a table that adds up, on any day, as it was known on any day."""

import json
from datetime import UTC, date, datetime

import pytest

from grantengine.disbursements.bookings import awarded
from grantengine.ledger import service as ledger
from grantengine.money import eur
from grantengine.programme import service as programme
from grantengine.programme.chart import subject_accounts
from tests.support.ledger import post
from tests.support.programme import NOON, a_plan

# A minute before and a minute after midnight in Helsinki.
EVENING, NIGHT = (
    datetime(2026, 9, 17, hour, minute, tzinfo=UTC) for hour, minute in ((20, 59), (21, 1))
)


@pytest.fixture
def programme_of_1000(app_database):
    """EUR 600 for small experiments, 300 to match, 100 not allotted; two awards of the 16th."""
    with app_database.transaction() as session:
        programme.start_programme(session, a_plan(), now=NOON)
        for grant in ("grt_01", "grt_02"):
            ledger.open_accounts(session, subject_accounts("small", grant), now=NOON)
    for grant, amount, booked_at in (("grt_01", "80", EVENING), ("grt_02", "40.50", NIGHT)):
        award = awarded(grant_id=grant, envelope="small", amount=eur(amount), on=date(2026, 9, 16))
        post(app_database, award, now=booked_at)


def test_the_budget_is_a_table_that_adds_up(grantengine, programme_of_1000):
    _status, output, _complaint = grantengine("report", "budget", "--on", "2026-09-16")

    assert output == (
        "Budget on 2026-09-16\n"
        "\n"
        "appropriated        1,000.00 EUR\n"
        "not allotted          100.00 EUR\n"
        "\n"
        "envelope  allotted  reserved  committed  in payment  paid  recovered  available\n"
        "-------------------------------------------------------------------------------\n"
        "small       600.00      0.00     120.50        0.00  0.00       0.00     479.50\n"
        "match       300.00      0.00       0.00        0.00  0.00       0.00     300.00\n"
        "-------------------------------------------------------------------------------\n"
        "in all      900.00      0.00     120.50        0.00  0.00       0.00     779.50\n"
    )


@pytest.mark.parametrize(
    ("days", "committed"),
    [
        (["--known-on", "2026-09-17"], 8000),
        (["--known-on", "2026-09-18"], 12050),
        (["--on", "2026-09-15", "--known-on", "2026-09-18"], 0),
        (["--on", "2026-09-16"], 12050),
    ],
)
def test_what_was_booked_later_was_not_known_before(
    grantengine, programme_of_1000, days, committed
):
    found = json.loads(grantengine("report", "budget", "--format", "json", *days)[1])

    small, _match = found["envelopes"]
    assert small["committed_cents"] == committed
    assert small["committed_cents"] + small["available_cents"] == small["allotted_cents"]


def test_without_a_programme_there_is_no_budget(grantengine):
    assert grantengine("report", "budget") == (
        1,
        "",
        "grantengine: no programme has been started here\n",
    )


def test_a_day_that_is_none_is_refused(grantengine):
    assert grantengine("report", "budget", "--on", "2026-02-30")[0] == 2
    assert grantengine("report", "budget", "--known-on", "yesterday")[0] == 2
