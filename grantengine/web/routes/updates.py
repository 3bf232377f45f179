"""Updates of a team: the list, its feed, writing one, and wanting no more of them."""

from flask import Blueprint, Response, flash, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from grantengine.campaigns import crowd_queries, updates
from grantengine.campaigns.models import Campaign
from grantengine.web import feeds, once, sharing, unsubscribing
from grantengine.web.crowd_page import crowd_template, own_campaign, shown_campaign
from grantengine.web.database import reader
from grantengine.web.forms.crowd import UpdateForm
from grantengine.web.i18n import _, current_language, page_url
from grantengine.web.identity import require_person
from grantengine.web.labels.campaigns import legal_line
from grantengine.web.paging import cursor, page_of
from grantengine.web.runtime import now, runtime, transaction

bp = Blueprint("updates", __name__)
# What a mail program sends by itself holds no token of ours: its address is signed instead.
unsubscribing_bp = Blueprint("unsubscribing", __name__)

_PAGE_SIZE = 10
_FEED_SIZE = 30


@bp.get("/campaigns/<slug>/updates")
def index(slug: str) -> str:
    """List the updates, newest first."""
    campaign = shown_campaign(slug)
    found = crowd_queries.updates_of(reader(), campaign.id, after=cursor(), limit=_PAGE_SIZE + 1)
    page, next_url = page_of(found, _PAGE_SIZE)
    return crowd_template("campaigns/updates.html", campaign, updates=page, next_url=next_url)


@bp.get("/campaigns/<slug>/updates/feed")
def feed(slug: str) -> Response:
    """Give the updates as a feed."""
    campaign = shown_campaign(slug)
    address = sharing.public_address(f"/campaigns/{slug}/updates")
    entries = [
        feeds.FeedEntry(
            id=f"{runtime().settings.public_url.rstrip('/')}/campaigns/{slug}/updates#{each.id}",
            title=each.title,
            address=f"{address}#{each.id}",
            text=feeds.closed_with(each.text, legal_line(campaign)),
            author=campaign.experiment.organisation.name,
            language=each.language,
            published_at=each.published_at,
            updated_at=each.published_at,
        )
        for each in crowd_queries.updates_of(reader(), campaign.id, limit=_FEED_SIZE)
    ]
    content = feeds.atom(
        title=campaign.text("title", current_language()),
        address=address,
        own_address=f"{address}/feed",
        language=current_language(),
        entries=entries,
    )
    return Response(content, mimetype=feeds.MIMETYPE)


@bp.get("/campaigns/<slug>/updates/new")
@require_person
def new(slug: str) -> str:
    """Show the empty form of an update."""
    campaign, _person = own_campaign(slug)
    return _form_page(campaign, UpdateForm(data={"language": campaign.language}))


@bp.post("/campaigns/<slug>/updates/new")
@require_person
def create(slug: str) -> tuple[str, int] | BaseResponse:
    """Publish an update and have it sent to the backers."""
    campaign, person = own_campaign(slug)
    form = UpdateForm()
    if not form.validate():
        return _form_page(campaign, form), 422
    with transaction() as session:
        updates.publish_update(
            session,
            campaign.id,
            title=form.title.data,
            text=form.text.data,
            language=form.language.data,
            author=person,
            now=now(),
            update_id=once.id_sent("upd"),
        )
    flash(_("The update is published, and the backers get it by e-mail."), "success")
    return redirect(page_url(f"/campaigns/{slug}/updates"), 303)


@unsubscribing_bp.get("/updates/stop/<token>")
def ask(token: str) -> str:
    """Ask whether somebody really wants no more updates; opening a link changes nothing."""
    campaign, _backer = unsubscribing.meant_by(reader(), token)
    return render_template(
        "campaigns/unsubscribe.html", campaign=campaign, is_done=False, noindex=True
    )


@unsubscribing_bp.post("/updates/stop/<token>")
def stop(token: str) -> str:
    """Send no more updates; also what a mail program posts by itself (RFC 8058)."""
    campaign, backer = unsubscribing.meant_by(reader(), token)
    with transaction() as session:
        updates.opt_out(session, campaign.id, backer, now=now())
    return render_template(
        "campaigns/unsubscribe.html", campaign=campaign, is_done=True, noindex=True
    )


def _form_page(campaign: Campaign, form: UpdateForm) -> str:
    return crowd_template(
        "campaigns/update_new.html",
        campaign,
        form=form,
        made_as=(once.FIELD, once.kept_id("upd")),
        noindex=True,
    )
