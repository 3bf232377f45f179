"""Applications to the four calls: drafted and sent by the demonstration's experimenters."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy.orm import Session

from grantengine.money import Money
from grantengine.programme.lifecycle import OrganisationKind
from grantengine.reviews import applying
from grantengine.reviews.experiment_card import (
    TEXT_FIELDS,
    BudgetRow,
    CostClass,
    EthicsQuestion,
    ExperimentCard,
)
from grantengine.reviews.models import Call
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.sources import Facts, read
from grantengine.web.demonstration.stage import Stage

_TYPED_AS = {
    "organisation": "organisation_name",
    "kind": "organisation_kind",
    "region": "region_code",
    "municipality": "municipality_code",
}
_TYPED = (
    *("title", "language", "business_id", "iban", "applied", "ethics_note"),
    *_TYPED_AS,
    *TEXT_FIELDS,
)


def acts(stage: Stage) -> Iterator[Act]:
    """Tell when each application came in, while its call was open."""
    for call, facts in read("calls")["calls"].items():
        opens_at = stage.moment(facts["opens"], 9)
        until = min(stage.moment(facts["closes"], 16), stage.present)
        for name, application in read(f"applications_{call}").items():
            at = opens_at + (until - opens_at) * application["share"]
            yield Act(at, partial(_apply, call, name, application))


def _apply(call: str, name: str, facts: Facts, stage: Stage) -> None:
    with stage.transaction() as session:
        application = applying.start_application(
            session,
            session.get_one(Call, stage.calls[call]),
            stage.person(session, facts["applicant"]),
            language=facts["language"],
            now=stage.now(),
        )
        stage.applications[name] = application.id
        answers = _answers(facts, stage.goal_ids(session, facts["goals"]))
        applying.save_draft(session, application.id, answers, known_version=1, now=stage.now())
        if facts.get("state") != "draft":
            card = _card(session, stage, facts)
            applying.submit_application(session, application.id, card, now=stage.now())


def _answers(facts: Facts, goal_ids: list[str]) -> dict[str, list[str]]:
    """Give the fields of the form as they were typed, under the form's own names."""
    single = {_TYPED_AS.get(name, name): [str(facts[name])] for name in _TYPED if name in facts}
    rows = {
        f"budget-{number}-{part}": [str(value)]
        for number, row in enumerate(facts.get("budget", ()))
        for part, value in zip(("cost_class", "amount", "note"), row, strict=True)
    }
    own = [] if "applied" not in facts else [str(_costs(facts) - facts["applied"])]
    return {**single, **rows, "self_financing": own, "goals": goal_ids}


def _costs(facts: Facts) -> int:
    return sum(amount for _cost_class, amount, _note in facts.get("budget", ()))


def _card(session: Session, stage: Stage, facts: Facts) -> ExperimentCard:
    budget = [
        BudgetRow(CostClass(cost_class), _euros(amount), note)
        for cost_class, amount, note in facts["budget"]
    ]
    costs = sum(row.amount.cents for row in budget)
    applied = _euros(facts["applied"])
    return ExperimentCard(
        title=facts["title"],
        organisation_name=facts["organisation"],
        organisation_kind=OrganisationKind(facts["kind"]),
        business_id=facts.get("business_id"),
        budget=budget,
        applied=applied,
        self_financing=Money(costs - applied.cents),
        goal_ids=stage.goal_ids(session, facts["goals"]),
        language=facts["language"],
        iban=facts.get("iban"),
        region_code=facts.get("region"),
        municipality_code=facts.get("municipality"),
        ethics=[EthicsQuestion(each) for each in facts.get("ethics", ())],
        ethics_note=facts.get("ethics_note", ""),
        **{name: facts[name] for name in TEXT_FIELDS},
    )


def _euros(amount: int) -> Money:
    return Money(amount * 100)
