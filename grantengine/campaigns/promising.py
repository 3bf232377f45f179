"""Promises of the pots: reckoned and reserved in the same entry as the pledge they follow."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grantengine import writing
from grantengine.campaigns import bookings, match_queries
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.match_models import BackerTurn, MatchRule, PledgeMatch
from grantengine.campaigns.matching.promise import Promise, Situation, promise
from grantengine.campaigns.matching.trace import as_json
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.ledger import service as ledger
from grantengine.ledger.errors import OverdraftError
from grantengine.money import Money, total

_KEEP = writing.writer_of(PledgeMatch)


def book(
    session: Session, campaign: Campaign, pledge: Pledge, *, changes: int = 0, now: datetime
) -> Money:
    """Book a pledge and its matches in one entry, and keep how each match was reckoned.

    The caller holds the campaign's row, so its caps are exact; each pot is guarded by the floor
    of its account.

    Args:
        session: a transaction that holds the campaign.
        campaign: the pledge's.
        pledge: neither it nor a match of it is booked now.
        changes: how often its amount has been changed before.
        now: the present instant; the rules that are in force then decide.

    Returns:
        What the pots add together; zero without a rule.
    """
    rules = match_queries.promises_in_force(session, campaign, at=now)
    _take_turns(session, rules, pledge.backer)
    situations = (
        match_queries.situations(session, campaign, rules, backer=pledge.backer) if rules else {}
    )
    pots = {rule.account: situations[rule.id].pot for rule in rules}
    while True:
        promised = _promises(rules, pledge, situations, pots)
        try:
            _post(session, pledge, rules, promised, changes=changes, now=now)
            break
        except OverdraftError as error:
            # Another campaign took from the pot meanwhile. Its row is locked now, so what is
            # left stays left; the pledge gets that.
            account, rest = error.details["account"], Money(error.details["available_cents"])
            assert rest < pots[account]
            pots[account] = rest
    for rule, each in zip(rules, promised, strict=True):
        writing.append(session, _KEEP, _kept(pledge, rule, each))
    return total(each.amount for each in promised)


def _take_turns(session: Session, rules: Sequence[MatchRule], backer: str) -> None:
    """Wait until no other pledge of the backer is under way, where a rule caps them together.

    In the order of the rules' codes, which is the same everywhere, so no deadlock.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    for rule in rules:
        if rule.cap_per_backer_cents is not None:
            turn = dialect.insert(BackerTurn).values(rule_code=rule.code, backer=backer, turns=1)
            session.execute(
                turn.on_conflict_do_update(
                    index_elements=["rule_code", "backer"],
                    set_={"turns": BackerTurn.turns + 1},
                )
            )


def _promises(
    rules: Sequence[MatchRule],
    pledge: Pledge,
    situations: Mapping[str, Situation],
    pots: Mapping[str, Money],
) -> list[Promise]:
    left = dict(pots)
    promised = []
    for rule in rules:
        # Two rules may give from one pot: the second finds what the first has left.
        situation = replace(situations[rule.id], pot=left[rule.account])
        promised.append(promise(rule.terms, pledge=pledge.amount, situation=situation))
        left[rule.account] -= promised[-1].amount
    return promised


def _post(
    session: Session,
    pledge: Pledge,
    rules: Sequence[MatchRule],
    promised: Sequence[Promise],
    *,
    changes: int,
    now: datetime,
) -> None:
    entry = bookings.pledge_made(
        pledge_id=pledge.id,
        changes=changes,
        campaign_id=pledge.campaign_id,
        amount=pledge.amount,
        matches=[
            (rule.account, each.amount)
            for rule, each in zip(rules, promised, strict=True)
            if each.amount
        ],
        on=helsinki_date(now),
    )
    pledge.entry_id = ledger.post(session, entry, now=now)


def _kept(pledge: Pledge, rule: MatchRule, promised: Promise) -> writing.Row:
    return {
        "pledge_id": pledge.id,
        "rule_id": rule.id,
        "amount_cents": promised.amount.cents,
        "counted_cents": promised.counted.cents,
        "trace": as_json(promised.trace),
    }
