"""Looking at every entry within the database: each check is a query for what is off."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.ledger.entries import REVERSED, entry_id


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is off: which check, where, and what it should be."""

    check: str
    where: str
    expected: str
    found: str


_CROSSING = """
SELECT t.number, t.currency, t.book, t.fund, d.currency, d.book, d.fund, c.currency, c.book, c.fund
FROM ledger_transfers AS t
LEFT JOIN ledger_accounts AS d ON d.id = t.debit_account_id
LEFT JOIN ledger_accounts AS c ON c.id = t.credit_account_id
WHERE d.id IS NULL OR c.id IS NULL
    OR t.currency <> d.currency OR t.book <> d.book OR t.fund <> d.fund
    OR t.currency <> c.currency OR t.book <> c.book OR t.fund <> c.fund
ORDER BY t.number, t.line
"""
# An entry's lines as its hash has them. A code needs no escapes: one with a quote in it is not what
# was hashed, and is found.
_LINES = """
    SELECT t.number, t.line, t.lines, t.kind, t.about, t.effective_on, t.request_hash, t.reverses,
        '["' || coalesce(d.code, '?') || '","' || coalesce(c.code, '?') || '",'
        || CAST(t.amount_cents AS text) || ',"' || t.currency || '"]' AS movements
    FROM ledger_transfers AS t
    LEFT JOIN ledger_accounts AS d ON d.id = t.debit_account_id
    LEFT JOIN ledger_accounts AS c ON c.id = t.credit_account_id
"""
_DIGEST = {
    "postgresql": """sha256(convert_to(
        '[' || to_json(kind) || ',' || to_json(about) || ',"' || CAST(effective_on AS text) || '",['
        || movements || CASE WHEN reverses IS NULL THEN ']]'
            ELSE '],"ent_' || lpad(CAST(reverses AS text), 12, '0') || '"]' END, 'UTF8'))""",
    # To `printf` a text ends at a NUL. Lines that have one are cut off there, and found; a date that
    # has one counts on no day.
    "sqlite": """sha256(printf(
        '[%s,%s,"%s",[%s]%s', json_quote(kind), json_quote(about), effective_on, movements,
        CASE WHEN reverses IS NULL THEN ']' ELSE printf(',"ent_%012d"]', reverses) END))""",
}
_JOINED = {"postgresql": "string_agg", "sqlite": "group_concat"}
# The line that begins it, of how many, how many there are, and the last one; hashes as they are
# and as they should be.
_OF_ONE_LINE = """
SELECT number, line, lines, 1, line, request_hash, {digest} FROM ({lines}) AS entries
WHERE lines = 1 AND line = 1 AND {digest} IS DISTINCT FROM request_hash
"""
_OF_MORE_LINES = """
SELECT number, line, lines, total, last, request_hash, {digest} FROM (
    SELECT number, line, lines, kind, about, effective_on, request_hash, reverses,
        {joined}(movements, ',') OVER entry AS movements,
        count(*) OVER entry AS total, max(line) OVER entry AS last,
        row_number() OVER (PARTITION BY number ORDER BY line) AS place
    FROM ({lines}) AS rows_of_entries WHERE lines <> 1 OR line <> 1
    WINDOW entry AS (
        PARTITION BY number ORDER BY line
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
) AS entries
WHERE place = 1 AND (
    line <> 1 OR total <> lines OR last <> lines OR {digest} IS DISTINCT FROM request_hash
)
"""
# How many lines a reversal has, how many the entry before it that it names, and how many of them
# are each other's mirror.
_REVERSALS = """
SELECT number, kind, reverses, own, originals, mirrored FROM (
    SELECT number, kind, reverses,
        (SELECT count(*) FROM ledger_transfers AS o WHERE o.number = r.number) AS own,
        (SELECT count(*) FROM ledger_transfers AS o
            WHERE o.number = r.reverses AND o.number < r.number) AS originals,
        (SELECT count(*) FROM ledger_transfers AS m JOIN ledger_transfers AS o
            ON o.number = r.reverses AND o.line = r.lines + 1 - m.line
            AND o.debit_account_id = m.credit_account_id
            AND o.credit_account_id = m.debit_account_id AND o.amount_cents = m.amount_cents
            WHERE m.number = r.number) AS mirrored
    FROM ledger_transfers AS r
    WHERE line = 1 AND (reverses IS NOT NULL OR kind LIKE '%#_reversed' ESCAPE '#')
) AS taken_back
WHERE reverses IS NULL OR originals <> own OR mirrored <> own
"""
_LATE = """
SELECT t.number, p.last_on, p.last_entry FROM ledger_periods AS p
JOIN ledger_transfers AS t ON t.number > p.last_entry
    AND t.effective_on BETWEEN p.first_on AND p.last_on
WHERE p.status <> 'open' AND t.line = 1
"""
# Of the findings about one entry, which comes first.
_RANK = {
    check: rank
    for rank, check in enumerate(("running", "crossing", "lines", "hash", "reversal", "period"))
}
_SETTINGS = ("work_mem = '128MB'", "jit = off")
_Numbered = tuple[int, str, object, object]


def prepare(session: Session) -> None:
    """Give the database what it needs for this: room to sort, or a hash that it does not know."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        for setting in _SETTINGS:
            connection.execute(sa.text(f"SET LOCAL {setting}"))
        return
    driver: Any = connection.connection.driver_connection
    driver.create_function("sha256", 1, _sha256, deterministic=True)


def in_order(found: Iterable[tuple[int, str, object, object]]) -> list[Finding]:
    """Put what `LOOKS` found into the order of the ledger, each check once for each entry."""
    first: dict[tuple[int, str], Finding] = {}
    for number, check, expected, seen in found:
        first.setdefault(
            (number, check), Finding(check, entry_id(number), f"{expected}", f"{seen}")
        )
    return [first[each] for each in sorted(first, key=lambda each: (each[0], _RANK[each[1]]))]


def _crossing(session: Session) -> Iterator[_Numbered]:
    for number, *belongs in _rows(session, _CROSSING):
        across = (tuple(belongs[3:6]), tuple(belongs[6:]))
        yield number, "crossing", tuple(belongs[:3]), across


def _entries(session: Session) -> Iterator[_Numbered]:
    dialect = session.get_bind().dialect.name
    parts = {"digest": _DIGEST[dialect], "joined": _JOINED[dialect], "lines": _LINES}
    for query in (_OF_ONE_LINE, _OF_MORE_LINES):
        rows = _rows(session, query.format(**parts))
        for number, first, lines, total, last, kept, digest in rows:
            if first != 1 or not lines == total == last:
                yield number, "lines", lines, total
            if digest != kept:
                yield number, "hash", (kept or b"").hex(), digest.hex()


def _reversals(session: Session) -> Iterator[_Numbered]:
    for number, kind, back, _, originals, _ in _rows(session, _REVERSALS):
        if back is None:
            if kind.endswith(REVERSED):
                yield number, "reversal", "the entry that it takes back", "none"
        elif not originals:
            yield number, "reversal", "an earlier entry", entry_id(back)
        else:
            yield number, "reversal", f"the mirror of {entry_id(back)}", "other transfers"


def _late(session: Session) -> Iterator[_Numbered]:
    for number, last_on, last_entry in _rows(session, _LATE):
        expected = f"nothing after {entry_id(last_entry)} in the period to {last_on}"
        yield number, "period", expected, entry_id(number)


# What is looked at of each entry, the longest look first.
LOOKS = (_entries, _crossing, _late, _reversals)


def _rows(session: Session, query: str) -> Iterator[tuple[Any, ...]]:
    yield from map(tuple, session.execute(sa.text(query)))


def _sha256(text: str | None) -> bytes | None:
    return None if text is None else hashlib.sha256(text.encode()).digest()
