"""Putting the application together: settings in, a Flask application out."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from grantengine.clock import Clock, SystemClock
from grantengine.db import Database
from grantengine.settings import Settings
from grantengine.web import (
    api,
    assets,
    crowd_page,
    formatting,
    i18n,
    identity,
    kept_pages,
    large_requests,
    logs,
    metrics,
    paging,
    problems,
    security,
    throttling,
    uploads,
    wiring,
)
from grantengine.web.database import db
from grantengine.web.repeating import RepeatingFlask
from grantengine.web.routes import (
    applications,
    call_questions,
    calls,
    campaign_checks,
    campaign_parts,
    campaigns,
    co_applicants,
    decisions,
    desk,
    discovery,
    drafts,
    draws,
    experiments,
    finance,
    funding,
    health,
    home,
    learnings,
    mailbox,
    managed_calls,
    money,
    offers,
    own_pledge,
    pledge_papers,
    pledges,
    questions,
    registration,
    review_queue,
    reviewers,
    selection,
    sessions,
    styleguide,
    supplements,
    updates,
    verification,
    webhooks,
)
from grantengine.web.runtime import Runtime, install
from grantengine.web.templating import PlainEnvironment

BLUEPRINTS = (
    home.bp,
    discovery.bp,
    campaigns.bp,
    updates.bp,
    updates.unsubscribing_bp,
    questions.bp,
    campaign_checks.bp,
    campaign_parts.bp,
    offers.bp,
    pledges.bp,
    own_pledge.bp,
    pledge_papers.bp,
    calls.bp,
    managed_calls.bp,
    funding.bp,
    call_questions.bp,
    drafts.bp,
    applications.bp,
    co_applicants.bp,
    supplements.bp,
    desk.bp,
    reviewers.bp,
    review_queue.bp,
    decisions.bp,
    draws.bp,
    selection.bp,
    verification.bp,
    finance.bp,
    experiments.bp,
    learnings.bp,
    money.bp,
    sessions.bp,
    registration.bp,
    mailbox.bp,
    health.bp,
    styleguide.bp,
    webhooks.bp,
)


# In this order, so that every request has its id and is counted before anything is refused.
_PARTS = (
    logs,
    metrics,
    i18n,
    formatting,
    assets,
    paging,
    crowd_page,
    identity,
    kept_pages,
    large_requests,
    problems,
    security,
    uploads,
)


def create_app(settings: Settings, *, clock: Clock | None = None) -> Flask:
    """Make the application.

    Args:
        settings: where it runs and with what.
        clock: the source of time; the machine's own when None.
    """
    logs.configure(settings.log_level)
    app = RepeatingFlask("grantengine.web")
    app.jinja_environment = PlainEnvironment
    app.request_class = large_requests.FormRequest
    file_size_max = max(settings.upload_size_max_bytes, settings.statement_size_max_bytes)
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # Eight long texts of an application, each character as four bytes.
        MAX_FORM_MEMORY_SIZE=4_000_000,
        # The larger of the two, since each page holds its own file to its own limit.
        FILE_SIZE_MAX=file_size_max,
        MAX_CONTENT_LENGTH=file_size_max + 1_000_000,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"),
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    install(app.extensions, make_runtime(settings, clock=clock))
    db.init_app(app)
    for part in _PARTS:
        part.init_app(app)
    # After the logs, so that a refused form is counted and logged like any other request.
    csrf = CSRFProtect(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    # A payment provider signs what it sends instead, and so are the addresses in letters.
    csrf.exempt(webhooks.bp)
    csrf.exempt(updates.unsubscribing_bp)
    api.init_app(app, csrf)
    throttling.init_app(app, settings)
    return app


def make_runtime(settings: Settings, *, clock: Clock | None = None) -> Runtime:
    """Make what the application runs on, without the web around it; commands use it too."""
    clock = clock or SystemClock()
    database = Database(
        settings.database_url, handlers=wiring.HANDLERS, on_repeat=metrics.count_repeat
    )
    ports = wiring.make_ports(settings)
    registry = wiring.make_registry(database, clock, ports, settings)
    return Runtime(
        settings=settings, database=database, clock=clock, ports=ports, registry=registry
    )
