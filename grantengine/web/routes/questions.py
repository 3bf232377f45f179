"""Questions to a team: asking, confirming by letter, answering."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from grantengine.campaigns import crowd_queries, questions
from grantengine.campaigns.crowd_lifecycle import QuestionStatus
from grantengine.campaigns.crowd_models import Question
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.questions import Asked
from grantengine.web.crowd_page import crowd_template, is_team, own_campaign, shown_campaign
from grantengine.web.database import reader
from grantengine.web.forms.crowd import AnswerForm, QuestionForm
from grantengine.web.i18n import _, current_language, page_url
from grantengine.web.identity import current_person, require_person
from grantengine.web.paging import cursor, page_of
from grantengine.web.runtime import now, transaction

bp = Blueprint("questions", __name__)

_PAGE_SIZE = 20
_WAITING_MAX = 50


@bp.get("/campaigns/<slug>/questions")
def index(slug: str) -> str:
    """List what was asked and answered; the team sees what waits."""
    return _page(shown_campaign(slug))


@bp.post("/campaigns/<slug>/questions")
def ask(slug: str) -> tuple[str, int] | Response:
    """Ask the team something."""
    campaign, person = shown_campaign(slug), current_person()
    form = QuestionForm()
    form.know(person)
    if not form.validate():
        return _page(campaign, form=form), 422
    asked = Asked(
        campaign_id=campaign.id,
        key=form.key.data,
        name=form.name.data,
        email=person.email if person else form.email.data,
        language=current_language(),
        text=form.text.data,
        is_known=person is not None,
    )
    with transaction() as session:
        questions.ask(session, asked, now=now())
    if person is None:
        flash(
            _("We have sent you a letter. Open its link, and the team gets your question."),
            "success",
        )
    else:
        flash(_("The team has your question. You get a letter when it is answered."), "success")
    return _to(campaign)


@bp.get("/questions/<token>")
def confirm_page(token: str) -> str:
    """Ask for the click that hands a question over; opening a link changes nothing."""
    question = crowd_queries.question_by_token(reader(), token)
    return render_template(
        "campaigns/confirm.html",
        campaign=question.campaign,
        text=question.text,
        is_open=question.status == QuestionStatus.UNCONFIRMED,
        title=_("Confirm your question"),
        label=_("Send the question to the team"),
        noindex=True,
    )


@bp.post("/questions/<token>")
def confirm(token: str) -> Response:
    """Hand a question to the team."""
    question = crowd_queries.question_by_token(reader(), token)
    with transaction() as session:
        questions.confirm_question(session, question.id, now=now())
    flash(_("The team has your question. You get a letter when it is answered."), "success")
    return _to(question.campaign)


@bp.post("/campaigns/<slug>/questions/<question_id>/answer")
@require_person
def answer(slug: str, question_id: str) -> tuple[str, int] | Response:
    """Answer a question."""
    campaign, person = own_campaign(slug)
    form = AnswerForm(prefix=question_id)
    if not form.validate():
        return _page(campaign, refused=(question_id, form)), 422
    with transaction() as session:
        questions.answer_question(session, question_id, form.text.data, person=person, now=now())
    flash(_("Answered. The question and your answer are on the page now."), "success")
    return _to(campaign)


@bp.post("/campaigns/<slug>/questions/<question_id>/decline")
@require_person
def decline(slug: str, question_id: str) -> Response:
    """Leave a question unanswered, or take it off the page."""
    campaign, person = own_campaign(slug)
    with transaction() as session:
        questions.decline_question(session, question_id, person=person, now=now())
    flash(_("The question is not shown."), "success")
    return _to(campaign)


def _page(
    campaign: Campaign,
    *,
    form: QuestionForm | None = None,
    refused: tuple[str, AnswerForm] | None = None,
) -> str:
    session = reader()
    answered = crowd_queries.questions_of(
        session, campaign.id, QuestionStatus.ANSWERED, after=cursor(), limit=_PAGE_SIZE + 1
    )
    page, next_url = page_of(answered, _PAGE_SIZE)
    waiting: Sequence[Question] = []
    if is_team(campaign):
        waiting = crowd_queries.questions_of(
            session, campaign.id, QuestionStatus.WAITING, limit=_WAITING_MAX
        )
    if form is None:
        form = QuestionForm(formdata=None)
        form.begin()
        form.know(current_person())
    forms = {each.id: AnswerForm(formdata=None, prefix=each.id) for each in waiting}
    return crowd_template(
        "campaigns/questions.html",
        campaign,
        form=form,
        answered=page,
        next_url=next_url,
        waiting=waiting,
        answers=forms | dict([refused] if refused else []),
        refused=refused[1] if refused else None,
    )


def _to(campaign: Campaign) -> Response:
    return redirect(page_url(f"/campaigns/{campaign.slug}/questions"), 303)
