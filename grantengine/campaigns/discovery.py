"""Finding campaigns: by words, region, goal, size and state, with how many there are of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from grantengine import writing
from grantengine.campaigns.lifecycle import HIDDEN, CampaignStatus
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.search_models import STEMMING, CampaignWords
from grantengine.programme.lifecycle import Tier
from grantengine.programme.models import Experiment, Goal, experiment_goals
from grantengine.programme.searching import folded, words_of

_TEXTS = ("title", "summary", "story")
_LEXEME = re.compile(r"[^\W_]+")
# An ended campaign is found by its result.
_RESULT = sa.func.coalesce(Campaign.outcome, Campaign.status)


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; what is empty filters nothing.

    Attributes:
        words: each must be found, in any language of the campaign.
        region_code, goal_code, tier: of the campaign's experiment.
        statuses: any of these; drafts are never found.
    """

    words: str = ""
    region_code: str | None = None
    goal_code: str | None = None
    tier: Tier | None = None
    statuses: Sequence[CampaignStatus] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many campaigns each choice would find, the other choices standing as they are."""

    by_region: dict[str, int]
    by_goal: dict[str, int]
    by_tier: dict[Tier, int]
    by_status: dict[CampaignStatus, int]

    @property
    def found(self) -> int:
        """How many there are in all states."""
        return sum(self.by_status.values())


def campaigns_found(
    session: Session, search: Search, *, after: str | None = None, limit: int
) -> Sequence[Campaign]:
    """List the campaigns that a search finds, newest first, with what their cards show.

    Args:
        session: any session.
        search: what is looked for.
        after: id of the last campaign of the page before.
        limit: at most this many.
    """
    experiment = contains_eager(Campaign.experiment)
    query = _matching(session, sa.select(Campaign), search).options(
        experiment.joinedload(Experiment.organisation),
        experiment.joinedload(Experiment.region),
        experiment.joinedload(Experiment.municipality),
    )
    if after is not None:
        query = query.where(Campaign.id < after)
    return session.scalars(query.order_by(Campaign.id.desc()).limit(limit)).all()


def counts(session: Session, search: Search) -> Counts:
    """Count what each choice of each filter would find, in one query a filter."""
    by_goal = sa.select(Goal.code).select_from(Campaign)
    return Counts(
        by_region=_counted(
            session, sa.select(Experiment.region_code), replace(search, region_code=None)
        ),
        by_goal=_counted(session, by_goal, replace(search, goal_code=None), is_by_goal=True),
        by_tier={
            Tier(tier): count
            for tier, count in _counted(
                session, sa.select(Experiment.tier), replace(search, tier=None)
            ).items()
        },
        by_status={
            CampaignStatus(status): count
            for status, count in _counted(
                session, sa.select(_RESULT), replace(search, statuses=())
            ).items()
        },
    )


def keep_first_words(session: Session, campaign: Campaign) -> None:
    """Keep the words that a new campaign is found by."""
    writing.put(session, _words_of(campaign))


def keep_words(session: Session, campaign: Campaign) -> None:
    """Keep the words that a campaign is found by; called whenever its texts change."""
    session.merge(_words_of(campaign))


def _words_of(campaign: Campaign) -> CampaignWords:
    experiment = campaign.experiment
    languages = {campaign.language, *campaign.translations}
    texts = {
        name: [campaign.text(name, language) for language in sorted(languages)] for name in _TEXTS
    }
    places = [place.names for place in (experiment.region, experiment.municipality) if place]
    named = [experiment.organisation.name, *(name for names in places for name in names.values())]
    return CampaignWords(
        campaign_id=campaign.id,
        headline=folded([*texts["title"], *texts["summary"]]),
        text=folded([*texts["title"], *texts["summary"], *texts["story"], *named]),
    )


def _matching(session: Session, query: sa.Select[Any], search: Search) -> sa.Select[Any]:
    query = query.join(Campaign.experiment).where(Campaign.status.not_in(HIDDEN))
    if search.statuses:
        query = query.where(_RESULT.in_(search.statuses))
    if search.region_code:
        query = query.where(Experiment.region_code == search.region_code)
    if search.tier:
        query = query.where(Experiment.tier == search.tier)
    if search.goal_code:
        serving = (
            sa.select(experiment_goals.c.experiment_id)
            .join(Goal, Goal.id == experiment_goals.c.goal_id)
            .where(Goal.code == search.goal_code)
        )
        query = query.where(Experiment.id.in_(serving))
    words = words_of(search.words)
    return query.where(Campaign.id.in_(_worded(session, words))) if words else query


def _worded(session: Session, words: list[str]) -> sa.SelectBase:
    """Choose the ids of campaigns with all the words.

    PostgreSQL knows the words by their Finnish stems, so that "leipomossa" finds "leipomo";
    parts of compounds are looked for in titles and summaries. SQLite looks for parts everywhere.
    """
    if session.get_bind().dialect.name != "postgresql":
        return _holding(CampaignWords.text, words)
    lexemes = [lexeme for word in words for lexeme in _LEXEME.findall(word)]
    if not lexemes:
        return _holding(CampaignWords.headline, words)
    asked = sa.func.to_tsquery(STEMMING, " & ".join(f"{lexeme}:*" for lexeme in lexemes))
    stems = sa.func.to_tsvector(STEMMING, CampaignWords.text)
    by_stem = sa.select(CampaignWords.campaign_id).where(stems.op("@@")(asked))
    # Two searches with an index each, where one OR of both would have none.
    return by_stem.union(_holding(CampaignWords.headline, words))


def _holding(column: Any, words: list[str]) -> sa.Select[Any]:
    held = [column.contains(word, autoescape=True) for word in words]
    return sa.select(CampaignWords.campaign_id).where(*held)


def _counted(
    session: Session, query: sa.Select[Any], search: Search, *, is_by_goal: bool = False
) -> dict[Any, int]:
    by = query.selected_columns[0]
    query = query.add_columns(sa.func.count(Campaign.id.distinct())).select_from(Campaign)
    query = _matching(session, query, search)
    if is_by_goal:
        of_experiment = experiment_goals.c.experiment_id == Experiment.id
        query = query.join(experiment_goals, of_experiment)
        query = query.join(Goal, Goal.id == experiment_goals.c.goal_id)
    rows = session.execute(query.where(by.is_not(None)).group_by(by))
    return {row[0]: row[1] for row in rows}
