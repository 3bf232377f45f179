"""What lets a role go round the triggers that keep the ledger: each way is found, alone."""

import pytest

from grantengine.ledger.guards import WayRound, ways_round
from tests.support.roles import a_role, connected_as

WAYS = [
    ([], []),
    (["ALTER ROLE {role} SUPERUSER"], [WayRound.SUPERUSER]),
    (["ALTER TABLE ledger_transfers OWNER TO {role}"], [WayRound.OWNER]),
    (["ALTER VIEW ledger_postings OWNER TO {role}"], [WayRound.OWNER]),
    (["ALTER FUNCTION refuse_change OWNER TO {role}"], [WayRound.OWNER]),
    (["GRANT CREATE ON SCHEMA public TO {role}"], [WayRound.CREATE]),
    (["GRANT CREATE ON DATABASE {name} TO {role}"], [WayRound.CREATE]),
    (["GRANT TEMPORARY ON DATABASE {name} TO {role}"], [WayRound.TEMPORARY]),
    (["GRANT TEMPORARY ON DATABASE {name} TO PUBLIC"], [WayRound.TEMPORARY]),
    (["ALTER TABLE outbox_messages OWNER TO {role}"], []),
]


def ways_of(database):
    with database.reading() as session:
        return ways_round(session)


@pytest.mark.parametrize(("statements", "ways"), WAYS)
def test_each_way_round_the_guards_is_found(postgresql_database, statements, ways):
    owner = postgresql_database

    with (
        a_role(owner, *statements, documented=True) as role,
        connected_as(owner, role) as application,
    ):
        assert ways_of(application) == ways


def test_a_role_can_do_what_a_role_can_do_that_it_may_become(postgresql_database):
    owner = postgresql_database
    other_owns = "ALTER TABLE ledger_seals OWNER TO {role}"

    with a_role(owner, other_owns) as other:
        becomes = f"GRANT {other} TO {{role}}"
        with (
            a_role(owner, "ALTER ROLE {role} NOINHERIT", becomes, documented=True) as role,
            connected_as(owner, role) as application,
        ):
            assert ways_of(application) == [WayRound.OWNER]


def test_a_database_without_roles_has_no_way_to_tell_of(sqlite_database):
    assert ways_of(sqlite_database) == []
