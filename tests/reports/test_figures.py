"""Pictures: valid SVG, what they show, and colours that can be told apart."""

import math
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from reports import figures
from reports.palette import GLYPHS, PALETTE, themed
from reports.phrases import read_phrases
from reports.view import _pictures as pictures_of
from tests.reports.sample import EVIDENCE

WORDS = read_phrases("en")
RUN: dict[str, Any] = EVIDENCE["data"]["normal_2_1"]["value"]
CURVES: dict[str, Any] = EVIDENCE["data"]["jumps"]["value"]
PLANE: dict[str, Any] = EVIDENCE["data"]["transport_1_plan"]["value"]
SIZES: dict[str, Any] = EVIDENCE["data"]["transport_2_sizes"]["value"]
MARGINS: dict[str, Any] = {"held": {"-3": 10, "-1": 40}, "equal": 7, "violated": {"-2": 5}, "infinite": 2}


def every_picture() -> dict[str, str]:
    return {
        "histogram": figures.histogram(MARGINS, "a < b", WORDS),
        "distances": figures.distances(RUN, "a < b", WORDS),
        "gradients": figures.gradients(RUN, "a < b", WORDS),
        "densities": figures.densities(RUN, "a < b", WORDS),
        "success": figures.success(RUN["success"], "a < b"),
        "curves": figures.curves(CURVES, "a < b", WORDS),
        "sizes": figures.curves(SIZES, "a < b", WORDS),
        "plane": figures.plane(PLANE, "a < b", WORDS),
    }


@pytest.fixture(scope="module")
def pictures() -> dict[str, str]:
    return every_picture()


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", [name for name in PALETTE if name not in ("paper", "panel", "rule")])
def test_text_stands_out_from_paper_and_panel(name: str, mode: int) -> None:
    """WCAG AA asks 4.5; the least in the palette is 5.4."""
    for ground in ("paper", "panel"):
        assert contrast(PALETTE[name][mode], PALETTE[ground][mode]) >= 4.5


def test_no_two_verdicts_share_a_mark_or_a_colour() -> None:
    assert len(set(GLYPHS.values())) == len(GLYPHS) == 7
    lights = [light for light, _ in PALETTE.values()]
    assert len(set(lights)) == len(lights)  # `themed` tells the names by them


def test_each_picture_is_xml_with_a_name(pictures: dict[str, str]) -> None:
    for svg in pictures.values():
        root = ElementTree.fromstring(svg)
        assert (root.get("role"), root.get("aria-label")) == ("img", "a < b")
        assert "<style" not in svg  # in a page it would reach beyond its picture


def test_the_same_evidence_gives_the_same_picture(pictures: dict[str, str]) -> None:
    assert every_picture() == pictures


def test_a_themed_picture_has_no_colour_or_font_of_its_own(pictures: dict[str, str]) -> None:
    for svg in pictures.values():
        page = themed(svg, "p1")
        assert not re.findall(r"#[0-9a-fA-F]{6}\b", page)
        assert "font-family" not in page
        assert set(re.findall(r"var\(--([a-z0-9-]+)\)", page)) <= set(PALETTE)


def test_two_themed_pictures_share_no_id(pictures: dict[str, str]) -> None:
    one, two = (set(re.findall(r'\bid="([^"]+)"', themed(pictures["curves"], p))) for p in ("p1", "p2"))
    assert one and two and not one & two
    page = themed(pictures["curves"], "p1")
    assert set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', page)) and one >= {
        a or b for a, b in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', page)
    }


def bars(svg: str) -> list[tuple[float, float, str]]:
    """Left edge, height and colour of each bar."""
    found = re.findall(r'd="M([\d.]+) 100v-([\d.]+)h[\d.]+v[\d.]+z" fill="(#\w+)"', svg)
    return [(float(x), float(tall), colour) for x, tall, colour in found]


def test_bars_run_from_violated_to_infinite_in_proportion() -> None:
    shown = bars(figures.histogram(MARGINS, "", WORDS))
    assert [x for x, _, _ in shown] == sorted(x for x, _, _ in shown)
    colours = [PALETTE[name][0] for name in ("refuted", "muted", "holds", "holds", "holds")]
    assert [colour for _, _, colour in shown] == colours
    assert [round(tall / shown[3][1] * 40) for _, tall, _ in shown] == [5, 7, 10, 40, 2]


def test_margins_beyond_the_least_share_a_bar() -> None:
    far = {**MARGINS, "held": {"-300": 4, "-18": 2, "-17": 3}, "violated": {}, "equal": 0, "infinite": 0}
    svg = figures.histogram(far, "", WORDS)
    assert "&lt;10⁻¹⁷" in svg
    assert [round(tall / 84 * 6) for _, tall, _ in bars(svg)] == [6, 3]


def test_a_histogram_is_small() -> None:
    wide = {"held": {str(-k): k + 1 for k in range(18)}, "equal": 3, "violated": {}, "infinite": 1}
    svg = figures.histogram(wide, "x" * 100, WORDS)
    assert len(svg) < 4000  # 3.1 kB measured, 20 bars; a usual one has 5 and 1.3 kB
    width = re.search(r'width="([\d.]+)"', svg)
    assert width is not None and float(width[1]) <= 420


def test_a_training_picture_names_its_lines_and_powers(pictures: dict[str, str]) -> None:
    for word in ("one seed", "median", "threshold", "epoch", ">0.1<"):
        assert word in pictures["distances"]
    assert ">0.01<" in figures.distances({**RUN, "w1": [[1, 0.01, 0.005] + [0.004] * 28]}, "", WORDS)


def places(svg: str, colour: str) -> list[tuple[float, float]]:
    """Where the marks of one colour stand, from the lowest upwards, without the topmost, which the legend has."""
    found = re.findall(rf'<use [^>]*x="([\d.]+)" y="([\d.]+)"[^>]*style="fill: {colour}', svg)
    return sorted(((float(x), float(y)) for x, y in found), key=lambda place: -place[1])[:-1]


def test_powers_of_ten_are_as_far_apart_as_one_another() -> None:
    svg = figures.curves(SIZES, "", WORDS)
    (a, low), (b, middle), (c, high) = places(svg, PALETTE["line-1"][0])
    assert b - a == pytest.approx(c - b, abs=0.2)
    assert (low - middle) / (middle - high) == pytest.approx(math.log(20) / math.log(25), rel=0.01)
    assert all(f">{text}<" in svg for text in ("1000", "10⁵", "0.1", "10"))


def test_a_plane_has_its_points_lines_and_levels() -> None:
    svg = figures.plane(PLANE, "", WORDS)
    first, second = (places(svg, PALETTE[f"line-{i}"][0]) for i in (1, 2))
    (left, low), (_, high) = first
    (right, _), _ = second
    assert low - high == pytest.approx(right - left, rel=0.01)  # one by one in the plane
    fewer = {**PLANE, "levels": {**PLANE["levels"], "at": [0.0]}}
    assert figures.plane(fewer, "", WORDS).count("<path") == svg.count("<path") - 2
    without = {**PLANE, "segments": {**PLANE["segments"], "ends": []}}
    assert figures.plane(without, "", WORDS).count("<path") == svg.count("<path") - 3  # two and one in the legend


def test_infinite_values_leave_a_gap() -> None:
    assert RUN["w1"][-1][-1] == "inf"
    lines = [
        [float(y) for y in re.findall(r"[ML] [\d.]+ (-?[\d.]+)", d)] for d in paths(figures.distances(RUN, "", WORDS))
    ]
    assert all(y == y and abs(y) < 1e4 for line in lines for y in line)
    assert "nan" not in figures.distances(RUN, "", WORDS)


def paths(svg: str) -> list[str]:
    return re.findall(r' d="([^"]*)"', svg)


def test_the_median_is_over_the_seeds() -> None:
    assert figures.medians([[1, 5.0], [3, "inf"], [2, 4.0]]) == [2.0, 5.0]


def test_a_line_needs_a_word() -> None:
    lines = [{"label": "nameless", "values": [0.0] * 41}]
    with pytest.raises(ValueError, match=r"en\.toml.*'nameless' is missing from \[labels\]"):
        figures.curves({**CURVES, "lines": lines}, "", WORDS)


def test_what_a_gradient_of_0_and_the_other_player_say_is_put_in_words() -> None:
    """A logarithmic picture cannot show 0."""
    lines = RUN["generator_gradient"]
    stopped = [[*line[:-1], 0.0 if k < 3 else line[-1]] for k, line in enumerate(lines)]
    value = {**RUN, "generator_gradient": stopped, "critic_value": [0.25] * len(lines)}
    captions = {shown.title: shown.caption for shown in pictures_of(value, WORDS)}
    of = len(lines)
    assert captions["Norm of the generator's gradient"].startswith(f"It ends at exactly 0 in 3 seeds of {of}")
    assert "the median critic says 0.25, and the median distance is" in captions["Wasserstein-1 distance to the target"]
    plain = {shown.title: shown.caption for shown in pictures_of({**RUN, "shortfall": [0.5] * of}, WORDS)}
    assert plain["Norm of the generator's gradient"] == ""
    assert "0.5 nats short of the best one" in plain["Wasserstein-1 distance to the target"]
    assert figures.gradients(value, "", WORDS) != figures.gradients(RUN, "", WORDS)
