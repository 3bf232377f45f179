"""How much of a price is value added tax."""

import pytest

from grantengine.campaigns.vat import VAT_RATES_BPS, vat_within
from grantengine.money import eur


@pytest.mark.parametrize(
    ("price", "rate_bps", "vat"),
    [
        ("125.50", 2550, "25.50"),
        ("50", 2550, "10.16"),
        ("50", 1350, "5.95"),
        ("11", 1000, "1"),
        ("50", 0, "0"),
        ("0.01", 2550, "0"),
    ],
)
def test_price_holds_its_tax(price, rate_bps, vat):
    assert vat_within(eur(price), rate_bps=rate_bps) == eur(vat)


@pytest.mark.parametrize("rate_bps", VAT_RATES_BPS)
def test_tax_on_what_is_left_gives_the_tax_within_half_a_cent(rate_bps):
    for cents in range(1, 2000):
        vat = vat_within(eur("0.01") * cents, rate_bps=rate_bps)

        # Exactly: vat = net * rate, so twice the difference in ten-thousandths is within a cent.
        net = cents - vat.cents
        assert abs(2 * (vat.cents * 10_000 - net * rate_bps)) <= 10_000 + rate_bps
