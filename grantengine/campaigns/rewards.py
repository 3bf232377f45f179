"""Rewards: chosen with a pledge, taken when it stands, back in stock when it no longer counts.

The stock is counted in one statement that the database refuses to take below nothing left, so it
is exact however many pledge at once, whatever else they have locked.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.campaigns.content_models import Reward
from grantengine.campaigns.errors import (
    RewardNotOfferedError,
    RewardPriceError,
    RewardSoldOutError,
)
from grantengine.campaigns.models import Pledge
from grantengine.loaded import Loaded
from grantengine.money import Money, decimal_string
from grantengine.often import Often

_REWARD = Loaded(Reward)
_OF = Often(
    sa.select(*_REWARD.columns)
    .where(Reward.campaign_id == sa.bindparam("campaign_id"))
    .order_by(Reward.price_cents, Reward.id)
)
_COUNT = Often(sa.select(sa.func.count()).where(Reward.campaign_id == sa.bindparam("campaign_id")))
_TAKE_ONE = (
    sa.update(Reward)
    .where(Reward.id == sa.bindparam("reward_id"))
    .where(Reward.stock.is_(None) | (Reward.taken < Reward.stock))
    .values(taken=Reward.taken + 1)
    .execution_options(synchronize_session=False)
)
_GIVE_ONE_BACK = (
    sa.update(Reward)
    .where(Reward.id == sa.bindparam("reward_id"))
    .values(taken=Reward.taken - 1)
    .execution_options(synchronize_session=False)
)


def rewards_of(session: Session, campaign_id: str) -> Sequence[Reward]:
    """List what a campaign sells, the cheapest first."""
    return _REWARD.found(session, _OF, {"campaign_id": campaign_id})


def reward_count(session: Session, campaign_id: str) -> int:
    """Count the rewards that a campaign sells, sold out or not."""
    ((count,),) = _COUNT.rows(session, {"campaign_id": campaign_id})
    return int(count)


def rewards_by_campaign(
    session: Session, campaign_ids: Sequence[str]
) -> dict[str, Sequence[Reward]]:
    """List what several campaigns sell, in one query; one that sells nothing has an empty list."""
    query = sa.select(Reward).where(Reward.campaign_id.in_(campaign_ids))
    found: dict[str, list[Reward]] = {each: [] for each in campaign_ids}
    for reward in session.scalars(query.order_by(Reward.price_cents, Reward.id)):
        found[reward.campaign_id].append(reward)
    return dict(found)


def ensure_offered(
    session: Session, reward_id: str | None, *, campaign_id: str, amount: Money
) -> None:
    """Let a pledge be written down that can have its reward, or wants none.

    Raises:
        RewardNotOfferedError: the campaign has no such reward.
        RewardPriceError: the pledge is less than the price.
        RewardSoldOutError: none is left.
    """
    if reward_id is None:
        return
    reward = session.get(Reward, reward_id, populate_existing=True)
    if reward is None or reward.campaign_id != campaign_id:
        raise RewardNotOfferedError(reward=reward_id)
    _ensure_pays(reward, amount)
    if reward.left == 0:
        raise RewardSoldOutError(reward=reward_id)


def take(session: Session, pledge: Pledge) -> None:
    """Take the reward of a pledge that is about to stand out of the stock.

    Raises:
        RewardPriceError: the pledge is less than the price.
        RewardSoldOutError: others took the last one meanwhile.
    """
    if pledge.reward_id is None:
        return
    _ensure_pays(session.get_one(Reward, pledge.reward_id), pledge.amount)
    if not _is_one_taken(session, pledge.reward_id):
        raise RewardSoldOutError(reward=pledge.reward_id)


def give_back(session: Session, pledge: Pledge) -> None:
    """Put the reward of a pledge that no longer counts back into stock."""
    if pledge.reward_id is not None:
        session.execute(_GIVE_ONE_BACK, {"reward_id": pledge.reward_id})


def take_again(session: Session, pledge: Pledge) -> None:
    """Take the reward of a pledge that counts again; it stays without when none is left."""
    if pledge.reward_id is not None and not _is_one_taken(session, pledge.reward_id):
        pledge.reward_id = None


def _ensure_pays(reward: Reward, amount: Money) -> None:
    if amount < reward.price:
        raise RewardPriceError(reward=reward.id, price=decimal_string(reward.price))


def _is_one_taken(session: Session, reward_id: str) -> bool:
    taken = session.execute(_TAKE_ONE, {"reward_id": reward_id})
    return bool(taken.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts rows
