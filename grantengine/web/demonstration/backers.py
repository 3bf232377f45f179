"""What backers do besides pledging by card: ask for an invoice, change a pledge, want money back."""

from collections.abc import Iterator
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.campaigns import changing, invoices, refund_requests
from grantengine.campaigns.changing import NewTerms
from grantengine.campaigns.invoices import Company
from grantengine.campaigns.models import Pledge
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.disbursements.numbering import next_number
from grantengine.money import eur
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.campaigns import pledge_key
from grantengine.web.demonstration.sources import Facts, read
from grantengine.web.demonstration.stage import Stage


def acts(stage: Stage) -> Iterator[Act]:
    """Tell of an invoice that waits for its payment, a changed pledge, a request unanswered."""
    facts = read("backers")
    for number, row in enumerate(facts["invoices"]):
        yield Act(stage.moment(row["days"], 14), partial(_ask_for_invoice, row, number))
    for row in facts["changes"]:
        yield Act(stage.moment(row["days"], 19), partial(_change, row))
    for row in facts["refund_requests"]:
        yield Act(stage.moment(row["days"], 8), partial(_ask_for_refund, row))


def _ask_for_invoice(row: Facts, number: int, stage: Stage) -> None:
    request = PledgeRequest(
        campaign_id=stage.campaigns[row["campaign"]],
        key=f"demonstration-invoice-{number}",
        amount=eur(row["amount"]),
        email=row["email"],
        language=row["language"],
        name=row["company"],
        is_name_shown=True,
        message=row["message"],
    )
    company = Company(row["company"], row["business_id"], row["address"], row["order"])
    with stage.transaction() as session:
        invoices.ask_for_invoice(
            session,
            request,
            company,
            take_number=lambda: next_number(session, f"invoice/{stage.year}"),
            now=stage.now(),
        )


def _change(row: Facts, stage: Stage) -> None:
    with stage.transaction() as session:
        pledge = _pledge(session, row)
        wanted = NewTerms(
            amount=eur(row["amount"]),
            name=pledge.name,
            is_name_shown=pledge.is_name_shown,
            message=pledge.message,
            reward_id=pledge.reward_id,
        )
        changing.change_pledge(session, pledge.id, wanted, now=stage.now())


def _ask_for_refund(row: Facts, stage: Stage) -> None:
    with stage.transaction() as session:
        refund_requests.ask_for_refund(
            session, _pledge(session, row).id, reason=row["reason"], iban=None, now=stage.now()
        )


def _pledge(session: Session, row: Facts) -> Pledge:
    key = pledge_key(row["campaign"], row["pledge"])
    return session.scalars(sa.select(Pledge).where(Pledge.key == key)).one()
