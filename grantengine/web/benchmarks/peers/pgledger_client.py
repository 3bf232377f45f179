"""A client of pgledger, over psycopg, as its own documentation calls it."""

import random
import sys

import psycopg

from grantengine.web.benchmarks.peers.posting_client import post_for

ACCOUNTS = "SELECT id FROM pgledger_accounts"
POST = "SELECT id FROM pgledger_create_transfer(%s, %s, 1.00)"


def prepare(conninfo: str, *, sql: str, accounts: int) -> None:
    """Install pgledger from its SQL in an empty database and open accounts without limits."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(sql.encode())
        connection.execute(
            "SELECT count(*) FROM generate_series(1, %s) AS number,"
            " LATERAL pgledger_create_account('account ' || number, 'EUR')",
            (accounts,),
        )


def main() -> None:
    """Post single transfers between accounts drawn by lot: the conninfo, the seconds."""
    conninfo, seconds = sys.argv[1:]
    with psycopg.connect(conninfo, autocommit=True) as connection:
        accounts = [row[0] for row in connection.execute(ACCOUNTS)]
        cursor = connection.cursor()

        def post() -> None:
            cursor.execute(POST, random.sample(accounts, 2))
            cursor.fetchone()

        post_for(float(seconds), post)


if __name__ == "__main__":
    main()
