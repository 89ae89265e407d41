"""The dependency graph: what a layout promises, on graphs drawn at random."""

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.graph import DOWN, HEIGHT, WIDTH, Label, Layout, draw, layout
from reports.phrases import ReportError, read_phrases

Parents = dict[str, tuple[str, ...]]


@st.composite
def graphs(draw: st.DrawFn) -> Parents:
    """Up to 14 nodes, each resting on some of those before it."""
    size = draw(st.integers(0, 14))
    names = [f"node{i}" for i in range(size)]
    return {
        name: tuple(draw(st.lists(st.sampled_from(names[:i]), unique=True, max_size=3))) if i else ()
        for i, name in enumerate(names)
    }


def edge_crossings(plan: Layout) -> int:
    pieces = [piece for line in plan.edges.values() for piece in pairwise(line)]
    return sum(
        a[0] == c[0] and b[0] == d[0] and (a[1] - c[1]) * (b[1] - d[1]) < 0
        for (a, b), (c, d) in combinations(pieces, 2)
    )


@given(graphs())
def test_every_node_is_placed_inside_and_none_overlap(parents: Parents) -> None:
    plan = layout(parents)
    assert set(plan.nodes) == set(parents)
    for x, y in plan.nodes.values():
        assert 0 <= x < x + WIDTH <= plan.width and 0 <= y < y + HEIGHT <= plan.height
    for (x, y), (u, v) in combinations(plan.nodes.values(), 2):
        assert abs(x - u) >= WIDTH or abs(y - v) >= HEIGHT + DOWN - 0.2  # heights are rounded to 0.1


@given(graphs())
def test_every_edge_runs_to_the_right_from_parent_to_child(parents: Parents) -> None:
    plan = layout(parents)
    assert set(plan.edges) == {(parent, child) for child, above in parents.items() for parent in above}
    for (parent, child), line in plan.edges.items():
        assert line[0] == (plan.nodes[parent][0] + WIDTH, plan.nodes[parent][1] + HEIGHT / 2)
        assert line[-1] == (plan.nodes[child][0], plan.nodes[child][1] + HEIGHT / 2)
        xs = [x for x, _ in line]
        assert xs == sorted(xs) and xs[0] < xs[-1]


@given(graphs())
def test_no_edge_passes_through_a_node(parents: Parents) -> None:
    plan = layout(parents)
    for line in plan.edges.values():
        assert all(0 <= x <= plan.width and 0 <= y <= plan.height for x, y in line)
        for (x, y), (u, v) in pairwise(line):
            assert u - x <= WIDTH and (y == v or u - x < WIDTH)  # it bends between two columns only
            inside = [n for n in plan.nodes.values() if x < n[0] + WIDTH and u > n[0] and y == v]
            assert not [n for n in inside if n[1] < y < n[1] + HEIGHT]


def test_crossings_are_undone() -> None:
    """Pairs given in opposite orders cross four times over when they are left as they come."""
    parents: Parents = {f"a{i}": () for i in range(4)}
    parents |= {f"b{i}": (f"a{3 - i}",) for i in range(4)}
    assert edge_crossings(layout(parents)) == 0


def test_a_node_without_an_edge_stands_apart() -> None:
    plan = layout({"a": (), "b": ("a",), "c": ()})
    assert plan.alone == ("c",)
    assert plan.nodes["c"][1] > plan.alone_from > max(plan.nodes[n][1] + HEIGHT for n in "ab")


def test_a_circle_is_named() -> None:
    with pytest.raises(ReportError, match=r"circle.*(a → b → a|b → a → b).*ledger"):
        layout({"a": ("b",), "b": ("a",)})


def test_a_drawing_links_each_node_and_lights_up_what_it_rests_on() -> None:
    parents: Parents = {"a": (), "b": ("a",), "c": ("b",), "d": ("a",)}
    labels = {n: Label(f"<{n}> & a long title that does not fit", "holds", "holds", f"#{n}") for n in parents}
    svg = draw(layout(parents), parents, labels, words=read_phrases("en"), alt="a < b")
    root = ElementTree.fromstring(svg)
    assert root.get("aria-label") == "a < b"
    links = root.findall(".//{*}a")
    assert [link.get("href") for link in links] == ["#a", "#b", "#d", "#c"] or len(links) == 4
    groups = [g.get("class", "").split() for g in root.iter("{http://www.w3.org/2000/svg}g")]
    lit = {names[1]: set(names[2:]) for names in groups if names[:1] == ["node"]}
    assert lit == {"n0": {"a0", "a1", "a2", "a3"}, "n1": {"a1", "a2"}, "n2": {"a2"}, "n3": {"a3"}}
    assert len(re.findall('class="edge a1 a2"', svg)) == 2  # line and head of a → b, which c rests on too
