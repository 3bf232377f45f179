"""People: one for each e-mail address, however it is written, with the roles they hold."""

import pytest

from grantengine.errors import NotFoundError
from grantengine.programme import queries, service
from grantengine.programme.errors import DuplicatePersonError
from grantengine.programme.lifecycle import OrganisationKind, Role
from tests.support.programme import NOON


def register(database, email, *roles, name="Aino Virtanen"):
    with database.transaction() as session:
        return service.register_person(
            session, name=name, email=email, language="fi", roles=roles, now=NOON
        )


def test_a_person_is_found_however_the_address_is_written(database):
    aino = register(database, " Aino.Virtanen@Example.FI ")

    with database.reading() as session:
        for written in (
            "aino.virtanen@example.fi",
            "AINO.VIRTANEN@EXAMPLE.FI",
            " aino.virtanen@example.fi",
        ):
            assert queries.person_by_email(session, written).id == aino.id
        assert queries.person_by_email(session, "eino@example.fi") is None


def test_an_address_belongs_to_one_person(database):
    register(database, "aino@example.fi")

    with pytest.raises(DuplicatePersonError) as refusal:
        register(database, "AINO@example.fi")

    assert refusal.value.details == {"email": "aino@example.fi"}


def test_a_person_holds_several_roles(database):
    aino = register(database, "aino@example.fi", Role.REVIEWER, Role.STEWARD)

    with database.reading() as session:
        found = queries.person_by_email(session, "aino@example.fi")
        assert found.roles == {Role.REVIEWER, Role.STEWARD}
    assert aino.session_version == 1


def test_people_are_listed_by_role_in_the_order_of_their_names(database):
    register(database, "v@example.fi", Role.REVIEWER, name="Ville")
    register(database, "a@example.fi", Role.REVIEWER, name="Anni")
    register(database, "s@example.fi", Role.STEWARD, name="Sanni")

    with database.reading() as session:
        reviewers = queries.persons_with(session, Role.REVIEWER)
    assert [each.name for each in reviewers] == ["Anni", "Ville"]


def test_an_organisation_is_found_or_it_is_not(database):
    with database.transaction() as session:
        oulu = service.register_organisation(
            session, name="Oulun kaupunki", kind=OrganisationKind.MUNICIPALITY, now=NOON
        )

    with database.reading() as session:
        assert queries.organisation(session, oulu.id).name == "Oulun kaupunki"
        with pytest.raises(NotFoundError):
            queries.organisation(session, "org_nowhere")
