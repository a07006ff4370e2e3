"""What was promised, read from protocol.toml: records, reading with every mistake at once, reference page."""

from primus_eval.protocol.model import (
    ASSIGNED,
    Analysis,
    Arm,
    Data,
    Design,
    Events,
    Outcome,
    Participants,
    Planning,
    Population,
    Protocol,
    Study,
    TableFile,
)
from primus_eval.protocol.reading import parse_protocol, read_protocol

__all__ = [
    "ASSIGNED",
    "Analysis",
    "Arm",
    "Data",
    "Design",
    "Events",
    "Outcome",
    "Participants",
    "Planning",
    "Population",
    "Protocol",
    "Study",
    "TableFile",
    "parse_protocol",
    "read_protocol",
]
