"""What pages show of matching: rules in force, what a pledge would draw, ranges until the close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grantengine.campaigns import match_queries, match_rounds
from grantengine.campaigns.match_models import MatchRule
from grantengine.campaigns.matching.promise import promise
from grantengine.campaigns.matching.terms import MatchKind
from grantengine.campaigns.matching.trace import as_json
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.money import Money, eur, total
from grantengine.web.labels.matching import rule_name, rule_sentence, step_sentence

# What most people pledge, for the what-if of the match.
EXAMPLES = (eur("20"), eur("50"), eur("100"))


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a new backer's pledge would draw from the pots at this moment."""

    pledge: Money
    match: Money
    receipts: Sequence["Receipt"] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one rule adds, and how that was reckoned, step by step.

    Attributes:
        name: whose money it is, and when it is reckoned.
        rule: the rule in a sentence.
        amount: what it adds.
        steps: each in a sentence, with the amount after it and whether it held some back.
    """

    name: str
    rule: str
    amount: Money
    steps: Sequence[tuple[str, Money, bool]]


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule in force, as the page of a campaign tells it.

    Attributes:
        label: whose pot, and when it is reckoned; empty where one rule of the programme's stands
            alone.
        sentence: what it does.
        most: the upper end of its range, of one that is reckoned at the close; never a number
            before it.
        most_with: the same with the pledge that was asked about; None without one.
    """

    label: str
    sentence: str
    most: Money | None
    most_with: Money | None


@dataclass(frozen=True, slots=True)
class MatchSection:
    """The rules that decide about a campaign now, and what they would do.

    Attributes:
        rules: those of all pots.
        promises: whether one of them promises at once.
        what_if: examples under those that do.
        asked: the pledge that a visitor asked about, with its receipts.
    """

    rules: Sequence[RuleView]
    promises: bool
    what_if: Sequence[WhatIf]
    asked: WhatIf | None


def match_section(
    session: Session, campaign: Campaign, *, now: datetime, asked: Money | None = None
) -> MatchSection | None:
    """Gather what a campaign's page tells of matching; None when no rule is in force."""
    rules = match_queries.rules_in_force(session, campaign, at=now)
    if not rules:
        return None
    promising = [rule for rule in rules if rule.kind == MatchKind.PROMISE]
    amounts = [*EXAMPLES, *([asked] if asked else [])]
    found = _what_if(session, campaign, promising, amounts)
    return MatchSection(
        rules=_rule_views(session, campaign, rules, asked),
        promises=bool(promising),
        what_if=found[: len(EXAMPLES)],
        asked=next(iter(found[len(EXAMPLES) :]), WhatIf(asked, Money(0)) if asked else None),
    )


def results_of(session: Session, campaign: Campaign) -> list[Receipt]:
    """Tell what rules gave to a settled campaign at its close, from the traces that were kept."""
    found = match_queries.matches_of_campaign(session, campaign.id)
    return [_receipt(match.rule, match.amount, match.trace) for match in found]


def receipts_of(pledge: Pledge) -> list[Receipt]:
    """Tell how each match of a pledge was reckoned, from the trace that was kept with it."""
    return [_receipt(match.rule, match.amount, match.trace) for match in pledge.matches]


def _rule_views(
    session: Session, campaign: Campaign, rules: Sequence[MatchRule], asked: Money | None
) -> list[RuleView]:
    most = match_rounds.most_of_rules(session, campaign, rules)
    with_it = match_rounds.most_of_rules(session, campaign, rules, more=asked) if asked else {}
    is_alone = len(rules) == 1 and rules[0].pot is None
    return [
        RuleView(
            label="" if is_alone else rule_name(rule),
            sentence=rule_sentence(rule),
            most=most.get(rule.id),
            most_with=with_it.get(rule.id),
        )
        for rule in rules
    ]


def _what_if(
    session: Session, campaign: Campaign, rules: Sequence[MatchRule], amounts: Sequence[Money]
) -> list[WhatIf]:
    if not rules:
        return []
    situations = match_queries.situations(session, campaign, rules, backer=None)
    found = []
    for amount in amounts:
        promises = [
            promise(rule.terms, pledge=amount, situation=situations[rule.id]) for rule in rules
        ]
        receipts = [
            _receipt(rule, each.amount, as_json(each.trace))
            for rule, each in zip(rules, promises, strict=True)
        ]
        found.append(WhatIf(amount, total(each.amount for each in promises), receipts))
    return found


def _receipt(rule: MatchRule, amount: Money, trace: Sequence[dict[str, Any]]) -> Receipt:
    kind = MatchKind(rule.kind)
    return Receipt(
        name=rule_name(rule),
        rule=rule_sentence(rule),
        amount=amount,
        steps=[(step_sentence(step, kind), Money(step["cents"]), step["bit"]) for step in trace],
    )
