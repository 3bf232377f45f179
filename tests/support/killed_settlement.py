"""A process that settles a campaign at Stripe and is killed after one of its charges.

Usage: python -m tests.support.killed_settlement DATABASE_URL STRIPE_URL CAMPAIGN CHARGES INSTANT
"""

import os
import signal
import sys
from datetime import datetime

from grantengine.campaigns import settlement
from grantengine.clock import FixedClock
from grantengine.db import Database
from grantengine.web.gateways.stripe_gateway import StripeGateway
from tests.support.stripe.server import SECRET_KEY


class LastBreath(StripeGateway):
    """Charges so often, and then the process is gone before it can write anything down."""

    charges_left = 0

    def charge(self, **asked):
        answer = super().charge(**asked)
        self.charges_left -= 1
        if self.charges_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


if __name__ == "__main__":
    database_url, stripe_url, campaign_id, charges, instant = sys.argv[1:]
    gateway = LastBreath(secret_key=SECRET_KEY, api_url=stripe_url)
    gateway.charges_left = int(charges)
    clock = FixedClock(datetime.fromisoformat(instant))
    settlement.settle_campaign(Database(database_url), gateway, clock, campaign_id)
