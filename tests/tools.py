"""What several tests need from the machine."""

import os
import shutil
from pathlib import Path

import pytest

DEBIAN_PACKAGES = {"chromium": "chromium", "pdftotext": "poppler-utils", "pdftoppm": "poppler-utils"}


def require_tool(name: str) -> Path:
    """Say where a program lies. Without it a test is skipped at home, and fails under CI=true.

    Otherwise a machine that lost the program would go on reporting success.
    """
    found = shutil.which(name)
    if found:
        return Path(found)
    reason = f"needs {name}: apt-get install {DEBIAN_PACKAGES.get(name, name)}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
