"""Programmes, experiments, campaigns and gateways for tests of campaigns and above."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime, timedelta

from grantengine.campaigns import checking, checkout, content, match_rules, service
from grantengine.campaigns.answers import ChargeAnswer, ChargeSucceeded, PayoutMade, RefundAnswer
from grantengine.campaigns.content_plans import RewardPlan
from grantengine.campaigns.legality import LegalFacts
from grantengine.campaigns.lifecycle import LegalKind
from grantengine.campaigns.match_rules import RulePlan
from grantengine.campaigns.matching.terms import MatchTerms
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.clock import FixedClock
from grantengine.db import Database
from grantengine.errors import NotFoundError
from grantengine.ids import new_id
from grantengine.money import Money, eur
from grantengine.programme import queries as programme_queries
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import GoalLevel, OrganisationKind, Tier
from grantengine.programme.models import Experiment, Goal
from grantengine.web.gateways.sandbox import SandboxGateway

GOOD_CARD = "4242 4242 4242 4242"
DECLINED_WHEN_SAVED = "4000 0000 0000 0002"
DECLINED_WHEN_CHARGED = "4000 0000 0000 0341"
ASKS_FOR_AUTHENTICATION = "4000 0025 0000 3155"
ASKS_WHEN_CHARGED = "4000 0027 6000 3184"
TIMES_OUT_ONCE = "4000 0000 0000 0119"
ANSWERS_TWICE = "4000 0000 0000 0101"
DISPUTES = "4000 0000 0000 0259"
IBAN = "FI2112345600000785"


class KilledError(BaseException):
    """What a process dies of; no code of ours catches it."""


class KillableGateway(SandboxGateway):
    """The sandbox, but the process dies before or after one of its calls that move money.

    Args:
        dies_before: number of the call before which it dies, counted from 1.
        dies_after: number of the call that is done, but whose answer nobody hears.
    """

    def __init__(self, *, dies_before: int | None = None, dies_after: int | None = None) -> None:
        super().__init__()
        self._dies_before, self._dies_after = dies_before, dies_after
        self.charged: dict[str, Money] = {}
        self.refunded: dict[str, Money] = {}
        self.paid_out: dict[str, Money] = {}
        self.calls = 0

    def charge(self, *, key: str, amount: Money, **asked) -> ChargeAnswer:
        with self._dying():
            answer = super().charge(key=key, amount=amount, **asked)
            if isinstance(answer, ChargeSucceeded):
                self.charged[key] = amount
            return answer

    def refund(self, *, key: str, amount: Money, **asked) -> RefundAnswer:
        with self._dying():
            self.refunded[key] = amount
            return super().refund(key=key, amount=amount, **asked)

    def pay_out(self, *, key: str, amount: Money) -> PayoutMade:
        with self._dying():
            self.paid_out[key] = amount
            return super().pay_out(key=key, amount=amount)

    @contextmanager
    def _dying(self) -> Iterator[None]:
        self.calls += 1
        if self.calls == self._dies_before:
            raise KilledError
        yield
        if self.calls == self._dies_after:
            raise KilledError


def a_programme(session, *, now: datetime, pot: Money = eur("340000"), started=date(2026, 1, 1)):
    """Start a programme of EUR 2,000,000 with a match envelope, and one goal."""
    rest = eur("2000000") - pot
    envelopes = [
        programme.EnvelopePlan("small", {"en": "Small experiments"}, rest),
        programme.EnvelopePlan("match", {"en": "Match"}, pot),
    ]
    plan = programme.ProgrammePlan(
        slug="kokeileva-suomi",
        names={"fi": "Kokeileva Suomi", "en": "Experimental Finland"},
        authority={"en": "Prime Minister's Office"},
        budget_account="23.01.20",
        starts_on=started,
        ends_on=started + timedelta(days=730),
        appropriation=eur("2000000"),
        envelopes=envelopes,
    )
    goal = Goal(
        id=new_id("gol", now),
        code="initiative",
        level=GoalLevel.GRASSROOTS,
        position=1,
        names={"en": "People's own initiative"},
    )
    session.add(goal)
    return programme.start_programme(session, plan, now=now)


def an_experiment(session, *, now: datetime, title="Maya's bakery", owner=None) -> Experiment:
    """Propose an experiment in the programme, which is started when there is none."""
    try:
        current = programme_queries.current_programme(session)
    except NotFoundError:
        current = a_programme(session, now=now)
    organisation = programme.register_organisation(
        session, name=f"{title} ry", kind=OrganisationKind.ASSOCIATION, now=now
    )
    session.flush()
    plan = programme.ExperimentPlan(
        title=title,
        summary="Bread baked by neighbours, sold where they live.",
        tier=Tier.SMALL,
        language="fi",
        organisation_id=organisation.id,
        owner_id=owner.id if owner else None,
        goal_ids=[goal.id for goal in programme_queries.goals(session)],
    )
    return programme.propose_experiment(session, current, plan, now=now)


def a_plan(*, now: datetime, **changes) -> service.CampaignPlan:
    """Plan a campaign for EUR 500 within 30 days."""
    values = {
        "title": "Maya's bakery",
        "summary": "An oven that the whole street shares.",
        "story": "We bake on **Thursdays**.",
        "language": "fi",
        "goal": eur("500"),
        "opens_at": now,
        "deadline_at": now + timedelta(days=30),
        "payee_name": "Maya's bakery ry",
        "payee_iban": IBAN,
    }
    kind = changes.get("legal_kind")
    if kind in (LegalKind.SMALL_SCALE_COLLECTION, LegalKind.PERMIT):
        number = changes.pop("legal_number", "RA/2026/1")
        values["legal"] = LEGAL_FACTS[kind](now.date(), number)
    return service.CampaignPlan(**(values | changes))


def _of_collection(today: date, number: str) -> LegalFacts:
    notified_on = today - timedelta(days=30)
    return LegalFacts(number, notified_on=notified_on, purpose="An oven", secondary_purpose="Flour")


def _of_permit(today: date, number: str) -> LegalFacts:
    return LegalFacts(
        number,
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=365),
        area="Finland without Åland",
        purpose="An oven",
        secondary_purpose="Flour",
    )


LEGAL_FACTS = {LegalKind.SMALL_SCALE_COLLECTION: _of_collection, LegalKind.PERMIT: _of_permit}


def a_reward_plan(*, now: datetime, **changes) -> RewardPlan:
    """Plan a loaf for EUR 20 that comes in 60 days, as many as are asked for."""
    values = {
        "title": "A loaf of rye",
        "description": "Baked on the first Thursday.",
        "price": eur("20"),
        "vat_rate_bps": 1350,
        "delivered_on": (now + timedelta(days=60)).date(),
    }
    return RewardPlan(**(values | changes))


def a_campaign(session, *, now: datetime, experiment=None, rewards=(), **changes) -> Campaign:
    """Open a campaign of an experiment, made when none is given, with what it sells."""
    experiment = experiment or an_experiment(session, now=now)
    plan = a_plan(now=now, **changes)
    campaign = service.draft_campaign(session, plan, experiment_id=experiment.id, now=now)
    return open_draft(session, campaign, now=now, rewards=rewards)


def open_draft(session, campaign, *, now: datetime, rewards=()) -> Campaign:
    """Let a draft be checked and open it; a sale that sells nothing is given a loaf."""
    if campaign.legal_kind == LegalKind.REWARD:
        rewards = rewards or [a_reward_plan(now=now)]
    for reward in rewards:
        content.put_part(session, campaign.id, reward, part_id=new_id("rwd", now), now=now)
    checking.check_campaign(session, campaign.id, now=now)
    return service.open_campaign(session, campaign.id, now=now)


def a_rule(session, *, now: datetime, **terms):
    """Adopt a match rule from now on: euro for euro, no caps, unless told otherwise.

    Args:
        session: a transaction.
        now: from when on.
        terms: fields of the terms, and of the plan besides them.
    """
    of_plan = {field.name for field in fields(RulePlan)} - {"terms"}
    plan = {name: terms.pop(name) for name in of_plan & set(terms)}
    plan = RulePlan(**({"starts_at": now, "terms": MatchTerms(**terms)} | plan))
    return match_rules.adopt_rule(session, plan, now=now)


def a_pledge(
    database: Database,
    clock: FixedClock,
    campaign: Campaign,
    amount: str,
    *,
    email: str = "maija@example.fi",
    card: str = GOOD_CARD,
    gateway=None,
    key: str | None = None,
    **changes,
) -> Pledge:
    """Pledge through the whole checkout; each without a key of its own is a new one."""
    request = PledgeRequest(
        campaign_id=campaign.id,
        key=key or new_id("key", clock.now()),
        amount=eur(amount),
        email=email,
        language="fi",
        **changes,
    )
    return checkout.make_pledge(database, gateway or SandboxGateway(), clock, request, card=card)


def in_transaction(database: Database, make: Callable, **arguments):
    """Make one thing in a transaction of its own."""
    with database.transaction() as session:
        return make(session, **arguments)
