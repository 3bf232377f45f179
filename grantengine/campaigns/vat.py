"""Value added tax: which rates there are, and how much of a price it is."""

from typing import Final

from grantengine.money import Money

# Finland's rates in basis points from 1 January 2026 (Arvonlisäverolaki 1501/1993, sections 84,
# 85 and 85 a); zero is for a seller below the limit or outside the tax.
VAT_RATES_BPS: Final = (2550, 1350, 1000, 0)


def vat_within(price: Money, *, rate_bps: int) -> Money:
    """Tell what of a price is the tax, when the price includes it; half a cent goes up."""
    whole_bps = 10_000 + rate_bps
    return Money((2 * price.cents * rate_bps + whole_bps) // (2 * whole_bps), price.currency)
