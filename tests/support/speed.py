"""What makes hundreds of applications and databases in one process cheap, and changes none."""

import gc
import sqlite3

import sqlalchemy as sa
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

# Of objects made until the youngest are looked through, and of rounds until the older ones are.
_ROUNDS = (50_000, 10, 10)
_HASTY = "hasty"
_STATEMENTS_MAX = 5000


class KeptTemplates(FileSystemBytecodeCache):
    """Templates that were compiled before, by any worker, and those of this one read only once."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self._read = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of a template, if it is there."""
        key = (bucket.key, bucket.checksum)
        if key not in self._read:
            super().load_bytecode(bucket)
            if bucket.code is None:
                return
            self._read[key] = bucket.code
        bucket.code = self._read[key]


def look_past_what_was_imported() -> None:
    """Let the garbage collector leave imported modules alone: they live until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_ROUNDS)


def keep_compiled_routes() -> None:
    """Compile a route once, not once in each application."""
    compiled: dict[tuple[object, ...], tuple[object, ...]] = {}
    compile_anew = Rule.compile

    def compile_once(rule: Rule) -> None:
        if rule.defaults:
            compile_anew(rule)
            return
        domain = rule.host if rule.map.host_matching else rule.subdomain
        converters = tuple(rule.map.converters.values())
        key = (domain, rule.rule, rule.merge_slashes, converters)
        if key not in compiled:
            compile_anew(rule)
            build = (rule._build.__func__, rule._build_unknown.__func__)
            compiled[key] = (rule._parts, rule._trace, rule._converters, rule.arguments, *build)
        rule._parts, rule._trace, rule._converters, arguments, *build = compiled[key]
        rule.arguments = set(arguments)
        rule._build, rule._build_unknown = (each.__get__(rule, None) for each in build)

    Rule.compile = compile_once


def wait_for_no_disk() -> None:
    """Let SQLite answer before the disk has written: no test outlives the machine."""
    sa.event.listen(sa.pool.Pool, "checkout", _make_hasty)


def _make_hasty(connection, record, _proxy) -> None:
    # Not when it connects: that is when the database itself says how careful it is.
    if _HASTY not in record.info and isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")
    record.info[_HASTY] = True


def keep_compiled_statements() -> None:
    """Compile a statement once for each kind of database, as one long-lived engine would."""
    kept = {
        dialect: LRUCache(_STATEMENTS_MAX)
        for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg)
    }
    for dialect in kept:
        # What is kept is kept by dialect, and each engine has made itself a new one.
        dialect.__eq__ = lambda one, other: type(one) is type(other)
        dialect.__hash__ = lambda one: hash(type(one))

    def share(connection: sa.Connection) -> None:
        connection.engine._compiled_cache = kept[type(connection.dialect)]

    sa.event.listen(sa.Engine, "engine_connect", share)
