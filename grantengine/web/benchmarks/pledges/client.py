"""One client of the measurement of pledges, a process of its own."""

import sys

from grantengine.web.benchmarks.peers.posting_client import post_for
from grantengine.web.benchmarks.pledges import cases


def main() -> None:
    """Pledge for a time: the URL, the seconds, by what, where."""
    url, seconds, how, place = sys.argv[1:]
    database = cases.database_of(url)
    with cases.pledging_by(how, database, place) as pledge:
        post_for(float(seconds), pledge)
    database.dispose()


if __name__ == "__main__":
    main()
