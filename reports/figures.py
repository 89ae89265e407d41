"""Pictures of evidence as SVG: small repeated plots drawn here, curves by matplotlib."""

from __future__ import annotations

import io
import math
import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from reports.palette import INK, MUTED, PALETTE, picture
from reports.phrases import Phrases, power_of_ten

__all__ = ["curves", "densities", "distances", "gradients", "histogram", "medians", "plane", "success"]

LEAST, MOST = -18, 0  # decades beyond which margins share one bar
PLOT, BAR, LEGEND = 390, 84, 84  # the width that bars may take together, the tallest bar, room for a word below
LONG = re.compile(r"(\d\.\d)\d+")  # a coordinate with more digits than anybody sees
DASHES = ("-", "--", "-.", ":")


def histogram(margins: Mapping[str, Any], label: str, words: Phrases) -> str:
    """How many checks held or failed, by powers of ten of the gap: violated to the left, held to the right."""
    violated, held = _by_decade(margins["violated"]), _by_decade(margins["held"])
    bars = [(_decade_name(d), n, "refuted") for d, n in reversed(violated)]
    bars += [(words("margins.axis_equal"), margins["equal"], "muted")]
    bars += [(_decade_name(d), n, "holds") for d, n in held]
    bars += [("∞", margins["infinite"], "holds")] * bool(margins["infinite"])
    step = max(9.0, min(38.0, PLOT / len(bars)))
    most = max(1, *(n for _, n, _ in bars))
    width = max(step * len(bars) + 24, LEGEND * (bool(violated) + bool(held)))
    left = (width - step * len(bars)) / 2
    parts = [f'<path d="M{left - 6:g} 100.5h{step * len(bars) + 12:g}" stroke="{MUTED}"/>']
    every = math.ceil(30 / step)
    for i, (name, n, colour) in enumerate(bars):
        x, tall = left + i * step, max(2.0, BAR * n / most)
        if n:
            parts.append(
                f'<path d="M{x + 1:g} 100v{-tall:.4g}h{step - 2:.4g}v{tall:.4g}z" fill="{PALETTE[colour][0]}"/>'
            )
        if n and step >= 22:
            parts.append(_text(x + step / 2, 96 - tall, words.whole(n), MUTED, 11))
        if (i - len(violated)) % every == 0 or name == "∞":
            parts.append(_text(x + step / 2, 114, name, INK, 11.5))
    sides = [("violated", 6, "start", "refuted")] * bool(violated) + [("held", width - 6, "end", "holds")] * bool(held)
    parts += [_text(x, 131, words(f"margins.axis_{key}"), PALETTE[c][0], 11.5, anchor) for key, x, anchor, c in sides]
    return picture(width, 136, label, "".join(parts))


def success(rate: Mapping[str, Any], label: str) -> str:
    """A share with its interval, on a line from 0 to 100 %."""
    share, low, high = rate["count"] / rate["of"], float(rate["low"]), float(rate["high"])
    colour = PALETTE["line-1"][0]

    def x(part: float) -> float:
        return 16 + 230 * part

    ticks = "".join(
        f'<path d="M{x(t / 4):g} 26v5" stroke="{MUTED}"/>' + _text(x(t / 4), 44, f"{25 * t} %", INK, 11)
        for t in range(5)
    )
    return picture(
        270,
        52,
        label,
        f'<path d="M{x(0):g} 26H{x(1):g}" stroke="{MUTED}"/>{ticks}'
        f'<path d="M{x(low):g} 14H{x(high):g}M{x(low):g} 8v12M{x(high):g} 8v12" stroke="{colour}" stroke-width="2"/>'
        f'<circle cx="{x(share):g}" cy="14" r="5.5" fill="{colour}"/>',
    )


def distances(run: Mapping[str, Any], label: str, words: Phrases) -> str:
    """Wasserstein-1 distance per epoch: a thin line for each seed, their median in bold; the threshold dotted."""
    return _plot(lambda axes: _per_epoch(axes, run, "w1", words, threshold=run["success"]["threshold"]), label)


def gradients(run: Mapping[str, Any], label: str, words: Phrases) -> str:
    """Norm of the generator's gradient per epoch, as the distance is drawn; a line ends where the norm is 0."""
    return _plot(lambda axes: _per_epoch(axes, run, "generator_gradient", words), label)


def _per_epoch(axes: Any, run: Mapping[str, Any], name: str, words: Phrases, threshold: float | None = None) -> None:
    lines = [[_drawable(value) for value in line] for line in run[name]]
    for line in lines:
        axes.plot(run["epoch"], line, color=MUTED, linewidth=0.6, alpha=_faint(len(lines)))
    axes.plot([], [], color=MUTED, linewidth=0.8, label=words("runs.seed"))
    middle = [_drawable(value) for value in medians(run[name])]
    axes.plot(run["epoch"], middle, color=PALETTE["line-1"][0], linewidth=2.2, label=words("runs.median"))
    if threshold is not None:
        axes.axhline(threshold, color=INK, linewidth=1, linestyle=(0, (4, 3)), label=words("runs.threshold"))
    axes.set_yscale("log")
    _powers(axes.yaxis, words)
    axes.set_xlabel(words("runs.epoch"))


def _powers(axis: Any, words: Phrases) -> None:
    """Numbers of a logarithmic axis as the report writes them."""
    axis.set_major_formatter(lambda value, _: words.number(value))
    axis.set_minor_formatter(lambda value, _: "")


def densities(run: Mapping[str, Any], label: str, words: Phrases) -> str:
    """The normal density that each seed ends with, thin, against the target's, bold."""
    target = run["target"]
    ends = [(mean[-1], abs(scale[-1])) for mean, scale in zip(_floats(run["mean"]), _floats(run["scale"]), strict=True)]
    ends = [end for end in ends if all(map(math.isfinite, end)) and end[1] > 0]
    reach = sorted([m + side * 3.2 * s for m, s in [*ends, (target["mean"], target["scale"])] for side in (-1, 1)])
    low = max(reach[0], target["mean"] - 12 * target["scale"])
    high = min(reach[-1], target["mean"] + 12 * target["scale"])
    steps = 90 if len(ends) <= 20 else 45
    xs = [low + (high - low) * i / steps for i in range(steps + 1)]

    def density(mean: float, scale: float) -> list[float]:
        return [math.exp(-(((x - mean) / scale) ** 2) / 2) / scale / math.sqrt(2 * math.pi) for x in xs]

    def draw(axes: Any) -> None:
        for mean, scale in ends:
            axes.plot(xs, density(mean, scale), color=MUTED, linewidth=0.6, alpha=_faint(len(ends)))
        axes.plot([], [], color=MUTED, linewidth=0.8, label=words("runs.seed"))
        peak = density(target["mean"], target["scale"])
        axes.plot(xs, peak, color=PALETTE["line-2"][0], linewidth=2.2, label=words("runs.target_line"))
        axes.set_ylim(0, min(2.6 * max(peak), 1.05 * axes.dataLim.ymax))
        axes.set_xlabel(words("runs.value"))

    return _plot(draw, label)


def curves(value: Mapping[str, Any], label: str, words: Phrases) -> str:
    """Lines over one variable, told apart by dashes as well as by colour; a region, points and a top if given.

    With ``logarithmic`` both axes are, and lines show the points that they join.
    """
    xs, marker = _floats([value["x"]["values"]])[0], "." if value.get("logarithmic") else None

    def draw(axes: Any) -> None:
        if region := value.get("region"):
            low, high = _floats([region["low"], region["high"]])
            axes.fill_between(xs, low, [min(y, value["top"]) for y in high], color=PALETTE["rule"][0], alpha=0.55, lw=0)
        if points := value.get("points"):
            label = words(f"labels.{points['label']}")
            axes.plot(points["x"], points["y"], ".", color=MUTED, markersize=7 if marker else 3.2, label=label)
        for i, line in enumerate(value["lines"]):
            style = {"color": PALETTE[f"line-{i % 4 + 1}"][0], "linestyle": DASHES[i % 4], "linewidth": 1.9}
            ys = [_drawable(y, positive=False) for y in line["values"]]
            axes.plot(xs, ys, label=words(f"labels.{line['label']}"), marker=marker, **style)
        axes.set_xlabel(words(f"labels.{value['x']['label']}"))
        if "top" in value:
            axes.set_ylim(0, value["top"])
        if value.get("logarithmic"):
            axes.loglog()
            _powers(axes.xaxis, words)
            _powers(axes.yaxis, words)

    return _plot(draw, label, (5.4, 3.1))


def plane(value: Mapping[str, Any], label: str, words: Phrases) -> str:
    """Clouds of the plane, told apart by shape as well as by colour, lines between points, and levels of a function."""
    levels, lines = value["levels"], value["segments"]

    def draw(axes: Any) -> None:
        axes.contour(
            *(levels[name] for name in ("x", "y", "values", "at")), colors=MUTED, linestyles="solid", linewidths=0.6
        )
        axes.plot([], [], color=MUTED, linewidth=0.8, label=words(f"labels.{levels['label']}"))
        for i, (xs, ys) in enumerate(lines["ends"]):
            name = None if i else words(f"labels.{lines['label']}")
            axes.plot(xs, ys, color=INK, linewidth=1.2, label=name)
        for i, cloud in enumerate(value["clouds"], 1):
            style = {"color": PALETTE[f"line-{i}"][0], "linestyle": "", "marker": "os^D"[i - 1], "markersize": 4.5}
            axes.plot(cloud["x"], cloud["y"], label=words(f"labels.{cloud['label']}"), **style)
        axes.set_aspect("equal")

    return _plot(draw, label, (5.4, 4.6))


def medians(lines: Sequence[Sequence[float | str]]) -> list[float]:
    """The median over the seeds at each epoch."""
    return [statistics.median(column) for column in zip(*_floats(lines), strict=True)]


def _plot(draw: Callable[[Any], None], label: str, size: tuple[float, float] = (3.9, 3.1)) -> str:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "report", "font.size": 11}):
        figure = Figure(figsize=size, layout="constrained", facecolor="none")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot(facecolor="none")
        draw(axes)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        for side in ("bottom", "left"):
            axes.spines[side].set_color(MUTED)
        axes.tick_params(which="both", color=MUTED, labelcolor=INK)
        axes.xaxis.label.set_color(INK)
        figure.legend(
            loc="outside upper center", ncols=2, columnspacing=1.2, frameon=False, labelcolor=INK, handlelength=2.4
        )
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _cleaned(file.getvalue(), label)


def _cleaned(svg: str, label: str) -> str:
    """Matplotlib's SVG without its header, its fonts, ids that nothing uses and digits that nobody sees."""
    body = svg[svg.index("<defs>") : svg.rindex("</svg>")]
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert size is not None
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", body, flags=re.S)
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', body))
    body = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in used else "", body)
    body = re.sub(r"font-family: [^;\"]*;? ?", "", re.sub(r"font: ([\d.]+px)[^;\"]*", r"font-size: \1", body))
    body = re.sub(r' (?:d|x|y|transform)="[^"]*"', lambda found: LONG.sub(r"\1", found[0]), body)
    body = re.sub(r"\s*\n\s*", " ", body).replace("xlink:href", "href")
    return picture(float(size[1]), float(size[2]), label, body)


def _by_decade(counts: Mapping[str, int]) -> list[tuple[int, int]]:
    """Counts by decade without gaps, smallest first; what lies beyond LEAST and MOST joins them."""
    total: dict[int, int] = {}
    for key, n in counts.items():
        decade = min(max(int(key), LEAST), MOST)
        total[decade] = total.get(decade, 0) + n
    return [(decade, total.get(decade, 0)) for decade in range(min(total), max(total) + 1)] if total else []


def _decade_name(decade: int) -> str:
    return {LEAST: "<" + power_of_ten(LEAST + 1), MOST: "≥1"}.get(decade, power_of_ten(decade))


def _text(x: float, y: float, text: str, colour: str, size: float, anchor: str = "middle") -> str:
    return (
        f'<text x="{x:.4g}" y="{y:.4g}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{escape(text)}</text>'
    )


def _drawable(value: float | str, *, positive: bool = True) -> float:
    """A value that a curve can pass through; nan, a gap, where it is infinite or has no logarithm."""
    x = float(value)
    return x if math.isfinite(x) and (x > 0 or not positive) else math.nan


def _faint(lines: int) -> float:
    """How opaque each of so many lines is, for their crowd to stay lighter than the line that matters."""
    return max(0.15, min(0.7, 8 / lines))


def _floats(lines: Sequence[Sequence[float | str]]) -> list[list[float]]:
    """Rows of evidence as floats: infinities are stored as text."""
    return [[float(value) for value in line] for line in lines]
