"""`grantengine decisions issue`: what waits is made once, in processes of its own."""

import subprocess
import sys

from grantengine.reviews import issuing
from grantengine.web.commands import decisions as commands
from tests.support import reviews


def test_what_waits_is_made_once(app, app_database):
    with app_database.transaction() as session:
        reviews.a_programme(session)
        for _ in range(2):
            application = reviews.a_reviewed_application(session)
            reviews.sign(session, reviews.a_proposal(session, application, reviews.a_rejection()))
    runner = app.test_cli_runner()

    first = runner.invoke(commands.group, ["issue", "--processes", "2"])
    second = runner.invoke(commands.group, ["issue"])

    assert first.output == "2 documents made, signed and kept.\n"
    assert second.output == "0 documents made, signed and kept.\n"
    with app_database.reading() as session:
        assert issuing.decisions_to_issue(session) == []


STARTS_A_WORKER = """
import multiprocessing, os, sys
from concurrent.futures import ProcessPoolExecutor
from grantengine.web.documents.sealing import give_way
if __name__ == "__main__":
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=spawn, initializer=give_way)
    print(pool.submit(os.getpid).result(), flush=True)
    sys.stdin.read()
"""


def test_no_worker_outlives_a_command_that_is_killed():
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_A_WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as command:
        assert command.stdout is not None
        assert int(command.stdout.readline())

        command.kill()

        # The worker writes to the same pipe, which has its end when the last of them is gone.
        rest, _errors = command.communicate(timeout=60)
    assert rest == b""
