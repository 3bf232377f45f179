"""What an id in the ledger is about: words for people and the page that tells more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.campaigns.models import Campaign, Pledge
from grantengine.disbursements.models import Grant, Instalment
from grantengine.programme.models import Envelope, Experiment, Programme
from grantengine.web.i18n import current_language
from grantengine.web.names import name_in_language


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about; `path` is from the root of the site, None when nothing is shown."""

    title: str
    path: str | None
    language: str | None = None


def subjects(session: Session, ids: Iterable[str]) -> dict[str, Subject]:
    """Find what several ids are about, with one query for each kind of thing; ids of none are left out."""
    by_prefix: dict[str, list[str]] = {}
    for each in sorted(set(ids)):
        by_prefix.setdefault(each.split("_")[0], []).append(each)
    found: dict[str, Subject] = {}
    for prefix, wanted in by_prefix.items():
        if prefix in _NAMED:
            found |= _named(session, _NAMED[prefix], wanted)
        elif prefix in _QUERIES:
            query = _QUERIES[prefix](wanted)
            found |= {row[0]: _linked(*row[1:]) for row in session.execute(query)}
    return found


def _named(
    session: Session, kind: type[Programme | Envelope], ids: Sequence[str]
) -> dict[str, Subject]:
    rows = session.execute(sa.select(kind.id, kind.names).where(kind.id.in_(ids)))
    return {each: Subject(name_in_language(names), None) for each, names in rows}


def _linked(
    folder: str, slug: str, title: str, language: str, translations: dict[str, Any] | None = None
) -> Subject:
    translated = (translations or {}).get(current_language(), {}).get("title")
    path = f"/{folder}/{slug}"
    return Subject(translated, path) if translated else Subject(title, path, language)


def _campaigns(ids: Sequence[str]) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(Campaign.id, *_CAMPAIGN).where(Campaign.id.in_(ids))


def _pledges(ids: Sequence[str]) -> sa.Select[*tuple[Any, ...]]:
    # The campaign, and never the backer.
    return sa.select(Pledge.id, *_CAMPAIGN).join(Pledge.campaign).where(Pledge.id.in_(ids))


def _grants(ids: Sequence[str]) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(Grant.id, *_EXPERIMENT).join(Grant.experiment).where(Grant.id.in_(ids))


def _instalments(ids: Sequence[str]) -> sa.Select[*tuple[Any, ...]]:
    query = sa.select(Instalment.id, *_EXPERIMENT).join(Instalment.grant).join(Grant.experiment)
    return query.where(Instalment.id.in_(ids))


_CAMPAIGN = (
    sa.literal("campaigns"),
    Campaign.slug,
    Campaign.title,
    Campaign.language,
    Campaign.translations,
)
_EXPERIMENT = (sa.literal("experiments"), Experiment.slug, Experiment.title, Experiment.language)

_NAMED: dict[str, type[Programme | Envelope]] = {"prg": Programme, "env": Envelope}
_QUERIES = {"cmp": _campaigns, "plg": _pledges, "grt": _grants, "ins": _instalments}
