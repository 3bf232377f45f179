"""Running numbers: batch keys and case numbers, without a gap and without a number twice."""

from typing import cast

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grantengine.disbursements.models import NumberSeries


def next_number(session: Session, series: str) -> int:
    """Take the next number of a series, from 1; a rolled-back transaction gives it back.

    One statement takes it, and whoever asks at the same time waits for this transaction.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(NumberSeries).values(name=series, last=1)
    statement = statement.on_conflict_do_update(
        index_elements=["name"], set_={"last": NumberSeries.last + 1}
    )
    return cast("int", session.scalar(statement.returning(NumberSeries.last)))
