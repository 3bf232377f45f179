"""What the measurement of pledges is made in: a programme, its match rule, and open campaigns."""

from datetime import datetime, timedelta
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import migrate
from grantengine.campaigns import checking, content, match_rules, service
from grantengine.campaigns.content_plans import RewardPlan
from grantengine.campaigns.lifecycle import PLEDGE_MIN
from grantengine.campaigns.match_rules import RulePlan
from grantengine.campaigns.matching.terms import MatchTerms
from grantengine.campaigns.models import Campaign
from grantengine.clock import SystemClock
from grantengine.db import Database
from grantengine.ids import new_id
from grantengine.money import eur
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import GoalLevel, OrganisationKind, Tier
from grantengine.programme.models import Goal, Organisation, Programme

CAMPAIGNS = 64
_POT = eur("900000000")
_GOAL = eur("1000")
_OPEN_FOR = timedelta(days=30)
# The account of nobody: check digits are right, the bank is not.
_IBAN = "FI2112345600000785"


def prepare(database: Database) -> None:
    """Migrate an empty database and open campaigns in it, matched euro for euro.

    Raises:
        ValueError: there is a programme in it.
    """
    migrate.upgrade(database)
    now = SystemClock().now()
    with database.transaction() as session:
        if session.scalars(sa.select(Programme.id)).first() is not None:
            raise ValueError("the database is not empty; pledges would be made in it")
        programme.start_programme(session, _plan(now), now=now)
        goal = Goal(
            id=new_id("gol", now),
            code="measured",
            level=GoalLevel.GRASSROOTS,
            position=1,
            names={"en": "To be measured"},
        )
        session.add(goal)
        programme.register_organisation(
            session, name="Measured ry", kind=OrganisationKind.ASSOCIATION, now=now
        )
        session.flush()  # Experiments point at them.
        terms = MatchTerms(factor=Fraction(1), cap_per_pledge=eur("20"))
        match_rules.adopt_rule(session, RulePlan(terms, starts_at=now), now=now)
        for _ in range(CAMPAIGNS):
            open_campaign(session, now=now)


def open_campaign(session: Session, *, now: datetime) -> str:
    """Open one more campaign, of an experiment of its own, and give its id."""
    started = session.scalars(sa.select(Programme)).one()
    title = f"Measured {new_id('m', now)}"
    plan = programme.ExperimentPlan(
        title=title,
        summary="An experiment that is measured.",
        tier=Tier.SMALL,
        language="fi",
        organisation_id=session.scalars(sa.select(Organisation.id)).one(),
        owner_id=None,
        goal_ids=list(session.scalars(sa.select(Goal.id))),
    )
    experiment = programme.propose_experiment(session, started, plan, now=now)
    campaign_plan = service.CampaignPlan(
        title=title,
        summary=plan.summary,
        story="It is measured.",
        language="fi",
        goal=_GOAL,
        opens_at=now,
        deadline_at=now + _OPEN_FOR,
        payee_name="Measured ry",
        payee_iban=_IBAN,
    )
    campaign = service.draft_campaign(session, campaign_plan, experiment_id=experiment.id, now=now)
    thanks = RewardPlan(
        title="Thanks",
        description="For measuring along.",
        price=PLEDGE_MIN,
        vat_rate_bps=0,
        delivered_on=(now + _OPEN_FOR).date(),
    )
    content.put_part(session, campaign.id, thanks, part_id=new_id("rwd", now), now=now)
    checking.check_campaign(session, campaign.id, now=now)
    service.open_campaign(session, campaign.id, now=now)
    return campaign.id


def campaign_ids(database: Database) -> list[str]:
    """List the campaigns that were opened first, in one order."""
    with database.reading() as session:
        query = sa.select(Campaign.id).order_by(Campaign.id).limit(CAMPAIGNS)
        return list(session.scalars(query))


def _plan(now: datetime) -> programme.ProgrammePlan:
    return programme.ProgrammePlan(
        slug="measured",
        names={"en": "Measured"},
        authority={"en": "Nobody"},
        budget_account="00.00.00",
        starts_on=now.date(),
        ends_on=(now + timedelta(days=730)).date(),
        appropriation=_POT,
        envelopes=[programme.EnvelopePlan("match", {"en": "Match"}, _POT)],
    )
