"""Pledges over HTTP: the form of a campaign's page, sent as a browser without JavaScript does.

By wrk where it is there, which takes nothing of what it measures; else by threads of our own.
"""

import http.client
import re
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, urlencode

from grantengine.ids import new_secret
from grantengine.settings import Settings
from grantengine.web.benchmarks import serving
from grantengine.web.gateways.sandbox import TEST_CARDS

CLIENTS = 8
_SECONDS_BEFORE = 1.0
_REQUESTS = re.compile(r"(\d+) requests in")
_REFUSALS = re.compile(r"Non-2xx or 3xx responses: (\d+)")
# Each pledge has a key and a backer of its own, as `_form` gives them.
_SCRIPT = """
local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end
function init(words)
  token, run, count, paths = words[1], words[3], 0, {}
  wrk.headers["Cookie"] = words[2]
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  for at = 4, #words do paths[#paths + 1] = words[at] end
end
function request()
  count = count + 1
  local key = run .. "-" .. number .. "-" .. count
  local body = "csrf_token=" .. token .. "&key=" .. key .. "&amount=10&email=" .. key
    .. "%40example.org&way=card&card=CARD"
  return wrk.format("POST", paths[(2 * count + number) % #paths + 1], nil, body)
end
"""
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
        _by_threads(port, slugs, seconds=_SECONDS_BEFORE)
        wrk = shutil.which("wrk")
        if wrk is None:
            return [_by_threads(port, slugs, seconds=seconds) for _ in range(repetitions)]
        return [_by_wrk(wrk, port, slugs, seconds=seconds) for _ in range(repetitions)]


def _by_wrk(wrk: str, port: int, slugs: list[str], *, seconds: float) -> float:
    whole = max(1, round(seconds))  # It knows no parts of a second.
    paths = [f"/fi/campaigns/{slug}/pledge" for slug in slugs]
    connection = http.client.HTTPConnection("127.0.0.1", port)
    cookie, token = _page(connection, paths[0])
    connection.close()
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT.replace("CARD", quote(next(iter(TEST_CARDS)))))
        script.flush()
        address = f"http://127.0.0.1:{port}"
        command = [
            wrk,
            "-t2",
            f"-c{CLIENTS}",
            f"-d{whole}s",
            "-s",
            script.name,
            address,
            "--",
        ]
        words = [quote(token), cookie, new_secret()[:8].lower(), *paths]
        told = subprocess.run([*command, *words], capture_output=True, text=True, check=True).stdout  # noqa: S603  # our own words
    if refused := _REFUSALS.search(told):
        raise RuntimeError(f"{refused[1]} answers were no pledges")
    made = _REQUESTS.search(told)
    assert made is not None
    return int(made[1]) / whole


def _by_threads(port: int, slugs: list[str], *, seconds: float) -> float:
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
