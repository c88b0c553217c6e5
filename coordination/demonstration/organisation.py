"""The tree of units of a fictitious municipality, with headcounts for its leaves."""

from dataclasses import dataclass, field
from datetime import date
from zlib import crc32

import numpy as np

from coordination.demonstration.catalogue import AREAS, HEALTH, KINDS, SMALL, Kind, Mix, invented_name
from coordination.demonstration.groups import ADMIN
from coordination.demonstration.spec import MunicipalitySpec

FOUNDED = date(2007, 1, 1)
"""All units are valid from here (the municipal reform), so nobody is employed before their unit exists."""

DEMO_TEAM_SIZE = 24
LEADER_MIX: Mix = ((ADMIN, 1.0),)


@dataclass
class Node:
    """A unit under construction. `size` counts its own staff apart from the leaders of the units below."""

    name: str
    level: str
    parent: int
    kind: str
    mix: Mix
    size: int = 0
    valid_to: date | None = None


@dataclass
class Tree:
    """The finished tree; indexes are positions in `nodes`, and parents come before children."""

    nodes: list[Node] = field(default_factory=list)
    demo_team: int = -1
    closed: int = -1
    successor: int = -1
    closed_on: date = FOUNDED
    moved: int = -1
    moved_from: int = -1
    moved_on: date = FOUNDED

    def add(self, node: Node) -> int:
        """Append a node and return its index."""
        self.nodes.append(node)
        return len(self.nodes) - 1

    def leaves(self) -> list[int]:
        """Return the live units with staff of their own."""
        return [index for index, node in enumerate(self.nodes) if node.size]


def _split(total: int, parts: int, rng: np.random.Generator) -> list[int]:
    """Split `total` heads into `parts` uneven but similar sizes that sum to it."""
    weights = rng.uniform(0.75, 1.25, parts)
    cuts = np.round(np.cumsum(weights / weights.sum()) * total).astype(int)
    return [int(size) for size in np.diff(cuts, prepend=0)]


def _add_institution(
    tree: Tree, kind: Kind, name: str, parent: int, size: int, rng: np.random.Generator
) -> None:
    """Add one institution, divided into teams where it is large."""
    index = tree.add(Node(name, "institution", parent, kind.key, kind.teams[0][1]))
    if size <= 32:
        tree.nodes[index].size = size
        return
    for place, team_size in enumerate(_split(size, max(2, round(size / 22)), rng)):
        team_name, mix = kind.teams[place % len(kind.teams)]
        lap = place // len(kind.teams)
        tree.add(
            Node(f"{team_name} {lap + 1}" if lap else team_name, "team", index, kind.key, mix, team_size)
        )


def _add_kinds(tree: Tree, spec: MunicipalitySpec, areas: dict[str, int], rng: np.random.Generator) -> None:
    """Add centres (in municipalities large enough to have them) and all institutions."""
    staff = spec.employees * (0.945 if spec.employees >= 1000 else 0.89)
    total_share = sum(kind.share for kind in KINDS)
    centers: dict[str, int] = {}
    offset = crc32(spec.slug.encode())
    for kind in KINDS:
        parent = areas[kind.area]
        if spec.employees >= 1000:
            if kind.center not in centers:
                centers[kind.center] = tree.add(Node(kind.center, "center", parent, kind.key, LEADER_MIX))
            parent = centers[kind.center]
        heads = max(2, round(staff * kind.share / total_share))
        count = 1 if kind.size is None else max(1, round(heads * 2 / sum(kind.size)))
        for number, size in enumerate(_split(heads, count, rng)):
            name = invented_name(kind, number, offset) if "{}" in kind.name else kind.name
            _add_institution(tree, kind, name, parent, size, rng)
    for key, area, name, size, mix in SMALL[: 4 if spec.employees >= 1000 else 1]:
        tree.add(Node(name, "institution", areas[area], key, mix, size))


def _choose_demo_team(tree: Tree) -> None:
    """Give the first team of the first plejecenter the demonstration's size."""
    of_kind = [index for index, node in enumerate(tree.nodes) if node.kind == "plejecenter" and node.size]
    tree.demo_team = of_kind[0]
    tree.nodes[tree.demo_team].size = DEMO_TEAM_SIZE


def _add_history(tree: Tree, areas: dict[str, int], today: date) -> None:
    """One team was closed two years ago, one institution moved to another area the year before last."""
    tree.successor = next(i for i, node in enumerate(tree.nodes) if node.kind == "hjemmepleje" and node.size)
    home = tree.nodes[tree.successor]
    tree.closed_on = date(today.year - 2, 6, 30)
    name = "Rehabiliteringsteamet" if home.level == "team" else "Hjemmeplejen Gammelhavn"
    tree.closed = tree.add(Node(name, home.level, home.parent, home.kind, home.mix, 0, tree.closed_on))
    tree.moved = next(i for i, node in enumerate(tree.nodes) if node.kind == "sundhedspleje")
    tree.moved_from = areas[HEALTH]
    tree.moved_on = date(today.year - 1, 1, 1)


def build_tree(spec: MunicipalitySpec, today: date, rng: np.random.Generator) -> Tree:
    """Build the units of `spec` as they stand on `today`, with one closed and one moved unit behind them."""
    tree = Tree()
    root = tree.add(Node(spec.name, "kommune", -1, "kommune", LEADER_MIX))
    manner = crc32(spec.slug.encode()) % 3
    areas = {
        area: tree.add(Node(names[manner], "forvaltning", root, area, LEADER_MIX))
        for area, names in AREAS.items()
    }
    _add_kinds(tree, spec, areas, rng)
    _choose_demo_team(tree)
    _add_history(tree, areas, today)
    return tree
