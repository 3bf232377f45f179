"""What is to be delivered: the rewards of pledges that were charged, for the campaign's own team."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grantengine.campaigns.content_models import Reward
from grantengine.campaigns.lifecycle import PledgeStatus
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.team import ensure_team
from grantengine.programme.models import Person


def deliveries_of(session: Session, campaign: Campaign, *, person: Person) -> Sequence[Pledge]:
    """List the charged pledges that hold a reward, reward by reward, in the order of pledging.

    Raises:
        NotAllowedError: the person does not speak for the campaign.
    """
    ensure_team(campaign, person)
    query = (
        sa.select(Pledge)
        .join(Pledge.reward)
        .options(joinedload(Pledge.reward))
        .where(Pledge.campaign_id == campaign.id, Pledge.status == PledgeStatus.COLLECTED)
    )
    return session.scalars(query.order_by(Reward.delivered_on, Reward.id, Pledge.id)).all()
