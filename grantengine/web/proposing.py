"""All proposals of a call at once: whom its rules fund, and why, in words."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from grantengine.money import Money
from grantengine.programme.models import Person
from grantengine.reviews import queries, screening, selecting
from grantengine.reviews.call_models import Call
from grantengine.reviews.lifecycle import ApplicationStatus, DecisionOutcome, DecisionStatus
from grantengine.reviews.portfolio import Entrant, Portfolio
from grantengine.reviews.proposals import Proposal
from grantengine.reviews.ranking.groups import Group
from grantengine.reviews.selection import SelectionRules, WhenShort
from grantengine.web import decision_page, screening_page
from grantengine.web.decision_page import Row
from grantengine.web.grounds import grounds_in_words
from grantengine.web.i18n import _, force_language
from grantengine.web.names import name_in_language


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a call funds as it stands.

    Attributes:
        rows: who can be proposed now, in the order in which grants go.
        portfolio: who of them is funded.
        places: how many grants there still were.
        held_back: who waits until the lots have fallen.
    """

    rows: Sequence[Row]
    portfolio: Portfolio
    places: int
    rules: SelectionRules
    held_back: Collection[str]


def choice_of(
    session: Session,
    call: Call,
    rows: Sequence[Row],
    *,
    places: int | None = None,
    envelope: Money | None = None,
) -> Choice:
    """Choose by the rules of a call among its applications without a proposal.

    Those for whom lots are still to be drawn are left for later, and with them whoever lies
    below the line in a region whose floor is not reached without them.

    Args:
        session: for reading.
        call: the call.
        rows: its applications, in the order in which grants go.
        places: how many more grants; as many as the call and its envelope have left when None.
        envelope: what may be spent; what the ledger has free, less what is proposed, when None.
    """
    rules = selecting.rules_of(session, call.id)
    decided = [(row, row.decision) for row in rows if row.decision and row.decision.amount]
    given = [entrant_of(row, decision.amount) for row, decision in decided]
    signed = sum(decision.status == DecisionStatus.SIGNED for _row, decision in decided)
    if places is None:
        places = selecting.places_left(session, call, signed=signed, proposed=len(given) - signed)
    if envelope is None:
        envelope = decision_page.money_of(session, call, rows).left
    ready = [row for row in rows if decision_page.can_be_proposed(row)]
    is_drawing = any(row.waits_for_draw for row in rows)
    drawable = [row for row in ready if not is_drawing or row.group is Group.FUND]
    portfolio = selecting.portfolio_of(
        call,
        [entrant_of(row, row.application.applied) for row in drawable],
        rules,
        places=places,
        envelope=envelope,
        given=given,
    )
    held_back = _held_back(ready, drawable, rules, portfolio, given) if is_drawing else set()
    return Choice(ready, portfolio, places, rules, held_back)


def entrant_of(row: Row, amount: Money | None) -> Entrant:
    """Put an application into the choice."""
    assert amount is not None  # The database holds it of all that were sent.
    application = row.application
    return Entrant(application.id, application.region_code, application.call.tier, amount)


def proposals_of(
    session: Session, call: Call, rows: Sequence[Row], *, presenter: Person
) -> Mapping[str, Proposal]:
    """Word a proposal for everything in a call that has none and can have one.

    Grants and refusals follow from the ranking and the rules of the call; what was turned away
    at screening is proposed with the reason given there. What the presenter applied for
    themselves, or stands aside from, is left to another.

    Args:
        session: for reading.
        call: the call.
        rows: its applications, in the order in which grants go.
        presenter: who proposes.

    Returns:
        By application id.
    """
    choice = choice_of(session, call, rows)
    compared = sum(row.ranked is not None for row in rows)
    proposals = {
        row.application.id: _proposal(row, choice, compared)
        for row in choice.rows
        if row.application.id not in choice.held_back
    }
    proposals |= _not_examined(session, rows)
    bound = {row.application.id for row in rows if row.application.applicant_id == presenter.id}
    bound |= queries.recusals_of(session, presenter.id)
    return {key: each for key, each in proposals.items() if key not in bound}


def _held_back(
    ready: Sequence[Row],
    drawable: Sequence[Row],
    rules: SelectionRules,
    portfolio: Portfolio,
    given: Sequence[Entrant],
) -> set[str]:
    """Tell who is not decided while lots are to be drawn."""
    reached = Counter(each.region for each in given)
    reached.update(
        row.application.region_code for row in drawable if row.application.id in portfolio.funded
    )
    open_floors = {code for code, least in rules.floors.items() if reached[code] < least}
    return {
        row.application.id
        for row in ready
        if row.waits_for_draw
        or (row.group is Group.REJECT and row.application.region_code in open_floors)
    }


def _proposal(row: Row, choice: Choice, compared: int) -> Proposal:
    application = row.application
    is_funded = application.id in choice.portfolio.funded
    assert row.ranked is not None
    with force_language(application.language):
        sentences = [_first_reason(row, compared, is_funded=is_funded)]
        sentences += _more_reasons(row, choice, is_funded=is_funded)
    return Proposal(
        outcome=DecisionOutcome.AWARDED if is_funded else DecisionOutcome.REJECTED,
        summary=" ".join(sentences),
        criteria=grounds_in_words(application, row.ranked),
        amount=application.applied if is_funded else None,
    )


def _first_reason(row: Row, compared: int, *, is_funded: bool) -> str:
    assert row.ranked is not None
    values = {"place": row.ranked.rank, "of": compared}
    if is_funded:
        return _(
            "The application came in place %(place)s of %(of)s in the comparison, and the"
            " money of the call suffices for it.",
            **values,
        )
    return _(
        "The application came in place %(place)s of %(of)s in the comparison. The money"
        " of the call went to those placed before it.",
        **values,
    )


def _more_reasons(row: Row, choice: Choice, *, is_funded: bool) -> list[str]:
    application, rules = row.application, choice.rules
    found = []
    if row.ticket is not None:
        found.append(_("The reviews left it at the funding line, where lots were drawn."))
    if application.id in choice.portfolio.reserved and application.region is not None:
        found.append(
            _(
                "It is among the best of its region, %(region)s, for which the call reserves"
                " grants.",
                region=name_in_language(application.region.names),
            )
        )
    if is_funded:
        return found
    if rules.floors:
        found.append(_("Some grants were reserved for regions, as the call had said."))
    has_places = len(choice.portfolio.funded) < choice.places
    applied = application.applied or Money(0)
    if has_places and rules.when_short is WhenShort.SKIP and applied > choice.portfolio.left:
        found.append(
            _(
                "The money that was left did not cover it; as the call had said, it then went to"
                " the next that fitted."
            )
        )
    elif has_places and applied <= choice.portfolio.left:
        found.append(
            _(
                "The money that was left did not cover the grant next in order; as the call had"
                " said, no smaller one passes it."
            )
        )
    return found


def _not_examined(session: Session, rows: Sequence[Row]) -> dict[str, Proposal]:
    proposals = {}
    for row in rows:
        application = row.application
        if application.status != ApplicationStatus.INADMISSIBLE or row.decision is not None:
            continue
        findings = screening.screenings_of(session, application.id)
        words = screening_page.grounds_in_words(findings[-1], application.language)
        proposals[application.id] = Proposal(DecisionOutcome.INADMISSIBLE, summary=words)
    return proposals
