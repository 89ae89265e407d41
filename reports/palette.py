"""The report's colours, light and dark, the marks of the verdicts, and what makes a drawing a picture.

Drawings are in the light colours, as the PDF needs them; `themed` turns them into the page's CSS variables.
"""

from __future__ import annotations

import re
from html import escape

__all__ = ["GLYPHS", "INK", "MUTED", "PALETTE", "PAPER", "glyph", "picture", "themed"]

# name: (light, dark); verdicts by their slug. Text colours keep a contrast of 4.5 on paper and on panel.
PALETTE = {
    "paper": ("#fdfcf9", "#161513"),
    "panel": ("#f5f2eb", "#211f1c"),
    "ink": ("#1e1c19", "#ece8e0"),
    "muted": ("#625d54", "#aaa396"),
    "rule": ("#ddd7ca", "#3b3732"),
    "accent": ("#24507a", "#8fbbe6"),
    "holds": ("#00665a", "#62cbb8"),
    "conditional": ("#693b9c", "#c4a6f0"),
    "refuted": ("#9c3d00", "#f2a065"),
    "descriptive": ("#40566f", "#a3b8d1"),
    "failed": ("#b0002c", "#ff8a9b"),
    "not-run": ("#585c63", "#adb1b8"),
    "stale": ("#735600", "#dcbc55"),
    "line-1": ("#1c5f9e", "#7fb6ec"),
    "line-2": ("#a85500", "#eba75f"),
    "line-3": ("#6f3f92", "#c7a2e6"),
    "line-4": ("#4f6614", "#b3ca6c"),
}
INK, MUTED, PAPER = (PALETTE[name][0] for name in ("ink", "muted", "paper"))

# One shape per verdict, 16 by 16, so that nothing hangs on colour alone.
GLYPHS = {
    "holds": '<path d="M3 8.6 6.4 12 13 4.4"/>',
    "conditional": '<circle cx="8" cy="8" r="5.3"/><path d="M8 2.7a5.3 5.3 0 0 0 0 10.6z" fill="currentColor"/>',
    "refuted": '<path d="M4 4 12 12M12 4 4 12"/>',
    "descriptive": '<path d="M3 4.5h10M3 8h10M3 11.5h10"/>',
    "failed": '<path d="M8 2.6v6.6M8 12.4v.6" stroke-width="2.4"/>',
    "not-run": '<circle cx="8" cy="8" r="5.2" stroke-dasharray="2.5 1.58" stroke-linecap="butt"/>',
    "stale": '<circle cx="8" cy="8" r="5.4"/><path d="M8 4.8v3.4l2.3 1.6"/>',
}


def picture(width: float, height: float, label: str, body: str, *, role: str = "img") -> str:
    """A whole SVG with a name for those who do not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="{role}" aria-label="{escape(label)}" font-family="Libertinus Serif" '
        f'font-size="11">{body}</svg>'
    )


def themed(svg: str, prefix: str) -> str:
    """The same picture for the page: colours from its style sheet, fonts too, ids made its own by a prefix."""
    names = {light: name for name, (light, _) in PALETTE.items()}
    svg = re.sub(r"#[0-9a-f]{6}\b", lambda found: f"var(--{names[found[0]]})" if found[0] in names else found[0], svg)
    svg = re.sub(r' font-family="[^"]*"', "", svg)
    for own in set(re.findall(r'\bid="([^"]+)"', svg)):
        svg = re.sub(rf'(\bid="|href="#|url\(#){re.escape(own)}\b', rf"\g<1>{prefix}-{own}", svg)
    return svg


def glyph(verdict: str, x: float = 0, y: float = 0, size: float = 16) -> str:
    """The mark of a verdict, in its colour, as a group to stand inside a picture."""
    return (
        f'<g transform="translate({x:g} {y:g}) scale({size / 16:g})" color="{PALETTE[verdict][0]}" fill="none" '
        f'stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round">{GLYPHS[verdict]}</g>'
    )
