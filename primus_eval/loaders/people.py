"""A trial without its events, and the ids by which a register of events can be joined to it.

For registers that do not fit in memory: everything but the events is read and checked as usual.
"""

from __future__ import annotations

from pathlib import Path

from primus_eval.loaders.delivery import read_delivery
from primus_eval.loaders.loading import trial_of
from primus_eval.protocol import Protocol, read_protocol
from primus_eval.protocol.reading import protocol_file
from primus_eval.trial import Trial


def load_people(
    protocol: Protocol | str | Path, folder: str | Path | None = None
) -> tuple[Trial, tuple[str, ...]]:
    """Read every table that a protocol names but the events; return a Trial, and the participants' ids.

    protocol, folder: as for `load_trial`. The ids are in the order of the trial's rows. They are for joining
    a register to the trial (`measure_register`) and for nothing else: keep them in memory, and in no output.

    Raises InputError, or DisclosureError where the files point at people, with every problem found.
    Checked: tests/test_measurement_scale.py.
    """
    if not isinstance(protocol, Protocol):
        path = protocol_file(protocol)
        folder = path.parent if folder is None else folder
        protocol = read_protocol(path)
    if folder is None:
        raise TypeError("load_people needs the folder of the data when it is given a Protocol")
    without_events = protocol.data.model_copy(update={"events": None})
    delivery = read_delivery(without_events, Path(folder))
    return trial_of(delivery, protocol), tuple(sorted(delivery.ids))
