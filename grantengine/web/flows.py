"""The flow of the public money as a drawing: from the appropriation over envelopes to stations."""

from collections.abc import Sequence
from dataclasses import dataclass

from grantengine.money import Money
from grantengine.programme.chart import Stage
from grantengine.programme.queries import Budget

WIDTH = 1000
HEIGHT = 500
NODE_WIDTH = 14
GAP = 44
# What has gone furthest stands on top, as in the bar of the front page.
ORDER = (
    Stage.PAID,
    Stage.IN_PAYMENT,
    Stage.COMMITTED,
    Stage.RESERVED,
    Stage.AVAILABLE,
    Stage.RECOVERED,
)

_COLUMNS = (0, 400, WIDTH - NODE_WIDTH)


@dataclass(frozen=True, slots=True)
class Node:
    """A bar of the drawing: whose money, how much, and where it stands."""

    name: str
    amount: Money
    x: int
    y: float
    height: float

    @property
    def middle(self) -> float:
        """The height at which its label stands."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Band:
    """A stream between two bars, as an SVG path, with the station that gives its colour."""

    stage: str
    path: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole drawing."""

    source: Node
    envelopes: list[Node]
    stations: list[Node]
    bands: list[Band]


def flow_of(budget: Budget) -> Flow | None:
    """Draw the budget; None when nothing has been appropriated."""
    if not budget.appropriated:
        return None
    parts = [(each.envelope.code, each.allotted) for each in budget.envelopes if each.allotted]
    stages = [(stage, budget.stage_total(stage)) for stage in ORDER]
    stages = [(stage, amount) for stage, amount in stages if amount]
    bars = max(len(parts), len(stages), 1)
    scale = (HEIGHT - GAP * (bars - 1)) / budget.appropriated.cents
    source = _column(0, [("appropriation", budget.appropriated)], scale)[0]
    envelopes = _column(1, parts, scale)
    stations = _column(2, [(str(stage), amount) for stage, amount in stages], scale)
    bands = [*_allotments(source, envelopes), *_progress(budget, envelopes, stations, scale)]
    return Flow(source, envelopes, stations, bands)


def _column(number: int, parts: Sequence[tuple[str, Money]], scale: float) -> list[Node]:
    heights = [amount.cents * scale for _name, amount in parts]
    y = (HEIGHT - sum(heights) - GAP * (len(parts) - 1)) / 2
    nodes = []
    for (name, amount), height in zip(parts, heights, strict=True):
        nodes.append(Node(name, amount, _COLUMNS[number], y, height))
        y += height + GAP
    return nodes


def _allotments(source: Node, envelopes: Sequence[Node]) -> list[Band]:
    bands, y = [], source.y
    for node in envelopes:
        bands.append(Band("allotted", _band(source, y, node, node.y, node.height)))
        y += node.height
    return bands


def _progress(
    budget: Budget, envelopes: Sequence[Node], stations: Sequence[Node], scale: float
) -> list[Band]:
    bands = []
    arrived = {node.name: node.y for node in stations}
    targets = {node.name: node for node in stations}
    stages_of = {each.envelope.code: each.stages for each in budget.envelopes}
    for node in envelopes:
        y = node.y
        for stage in ORDER:
            height = stages_of[node.name][stage].cents * scale
            if height:
                path = _band(node, y, targets[stage], arrived[stage], height)
                bands.append(Band(str(stage), path))
                y += height
                arrived[stage] += height
    return bands


def _band(left: Node, left_y: float, right: Node, right_y: float, height: float) -> str:
    start, end = left.x + NODE_WIDTH, right.x
    middle = (start + end) / 2
    return (
        f"M{start} {left_y:.1f}C{middle} {left_y:.1f} {middle} {right_y:.1f} {end} {right_y:.1f}"
        f"V{right_y + height:.1f}"
        f"C{middle} {right_y + height:.1f} {middle} {left_y + height:.1f} "
        f"{start} {left_y + height:.1f}Z"
    )
