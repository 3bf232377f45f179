"""A client of django-hordak, run by the Python of an environment that has it and Django.

This file is run as a script and imports nothing of this program but the file beside it.
"""

import json
import random
import sys
from typing import Any


def main() -> None:
    """Do what the first argument says, `prepare` or `run`, in the database of the second."""
    task, database, number = sys.argv[1:]
    _configure(json.loads(database))
    if task == "prepare":
        _prepare(int(number))
    else:
        _run(float(number))


def _configure(database: dict[str, Any]) -> None:
    import django  # type: ignore[import-not-found]  # of the peer's environment
    from django.conf import settings  # type: ignore[import-not-found]

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", **database}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        TIME_ZONE="UTC",
        CURRENCIES=("EUR",),
        HORDAK_INTERNAL_CURRENCY="EUR",
        DEFAULT_CURRENCY="EUR",
    )
    django.setup()


def _prepare(accounts: int) -> None:
    from django.core.management import call_command  # type: ignore[import-not-found]
    from hordak.models import Account  # type: ignore[import-not-found]

    call_command("migrate", verbosity=0)
    # Each the root of a tree of its own; saved one by one they would take minutes.
    tree = {"lft": 1, "rght": 2, "level": 0, "type": "AS", "currencies": ["EUR"]}
    Account.objects.bulk_create(
        [
            Account(name=f"account {number}", code=f"{number}", tree_id=number, **tree)
            for number in range(1, accounts + 1)
        ],
        batch_size=500,
    )


def _run(seconds: float) -> None:
    from django.db import transaction  # type: ignore[import-not-found]
    from hordak.models import Account
    from moneyed import Money  # type: ignore[import-not-found]
    from posting_client import post_for  # type: ignore[import-not-found]  # the file beside this one

    accounts = list(Account.objects.all())

    def post() -> None:
        source, target = random.sample(accounts, 2)
        with transaction.atomic():
            source.transfer_to(target, Money("1.00", "EUR"), description="moved")

    post_for(seconds, post)


if __name__ == "__main__":
    main()
