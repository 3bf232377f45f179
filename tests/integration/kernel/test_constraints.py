"""What Alembic does not compare: every check of the models is in the database, on both kinds."""

import sqlalchemy as sa

from grantengine.db import Base
from tests.support.source import modules

modules()  # Imported, so that every table is known.


# On SQLite a client's own statement writes the ledger's rows, so more of them is judged; what is
# missing on PostgreSQL are its domains `ledger_room` and `ledger_amount`, and rules of its functions.
SQLITE_ONLY = {
    ("ledger_accounts", "ck_ledger_accounts_closed"),
    ("ledger_accounts", "ck_ledger_accounts_floor"),
    ("ledger_accounts", "ck_ledger_accounts_room"),
    ("ledger_slices", "ck_ledger_slices_floor"),
    ("ledger_transfers", "ck_ledger_transfers_amount_positive"),
    ("ledger_transfers", "ck_ledger_transfers_two_accounts"),
    ("ledger_transfers", "ck_ledger_transfers_first_line"),
    ("ledger_transfers", "ck_ledger_transfers_line"),
}


def checks_wanted():
    return {
        (table.name, str(constraint.name))
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, sa.CheckConstraint)
    }


def checks_found(database):
    inspector = sa.inspect(database.engine)
    return {
        (table, check["name"])
        for table in Base.metadata.tables
        for check in inspector.get_check_constraints(table)
    }


def test_each_check_of_the_models_is_held_by_the_database(database):
    more = set() if database.is_postgresql else SQLITE_ONLY
    assert checks_found(database) == checks_wanted() | more


def test_the_transfers_of_an_account_are_found_by_an_index(database):
    inspector = sa.inspect(database.engine)

    led = {index["column_names"][0] for index in inspector.get_indexes("ledger_transfers")}

    assert {"debit_account_id", "credit_account_id"} <= led
