"""Made-up decisions to measure with: one award to four rejections, two pages or more each."""

from datetime import date
from typing import Final

from grantengine.money import Money, eur
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
    CrowdMoney,
    Financing,
    Instalment,
    InstalmentOpening,
    Payment,
)
from grantengine.web.i18n import LANGUAGES

_DAY: Final = date(2026, 11, 17)
_AWARD_EVERY: Final = 5
_WORDS: Final = (
    "Kokeilu testaa, palaavatko lainatut tavarat ehjinä, kun lainaaja kuittaa ne itse. Oletus on "
    "selvä, ja sen voi osoittaa vääräksi kolmessa kuukaudessa. Mittarit on nimetty ennalta."
)


def a_decision(number: int) -> DecisionDocument:
    """Make the decision of a number; every fifth is an award."""
    is_award = number % _AWARD_EVERY == 0
    period = review_period(_DAY)
    code = f"BENCH-{number:04}"
    return DecisionDocument(
        decision_id=f"dec_bench_{number}",
        language=tuple(LANGUAGES)[number % len(LANGUAGES)],
        outcome=Outcome.AWARDED if is_award else Outcome.REJECTED,
        case_number=f"KS/2026/{number:05}",
        authority=Authority("Valtioneuvoston kanslia", "kirjaamo@example.fi"),
        decided_on=_DAY,
        recipient=Recipient(f"Kylän {number}. yhdistys ry", "1234567-1", "Loimaa"),
        project_name=f"Kylän lainakirjasto {number}",
        background=Background("Pienet kokeilut", _DAY, _DAY, eur("8000"), _WORDS),
        grounds=Grounds(
            summary=_WORDS,
            criteria=tuple(
                CriterionGround(name, _WORDS, 45, 6, 20)
                for name in ("Oppiminen", "Uutuus", "Hyöty", "Toteutus", "Levitys")
            ),
            standing=Standing(number + 1, 126, DrawGroup.FUND if is_award else DrawGroup.REJECT),
        ),
        review=ReviewRight(period.sent_on, period.noticed_on, period.last_on),
        contact=Contact("Esittelijä", "asiantuntija", "kirjaamo@example.fi"),
        presenter=Official("Esittelijä"),
        decision_maker=Official("Ratkaisija"),
        verification_url=f"https://kokeilu.example/verify/{code}",
        verification_code=code,
        award=_terms() if is_award else None,
    )


def _terms() -> AwardTerms:
    amount = eur("6000")
    first, last = Money(420_000), Money(180_000)
    return AwardTerms(
        amount=amount,
        purpose=_WORDS,
        budget=(
            BudgetRow("Tilat", eur("3000"), eur("3000"), "Vuokra kolmelta kuukaudelta."),
            BudgetRow("Tarvikkeet", eur("5000"), eur("5000"), "Lukot ja hyllyt."),
        ),
        financing=Financing(8000, eur("2000"), Money(0), Money(0), CrowdMoney.NONE),
        use_from=date(2027, 1, 1),
        use_until=date(2027, 6, 30),
        payment=Payment(
            payee="Kylän yhdistys ry",
            iban="FI2112345600000785",
            budget_account="29.10.30",
            instalments=(
                Instalment(first, date(2027, 1, 15), InstalmentOpening.ACCEPTANCE),
                Instalment(last, date(2027, 8, 31), InstalmentOpening.LEARNING),
            ),
        ),
        final_report_on=date(2027, 8, 31),
        accept_by=date(2026, 12, 17),
    )
