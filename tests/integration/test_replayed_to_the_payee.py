"""Real contributions go the whole way: pledged, matched, settled, paid, read back, reported."""

import csv
from datetime import timedelta

from grantengine.campaigns import queries as campaigns
from grantengine.db import Database
from grantengine.disbursements.reporting import disbursement_report
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.ledger.accounts import Fund
from grantengine.money import Money, eur
from grantengine.web.commands.import_pledges import Replay
from grantengine.web.commands.orders_file import read_orders
from grantengine.web.gateways.sandbox import SandboxGateway
from grantengine.web.wiring import HANDLERS
from tests.support import disbursements
from tests.support.campaigns import a_rule
from tests.support.cases import case_path

SMALLEST, LARGEST = 100, 2_000_000


def test_what_the_file_holds_is_what_the_report_says_was_paid(database_url, clock):
    path = case_path("opencollective-ledger/orders.csv")
    amounts = amounts_in(path)
    database = Database(database_url, handlers=HANDLERS)
    with database.transaction() as session:
        disbursements.a_programme(session, now=clock.now() - timedelta(days=60))
        a_rule(session, now=clock.now() - timedelta(days=60), cap_per_pledge=eur("50"))
        first = disbursements.an_officer(session, "Laine Liisa")
        second = disbursements.an_officer(session, "Salo Sami")

    replay = Replay(database, SandboxGateway(), now=clock.now())
    replay.take_all(read_orders(path), lambda _count: None)
    disbursements.pay_everything(database, clock, first, second)

    matched = sum(min(cents, 5_000) for cents in amounts)
    fees = sum(fee_of(cents) for cents in amounts)
    with database.reading() as session:
        today = clock.now().date()
        report = disbursement_report(session, from_on=today, to_on=today + timedelta(days=5))
        paid = {each.source.fund: each.ledger.paid for each in report.sums}
        found = campaigns.campaigns(session, limit=100)
        totals = campaigns.totals_of(session, [each.id for each in found]).values()
        assert report.agrees
        assert paid == {Fund.PUBLIC: Money(matched), Fund.PRIVATE: Money(sum(amounts) - fees)}
        assert sum(each.collected.cents for each in totals) == sum(amounts)
        assert sum(each.matched.cents for each in totals) == matched
        assert sum(each.paid_out.cents for each in totals) == matched + sum(amounts) - fees
        assert audit.verify(session).is_clean
        lines = ledger.trial_balance(session)
        assert sum(line.debit_cents for line in lines) == sum(line.credit_cents for line in lines)
    database.dispose()


def amounts_in(path):
    """Read from the file alone what can be taken."""
    with path.open(encoding="utf-8") as source:
        rows = [row for row in csv.DictReader(source) if not row["deletedAt"]]
    cents = [int(row["totalAmount"] or 0) for row in rows if row["status"] in ("PAID", "ACTIVE")]
    return [each for each in cents if SMALLEST <= each <= LARGEST]


def fee_of(cents):
    """Reckon the sandbox's fee apart from it: 1.4 %, halves up, and 25 cents."""
    return (cents * 14 + 500) // 1000 + 25
