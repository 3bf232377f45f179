"""`grantengine demo`: the demonstration programme, loaded once and served."""

import os
import shutil
from pathlib import Path

import click

from grantengine import migrate
from grantengine.db import Database
from grantengine.settings import Settings, load_settings
from grantengine.web.application import create_app
from grantengine.web.commands.serve import refuse_taken_port, run_gunicorn
from grantengine.web.demonstration import story
from grantengine.web.runtime import runtime

_HOST = "127.0.0.1"
_SQLITE = "sqlite:///"


@click.command("demo")
@click.option("--fresh", is_flag=True, help="Begin anew: forget what the demonstration holds.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def demo(*, fresh: bool, port: int) -> None:
    """Load the demonstration programme, unless it is there, and serve it."""
    refuse_taken_port(_HOST, port)
    settings = load_settings("demo", public_url=f"http://{_HOST}:{port}")
    _make_folder(settings.var_path)
    _refuse_unwritable(settings)
    if fresh:
        _refuse_to_forget_others(settings)
    if fresh or _is_abandoned(settings):
        forget(settings)
    application = create_app(settings)
    with application.app_context():
        _prepare()
    run_gunicorn(
        application,
        _HOST,
        port,
        workers=1,
        with_background=True,
        when_ready=lambda: click.echo(story.welcome(settings.public_url)),
    )


def forget(settings: Settings) -> None:
    """Delete the demonstration's database, uploads and letters; nothing else there."""
    name = _sqlite_file(settings)
    for path in (name, Path(f"{name}-wal"), Path(f"{name}-shm")) if name else ():
        path.unlink(missing_ok=True)
    for folder in ("uploads", "outbox"):
        shutil.rmtree(settings.var_path / folder, ignore_errors=True)


def _refuse_to_forget_others(settings: Settings) -> None:
    """Leave alone what was no demonstration: a wrong path must not cost anybody a database."""
    name = _sqlite_file(settings)
    if name is None:
        message = "--fresh forgets an SQLite database; on PostgreSQL give an empty database instead"
        raise click.ClickException(message)
    if not name.exists():
        return
    database = Database(settings.database_url)
    try:
        holds_another = story.holds_another(database)
    finally:
        database.dispose()
    if holds_another:
        raise click.ClickException(f"{name} holds no demonstration; --fresh leaves it alone")


def _sqlite_file(settings: Settings) -> Path | None:
    url = settings.database_url
    return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None


def _is_abandoned(settings: Settings) -> bool:
    """Tell whether an earlier start was stopped before the story was told to its end."""
    database = Database(settings.database_url)
    try:
        return story.is_abandoned(database)
    finally:
        database.dispose()


def _prepare() -> None:
    engine = runtime()
    migrate.upgrade(engine.database)
    if not story.is_loaded(engine.database):
        story.load(engine)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{path} cannot be made ({error.strerror}); set GRANTENGINE_VAR_PATH"
        raise click.ClickException(message) from None
    if not os.access(path, os.W_OK):
        message = f"{path} cannot be written to; make it writable or set GRANTENGINE_VAR_PATH"
        raise click.ClickException(message)


def _refuse_unwritable(settings: Settings) -> None:
    name = _sqlite_file(settings)
    # SQLite writes its journal beside the file, so the folder has to be writable as well.
    for path in (name.parent, name) if name else ():
        if (path != name or path.exists()) and not os.access(path, os.W_OK):
            advice = "make it writable or set GRANTENGINE_DATABASE_URL"
            raise click.ClickException(f"{path} cannot be written to; {advice}")
