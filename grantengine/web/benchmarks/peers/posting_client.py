"""What each client of a race does: warm up, say that it is ready, and post until the time is over.

Nothing of this program is imported here, so that a peer's client runs in the peer's own
environment.
"""

import sys
import time
from collections.abc import Callable

WARM_UP = 20


def post_for(seconds: float, post: Callable[[], object]) -> None:
    """Post as often as it goes in so many seconds; print how often that was in one.

    Args:
        seconds: how long, once the word to begin is read from standard input.
        post: posts once and returns when that is committed.
    """
    for _ in range(WARM_UP):
        post()
    print("ready", flush=True)  # noqa: T201  # told to the process that started this one
    sys.stdin.readline()
    count, begun = 0, time.perf_counter()
    while time.perf_counter() < begun + seconds:
        post()
        count += 1
    print(count / (time.perf_counter() - begun), flush=True)  # noqa: T201  # likewise
