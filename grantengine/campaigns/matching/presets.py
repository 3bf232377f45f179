"""Rules that others have used in public, as data to begin from."""

from fractions import Fraction

from grantengine.campaigns.matching.terms import MatchKind, MatchTerms
from grantengine.money import eur

PRESETS: dict[str, MatchTerms] = {
    # Sixty percent of the goal by the deadline, then the city pays up to forty.
    "tampere-2020": MatchTerms(
        kind=MatchKind.TOPUP,
        threshold=Fraction(3, 5),
        cap_share_of_goal=Fraction(2, 5),
        cap_per_campaign=eur("5000"),
    ),
    # Half from the crowd, half from the city.
    "jyvaskyla": MatchTerms(
        kind=MatchKind.TOPUP,
        threshold=Fraction(1, 2),
        cap_share_of_goal=Fraction(1, 2),
        cap_per_campaign=eur("3000"),
    ),
    # A euro for a euro of the first hundred, one pledge of each backer.
    "goteo": MatchTerms(
        kind=MatchKind.PROMISE,
        cap_per_pledge=eur("100"),
        pledges_per_backer=1,
    ),
}
