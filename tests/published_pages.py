"""Write the sheets of docs/examples/primus_motor from its appraisal: `python tests/published_pages.py`."""

from pathlib import Path

from primus_eval.appraisal import read_appraisal
from primus_eval.report.formats.html import html_of
from primus_eval.report.published import published_sheet

FOLDER = Path(__file__).parent.parent / "docs" / "examples" / "primus_motor"
LANGUAGES = ("en", "da")


def pages() -> dict[Path, bytes]:
    """Return each sheet by its file."""
    appraisal = read_appraisal(FOLDER / "appraisal.toml")
    return {
        FOLDER / f"sheet.{language}.html": html_of(published_sheet(appraisal, language=language))
        for language in LANGUAGES
    }


if __name__ == "__main__":
    for file, page in pages().items():
        file.write_bytes(page)
