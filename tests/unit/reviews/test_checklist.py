"""What a finding of screening needs, by its outcome."""

from datetime import UTC, datetime, timedelta

import pytest

from grantengine.reviews.checklist import (
    Answer,
    Finding,
    TurnedAwayFor,
    check_finding,
    default_checklist,
    everything_holds,
    read_checklist,
)
from grantengine.reviews.errors import ScreeningError
from grantengine.reviews.lifecycle import ApplicationStatus

NOW = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
ITEMS = read_checklist(default_checklist())
HOLDS = everything_holds(ITEMS).answers
ELIGIBLE, ASKED, INADMISSIBLE = (
    ApplicationStatus.ELIGIBLE,
    ApplicationStatus.SUPPLEMENT_ASKED,
    ApplicationStatus.INADMISSIBLE,
)


def test_the_usual_checklist_speaks_three_languages():
    assert all(set(item.names) == {"fi", "sv", "en"} for item in ITEMS)
    assert len({item.code for item in ITEMS}) == len(ITEMS) == 6


@pytest.mark.parametrize(
    "finding",
    [
        Finding(ELIGIBLE, HOLDS),
        Finding(ELIGIBLE, HOLDS | {"goal": Answer.NOT_APPLICABLE}),
        Finding(INADMISSIBLE, reason=TurnedAwayFor.COSTS),
        Finding(INADMISSIBLE, reason=TurnedAwayFor.OTHER, note="Haettu väärältä."),
        Finding(ASKED, note="Mikä on mittari?", due_at=NOW + timedelta(seconds=1)),
    ],
)
def test_a_whole_finding_passes(finding):
    check_finding(ITEMS, finding, now=NOW)


@pytest.mark.parametrize(
    ("finding", "field", "reason"),
    [
        (Finding(ELIGIBLE), "applicant", "unanswered"),
        (Finding(ELIGIBLE, HOLDS | {"costs": Answer.NO}), "costs", "not_met"),
        (Finding(INADMISSIBLE, HOLDS), "reason", "missing"),
        (Finding(INADMISSIBLE, reason=TurnedAwayFor.OTHER, note=" "), "note", "words_needed"),
        (Finding(ASKED, due_at=NOW + timedelta(days=1)), "note", "question_needed"),
        (Finding(ASKED, note="Mikä?"), "due_on", "past"),
        (Finding(ASKED, note="Mikä?", due_at=NOW), "due_on", "past"),
        (Finding(ELIGIBLE, HOLDS, note="x" * 5_001), "note", "too_long"),
        (Finding(ApplicationStatus.DECIDED, HOLDS), "outcome", "unknown"),
    ],
)
def test_a_finding_that_lacks_something_is_refused_by_field(finding, field, reason):
    with pytest.raises(ScreeningError) as refusal:
        check_finding(ITEMS, finding, now=NOW)

    assert refusal.value.details == {"field": field, "reason": reason}
