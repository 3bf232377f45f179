"""Finding campaigns and telling of them: the list, the feed, the picture, the poster, the widget."""

from collections.abc import Sequence

from flask import Blueprint, Response, make_response, render_template, request

from grantengine.campaigns import discovery, queries
from grantengine.campaigns.content_models import Reward
from grantengine.campaigns.discovery import Counts, Search
from grantengine.campaigns.errors import CampaignNotOpenError
from grantengine.campaigns.lifecycle import HIDDEN
from grantengine.campaigns.models import Campaign
from grantengine.errors import NotFoundError
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Tier
from grantengine.web import campaign_cards, feeds, sharing
from grantengine.web.campaign_page import can_be_pledged_to, released_pledges
from grantengine.web.database import reader
from grantengine.web.documents.poster import Poster, poster_pdf
from grantengine.web.forms.discovery import CampaignSearchForm
from grantengine.web.i18n import LANGUAGES, _, current_language
from grantengine.web.kept_pages import kept
from grantengine.web.labels.campaigns import STATUSES_OF_STATE, legal_line
from grantengine.web.labels.history import CAMPAIGN_STATUSES
from grantengine.web.paging import cursor, page_of
from grantengine.web.places import place_of
from grantengine.web.runtime import now, runtime
from grantengine.web.security import framed_by_anybody, framing_own_pages

bp = Blueprint("discovery", __name__)

_PAGE_SIZE = 12
_FEED_SIZE = 30
_A_DAY_S = 24 * 3600


@bp.get("/campaigns")
@kept
def index() -> str:
    """List the campaigns, searched by words, state, region, goal and size."""
    form = CampaignSearchForm(request.args)
    form.offer(programme.regions(reader()), programme.goals(reader()))
    search = _search_of(form)
    found = discovery.campaigns_found(reader(), search, after=cursor(), limit=_PAGE_SIZE + 1)
    counts = discovery.counts(reader(), search)
    form.count(counts)
    page, next_url = page_of(found, _PAGE_SIZE)
    return render_template(
        "campaigns/index.html",
        form=form,
        campaigns=page,
        found=_number_found(counts, search),
        is_searched=search != Search(),
        next_url=next_url,
        totals=queries.totals_of(reader(), [each.id for each in page]),
        released=released_pledges(reader(), page),
        statuses=CAMPAIGN_STATUSES,
        place_of=place_of,
        now=now(),
    )


@bp.get("/campaigns/feed")
def feed() -> Response:
    """Give the newest campaigns as a feed."""
    found = discovery.campaigns_found(reader(), Search(), limit=_FEED_SIZE)
    content = feeds.atom(
        title=_("Campaigns of Kokeileva Suomi"),
        address=sharing.public_address("/campaigns"),
        own_address=sharing.public_address("/campaigns/feed"),
        language=current_language(),
        entries=[_entry(each) for each in found],
    )
    return Response(content, mimetype=feeds.MIMETYPE)


@bp.get("/campaigns/<slug>/card.png")
def card(slug: str) -> Response:
    """Give the picture of a campaign in the present language."""
    campaign = _shown(slug)
    totals = queries.totals(reader(), campaign.id)
    drawn = sharing.card_of(campaign, totals.pledged)
    name = f"{campaign.id}.{current_language()}"
    content = campaign_cards.kept_card(runtime().settings.var_path / "cards", name, drawn)
    response = Response(content, mimetype="image/png")
    response.set_etag(drawn.key)
    response.cache_control.max_age = _A_DAY_S if request.args.get("v") == drawn.key else 60
    return response.make_conditional(request)  # type: ignore[return-value]  # it is the same


@bp.get("/campaigns/<slug>/share")
def share(slug: str) -> Response:
    """Show what helps to spread the word: the poster, the widget, the picture."""
    campaign = _shown(slug)
    totals = queries.totals(reader(), campaign.id)
    page = render_template(
        "campaigns/share.html",
        campaign=campaign,
        address=sharing.public_address(f"/campaigns/{slug}"),
        card_address=f"card.png?v={sharing.card_of(campaign, totals.pledged).key}",
        languages=LANGUAGES,
        takes_pledges=can_be_pledged_to(campaign, now=now()),
        noindex=True,
    )
    return framing_own_pages(make_response(page))


@bp.get("/campaigns/<slug>/poster.pdf")
def poster(slug: str) -> Response:
    """Give the poster in the present language."""
    campaign, language = _shown(slug), current_language()
    if not can_be_pledged_to(campaign, now=now()):
        # A notice board keeps what it was given: nobody is asked for what cannot be done.
        raise CampaignNotOpenError(campaign=campaign.id)
    content = poster_pdf(
        Poster(
            seed=campaign.experiment_id,
            language=language,
            title=campaign.text("title", language),
            summary=campaign.text("summary", language),
            text_language=campaign.language_of("title", language),
            place=place_of(campaign.experiment),
            organisation=campaign.experiment.organisation.name,
            goal=campaign.goal,
            deadline_at=campaign.deadline_at,
            address=sharing.public_address(f"/campaigns/{slug}"),
            legal_number=legal_line(campaign),
        )
    )
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{slug}-{language}.pdf"'
    return response


@bp.get("/campaigns/<slug>/widget")
def widget(slug: str) -> Response:
    """Show a campaign within a frame of another site."""
    campaign = _shown(slug)
    page = render_template(
        "campaigns/widget.html",
        campaign=campaign,
        sums=queries.totals(reader(), campaign.id),
        released=released_pledges(reader(), [campaign]).get(campaign.id),
        status=CAMPAIGN_STATUSES[campaign.shown_status],
        takes_pledges=can_be_pledged_to(campaign, now=now()),
        address=sharing.public_address(f"/campaigns/{slug}"),
        place=place_of(campaign.experiment),
        now=now(),
    )
    return framed_by_anybody(make_response(page))


bp.add_app_template_global(legal_line)


@bp.app_template_global("sharing")
def _sharing(
    campaign: Campaign,
    totals: queries.Totals,
    *,
    takes_pledges: bool,
    rewards: Sequence[Reward],
) -> dict[str, object]:
    """Give the head of a campaign's page what other sites read there."""
    image = sharing.card_address(campaign, totals.pledged)
    return {
        "image": image,
        "locale": sharing.OPEN_GRAPH_LOCALES[current_language()],
        "data": sharing.structured_data(
            campaign, totals, image=image, takes_pledges=takes_pledges, rewards=rewards
        ),
    }


def _search_of(form: CampaignSearchForm) -> Search:
    tier = form.chosen("tier")
    return Search(
        words=form.q.data or "",
        region_code=form.chosen("region"),
        goal_code=form.chosen("goal"),
        tier=Tier(tier) if tier else None,
        statuses=STATUSES_OF_STATE.get(form.chosen("state"), ()),
    )


def _number_found(counts: Counts, search: Search) -> int:
    wanted = search.statuses or list(counts.by_status)
    return sum(counts.by_status.get(status, 0) for status in wanted)


def _shown(slug: str) -> Campaign:
    campaign = queries.campaign_by_slug(reader(), slug)
    if campaign.status in HIDDEN:
        raise NotFoundError(kind="campaign", slug=slug)
    return campaign


def _entry(campaign: Campaign) -> feeds.FeedEntry:
    language = current_language()
    return feeds.FeedEntry(
        id=f"{runtime().settings.public_url.rstrip('/')}/campaigns/{campaign.slug}",
        title=campaign.text("title", language),
        address=sharing.public_address(f"/campaigns/{campaign.slug}"),
        text=feeds.closed_with(campaign.text("summary", language), legal_line(campaign)),
        author=campaign.experiment.organisation.name,
        language=campaign.language_of("title", language),
        published_at=campaign.opens_at,
        updated_at=campaign.settled_at or campaign.opens_at,
    )
