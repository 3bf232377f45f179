"""Running numbers: batch keys and case numbers, without a gap and without a number twice."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grantengine.disbursements.models import NumberSeries
from grantengine.often import Often

# Both kinds of database know ON CONFLICT, each in its own dialect.
_NEXT = {
    name: Often(
        dialect.insert(NumberSeries.__table__)
        .values(name=sa.bindparam("series"), last=1)
        .on_conflict_do_update(index_elements=["name"], set_={"last": NumberSeries.last + 1})
        .returning(NumberSeries.last)
    )
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}


def next_number(session: Session, series: str) -> int:
    """Take the next number of a series, from 1; a rolled-back transaction gives it back.

    One statement takes it, and whoever asks at the same time waits for this transaction.
    """
    statement = _NEXT[session.get_bind().dialect.name]
    ((number,),) = statement.rows(session, {"series": series})
    return int(number)
