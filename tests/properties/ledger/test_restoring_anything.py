"""Whatever was done to a ledger, its backup restores to the same to the last letter."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from grantengine.db import Database
from tests.properties.ledger.test_against_model import TIMES, LedgerMachine
from tests.support.full_ledger import backup_of, restore


class RestoredMachine(LedgerMachine):
    """In the end it restores a backup of what came about."""

    def __init__(self, databases):
        super().__init__(databases)
        self._databases = databases

    def teardown(self):
        backup = backup_of(self.database)
        with self._databases.fresh_url() as url:
            elsewhere = Database(url)
            restore(elsewhere, backup)
            again = backup_of(elsewhere)
            elsewhere.dispose()
        super().teardown()
        assert again == backup


def drive(databases, *, examples, steps):
    run_state_machine_as_test(
        lambda: RestoredMachine(databases),
        settings=settings(
            max_examples=examples * TIMES,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_on_sqlite_any_ledger_is_restored(sqlite_databases):
    drive(sqlite_databases, examples=10, steps=40)


def test_on_postgresql_any_ledger_is_restored(postgresql_databases):
    drive(postgresql_databases, examples=2, steps=40)
