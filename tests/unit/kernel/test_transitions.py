"""A table of moves lets pass what it lists and nothing else."""

from enum import StrEnum

import pytest

from grantengine.transitions import IllegalMoveError, Moves, can_move, ensure_move


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    BRICKED_UP = "bricked_up"


DOOR_MOVES: Moves[Door] = {
    Door.OPEN: {Door.SHUT},
    Door.SHUT: {Door.OPEN, Door.BRICKED_UP},
    Door.BRICKED_UP: set(),
}
LISTED = sorted((one, other) for one, others in DOOR_MOVES.items() for other in others)
UNLISTED = [(one, other) for one in Door for other in Door if (one, other) not in LISTED]


@pytest.mark.parametrize(("current", "target"), LISTED)
def test_a_listed_move_passes(current, target):
    ensure_move(DOOR_MOVES, current=current, target=target)

    assert can_move(DOOR_MOVES, current=current, target=target)


@pytest.mark.parametrize(("current", "target"), UNLISTED)
def test_an_unlisted_move_is_refused_and_says_from_where_to_where(current, target):
    with pytest.raises(IllegalMoveError) as refusal:
        ensure_move(DOOR_MOVES, current=current, target=target)

    assert refusal.value.details == {"current": current.value, "target": target.value}
    assert not can_move(DOOR_MOVES, current=current, target=target)
