"""How the choice of a call, its reviewers and their conflicts are spoken of."""

from grantengine.reviews.assignment.problem import Objective
from grantengine.reviews.expertise import Expertise
from grantengine.reviews.lifecycle import TieKind
from grantengine.reviews.selection import WhenShort
from grantengine.web.i18n import LazyText, lazy

EXPERTISE: dict[Expertise, LazyText] = {
    Expertise.AGEING: lazy("Ageing and care"),
    Expertise.CHILDREN: lazy("Children and young people"),
    Expertise.CULTURE: lazy("Culture and sport"),
    Expertise.DEMOCRACY: lazy("Participation and democracy"),
    Expertise.DIGITAL: lazy("Digital services"),
    Expertise.EDUCATION: lazy("Learning and education"),
    Expertise.EMPLOYMENT: lazy("Work and livelihood"),
    Expertise.ENERGY: lazy("Energy and climate"),
    Expertise.ENVIRONMENT: lazy("Nature and circular economy"),
    Expertise.FOOD: lazy("Food and farming"),
    Expertise.HEALTH: lazy("Health and wellbeing"),
    Expertise.HOUSING: lazy("Housing and neighbourhoods"),
    Expertise.INTEGRATION: lazy("Integration and equality"),
    Expertise.MOBILITY: lazy("Mobility and transport"),
}

# What a fit of each kind is called where its weight is given.
FITS: dict[str, LazyText] = {
    "expertise": lazy("Field of expertise"),
    "goals": lazy("Goals of the programme"),
    "language": lazy("Language of the application"),
    "region": lazy("Region"),
}

WHEN_SHORT: dict[WhenShort, LazyText] = {
    WhenShort.STOP: lazy("Stop: no smaller grant further down passes one that was placed higher."),
    WhenShort.SKIP: lazy("Go on: it is passed over, and the next that fits is funded."),
}

# What an assignment of reviewers makes as high as it can be.
OBJECTIVES: dict[Objective, LazyText] = {
    Objective.PAIR_FLOOR: lazy(
        "Nobody reviews what fits them badly: the worst fit of any pair is made as good as it can"
        " be, and then all pairs together."
    ),
    Objective.APPLICATION_FLOOR: lazy(
        "No application is left behind: the one whose reviewers together fit it worst is helped"
        " as far as exchanges of reviewers can."
    ),
    Objective.TOTAL: lazy(
        "The best fit on the whole: all pairs together have as many points as they can, though"
        " single pairs may fit badly."
    ),
}

SELECTION_PROBLEMS: dict[str, LazyText] = {
    "weights": lazy("Each weight is a whole number from 0 to 100."),
    "load_min": lazy("Give a whole number from 1 to 1,000, or leave it empty."),
    "load_above_capacities": lazy(
        "No reviewer takes so many applications at a time. Lower the fewest for each."
    ),
    "floors": lazy("The grants reserved for regions are no more than the grants of the call."),
}

TIE_KINDS: dict[TieKind, LazyText] = {
    TieKind.WORKS: lazy("Works there, or has in the last two years"),
    TieKind.LEADS: lazy("Sits on its board or leads it"),
    TieKind.OWNS: lazy("Owns a part of it"),
    TieKind.FAMILY: lazy("Somebody close does one of these"),
    TieKind.MENTOR: lazy("Mentors an experiment of it"),
    TieKind.OTHER: lazy("Something else"),
}
