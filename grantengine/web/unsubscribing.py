"""The signed address in a letter that ends its kind: who holds the letter needs no password."""

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from grantengine.campaigns.models import Campaign
from grantengine.errors import NotFoundError
from grantengine.settings import Settings
from grantengine.web.runtime import runtime


def stop_address(settings: Settings, language: str, campaign_id: str, backer: str) -> str:
    """Give the address at which a backer ends the updates of a campaign."""
    token = _serializer(settings).dumps([campaign_id, backer])
    return f"{settings.public_url.rstrip('/')}/{language}/updates/stop/{token}"


def meant_by(session: Session, token: str) -> tuple[Campaign, str]:
    """Read which campaign and backer an address means.

    Raises:
        NotFoundError: the address is none of ours.
    """
    try:
        campaign_id, backer = _serializer(runtime().settings).loads(token)
    except BadSignature:
        raise NotFoundError(kind="subscription") from None
    return session.get_one(Campaign, campaign_id), backer


def _serializer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key.get_secret_value(), salt="updates")
