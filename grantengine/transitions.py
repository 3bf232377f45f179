"""Tables of moves: which status may follow which."""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import TypeVar

from grantengine.errors import GrantEngineError

Status = TypeVar("Status", bound=StrEnum)
Moves = Mapping[Status, Set[Status]]


class IllegalMoveError(GrantEngineError):
    """The thing is not in a status from which this may happen (current, target)."""

    code = "illegal_move"


def ensure_move(moves: Moves[Status], *, current: Status, target: Status) -> None:
    """Let a move pass that the table allows.

    Raises:
        IllegalMoveError: the table does not allow it; carries both statuses.
    """
    if target not in moves[current]:
        # A status read from the database is its plain text.
        raise IllegalMoveError(current=str(current), target=str(target))


def can_move(moves: Moves[Status], *, current: Status, target: Status) -> bool:
    """Tell whether the table allows a move."""
    return target in moves[current]
