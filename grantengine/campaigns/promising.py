"""The promise of the pot: reckoned and reserved in the same entry as the pledge it follows."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from grantengine.campaigns import bookings, chart, queries
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.matching.promise import Promise, Situation, promise
from grantengine.campaigns.matching.trace import as_json
from grantengine.campaigns.models import Campaign, MatchRule, Pledge, PledgeMatch
from grantengine.ledger import service as ledger
from grantengine.ledger.errors import OverdraftError
from grantengine.money import Money


def book(session: Session, campaign: Campaign, pledge: Pledge, *, now: datetime) -> Money:
    """Book a pledge and its match in one entry, and keep how the match was reckoned.

    The caller holds the campaign's row, so its caps are exact; the pot is guarded by the floor
    of its account.

    Returns:
        What the pot adds; zero without a rule.
    """
    rule = queries.rule_in_force(session, at=now)
    if rule is None:
        return _post(session, pledge, Money(0), now=now)
    situation = queries.match_situation(session, campaign, backer=pledge.backer)
    promised = promise(rule.terms, pledge=pledge.amount, situation=situation)
    try:
        _post(session, pledge, promised.amount, now=now)
    except OverdraftError as error:
        # Another campaign took from the pot meanwhile. Its row is locked now, so what is left
        # stays left; the pledge gets that.
        promised = _promise_of_rest(rule, pledge, situation, error)
        _post(session, pledge, promised.amount, now=now)
    _keep(session, pledge, rule, promised)
    return promised.amount


def _promise_of_rest(
    rule: MatchRule, pledge: Pledge, situation: Situation, error: OverdraftError
) -> Promise:
    assert error.details["account"] == chart.POT
    rest = Money(error.details["available_cents"])
    situation = replace(situation, pot=rest)
    return promise(rule.terms, pledge=pledge.amount, situation=situation)


def _post(session: Session, pledge: Pledge, matched: Money, *, now: datetime) -> Money:
    entry = bookings.pledge_made(
        pledge_id=pledge.id,
        campaign_id=pledge.campaign_id,
        amount=pledge.amount,
        matched=matched,
        on=helsinki_date(now),
    )
    pledge.entry_id = ledger.post(session, entry, now=now)
    return matched


def _keep(session: Session, pledge: Pledge, rule: MatchRule, promised: Promise) -> None:
    session.add(
        PledgeMatch(
            pledge_id=pledge.id,
            rule_id=rule.id,
            amount_cents=promised.amount.cents,
            counted_cents=promised.counted.cents,
            trace=as_json(promised.trace),
        )
    )
