"""From a signed decision and its application to the document that is printed."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from grantengine.clock import HELSINKI
from grantengine.disbursements.accounts import bic_of
from grantengine.money import Money
from grantengine.programme.lifecycle import Role
from grantengine.reviews import awarding, correcting
from grantengine.reviews.experiment_card import CostClass
from grantengine.reviews.lifecycle import DecisionOutcome
from grantengine.reviews.models import Application, Decision
from grantengine.reviews.review_period import review_period
from grantengine.reviews.rubric import SCORE_MAX, read_rubric
from grantengine.web.documents.decision import DecisionDocument
from grantengine.web.documents.decision_parts import (
    Authority,
    Background,
    Contact,
    CriterionGround,
    DrawGroup,
    Funding,
    Grounds,
    Official,
    Outcome,
    Recipient,
    ReviewRight,
    Standing,
)
from grantengine.web.documents.decision_terms import (
    AidBasis,
    AwardTerms,
    BudgetRow,
    CrowdCondition,
    CrowdMoney,
    Financing,
    Instalment,
    InstalmentOpening,
    Payment,
)
from grantengine.web.i18n import _, force_language
from grantengine.web.labels.experiments import ROLES
from grantengine.web.labels.reviews import COST_CLASSES

# Two months for the final report is what the agencies' guides ask.
FINAL_REPORT_DAYS: Final = 60
ACCEPTANCE_DAYS: Final = 30


def decision_document(decision: Decision, *, public_url: str) -> DecisionDocument:
    """Build the document of a signed decision, in the language of its application.

    Args:
        decision: signed, loaded with its application, call and people.
        public_url: address of the site, for the link that checks the decision.
    """
    assert decision.content is not None
    assert decision.signed_at is not None
    assert decision.verification_code is not None
    with force_language(decision.application.language):
        return _document(decision, decision.content, public_url.rstrip("/"))


def _document(decision: Decision, content: dict[str, Any], public_url: str) -> DecisionDocument:
    application, code = decision.application, decision.verification_code or ""
    decided_on = _decided_on(decision)
    period = review_period(decided_on)
    earlier = correcting.corrected_by(decision)
    return DecisionDocument(
        decision_id=decision.id,
        language=application.language,
        outcome=Outcome(decision.outcome),
        case_number=application.case_number or "",
        authority=authority_of(content, application.language),
        decided_on=decided_on,
        recipient=_recipient(application),
        project_name=application.title,
        background=_background(application),
        grounds=_grounds(decision, content),
        review=ReviewRight(period.sent_on, period.noticed_on, period.last_on),
        contact=_contact(content, application.language),
        presenter=Official(content["presenter"]),
        decision_maker=Official(content["decision_maker"]),
        verification_url=f"{public_url}/verify/{code}",
        verification_code=code,
        award=_award(decision, content, decided_on) if decision.amount else None,
        version=decision.version,
        corrects=earlier.verification_code if earlier else None,
        correction=decision.grounds.get("correction", ""),
        funding=_funding(content, application.language),
    )


def _funding(content: dict[str, Any], language: str) -> Funding | None:
    kept: dict[str, Any] | None = content.get("funder")
    return Funding(kept["name"], _in(kept["envelope"], language)) if kept else None


def _decided_on(decision: Decision) -> date:
    assert decision.signed_at is not None
    return decision.signed_at.astimezone(HELSINKI).date()


def _in(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def authority_of(content: dict[str, Any], language: str) -> Authority:
    """Give the authority as it was when something was signed."""
    contact = content["profile"].get("contact", {})
    return Authority(
        name=_in(content["authority"], language),
        email=contact.get("email", ""),
        postal_address=_in(contact.get("address", {}), language),
        phone=contact.get("phone", ""),
    )


def _contact(content: dict[str, Any], language: str) -> Contact:
    contact = content["profile"].get("contact", {})
    return Contact(
        name=content["presenter"],
        title=_in(contact.get("name", {}), language) or str(ROLES[Role.PRESENTER]),
        email=contact.get("email", ""),
        phone=contact.get("phone", ""),
    )


def _recipient(application: Application) -> Recipient:
    place = application.municipality
    return Recipient(
        name=application.organisation_name,
        business_id=application.business_id,
        municipality=_in(place.names, application.language) if place else None,
        contact_name=application.applicant.name,
    )


def _background(application: Application) -> Background:
    assert application.submitted_at is not None
    call = application.call
    texts = call.texts.get(application.language) or next(iter(call.texts.values()))
    return Background(
        call_name=texts["title"],
        call_closed_on=call.closes_at.astimezone(HELSINKI).date(),
        applied_on=application.submitted_at.astimezone(HELSINKI).date(),
        applied=application.applied or Money(0),
        summary=application.summary,
    )


def _grounds(decision: Decision, content: dict[str, Any]) -> Grounds:
    standing: dict[str, Any] | None = content["standing"]
    return Grounds(
        summary=decision.grounds["summary"],
        criteria=_criteria(decision, standing["criteria_tenths"] if standing else {}),
        standing=_standing(decision, standing) if standing else None,
        recusals=tuple(content["recusals"]),
    )


def _standing(decision: Decision, kept: dict[str, Any]) -> Standing:
    """Tell where it came, and its group where that is why it was decided so."""
    ticket, group = kept.get("ticket"), kept.get("group")
    follows = {DecisionOutcome.AWARDED: DrawGroup.FUND, DecisionOutcome.REJECTED: DrawGroup.REJECT}
    if ticket is None and group != follows.get(decision.outcome):
        group = None
    return Standing(
        kept["rank"], kept["applications"], group=DrawGroup(group) if group else None, ticket=ticket
    )


def _criteria(
    decision: Decision, tenths_by_code: dict[str, int | None]
) -> tuple[CriterionGround, ...]:
    rubric = read_rubric(decision.application.call.rubric)
    words: dict[str, str] = decision.grounds["criteria"]
    return tuple(
        CriterionGround(
            criterion=_in(dict(criterion.names), decision.application.language),
            words=words.get(criterion.code, ""),
            score_tenths=tenths_by_code.get(criterion.code),
            score_max=SCORE_MAX,
            weight_percent=rubric.weight_percent(criterion),
        )
        for criterion in rubric.criteria
        if words.get(criterion.code) or tenths_by_code.get(criterion.code) is not None
    )


def _award(decision: Decision, content: dict[str, Any], decided_on: date) -> AwardTerms:
    application, call, amount = decision.application, decision.application.call, decision.amount
    assert amount is not None
    condition = _condition(content)
    # What the crowd gives is the recipient's own part, and no more than what is missing.
    crowd = min(condition.goal, application.costs - amount) if condition else Money(0)
    return AwardTerms(
        amount=amount,
        purpose=_(
            "The experiment “%(title)s” as it is described in the application.",
            title=application.title,
        ),
        budget=_budget(application),
        financing=Financing(
            share_max_bps=call.cost_share_max_percent * 100,
            self_financing=application.costs - amount - crowd,
            crowd=crowd,
            other=Money(0),
            crowd_counts_as=CrowdMoney.SELF_FINANCING if condition else CrowdMoney.NONE,
        ),
        use_from=call.use_starts_on,
        use_until=call.use_ends_on,
        payment=_payment(decision, amount, content),
        final_report_on=call.use_ends_on + timedelta(days=FINAL_REPORT_DAYS),
        accept_by=decided_on + timedelta(days=ACCEPTANCE_DAYS),
        condition=condition,
        aid_basis=AidBasis(call.aid_basis),
    )


def _budget(application: Application) -> tuple[BudgetRow, ...]:
    rows = application.budget["rows"]
    return tuple(
        BudgetRow(
            cost_class=str(COST_CLASSES[CostClass(row["cost_class"])]),
            applied=Money(row["amount_cents"]),
            approved=Money(row["amount_cents"]),
            note=row["note"],
        )
        for row in rows
    )


def _condition(content: dict[str, Any]) -> CrowdCondition | None:
    kept: dict[str, Any] | None = content.get("condition")
    if kept is None:
        return None
    return CrowdCondition(Money(kept["goal_cents"]), date.fromisoformat(kept["until_on"]))


def _payment(decision: Decision, amount: Money, content: dict[str, Any]) -> Payment:
    application = decision.application
    assert application.iban is not None
    return Payment(
        payee=application.organisation_name,
        iban=application.iban,
        bic=bic_of(application.iban),
        budget_account=content["budget_account"],
        instalments=tuple(_instalments(decision, amount, content)),
    )


def _instalments(
    decision: Decision, amount: Money, content: dict[str, Any]
) -> Iterator[Instalment]:
    first = (
        InstalmentOpening.CROWD_GOAL if content.get("condition") else InstalmentOpening.ACCEPTANCE
    )
    if "instalments" not in content:
        # Signed before the instalments were kept with the decision.
        terms = awarding.instalments_of(
            decision.application.call, amount, since=_decided_on(decision)
        )
        for part in terms:
            opens_on = InstalmentOpening.LEARNING if part.opens_on_learning else first
            yield Instalment(part.amount, part.due_on, opens_on)
        return
    for kept in content["instalments"]:
        opens_on = InstalmentOpening.LEARNING if kept["opens_on_learning"] else first
        due_on = date.fromisoformat(kept["due_on"])
        yield Instalment(Money(kept["amount_cents"]), due_on, opens_on)
