"""A table of figures on the terminal: what is measured beside what it is held against."""

from grantengine.web.benchmarks.ledger_figures import Figure


def header(many: str) -> str:
    """Head the table; `many` says what does it at once."""
    return _line("what", many, "theirs", "ours", "unit", "value", "target")


def row(figure: Figure) -> str:
    """Write one figure with its target and whether it is met."""
    theirs = "" if figure.theirs is None else _number(figure.theirs)
    target = f"{'≤' if figure.at_most else '≥'} {_number(figure.target)}"
    verdict = "met" if figure.is_met else "not met"
    cells = (figure.what, figure.processes, theirs, _number(figure.ours), figure.unit)
    return f"{_line(*cells, _number(figure.value), target)}  {verdict}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"  # no cents of hundreds


def _line(*cells: object) -> str:
    what, many, theirs, ours, unit, value, target = cells
    return f"{what:<36} {many:>9} {theirs:>9} {ours:>9} {unit:<10} {value:>9} {target:>10}"
