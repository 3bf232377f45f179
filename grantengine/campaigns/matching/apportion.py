"""Sharing a pot in proportion, with a limit for each, in whole cents and to the last one."""

from collections.abc import Sequence

from grantengine.money import Money, split_by_weights


def ration(pot_cents: int, *, weights: Sequence[int], limits: Sequence[int]) -> list[int]:
    """Share a pot in proportion to weights, nobody above a limit.

    Whoever would get more than its limit gets the limit, and what that leaves is shared among
    the others, in the same proportions, until nobody is above. As the level only rises, who was
    at the limit once stays there. The cents that no proportion divides go by largest remainder,
    ties to the earlier; a pot larger than all limits is not stretched beyond them.

    Args:
        pot_cents: what there is to share, not negative.
        weights: whole numbers, not negative, of any size.
        limits: in cents, not negative, zero where the weight is zero.

    Returns:
        The cents of each, in the order of the weights; their sum is the pot, or that of the
        limits when it is smaller.
    """
    if sum(limits) <= pot_cents:
        return list(limits)
    shares = [0] * len(weights)
    open_ = [index for index, limit in enumerate(limits) if limit]
    left, full = pot_cents, open_
    while full:
        weight = sum(weights[index] for index in open_)
        # Compared across, since a quotient would be rounded.
        full = [index for index in open_ if left * weights[index] >= limits[index] * weight]
        for index in full:
            shares[index] = limits[index]
        left -= sum(limits[index] for index in full)
        open_ = [index for index in open_ if not shares[index]]
    parts = split_by_weights(Money(left), [weights[index] for index in open_])
    for index, part in zip(open_, parts, strict=True):
        shares[index] = part.cents
    return shares
