"""Names in addresses: made from a title, and free among their own kind."""

import sqlalchemy as sa
from slugify import slugify
from sqlalchemy.orm import InstrumentedAttribute, Session

_LENGTH = 80


def free_slug(
    session: Session, column: InstrumentedAttribute[str], title: str, *, otherwise: str
) -> str:
    """Make a slug that no row has yet: the title's own, or that with the first free number.

    Args:
        session: any session.
        column: where the slugs of its kind are kept.
        title: what it is called.
        otherwise: the slug of a title that has no letter for an address.
    """
    wanted = slugify(title, max_length=_LENGTH, word_boundary=True) or otherwise
    similar = column.startswith(f"{wanted}-", autoescape=True)
    taken = set(session.scalars(sa.select(column).where(similar | (column == wanted))))
    if wanted not in taken:
        return wanted
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in numbered if slug not in taken)
