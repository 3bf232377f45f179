"""Routes of learnings."""

from flask import Blueprint

bp = Blueprint("learnings", __name__)
