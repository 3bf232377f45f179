"""The payment providers that one contract is held against."""

import contextlib
import socket
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field

import pytest
import stripe

from grantengine.web.gateways.sandbox import SandboxGateway
from grantengine.web.gateways.stripe_gateway import StripeGateway
from tests.support import campaigns as cards
from tests.support.stripe.server import SECRET_KEY, FakeStripe

LOCALSTRIPE_LACKS = frozenset(
    {
        "balance",  # no such address
        "disputes",  # no such address
        "fees",  # its balance transactions cost nothing
        "bounded_refunds",  # lets a charge be refunded twice over
        "lists_by_date",  # knows no `created`
        "off_session_refusal",  # gives the address of the bank even when nobody is there
    }
)


@dataclass
class Provider:
    """A gateway, and how a test gets cards for it and goes to the bank.

    Attributes:
        lacks: what it does not do, so that a test of that is skipped.
    """

    gateway: object
    lacks: frozenset[str] = frozenset()
    fake: FakeStripe | None = None
    client: stripe.StripeClient | None = None
    url: str = ""
    _made: dict[str, str] = field(default_factory=dict)

    def card(self, number):
        """Give what the provider's field on the page gives for a card."""
        if self.client is None:
            return number
        card = {"number": "".join(number.split()), "exp_month": 12, "exp_year": 2030, "cvc": "123"}
        return self.client.v1.payment_methods.create({"type": "card", "card": card}).id

    def go_to_bank(self, reference):
        """Let the backer prove to the bank who they are."""
        if self.fake is not None:
            self.fake.state.authenticate(reference)
        elif self.client is not None:
            _authenticate_at_localstripe(self.client, self.url, reference)

    def needs(self, *abilities):
        """Skip the test when the provider lacks one of these."""
        missing = self.lacks.intersection(abilities)
        if missing:
            pytest.skip(f"this provider lacks: {', '.join(sorted(missing))}")


@contextlib.contextmanager
def sandbox():
    """The embedded default."""
    yield Provider(SandboxGateway(), lacks=frozenset({"lists_by_date"}))


@contextlib.contextmanager
def stripe_stand_in():
    """Our adapter of Stripe, against our stand-in."""
    with FakeStripe() as fake:
        yield _provider(fake.url, fake=fake)


@contextlib.contextmanager
def localstripe():
    """Our adapter of Stripe, against a stand-in that others wrote."""
    pytest.importorskip("localstripe")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(process, port)
        yield _provider(f"http://localhost:{port}", lacks=LOCALSTRIPE_LACKS)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _provider(url, **facts):
    client = stripe.StripeClient(SECRET_KEY, base_addresses={"api": url})
    gateway = StripeGateway(secret_key=SECRET_KEY, api_url=url)
    return Provider(gateway, client=client, url=url, **facts)


def _wait_for(process, port):
    for _try in range(2400):
        if process.poll() is not None:
            pytest.fail("localstripe did not start")
        try:
            socket.create_connection(("localhost", port), timeout=0.05).close()
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.05)
        else:
            return
    pytest.fail("localstripe did not answer")


def _authenticate_at_localstripe(client, url, reference):
    """Do what its script does on the page."""
    if reference.startswith("seti_"):
        client.v1.setup_intents.confirm(reference)
        return
    secret = client.v1.payment_intents.retrieve(reference).client_secret
    request = urllib.request.Request(  # loopback
        f"{url}/v1/payment_intents/{reference}/_authenticate",
        data=f"client_secret={secret}&success=true".encode(),
        headers={"Authorization": f"Bearer {SECRET_KEY}"},
    )
    urllib.request.urlopen(request, timeout=60).close()


GOOD, DECLINED = cards.GOOD_CARD, cards.DECLINED_WHEN_SAVED
DECLINED_WHEN_CHARGED = cards.DECLINED_WHEN_CHARGED
ASKS_FOR_AUTHENTICATION = cards.ASKS_FOR_AUTHENTICATION
ASKS_WHEN_CHARGED = cards.ASKS_WHEN_CHARGED
