"""Archives of files that are the same bytes whenever they are made: what Word and Excel documents are.

No clock and no machine is in them: entries keep their order and all have the first day that such an
archive can have.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = datetime(1980, 1, 1)
"""The first day that an archive knows; also the date of a document that must have one."""


def timeless(archive: bytes, change: Callable[[str, bytes], bytes] = lambda name, content: content) -> bytes:
    """Write an archive again without the time at which it was made.

    change: what becomes of an entry, given its name and content.
    """
    target = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = ZipInfo(name, EPOCH.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0  # otherwise it tells which system wrote it
            new.writestr(entry, change(name, old.read(name)))
    return target.getvalue()
