"""How money that arrived, disputes and payouts are spoken of."""

from grantengine.campaigns.lifecycle import DisputeStatus, PayoutStatus, TransferDoubt
from grantengine.web.i18n import LazyText, lazy

DOUBTS: dict[TransferDoubt, LazyText] = {
    TransferDoubt.UNKNOWN_REFERENCE: lazy("No pledge has this reference"),
    TransferDoubt.WRONG_AMOUNT: lazy("Another amount than was pledged"),
    TransferDoubt.PAID_TWICE: lazy("This pledge was paid before"),
    TransferDoubt.TOO_LATE: lazy("The campaign takes nothing any more"),
}
DISPUTE_STATUSES: dict[DisputeStatus, LazyText] = {
    DisputeStatus.OPEN: lazy("The bank has not decided"),
    DisputeStatus.WON: lazy("Won"),
    DisputeStatus.LOST: lazy("Lost"),
}
PAYOUT_STATUSES: dict[PayoutStatus, LazyText] = {
    PayoutStatus.PREPARED: lazy("To be ordered"),
    PayoutStatus.ON_ITS_WAY: lazy("On its way to the bank"),
    PayoutStatus.PAID: lazy("At the bank"),
    PayoutStatus.FAILED: lazy("Sent back by the bank"),
}
