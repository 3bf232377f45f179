"""Facts about Finland: 19 regions and the 308 municipalities of 2026."""

import csv
from importlib import resources

from sqlalchemy.orm import Session

from grantengine.programme.models import Municipality, Region


def load_places(session: Session) -> None:
    """Write the regions and municipalities that are not there yet.

    Source: Statistics Finland's classifications of 2026, as in `facts/`.
    """
    if session.query(Region).first() is not None:
        return
    for row in _rows("regions.csv"):
        session.add(Region(code=row["code"], names=_names(row)))
    session.flush()  # A municipality needs its region.
    for row in _rows("municipalities.csv"):
        session.add(
            Municipality(
                code=row["code"],
                region_code=row["region_code"],
                language_relation=int(row["language_relation_code"]),
                names=_names(row),
            )
        )


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("grantengine.programme").joinpath("facts", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _names(row: dict[str, str]) -> dict[str, str]:
    return {language: row[language] for language in ("fi", "sv", "en")}
