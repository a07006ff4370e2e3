"""The look that every figure shares: type, colours, spacing and line widths, in points (1/72 inch).

Arms differ by hue and by line style, so that they are told apart in grey and without colour vision.
Colours are those of Okabe & Ito 2008, "Color universal design". Text in an arm's colour is darker than
its line, because small type needs a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3) where a line needs 3 to 1.
Nothing here imports matplotlib.
"""

from __future__ import annotations

from dataclasses import dataclass

from primus_eval.vocabulary import ArmRole

DPI = 200
WIDTH_PT = 504.0
"""Seven inches: the width of a page of A4 between its margins, and of a column of text on a screen."""

BODY_PT = 9.0
SMALL_PT = 8.0
LEADING = 1.36
"""Distance between the baselines of two lines, in multiples of the size of the type."""

MARGIN_PT = 6.0
GAP_PT = 6.0

HAIRLINE_PT = 0.6
RULE_PT = 0.9
CURVE_PT = 1.8

INK = "#1b1b1b"
QUIET = "#565656"
RULE = "#9a9a9a"
GRID = "#e3e3e3"
TINT = "#e9edf1"
BAND = "#e9edf1"
PAPER = "#ffffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmStyle:
    """How one arm is drawn, wherever it is drawn.

    The points of the control arm are open and larger, so that points of both arms in one place are both seen.
    """

    line: str
    text: str
    dashes: tuple[float, ...]
    marker: str
    band_alpha: float
    edge_alpha: float
    point_size: float
    is_filled: bool

    @property
    def line_style(self) -> str | tuple[float, tuple[float, ...]]:
        """The style of the arm's lines: solid, or a pattern of dashes in multiples of the line width."""
        return (0.0, self.dashes) if self.dashes else "solid"


OKABE_ITO = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
}
"""The two hues used, by their names in the paper."""

ARMS: dict[ArmRole, ArmStyle] = {
    "treatment": ArmStyle(
        line=OKABE_ITO["blue"],
        text="#005a8e",
        dashes=(),
        marker="o",
        band_alpha=0.16,
        edge_alpha=0.6,
        point_size=4.5,
        is_filled=True,
    ),
    "control": ArmStyle(
        line=OKABE_ITO["vermillion"],
        text="#9c4400",
        dashes=(3.2, 1.3),
        marker="s",
        band_alpha=0.13,
        edge_alpha=0.75,
        point_size=7.5,
        is_filled=False,
    ),
}

DOCUMENT: dict[str, str] = {
    "ink": INK,
    "quiet": QUIET,
    "paper": PAPER,
    "rule": "#c9ced4",
    "strong-rule": "#6b7580",
    "tint": "#f3f5f7",
    "accent": "#12344d",
    "stamp": "#7a1020",
    "treatment": ARMS["treatment"].line,
    "treatment-text": ARMS["treatment"].text,
    "control": ARMS["control"].line,
    "control-text": ARMS["control"].text,
}
"""The colours of every document around the figures, by their names in style sheets and templates."""

PRIMARY = OKABE_ITO["blue"]
"""The one colour of figures that do not compare arms side by side: it marks what was promised."""


def leading_pt(size_pt: float) -> float:
    """Return the height of one line of type."""
    return LEADING * size_pt
