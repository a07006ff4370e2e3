"""The bytes of a file of a delivery: hashed, read whole, or not to be had."""

from __future__ import annotations

import hashlib
from pathlib import Path

from primus_eval.errors import EnvironmentFault, InputError, Problem


def sha256_of(path: Path, name: str) -> str:
    """Return the SHA-256 of a file, reading it piece by piece."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except (OSError, ValueError):
        raise not_opened(name) from None


def first_bytes(path: Path, name: str, count: int) -> bytes:
    """Return how a file begins."""
    try:
        with path.open("rb") as handle:
            return handle.read(count)
    except (OSError, ValueError):
        raise not_opened(name) from None


def not_opened(name: str) -> InputError:
    """A file that is missing, a folder, or not ours to read."""
    return InputError(
        Problem(
            code="PE-A67",
            file=name,
            what="this file cannot be opened.",
            mend="Put it beside the protocol, and check its name and its permissions.",
        )
    )


def damaged(name: str, kind: str) -> InputError:
    """A file that is not of the kind that its name says."""
    return InputError(
        Problem(
            code="PE-A68",
            file=name,
            what=f"is not {kind}, or is damaged.",
            mend="Copy it again from where it came from; if that does not help, export the table again.",
        )
    )


def encrypted(name: str) -> InputError:
    """A file that needs a password."""
    return InputError(
        Problem(
            code="PE-A54",
            file=name,
            what="is encrypted: it opens with a password only.",
            mend="Save it without a password, in a folder that only you can read.",
        )
    )


def package_missing(name: str, what: str, package: str) -> EnvironmentFault:
    """An optional package without which a kind of file cannot be read."""
    return EnvironmentFault(
        Problem(
            code="PE-G25",
            file=name,
            what=f"reading {what} needs the package {package}.",
            mend="pip install 'primus-eval[io]', or save the table as .csv.",
        )
    )
