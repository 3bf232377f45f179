"""Finland as it is in 2026: 19 regions, 308 municipalities."""

from collections import Counter

import pytest
import sqlalchemy as sa

from grantengine.programme import places, queries
from grantengine.programme.models import Municipality, Region

# Statistics Finland, regional divisions of 2026: municipalities in each region.
MUNICIPALITIES = {
    "01": 26, "02": 27, "04": 16, "05": 11, "06": 23, "07": 10, "08": 6, "09": 9, "10": 11,
    "11": 19, "12": 13, "13": 22, "14": 18, "15": 14, "16": 8, "17": 30, "18": 8, "19": 21,
    "21": 16,
}  # fmt: skip


def load(database):
    with database.transaction() as session:
        places.load_places(session)


def test_there_are_19_regions_and_308_municipalities(database):
    load(database)

    with database.reading() as session:
        assert len(queries.regions(session)) == 19
        assert len(queries.municipalities(session)) == 308


def test_each_region_has_its_municipalities(sqlite_database):
    load(sqlite_database)

    with sqlite_database.reading() as session:
        found = Counter(each.region_code for each in queries.municipalities(session))
    assert found == MUNICIPALITIES


def test_loading_them_again_changes_nothing(database):
    load(database)
    load(database)

    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Municipality)) == 308


def test_places_have_their_names_in_three_languages(sqlite_database):
    load(sqlite_database)

    with sqlite_database.reading() as session:
        assert session.get_one(Region, "21").names == {
            "fi": "Ahvenanmaa",
            "sv": "Åland",
            "en": "Åland",
        }
        everywhere = [*queries.regions(session), *queries.municipalities(session)]
        assert all(set(each.names) == {"fi", "sv", "en"} for each in everywhere)
        assert all(name for each in everywhere for name in each.names.values())


@pytest.mark.parametrize(
    ("code", "language_relation"),
    [("564", 0), ("091", 1), ("478", 2), ("287", 3)],  # Oulu, Helsinki, Mariehamn, Kristinestad
)
def test_a_municipality_has_the_languages_of_its_people(sqlite_database, code, language_relation):
    load(sqlite_database)

    with sqlite_database.reading() as session:
        found = session.get_one(Municipality, code)
    assert found.language_relation == language_relation
