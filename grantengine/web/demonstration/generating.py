"""The applications of a large call, put together from themes, methods, places and names.

The same every time: what looks like chance is a generator of a fixed seed.
"""

import unicodedata
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from grantengine.money import Money
from grantengine.programme.lifecycle import OrganisationKind
from grantengine.reviews.experiment_card import BudgetRow, CostClass
from grantengine.web.demonstration.sources import Facts

SEED: Final = 2017
_LANGUAGES: Final = ("fi",) * 7 + ("sv",) * 2 + ("en",)
_KINDS: Final = ("association",) * 6 + ("working_group",) * 2 + ("company", "municipality")
_SHARE_PERCENT: Final = 80
_BANK: Final = "123456"  # A bank of sample accounts, which nobody has.


@dataclass(frozen=True, slots=True)
class Idea:
    """One application before it is sent, and how good reviewers will find it.

    Attributes:
        number: 0 and up.
        worth: about what a fair reviewer would give it, 1 to 6.
    """

    number: int
    language: str
    person: str
    email: str
    organisation: str
    kind: OrganisationKind
    business_id: str | None
    iban: str
    title: str
    texts: dict[str, Any]
    budget: list[BudgetRow]
    applied: Money
    worth: float

    @property
    def costs(self) -> Money:
        """What all of it costs."""
        return Money(sum(row.amount.cents for row in self.budget))


def ideas(facts: Facts, count: int) -> list[Idea]:
    """Make this many applications; no two have the same title, person or body."""
    chance = Random(SEED)  # noqa: S311  # for a story, not for a secret
    made: list[Idea] = []
    taken: set[str] = set()
    while len(made) < count:
        idea = _idea(facts, len(made), chance)
        its_own = {idea.title, idea.person, idea.organisation}
        if not taken & its_own:
            taken |= its_own
            made.append(idea)
    return made


def points(idea: Idea, criteria: int, chance: Random, *, severity: float) -> list[int]:
    """Give the points of one reviewer, each from 1 to 6."""
    seen = [idea.worth - severity + chance.gauss(0, 0.8) for _ in range(criteria)]
    return [min(max(round(each), 1), 6) for each in seen]


def _idea(facts: Facts, number: int, chance: Random) -> Idea:
    language = chance.choice(_LANGUAGES)
    theme = facts["themes"][number % len(facts["themes"])][language]
    method = chance.choice(facts["methods"])[language]
    place = chance.choice(facts["places"]["sv" if language == "sv" else "fi"])
    kind = chance.choice(_KINDS)
    names = facts["names"]["sv" if language == "sv" else "fi"]
    person = f"{chance.choice(names['first'])} {chance.choice(names['last'])}"
    values = {"place": place, "thing": theme["thing"], "deed": theme["deed"]}
    values |= {"people": chance.randint(3, 14), "weeks": chance.choice((6, 8, 10, 12))}
    words = facts["texts"][language]
    texts = {name: words[name].format(**values) for name in _FROM_WORDS}
    texts |= {
        "testing": method["testing"].format(**values),
        "learning_aim": method["learning"].format(**values),
    }
    budget = _budget(words, chance)
    return Idea(
        number=number,
        language=language,
        person=person,
        email=f"{_plain(person)}@hakija{number:03}.example.fi",
        organisation=chance.choice(facts["organisations"][language][kind]).format(place=place),
        kind=OrganisationKind(kind),
        business_id=None if kind == "working_group" else _business_id(number),
        iban=_iban(number),
        title=f"{chance.choice(theme['titles'])}, {place}",
        texts=texts,
        budget=budget,
        applied=_applied(budget),
        worth=min(max(chance.gauss(3.7, 0.9), 1.3), 5.7),
    )


_FROM_WORDS: Final = ("summary", "problem", "solution", "team", "resources")


_COSTS: Final = (
    (CostClass.SERVICES, 300, 2400, "note_work"),
    (CostClass.MATERIALS, 300, 2800, "note_things"),
    (CostClass.COMMUNICATION, 50, 700, "note_words"),
)


def _budget(words: Facts, chance: Random) -> list[BudgetRow]:
    return [
        BudgetRow(cost_class, Money(chance.randrange(least, most, 50) * 100), words[note])
        for cost_class, least, most, note in _COSTS
    ]


def _applied(budget: list[BudgetRow]) -> Money:
    cents = sum(row.amount.cents for row in budget) * _SHARE_PERCENT // 100
    # In tens of euros, as people apply.
    return Money(min(max(cents // 1000 * 1000, 50_000), 500_000))


def _plain(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ascii_name.lower().replace(" ", ".")


def _business_id(number: int) -> str:
    """Make a business id of the series that is not in use, with its check digit."""
    start = 9_100_000 + number * 13
    while True:
        digits = [int(each) for each in str(start)]
        rest = sum(a * b for a, b in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
        if rest != 1:
            return f"{start}-{0 if rest == 0 else 11 - rest}"
        start += 1


def _iban(number: int) -> str:
    """Make a sample account with its check digits (ISO 7064, as IBANs have them)."""
    account = f"{_BANK}{number:08}"
    check = 98 - int(f"{account}151800") % 97  # FI00 at the end, letters as numbers
    return f"FI{check:02}{account}"
