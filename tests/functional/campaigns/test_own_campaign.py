"""An experimenter drafts a campaign, changes it and opens it."""

from datetime import timedelta

import pytest

from grantengine.campaigns import checking, content, queries
from grantengine.campaigns.lifecycle import CampaignStatus
from grantengine.ledger import audit
from grantengine.money import eur
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import Role
from tests.support.campaigns import IBAN, a_reward_plan, an_experiment
from tests.support.visitor import page, send, sign_in, text_of

FILLED = {
    "title": "Mayan leipomo",
    "summary": "Uuni koko kadulle.",
    "story": "Leivomme **torstaisin**.",
    "language": "fi",
    "goal": "1 250,50",
    "ends_on": "2026-10-16",
    "legal_kind": "reward",
    "payee_name": "Leipomo ry",
    "payee_iban": "FI21 1234 5600 0007 85",
    "sv-title": "Mayas bageri",
}


@pytest.fixture
def owner(app_database, clock):
    """The experimenter to whom the experiment belongs."""
    with app_database.transaction() as session:
        return _person(session, "maya@example.fi", clock)


@pytest.fixture
def experiment(app_database, clock, owner):
    """The owner's experiment."""
    with app_database.transaction() as session:
        return an_experiment(session, now=clock.now(), owner=owner)


def drafted(client, experiment, language="en", **fields):
    return send(
        client, f"/{language}/experiments/{experiment.slug}/campaign/new", **(FILLED | fields)
    )


def checked(app_database, clock, experiment):
    """Let a steward find the owner's draft right, once it sells something."""
    campaign = the_campaign(app_database, experiment)
    loaf = a_reward_plan(now=clock.now())
    with app_database.transaction() as session:
        content.put_part(session, campaign.id, loaf, part_id="rwd_loaf", now=clock.now())
        checking.check_campaign(session, campaign.id, now=clock.now())


def words_of(answer):
    return " ".join(answer.get_data(as_text=True).split())


def the_campaign(app_database, experiment):
    with app_database.reading() as session:
        return queries.campaigns_of_experiment(session, experiment.id)[0]


def test_draft_is_made_changed_and_opened(client, app_database, clock, owner, experiment):
    sign_in(client, owner)

    made = drafted(client, experiment)
    assert "only you and the stewards see this" in text_of(page(client, made.location))
    changed = send(
        client, f"{made.location}/edit", **(FILLED | {"title": "Mayan uuni", "goal": "900"})
    )
    checked(app_database, clock, experiment)
    opened = send(client, changed.location, to=f"{changed.location}/opening")

    assert "The campaign is open. Tell everybody." in text_of(page(client, opened.location))
    campaign = the_campaign(app_database, experiment)
    assert campaign.status == CampaignStatus.OPEN
    assert (campaign.title, campaign.goal) == ("Mayan uuni", eur("900"))
    assert campaign.payee_iban == IBAN
    assert campaign.translations == {"sv": {"title": "Mayas bageri"}}
    # 23.59 on 16 October in Finland, in summer time.
    assert campaign.deadline_at.isoformat() == "2026-10-16T20:59:00+00:00"


def test_a_day_is_taken_as_it_is_written_in_finland(client, app_database, owner, experiment):
    sign_in(client, owner)

    drafted(client, experiment, language="fi", ends_on="16.10.2026")

    deadline = the_campaign(app_database, experiment).deadline_at
    assert deadline.isoformat() == "2026-10-16T20:59:00+00:00"


def test_the_same_form_sent_twice_keeps_one_draft(client, app_database, owner, experiment):
    sign_in(client, owner)
    path = f"/en/experiments/{experiment.slug}/campaign/new"
    hidden = page(client, path).xpath("//form[@class='form']//input[@type='hidden']")
    form = FILLED | {each.name: each.value for each in hidden}

    places = [client.post(path, data=form).location for _click in range(2)]

    assert places[0] == places[1]
    with app_database.reading() as session:
        assert len(queries.campaigns_of_experiment(session, experiment.id)) == 1


def test_an_open_campaign_is_politely_not_changed(client, app_database, clock, owner, experiment):
    sign_in(client, owner)
    made = drafted(client, experiment)
    checked(app_database, clock, experiment)
    send(client, made.location, to=f"{made.location}/opening")

    answer = client.get(f"{made.location}/edit")

    assert answer.status_code == 302
    assert "so it can no longer be changed" in text_of(page(client, answer.location))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "Give the campaign a title."),
        ({"title": " "}, "Give the campaign a title."),
        ({"story": "\n"}, "Tell the story of the experiment."),
        ({"title": "x" * 121}, "Keep it under 120 characters."),
        ({"goal": "0"}, "Give at least €1 and at most €1,000,000."),
        ({"goal": "1.234"}, "Write the amount in euros, for example 20 or 12,50."),
        ({"ends_on": "2026-09-15"}, "The last day has passed. Choose a later one."),
        ({"ends_on": "2027-09-15"}, "A campaign lasts at most 180 days."),
        ({"ends_on": "31.13.2026"}, "Write a day, for example 31.12.2026."),
        ({"payee_iban": "FI21 1234 5600 0007 86"}, "This is no account number."),
        (
            {"legal_kind": "small_scale_collection"},
            "Give the number: without it nobody may be asked for money.",
        ),
        (
            {
                "legal_kind": "small_scale_collection",
                "legal_number": "RA/2026/1",
                "goal": "10 000,01",
            },
            "A small-scale collection may collect at most 10 000 euros.",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    client, app_database, owner, experiment, fields, sentence
):
    sign_in(client, owner)

    answer = drafted(client, experiment, **fields)

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    with app_database.reading() as session:
        assert queries.campaigns_of_experiment(session, experiment.id) == []
        assert audit.verify(session).is_clean


def test_refusal_of_the_law_is_said_in_swedish(client, owner, experiment):
    sign_in(client, owner)

    answer = drafted(client, experiment, "sv", legal_kind="permit")

    assert "Ange numret: utan det får ingen bli ombedd att ge pengar." in words_of(answer)


def test_open_campaign_can_no_longer_be_changed(client, app_database, clock, owner, experiment):
    sign_in(client, owner)
    made = drafted(client, experiment)
    checked(app_database, clock, experiment)
    send(client, made.location, to=f"{made.location}/opening")

    edit = f"{made.location}/edit"
    answer = send(client, made.location, to=edit, **(FILLED | {"goal": "1"}))

    assert answer.status_code == 409
    assert the_campaign(app_database, experiment).goal == eur("1250.50")


def test_draft_whose_last_day_has_passed_cannot_be_opened(
    client, app_database, clock, owner, experiment
):
    sign_in(client, owner)
    made = drafted(client, experiment)
    checked(app_database, clock, experiment)
    clock.advance(timedelta(days=40))

    answer = send(client, made.location, to=f"{made.location}/opening")

    assert "The last day has passed." in text_of(page(client, answer.location))
    assert the_campaign(app_database, experiment).status == CampaignStatus.CHECKED


def test_somebody_elses_experiment_gets_no_campaign(client, app_database, clock, owner, experiment):
    with app_database.transaction() as session:
        stranger = _person(session, "eero@example.fi", clock)
    sign_in(client, stranger)

    page(client, f"/experiments/{experiment.slug}/campaign/new", status=403)


def test_visitor_is_asked_to_sign_in_first(client, experiment):
    answer = client.get(f"/experiments/{experiment.slug}/campaign/new")

    assert answer.status_code == 302
    assert "/sign-in" in answer.location


def _person(session, email, clock):
    return programme.register_person(
        session,
        name=email.partition("@")[0].title(),
        email=email,
        language="fi",
        roles=[Role.EXPERIMENTER],
        now=clock.now(),
    )
