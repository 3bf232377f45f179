"""Replaying orders of another platform, several collectives at a time where the database can."""

from grantengine.campaigns import queries
from grantengine.campaigns.lifecycle import CampaignStatus
from grantengine.db import Database
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.money import eur, total
from grantengine.web.commands.import_pledges import Replay
from grantengine.web.commands.orders_file import Order, Orders
from grantengine.web.gateways.sandbox import SandboxGateway
from grantengine.web.wiring import HANDLERS
from tests.support.campaigns import a_programme, a_rule


def test_every_order_becomes_one_pledge_and_the_pot_is_used_to_the_cent(database_url, clock):
    database = Database(database_url, handlers=HANDLERS)
    with database.transaction() as session:
        a_programme(session, now=clock.now(), pot=eur("333.33"))
        a_rule(session, now=clock.now().replace(year=2020))
    orders = Orders(
        taken={
            str(collective): [
                Order(f"{collective}-{number}", backer=str(number), amount=eur("12.34"))
                for number in range(6)
            ]
            for collective in range(8)
        }
    )
    told = []

    for _ in range(2):
        replay = Replay(database, SandboxGateway(), now=clock.now())
        replay.take_all(orders, told.append)

    assert (len(replay.taken), len(replay.known), sum(told)) == (0, 48, 96)
    with database.reading() as session:
        campaigns = queries.campaigns(session)
        sums = queries.totals_of(session, [each.id for each in campaigns]).values()
        assert {each.status for each in campaigns} == {CampaignStatus.SETTLED}
        assert total(each.collected for each in sums) == eur("12.34") * 48
        assert total(each.matched for each in sums) == eur("333.33")
        assert ledger.balance(session, "budget:match:available") == eur("0")
        assert audit.verify(session).is_clean
    database.dispose()
