"""The promise match: how much the public pot adds to one pledge, and which cap bit."""

from dataclasses import dataclass
from typing import Any

from grantengine.campaigns.errors import MatchTermsError
from grantengine.money import Money, share

WHOLE_BPS = 10_000
FACTOR_BPS_MAX = 10 * WHOLE_BPS


@dataclass(frozen=True, slots=True)
class MatchTerms:
    """A promise rule: every pledge is matched at once, first come, first served.

    Attributes:
        factor_bps: how much is added to each euro that counts, in hundredths of a percent;
            10,000 adds a euro for a euro.
        cap_per_pledge: of one pledge at most this much counts.
        cap_per_backer: of all a backer's pledges to one campaign at most this much counts.
        pledges_per_backer: only this many pledges of a backer to one campaign count.
        cap_per_campaign: one campaign gets at most this much match.
        cap_share_of_goal_bps: one campaign gets at most this share of its goal as match.

    Raises:
        MatchTermsError: a factor or a cap is negative or absurd; names the field.
    """

    factor_bps: int = WHOLE_BPS
    cap_per_pledge: Money | None = None
    cap_per_backer: Money | None = None
    pledges_per_backer: int | None = None
    cap_per_campaign: Money | None = None
    cap_share_of_goal_bps: int | None = None

    def __post_init__(self) -> None:
        """Refuse terms that could not be followed."""
        if not 0 < self.factor_bps <= FACTOR_BPS_MAX:
            raise MatchTermsError(field="factor_bps")
        for name in ("cap_per_pledge", "cap_per_backer", "cap_per_campaign"):
            cap: Money | None = getattr(self, name)
            if cap is not None and cap.cents < 0:
                raise MatchTermsError(field=name)
        for name in ("pledges_per_backer", "cap_share_of_goal_bps"):
            number: int | None = getattr(self, name)
            if number is not None and number < 0:
                raise MatchTermsError(field=name)


@dataclass(frozen=True, slots=True)
class Situation:
    """What has been promised before this pledge.

    Attributes:
        goal: of the campaign.
        matched: what the campaign has got so far.
        counted: what has counted so far of this backer's pledges to the campaign.
        pledges_counted: how many of this backer's pledges to the campaign count.
        pot: what is left in the envelope.
    """

    goal: Money
    matched: Money = Money(0)
    counted: Money = Money(0)
    pledges_counted: int = 0
    pot: Money = Money(0)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the reckoning: what it is, its limit if it has one, and what remained.

    Attributes:
        name: `pledge`, `factor`, or the name of the cap.
        limit_cents: what the cap still allowed; basis points for the factor.
        result_cents: the amount after this step.
        bit: whether the cap made the amount smaller.
    """

    name: str
    limit_cents: int | None
    result_cents: int
    bit: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """What the pot adds, what of the pledge counted, and how it was reckoned."""

    amount: Money
    counted: Money
    trace: tuple[Step, ...]

    def as_json(self) -> list[dict[str, Any]]:
        """Write the trace as it is stored with the match."""
        return [
            {"name": s.name, "limit_cents": s.limit_cents, "cents": s.result_cents, "bit": s.bit}
            for s in self.trace
        ]


def promise(terms: MatchTerms, *, pledge: Money, situation: Situation) -> Promise:
    """Reckon the match of one pledge.

    First it is settled how much of the pledge counts (the caps on pledge and backer), then the
    factor makes it the match, rounded down to the cent, and last the caps of the campaign and
    what is left in the pot hold. The order is Goteo's, whose numbers are the tests'.

    Args:
        terms: the rule in force when the pledge is made.
        pledge: its amount.
        situation: what has been promised before it.
    """
    trace = [Step("pledge", None, pledge.cents)]
    counted = _capped(trace, pledge.cents, _caps_on_pledge(terms, situation))
    matched = counted * terms.factor_bps // WHOLE_BPS
    trace.append(Step("factor", terms.factor_bps, matched))
    matched = _capped(trace, matched, _caps_on_match(terms, situation))
    return Promise(
        amount=Money(matched, pledge.currency),
        counted=Money(counted, pledge.currency),
        trace=tuple(trace),
    )


def _caps_on_pledge(terms: MatchTerms, situation: Situation) -> list[tuple[str, int]]:
    caps = []
    if terms.pledges_per_backer is not None:
        is_past = situation.pledges_counted >= terms.pledges_per_backer
        caps += [("pledges_per_backer", 0)] if is_past else []
    if terms.cap_per_pledge is not None:
        caps.append(("cap_per_pledge", terms.cap_per_pledge.cents))
    if terms.cap_per_backer is not None:
        left = terms.cap_per_backer - situation.counted
        caps.append(("cap_per_backer", left.cents))
    return caps


def _caps_on_match(terms: MatchTerms, situation: Situation) -> list[tuple[str, int]]:
    caps = []
    if terms.cap_per_campaign is not None:
        left = terms.cap_per_campaign - situation.matched
        caps.append(("cap_per_campaign", left.cents))
    if terms.cap_share_of_goal_bps is not None:
        most = share(situation.goal, numerator=terms.cap_share_of_goal_bps, denominator=WHOLE_BPS)
        caps.append(("cap_share_of_goal", (most - situation.matched).cents))
    caps.append(("pot", situation.pot.cents))
    return caps


def _capped(trace: list[Step], cents: int, caps: list[tuple[str, int]]) -> int:
    for name, limit in caps:
        allowed = max(limit, 0)
        trace.append(Step(name, allowed, min(cents, allowed), bit=cents > allowed))
        cents = min(cents, allowed)
    return cents
