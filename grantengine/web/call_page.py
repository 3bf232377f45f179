"""What the pages of those who make calls show: where a call stands on its way."""

from collections.abc import Sequence

from grantengine.history import StatusEvent
from grantengine.reviews.lifecycle import CallStatus
from grantengine.reviews.models import Call
from grantengine.web.formatting import day
from grantengine.web.labels.reviews import CALL_STATUSES

Step = tuple[str, str, str]


def steps_of(call: Call, events: Sequence[StatusEvent]) -> list[Step]:
    """Tell where a call stands as steps: (label, state, date reached or planned)."""
    planned = {CallStatus.OPEN: day(call.opens_at), CallStatus.CLOSED: day(call.closes_at)}
    dates = planned | {CallStatus(event.status): day(event.at) for event in events}
    way = list(CallStatus)
    current = way.index(call.status)
    return [
        (str(CALL_STATUSES[status]), _state(index, current), dates.get(status, ""))
        for index, status in enumerate(way)
    ]


def _state(index: int, current: int) -> str:
    if index == current:
        return "current"
    return "done" if index < current else "todo"
