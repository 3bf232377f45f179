"""What was learned: the true story first, then a confirmed, a rejected and an unclear one."""

from collections.abc import Iterator
from functools import partial

from grantengine.learnings import service
from grantengine.learnings.cards import Card
from grantengine.learnings.lifecycle import Result
from grantengine.programme.models import Experiment, Person
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.sources import Facts, read
from grantengine.web.demonstration.stage import Stage


def acts(stage: Stage) -> Iterator[Act]:
    """Tell when each learning card was written; one without a result stays a draft."""
    for name, facts in read("learnings").items():
        yield Act(stage.moment(-facts["days"], 15), partial(_write, name, facts))


def _write(name: str, facts: Facts, stage: Stage) -> None:
    answers = {field: text for field, text in facts.items() if field not in ("days", "result")}
    card = Card(result=Result(facts["result"]) if facts["result"] else None, **answers)
    experiment_id = stage.experiments[name]
    with stage.transaction() as session:
        owner_id = session.get_one(Experiment, experiment_id).owner_id
        person = session.get_one(Person, owner_id)
        service.write_learning(session, experiment_id, card, person=person, now=stage.now())
        if card.result is not None:
            service.publish_learning(session, experiment_id, person=person, now=stage.now())
