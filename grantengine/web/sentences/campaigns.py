"""What the refusals of `campaigns` say to people: code, status, sentence."""

from grantengine.web.i18n import LazyText, lazy

SENTENCES: dict[str, tuple[int, LazyText]] = {
    "campaigns_error": (500, lazy("Something went wrong here. Nothing was half-done.")),
    "campaign_hidden": (
        409,
        lazy("Nobody sees this campaign yet. Open it first; then there are people to tell."),
    ),
    "campaign_not_open": (
        409,
        lazy("This campaign does not take pledges now. Nothing was charged or promised."),
    ),
    "campaign_not_ended": (409, lazy("The campaign has not ended yet.")),
    "campaign_terms": (422, lazy("The campaign cannot be opened like this.")),
    "collection_ceiling": (
        409,
        lazy("This collection may take %(left)s euros more and not a cent over. Pledge less."),
    ),
    "pledge_amount": (422, lazy("Pledge at least 1 euro and at most 20 000 euros.")),
    "reward_not_offered": (422, lazy("This campaign has no such reward. Choose one of its own.")),
    "reward_price": (
        422,
        lazy("This reward costs %(price)s euros. Pledge at least that much, or choose none."),
    ),
    "reward_sold_out": (
        409,
        lazy("The last piece of this reward has just gone. Nothing was charged; choose another."),
    ),
    "pledge_key_reused": (
        409,
        lazy("This form was sent before with other content. Open the page again and pledge anew."),
    ),
    "pledge_not_withdrawable": (
        409,
        lazy("This pledge can no longer be withdrawn: the campaign has ended."),
    ),
    "pledge_not_changeable": (
        409,
        lazy(
            "This pledge can no longer be changed like that: it is paid, or the campaign has ended."
        ),
    ),
    "card_declined": (
        402,
        lazy("The card was not accepted. Nothing was promised; try another card."),
    ),
    "gateway_unavailable": (
        503,
        lazy("The payment provider does not answer. Nothing was promised; try again."),
    ),
    "gateway_refused": (
        502,
        lazy("The payment provider refuses us. Nothing was promised, and somebody will look."),
    ),
    "refund_not_possible": (
        409,
        lazy("So much cannot be given back: at most %(left)s euros of this pledge are still held."),
    ),
    "refund_refused": (409, lazy("The payment provider does not give it back: %(reason)s.")),
    "invoice_too_late": (
        409,
        lazy("The campaign ends too soon for an invoice to be paid. Pledge with a card instead."),
    ),
    "refund_request_answered": (409, lazy("Somebody has answered this request before.")),
    "transfer_not_split": (
        422,
        lazy(
            "This money cannot be taken apart like that: each part is more than zero, and something"
            " of %(amount)s euros remains."
        ),
    ),
    "transfer_handled": (409, lazy("Somebody has dealt with this money before.")),
    "transfer_not_pledged": (
        409,
        lazy("This money cannot become that pledge: the pledge is paid, or charged by card only."),
    ),
    "forged_event": (400, lazy("This was not signed by the payment provider.")),
    "match_terms": (422, lazy("The match rule cannot be followed: %(field)s.")),
}
