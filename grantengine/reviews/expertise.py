"""The fields in which a reviewer can be at home, and which an application can be about."""

from enum import StrEnum


class Expertise(StrEnum):
    """A field; wide enough that a call needs few of them."""

    AGEING = "ageing"
    CHILDREN = "children"
    CULTURE = "culture"
    DEMOCRACY = "democracy"
    DIGITAL = "digital"
    EDUCATION = "education"
    EMPLOYMENT = "employment"
    ENERGY = "energy"
    ENVIRONMENT = "environment"
    FOOD = "food"
    HEALTH = "health"
    HOUSING = "housing"
    INTEGRATION = "integration"
    MOBILITY = "mobility"
