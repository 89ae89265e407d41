"""The dependency graph: a layered layout, in columns from left to right, and its drawing.

Layers are columns, not rows, because a node carries words: a page is wide enough for five columns of words and as
tall as it needs to be for the rest.
"""

from __future__ import annotations

import graphlib
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import combinations, pairwise

from reports.palette import INK, MUTED, PALETTE, PAPER, glyph, picture
from reports.phrases import Phrases, ReportError

__all__ = ["HEIGHT", "WIDTH", "Label", "Layout", "draw", "layout"]

WIDTH, HEIGHT = 172, 44  # a node
ACROSS, DOWN = 46, 14  # the space between columns and between rows
BEND = 8  # the height that an edge takes where it passes a column
SWEEPS = 12  # rounds of crossing reduction
CHARACTERS, LINES = 23, 2  # what fits in a node

Step = tuple[str, str, int]  # a point of a long edge: parent, child, column
Key = str | Step


@dataclass(frozen=True)
class Label:
    """What a node shows: its title, its verdict as key and as word, and where it leads."""

    title: str
    verdict: str
    word: str
    href: str


@dataclass(frozen=True)
class Layout:
    """Top left corners of the nodes, polylines of the edges by (parent, child), and the nodes without an edge."""

    nodes: Mapping[str, tuple[float, float]]
    edges: Mapping[tuple[str, str], tuple[tuple[float, float], ...]]
    alone: tuple[str, ...]
    width: float
    height: float
    alone_from: float


def layout(parents: Mapping[str, Sequence[str]]) -> Layout:
    """Place the nodes so that every edge runs to the right and few cross.

    Args:
        parents: for each node the nodes it rests on, all of them keys themselves.

    Raises:
        ReportError: some nodes rest on each other in a circle; names them.
    """
    column = _columns(parents)
    chains = {(a, b): _chain(a, b, column) for b, above in parents.items() for a in above}
    linked = {node for edge in chains for node in edge}
    columns: list[list[Key]] = [[] for _ in range(max((column[node] + 1 for node in linked), default=0))]
    for node in parents:
        if node in linked:
            columns[column[node]].append(node)
    for (parent, _), chain in chains.items():
        for i, key in enumerate(chain[1:-1], column[parent] + 1):
            columns[i].append(key)
    columns = _uncrossed(columns, [pair for chain in chains.values() for pair in pairwise(chain)])
    top = _tops(columns, chains)
    left = {key: i * (WIDTH + ACROSS) for i, keys in enumerate(columns) for key in keys}
    nodes = {key: (float(left[key]), top[key]) for key in left if isinstance(key, str)}
    lines = {edge: tuple(_points(chain, left, top)) for edge, chain in chains.items()}
    return _with_alone(nodes, lines, [node for node in parents if node not in linked], max(len(columns), 4))


def _with_alone(
    nodes: dict[str, tuple[float, float]],
    lines: dict[tuple[str, str], tuple[tuple[float, float], ...]],
    alone: Sequence[str],
    across: int,
) -> Layout:
    """The layout with the nodes that have no edge in rows below, under a line of words."""
    lowest = max((y for line in lines.values() for _, y in line), default=0.0)
    below = max([lowest, *(y + HEIGHT for _, y in nodes.values())]) + DOWN
    for i, node in enumerate(alone):
        nodes[node] = ((i % across) * (WIDTH + ACROSS), below + 38 + (i // across) * (HEIGHT + DOWN))
    width = max((x for x, _ in nodes.values()), default=0.0) + WIDTH
    height = max([lowest, *(y + HEIGHT for _, y in nodes.values())])
    return Layout(nodes, lines, tuple(alone), width, height, below + 24)


def _columns(parents: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The longest way from a root; a root then moves right, next to the nearest node that rests on it."""
    try:
        order = list(graphlib.TopologicalSorter(parents).static_order())
    except graphlib.CycleError as error:
        raise ReportError(
            f"rests_on goes round in a circle: {' → '.join(error.args[1])}; break it in the ledger"
        ) from None
    column: dict[str, int] = {}
    for node in order:
        column[node] = 1 + max((column[parent] for parent in parents[node]), default=-1)
    children = {node: [child for child in parents if node in parents[child]] for node in parents}
    for node in order:
        if not parents[node] and children[node]:
            column[node] = min(column[child] for child in children[node]) - 1
    return column


def _chain(parent: str, child: str, column: Mapping[str, int]) -> list[Key]:
    between: list[Key] = [(parent, child, i) for i in range(column[parent] + 1, column[child])]
    return [parent, *between, child]


def _uncrossed(columns: list[list[Key]], links: list[tuple[Key, Key]]) -> list[list[Key]]:
    """Order each column by the mean place of its neighbours, to and fro, and keep the best order seen."""
    before: dict[Key, list[Key]] = {key: [] for keys in columns for key in keys}
    after: dict[Key, list[Key]] = {key: [] for keys in columns for key in keys}
    for a, b in links:
        after[a].append(b)
        before[b].append(a)
    best, fewest = [list(keys) for keys in columns], None
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        for keys in columns if forth else reversed(columns):
            place = {key: i for column in columns for i, key in enumerate(column)}
            near = before if forth else after
            centre = {key: _mean([place[n] for n in near[key]], place[key]) for key in keys}
            keys.sort(key=centre.__getitem__)
        crossed = _crossings(columns, after)
        if fewest is None or crossed < fewest:
            best, fewest = [list(keys) for keys in columns], crossed
    return best


def _crossings(columns: list[list[Key]], after: Mapping[Key, list[Key]]) -> int:
    """How many pairs of links between neighbouring columns cross."""
    place = {key: i for keys in columns for i, key in enumerate(keys)}
    links = [[(place[a], place[b]) for a in keys for b in after[a]] for keys in columns]
    return sum((a - c) * (b - d) < 0 for pairs in links for (a, b), (c, d) in combinations(pairs, 2))


def _tops(columns: list[list[Key]], chains: Mapping[tuple[str, str], list[Key]]) -> dict[Key, float]:
    """Heights that draw each node to its neighbours as far as the nodes above and below leave room."""
    top: dict[Key, float] = {}
    for keys in columns:
        y = 0.0
        for key in keys:
            top[key] = y
            y += _tall(key) + DOWN
    near: dict[Key, list[Key]] = {key: [] for key in top}
    for chain in chains.values():
        for a, b in pairwise(chain):
            near[a].append(b)
            near[b].append(a)
    for sweep in range(SWEEPS):
        for keys in columns if sweep % 2 == 0 else reversed(columns):
            _settle(keys, top, near)
    lowest = min(top.values(), default=0.0)
    return {key: round(y - lowest, 1) for key, y in top.items()}


def _settle(keys: list[Key], top: dict[Key, float], near: Mapping[Key, list[Key]]) -> None:
    """Put each node level with its neighbours; runs of nodes that would overlap share their mean wish."""
    shift, offset = {}, 0.0
    runs: list[tuple[list[float], list[Key]]] = []  # the wishes and the nodes of each run
    for key in keys:
        half = _tall(key) / 2
        middle = _mean([top[n] + _tall(n) / 2 for n in near[key]], top[key] + half)
        shift[key] = offset
        runs.append(([middle - half - offset], [key]))
        offset += _tall(key) + DOWN
        while len(runs) > 1 and _mean(runs[-2][0]) > _mean(runs[-1][0]):
            wishes, members = runs.pop()
            runs[-1] = (runs[-1][0] + wishes, runs[-1][1] + members)
    for wishes, members in runs:
        top.update({key: _mean(wishes) + shift[key] for key in members})


def _points(chain: list[Key], left: Mapping[Key, float], top: Mapping[Key, float]) -> list[tuple[float, float]]:
    points = [(left[chain[0]] + WIDTH, top[chain[0]] + HEIGHT / 2)]
    for key in chain[1:-1]:
        middle = top[key] + BEND / 2
        points += [(left[key], middle), (left[key] + WIDTH, middle)]
    return [*points, (left[chain[-1]], top[chain[-1]] + HEIGHT / 2)]


def _tall(key: Key) -> int:
    return HEIGHT if isinstance(key, str) else BEND


def _mean(values: Sequence[float], otherwise: float = 0.0) -> float:
    return sum(values) / len(values) if values else otherwise


def draw(
    plan: Layout, parents: Mapping[str, Sequence[str]], labels: Mapping[str, Label], *, words: Phrases, alt: str
) -> str:
    """The laid-out graph as SVG; each node is a link, and carries the classes that light up what it rests on."""
    number = {node: i for i, node in enumerate(parents)}
    above = {node: _above(node, parents) for node in parents}
    lit = {node: " ".join(f"a{number[n]}" for n in parents if node in above[n]) for node in parents}
    ends = [(f"edge {lit[child]}", line) for (_, child), line in plan.edges.items()]
    lines = [f'<path class="{names}" d="{_curve(line)}"/>' for names, line in ends]
    heads = [f'<path class="{names}" d="M{line[-1][0]:g} {line[-1][1]:g}l-7-3.5v7z"/>' for names, line in ends]
    parts = [
        f'<g fill="none" stroke="{MUTED}" stroke-width="1.2">{"".join(lines)}</g><g fill="{MUTED}">{"".join(heads)}</g>'
    ]
    if plan.alone:
        parts.append(
            f'<text x="0" y="{plan.alone_from:g}" font-size="13" fill="{MUTED}">{escape(words("graph.alone"))}</text>'
        )
    for node, (x, y) in plan.nodes.items():
        parts.append(f'<g class="node n{number[node]} {lit[node]}">{_node(labels[node], x, y)}</g>')
    body = f'<g transform="translate(2 2)">{"".join(parts)}</g>'
    return picture(plan.width + 4, plan.height + 4, alt, body, role="group")


def _above(node: str, parents: Mapping[str, Sequence[str]]) -> set[str]:
    """A node and everything it rests on."""
    found, todo = {node}, [node]
    while todo:
        new = set(parents[todo.pop()]) - found
        found |= new
        todo += new
    return found


def _node(label: Label, x: float, y: float) -> str:
    lines = textwrap.wrap(label.title, CHARACTERS, max_lines=LINES, placeholder=" …")
    first = y + HEIGHT / 2 + 4.5 - 7.5 * (len(lines) - 1)
    text = "".join(f'<text x="{x + 32:g}" y="{first + 15 * i:g}">{escape(t)}</text>' for i, t in enumerate(lines))
    colour, corner = PALETTE[label.verdict][0], 3 if label.verdict == "descriptive" else 12
    return (
        f'<a href="{escape(label.href)}"><title>{escape(f"{label.title}: {label.word}")}</title>'
        f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="{corner}" fill="{PAPER}"/>'
        f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="{corner}" fill="{colour}" '
        f'fill-opacity=".07" stroke="{colour}" stroke-width="1.2"/>'
        f'{glyph(label.verdict, x + 10, y + HEIGHT / 2 - 8)}<g fill="{INK}" font-size="13">{text}</g></a>'
    )


def _curve(line: Sequence[tuple[float, float]]) -> str:
    path = f"M{line[0][0]:g} {line[0][1]:g}"
    for (x, y), (end, level) in pairwise(line):
        bend = (x + end) / 2
        path += f"H{end:g}" if y == level else f"C{bend:g} {y:g} {bend:g} {level:g} {end:g} {level:g}"
    return path
