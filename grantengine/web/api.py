"""The API: /api/v1 and its OpenAPI document."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Register the API."""
