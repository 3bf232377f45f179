"""`grantengine match`: pots and rules, listed, opened, filled and adopted."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from grantengine.campaigns import chart, match_rules
from grantengine.campaigns.match_models import MatchPot, MatchRule
from grantengine.campaigns.match_rules import DEFAULT_CODE, RulePlan
from grantengine.campaigns.matching.conditions import Conditions
from grantengine.campaigns.matching.presets import PRESETS
from grantengine.campaigns.matching.terms import MatchTerms
from grantengine.clock import HELSINKI
from grantengine.errors import NotFoundError
from grantengine.ledger import queries as ledger
from grantengine.money import Money, eur
from grantengine.web.commands.match_files import MatchFileError, read_object, read_terms
from grantengine.web.commands.tables import euros, table
from grantengine.web.runtime import now, runtime, transaction

_INSTANT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])
_KEY = click.option("--key", required=True, help="The same key books once, however often.")


@click.group("match", cls=AppGroup)
def group() -> None:
    """Look after the match: whose pots there are, and by which rules they give."""


@group.command("pots")
def pots() -> None:
    """List the pots and what is left in each."""
    with runtime().database.reading() as session:
        found = session.scalars(sa.select(MatchPot).order_by(MatchPot.code)).all()
        rows = [["", "the programme's own", euros(_left(session, chart.POT))]]
        rows += [[pot.code, _name(pot), euros(_left(session, pot.account))] for pot in found]
    click.echo(table(["pot", "name", "left"], rows))


@group.command("open-pot")
@click.argument("code")
@click.option("--fi", required=True, help="Its name in Finnish.")
@click.option("--sv", required=True, help="Its name in Swedish.")
@click.option("--en", required=True, help="Its name in English.")
def open_pot(code: str, fi: str, sv: str, en: str) -> None:
    """Open a pot CODE of a funder's own; there is nothing in it yet."""
    with transaction() as session:
        names = {"fi": fi, "sv": sv, "en": en}
        match_rules.open_pot(session, code=code, names=names, now=now())


@group.command("set-aside")
@click.argument("code")
@click.argument("amount")
@_KEY
def set_aside(code: str, amount: str, key: str) -> None:
    """Set AMOUNT euros of the programme's own pot aside for the pot CODE."""
    with transaction() as session:
        match_rules.set_aside(session, _pot(session, code), _euros(amount), key=key, now=now())


@group.command("contribute")
@click.argument("code")
@click.argument("amount")
@_KEY
def contribute(code: str, amount: str, key: str) -> None:
    """Book that AMOUNT euros of a funder's have come for the pot CODE."""
    with transaction() as session:
        match_rules.contribute(session, _pot(session, code), _euros(amount), key=key, now=now())


@group.command("rules")
def rules() -> None:
    """List every version of every rule, the oldest of each first."""
    query = sa.select(MatchRule).order_by(MatchRule.code, MatchRule.starts_at, MatchRule.id)
    with runtime().database.reading() as session:
        rows = [
            [
                rule.code,
                rule.kind,
                rule.pot.code if rule.pot else "",
                _day(rule.starts_at),
                _day(rule.ends_at),
                _day(rule.closed_at),
            ]
            for rule in session.scalars(query)
        ]
    click.echo(table(["rule", "kind", "pot", "from", "until", "reckoned"], rows))


@group.command("adopt")
@click.argument("rule")
@click.option("--code", default=DEFAULT_CODE, show_default=True, help="Whose newest version it is.")
@click.option("--pot", "pot_code", help="The pot that it gives from; else the programme's own.")
@click.option("--from", "starts_at", type=_INSTANT, help="From when on; else from now.")
@click.option("--until", "ends_at", type=_INSTANT, help="Until when; a round is reckoned then.")
@click.option("--tier", help="Only for experiments of this tier.")
@click.option("--region", help="Only for experiments in this region.")
@click.option("--goal", help="Only for experiments that serve this goal.")
def adopt(rule: str, code: str, pot_code: str | None, **limits: Any) -> None:
    """Adopt a version of a RULE: a preset's name, or a JSON file like `recompute match` takes.

    Of the file only `rule` is looked at. Adopted rules are never changed; a newer one of the
    same code takes over.
    """
    at = now()
    starts_at, ends_at = (_in_finland(limits[name]) for name in ("starts_at", "ends_at"))
    conditions = Conditions(limits["tier"], limits["region"], limits["goal"])
    with transaction() as session:
        plan = RulePlan(
            _terms(rule),
            starts_at=starts_at or at,
            code=code,
            ends_at=ends_at,
            pot_id=_pot(session, pot_code).id if pot_code else None,
            conditions=conditions,
        )
        adopted = match_rules.adopt_rule(session, plan, now=at)
    click.echo(f"{adopted.id}: {adopted.kind} from {_day(adopted.starts_at)}")


def _terms(rule: str) -> MatchTerms:
    if rule in PRESETS:
        return PRESETS[rule]
    try:
        content = read_object(Path(rule))
        terms, ignored = read_terms(content.get("rule", content))
    except MatchFileError as error:
        raise click.ClickException(f"{rule}: {error}") from None
    if ignored:
        raise click.ClickException(f"{rule}: a {terms.kind} rule has no {ignored[0]}")
    return terms


def _pot(session: Session, code: str) -> MatchPot:
    found = session.scalars(sa.select(MatchPot).where(MatchPot.code == code)).first()
    if found is None:
        raise NotFoundError(kind="match_pot", id=code)
    return found


def _euros(text: str) -> Money:
    try:
        amount = eur(text)
    except ValueError:
        raise click.UsageError(f"{text!r} is no amount like 1250.00.") from None
    if amount <= Money(0):
        raise click.UsageError("The amount has to be above zero.")
    return amount


def _left(session: Session, account: str) -> int:
    return ledger.balances(session, [account]).get(account, Money(0)).cents


def _name(pot: MatchPot) -> str:
    return pot.names.get("en") or next(iter(pot.names.values()), "")


def _in_finland(value: datetime | None) -> datetime | None:
    return value.replace(tzinfo=HELSINKI) if value else None


def _day(value: datetime | None) -> str:
    return value.astimezone(HELSINKI).strftime("%Y-%m-%d") if value else ""
