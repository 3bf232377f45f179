"""Routes of review_queue."""

from flask import Blueprint

bp = Blueprint("review_queue", __name__)
