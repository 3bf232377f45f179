"""Running several things at the same moment and hearing what became of each."""

import threading
from concurrent.futures import ThreadPoolExecutor


def run_together(*actions, timeout_s=120):
    """Start every action at the same moment; return their results, raise the first error."""
    return [outcome.result() for outcome in _outcomes(actions, timeout_s)]


def outcomes_of(*actions, timeout_s=120):
    """Start every action at the same moment; return results, an error in place of its result."""
    return [outcome.exception() or outcome.result() for outcome in _outcomes(actions, timeout_s)]


def _outcomes(actions, timeout_s):
    barrier = threading.Barrier(len(actions))

    def at_once(action):
        barrier.wait(timeout_s)
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [pool.submit(at_once, action) for action in actions]
