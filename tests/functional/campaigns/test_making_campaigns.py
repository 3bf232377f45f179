"""From a draft to an open campaign through the pages: its parts, the steward's check, its law."""

from io import BytesIO

import pytest
from PIL import Image

from grantengine.campaigns import checking, content, queries, rewards, service
from grantengine.campaigns.lifecycle import CampaignKind, CampaignStatus, LegalKind
from grantengine.ledger import audit
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import Role
from grantengine.web.routes.campaign_parts import KINDS
from tests.support.campaigns import a_campaign, a_plan, a_pledge, an_experiment
from tests.support.visitor import page, send, sign_in, text_of


def a_person(session, email, role, clock):
    return programme.register_person(
        session,
        name=email.partition("@")[0].title(),
        email=email,
        language="en",
        roles=[role],
        now=clock.now(),
    )


@pytest.fixture
def people(app_database, clock):
    """The owner of an experiment and a steward."""
    with app_database.transaction() as session:
        owner = a_person(session, "maya@example.fi", Role.EXPERIMENTER, clock)
        return owner, a_person(session, "sanna@example.fi", Role.STEWARD, clock)


@pytest.fixture
def draft(app_database, clock, people):
    """The owner's draft of a sale, with nothing to sell yet."""
    return a_draft(app_database, clock, people)


def a_draft(app_database, clock, people, **changes):
    with app_database.transaction() as session:
        experiment = an_experiment(session, now=clock.now(), owner=people[0])
        plan = a_plan(now=clock.now(), **changes)
        return service.draft_campaign(session, plan, experiment_id=experiment.id, now=clock.now())


def status_of(app_database, draft):
    with app_database.reading() as session:
        return queries.campaign_by_slug(session, draft.slug).status


def a_file(format_name="PNG", size=(640, 480), **options):
    written = BytesIO()
    Image.new("RGB", size, "#c9400a").save(written, format_name, **options)
    written.seek(0)
    return written


REWARD = {
    "title": "Ruisleipä",
    "description": "A loaf of rye.",
    "price": "20",
    "vat_rate_bps": "1350",
    "stock": "12",
    "delivered_on": "2027-03-01",
    "sv-title": "Rågbröd",
}


def test_campaign_is_filled_asked_for_checked_and_opened(client, app_database, people, draft):
    owner, steward = people
    here = f"/en/campaigns/{draft.slug}"
    sign_in(client, owner)
    send(client, f"{here}/parts/rewards", **REWARD)
    send(client, f"{here}/parts/budget", title="Jauhot", amount="400", is_needed="y")
    send(client, f"{here}/parts/budget", title="Toinen uuni", amount="900")
    send(client, f"{here}/parts/people", name="Maya Bakir", role="leipuri")
    send(client, f"{here}/parts/pictures", picture=(a_file(), "u.png"), alt="Uuni talvella")
    send(client, here, to=f"{here}/check-request")
    sign_in(client, steward)
    listed = text_of(page(client, "/en/campaigns/checks"))
    send(client, here, to=f"{here}/check")
    sign_in(client, owner)
    opened = send(client, here, to=f"{here}/opening")

    words = text_of(page(client, opened.location))
    assert "Maya's bakery" in listed
    assert status_of(app_database, draft) == CampaignStatus.OPEN
    for told in ("Ruisleipä", "12 of 12 left", "Maya Bakir", "leipuri", "Everything €1,300"):
        assert told in words, told
    swedish = page(client, f"/sv/campaigns/{draft.slug}")
    assert swedish.xpath("//h3[@class='reward__title']/@lang") == ["sv"]
    assert "Detta har skrivits på bara ett språk: Suomi." in text_of(swedish)
    assert swedish.xpath("//figure//img/@alt") == ["Uuni talvella"]


def test_sale_without_rewards_is_not_checked(client, app_database, people, draft):
    here = f"/en/campaigns/{draft.slug}"
    for person, move in zip(people, ("check-request", "check"), strict=True):
        sign_in(client, person)
        answer = send(client, here, to=f"{here}/{move}")
        assert "A sale needs something to sell." in text_of(page(client, answer.location))
    assert status_of(app_database, draft) == CampaignStatus.DRAFT


def test_draft_whose_last_day_has_passed_is_neither_checked_nor_opened(
    client, app_database, clock, people
):
    collection = a_draft(app_database, clock, people, legal_kind=LegalKind.PERMIT)
    here = f"/en/campaigns/{collection.slug}"
    sign_in(client, people[1])
    send(client, here, to=f"{here}/check")
    clock.set_to(collection.deadline_at)

    sign_in(client, people[0])
    answer = send(client, here, to=f"{here}/opening")

    assert "The last day has passed. Choose a later one." in text_of(page(client, answer.location))
    assert status_of(app_database, collection) == CampaignStatus.CHECKED
    with app_database.reading() as session:
        assert audit.verify(session).is_clean


def test_draft_that_was_changed_after_the_check_is_checked_again(
    client, app_database, clock, people
):
    collection = a_draft(app_database, clock, people, legal_kind=LegalKind.PERMIT)
    here = f"/en/campaigns/{collection.slug}"
    sign_in(client, people[1])
    send(client, here, to=f"{here}/check")
    assert status_of(app_database, collection) == CampaignStatus.CHECKED

    sign_in(client, people[0])
    send(client, f"{here}/parts/people", name="Maya", role="leipuri")

    assert status_of(app_database, collection) == CampaignStatus.DRAFT


def test_steward_hands_a_draft_back_with_a_note(client, people, draft):
    here = f"/en/campaigns/{draft.slug}"
    sign_in(client, people[1])

    empty = send(client, here, to=f"{here}/return", note=" ")
    assert "Say what is to be mended." in text_of(page(client, empty.location))
    send(client, here, to=f"{here}/return", note="The number is of another year.")

    sign_in(client, people[0])
    assert "The number is of another year." in text_of(page(client, here))


def test_nobody_else_sees_checks_or_makes_a_draft(client, app_database, clock, people, draft):
    here = f"/en/campaigns/{draft.slug}"
    page(client, here, status=404)
    with app_database.transaction() as session:
        stranger = a_person(session, "eero@example.fi", Role.EXPERIMENTER, clock)
    sign_in(client, stranger)

    page(client, here, status=404)
    page(client, f"{here}/parts/rewards", status=403)
    page(client, "/en/campaigns/checks", status=403)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (lambda: BytesIO(b"<svg onload='alert(1)'/>"), "This is no picture that we can read."),
        (lambda: BytesIO(a_file().read()[:200]), "This is no picture that we can read."),
        (lambda: BytesIO(b""), "This is no picture that we can read."),
        (lambda: a_file(size=(199, 400)), "The picture is too small"),
        (lambda: a_file(size=(9000, 9000)), "The picture is too large"),
        (lambda: a_file("GIF"), "This is no picture that we can read."),
    ],
)
def test_what_is_no_picture_is_refused(client, people, draft, sent, sentence):
    sign_in(client, people[0])
    path = f"/en/campaigns/{draft.slug}/parts/pictures"

    answer = send(client, path, picture=(sent(), "oven.png"), alt="The oven")

    assert answer.status_code == 422
    assert sentence in " ".join(answer.get_data(as_text=True).split())


def test_picture_larger_than_any_file_is_refused_by_its_size(
    app, client, people, draft, monkeypatch
):
    monkeypatch.setitem(app.config, "FILE_SIZE_MAX", 2_000)
    sign_in(client, people[0])
    path = f"/en/campaigns/{draft.slug}/parts/pictures"

    answer = send(client, path, picture=(BytesIO(bytes(2_001)), "oven.png"), alt="The oven")

    assert answer.status_code == 422
    assert "The file is larger than 0.002 MB, the most that one may have." in answer.text


def test_picture_without_words_is_refused(client, people, draft):
    sign_in(client, people[0])

    answer = send(
        client, f"/en/campaigns/{draft.slug}/parts/pictures", picture=(a_file(), "a.png"), alt=""
    )

    assert answer.status_code == 422
    assert b"Say in a sentence what is to be seen" in answer.data


def test_picture_is_drawn_anew_and_given_to_our_own_pages_alone(client, people, draft):
    sign_in(client, people[0])
    exif = Image.Exif()
    exif[0x010E] = "Maya's home address"
    here = f"/en/campaigns/{draft.slug}"
    photo = a_file("JPEG", size=(2400, 1200), exif=exif)
    send(client, f"{here}/parts/pictures", picture=(photo, "../../x.php"), alt="The oven")

    large = page(client, here).xpath("//figure//img/@srcset")[0].split(" ")[-2]
    answer = client.get(large)

    assert answer.mimetype == "image/webp"
    assert b"home address" not in answer.data
    assert Image.open(BytesIO(answer.data)).size == (1600, 800)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_forms_of_parts_say_what_is_wrong(client, people, draft):
    sign_in(client, people[0])
    parts = f"/en/campaigns/{draft.slug}/parts"
    tries = [
        ("rewards", REWARD | {"price": "0"}, "Give at least €1"),
        ("rewards", REWARD | {"stock": "0"}, "Give a whole number from 1 to 100 000."),
        ("rewards", REWARD | {"delivered_on": "2020-01-01"}, "This cannot be so."),
        ("budget", {"title": "", "amount": "1,50"}, "Say what the money buys."),
        ("people", {"name": "Maya", "role": "maya@example.fi"}, "Leave addresses out"),
    ]
    for name, typed, sentence in tries:
        answer = send(client, f"{parts}/{name}", **typed)
        assert answer.status_code == 422, (name, typed)
        assert sentence in " ".join(answer.get_data(as_text=True).split()), sentence


def test_part_is_taken_away_again(client, people, draft):
    sign_in(client, people[0])
    path = f"/en/campaigns/{draft.slug}/parts/people"
    send(client, path, name="Maya Bakir", role="leipuri")
    action = page(client, path).xpath("//form[contains(@action, '/removal')]/@action")[0]

    send(client, path, to=action)

    assert "Maya Bakir" not in text_of(page(client, path))


def test_open_campaign_keeps_its_parts(client, app_database, clock, people):
    with app_database.transaction() as session:
        experiment = an_experiment(session, now=clock.now(), owner=people[0])
        campaign = a_campaign(session, now=clock.now(), experiment=experiment)
    sign_in(client, people[0])

    page(client, f"/en/campaigns/{campaign.slug}/parts/rewards", status=409)


def test_delivery_list_runs_nothing_in_a_spreadsheet(client, app_database, clock, people):
    with app_database.transaction() as session:
        experiment = an_experiment(session, now=clock.now(), owner=people[0])
        campaign = a_campaign(
            session, now=clock.now(), experiment=experiment, kind=CampaignKind.KEEP_IT_ALL
        )
        loaf = rewards.rewards_of(session, campaign.id)[0].id
    a_pledge(app_database, clock, campaign, "25", reward_id=loaf, name='=HYPERLINK("x")')
    page(client, f"/en/campaigns/{campaign.slug}/deliveries.csv", status=403)
    sign_in(client, people[0])

    answer = client.get(f"/en/campaigns/{campaign.slug}/deliveries.csv")

    rows = answer.get_data(as_text=True).splitlines()
    assert answer.mimetype == "text/csv"
    assert len(rows) == 2
    assert "\"'=HYPERLINK" in rows[1]
    assert ";25,00;" in rows[1]


CHANGES = [
    ("rewards", REWARD, {"title": "Limppu", "price": "25", "stock": ""}, "Limppu"),
    ("budget", {"title": "Uuni", "amount": "400", "is_needed": "y"}, {"title": "Iso uuni"}, "uuni"),
    ("people", {"name": "Maya", "role": "leipuri"}, {"role": "mestari"}, "mestari"),
]


def only_part(app_database, draft, name):
    with app_database.reading() as session:
        (found,) = content.parts_of(session, KINDS[name].model, draft.id)
        return found


@pytest.mark.parametrize(("name", "typed", "changed", "said"), CHANGES)
def test_part_is_changed_where_it_stands(
    client, app_database, people, draft, name, typed, changed, said
):
    sign_in(client, people[0])
    path = f"/en/campaigns/{draft.slug}/parts/{name}"
    send(client, path, **typed)
    before = only_part(app_database, draft, name)

    filled = page(client, f"{path}/{before.id}").xpath(
        "//form[@class='form']//input[@value]/@value"
    )
    answer = send(client, f"{path}/{before.id}", **(typed | changed))

    assert set(typed.values()) - {"1350", "y", "2027-03-01"} <= {
        each.removesuffix(",00") for each in filled
    } | {"A loaf of rye."}
    assert answer.status_code == 303
    assert said in text_of(page(client, answer.location))
    assert only_part(app_database, draft, name).id == before.id


def test_part_that_is_changed_wrongly_stays_as_it_was(client, app_database, people, draft):
    sign_in(client, people[0])
    path = f"/en/campaigns/{draft.slug}/parts/rewards"
    send(client, path, **REWARD)
    before = only_part(app_database, draft, "rewards")

    for wrong in ({"price": "0"}, {"title": ""}, {"delivered_on": "2020-01-01"}):
        assert send(client, f"{path}/{before.id}", **(REWARD | wrong)).status_code == 422

    assert only_part(app_database, draft, "rewards").price == before.price
    assert only_part(app_database, draft, "rewards").delivered_on == before.delivered_on


def test_part_is_changed_by_its_team_alone_and_before_it_opens(
    client, app_database, clock, people, draft
):
    sign_in(client, people[0])
    path = f"/en/campaigns/{draft.slug}/parts/rewards"
    send(client, path, **REWARD)
    part = only_part(app_database, draft, "rewards")
    other = a_draft(app_database, clock, people)

    page(client, f"/en/campaigns/{other.slug}/parts/rewards/{part.id}", status=404)
    with app_database.transaction() as session:
        service_open(session, draft, clock)
    page(client, f"{path}/{part.id}", status=409)


def service_open(session, draft, clock):
    checking.check_campaign(session, draft.id, now=clock.now())
    service.open_campaign(session, draft.id, now=clock.now())


def test_words_of_a_picture_change_and_the_picture_stays(client, app_database, people, draft):
    sign_in(client, people[0])
    path = f"/en/campaigns/{draft.slug}/parts/pictures"
    send(client, path, picture=(a_file(), "a.png"), alt="The oven")
    before = only_part(app_database, draft, "pictures")

    send(client, f"{path}/{before.id}", alt="The oven in winter")
    reworded = only_part(app_database, draft, "pictures")
    empty = send(client, f"{path}/{before.id}", alt="")
    send(client, f"{path}/{before.id}", picture=(a_file(size=(900, 300)), "b.png"), alt="Snow")
    redrawn = only_part(app_database, draft, "pictures")

    assert (reworded.alt, reworded.sha256) == ("The oven in winter", before.sha256)
    assert empty.status_code == 422
    assert (redrawn.id, redrawn.width, redrawn.height) == (before.id, 900, 300)


def test_picture_stands_where_the_story_says_and_the_others_after_it(
    client, app_database, clock, people
):
    story = "Talvella.\n\n![3]\n\nKesällä.\n\n![9]"
    draft = a_draft(app_database, clock, people, story=story)
    sign_in(client, people[0])
    here = f"/en/campaigns/{draft.slug}"
    for alt in ("First", "Second", "Third"):
        send(client, f"{here}/parts/pictures", picture=(a_file(), "a.png"), alt=alt)

    tree = page(client, here)
    told = tree.xpath("//section[h2[contains(., 'story')]]//*[self::p or self::img]")

    order = [each.get("alt") or each.text_content().strip() for each in told]
    assert order[1:6] == ["Talvella.", "Third", "Kesällä.", "![9]", "Second"]
    assert tree.xpath("//figure//img/@alt") == ["First", "Third", "Second"]
