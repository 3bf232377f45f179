"""The sentences of an experiment's thread: what happened, by the kind of thing and its status."""

from grantengine.web.i18n import LazyText, lazy

# By the prefix of the id and the status that was reached; what is not here is not told.
EVENTS: dict[tuple[str, str], LazyText] = {
    ("exp", "proposed"): lazy("The idea was proposed"),
    ("exp", "running"): lazy("The experiment began"),
    ("exp", "learned"): lazy("The learning was published"),
    ("exp", "cancelled"): lazy("The experiment was called off"),
    ("cmp", "open"): lazy("A campaign opened for backers"),
    ("cmp", "funded"): lazy("The campaign reached its goal"),
    ("cmp", "settled"): lazy("The campaign was settled: what could be charged was"),
    ("cmp", "failed"): lazy("The campaign ended short of its goal; nobody was charged"),
    ("ins", "open"): lazy("The learning opened the last instalment"),
    ("ins", "in_payment"): lazy("An instalment was sent to the bank"),
    ("ins", "paid"): lazy("An instalment was paid"),
}

# The station of money that a knot of the thread stands for.
STATIONS: dict[tuple[str, str], str] = {
    ("cmp", "funded"): "matched",
    ("ins", "in_payment"): "in_payment",
    ("ins", "paid"): "paid",
}

AWARDED = lazy("A grant was decided")
COLLECTED = lazy("Money from backers was bound to the experiment")

INSTALMENT_STATUSES: dict[str, LazyText] = {
    "waiting": lazy("Opens when the learning is published"),
    "open": lazy("May be paid"),
    "batched": lazy("Being prepared"),
    "in_payment": lazy("In payment"),
    "paid": lazy("Paid out"),
}

CAMPAIGN_STATUSES: dict[str, LazyText] = {
    "draft": lazy("Being prepared"),
    "checked": lazy("Checked, not open yet"),
    "open": lazy("Open"),
    "settling": lazy("Being settled"),
    "funded": lazy("Funded"),
    "failed": lazy("Ended short of its goal"),
}
