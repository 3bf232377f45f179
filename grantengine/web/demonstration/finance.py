"""Paying: one officer collects, the other releases, the bank tells what became of it."""

from collections.abc import Iterator

from grantengine.disbursements import batches, queries, releases, statements
from grantengine.disbursements.lifecycle import BatchStatus
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.bank import statement_for
from grantengine.web.demonstration.stage import Stage

_PREPARER, _RELEASER = "paivi", "teemu"
# First instalments of the first call; the village's campaign; last instalments after learning,
# with the strong grant's first.
_PAID_DAYS = (-172, -92, -56)
_WAITING_DAYS = -2
_RELEASED_AFTER_DAYS = 1
_STATEMENT_AFTER_DAYS = 7


def acts(stage: Stage) -> Iterator[Act]:
    """Tell of three payment runs that went through and one that waits for its second person."""
    for days in _PAID_DAYS:
        yield Act(stage.office_moment(days, 13), _prepare)
        yield Act(stage.office_moment(days + _RELEASED_AFTER_DAYS, 14), _release_all)
        yield Act(stage.office_moment(days + _STATEMENT_AFTER_DAYS, 9), _read_back_all)
    yield Act(stage.office_moment(_WAITING_DAYS, 13), _prepare)


def _prepare(stage: Stage) -> None:
    """Put everything that is open and due in a batch, public and private money apart."""
    with stage.transaction() as session:
        waiting = queries.open_instalments(session)
        due = [each.id for each in waiting if each.due_on <= stage.today]
        officer_id = stage.people[_PREPARER]
        batches.prepare_batches(session, due, officer_id=officer_id, now=stage.now())


def _release_all(stage: Stage) -> None:
    with stage.transaction() as session:
        for batch in queries.batches(session, status=BatchStatus.DRAFT):
            releases.release_batch(
                session, batch.id, officer_id=stage.people[_RELEASER], now=stage.now()
            )


def _read_back_all(stage: Stage) -> None:
    """Import a statement for every bank file that the bank has not answered yet."""
    with stage.database.reading() as session:
        told = {each.file_name for each in queries.statements(session)}
        released = queries.batches(session, status=BatchStatus.RELEASED)
        files = [queries.bank_file(session, batch.id) for batch in released]
    for batch, content in files:
        name = f"camt053-{batch.key}.xml"
        if name not in told:
            statement = statement_for(content, booked_on=batch.pay_on)
            incoming = statements.read_incoming(statement, file_name=name)
            with stage.transaction() as session:
                statements.import_statement(
                    session, incoming, officer_id=stage.people[_PREPARER], now=stage.now()
                )
