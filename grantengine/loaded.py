"""Objects of a session made from rows that were read past its own loading, which costs more."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from grantengine.often import Often

Model = TypeVar("Model", bound=DeclarativeBase)


class Loaded(Generic[Model]):
    """Makes objects of a session from rows of `Often`, as its own queries would; they have an `id`.

    Attributes:
        columns: those of the table, to be selected in this order.
    """

    def __init__(self, model: type[Model], *, without: Sequence[str] = ()) -> None:
        """Load all columns but some, which the session loads when somebody reads them."""
        table = cast("sa.Table", model.__table__)
        self._model = model
        self.columns = [each for each in table.columns if each.key not in without]
        self._names = [each.key for each in self.columns]

    def found(self, session: Session, query: Often, values: Mapping[str, Any]) -> list[Model]:
        """Ask a query of just these columns, and give its objects."""
        return [self.of(session, row) for row in query.rows(session, values)]

    def of(self, session: Session, values: Sequence[Any]) -> Model:
        """Give the object of a row, which the session has from then on, as the row says it is."""
        row = dict(zip(self._names, values, strict=True))
        known = session.identity_map.get(identity_key(self._model, row["id"]))
        if known is not None:
            for name, value in row.items():
                set_committed_value(known, name, value)
            return known
        made = self._model()
        vars(made).update(row)
        make_transient_to_detached(made)
        session.add(made)
        return made
