"""The ledger's own client in a race with its peers."""

import sys

from grantengine.db import Database
from grantengine.web.benchmarks import ledger
from grantengine.web.benchmarks.peers.posting_client import post_for


def main() -> None:
    """Run a case of the ledger's own measurement: the URL, the seconds, the case."""
    url, seconds, case = sys.argv[1:]
    database = Database(url)
    with ledger.cases_of(database)[case](database) as post:
        post_for(float(seconds), post)
    database.dispose()


if __name__ == "__main__":
    main()
