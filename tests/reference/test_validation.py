"""The printed page on validation says what the tests find now."""

from __future__ import annotations

from reference.validation import PAGE, ROOT, WITHOUT_R, page


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: cd tests && python -m reference.validation"


def test_every_check_named_on_the_page_exists() -> None:
    for _, path in WITHOUT_R:
        file, _, test = path.partition("::")
        assert f"def {test}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")
