"""How the entries of the ledger are spoken of, and the stages of public money."""

from grantengine.programme.chart import Stage
from grantengine.web.i18n import LazyText, lazy

KINDS: dict[str, LazyText] = {
    "appropriated": lazy("Parliament appropriated the money"),
    "allotted": lazy("An envelope got its part"),
    "funding_received": lazy("A funder paid into its envelope"),
    "funding_returned": lazy("Unspent money went back to its funder"),
    "awarded": lazy("A grant was decided"),
    "pledge_made": lazy("Somebody pledged"),
    "pledge_collected": lazy("A pledge was charged"),
    "match_awarded": lazy("A campaign was matched at its close"),
    "pot_set_aside": lazy("Money was set aside for a match pot"),
    "pot_contributed": lazy("A funder added to a match pot"),
    "campaign_settled": lazy("A campaign reached its goal"),
    "payment_released": lazy("A payment was released"),
    "payment_confirmed": lazy("The bank confirmed a payment"),
}

REVERSED_KINDS: dict[str, LazyText] = {
    "pledge_made": lazy("A pledge was taken back"),
    "payment_released": lazy("The bank returned a payment"),
}

STAGE_MEANINGS: dict[Stage, LazyText] = {
    Stage.AVAILABLE: lazy("free to promise"),
    Stage.RESERVED: lazy("promised on a condition"),
    Stage.COMMITTED: lazy("decided"),
    Stage.IN_PAYMENT: lazy("on its way through the bank"),
    Stage.PAID: lazy("the bank says it has gone"),
    Stage.RECOVERED: lazy("paid back"),
}

_OTHER = lazy("An entry was made")
_REVERSED = lazy("An entry was taken back")
_SUFFIX = "_reversed"


def kind_in_words(kind: str) -> LazyText:
    """Say what an entry of this kind tells; a reversal says that something was taken back."""
    if kind.endswith(_SUFFIX):
        return REVERSED_KINDS.get(kind.removesuffix(_SUFFIX), _REVERSED)
    return KINDS.get(kind, _OTHER)
