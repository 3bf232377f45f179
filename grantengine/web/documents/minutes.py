"""The minutes of a panel on paper: ranking, lots, proposals, spread, recusals and notes."""

from datetime import datetime

from sqlalchemy.orm import Session

from grantengine.clock import HELSINKI
from grantengine.programme import queries as programme
from grantengine.reviews import noting, queries, selecting, standings
from grantengine.reviews.call_models import Call
from grantengine.web import decision_page, what_if
from grantengine.web.documents.rendering import render_pdf
from grantengine.web.i18n import _, current_language
from grantengine.web.labels import panel, reviews
from grantengine.web.names import name_in_language

TEMPLATE = "documents/minutes/minutes.html"


def render_minutes(session: Session, call: Call, *, now: datetime) -> bytes:
    """Set the minutes of a call as they stand, in the present language.

    Args:
        session: for reading.
        call: a call past its closing.
        now: when they are made; printed on them.
    """
    language = current_language()
    rows = decision_page.rows_of(session, call)
    granted = what_if.granted(rows)
    return render_pdf(
        TEMPLATE,
        language=language,
        title=_("Minutes of the panel: %(call)s", call=call.title_in(language)),
        identifier=f"minutes:{call.id}:{now.isoformat()}",
        author=name_in_language(programme.current_programme(session).authority),
        created=now.astimezone(HELSINKI).date(),
        call=call,
        call_title=call.title_in(language),
        made_at=now,
        rows=rows,
        budget=decision_page.money_of(session, call, rows),
        draw=standings.draw_of(session, call.id),
        rules=selecting.rules_of(session, call.id),
        regions=what_if.spread(rows, granted, what_if.region_of),
        actors=what_if.spread(rows, granted, what_if.actor_of),
        recusals=queries.conflicts_of_call(session, call.id),
        notes=noting.notes_of(session, call.id),
        units=decision_page.points_in_words,
        groups=reviews.GROUPS,
        outcomes=reviews.OUTCOMES,
        statuses=reviews.DECISION_STATUSES,
        sources=reviews.CONFLICT_SOURCES,
        when_short=panel.WHEN_SHORT,
        objectives=panel.OBJECTIVES,
    )
