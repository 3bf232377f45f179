"""Regions and municipalities as people choose and read them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from wtforms.fields import SelectChoice

from grantengine.programme import queries
from grantengine.programme.models import Experiment, Region
from grantengine.web.i18n import _
from grantengine.web.names import name_in_language


@dataclass(frozen=True, slots=True)
class PlaceChoices:
    """What a question about a place can be answered with, the first choice being none."""

    regions: Sequence[SelectChoice]
    municipalities: Sequence[SelectChoice]


def place_choices(session: Session) -> PlaceChoices:
    """List all regions and municipalities for a choice, in the reader's alphabet."""
    named = [(each.code, name_in_language(each.names)) for each in queries.municipalities(session)]
    municipalities = [
        SelectChoice("", _("No single municipality")),
        *(SelectChoice(*each) for each in sorted(named, key=lambda each: _collated(each[1]))),
    ]
    return PlaceChoices(region_choices(session), municipalities)


def region_choices(session: Session) -> list[SelectChoice]:
    """List the regions for a choice, in the reader's alphabet; the first choice is all of them."""
    return region_choices_of(queries.regions(session))


def region_choices_of(regions: Iterable[Region]) -> list[SelectChoice]:
    """List regions that have been read already, as `region_choices` does."""
    named = [(each.code, name_in_language(each.names)) for each in regions]
    sorted_regions = sorted(named, key=lambda each: _collated(each[1]))
    return [
        SelectChoice("", _("All of Finland")),
        *(SelectChoice(*each) for each in sorted_regions),
    ]


def place_of(experiment: Experiment) -> str:
    """Name where an experiment happens: `Oulu · Pohjois-Pohjanmaa`; empty if nobody has said."""
    places = [place for place in (experiment.municipality, experiment.region) if place is not None]
    names = [name_in_language(place.names) for place in places]
    return " · ".join(dict.fromkeys(names))


def _collated(name: str) -> list[int]:
    # Finnish and Swedish end with Å, Ä, Ö in this order, after Z.
    order = "abcdefghijklmnopqrstuvwxyzåäö"
    return [order.find(letter) for letter in name.lower()]
