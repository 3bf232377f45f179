"""How money that arrived, disputes and payouts are spoken of."""

from grantengine.campaigns.lifecycle import PayoutStatus, TransferDoubt
from grantengine.web.i18n import LazyText, lazy

DOUBTS: dict[TransferDoubt, LazyText] = {
    TransferDoubt.UNKNOWN_REFERENCE: lazy("No pledge has this reference"),
    TransferDoubt.WRONG_AMOUNT: lazy("Another amount than was pledged"),
    TransferDoubt.PAID_TWICE: lazy("This pledge was paid before"),
    TransferDoubt.NOT_AWAITED: lazy("The pledge was withdrawn or has lapsed"),
    TransferDoubt.CAMPAIGN_FAILED: lazy("The campaign failed, so it is to go back"),
    TransferDoubt.SPLIT_OFF: lazy("A part of what arrived"),
    TransferDoubt.TOO_LATE: lazy("The campaign takes nothing any more"),
    TransferDoubt.SOLD_OUT: lazy("The reward of this pledge is sold out"),
}
# By the codes of card schemes, as Stripe names them; another code is shown as it is.
DISPUTE_REASONS: dict[str, LazyText] = {
    "fraudulent": lazy("The card was used without its holder"),
    "unrecognized": lazy("The holder does not recognise the charge"),
    "duplicate": lazy("Charged twice"),
    "product_not_received": lazy("Nothing came for it"),
    "product_unacceptable": lazy("What came was not what was promised"),
    "credit_not_processed": lazy("A refund was promised and did not come"),
    "general": lazy("No reason was given"),
}
PAYOUT_STATUSES: dict[PayoutStatus, LazyText] = {
    PayoutStatus.PREPARED: lazy("To be ordered"),
    PayoutStatus.ON_ITS_WAY: lazy("On its way to the bank"),
    PayoutStatus.PAID: lazy("At the bank"),
    PayoutStatus.FAILED: lazy("Sent back by the bank"),
}
