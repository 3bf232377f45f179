"""Roles of a PostgreSQL server: the application's own, as documented, and others."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from grantengine.db import Database
from tests.support.source import CHECKOUT


@contextmanager
def a_role(owner: Database, *statements: str, documented: bool = False) -> Iterator[str]:
    """Make a role that may log in, and drop it afterwards with what it was granted.

    Args:
        owner: the database, opened by whoever may make roles.
        statements: what else to run; `{role}` and `{name}`, of the database, are filled in.
        documented: run what the documentation tells the owner to run, first.
    """
    role, name = f"app_{secrets.token_hex(4)}", owner.engine.url.database
    with owner.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
        if documented:
            connection.exec_driver_sql(_documented_grants(name, role))
        for statement in statements:
            connection.exec_driver_sql(statement.format(role=role, name=name))
    yield role
    with owner.engine.begin() as connection:
        connection.exec_driver_sql(f"REASSIGN OWNED BY {role} TO CURRENT_USER")
        connection.exec_driver_sql(f"DROP OWNED BY {role}")
        connection.exec_driver_sql(f"DROP ROLE {role}")


@contextmanager
def connected_as(owner: Database, role: str) -> Iterator[Database]:
    """Open the same database as a role."""
    url = owner.engine.url.set(username=role).render_as_string(hide_password=False)
    database = Database(url)
    yield database
    database.dispose()


def _documented_grants(name: str | None, role: str) -> str:
    text = (CHECKOUT / "docs" / "ledger.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    block = block.replace("grantengine_app", role)
    return block.replace("DATABASE grantengine ", f"DATABASE {name} ")
