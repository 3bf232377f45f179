"""Grant decisions to print: an award, a rejection and one that is not examined."""

from dataclasses import replace
from datetime import date

from grantengine.money import eur
from grantengine.reviews.review_period import review_period
from grantengine.web.documents.decision import DecisionDocument
from grantengine.web.documents.decision_parts import (
    Authority,
    Background,
    Contact,
    CriterionGround,
    DrawGroup,
    Grounds,
    Official,
    Outcome,
    Recipient,
    ReviewRight,
    Standing,
)
from grantengine.web.documents.decision_terms import (
    AwardTerms,
    BudgetRow,
    CrowdCondition,
    CrowdMoney,
    Financing,
    Instalment,
    InstalmentOpening,
    Payment,
)

CASE_NUMBER = "VN/4711/2026"
PERIOD = review_period(date(2026, 11, 18))

AUTHORITY = Authority(
    name="Kokeilevan Suomen rahoitusyksikkö",
    email="kirjaamo@kokeilu.example",
    street_address="Kokeilukatu 1, Helsinki",
    postal_address="PL 1000, 00023 Valtioneuvosto",
    phone="0295 000 000",
    opening_hours="8.00–16.15",
)
BACKGROUND = Background(
    call_name="Pienet kokeilut 2026",
    call_closed_on=date(2026, 9, 30),
    applied_on=date(2026, 9, 16),
    applied=eur("8000"),
    summary=(
        "Kylän lainakirjasto lainaa työkaluja ja *urheiluvälineitä* ilman virkailijaa.\n\n"
        "Kokeilemme kolmen kuukauden ajan, palaavatko tavarat ehjinä, kun lainaaja kuittaa ne"
        " itse. Čáhppesjávri, Škoda ja Žofia kuuluvat mukaan."
    ),
)
CRITERIA = (
    CriterionGround(
        criterion="Oppiminen",
        words="Oletus on selvä ja sen voi osoittaa vääräksi. Mittarit on nimetty ennalta.",
        score_tenths=53,
        score_max=6,
        weight_percent=40,
    ),
    CriterionGround(
        criterion="Toteutettavuus",
        words="Kylällä on tila ja vapaaehtoiset. Aikataulu on tiukka mutta mahdollinen.",
        score_tenths=45,
        score_max=6,
        weight_percent=35,
    ),
    CriterionGround(
        criterion="Levitettävyys",
        words="Malli sopii muihin kyliin, kun ohjeet julkaistaan.",
        score_tenths=40,
        score_max=6,
        weight_percent=25,
    ),
)
TERMS = AwardTerms(
    amount=eur("6000"),
    purpose="Itsepalvelulainaamon kokeilu kylän vanhassa koulussa.",
    budget=(
        BudgetRow("Henkilöstökulut", eur("4500"), eur("4000")),
        BudgetRow("Tilat", eur("2000"), eur("2000"), "Koulun vuokra kolmelta kuukaudelta."),
        BudgetRow("Tarvikkeet", eur("3000"), eur("2500.50"), "Lukot ja hyllyt."),
        BudgetRow("Viestintä", eur("500"), eur("0"), "Ei hyväksytä: palkinnot kampanjassa."),
    ),
    financing=Financing(
        share_max_bps=7050,
        self_financing=eur("500.50"),
        crowd=eur("2000"),
        other=eur("0"),
        crowd_counts_as=CrowdMoney.SELF_FINANCING,
    ),
    use_from=date(2027, 1, 1),
    use_until=date(2027, 6, 30),
    payment=Payment(
        payee="Tapulikylän kyläyhdistys ry",
        iban="FI2112345600000785",
        bic="NDEAFIHH",
        budget_account="29.10.30.20.11.2",
        instalments=(
            Instalment(eur("4200"), date(2027, 1, 15), InstalmentOpening.ACCEPTANCE),
            Instalment(eur("1800"), date(2027, 8, 31), InstalmentOpening.LEARNING),
        ),
    ),
    final_report_on=date(2027, 8, 31),
    accept_by=date(2026, 12, 15),
    interim_report_on=date(2027, 4, 15),
)
CROWD_GOAL = CrowdCondition(goal=eur("2000"), until=date(2027, 2, 28))


def an_award(language="fi", **changes):
    """An award of EUR 6,000 in two instalments."""
    award = DecisionDocument(
        decision_id="dec_01AWARD",
        language=language,
        outcome=Outcome.AWARDED,
        case_number=CASE_NUMBER,
        authority=AUTHORITY,
        decided_on=date(2026, 11, 17),
        recipient=Recipient(
            name="Tapulikylän kyläyhdistys ry",
            business_id="1234567-1",
            municipality="Loimaa",
            contact_name="Aino Esimerkki",
        ),
        project_name="Kylän lainakirjasto",
        background=BACKGROUND,
        grounds=Grounds(
            summary="Kokeilu on pieni, nopea ja opettaa muitakin kyliä.",
            criteria=CRITERIA,
            standing=Standing(rank=7, applications=126, group=DrawGroup.FUND),
            recusals=("Kaarina Malli",),
        ),
        review=ReviewRight(
            sent_on=PERIOD.sent_on, noticed_on=PERIOD.noticed_on, last_on=PERIOD.last_on
        ),
        contact=Contact(
            "Veikko Neuvoja", "asiantuntija", "neuvoja@kokeilu.example", "0295 000 001"
        ),
        presenter=Official("Elina Esittelijä", "erityisasiantuntija"),
        decision_maker=Official("Risto Ratkaisija", "johtaja"),
        verification_url="https://kokeilu.example/verify/K7M4-2QXP",
        verification_code="K7M4-2QXP",
        award=TERMS,
    )
    return replace(award, **changes)


def a_rejection(language="fi", **changes):
    """An application that was assessed and left without money."""
    grounds = Grounds(
        summary="Määräraha käytettiin hakemuksiin, jotka arvioitiin paremmiksi.",
        criteria=CRITERIA,
        standing=Standing(rank=58, applications=126, group=DrawGroup.REJECT),
    )
    rejection = an_award(
        language,
        decision_id="dec_01REJECTION",
        outcome=Outcome.REJECTED,
        award=None,
        grounds=grounds,
    )
    return replace(rejection, **changes)


def an_unexamined(language="fi", **changes):
    """An application that came too late to be assessed."""
    unexamined = an_award(
        language,
        decision_id="dec_01UNEXAMINED",
        outcome=Outcome.INADMISSIBLE,
        award=None,
        grounds=Grounds(summary="Hakemus saapui hakuajan päättymisen jälkeen."),
    )
    return replace(unexamined, **changes)
