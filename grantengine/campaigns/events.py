"""What campaigns tell the packages above them."""

from dataclasses import dataclass
from datetime import date

from grantengine.events import DomainEvent
from grantengine.money import Money


@dataclass(frozen=True, slots=True)
class CampaignSettled(DomainEvent):
    """A campaign has ended and every charge of it is done; recorded in that transaction.

    Attributes:
        campaign_id: which campaign.
        experiment_id: of which experiment.
        organisation_id: whose experiment it is.
        funded: whether the money goes to the experiment; else both amounts are zero.
        private_net: what backers paid less the provider's fees, now owed to the payee.
        matched: what the match envelope has committed to it.
        payee_name: who is paid.
        payee_iban: where.
        settled_on: Finland's date.
    """

    campaign_id: str
    experiment_id: str
    organisation_id: str
    funded: bool
    private_net: Money
    matched: Money
    payee_name: str
    payee_iban: str
    settled_on: date


@dataclass(frozen=True, slots=True)
class MoneyReturned(DomainEvent):
    """Of a settled campaign money went back to a backer; recorded in that transaction.

    Attributes:
        campaign_id: which campaign.
        private: how much less of the backers' money there is to pay out.
        matched: how much less of the match.
        returned_on: Finland's date.
    """

    campaign_id: str
    private: Money
    matched: Money
    returned_on: date
