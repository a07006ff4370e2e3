"""Time a report in every format beside its figures alone: `python tests/benchmarks/formats.py FINDINGS`.

Prints a line a round; formats.md holds the rounds of a quiet machine.
"""

import sys
import time
from pathlib import Path

from primus_eval.disclosure import view_from_json
from primus_eval.figures import draw_all
from primus_eval.protocol.reading import read_toml_text
from primus_eval.report.render import documents_of, render, written
from primus_eval.wording.subject import subject_of

FORMATS = ("html", "pdf", "word", "markdown", "latex", "excel")
FULL = ("full",)


def main(file: Path) -> None:
    view = view_from_json(read_toml_text(file), file=file.name)
    render(view, formats=FORMATS, depths=FULL)  # libraries are loaded once
    for _ in range(3):
        start = time.perf_counter()
        drawings = draw_all(view.findings)
        figures = time.perf_counter() - start
        start = time.perf_counter()
        render(view, formats=FORMATS, depths=FULL)
        whole = time.perf_counter() - start
        documents = documents_of(view, (), drawings, subject_of(view.findings), FULL)
        parts = []
        for name in FORMATS:
            start = time.perf_counter()
            written(documents, (name,))
            parts.append(f"{name} {time.perf_counter() - start:.2f}")
        print(f"figures {figures:.2f} s, all {whole:.2f} s, {whole / figures:.2f}x; {', '.join(parts)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
