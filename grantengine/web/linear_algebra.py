"""How numerical libraries share the machine with us."""

import os


def use_one_thread() -> None:
    """Let a call of linear algebra use one thread; takes effect if numpy is not loaded yet.

    Each process of ours has work of its own. Threads that wait for a core in a loop made a
    ranking of a second take more than a minute on a busy machine with two cores.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
