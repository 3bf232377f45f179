"""Reading learnings: the card of an experiment, the public list with its search."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from grantengine.errors import NotFoundError
from grantengine.learnings.lifecycle import LearningStatus, Result
from grantengine.learnings.models import Learning
from grantengine.programme.models import Experiment
from grantengine.programme.searching import words_of

# What went otherwise than hoped teaches most.
_RANKS = {Result.REJECTED: 0, Result.UNCLEAR: 1, Result.CONFIRMED: 2}


def learning_of(session: Session, experiment_id: str) -> Learning | None:
    """Find the card of an experiment, draft or published."""
    query = _select().where(Learning.experiment_id == experiment_id)
    return session.scalars(query).first()


def published_learning(session: Session, slug: str) -> Learning:
    """Find the published card of the experiment with this slug.

    Raises:
        NotFoundError: there is none, or it is still a draft.
    """
    query = _published().where(Experiment.slug == slug)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(kind="learning", slug=slug)
    return found


def learnings(
    session: Session,
    *,
    words: str | None = None,
    result: Result | None = None,
    region_code: str | None = None,
    after: str | None = None,
    limit: int = 24,
) -> Sequence[Learning]:
    """List published learnings, newest first.

    Args:
        session: any session.
        words: only with all of these words, anywhere in the card or the names of its places.
        result: only with this result.
        region_code: only of this region.
        after: id of the last learning of the page before; an unknown one begins anew.
        limit: at most this many.
    """
    query = _matching(words=words, result=result, region_code=region_code)
    last = session.get(Learning, after) if after else None
    if last is not None:
        query = query.where(_is_older(last))
    return _newest(session, query, limit)


def learnings_failures_first(
    session: Session,
    *,
    words: str | None = None,
    result: Result | None = None,
    region_code: str | None = None,
    after: str | None = None,
    limit: int = 24,
) -> Sequence[Learning]:
    """List published learnings, rejected hypotheses first, newest first among equals.

    Arguments as of `learnings`.
    """
    rank = sa.case(_RANKS, value=Learning.result)
    query = _matching(words=words, result=result, region_code=region_code)
    last = session.get(Learning, after) if after else None
    if last is not None:
        last_rank = _RANKS[Result(last.result or Result.UNCLEAR)]
        same_rank = sa.and_(rank == last_rank, _is_older(last))
        query = query.where(sa.or_(rank > last_rank, same_rank))
    return _newest(session, query.order_by(rank), limit)


def counts_by_result(session: Session) -> dict[Result, int]:
    """Count the published learnings by their result."""
    query = (
        sa.select(Learning.result, sa.func.count())
        .where(Learning.status == LearningStatus.PUBLISHED)
        .group_by(Learning.result)
    )
    found = {Result(result): count for result, count in session.execute(query) if result}
    return {result: found.get(result, 0) for result in Result}


def grown_from(session: Session, experiment_id: str) -> Sequence[Experiment]:
    """List the experiments that grew out of one, oldest first."""
    query = sa.select(Experiment).where(Experiment.parent_id == experiment_id)
    return session.scalars(query.order_by(Experiment.id)).all()


def _select() -> sa.Select[Learning]:
    experiment = contains_eager(Learning.experiment)
    query = sa.select(Learning).join(Learning.experiment)
    return query.options(
        experiment.joinedload(Experiment.organisation),
        experiment.joinedload(Experiment.region),
        experiment.joinedload(Experiment.municipality),
    )


def _published() -> sa.Select[Learning]:
    return _select().where(Learning.status == LearningStatus.PUBLISHED)


def _matching(
    *, words: str | None, result: Result | None, region_code: str | None
) -> sa.Select[Learning]:
    query = _published()
    for word in words_of(words):
        query = query.where(Learning.search_text.contains(word, autoescape=True))
    if result is not None:
        query = query.where(Learning.result == result)
    if region_code is not None:
        query = query.where(Experiment.region_code == region_code)
    return query


def _is_older(last: Learning) -> sa.ColumnElement[bool]:
    same_instant = sa.and_(Learning.published_at == last.published_at, Learning.id < last.id)
    return sa.or_(Learning.published_at < last.published_at, same_instant)


def _newest(session: Session, query: sa.Select[Learning], limit: int) -> Sequence[Learning]:
    newest = query.order_by(Learning.published_at.desc(), Learning.id.desc())
    return session.scalars(newest.limit(limit)).all()
