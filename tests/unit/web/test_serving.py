"""Where the web server may listen."""

import socket

import click
import pytest

from grantengine.web.commands.serve import refuse_taken_port


@pytest.mark.parametrize(
    ("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
)
def test_a_taken_port_is_named_whatever_the_version_of_the_address(family, host):
    with socket.socket(family, socket.SOCK_STREAM) as taken:
        taken.bind((host, 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(click.ClickException, match=f"port {port} is taken"):
            refuse_taken_port(host, port)

    refuse_taken_port(host, port)
