"""How Alembic meets our database: over the connection that `grantengine.migrate` hands it."""

import importlib
import importlib.util

from alembic import context

from grantengine.db import Base

MODELS = (
    "grantengine.history",
    "grantengine.tasks",
    "grantengine.outbox",
    "grantengine.leases",
    "grantengine.ledger.models",
    "grantengine.programme.models",
    "grantengine.campaigns.crowd_models",
    "grantengine.campaigns.managing_models",
    "grantengine.campaigns.match_models",
    "grantengine.campaigns.models",
    "grantengine.campaigns.payment_models",
    "grantengine.campaigns.search_models",
    "grantengine.disbursements.models",
    "grantengine.reviews.aftermath_models",
    "grantengine.reviews.assignment_models",
    "grantengine.reviews.batch_models",
    "grantengine.reviews.draw_models",
    "grantengine.reviews.note_models",
    "grantengine.reviews.pool_models",
    "grantengine.reviews.selection_models",
    "grantengine.reviews.issued_models",
    "grantengine.reviews.models",
    "grantengine.reviews.question_models",
    "grantengine.reviews.screening_models",
    "grantengine.reviews.sent_models",
    "grantengine.reviews.together_models",
    "grantengine.learnings.models",
)


def run() -> None:
    """Run the migrations in one transaction."""
    for name in MODELS:
        importlib.import_module(name)
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if lost is not None:
                raise RuntimeError(f"a row of {lost[0]} would refer to no row of {lost[2]}")


run()
