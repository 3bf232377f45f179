"""The rules of selection kept with a call, and the choice that follows from them."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from grantengine.disbursements import queries as disbursements
from grantengine.money import Money
from grantengine.programme import queries as programme
from grantengine.reviews.assignment.problem import Objective
from grantengine.reviews.call_models import Call
from grantengine.reviews.errors import SelectionRulesError, SelectionRulesFixedError
from grantengine.reviews.lifecycle import CallStatus
from grantengine.reviews.loads import highest_capacity
from grantengine.reviews.portfolio import Entrant, Limits, Portfolio, choose_portfolio
from grantengine.reviews.selection import SelectionRules, WhenShort, check_rules
from grantengine.reviews.selection_models import SelectionRulesRow
from grantengine.reviews.service import locked_call


def rules_of(session: Session, call_id: str) -> SelectionRules:
    """Read the rules of a call; the usual ones where it says nothing."""
    row = session.get(SelectionRulesRow, call_id)
    if row is None:
        return SelectionRules()
    return SelectionRules(
        weights=row.weights,
        fields=row.fields,
        hides_names=row.hides_names,
        floors=row.floors,
        when_short=WhenShort(row.when_short),
        objective=Objective(row.objective),
        load_min=row.load_min,
    )


def keep_rules(session: Session, call_id: str, rules: SelectionRules) -> None:
    """Keep the rules of a call that is still a draft.

    Raises:
        SelectionRulesFixedError: it is published, so applicants rely on what it says.
        SelectionRulesError: names what cannot be as it is.
    """
    call = locked_call(session, call_id)
    ensure_draft(call)
    check_rules(rules, grants_target=call.grants_target)
    _check_load(session, rules)
    row = session.get(SelectionRulesRow, call_id)
    if row is None:
        row = SelectionRulesRow(call_id=call_id)
        session.add(row)
    row.weights = dict(rules.weights)
    row.fields = list(rules.fields)
    row.hides_names = rules.hides_names
    row.floors = {code: least for code, least in rules.floors.items() if least}
    row.when_short = rules.when_short
    row.objective = rules.objective
    row.load_min = rules.load_min


def ensure_draft(call: Call) -> None:
    """Let a call pass whose rules can still be written.

    Raises:
        SelectionRulesFixedError: it is published.
    """
    if call.status != CallStatus.DRAFT:
        raise SelectionRulesFixedError(call=call.id)


def places_left(session: Session, call: Call, *, signed: int, proposed: int) -> int:
    """Tell how many grants a call can still give: its own number, and its envelope's.

    Args:
        session: where the grants of the envelope are counted.
        call: whose number counts.
        signed: grants of the call that are signed.
        proposed: grants of the call that wait for a signature.
    """
    own = call.grants_target - signed - proposed
    most = programme.envelope(session, call.envelope).grants_target
    if most is None:
        return max(0, own)
    taken = disbursements.grants_in_envelope(session, call.envelope) + proposed
    return max(0, min(own, most - taken))


def portfolio_of(
    call: Call,
    ranked: Sequence[Entrant],
    rules: SelectionRules,
    *,
    places: int,
    envelope: Money,
    given: Collection[Entrant] = (),
) -> Portfolio:
    """Choose whom a call funds: floors of regions by rank, then the rest by rank.

    Args:
        call: whose tier it is.
        ranked: those who can still be funded, in the order in which grants go.
        rules: of the call.
        places: how many more grants there can be.
        envelope: what may still be spent.
        given: who has a grant already; they count towards the floors of their regions.
    """
    held = [each.region for each in given]
    floors = {code: max(0, least - held.count(code)) for code, least in rules.floors.items()}
    limits = Limits({call.tier: places}, envelope, floors, when_short=rules.when_short)
    return choose_portfolio(ranked, limits)


def _check_load(session: Session, rules: SelectionRules) -> None:
    most = highest_capacity(session)
    if rules.load_min is not None and most is not None and rules.load_min > most:
        raise SelectionRulesError(field="load_above_capacities")
