"""Pledges over HTTP: the form of a campaign's page, sent as a browser without JavaScript does."""

import http.client
import re
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

from grantengine.ids import new_secret
from grantengine.settings import Settings
from grantengine.web.benchmarks import serving
from grantengine.web.gateways.sandbox import TEST_CARDS

CLIENTS = 8
_SECONDS_BEFORE = 1.0
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(slots=True)
class Sent:
    """What one client of the measurement has sent."""

    pledges: int = 0
    refusals: list[int] = field(default_factory=list)


def rates(settings: Settings, slugs: list[str], *, seconds: float, repetitions: int) -> list[float]:
    """Serve the application with two workers and pledge over eight connections, again and again.

    Returns:
        Pledges a second of each run.

    Raises:
        RuntimeError: an answer was no pledge; tells its status.
    """
    port = serving.free_port()
    # One address pledges here as often as a thousand do elsewhere.
    further = {"GRANTENGINE_THROTTLING": "false"}
    with serving.running(serving.gunicorn_on(port), settings, further):
        serving.wait_for(f"http://127.0.0.1:{port}/healthz")
        _rate(port, slugs, seconds=_SECONDS_BEFORE)
        return [_rate(port, slugs, seconds=seconds) for _ in range(repetitions)]


def _rate(port: int, slugs: list[str], *, seconds: float) -> float:
    sent = [Sent() for _ in range(CLIENTS)]
    begin = threading.Barrier(CLIENTS + 1)
    threads = [
        threading.Thread(
            target=_pledge_until, args=(port, slugs[index % len(slugs)], seconds, begin, each)
        )
        for index, each in enumerate(sent)
    ]
    for thread in threads:
        thread.start()
    begin.wait()
    for thread in threads:
        thread.join()
    refusals = [status for each in sent for status in each.refusals]
    if refusals:
        raise RuntimeError(f"{len(refusals)} answers were no pledges, the first {refusals[0]}")
    return sum(each.pledges for each in sent) / seconds


def _pledge_until(
    port: int, slug: str, seconds: float, begin: threading.Barrier, sent: Sent
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    path = f"/fi/campaigns/{slug}/pledge"
    # One page is enough for many pledges: each has a key and a backer of its own.
    cookie, token = _page(connection, path)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    begin.wait()
    over_at = time.perf_counter() + seconds
    while time.perf_counter() < over_at:
        connection.request("POST", path, _form(token), headers)
        response = connection.getresponse()
        response.read()
        if response.status in (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER):
            sent.pledges += 1
        else:
            sent.refusals.append(response.status)
    connection.close()


def _page(connection: http.client.HTTPConnection, path: str) -> tuple[str, str]:
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    found = _TOKEN.search(body)
    cookie = (response.getheader("Set-Cookie") or "").partition(";")[0]
    return cookie, found[1].decode() if found else ""


def _form(token: str) -> str:
    key = new_secret()
    fields = {
        "csrf_token": token,
        "key": key,
        "amount": "10",
        "email": f"{key.lower()}@example.org",
        "way": "card",
        "card": next(iter(TEST_CARDS)),
    }
    return urlencode(fields)
