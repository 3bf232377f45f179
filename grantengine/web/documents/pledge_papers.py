"""The papers of a pledge: a receipt for its backer, an invoice for a company; as PDF."""

from collections.abc import Sequence
from dataclasses import dataclass

from grantengine.campaigns.lifecycle import COUNTED, ONCE_PAID, CampaignKind, PledgeStatus
from grantengine.campaigns.managing_models import Invoice
from grantengine.campaigns.models import Campaign, Charge, Pledge
from grantengine.money import Money
from grantengine.web.documents.rendering import render_pdf
from grantengine.web.formatting import day, instant, money, rate
from grantengine.web.i18n import _
from grantengine.web.labels.campaigns import PLEDGE_STATUSES, legal_line
from grantengine.web.transfer_page import Slip


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says, in the present language.

    Attributes:
        number: that of the pledge.
        is_paid: whether it is a receipt of money, or a confirmation of a promise.
        title: which of the two it is.
        said: whether money has moved, in a sentence.
        facts: lines of words.
        sums: lines of money.
        remarks: what is said of fees, tax and the match.
    """

    number: str
    is_paid: bool
    title: str
    said: str
    facts: Sequence[tuple[str, str]]
    sums: Sequence[tuple[str, Money]]
    remarks: Sequence[str]


def has_receipt(pledge: Pledge) -> bool:
    """Tell whether a pledge has ever stood, so that there is something to confirm."""
    return pledge.entry_id is not None


def receipt_of(pledge: Pledge, charge: Charge | None, *, language: str) -> Receipt:
    """Write the receipt of a pledge; `charge` is the one that succeeded, if a card was charged."""
    campaign = pledge.campaign
    is_paid = pledge.status in ONCE_PAID
    sums = [(_("The pledge"), pledge.amount)]
    if pledge.returned:
        sums += [
            (_("Given back"), pledge.returned),
            (_("Paid in the end"), pledge.amount - pledge.returned),
        ]
    if pledge.matches:
        sums.append((_("Match"), pledge.counted_match))
    return Receipt(
        number=pledge.id,
        is_paid=is_paid,
        title=_("Receipt") if is_paid else _("Confirmation of a pledge"),
        said=_said(pledge, is_paid=is_paid),
        facts=_facts(pledge, charge, campaign, language),
        sums=sums,
        remarks=[*_remarks(pledge, charge), *_tax(pledge, language)],
    )


def receipt_pdf(receipt: Receipt, *, language: str, author: str) -> bytes:
    """Set a receipt; the bytes depend on the arguments alone."""
    return render_pdf(
        "documents/pledge/receipt.html",
        language=language,
        title=f"{receipt.title} {receipt.number}",
        identifier=f"receipt {receipt!r}",
        author=author,
        receipt=receipt,
    )


def invoice_pdf(invoice: Invoice, pledge: Pledge, slip: Slip, *, language: str) -> bytes:
    """Set the invoice of a pledge whose campaign has been loaded."""
    campaign = pledge.campaign
    return render_pdf(
        "documents/pledge/invoice.html",
        language=language,
        title=f"{_('Invoice')} {invoice.number}",
        identifier=f"invoice {invoice.number} {language}",
        author=slip.name,
        created=invoice.issued_on,
        invoice=invoice,
        slip=slip,
        amount=pledge.amount,
        campaign_title=campaign.text("title", language),
        organisation=campaign.experiment.organisation.name,
        deadline_at=campaign.deadline_at,
        gives_back=campaign.kind == CampaignKind.ALL_OR_NOTHING,
        legal_number=legal_line(campaign),
        lines=[(each, "") for each in _tax(pledge, language)],
    )


def _said(pledge: Pledge, *, is_paid: bool) -> str:
    if is_paid and pledge.status not in COUNTED:
        return str(PLEDGE_STATUSES[PledgeStatus(pledge.status)]) + "."
    if is_paid:
        return _("The money has been received. Thank you.")
    if pledge.status in COUNTED:
        return _("This is a promise: nothing has been charged yet.")
    return str(PLEDGE_STATUSES[PledgeStatus(pledge.status)]) + "."


def _facts(
    pledge: Pledge, charge: Charge | None, campaign: Campaign, language: str
) -> list[tuple[str, str]]:
    is_by_transfer = pledge.transfer_reference is not None
    facts = [
        (_("Campaign"), campaign.text("title", language)),
        (_("Experimenter"), campaign.experiment.organisation.name),
        (_("Backer"), " · ".join(filter(None, (pledge.name, pledge.email)))),
        (_("Pledged on"), instant(pledge.made_at)),
    ]
    if charge is not None and charge.finished_at is not None:
        facts.append((_("Charged on"), instant(charge.finished_at)))
    facts.append((_("How you pay"), _("By bank transfer") if is_by_transfer else _("With a card")))
    facts.append((_("Number of the pledge"), pledge.id))
    legal = legal_line(campaign)
    if legal:
        facts.append((legal.partition(": ")[0], legal.partition(": ")[2]))
    return facts


def _remarks(pledge: Pledge, charge: Charge | None) -> list[str]:
    remarks = []
    if charge is not None and charge.fee_cents:
        remarks.append(
            _(
                "The payment provider kept %(fee)s of it. Nothing was added to what you pay.",
                fee=money(Money(charge.fee_cents)),
            )
        )
    if pledge.matches and pledge.status in COUNTED:
        remarks.append(
            _("The match is public money that your pledge drew to the experiment, none of yours.")
        )
    return remarks


def _tax(pledge: Pledge, language: str) -> list[str]:
    reward = pledge.reward
    if reward is None:
        return [_("Nothing is given in return, so there is no value added tax.")]
    facts = {
        "reward": reward.text("title", language),
        "price": money(reward.price),
        "seller": pledge.campaign.experiment.organisation.name,
        "day": day(reward.delivered_on),
    }
    if not reward.vat_rate_bps:
        return [
            _(
                "For it: %(reward)s, %(price)s without value added tax, sold by %(seller)s,"
                " with you by %(day)s.",
                **facts,
            )
        ]
    return [
        _(
            "For it: %(reward)s, %(price)s, of which value added tax %(rate)s is %(vat)s, sold by"
            " %(seller)s, with you by %(day)s.",
            rate=rate(reward.vat_rate_bps),
            vat=money(reward.vat),
            **facts,
        )
    ]
