"""A programme to start, smaller than the real one and just as complete."""

from datetime import UTC, date, datetime

from grantengine.ids import new_id
from grantengine.money import eur
from grantengine.programme import service
from grantengine.programme.lifecycle import GoalLevel
from grantengine.programme.models import Goal

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
STARTS_ON = date(2026, 1, 7)


def a_plan(*, appropriation="1000.00", envelopes=(("small", "600.00"), ("match", "300.00"))):
    """Plan a programme with envelopes of these amounts."""
    return service.ProgrammePlan(
        slug="kokeileva-suomi",
        names=in_all_languages("Kokeileva Suomi"),
        authority=in_all_languages("Kokeiluvirasto"),
        budget_account="28.70.03",
        starts_on=STARTS_ON,
        ends_on=date(2028, 12, 31),
        appropriation=eur(appropriation),
        envelopes=[
            service.EnvelopePlan(code, in_all_languages(code), eur(amount))
            for code, amount in envelopes
        ],
    )


def a_goal(session, code="new-solutions"):
    """Add a goal that experiments can serve."""
    goal = Goal(
        id=new_id("gol", NOON),
        code=code,
        level=GoalLevel.NATIONAL,
        position=0,
        names=in_all_languages(code),
    )
    session.add(goal)
    session.flush()
    return goal


def in_all_languages(name):
    """Give a name that is the same in Finnish, Swedish and English."""
    return dict.fromkeys(("fi", "sv", "en"), name)
