"""Publish rendered files into a folder: scanned for what must not leave, all or nothing, manifest last.

The only place of the package that writes report output. Files are written into a new folder beside
the target, synced, and swapped in whole; a folder that this package did not write, or to which
somebody added a file, is never replaced.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from primus_eval.errors import DisclosureError, EnvironmentFault, Problem

MANIFEST = "manifest.json"
LONGEST_BEGINNING = 2_000
"""Bytes among which a file of ours says that it is ours."""

_EMBEDDED = re.compile(rb"data:[a-z/+.-]+;base64,[A-Za-z0-9+/=]+")
_CPR = re.compile(
    rb"(?<![0-9A-Za-z.])"
    rb"(?:[06][1-9]|[1278][0-9]|[39][01])"  # a day; administrative numbers add 60 to it
    rb"(?:0[1-9]|1[0-2])[0-9]{2}-[0-9]{4}(?![0-9A-Za-z])"
)


def publish(
    files: Mapping[str, bytes],
    folder: str | Path,
    *,
    canaries: Iterable[str] = (),
    facts: Mapping[str, Any] | None = None,
    private: bool = False,
) -> Path:
    """Write files into a folder, complete or not at all, with a manifest of their hashes written last.

    files: relative names (with /) and contents. canaries: texts that must not stand in any file, such
    as ids of people or paths of this machine. facts: what the manifest says of inputs and versions.
    private: only the owner may read the folder.

    Raises DisclosureError if a file holds a canary or the form of a Danish personal number, and
    EnvironmentFault if the folder cannot be written or was not written by this package.
    """
    target = Path(folder)
    _require_names_inside(files)
    manifest = {
        **(facts or {}),
        "schema": 1,
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }
    written = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
    _scan({**files, MANIFEST: written.encode()}, tuple(canaries))
    _require_replaceable(target)
    return _write_whole(
        {**{name: files[name] for name in sorted(files)}, MANIFEST: written.encode()}, target, private
    )


def write_new_folder(files: Mapping[str, bytes], folder: str | Path) -> Path:
    """Write files into a folder that is new or empty, complete or not at all; what stands there is kept.

    files: relative names (with /) and contents, of data that were made and not delivered. Raises
    EnvironmentFault where the folder holds anything or cannot be written, DisclosureError where a file
    holds the form of a Danish personal number.
    """
    target = Path(folder)
    _require_names_inside(files)
    _scan(files, ())
    require_empty(target)
    return _write_whole(files, target, False)


def require_empty(folder: str | Path) -> None:
    """Raise EnvironmentFault unless nothing stands there yet, or a folder without anything in it."""
    target = Path(folder)
    if target.is_symlink() or (target.exists() and not _is_empty_folder(target)):
        raise EnvironmentFault(
            Problem(
                code="PE-G14",
                file=target.name,
                what="is a link or a file, or holds files, which would be lost.",
                mend="Name a new folder, or an empty one.",
            )
        )


def _is_empty_folder(target: Path) -> bool:
    try:
        return target.is_dir() and not any(target.iterdir())
    except OSError:
        raise _cannot_write(target) from None


def _write_whole(files: Mapping[str, bytes], target: Path, private: bool) -> Path:
    """Write files, in this order, into a folder beside the target and put it in the target's place."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.partial-", dir=target.parent))
    except OSError:
        raise _cannot_write(target) from None
    try:
        for name, content in files.items():
            _write(partial / name, content)
        for path in [partial, *partial.rglob("*")]:
            path.chmod((0o700 if private else 0o755) if path.is_dir() else (0o600 if private else 0o644))
            _sync_folder(path)
        _swap(partial, target)
    except OSError:
        raise _cannot_write(target) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    with suppress(OSError):  # the report stands already
        _sync_folder(target.parent)
    return target


def write_one(content: str, file: str | Path, *, mark: str) -> Path:
    """Write one file whole or not at all, readable by its owner only, and never through a link.

    mark: words near the beginning of the content. A file that stands there already is replaced only
    where it has them too, because then a run of ours wrote it.

    Raises EnvironmentFault where the file cannot be written or is somebody else's, DisclosureError where
    the content holds the form of a Danish personal number.
    """
    target = Path(file)
    _scan({target.name: content.encode()}, ())
    if target.is_symlink() or (target.exists() and not _has_mark(target, mark)):
        raise EnvironmentFault(
            Problem(
                code="PE-G14",
                file=target.name,
                what="is a link, or something that no run of ours wrote; it would be lost.",
                mend="Name a new file.",
            )
        )
    partial: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.partial-", dir=target.parent)
        partial = Path(name)
        with open(handle, "wb") as written:
            written.write(content.encode())
            written.flush()
            os.fsync(written.fileno())
        os.replace(partial, target)
    except OSError:
        raise _cannot_write(target) from None
    finally:
        if partial is not None:
            partial.unlink(missing_ok=True)
    return target


def _has_mark(path: Path, mark: str) -> bool:
    """Whether the beginning of a file holds these words."""
    try:
        with path.open("rb") as handle:
            return mark.encode() in handle.read(LONGEST_BEGINNING)
    except OSError:
        return False


def require_writable(folder: str | Path) -> None:
    """Find out before the work starts whether `publish` could write into this folder."""
    target = Path(folder)
    _require_replaceable(target)
    parent = next(path for path in (target.parent, *target.parent.resolve().parents) if path.exists())
    if not os.access(parent, os.W_OK | os.X_OK) or not parent.is_dir():
        raise _cannot_write(target)


def _require_names_inside(files: Mapping[str, bytes]) -> None:
    for name in files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or name == MANIFEST or "\\" in name:
            raise ValueError(f"{name!r} is no name of a file of a report")


def _scan(files: Mapping[str, bytes], canaries: tuple[str, ...]) -> None:
    """Refuse files that hold something that must not leave; embedded pictures are not text.

    An id is looked for as a whole word, as it stands and as HTML writes it, and not within a number.
    """
    texts = sorted({form for canary in canaries if canary for form in (canary, html.escape(canary))})
    words = b"|".join(re.escape(text.encode()) for text in texts)
    canary = re.compile(rb"(?<![0-9A-Za-z_])(?<![0-9][.])(?:" + words + rb")(?![0-9A-Za-z_]|[.][0-9])")
    problems = []
    for name, content in sorted(files.items()):
        text = b"" if name.endswith(".png") else _EMBEDDED.sub(b"", content)
        if texts and canary.search(text):
            problems.append((name, "PE-R02", "holds an id of a person or a path of this machine."))
        if _CPR.search(text):
            problems.append((name, "PE-R03", "holds something of the form of a Danish personal number."))
    if problems:
        raise DisclosureError(
            [
                Problem(
                    code=code, file=name, what=what, mend="Nothing was written. Find which text carries it."
                )
                for name, code, what in problems
            ]
        )


def _require_replaceable(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        what = "is a link or a file, not a folder."
    elif target.is_dir() and not _holds_only_ours(target):
        what = "holds files that no run of ours wrote; they would be lost."
    else:
        return
    raise EnvironmentFault(
        Problem(code="PE-G14", file=target.name, what=what, mend="Name a new folder, or empty this one.")
    )


def _holds_only_ours(folder: Path) -> bool:
    """Whether a folder is empty, or holds a manifest of ours and no file that it does not list."""
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    if not there:
        return not any(folder.iterdir())
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed = set(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return manifest.get("schema") == 1 and there <= listed | {MANIFEST}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _sync_folder(path: Path) -> None:
    """Make the names in a folder survive a power cut; Windows has no such call, and needs none."""
    if path.is_dir() and os.name != "nt":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _swap(partial: Path, target: Path) -> None:
    """Put the new folder in the place of the old one; the old one stays until the new one stands."""
    if not target.exists():
        os.rename(partial, target)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.old-", dir=target.parent))
    try:
        os.rename(target, aside / "old")
        os.rename(partial, target)
    finally:
        if not target.exists():
            os.rename(aside / "old", target)
        shutil.rmtree(aside, ignore_errors=True)  # not reached where the old report could not be put back


def _cannot_write(target: Path) -> EnvironmentFault:
    return EnvironmentFault(
        Problem(
            code="PE-G02",
            file=target.name,
            what="cannot be written there; what stood there before is as it was.",
            mend="Choose another --out, or check permissions and free space.",
        )
    )
