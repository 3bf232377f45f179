"""How well each reviewer fits each application of a call: queries."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from grantengine.programme.models import Person
from grantengine.reviews.assignment.affinity import Profile, affinity
from grantengine.reviews.assignment.problem import Pair
from grantengine.reviews.judges import profile_of, subjects_of
from grantengine.reviews.models import Application
from grantengine.reviews.pool_models import ReviewerProfile
from grantengine.reviews.selection import SelectionRules


def affinities(
    session: Session,
    rules: SelectionRules,
    cases: Mapping[str, Application],
    reviewers: Mapping[str, Person],
    profiles: Mapping[str, ReviewerProfile],
) -> dict[Pair, int]:
    """Count the points of every pair by the weights of the call.

    Args:
        session: to read from.
        rules: of the call, with its weights.
        cases: applications by case number.
        reviewers: by number.
        profiles: by person id; one who has said nothing has none.
    """
    subjects = subjects_of(session, [each.id for each in cases.values()])
    known = {
        number: profile_of(person, profiles.get(person.id)) for number, person in reviewers.items()
    }
    wanted = {
        case: Profile(
            expertise=frozenset(subjects.get(each.id, rules.fields)),
            goals=frozenset(goal.id for goal in each.goals),
            languages=frozenset({each.language}),
            regions=frozenset({each.region_code} if each.region_code else ()),
        )
        for case, each in cases.items()
    }
    return {
        (case, number): affinity(reviewer=profile, application=about, weights=rules.weights)
        for case, about in wanted.items()
        for number, profile in known.items()
    }
