"""Every booking of the programme, as a textbook of accounting would have it.

One programme of EUR 2,000,000; one grant (`grt`) of EUR 5,000; one campaign (`cmp`) of which the
match doubles what backers give; one pot of a funder (`rotary`), one envelope of another (`oulu`).
Dr is debited, Cr is credited.
docs/money-flows.md tells what each account holds.
"""

import pytest

from grantengine.campaigns import bookings as campaigns
from grantengine.campaigns.bookings import Taken
from grantengine.disbursements import bookings as disbursements
from grantengine.disbursements.bookings import AwardFacts, PaymentFacts
from grantengine.ledger.accounts import Fund
from grantengine.ledger.entries import Transfer
from grantengine.ledger.errors import CrossingError, OverdraftError
from grantengine.money import eur
from grantengine.programme import bookings as programme
from grantengine.programme.chart import Stage
from tests.support.ledger import TODAY, an_entry
from tests.support.textbook import Books, lines

POT = "budget:match:available"


@pytest.fixture
def books(database):
    """The books of a programme whose small and match envelopes have EUR 500,000 each."""
    made = Books(database)
    made.book(appropriated())
    for envelope in ("small", "match"):
        made.book(allotted(envelope))
    yield made
    made.close()


def appropriated():
    return programme.appropriated(programme_id="prg", amount=eur("2000000"), on=TODAY)


def allotted(envelope):
    return programme.allotted(
        envelope_id=f"env_{envelope}", envelope=envelope, amount=eur("500000"), on=TODAY
    )


def awarded():
    return disbursements.awarded(grant_id="grt", envelope="small", amount=eur("5000"), on=TODAY)


def public_payment(amount, *, envelope="small", subject="grt"):
    return PaymentFacts(
        payment_id=f"pay_{subject}",
        instalment_id=f"ins_{subject}",
        fund=Fund.PUBLIC,
        subject=subject,
        envelope=envelope,
        ledger_account="82300",
        amount=eur(amount),
    )


def private_payment(amount):
    return PaymentFacts(
        payment_id="pay_private",
        instalment_id="ins_private",
        fund=Fund.PRIVATE,
        subject="cmp",
        envelope="",
        ledger_account="",
        amount=eur(amount),
    )


def pledge_made(pledge, amount, matched):
    matches = [(POT, eur(matched))] if matched else []
    return campaigns.pledge_made(
        pledge_id=pledge, campaign_id="cmp", amount=eur(amount), matches=matches, on=TODAY
    )


def pledge_collected(pledge, amount, fee):
    return campaigns.pledge_collected(
        pledge_id=pledge,
        campaign_id="cmp",
        gateway="sandbox",
        amount=eur(amount),
        fee=eur(fee),
        on=TODAY,
    )


def campaign_settled(matched):
    return campaigns.campaign_settled(campaign_id="cmp", matched=eur(matched), on=TODAY)


def paid_to_bank(amount):
    return campaigns.paid_to_bank(payout_id="po", gateway="sandbox", amount=eur(amount), on=TODAY)


def money_returned(amount, *, held, provided):
    taken = Taken("sandbox", eur(amount), held=eur(held), provided=eur(provided))
    return campaigns.money_returned(cause_id="ref", campaign_id="cmp", taken=taken, on=TODAY)


def collect(books):
    """Bring EUR 100 of backers to the campaign, matched by 90; the provider keeps 1.90."""
    books.book(pledge_made("plg_1", "60", "50"))
    books.book(pledge_made("plg_2", "40", "40"))
    books.book(pledge_collected("plg_1", "60", "1.09"))
    books.book(pledge_collected("plg_2", "40", "0.81"))


def pay_out(books):
    """Settle the campaign and pay its backers' money to the experiment."""
    books.book(campaign_settled("90"))
    books.book(paid_to_bank("98.10"))
    books.book(disbursements.payment_released(private_payment("98.10"), on=TODAY))
    books.book(disbursements.payment_confirmed(private_payment("98.10"), on=TODAY))


# Public money


def test_an_appropriation_is_a_right_to_spend_and_the_money_for_it(database):
    books = Books(database)

    assert books.book(appropriated()) == lines("""
        Dr  budget:appropriation        2,000,000.00
        Cr      budget:unallotted                       2,000,000.00
        Dr  cash:treasury               2,000,000.00
        Cr      cash:state                              2,000,000.00
    """)
    assert books.book(allotted("small")) == lines("""
        Dr  budget:unallotted             500,000.00
        Cr      budget:small:available                    500,000.00
    """)


def test_a_decision_binds_money_of_an_envelope_to_a_grant(books):
    assert books.book(awarded()) == lines("""
        Dr  budget:small:available          5,000.00
        Cr      budget:small:committed:grt                  5,000.00
    """)


def test_an_award_that_waits_for_the_crowd_is_reserved_then_committed_or_changed(books):
    facts = AwardFacts(grant_id="grt", envelope="small", amount=eur("5000"))

    assert books.book(disbursements.award_reserved(facts, on=TODAY)) == lines("""
        Dr  budget:small:available          5,000.00
        Cr      budget:small:reserved:grt                   5,000.00
    """)
    assert books.book(disbursements.award_confirmed(facts, on=TODAY)) == lines("""
        Dr  budget:small:reserved:grt       5,000.00
        Cr      budget:small:committed:grt                  5,000.00
    """)
    less = {"stage": Stage.COMMITTED, "difference": eur("-200"), "cause_id": "dec_2", "on": TODAY}
    assert books.book(disbursements.award_changed(facts, **less)) == lines("""
        Dr  budget:small:committed:grt        200.00
        Cr      budget:small:available                        200.00
    """)
    more = less | {"difference": eur("300"), "cause_id": "dec_3"}
    assert books.book(disbursements.award_changed(facts, **more)) == lines("""
        Dr  budget:small:available            300.00
        Cr      budget:small:committed:grt                    300.00
    """)


def test_a_grant_is_paid_when_a_batch_is_released_and_the_bank_confirms(books):
    books.book(awarded())

    assert books.book(disbursements.payment_released(public_payment("3000"), on=TODAY)) == lines("""
        Dr  budget:small:committed:grt      3,000.00
        Cr      budget:small:in_payment:grt                 3,000.00
        Dr  cash:in_transit                 3,000.00
        Cr      cash:treasury                               3,000.00
    """)
    assert books.book(disbursements.payment_confirmed(public_payment("3000"), on=TODAY)) == lines("""
        Dr  budget:small:in_payment:grt     3,000.00
        Cr      budget:small:paid:grt                       3,000.00
        Dr  cash:grants:82300:small         3,000.00
        Cr      cash:in_transit                             3,000.00
    """)
    after = """
        budget:small:available            495,000.00
        budget:small:committed:grt          2,000.00
        budget:small:in_payment:grt             0.00
        budget:small:paid:grt               3,000.00
        cash:treasury                   1,997,000.00
        cash:grants:82300:small             3,000.00
    """
    assert books.balances(after) == lines(after)


def test_a_payment_that_comes_back_is_as_if_it_had_never_left(books):
    books.book(awarded())
    before = "budget:small:committed:grt 5,000.00\ncash:treasury 2,000,000.00\ncash:in_transit 0.00"
    for recipe in (disbursements.payment_released, disbursements.payment_confirmed):
        books.book(recipe(public_payment("3000"), on=TODAY))

    assert books.take_back("payment_confirmed:pay_grt") == lines("""
        Dr  cash:in_transit                 3,000.00
        Cr      cash:grants:82300:small                     3,000.00
        Dr  budget:small:paid:grt           3,000.00
        Cr      budget:small:in_payment:grt                 3,000.00
    """)
    books.take_back("payment_released:pay_grt")

    assert books.balances(before) == lines(before)


def test_a_grant_is_not_paid_beyond_what_was_decided(books):
    books.book(awarded())

    with pytest.raises(OverdraftError) as refusal:
        books.book(disbursements.payment_released(public_payment("5000.01"), on=TODAY))

    assert refusal.value.details == {
        "account": "budget:small:committed:grt",
        "available_cents": 500_000,
        "wanted_cents": 500_001,
    }


# The money of another funder


OULU = {"envelope_id": "env_oulu", "envelope": "oulu", "on": TODAY}


def funding_received(amount):
    return programme.funding_received(funding_id="fnd_1", amount=eur(amount), **OULU)


def funding_returned(amount):
    return programme.funding_returned(funding_id="fnd_2", amount=eur(amount), **OULU)


def test_a_funder_s_money_comes_pays_its_own_grants_and_what_is_left_goes_back(books):
    assert books.book(funding_received("60000")) == lines("""
        Dr  budget:appropriation:oulu      60,000.00
        Cr      budget:oulu:available                      60,000.00
        Dr  cash:treasury:oulu             60,000.00
        Cr      cash:funder:oulu                           60,000.00
    """)
    books.book(
        disbursements.awarded(grant_id="grt_oulu", envelope="oulu", amount=eur("8000"), on=TODAY)
    )
    payment = public_payment("8000", envelope="oulu", subject="grt_oulu")
    released = disbursements.payment_released(payment, on=TODAY, treasury="cash:treasury:oulu")
    assert books.book(released) == lines("""
        Dr  budget:oulu:committed:grt_oulu  8,000.00
        Cr      budget:oulu:in_payment:grt_oulu             8,000.00
        Dr  cash:in_transit                 8,000.00
        Cr      cash:treasury:oulu                          8,000.00
    """)
    books.book(disbursements.payment_confirmed(payment, on=TODAY))
    assert books.book(funding_returned("52000")) == lines("""
        Dr  budget:oulu:available          52,000.00
        Cr      budget:appropriation:oulu                  52,000.00
        Dr  cash:funder:oulu               52,000.00
        Cr      cash:treasury:oulu                         52,000.00
    """)
    after = """
        budget:appropriation:oulu           8,000.00
        budget:oulu:available                   0.00
        budget:oulu:paid:grt_oulu           8,000.00
        cash:treasury:oulu                      0.00
        cash:funder:oulu                    8,000.00
        cash:grants:82300:oulu              8,000.00
        budget:appropriation            2,000,000.00
        budget:small:available            500,000.00
        cash:treasury                   2,000,000.00
    """
    assert books.balances(after) == lines(after)


def test_what_a_funder_has_not_paid_is_not_granted_and_not_given_back(books):
    books.book(funding_received("100"))
    more_than_there_is = disbursements.awarded(
        grant_id="grt_oulu", envelope="oulu", amount=eur("100.01"), on=TODAY
    )

    for entry in (more_than_there_is, funding_returned("100.01")):
        with pytest.raises(OverdraftError) as refusal:
            books.book(entry)
        assert refusal.value.details["account"] == "budget:oulu:available"


# The money of backers, and its match


def test_a_pledge_promises_and_so_does_its_match(books):
    assert books.book(pledge_made("plg_1", "60", "50")) == lines("""
        Dr  pledges:open:cmp                   60.00
        Cr      pledges:made:cmp                               60.00
        Dr  budget:match:available             50.00
        Cr      budget:match:reserved:cmp                      50.00
    """)
    assert books.take_back("pledge_made:plg_1") == lines("""
        Dr  budget:match:reserved:cmp          50.00
        Cr      budget:match:available                         50.00
        Dr  pledges:made:cmp                   60.00
        Cr      pledges:open:cmp                               60.00
    """)


def test_the_last_cent_of_the_pot_is_given_and_no_cent_more(books):
    books.book(pledge_made("plg_1", "499999.99", "499999.99"))
    books.book(pledge_made("plg_2", "0.01", "0.01"))

    with pytest.raises(OverdraftError) as refusal:
        books.book(pledge_made("plg_3", "0.01", "0.01"))

    assert refusal.value.details["account"] == POT
    after = f"{POT} 0.00\npledges:made:cmp 500,000.00"
    assert books.balances(after) == lines(after)


def test_a_charged_pledge_keeps_its_gross_and_its_fee_apart(books):
    books.book(pledge_made("plg_1", "60", "50"))

    assert books.book(pledge_collected("plg_1", "60", "1.09")) == lines("""
        Dr  pledges:kept:cmp                   60.00
        Cr      pledges:open:cmp                               60.00
        Dr  cash:provider:sandbox              60.00
        Cr      cash:held:cmp                                  60.00
        Dr  cash:held:cmp                       1.09
        Cr      cash:provider:sandbox                           1.09
        Dr  pledges:fees:cmp                    1.09
        Cr      pledges:kept:cmp                                1.09
    """)


def test_a_funded_campaign_ends_with_nothing_left_on_the_way(books):
    collect(books)

    assert books.book(campaign_settled("90")) == lines("""
        Dr  budget:match:reserved:cmp          90.00
        Cr      budget:match:committed:cmp                     90.00
    """)
    assert books.book(paid_to_bank("98.10")) == lines("""
        Dr  cash:escrow                        98.10
        Cr      cash:provider:sandbox                          98.10
    """)
    assert books.book(disbursements.payment_released(private_payment("98.10"), on=TODAY)) == lines("""
        Dr  cash:held:cmp                      98.10
        Cr      cash:payable:cmp                               98.10
    """)
    assert books.book(disbursements.payment_confirmed(private_payment("98.10"), on=TODAY)) == lines("""
        Dr  cash:payable:cmp                   98.10
        Cr      cash:escrow                                    98.10
        Dr  pledges:delivered:cmp              98.10
        Cr      pledges:kept:cmp                               98.10
    """)
    match = public_payment("90", envelope="match", subject="cmp")
    books.book(disbursements.payment_released(match, on=TODAY))
    books.book(disbursements.payment_confirmed(match, on=TODAY))
    after = """
        pledges:made:cmp                      100.00
        pledges:delivered:cmp                  98.10
        pledges:fees:cmp                        1.90
        budget:match:paid:cmp                  90.00
        cash:grants:82300:match                90.00
        cash:provider:sandbox                   0.00
        cash:escrow                             0.00
        cash:held:cmp                           0.00
        cash:payable:cmp                        0.00
        cash:in_transit                         0.00
        pledges:open:cmp                        0.00
        pledges:kept:cmp                        0.00
        budget:match:reserved:cmp               0.00
        budget:match:committed:cmp              0.00
        budget:match:in_payment:cmp             0.00
    """
    assert books.balances(after) == lines(after)


# What goes back


def test_a_refund_is_paid_from_what_the_campaign_still_holds(books):
    collect(books)

    assert books.book(money_returned("40", held="40", provided="40")) == lines("""
        Dr  cash:held:cmp                      40.00
        Cr      cash:provider:sandbox                          40.00
        Dr  pledges:made:cmp                   40.00
        Cr      pledges:kept:cmp                               40.00
    """)
    back = campaigns.match_returned(
        cause_id="ref",
        transfers=[Transfer("budget:match:reserved:cmp", POT, eur("40"))],
        on=TODAY,
    )
    assert books.book(back) == lines("""
        Dr  budget:match:reserved:cmp          40.00
        Cr      budget:match:available                         40.00
    """)


def test_what_was_paid_out_already_becomes_a_claim_and_a_debt_to_the_provider(books):
    collect(books)
    pay_out(books)

    assert books.book(money_returned("40", held="0", provided="0")) == lines("""
        Dr  cash:claims:cmp                    40.00
        Cr      cash:owed:sandbox                              40.00
        Dr  pledges:made:cmp                   40.00
        Cr      pledges:lost:cmp                               40.00
    """)


def test_a_dispute_that_is_won_brings_back_the_money_and_its_fee(books):
    collect(books)
    pay_out(books)
    books.book(money_returned("40", held="0", provided="0"))
    taken = Taken("sandbox", eur("20"), held=eur("0"), provided=eur("0"))

    fee = campaigns.dispute_fee(dispute_id="dsp", campaign_id="cmp", taken=taken, on=TODAY)
    assert books.book(fee) == lines("""
        Dr  cash:claims:cmp                    20.00
        Cr      cash:owed:sandbox                              20.00
        Dr  pledges:fees:cmp                   20.00
        Cr      pledges:lost:cmp                               20.00
    """)
    books.take_back("dispute_fee:dsp")
    books.take_back("money_returned:ref")

    after = "cash:claims:cmp 0.00\ncash:owed:sandbox 0.00\npledges:made:cmp 100.00"
    assert books.balances(after) == lines(after)


def test_money_that_arrives_by_bank_is_nobody_s_until_its_pledge_is_known(books):
    arrived = campaigns.transfer_arrived(transfer_id="trf_1", amount=eur("50"), on=TODAY)
    assert books.book(arrived) == lines("""
        Dr  cash:escrow                        50.00
        Cr      cash:unassigned                                50.00
    """)
    books.book(pledge_made("plg_1", "50", "50"))
    pledged = campaigns.transfer_pledged(
        transfer_id="trf_1", campaign_id="cmp", amount=eur("50"), on=TODAY
    )
    assert books.book(pledged) == lines("""
        Dr  pledges:kept:cmp                   50.00
        Cr      pledges:open:cmp                               50.00
        Dr  cash:unassigned                    50.00
        Cr      cash:held:cmp                                  50.00
    """)


def test_money_that_is_nobody_s_goes_back_to_its_payer(books):
    books.book(campaigns.transfer_arrived(transfer_id="trf_1", amount=eur("50"), on=TODAY))

    back = campaigns.transfer_sent_back(transfer_id="trf_1", amount=eur("50"), on=TODAY)
    assert books.book(back) == lines("""
        Dr  cash:unassigned                    50.00
        Cr      cash:escrow                                    50.00
    """)


# Pots with rules of their own


def test_a_funder_adds_to_what_can_be_spent_and_the_cash_for_it(books):
    given = campaigns.pot_contributed(pot_code="rotary", key="1", amount=eur("1000"), on=TODAY)
    assert books.book(given) == lines("""
        Dr  budget:appropriation            1,000.00
        Cr      budget:match:available:rotary               1,000.00
        Dr  cash:treasury                   1,000.00
        Cr      cash:funders:rotary                         1,000.00
    """)
    aside = campaigns.pot_set_aside(pot_code="rotary", key="2", amount=eur("500"), on=TODAY)
    assert books.book(aside) == lines("""
        Dr  budget:match:available            500.00
        Cr      budget:match:available:rotary                 500.00
    """)


def test_a_match_that_is_reckoned_at_the_close_comes_from_its_pot(books):
    books.book(campaigns.pot_set_aside(pot_code="rotary", key="2", amount=eur("500"), on=TODAY))

    match = campaigns.match_awarded(
        rule_id="mrl",
        campaign_id="cmp",
        pot="budget:match:available:rotary",
        matched=eur("300"),
        occasion="pledged",
        on=TODAY,
    )
    assert books.book(match) == lines("""
        Dr  budget:match:available:rotary     300.00
        Cr      budget:match:reserved:cmp                     300.00
    """)


# The end of a year


def test_what_was_granted_in_a_year_becomes_equity_of_the_next(books):
    books.book(awarded())
    for recipe in (disbursements.payment_released, disbursements.payment_confirmed):
        books.book(recipe(public_payment("3000"), on=TODAY))

    assert books.close_year(2026) == lines("""
        Dr  cash:carried:public             3,000.00
        Cr      cash:grants:82300:small                     3,000.00
    """)
    after = "cash:grants:82300:small 0.00\nbudget:small:paid:grt 3,000.00"
    assert books.balances(after) == lines(after)


# What never meets


def test_public_and_private_money_never_touch(books):
    with pytest.raises(CrossingError) as refusal:
        books.book(an_entry("mixed", ("cash:held:cmp", "cash:treasury", "1.00")))

    assert refusal.value.details["dimension"] == "fund"
