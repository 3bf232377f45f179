"""Match rules as values: four kinds, and the caps that hold the pot back."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from grantengine.campaigns.errors import MatchTermsError
from grantengine.money import Money

FACTOR_MAX = 10
SHARE_MAX = 10
COUNT_MAX = 10**9

_FRACTIONS_MAX = {"factor": FACTOR_MAX, "cap_share_of_goal": SHARE_MAX, "threshold": SHARE_MAX}
_CAPS = ("cap_per_pledge", "cap_per_backer_campaign", "cap_per_backer", "cap_per_campaign")
_COUNTS = ("pledges_per_backer", "min_backers")


class MatchKind(StrEnum):
    """When a rule says what it adds, and by what."""

    PROMISE = "promise"  # at once, first come, first served
    ROUND = "round"  # at the close, in proportion to what backers gave
    TOPUP = "topup"  # at the close, the rest of a goal that is nearly reached
    QUADRATIC = "quadratic"  # at the close, many small backers before few large ones


@dataclass(frozen=True, slots=True)
class MatchTerms:
    """What a rule adds, and where it stops. An absent cap means that there is none.

    Which of these a kind follows is in `FOLLOWED`; the others have no effect on it.

    Attributes:
        kind: how the match is reckoned.
        factor: what is added to each euro that counts; 1 adds a euro for a euro.
        cap_per_pledge: of one pledge at most this much counts.
        cap_per_backer_campaign: of a backer's pledges to one campaign at most this much counts.
        cap_per_backer: of a backer's pledges to all campaigns at most this much counts.
        pledges_per_backer: only this many pledges of a backer to one campaign count.
        cap_per_campaign: one campaign gets at most this much match.
        cap_share_of_goal: one campaign gets at most this share of its goal as match.
        threshold: a campaign gets nothing unless this share of its goal came from backers.
        min_backers: a campaign gets nothing unless so many different backers gave.

    Raises:
        MatchTermsError: a number is negative or absurd; names the field.
    """

    kind: MatchKind = MatchKind.PROMISE
    factor: Fraction = Fraction(1)
    cap_per_pledge: Money | None = None
    cap_per_backer_campaign: Money | None = None
    cap_per_backer: Money | None = None
    pledges_per_backer: int | None = None
    cap_per_campaign: Money | None = None
    cap_share_of_goal: Fraction | None = None
    threshold: Fraction | None = None
    min_backers: int | None = None

    def __post_init__(self) -> None:
        """Refuse terms that could not be followed."""
        if self.factor <= 0:
            raise MatchTermsError(field="factor")
        for name, largest in _FRACTIONS_MAX.items():
            self._ensure_within(name, getattr(self, name), largest)
        for name in _CAPS:
            cap: Money | None = getattr(self, name)
            self._ensure_within(name, None if cap is None else cap.cents, None)
        for name in _COUNTS:
            self._ensure_within(name, getattr(self, name), COUNT_MAX)

    def _ensure_within(self, name: str, number: Fraction | int | None, largest: int | None) -> None:
        if number is None:
            return
        if number < 0 or (largest is not None and number > largest):
            raise MatchTermsError(field=name)


_AT_THE_CLOSE = frozenset({"cap_per_campaign", "cap_share_of_goal", "threshold", "min_backers"})
_OF_BACKERS = frozenset({"cap_per_backer_campaign", "cap_per_backer"})

# A promise is made before anybody knows how many backers there will be; a top-up looks at the
# goal and not at who gave how much.
FOLLOWED: dict[MatchKind, frozenset[str]] = {
    MatchKind.PROMISE: _OF_BACKERS
    | {"factor", "cap_per_pledge", "pledges_per_backer", "cap_per_campaign", "cap_share_of_goal"},
    MatchKind.ROUND: _OF_BACKERS | _AT_THE_CLOSE | {"factor"},
    MatchKind.TOPUP: _AT_THE_CLOSE,
    MatchKind.QUADRATIC: _OF_BACKERS | _AT_THE_CLOSE,
}
