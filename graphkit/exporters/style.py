"""How things look, said once for map and report: colours, line styles and shapes.

Nothing depends on colour alone: a mode has a colour *and* a line style, a type has a shape, a gap is hollow.
The mode colours are Okabe and Ito's, darkened for white paper; the dark theme lifts them towards white.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, pi, sin

FONT = (
    '"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC","WenQuanYi Micro Hei",'
    '"Segoe UI",Arial,sans-serif'
)
LIFT = 0.42  # how far the dark theme lifts a mode's colour towards white


@dataclass(frozen=True, slots=True)
class Line:
    """How one mode is drawn: its colour on white paper, on a dark screen, and its dashes in pixels."""

    light: str
    dark: str
    dash: tuple[float, ...] = ()


def lifted(colour: str, share: float = LIFT) -> str:
    """Mix a #rrggbb colour with white, for dark backgrounds."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(part + (255 - part) * share):02x}" for part in parts)


def line(colour: str, *dash: float) -> Line:
    """Return the line of a colour, lifted for the dark theme."""
    return Line(colour, lifted(colour), dash)


# In the order of the legend. "" is coverage whose mode no source states: it is never guessed, so it has no colour.
MODES: Mapping[str, Line] = {
    "own": line("#0072b2"),
    "joint": line("#00876c", 11, 5),
    "party_led": line("#b86e00", 11, 4, 2, 4),
    "hosted": line("#a8488a", 2, 4),
    "co_built": line("#7a7400", 18, 4),
    "": Line("#5d6f83", "#93a5b8", (6, 3)),
}

THEMES: Mapping[str, Mapping[str, str]] = {
    "light": {
        "bg": "#fbfaf7",
        "panel": "#ffffff",
        "ink": "#1d2733",
        "mut": "#5b6672",
        "line": "#dcdfe3",
        "lane": "#f3f1ec",
        "lane2": "#fbfaf7",
        "unit": "#5d6f83",
        "chev": "#e4e7ea",
        "chevink": "#2b3642",
        "gap": "#d1261b",
        "gapwash": "#fbeae8",
        "unknown": "#7d8894",
        "accent": "#7a1f3d",
        "focus": "#0b57d0",
        "edge": "#98a2ad",
        "onfill": "#ffffff",
        "warn": "#8a5a00",
        "warnwash": "#fdf3dc",
        "plan": "#2f7a1d",
        "planwash": "#e9f3e5",
        "linked": "#1f6fb5",
        "unlinked": "#a8480f",
    },
    "dark": {
        "bg": "#12161b",
        "panel": "#1a2027",
        "ink": "#e8ebee",
        "mut": "#a3adb8",
        "line": "#323b45",
        "lane": "#181e25",
        "lane2": "#12161b",
        "unit": "#93a5b8",
        "chev": "#2a333d",
        "chevink": "#dfe5ea",
        "gap": "#ff6b5e",
        "gapwash": "#33201f",
        "unknown": "#8d99a6",
        "accent": "#f0a6bd",
        "focus": "#8ab4f8",
        "edge": "#5c6875",
        "onfill": "#10151a",
        "warn": "#ffcf70",
        "warnwash": "#332a17",
        "plan": "#8fd16f",
        "planwash": "#1d2a19",
        "linked": "#7db8ee",
        "unlinked": "#f0a070",
    },
}


def _polygon(corners: int, radius: float, start: float = 0.0) -> str:
    angles = [start + 2 * pi * i / corners for i in range(corners)]
    return "M" + "L".join(f"{radius * cos(a):.2f} {radius * sin(a):.2f}" for a in angles) + "Z"


def _star(points: int, radius: float, waist: float) -> str:
    turns = [(-pi / 2 + i * pi / points, radius * waist if i % 2 else radius) for i in range(2 * points)]
    return "M" + "L".join(f"{r * cos(a):.2f} {r * sin(a):.2f}" for a, r in turns) + "Z"


CIRCLE = "M-10 0A10 10 0 1 0 10 0A10 10 0 1 0 -10 0Z"

# SVG path data around (0, 0) with radius 10, filled even-odd: canvas, SVG, legend and report draw the same.
SHAPES: Mapping[str, str] = {
    "Company": CIRCLE,
    "production_base": _polygon(6, 11),
    "specialised_market": "M-6 -9H6Q9 -9 9 -6V6Q9 9 6 9H-6Q-9 9 -9 6V-6Q-9 -9 -6 -9Z",
    "Venue": _polygon(8, 10.6, pi / 8),
    "Federation": _star(5, 11.6, 0.47),
    "MicroHome": "M0 -10L10 -1H7.2V8.5H-7.2V-1H-10Z",
    "Alliance": _polygon(4, 11.6),
    "Bank": "M0 -10L10 -4V-2H-10V-4ZM-8 -.5H-4.5V6H-8ZM-1.75 -.5H1.75V6H-1.75ZM4.5 -.5H8V6H4.5ZM-10 7.5H10V10H-10Z",
    "FinancialProduct": CIRCLE + "M-3.4 -3.4V3.4H3.4V-3.4Z",
    "Person": "M0 -10A4.6 4.6 0 1 1 0 -.8A4.6 4.6 0 1 1 0 -10ZM-8.5 9.5C-8.5 3.5 -5 1 0 1C5 1 8.5 3.5 8.5 9.5Z",
    "Agency": "M-8.5 -9H8.5V0C8.5 5.5 4.5 8.5 0 10.5C-4.5 8.5 -8.5 5.5 -8.5 0Z",
    "Region": "M0 11C-3 6.5 -8 2.5 -8 -2.5A8 8 0 1 1 8 -2.5C8 2.5 3 6.5 0 11ZM0 -5.6A3 3 0 1 0 0 .4A3 3 0 1 0 0 -5.6Z",
    "Industry": "M-10 -7H3.5L10 0L3.5 7H-10L-4.5 0Z",
    "Programme": "M-8 -10H-5.6V-9H9L5.2 -4L9 1H-5.6V10H-8Z",
    "Policy": "M-7.5 -10H3L7.5 -5.5V10H-7.5ZM-4 -3.2V-1.6H4V-3.2ZM-4 .4V2H4V.4ZM-4 4V5.6H4V4Z",
    "Award": _star(8, 10, 0.72),
}

# Venue kinds that are key points of a chain have shapes of their own.
KINDS: Mapping[str, str] = {
    "production_base": "production_base",
    "specialised_market": "specialised_market",
}


def shape_of(node_type: str, kind: str | None = None) -> str:
    """Name the shape of a node; a type that an office added looks like a venue."""
    if node_type == "Venue" and kind is not None and kind in KINDS:
        return KINDS[kind]
    return node_type if node_type in SHAPES else "Venue"
