"""`grantengine import pledges`: real contributions through the real services."""

import csv
from collections import Counter

import pytest

from grantengine.campaigns import queries
from grantengine.campaigns.lifecycle import CampaignStatus
from grantengine.ledger import audit
from grantengine.money import Money, eur, total
from grantengine.web.commands.import_pledges import import_pledges
from tests.support.campaigns import a_programme, a_rule
from tests.support.cases import case_path

HEAD = "id,CollectiveId,FromCollectiveId,currency,totalAmount,createdAt,deletedAt,status\n"


@pytest.fixture
def run(app, app_database, clock):
    """Run the command on a file, in a programme with a match rule."""
    with app_database.transaction() as session:
        a_programme(session, now=clock.now())
        a_rule(session, now=clock.now().replace(year=2020), cap_per_pledge=eur("100"))
    return lambda file: app.test_cli_runner().invoke(import_pledges, [str(file)])


@pytest.fixture
def written(tmp_path):
    """Write a file of orders."""

    def write(rows, head=HEAD, encoding="utf-8"):
        path = tmp_path / "orders.csv"
        path.write_bytes((head + rows).encode(encoding))
        return path

    return write


def sums(app_database):
    with app_database.reading() as session:
        campaigns = queries.campaigns(session, limit=100)
        assert audit.verify(session).is_clean
        return campaigns, queries.totals_of(session, [each.id for each in campaigns])


def test_real_orders_become_pledges_and_the_sums_are_the_files(run, app_database):
    path = case_path("opencollective-ledger/orders.csv")
    expected = Counter()
    with path.open(encoding="utf-8") as source:
        for row in csv.DictReader(source):
            cents = int(row["totalAmount"] or 0)
            taken = row["status"] in ("PAID", "ACTIVE") and not row["deletedAt"]
            if taken and 100 <= cents <= 2_000_000:
                expected[f"Collective {row['CollectiveId']}"] += cents

    result = run(path)

    assert result.exit_code == 0
    campaigns, totals = sums(app_database)
    assert {each.title: totals[each.id].collected.cents for each in campaigns} == expected
    assert {each.status for each in campaigns} == {CampaignStatus.SETTLED}
    whole = Money(sum(expected.values()))
    assert result.output.strip() == (
        f"took 122 orders as pledges ({whole}); left 336 (1 above the largest pledge, "
        "48 cancelled, 5 deleted, 281 error, 1 pending)"
    )


def test_second_run_takes_nothing_twice(run, app_database, written):
    path = written("1,7,1,EUR,5000,,,PAID\n2,7,2,EUR,2500,,,ACTIVE\n3,8,2,EUR,100,,,PAID\n")
    run(path)
    before = sums(app_database)[1]

    again = run(path)

    assert (
        again.output.strip() == "took 0 orders as pledges (0.00 EUR); 3 were taken before; left 0"
    )
    assert sums(app_database)[1] == before


def test_rows_that_cannot_be_taken_are_counted_by_reason(run, app_database, written):
    path = written(
        "1,7,1,EUR,,,,PAID\n2,7,1,EUR,99,,,PAID\n3,7,1,EUR,2000001,,,PAID\n"
        "4,7,1,EUR,500,,2020-01-01,PAID\n5,7,1,EUR,500,,,\n6,,1,EUR,500,,,PAID\n7,7,1,EUR,500,,,PAID\n"
    )

    result = run(path)

    assert result.output.strip() == (
        "took 1 orders as pledges (5.00 EUR); left 6 (1 above the largest pledge, "
        "1 below the smallest pledge, 1 deleted, 1 no amount, 1 no collective, 1 no status)"
    )
    assert total(each.collected for each in sums(app_database)[1].values()) == eur("5")


def test_file_without_anything_of_ours_is_no_error(run, written):
    result = run(written(""))

    assert (result.exit_code, result.output.strip()) == (
        0,
        "took 0 orders as pledges (0.00 EUR); left 0",
    )


@pytest.mark.parametrize(
    ("rows", "options", "says"),
    [
        ("1,7,1,EUR,5 euros,,,PAID\n", {}, "line 2: '5 euros' is no amount in cents"),
        ("1,7,1,EUR,٥,,,PAID\n", {}, "is no amount in cents"),
        (f"1,7,1,EUR,{'9' * 5000},,,PAID\n", {}, "is no amount in cents"),
        ("x\n", {"head": "name,amount\n"}, "no column id, CollectiveId"),
        ("", {"head": ""}, "no column id"),
        ("1,7,1,Å,500,,,PAID\n", {"encoding": "utf-16"}, "is not text in UTF-8"),
        ('1,7,"1,EUR,500,,,PAID\n', {}, "is no CSV table"),
    ],
)
def test_broken_file_is_one_line_and_takes_nothing(run, app_database, written, rows, options, says):
    result = run(written(rows, **options))

    assert result.exit_code == 1
    assert says in result.output
    assert result.output.count("\n") == 1
    assert sums(app_database)[0] == []
