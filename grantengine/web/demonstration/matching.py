"""The match: the programme's rule in two versions, a region's own pot, and a round to come."""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from grantengine.campaigns import match_rules
from grantengine.campaigns.match_rules import RulePlan
from grantengine.campaigns.matching.conditions import Conditions
from grantengine.campaigns.matching.terms import MatchKind, MatchTerms
from grantengine.money import eur
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.stage import Stage

_REGION = "02"
_REGION_POT = "southwest"
_REGION_NAMES = {
    "fi": "Varsinais-Suomen potti",
    "sv": "Egentliga Finlands pott",
    "en": "The pot of Southwest Finland",
}
_CAPITAL_REGION = "01"

# One euro for each euro, within caps; the second version let campaigns grow.
_FIRST = MatchTerms(cap_per_pledge=eur("200"), cap_per_campaign=eur("2000"))
_SECOND = MatchTerms(
    cap_per_pledge=eur("200"),
    pledges_per_backer=3,
    cap_per_campaign=eur("5000"),
    cap_share_of_goal=Fraction(1, 2),
)
_OF_REGION = MatchTerms(factor=Fraction(1, 2), cap_per_backer_campaign=eur("100"))
_ROUND = MatchTerms(
    kind=MatchKind.ROUND,
    cap_per_backer_campaign=eur("250"),
    cap_per_backer=eur("1000"),
    cap_per_campaign=eur("1500"),
    min_backers=20,
)


def acts(stage: Stage) -> Iterator[Act]:
    """Tell when each rule was adopted."""
    yield Act(stage.office_moment(-225, 12), partial(_adopt, _FIRST))
    yield Act(stage.office_moment(-60, 12), partial(_adopt, _SECOND))
    yield Act(stage.office_moment(-50, 12), _open_pot)
    yield Act(stage.office_moment(-5, 12), _announce_round)


def _adopt(terms: MatchTerms, stage: Stage) -> None:
    with stage.transaction() as session:
        match_rules.adopt_rule(session, RulePlan(terms, starts_at=stage.now()), now=stage.now())


def _open_pot(stage: Stage) -> None:
    now = stage.now()
    with stage.transaction() as session:
        pot = match_rules.open_pot(session, code=_REGION_POT, names=_REGION_NAMES, now=now)
        match_rules.set_aside(session, pot, eur("10000"), key=f"{_REGION_POT}-1", now=now)
        plan = RulePlan(
            _OF_REGION,
            starts_at=now,
            code=_REGION_POT,
            pot_id=pot.id,
            conditions=Conditions(region_code=_REGION),
        )
        match_rules.adopt_rule(session, plan, now=now)


def _announce_round(stage: Stage) -> None:
    now = stage.now()
    with stage.transaction() as session:
        plan = RulePlan(
            _ROUND,
            starts_at=now,
            code="capital-round",
            ends_at=stage.moment(61, 12),
            conditions=Conditions(region_code=_CAPITAL_REGION),
        )
        match_rules.adopt_rule(session, plan, now=now)
