"""Tables for a terminal: columns as wide as they need to be, amounts to the right."""

from collections.abc import Sequence

from grantengine.money import Money, decimal_string


def euros(cents: int) -> str:
    """Write an amount with two decimals and a comma at every thousand: `1,234.50`."""
    whole, _point, decimals = decimal_string(Money(cents)).partition(".")
    return f"{int(whole):,}.{decimals}" if cents >= 0 else f"-{euros(-cents)}"


def table(
    header: Sequence[str], body: Sequence[Sequence[str]], *, foot: Sequence[str] | None = None
) -> str:
    """Lay out a table: the first column to the left, the others to the right; rules between."""
    rows = [header, *body, *([foot] if foot else [])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    lines = [_line(header, widths), rule, *(_line(row, widths) for row in body)]
    return "\n".join([*lines, rule, _line(foot, widths)] if foot else lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = cells
    rest = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
    return "  ".join([first.ljust(widths[0]), *rest]).rstrip()
