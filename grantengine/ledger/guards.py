"""Whether the role that we connect as could go round the triggers that keep the ledger."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session


class WayRound(StrEnum):
    """What lets a PostgreSQL role go round the guards of the ledger."""

    SUPERUSER = "superuser"
    OWNER = "owner"
    CREATE = "create"
    TEMPORARY = "temporary"


# What one of the roles may do that the session's own may become counts as its own.
_WAYS = """
WITH ours AS (SELECT oid, rolsuper FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER')),
guarded AS (
    SELECT oid, relowner, relnamespace FROM pg_class WHERE relname LIKE 'ledger\\_%'
    AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'ledger_transfers'\\:\\:regclass)
)
SELECT (SELECT bool_or(rolsuper) FROM ours) AS superuser,
    EXISTS (SELECT FROM ours JOIN guarded ON relowner = ours.oid)
    OR EXISTS (SELECT FROM ours JOIN pg_proc ON proowner = ours.oid
        JOIN pg_trigger ON tgfoid = pg_proc.oid JOIN guarded ON tgrelid = guarded.oid) AS owner,
    EXISTS (SELECT FROM ours WHERE has_database_privilege(ours.oid, current_database(), 'CREATE'))
    OR EXISTS (SELECT FROM ours, pg_namespace AS place
        WHERE has_schema_privilege(ours.oid, place.oid, 'CREATE')) AS create,
    EXISTS (SELECT FROM ours
        WHERE has_database_privilege(ours.oid, current_database(), 'TEMPORARY')) AS temporary
"""


def ways_round(session: Session) -> list[WayRound]:
    """Tell what lets the session's role go round the guards; nothing on a database without roles.

    A superuser and an owner can switch triggers off. Who can make a table, for all or a temporary
    one, can hang a trigger of his own on it and write to the ledger from within.

    Returns:
        Each way; a superuser has only the one, for nothing else binds him either.
    """
    if session.get_bind().dialect.name != "postgresql":
        return []
    found = session.execute(sa.text(_WAYS)).one()
    if found.superuser:
        return [WayRound.SUPERUSER]
    return [way for way in WayRound if getattr(found, way)]
