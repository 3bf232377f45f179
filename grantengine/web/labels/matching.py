"""How match rules, and what they reckon, are spoken of."""

from collections.abc import Callable
from typing import Any

from grantengine.campaigns.match_models import MatchPot, MatchRule
from grantengine.campaigns.matching.terms import MatchKind, MatchTerms
from grantengine.campaigns.matching.trace import WHOLE_BPS
from grantengine.money import Money
from grantengine.web.formatting import instant, money, money_short, percent
from grantengine.web.i18n import LazyText, _, current_language, lazy


def pot_name(pot: MatchPot | None) -> str:
    """Name a pot in the reader's language; None is the programme's own."""
    if pot is None:
        return _("The public match pot")
    names = pot.names
    return names.get(current_language()) or names.get("en") or next(iter(names.values()))


def rule_name(rule: MatchRule) -> str:
    """Name a rule by its pot and by when it is reckoned: `The public match pot, round`."""
    return _("%(pot)s, %(kind)s", pot=pot_name(rule.pot), kind=_KINDS[MatchKind(rule.kind)])


def rule_sentence(rule: MatchRule) -> str:
    """Say a match rule in one sentence."""
    terms = rule.terms
    limits = [
        str(limit(terms)) for name, limit in _LIMITS.items() if getattr(terms, name) is not None
    ]
    if terms.kind is MatchKind.PROMISE:
        limits.append(_("and only as long as there is money left in the match pot"))
    beginning = _beginning(rule, terms)
    return f"{beginning}: {'; '.join(limits)}." if limits else f"{beginning}."


def step_sentence(step: dict[str, Any], kind: MatchKind) -> str:
    """Say one step of the trace that is kept with a match under a rule of this kind."""
    name, limit = step["name"], step["limit"]
    if name in _PLAIN:
        return str(_PLAIN[name])
    if name in _SHARES:
        return str(_SHARES[name]) % {"share": percent(limit / WHOLE_BPS)}
    if name == "min_backers":
        return _("At least %(count)s people have to pledge", count=limit)
    caps = _CAPS if kind is MatchKind.PROMISE else _CAPS | _CAPS_AT_THE_CLOSE
    return str(caps[name]) % {"sum": money(Money(limit))}


def _beginning(rule: MatchRule, terms: MatchTerms) -> str:
    added = money_short(Money(int(terms.factor * 100)))
    match terms.kind:
        case MatchKind.PROMISE if rule.pot is None:
            return _("For every euro that you pledge, the public match pot adds %(sum)s", sum=added)
        case MatchKind.PROMISE:
            return _("For every euro that you pledge, this pot adds %(sum)s", sum=added)
        case MatchKind.ROUND:
            return _(
                "When the round ends, on %(day)s, the pot adds %(sum)s for every euro pledged; if"
                " that is more than it holds, it is shared in proportion",
                day=instant(rule.ends_at),
                sum=added,
            )
        case MatchKind.TOPUP:
            return _(
                "When backers have brought most of the goal by the last day, the pot pays the rest"
            )
        case MatchKind.QUADRATIC:
            return _(
                "When the round ends, on %(day)s, the pot is shared so that many small pledges draw"
                " more than a few large ones",
                day=instant(rule.ends_at),
            )


_KINDS: dict[MatchKind, LazyText] = {
    MatchKind.PROMISE: lazy("at once"),
    MatchKind.ROUND: lazy("round"),
    MatchKind.TOPUP: lazy("top-up"),
    MatchKind.QUADRATIC: lazy("quadratic round"),
}

_LIMITS: dict[str, Callable[[MatchTerms], str]] = {
    "threshold": lambda terms: _(
        "backers have to bring at least %(share)s of the goal",
        share=percent(float(terms.threshold or 0)),
    ),
    "min_backers": lambda terms: _(
        "at least %(count)s people have to pledge", count=terms.min_backers
    ),
    "cap_per_pledge": lambda terms: _(
        "of one pledge at most %(sum)s counts", sum=money_short(_given(terms.cap_per_pledge))
    ),
    "cap_per_backer_campaign": lambda terms: _(
        "of one backer’s pledges to one campaign at most %(sum)s counts",
        sum=money_short(_given(terms.cap_per_backer_campaign)),
    ),
    "cap_per_backer": lambda terms: _(
        "of one backer’s pledges to all campaigns at most %(sum)s counts",
        sum=money_short(_given(terms.cap_per_backer)),
    ),
    "pledges_per_backer": lambda terms: _(
        "of one backer at most %(count)s pledges count", count=terms.pledges_per_backer
    ),
    "cap_per_campaign": lambda terms: _(
        "one campaign gets at most %(sum)s", sum=money_short(_given(terms.cap_per_campaign))
    ),
    "cap_share_of_goal": lambda terms: _(
        "one campaign gets at most %(share)s of its goal",
        share=percent(float(terms.cap_share_of_goal or 0)),
    ),
}

_PLAIN: dict[str, LazyText] = {
    "pledge": lazy("Your pledge"),
    "pledged": lazy("What backers gave to the campaign"),
    "squares": lazy("The sum of the roots of what each gave, squared, less the sum itself"),
    "own_part": lazy("The part that your pledge brought of it"),
}

_SHARES: dict[str, LazyText] = {
    "factor": lazy("The pot adds %(share)s of what counts"),
    "threshold": lazy("Backers have to bring at least %(share)s of the goal"),
}

_CAPS: dict[str, LazyText] = {
    "cap_per_pledge": lazy("Of one pledge at most %(sum)s counts"),
    "cap_per_backer_campaign": lazy("Of your pledges to this campaign %(sum)s more could count"),
    "cap_per_backer": lazy("Of your pledges to all campaigns %(sum)s more could count"),
    "pledges_per_backer": lazy("Your earlier pledges to this campaign counted already"),
    "cap_per_campaign": lazy("This campaign could still get %(sum)s of match"),
    "cap_share_of_goal": lazy("Of its share of the goal this campaign could still get %(sum)s"),
    "rest": lazy("What is missing to the goal of %(sum)s"),
    "pot": lazy("The match pot held %(sum)s"),
}

# At the close a cap is told as it stands, not as what a backer or campaign has left of it.
_CAPS_AT_THE_CLOSE: dict[str, LazyText] = {
    "cap_per_backer_campaign": lazy("Of what one backer gave to it at most %(sum)s counts"),
    "cap_per_backer": lazy("Of what one backer gave to all campaigns at most %(sum)s counts"),
    "cap_per_campaign": lazy("One campaign gets at most %(sum)s"),
    "cap_share_of_goal": lazy("Its share of the goal is at most %(sum)s"),
    "pot": lazy("The match pot held %(sum)s for all campaigns"),
}


def _given(amount: Money | None) -> Money:
    assert amount is not None
    return amount
