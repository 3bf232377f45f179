"""How often one address may try what guessing, spamming or flooding would repeat."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, cast

from flask import Flask, request
from flask_limiter import Limiter
from werkzeug.middleware.proxy_fix import ProxyFix

from grantengine.settings import Settings

if TYPE_CHECKING:
    from flask.typing import RouteCallable

# By endpoint. Only sending is counted: reading a form again costs nobody anything.
LIMITS = {
    "sessions.create": "10 per minute; 100 per hour",
    "registration.create": "10 per minute; 30 per hour",
    "pledges.create": "20 per minute; 200 per hour",
    "api_pledges.make_pledge": "20 per minute; 200 per hour",
    "calls.apply": "10 per minute; 60 per hour",
    # Each reads a file and reckons with it.
    "verification.check": "20 per minute; 200 per hour",
    # Each sends a letter to an address that nobody has confirmed yet.
    "questions.ask": "5 per minute; 30 per hour",
    "offers.offer": "5 per minute; 30 per hour",
}
# Whoever has an IPv6 address has at least the 2^64 of its network.
_NETWORK_BITS = 64


def init_app(app: Flask, settings: Settings) -> None:
    """Count the tries of every address at the endpoints above; their routes exist already."""
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        # What stands in front of us says whose request it is.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    if not settings.throttling:
        return
    limiter = Limiter(
        key_func=_network,
        app=app,
        storage_uri=settings.throttling_storage,
        strategy="moving-window",
        headers_enabled=True,  # Among them Retry-After.
    )
    for endpoint, limit in LIMITS.items():
        counted = limiter.limit(limit)(app.view_functions[endpoint])
        app.view_functions[endpoint] = cast("RouteCallable", counted)


def _network() -> str:
    address = ip_address(request.remote_addr or "::")
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _NETWORK_BITS), strict=False))
    return str(address)
