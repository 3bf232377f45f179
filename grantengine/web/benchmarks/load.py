"""Load on one address of this machine: how many answers a second."""

import http.client
import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a run of load gave: answers a second, and by which program it was driven."""

    answers_per_s: float
    failures: int
    driver: str


def drive(url: str, *, seconds: int) -> LoadResult:
    """Ask for one address over eight connections until the time is over.

    Args:
        url: an address on this machine; no other is ever asked.
        seconds: how long.

    Raises:
        ValueError: the address is not on this machine.
    """
    if urlsplit(url).hostname not in LOOPBACK:
        raise ValueError(f"load goes to this machine only, not to {url}")
    wrk = shutil.which("wrk")
    return _by_wrk(wrk, url, seconds) if wrk else _by_threads(url, seconds)


def _by_wrk(wrk: str, url: str, seconds: int) -> LoadResult:
    command = [wrk, "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", url]
    result = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # our own words
    rate = re.search(r"Requests/sec:\s+([\d.]+)", result.stdout)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", result.stdout)
    assert rate is not None
    return LoadResult(float(rate[1]), int(failed[1]) if failed else 0, "wrk")


def _by_threads(url: str, seconds: int) -> LoadResult:
    counts: list[tuple[int, int]] = []
    deadline = time.monotonic() + seconds
    threads = [
        threading.Thread(target=lambda: counts.append(_ask_until(url, deadline)))
        for _ in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers, failures = sum(each[0] for each in counts), sum(each[1] for each in counts)
    return LoadResult(answers / seconds, failures, "threads")


def _ask_until(url: str, deadline: float) -> tuple[int, int]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80)
    answers = failures = 0
    while time.monotonic() < deadline:
        connection.request("GET", parts.path)
        response = connection.getresponse()
        response.read()
        answers += 1
        failures += response.status >= http.client.BAD_REQUEST
    connection.close()
    return answers, failures
