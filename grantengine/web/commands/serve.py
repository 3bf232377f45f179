"""`grantengine serve` and `grantengine worker`: the production entry points."""

import errno
import socket
import threading
from collections.abc import Callable
from typing import Any

import click
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from flask.cli import ScriptInfo, with_appcontext
from gunicorn.app.base import BaseApplication

from grantengine import migrate, tasks
from grantengine.db import driver_conninfo
from grantengine.web.background import Background, start_schedule
from grantengine.web.runtime import runtime

THREADS = 8  # In each worker process.


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@with_appcontext
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages with gunicorn; on SQLite in one process that also runs the tasks."""
    refuse_taken_port(host, port)
    migrate.check(runtime().database)
    single = not runtime().database.is_postgresql
    run_gunicorn(
        _application(), host, port, workers=1 if single else workers, with_background=single
    )


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run the schedule and the tasks until stopped."""
    engine = runtime()
    migrate.check(engine.database)
    if engine.database.is_postgresql:
        start_schedule(BackgroundScheduler(timezone="UTC"), engine)
        registry = in_context(_application(), engine.registry)
        tasks.run_postgresql(registry, driver_conninfo(engine.database.engine))
    else:
        Background(_application()).start()
        threading.Event().wait()


def in_context(application: Flask, registry: tasks.Registry) -> tasks.Registry:
    """Let every task run inside the application's context, whatever thread it runs in."""

    def wrap(function: tasks.TaskFunction) -> tasks.TaskFunction:
        def run(**arguments: Any) -> None:
            with application.app_context():
                function(**arguments)

        return run

    return {name: wrap(function) for name, function in registry.items()}


def refuse_taken_port(host: str, port: int) -> None:
    """Say in one line that nothing can listen there, before anything else is begun.

    Raises:
        click.ClickException: the port is taken, reserved, or the host is not this machine.
    """
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            is_taken = error.errno == errno.EADDRINUSE
            reason = "is taken" if is_taken else f"of {host} cannot be had ({error.strerror})"
            message = f"port {port} {reason}; choose another with --port"
            raise click.ClickException(message) from None


def run_gunicorn(
    application: Flask,
    host: str,
    port: int,
    *,
    workers: int,
    with_background: bool,
    when_ready: Callable[[], None] | None = None,
) -> None:
    """Run the web server until it is stopped.

    Args:
        application: what to serve.
        host: address to listen on.
        port: port to listen on.
        workers: processes; each has eight threads.
        with_background: run the schedule and the tasks in the server's process.
        when_ready: called once the server listens.
    """
    # A worker process opens its own connections: none may be shared across the fork.
    with application.app_context():
        runtime().database.dispose()
    options: dict[str, Any] = {
        "bind": f"[{host}]:{port}" if _family(host) == socket.AF_INET6 else f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "loglevel": "warning",
        "preload_app": True,
    }
    if with_background:
        options["post_worker_init"] = lambda _worker: Background(application).start()
    if when_ready is not None:
        options["when_ready"] = lambda _server: when_ready()
    _Server(application, options).run()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _application() -> Flask:
    return click.get_current_context().ensure_object(ScriptInfo).load_app()


class _Server(BaseApplication):
    """Gunicorn around an application that exists already."""

    def __init__(self, application: Flask, options: dict[str, Any]) -> None:
        self._application = application
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Set what we were given."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Give the application."""
        return self._application
