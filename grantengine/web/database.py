"""The reading session of a request: Flask-SQLAlchemy over our own engine and metadata."""

from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from grantengine.db import Base, make_engine


class _Shared(SQLAlchemy):
    """Flask-SQLAlchemy whose engine means the same transactions as everybody else's."""

    def _make_engine(
        self, bind_key: str | None, options: dict[str, Any], app: Flask
    ) -> sa.engine.Engine:
        return make_engine(options["url"])


db = _Shared(metadata=Base.metadata, session_options={"expire_on_commit": False})


def reader() -> Session:
    """Give this request's session for queries; it never commits."""
    return db.session()
