"""An open campaign on the application's own database, and a visitor who can fill in forms."""

from fractions import Fraction

import pytest

from grantengine.money import eur
from tests.support.campaigns import a_campaign, a_rule, an_experiment


@pytest.fixture
def campaign(app_database, clock):
    """A campaign for EUR 500 in Finnish and Swedish, matched euro for euro up to EUR 100."""
    swedish = {"title": "Mayas bageri", "summary": "En ugn för hela gatan.", "story": "Vi bakar."}
    with app_database.transaction() as session:
        a_rule(
            session, now=clock.now(), cap_per_pledge=eur("100"), cap_share_of_goal=Fraction(1, 2)
        )
        return a_campaign(
            session,
            now=clock.now(),
            experiment=an_experiment(session, now=clock.now()),
            title="Mayan leipomo",
            translations={"sv": swedish},
        )
