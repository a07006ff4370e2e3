"""Where the texts of a figure stand: none beyond its edge, none over another."""

from __future__ import annotations

import itertools
from typing import Any

from matplotlib.text import Text


def require_nothing_clipped(figure: Any) -> None:
    """Assert that every text lies inside the figure and that no two meet."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    boxes = {id(text): (text.get_text(), Text.get_window_extent(text, renderer)) for text in texts}
    assert len(boxes) > 3
    for text, box in boxes.values():
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1
        assert inside, text
    for (text, box), (other, other_box) in itertools.combinations(boxes.values(), 2):
        across = min(box.x1, other_box.x1) - max(box.x0, other_box.x0)
        down = min(box.y1, other_box.y1) - max(box.y0, other_box.y0)
        assert across <= 1 or down <= 1, (text, other)  # a pixel: edges of letters are blurred
