"""What was promised, read from protocol.toml: records, reading with every mistake at once, reference page."""

from primus_eval.protocol.model import (
    ASSIGNED,
    Analysis,
    Arm,
    Design,
    Planning,
    Population,
    Protocol,
    Study,
)
from primus_eval.protocol.outcomes import Comparison, Outcome, PriorOffending
from primus_eval.protocol.programme import ProgrammeTable
from primus_eval.protocol.reading import parse_protocol, read_protocol
from primus_eval.protocol.table_file import TableFile
from primus_eval.protocol.tables import Custody, Data, Events, Participants, StatusTable

__all__ = [
    "ASSIGNED",
    "Analysis",
    "Arm",
    "Comparison",
    "Custody",
    "Data",
    "Design",
    "Events",
    "Outcome",
    "Participants",
    "Planning",
    "Population",
    "PriorOffending",
    "ProgrammeTable",
    "Protocol",
    "StatusTable",
    "Study",
    "TableFile",
    "parse_protocol",
    "read_protocol",
]
