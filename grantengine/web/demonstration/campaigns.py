"""Campaigns and their crowds: the five regional cases of the experiment week, and more."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from slugify import slugify
from sqlalchemy.orm import Session

from grantengine.campaigns import (
    checking,
    checkout,
    closing,
    content,
    pledging,
    rewards,
    service,
    settlement,
)
from grantengine.campaigns.content_plans import BudgetLinePlan, PartPlan, RewardPlan, TeamMemberPlan
from grantengine.campaigns.legality import LegalFacts
from grantengine.campaigns.lifecycle import CampaignKind, LegalKind
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.ids import new_id
from grantengine.money import Money, eur
from grantengine.web.demonstration import matching
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.drawings import drawn
from grantengine.web.demonstration.sources import Facts, read
from grantengine.web.demonstration.stage import Stage
from grantengine.web.gateways.sandbox import TEST_CARDS, Behaviour
from grantengine.web.pictures import drawn_anew

_CARDS = {behaviour: number for number, behaviour in TEST_CARDS.items()}
_REWARDS = ("first reward", "second reward", "third reward", "fourth reward")
# Backers whom only the campaign knows by name.
_UNNAMED = ("Reijo Saari", "Anneli Lahtinen", "Marko Peltola", "Kirsi Salo", "Ari Ojala")


def acts(stage: Stage) -> Iterator[Act]:
    """Tell of the match rules, then of each campaign from its opening to its end."""
    yield from matching.acts(stage)
    for name, facts in read("campaigns").items():
        yield from _campaign_acts(stage, name, facts)


def pledge_key(campaign: str, index: int) -> str:
    """Name a pledge of the facts by its campaign and its place in the list, from 0."""
    return f"demonstration-{campaign}-{index}"


def _campaign_acts(stage: Stage, name: str, facts: Facts) -> Iterator[Act]:
    opens_at = stage.moment(facts["opens"], 9)
    deadline_at = _deadline(stage, facts)
    yield Act(opens_at, partial(_open, name, facts, deadline_at))
    crowd = facts["crowd"]["pledges"]
    last_at = min(deadline_at, stage.present) - timedelta(minutes=10)
    for index, row in enumerate(crowd):
        at = opens_at + (last_at - opens_at) * (index + 1) / (len(crowd) + 1)
        yield Act(at, partial(_pledge, name, facts["language"], index, row))
    if facts["closes"] < 0:
        # Again and again for a week, as long as declined cards are tried.
        for days in range(0, 8, 2):
            yield Act(deadline_at + timedelta(days=days, minutes=1), partial(_settle, name))
        yield Act(deadline_at + timedelta(days=8), _close)


def _deadline(stage: Stage, facts: Facts) -> datetime:
    if facts["closes"] == 0:
        # It has just ended: the scheduler settles it while somebody looks on.
        return stage.present - timedelta(minutes=1)
    return stage.moment(facts["closes"], 23, 59)


def _open(name: str, facts: Facts, deadline_at: datetime, stage: Stage) -> None:
    plan = service.CampaignPlan(
        title=facts["title"],
        summary=facts["summary"],
        story=facts["story"].strip(),
        language=facts["language"],
        goal=eur(facts["goal"]),
        opens_at=stage.now(),
        deadline_at=deadline_at,
        payee_name=facts["payee"],
        payee_iban=facts["iban"],
        legal_kind=LegalKind(facts["legal_kind"]),
        legal=_legal(facts, stage),
        optimum=eur(facts["optimum"]) if "optimum" in facts else None,
        kind=CampaignKind(facts.get("kind", CampaignKind.ALL_OR_NOTHING)),
        translations=facts.get("translations", {}),
    )
    experiment_id = stage.experiments[facts["experiment"]]
    with stage.transaction() as session:
        campaign = service.draft_campaign(
            session, plan, experiment_id=experiment_id, now=stage.now()
        )
        _make(session, campaign.id, facts, stage)
        stage.campaigns[name] = campaign.id


def _legal(facts: Facts, stage: Stage) -> LegalFacts:
    """Read what the authorities know; days are counted from now, as everywhere in the facts."""
    known = facts.get("legal", {})
    days = {
        name: stage.moment(known[name], 9).date()
        for name in ("notified_on", "starts_on", "ends_on")
        if name in known
    }
    return LegalFacts(
        number=facts.get("legal_number", "").format(year=stage.year) or None,
        area=known.get("area"),
        purpose=known.get("purpose"),
        secondary_purpose=known.get("secondary_purpose"),
        **days,
    )


def _plans(facts: Facts, stage: Stage) -> Iterator[tuple[str, PartPlan]]:
    for row in facts.get("budget", []):
        yield (
            "bgl",
            BudgetLinePlan(
                title=row["title"],
                amount=eur(row["amount"]),
                is_needed=row.get("is_needed", True),
                translations=row.get("translations", {}),
            ),
        )
    for row in facts.get("people", []):
        yield "mbr", TeamMemberPlan(row["name"], row["role"], row.get("translations", {}))
    for row in facts.get("pictures", []):
        content = drawn(row["drawing"])
        yield (
            "pic",
            drawn_anew(content, alt=row["alt"], translations=row.get("translations", {})),
        )
    for row in facts.get("rewards", []):
        reward = RewardPlan(
            title=row["title"],
            description=row["description"],
            price=eur(row["price"]),
            vat_rate_bps=row["vat_rate_bps"],
            delivered_on=stage.moment(row["delivered"], 12).date(),
            stock=row.get("stock"),
            translations=row.get("translations", {}),
        )
        yield "rwd", reward


def _make(session: Session, campaign_id: str, facts: Facts, stage: Stage) -> None:
    """Make what the campaign consists of, and bring it as far as the facts say."""
    for prefix, plan in _plans(facts, stage):
        part_id = new_id(prefix, stage.now())
        content.put_part(session, campaign_id, plan, part_id=part_id, now=stage.now())
    if facts.get("state") == "asked":
        checking.ask_for_check(session, campaign_id, now=stage.now())
        return
    checking.check_campaign(session, campaign_id, now=stage.now(), steward_id=stage.people["sanna"])
    if facts.get("state") != "checked":
        service.open_campaign(session, campaign_id, now=stage.now())


def _pledge(campaign: str, language: str, index: int, row: list[str], stage: Stage) -> None:
    written, euros, message, *fate = row
    name = _UNNAMED[index % len(_UNNAMED)] if written == "~" else written
    request = PledgeRequest(
        campaign_id=stage.campaigns[campaign],
        key=pledge_key(campaign, index),
        amount=Money(int(euros) * 100),
        email=_address(name, index),
        language=language,
        name=name or None,
        is_name_shown=bool(name) and written != "~",
        message=message or None,
        reward_id=_reward(stage, campaign, fate),
    )
    declines = "declines" in fate
    behaviour = Behaviour.DECLINES_WHEN_CHARGED if declines else Behaviour.SUCCEEDS
    pledge = checkout.make_pledge(
        stage.database, stage.gateway, stage.clock, request, card=_CARDS[behaviour]
    )
    if "withdrawn" in fate:
        with stage.transaction() as session:
            pledging.withdraw_pledge(session, pledge.id, now=stage.now())


def _reward(stage: Stage, campaign: str, fate: list[str]) -> str | None:
    """Find the reward that a fate names, counted from the cheapest."""
    chosen = [place for place, words in enumerate(_REWARDS) if words in fate]
    if not chosen:
        return None
    with stage.transaction() as session:
        return rewards.rewards_of(session, stage.campaigns[campaign])[chosen[0]].id


def _address(name: str, index: int) -> str:
    return f"{slugify(name, separator='.') or f'tukija.{index}'}@posti.example.fi"


def _settle(name: str, stage: Stage) -> None:
    settlement.settle_campaign(stage.database, stage.gateway, stage.clock, stage.campaigns[name])


def _close(stage: Stage) -> None:
    closing.close_settled(stage.database, stage.clock)
