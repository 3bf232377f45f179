"""A process that does one thing again and again, killed by the system one step later each time.

A step is a transaction that was committed or a call that the provider answered. Each try is a
forked process of its own, with the next of the things that it is told to do. The one that forks
them has lived through the last thing before, so every step there is has been died after, and
they need not learn again what it knows by then: statements and the provider's answers. It has
closed what it opened, and takes one order after the other.

Usage: python -m tests.support.killed_steps < ORDERS; orders are lines of JSON, and each is
answered by one, the steps.
"""

import gc
import json
import os
import signal
import sys
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from grantengine.campaigns import (
    charging,
    checkout,
    new_cards,
    refund_requests,
    refunds,
    settlement,
)
from grantengine.campaigns.models import Pledge
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.clock import FixedClock
from grantengine.db import Database
from grantengine.money import Money
from grantengine.web.gateways.stripe_gateway import StripeGateway
from grantengine.web.wiring import HANDLERS
from tests.support import speed
from tests.support.stripe.server import SECRET_KEY

# Nothing takes so long; a process that hangs is ended by the alarm, and has then told no step.
_TIMEOUT_S = 600
_CALLS = (
    *("save_card", "finish_authentication", "charge", "charge_state", "give_up_charge"),
    *("refund", "pay_out"),
)


class Steps:
    """Counts steps and dies after one of them, having told it; lives when that is None."""

    def __init__(self, last=None, told=None):
        self.taken = []
        self._last, self._told = last, told

    def take(self, what):
        self.taken.append(what)
        if len(self.taken) == self._last:
            os.write(self._told, what.encode())
            os.kill(os.getpid(), signal.SIGKILL)


class SteppingDatabase(Database):
    """Takes a step with each commit."""

    def __init__(self, url, steps):
        super().__init__(url, handlers=HANDLERS)
        self._steps = steps

    @contextmanager
    def transaction(self):
        with super().transaction() as session:
            yield session
        self._steps.take("commit")


class SteppingGateway:
    """Takes a step with each answer of the provider."""

    def __init__(self, gateway, steps):
        self._gateway, self._steps = gateway, steps

    def __getattr__(self, name):
        found = getattr(self._gateway, name)
        if name not in _CALLS:
            return found

        def asked(**asked):
            answer = found(**asked)
            self._steps.take(name)
            return answer

        return asked


def pledge(world, *, campaign_id, key, cents, card):
    """Make a pledge, as the form does."""
    request = PledgeRequest(
        campaign_id=campaign_id,
        key=key,
        amount=Money(cents),
        email=f"{key}@example.fi",
        language="fi",
    )
    return checkout.make_pledge(*world, request, card=card)


def refund(world, *, pledge_id, refund_id):
    """Give a pledge back, as an officer does."""
    return refunds.refund_pledge(*world, pledge_id, refund_id=refund_id)


def settle(world, *, campaign_id):
    """Settle a campaign, as the scheduler does."""
    return settlement.settle_campaign(*world, campaign_id)


def card(world, *, pledge_id, card):
    """Give another card, as the backer does."""
    with world[0].reading() as session:
        known = session.get_one(Pledge, pledge_id)
    return new_cards.change_card(*world, known, card=card)


def come_back(world, *, pledge_id):
    """Come back from the bank, as the backer does."""
    with world[0].reading() as session:
        known = session.get_one(Pledge, pledge_id, options=[charging.WITH_CAMPAIGN])
    return checkout.finish_pledge(*world, known)


def grant(world, *, request_id, officer_id):
    """Grant a request for the money back, as an officer does."""
    return refund_requests.grant(*world, request_id, amount=None, officer_id=officer_id)


ACTS = {
    "pledge": pledge,
    "refund": refund,
    "settle": settle,
    "card": card,
    "come_back": come_back,
    "grant": grant,
}


def do(order, thing, steps):
    """Do a thing, step by step."""
    database = SteppingDatabase(order["database_url"], steps)
    gateway = StripeGateway(secret_key=SECRET_KEY, api_url=order["stripe_url"])
    clock = FixedClock(datetime.fromisoformat(order["instant"]))
    ACTS[order["act"]]((database, SteppingGateway(gateway, steps), clock), **thing)
    database.dispose()


def live_through(order, thing):
    """Do a thing to its end and leave nothing open; give its steps."""
    steps = Steps()
    do(order, thing, steps)
    gc.collect()
    return steps.taken


def die_after(last, order, thing):
    """Do a thing in a process that dies after a step; give that step, None when it lived."""
    heard, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            signal.alarm(_TIMEOUT_S)
            do(order, thing, Steps(last, told))
            os._exit(0)
        finally:
            os._exit(1)
    os.close(told)
    _pid, status = os.waitpid(pid, 0)
    with os.fdopen(heard) as pipe:
        step = pipe.read()
    if os.WIFSIGNALED(status):
        return step
    assert os.WEXITSTATUS(status) == 0
    return None


def died_over(order):
    """Live through the last thing of an order and die over each other one; give the steps."""
    *mortal, immortal = order["things"]
    lived = live_through(order, immortal)
    died = [die_after(last, order, thing) for last, thing in enumerate(mortal, start=1)]
    assert died == lived
    return died


def main():
    """Take orders until there are no more."""
    speed.keep_compiled_statements()
    sa.orm.configure_mappers()
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(died_over(json.loads(line)))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
